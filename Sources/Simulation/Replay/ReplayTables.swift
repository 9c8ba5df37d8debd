// What a replication looks up beside the contacts: small, flat, the same for all of them.

import Events
import Modeling
import Projections
import Randomness

struct ReplayTables: Sendable {
    let rows: AddedRows
    let purposes: Purposes
    /// Sizes of the ledger's axes, to number its rows and columns.
    let failureCount: Int
    let payerCount: Int
    /// Failures of the model's cells: those of the rules, and none.
    let modelFailureCount: Int
    /// The failure whose return law holds for leaving automation.
    let automationFailure: Int
    /// By failure, and by family.
    let delays: [DelayLaw]
    let durations: [DurationLaws]
    /// By family: mean cost of an identified rework contact, what a prevented return is worth.
    let meanReworkCost: [Int64]
    /// Costs of grade D are an assumption in the change's provenance.
    let isRunCostAssumed: Bool
    let isFixedCostAssumed: Bool
    /// Dense intent that carries what belongs to no contact: the fixed cost and the roster kept.
    /// It is the first of the scope's intents that the log holds.
    let scopeIntent: Int32
    /// Weeks begin on Mondays at 0 h local time; the first is the one before the first contact's in
    /// the plan, the last holds everything later.
    let firstWeek: Int64
    let weekCount: Int
    /// Returns come after the last recorded contact; a year is more than any chain of them.
    private static let weeksAfter = 52

    init(
        _ dimensions: LedgerDimensions, rules: LinkRules, model: Model,
        intervention: Intervention, meanReworkCost: [Int64], recorded: [RecordedContact]
    ) throws(RandomnessError) {
        rows = AddedRows(dimensions, rules: rules)
        purposes = try Purposes(intervention.automation)
        failureCount = dimensions.failures.count
        payerCount = dimensions.payers.count
        modelFailureCount = model.failureTitles.count
        automationFailure = ReplayTables.automationFailure(rules)
        delays = model.delays
        durations = model.durations
        self.meanReworkCost = meanReworkCost
        isRunCostAssumed = intervention.runCostPerStep.grade == .d
        isFixedCostAssumed = intervention.fixedCost.grade == .d
        scopeIntent = Int32(
            intervention.intents.lazy
                .compactMap { dimensions.intentNames.firstIndex(of: $0) }.first ?? 0)
        firstWeek = ReplayTables.mondayWeek(recorded.first?.at ?? 0) - 1
        let lastWeek = ReplayTables.mondayWeek(recorded.last?.at ?? 0)
        weekCount = Int(lastWeek - firstWeek) + 1 + ReplayTables.weeksAfter
    }

    func caused(intent: Int32, failure: Int) -> Int { Int(intent) * failureCount + failure }

    func paid(intent: Int32, payer: Int) -> Int { Int(intent) * payerCount + payer }

    /// The week of a local moment, as a place in tables by week.
    func week(_ microseconds: Int64) -> Int {
        let week = ReplayTables.mondayWeek(microseconds) - firstWeek
        return Int(min(max(0, week), Int64(weekCount - 1)))
    }

    /// Weeks since the Monday of 1969-12-29, for moments since 1970.
    private static func mondayWeek(_ microseconds: Int64) -> Int64 {
        (microseconds + 3 * 86_400_000_000) / (7 * 86_400_000_000)
    }

    private static func automationFailure(_ rules: LinkRules) -> Int {
        let failures = rules.failures
        let match =
            failures.firstIndex { $0.outcome == .contained }
            ?? failures.firstIndex { $0.outcome == .abandoned }
        return match.map { $0 + 1 } ?? 0
    }
}
