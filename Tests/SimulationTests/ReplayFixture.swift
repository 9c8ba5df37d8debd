// Everything that a replay needs, from a random log or from a log written by hand.

import Events
import Modeling
import Projections
import Simulation
import TestSupport

struct ReplayFixture {
    let table: ContactTable
    let book: JourneyBook
    let costs: CostRules
    let model: Model
    let plan: ReplayPlan

    init(
        _ table: ContactTable, rules: LinkRules, costs: CostRules = SampleRules.costs,
        intervention: Intervention, seed: UInt64 = 1
    ) throws {
        self.table = table
        self.costs = costs
        book = JourneyBook(table, rules: rules)
        model = ModelFit.fit(table, book: book, logHead: "", eventCount: table.contacts.count)
        plan = try ReplayPlan(
            table: table, book: book, costs: costs, model: model, intervention: intervention,
            seed: seed)
    }

    /// A log by hand over thirty days, where every link counts.
    init(
        _ calls: [ContactSpec], intervention: Intervention, rules: LinkRules = SampleRules.links(),
        days: Int64 = 30, seed: UInt64 = 1
    ) throws {
        try self.init(
            LogBuilder(calls).table(coverage: LogBuilder.coverage(days: days)), rules: rules,
            intervention: intervention, seed: seed)
    }

    /// The random log of a seed with a random automation, or with the one that `change` leaves;
    /// `nil` where the automation reaches nothing of the log.
    static func random(
        _ seed: UInt64, shape: LogShape = .small,
        change: (inout Intervention, inout TestRandom) -> Void = { _, _ in }
    ) throws -> ReplayFixture? {
        let sample = try RandomCase(seed: seed, shape: shape)
        var random = TestRandom(seed: seed &+ 1_000_003)
        var step = Intervention.random(&random, days: sample.days)
        change(&step, &random)
        do {
            return try ReplayFixture(
                sample.table, rules: sample.rules,
                costs: seed % 2 == 0 ? sample.costs : .random(&random), intervention: step,
                seed: seed)
        } catch ReplayError.nothingInScope {
            return nil
        }
    }

    func replicate(_ count: Int) -> [ReplicationResult] {
        var scratch = ReplayScratch(plan)
        return (0..<count).map {
            plan.replicate($0, parameters: plan.parameters(draw: $0 / 2), scratch: &scratch)
        }
    }
}

extension ReplicationResult {
    func delta(_ counter: Counter) -> Int64 { scenario[counter] - baseline[counter] }
}

extension Intervention {
    /// All days of a log by hand, a clock's day before it included.
    mutating func widen() {
        firstDay = LogBuilder.firstDay - 1
        lastDay = LogBuilder.firstDay + 1_000
        automations[0].scope.firstDay = firstDay
        automations[0].scope.lastDay = lastDay
    }
}
