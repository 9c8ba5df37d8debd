// The axes of the caused × paid matrix as dense numbers, shared by the recorded ledger and by
// the simulator, which adds causes and payers of its own.

package import Events

/// The rows and columns of the redistribution view.
///
/// A cost is caused by an intent and a kind of failure, and paid within an intent by a payer.
package struct LedgerDimensions: Hashable, Sendable {
    /// The cause of a cost that no failure explains: the customer's own need.
    package static let ownNeed = "own need"
    /// The intent of a cost that is no interaction's.
    package static let noIntent = "no intent"

    package let intents: [IntentID]
    package let intentNames: [String]
    /// Kinds of failure; the first is ``ownNeed``, then the failure rules in their order, then
    /// what a scenario adds.
    package let failures: [String]
    package let payers: [String]
    /// What is no interaction's, as what automation costs to run by period: rows of their own,
    /// behind all others.
    package let rowsOfNoIntent: [String]
    private let intentOfSymbol: [Int32]

    /// - Parameters:
    ///   - runs: running costs of periods that are to be posted.
    ///   - addedRows: other causes of costs that are no interaction's.
    package init(
        table: ContactTable, rules: LinkRules, costs: CostRules, addedFailures: [String] = [],
        addedPayers: [String] = [], runs: [RunCost] = [], addedRows: [String] = []
    ) {
        let named = table.intents.map { ($0, table.dictionary.string($0)) }
            .sorted { $0.1 < $1.1 }
        intents = named.map(\.0)
        intentNames = named.map { $0.0.isKnown ? $0.1 : "unknown" }
        failures = [LedgerDimensions.ownNeed] + rules.failures.map(\.title) + addedFailures
        var payers: [String] = []
        let sessions = costs.runs.filter(\.isPerSession)
        for payer in costs.rules.map(\.payer) + [costs.refunds?.payer].compactMap({ $0 })
            + sessions.map(\.payer) + runs.map(\.payer)
        where !payers.contains(payer) {
            payers.append(payer)
        }
        self.payers = payers + addedPayers
        rowsOfNoIntent = runs.map { "run of \($0.title)" } + addedRows
        var lookup = [Int32](repeating: -1, count: table.dictionary.count)
        for (index, intent) in intents.enumerated() {
            lookup[Int(intent.symbol.rawValue)] = Int32(index)
        }
        intentOfSymbol = lookup
    }

    /// The same rows without those of running costs, and columns of other payers.
    init(_ other: LedgerDimensions, payers: [String]) {
        intents = other.intents
        intentNames = other.intentNames
        failures = other.failures
        self.payers = payers
        rowsOfNoIntent = []
        intentOfSymbol = other.intentOfSymbol
    }

    /// Rows of interactions; those of running costs come after them.
    package var interactionRows: Range<Int> { 0..<(intents.count * failures.count) }
    package var causedCount: Int { interactionRows.count + rowsOfNoIntent.count }
    /// What is no interaction's is paid in no intent: a column for each payer behind all others.
    package var paidCount: Int { (intents.count + (rowsOfNoIntent.isEmpty ? 0 : 1)) * payers.count }

    /// Dense number of an intent that occurs in the log.
    package func intent(_ id: IntentID) -> Int { Int(intentOfSymbol[Int(id.symbol.rawValue)]) }

    package func caused(intent: Int, failure: Int) -> Int { intent * failures.count + failure }
    package func paid(intent: Int, payer: Int) -> Int { intent * payers.count + payer }
    package func caused(ofNoIntent row: Int) -> Int { interactionRows.count + row }
    package func paid(ofNoIntent payer: Int) -> Int { paid(intent: intents.count, payer: payer) }

    /// The intent and failure names of a row.
    package func causedName(_ row: Int) -> (intent: String, failure: String) {
        interactionRows.contains(row)
            ? (intentNames[row / failures.count], failures[row % failures.count])
            : (LedgerDimensions.noIntent, rowsOfNoIntent[row - interactionRows.count])
    }

    /// The intent and payer names of a column.
    package func paidName(_ column: Int) -> (intent: String, payer: String) {
        let intent = column / payers.count
        return (
            intent < intents.count ? intentNames[intent] : LedgerDimensions.noIntent,
            payers[column % payers.count]
        )
    }
}
