// What a replication looks up beside the contacts: small, flat, the same for all of them.

import Events
import Modeling
import Projections

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
    /// Run costs of grade D are an assumption in the change's provenance.
    let isRunCostAssumed: Bool
    /// Dense intent that carries the fixed cost, or -1 where the log has none of the scope's.
    let fixedCostIntent: Int

    init(
        _ dimensions: LedgerDimensions, rules: LinkRules, model: Model,
        intervention: Intervention, meanReworkCost: [Int64]
    ) {
        rows = AddedRows(dimensions, rules: rules)
        purposes = Purposes(intervention.automation)
        failureCount = dimensions.failures.count
        payerCount = dimensions.payers.count
        modelFailureCount = model.failureTitles.count
        automationFailure = ReplayTables.automationFailure(rules)
        delays = model.delays
        durations = model.durations
        self.meanReworkCost = meanReworkCost
        isRunCostAssumed = intervention.runCostPerStep.grade == .d
        fixedCostIntent =
            intervention.intents.lazy
            .compactMap { dimensions.intentNames.firstIndex(of: $0) }.first ?? -1
    }

    func caused(intent: Int32, failure: Int) -> Int { Int(intent) * failureCount + failure }

    func paid(intent: Int32, payer: Int) -> Int { Int(intent) * payerCount + payer }

    private static func automationFailure(_ rules: LinkRules) -> Int {
        let failures = rules.failures
        let match =
            failures.firstIndex { $0.outcome == .contained }
            ?? failures.firstIndex { $0.outcome == .abandoned }
        return match.map { $0 + 1 } ?? 0
    }
}
