// The verb of this folder: a whole cross-channel operation that never was, as the files its
// systems would export, and beside them the truth that no log shows. What is rebuilt, fitted or
// simulated from the files can be held against it, and so can a counterfactual: the same
// operation on the same chance with an automation switched on.

import Events
import Randomness

/// A synthetic operation.
///
/// Customers have needs, try automation or people, wait for agents of a roster, are helped or
/// not, and come back, complain or leave. Its parameters are the defaults of the domain reference
/// and are part of what it writes. Nothing is shared with the model or the simulator but the
/// generator of random words.
package enum SyntheticOperation {
    /// The number of the touch that an automation puts before the others, so that these keep
    /// theirs.
    static let stepTouch: UInt8 = 32
    /// What planners add to handle times for the experience and the person of agents.
    static let plannedAgentFactor = 1.07
    /// Customers of the small operation that the planner's forecast is taken from.
    private static let forecastNeeds = 24_000.0
    private static let forecastDays = 28

    /// Simulates the period and hands over pieces of files, in order, as they fill: the roster
    /// and the deployments first, the truth of issues and customers and the summary last.
    ///
    /// - Parameter emit: receives a piece; its bytes may be made on any thread, as long as the
    ///   pieces of one file are written in the order in which they came.
    /// - Parameter progress: receives quarter hours done, and how many there are.
    /// - Returns: what the files hold, as the summary states it.
    /// - Throws: ``SynthesisError`` for settings out of range, before any piece; and whatever
    ///   `emit` throws.
    /// - Complexity: O(records × log of a quarter hour's events) time; memory for customers, open
    ///   issues and agents, not for records. With frozen waits about 40 bytes more for each
    ///   contact with a person.
    package static func generate(
        _ settings: Settings, emit: (OperationPiece) throws -> Void,
        progress: ((Int, Int) -> Void)? = nil
    ) throws -> OperationCounts {
        try settings.check()
        let plan = try OperationPlan(settings)
        let customers = try CustomerBase(
            count: settings.customers, parameters: plan.parameters, chances: plan.chances)
        let staff = StaffPlan(
            try expectedWork(settings), weeklyNeeds: plan.weeklyNeeds,
            parameters: plan.parameters, demand: plan.demand, hours: plan.hours,
            clock: plan.clock)
        let workforce = try Workforce(
            staff, people: plan.parameters.people, chances: plan.chances, clock: plan.clock)
        var waits = OperationRun.Waits.live
        if settings.waits == .frozen {
            waits = .frozen(try recordedWaits(settings, customers, workforce))
        }
        let texts = ExportTexts(plan: plan)
        var run = OperationRun(
            plan, waits: waits, customers: customers, workforce: workforce,
            output: RecordSheaves(plan: plan, texts: texts))
        run.output.add(workforce)
        run.output.addDeployments(plan)
        try run.run(emit, progress: progress)
        var truth = OperationTruth(plan: plan, texts: texts)
        try truth.handOver(run.customers, workforce, counts: run.output.counts, emit)
        return run.output.counts
    }

    /// The waits of the same operation without its automation.
    private static func recordedWaits(
        _ settings: Settings, _ customers: CustomerBase, _ workforce: Workforce
    ) throws -> FrozenWaits {
        var plain = settings
        plain.automation = nil
        let plan = try OperationPlan(plain)
        var run = OperationRun(
            plan, waits: .live, customers: customers, workforce: workforce,
            output: RecordSheaves.silent(plan), recordsWaits: true)
        try run.run({ _ in })
        guard let met = run.met else { preconditionFailure("a run did not keep its waits") }
        return met
    }

    /// Four weeks of a small operation of the same kind without queues.
    private static func expectedWork(_ settings: Settings) throws -> ExpectedWork {
        var small = settings
        small.automation = nil
        // A spring without change of clocks, from a Monday.
        small.from = CivilDate(dayNumber: 20_213)
        small.to = CivilDate(dayNumber: 20_213 + forecastDays)
        let perCustomer = settings.profile.needsPerYear * Double(forecastDays) / 365
        small.customers = max(10, Int(forecastNeeds / perCustomer))
        let plan = try OperationPlan(small, replication: 1, isEven: true)
        let customers = try CustomerBase(
            count: small.customers, parameters: plan.parameters, chances: plan.chances)
        var run = OperationRun(
            plan, waits: .none, customers: customers, workforce: nil,
            output: RecordSheaves.silent(plan))
        try run.run({ _ in })
        return run.work
    }
}

extension OperationPlan {
    var weeklyNeeds: Double {
        parameters.needsPerYear * Double(settings.customers) * 7 / 365
    }
}
