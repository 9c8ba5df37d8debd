// The recorded ledger: every cost posted once to where it was caused and once to where it is
// paid, with one integer on both sides.

package import Events
import Parallelism

/// A matrix of integer amounts over caused rows and paid columns.
package struct LedgerMatrix: Hashable, Sendable {
    package let rowCount: Int
    package let columnCount: Int
    package private(set) var cells: [Int64]

    package init(_ dimensions: LedgerDimensions) {
        rowCount = dimensions.causedCount
        columnCount = dimensions.paidCount
        cells = [Int64](repeating: 0, count: rowCount * columnCount)
    }

    package mutating func post(caused: Int, paid: Int, _ amount: Int64) {
        cells[caused * columnCount + paid] += amount
    }

    mutating func add(_ other: LedgerMatrix) {
        for index in cells.indices { cells[index] += other.cells[index] }
    }

    package subscript(caused: Int, paid: Int) -> Int64 { cells[caused * columnCount + paid] }

    package var total: Int64 { cells.reduce(0, +) }

    package func causedTotal(_ row: Int) -> Int64 {
        cells[(row * columnCount)..<((row + 1) * columnCount)].reduce(0, +)
    }

    package func paidTotal(_ column: Int) -> Int64 {
        stride(from: column, to: cells.count, by: columnCount).reduce(0) { $0 + cells[$1] }
    }
}

/// The ledger of the record: cash and the customers' own time, counted by rule and weighted by
/// the links' probabilities.
package struct Ledger: Sendable {
    package let dimensions: LedgerDimensions
    package let currency: String
    /// Cash, every rule-made failure link counted whole; thousandths of a minor unit.
    package let cashByRule: LedgerMatrix
    /// Cash, each failure link counted with its probability.
    package let cashWeighted: LedgerMatrix
    /// The hidden book of the customers' own time by caused row, by rule; microseconds. It is never
    /// netted against cash.
    package let customerTimeByRule: [Int64]
    package let balance: LedgerBalance
    /// By running cost: days or sessions, and what they came to.
    package let runs: [RunTotal]
    package let unknownMinutesCount: Int
    package let uncoveredCount: Int
    /// Books of their own, where the cost rules state what is in them.
    package let value: ValueBook?
    package let risk: RiskBook?
}

/// The proof that the ledger balances: both sides were posted apart, and are compared row by row,
/// column by column and customer by customer with the matrices and with what was charged.
package struct LedgerBalance: Hashable, Sendable {
    /// Σ over contacts of what each is charged, taken before any posting.
    package var charged: Int64
    /// Σ of the matrix by rule, and of the weighted one.
    package var byRule: Int64
    package var weighted: Int64
    /// Rows and columns of the matrix by rule that are not what was posted on that side.
    package var rowsOutOfBalance: Int
    package var columnsOutOfBalance: Int
    /// Customers whose caused and paid sums differ.
    package var customersOutOfBalance: Int

    package var holds: Bool {
        charged == byRule && charged == weighted && rowsOutOfBalance == 0
            && columnsOutOfBalance == 0 && customersOutOfBalance == 0
    }
}

/// Money given back to a customer, and the interaction to which it belongs.
package struct LedgerRefund: Hashable, Sendable {
    /// Index of the interaction.
    package var contact: Int
    package var amount: Money

    package init(contact: Int, amount: Money) {
        self.contact = contact
        self.amount = amount
    }
}

/// What is posted beside what interactions are charged.
package struct LedgerFacts: Sendable {
    /// What was given back; nothing of it is posted where the rules name no payer.
    package var refunds: [LedgerRefund] = []
    /// What risks can begin with.
    package var events: [LedgerEvent] = []

    package init(refunds: [LedgerRefund] = [], events: [LedgerEvent] = []) {
        self.refunds = refunds
        self.events = events
    }
}

extension Ledger {
    /// - Complexity: O(interactions × length of their chains of uncertain links).
    /// - Parameters:
    ///   - selection: the interactions whose costs and facts are posted; `nil` for all.
    ///   - runs: for which running costs of periods are; `nil` for all covered days.
    package init(
        _ table: ContactTable, book: JourneyBook, costs: CostRules,
        facts: LedgerFacts = LedgerFacts(), selection: Selection? = nil, runs: RunScope? = nil
    ) {
        let runScope = runs ?? RunScope(days: table.coveredDays)
        let periods = costs.runs.indices.filter { runScope.takes(costs.runs[$0]) }
        let dimensions = LedgerDimensions(
            table: table, rules: book.rules.rules, costs: costs,
            runs: periods.map { costs.runs[$0] })
        let poster = LedgerPoster(
            table: table, book: book, dimensions: dimensions,
            resolver: CostResolver(costs, table: table, dimensions: dimensions),
            origins: CostOrigins(book))
        var postings = Ledger.postings(
            poster, selection: selection, runCount: costs.runs.count)
        if let payer = costs.refunds.flatMap({ dimensions.payers.firstIndex(of: $0.payer) }) {
            for refund in facts.refunds {
                if let selection, selection.group(of: refund.contact) == nil { continue }
                poster.post(refund, payer: payer, to: &postings)
            }
        }
        for (row, place) in periods.enumerated() {
            let run = costs.runs[place]
            guard let payer = dimensions.payers.firstIndex(of: run.payer) else { continue }
            let total = RunTotal(
                units: run.paidDays(in: runScope.days).count,
                amount: run.amount(over: runScope.days))
            postings.charged += total.amount.thousandths
            postings.post(
                total, run: place, caused: dimensions.caused(ofNoIntent: row),
                paid: dimensions.paid(ofNoIntent: payer))
        }
        self.dimensions = dimensions
        currency = costs.currency
        cashByRule = postings.byRule
        cashWeighted = postings.weighted
        customerTimeByRule = postings.customerTime
        balance = postings.balance
        self.runs = postings.runs
        unknownMinutesCount = postings.gaps.unknownMinutes
        uncoveredCount = postings.gaps.uncovered
        value = costs.value.map { ValueBook($0, poster: poster, selection: selection) }
        risk =
            costs.risks.isEmpty
            ? nil
            : RiskBook(costs.risks, events: facts.events, poster: poster, selection: selection)
    }

    /// What interactions are charged.
    private static func postings(
        _ poster: LedgerPoster, selection: Selection?, runCount: Int
    ) -> LedgerPostings {
        let count = poster.table.contacts.count
        // Each piece has matrices of its own, so that there are few.
        let size = max(65_536, (count + 7) / 8)
        let parts = inPieces(of: count, size: size) { rows in
            var postings = LedgerPostings(poster.dimensions, runCount: runCount)
            for row in rows {
                if let selection, selection.group(of: row) == nil { continue }
                poster.post(row, to: &postings)
            }
            return postings
        }
        // Integers all: the order of the sums does not matter.
        return parts.reduce(
            into: LedgerPostings(poster.dimensions, runCount: runCount)
        ) { $0.add($1) }
    }
}
