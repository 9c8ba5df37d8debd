// The recorded ledger: every cost posted once to where it was caused and once to where it is
// paid, with one integer on both sides.

import Events

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
    package let unknownMinutesCount: Int
    package let uncoveredCount: Int
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

extension Ledger {
    /// - Complexity: O(contacts × length of their chains of failures).
    package init(_ table: ContactTable, book: JourneyBook, costs: CostRules) {
        let dimensions = LedgerDimensions(table: table, rules: book.rules.rules, costs: costs)
        let charges = Charges(table, costs: costs, dimensions: dimensions)
        var byRule = LedgerMatrix(dimensions)
        var weighted = LedgerMatrix(dimensions)
        var customerTime = [Int64](repeating: 0, count: dimensions.causedCount)
        var paidByCustomer = [Int64](repeating: 0, count: table.customers.count + 1)
        var causedByCustomer = paidByCustomer
        var causedSide = customerTime
        var paidSide = [Int64](repeating: 0, count: dimensions.paidCount)
        let charged = table.contacts.indices.reduce(Int64(0)) {
            $0 + charges.total($1).thousandths
        }
        for (index, contact) in table.contacts.enumerated() {
            let intent = dimensions.intent(contact.intent)
            let root = book.root(of: index)
            let cause = Ledger.cell(of: root, isCause: root != index, table, book, dimensions)
            customerTime[cause] += contact.customerMicroseconds
            let shares = Ledger.shares(of: index, table, book, dimensions)
            for charge in charges.of(index) {
                let paid = dimensions.paid(intent: intent, payer: charge.payer)
                let amount = charge.amount.thousandths
                causedSide[cause] += amount
                paidSide[paid] += amount
                byRule.post(caused: cause, paid: paid, amount)
                paidByCustomer[Int(contact.customer) + 1] += amount
                var rest = amount
                for share in shares.dropLast() {
                    let part = charge.amount.share(share.millionths, of: 1_000_000).thousandths
                    weighted.post(caused: share.cell, paid: paid, part)
                    causedByCustomer[Int(contact.customer) + 1] += part
                    rest -= part
                }
                weighted.post(caused: shares[shares.count - 1].cell, paid: paid, rest)
                causedByCustomer[Int(contact.customer) + 1] += rest
            }
        }
        self.dimensions = dimensions
        currency = costs.currency
        cashByRule = byRule
        cashWeighted = weighted
        customerTimeByRule = customerTime
        balance = LedgerBalance(
            charged: charged, byRule: byRule.total, weighted: weighted.total,
            rowsOutOfBalance: causedSide.indices.count {
                causedSide[$0] != byRule.causedTotal($0)
            },
            columnsOutOfBalance: paidSide.indices.count { paidSide[$0] != byRule.paidTotal($0) },
            customersOutOfBalance: zip(paidByCustomer, causedByCustomer).count { $0 != $1 })
        unknownMinutesCount = charges.unknownMinutesCount
        uncoveredCount = charges.uncoveredCount
    }

    /// The row of a cost whose chain of failures begins at `root`; the failure counts only where
    /// the cost is a later contact's.
    private static func cell(
        of root: Int, isCause: Bool, _ table: ContactTable, _ book: JourneyBook,
        _ dimensions: LedgerDimensions
    ) -> Int {
        dimensions.caused(
            intent: dimensions.intent(table.contacts[root].intent),
            failure: isCause ? Int(book.failure[root]) : 0)
    }

    /// Where a contact's cost was caused, with probabilities: link by link back along the chain,
    /// each link holding with its own. The last share takes what rounding leaves.
    private static func shares(
        of index: Int, _ table: ContactTable, _ book: JourneyBook,
        _ dimensions: LedgerDimensions
    ) -> [(cell: Int, millionths: Int64)] {
        var result: [(cell: Int, millionths: Int64)] = []
        var current = index
        var reach: Int64 = 1_000_000
        while book.role[current] == .rework, reach > 0 {
            let link = Int64(book.probability[current])
            let further = roundedQuotient(reach, link, 1_000_000)
            result.append(
                (
                    cell(of: current, isCause: current != index, table, book, dimensions),
                    reach - further
                ))
            reach = further
            current = Int(book.predecessor[current])
        }
        result.append(
            (cell(of: current, isCause: current != index, table, book, dimensions), reach))
        return result
    }
}
