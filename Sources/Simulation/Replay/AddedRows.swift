// The causes and payers that a scenario adds to the ledger.

import Modeling
import Projections

/// Dense numbers of the causes and payers that a scenario adds to the ledger.
struct AddedRows: Sendable {
    static let falselyContained = "falsely contained"
    static let leftAutomation = "hung up in automation"
    static let contextLost = "context lost at hand-over"
    static let automation = "the automation itself"
    static let keptCapacity = "roster kept"
    static let rosterPayer = "roster beyond minutes used"

    static let failures = [
        falselyContained, leftAutomation, contextLost, automation, keptCapacity,
    ]

    static func payers(_ intervention: Intervention) -> [String] {
        [intervention.payer, rosterPayer]
    }

    let falselyContained: Int
    let leftAutomation: Int
    let contextLost: Int
    let automation: Int
    let keptCapacity: Int
    let automationPayer: Int
    let rosterPayer: Int

    init(_ dimensions: LedgerDimensions, rules: LinkRules) {
        let first = rules.failures.count + 1
        falselyContained = first
        leftAutomation = first + 1
        contextLost = first + 2
        automation = first + 3
        keptCapacity = first + 4
        automationPayer = dimensions.payers.count - 2
        rosterPayer = dimensions.payers.count - 1
    }
}
