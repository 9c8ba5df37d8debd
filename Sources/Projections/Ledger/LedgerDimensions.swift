// The axes of the caused × paid matrix as dense numbers, shared by the recorded ledger and by
// the simulator, which adds causes and payers of its own.

package import Events

/// The rows and columns of the redistribution view.
///
/// A cost is caused by an intent and a kind of failure, and paid within an intent by a payer.
package struct LedgerDimensions: Hashable, Sendable {
    /// The cause of a cost that no failure explains: the customer's own need.
    package static let ownNeed = "own need"

    package let intents: [IntentID]
    package let intentNames: [String]
    /// Kinds of failure; the first is ``ownNeed``, then the failure rules in their order, then
    /// what a scenario adds.
    package let failures: [String]
    package let payers: [String]
    private let intentOfSymbol: [Int32]

    package init(
        table: ContactTable, rules: LinkRules, costs: CostRules, addedFailures: [String] = [],
        addedPayers: [String] = []
    ) {
        let named = table.intents.map { ($0, table.dictionary.string($0)) }
            .sorted { $0.1 < $1.1 }
        intents = named.map(\.0)
        intentNames = named.map { $0.0.isKnown ? $0.1 : "unknown" }
        failures = [LedgerDimensions.ownNeed] + rules.failures.map(\.title) + addedFailures
        var payers: [String] = []
        for payer in costs.rules.map(\.payer) + [costs.refunds?.payer].compactMap({ $0 })
        where !payers.contains(payer) {
            payers.append(payer)
        }
        self.payers = payers + addedPayers
        var lookup = [Int32](repeating: -1, count: table.dictionary.count)
        for (index, intent) in intents.enumerated() {
            lookup[Int(intent.symbol.rawValue)] = Int32(index)
        }
        intentOfSymbol = lookup
    }

    package var causedCount: Int { intents.count * failures.count }
    package var paidCount: Int { intents.count * payers.count }

    /// Dense number of an intent that occurs in the log.
    package func intent(_ id: IntentID) -> Int { Int(intentOfSymbol[Int(id.symbol.rawValue)]) }

    package func caused(intent: Int, failure: Int) -> Int { intent * failures.count + failure }
    package func paid(intent: Int, payer: Int) -> Int { intent * payers.count + payer }

    /// The intent and failure names of a row.
    package func causedName(_ row: Int) -> (intent: String, failure: String) {
        (intentNames[row / failures.count], failures[row % failures.count])
    }

    /// The intent and payer names of a column.
    package func paidName(_ column: Int) -> (intent: String, payer: String) {
        (intentNames[column / payers.count], payers[column % payers.count])
    }
}
