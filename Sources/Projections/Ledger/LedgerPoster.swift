// A contact's charges posted to where they were caused and to where they are paid.

import Events

/// Sums of postings.
struct LedgerPostings: Sendable {
    var byRule: LedgerMatrix
    var weighted: LedgerMatrix
    /// By caused row; microseconds.
    var customerTime: [Int64]
    var causedSide: [Int64]
    var paidSide: [Int64]
    var charged: Int64 = 0
    var gaps = ChargeGaps()
    /// By running cost.
    var runs: [RunTotal]
    /// Customers, and by how much what one of their contacts paid and caused differs; -1 for all
    /// that are not known.
    var differences: [(customer: Int32, amount: Int64)] = []

    init(_ dimensions: LedgerDimensions, runCount: Int) {
        byRule = LedgerMatrix(dimensions)
        weighted = LedgerMatrix(dimensions)
        customerTime = [Int64](repeating: 0, count: dimensions.causedCount)
        causedSide = customerTime
        paidSide = [Int64](repeating: 0, count: dimensions.paidCount)
        runs = [RunTotal](repeating: RunTotal(units: 0, amount: .zero), count: runCount)
    }

    mutating func add(_ part: LedgerPostings) {
        byRule.add(part.byRule)
        weighted.add(part.weighted)
        for row in customerTime.indices {
            customerTime[row] += part.customerTime[row]
            causedSide[row] += part.causedSide[row]
        }
        for column in paidSide.indices { paidSide[column] += part.paidSide[column] }
        charged += part.charged
        gaps.unknownMinutes += part.gaps.unknownMinutes
        gaps.uncovered += part.gaps.uncovered
        differences += part.differences
        for run in runs.indices {
            runs[run].units += part.runs[run].units
            runs[run].amount += part.runs[run].amount
        }
    }

    /// What a period of running costs, which is no interaction's and no customer's.
    mutating func post(_ total: RunTotal, run: Int, caused: Int, paid: Int) {
        let thousandths = total.amount.thousandths
        runs[run] = total
        causedSide[caused] += thousandths
        paidSide[paid] += thousandths
        byRule.post(caused: caused, paid: paid, thousandths)
        weighted.post(caused: caused, paid: paid, thousandths)
    }

    var balance: LedgerBalance {
        var byCustomer: [Int32: Int64] = [:]
        for difference in differences {
            byCustomer[difference.customer, default: 0] += difference.amount
        }
        return LedgerBalance(
            charged: charged, byRule: byRule.total, weighted: weighted.total,
            rowsOutOfBalance: causedSide.indices.count {
                causedSide[$0] != byRule.causedTotal($0)
            },
            columnsOutOfBalance: paidSide.indices.count { paidSide[$0] != byRule.paidTotal($0) },
            customersOutOfBalance: byCustomer.values.count { $0 != 0 })
    }
}

/// Posts interactions of one table.
struct LedgerPoster: Sendable {
    let table: ContactTable
    let book: JourneyBook
    /// Rows of interactions are the same in every book.
    var dimensions: LedgerDimensions
    let resolver: CostResolver
    let origins: CostOrigins

    func post(_ index: Int, to postings: inout LedgerPostings) {
        let contact = table.contacts[index]
        let cause = row(of: index)
        postings.customerTime[cause] += book.rules.ownTime(contact)
        let intent = dimensions.intent(contact.intent)
        // What is charged is summed apart from what is posted, so that the two can differ.
        var unused = ChargeGaps()
        resolver.charge(contact, gaps: &unused) { postings.charged += $0.amount.thousandths }
        var gaps = postings.gaps
        resolver.charge(contact, gaps: &gaps) { charge in
            let paid = dimensions.paid(intent: intent, payer: charge.payer)
            post(charge.amount, of: index, cause: cause, paid: paid, to: &postings)
            if charge.run >= 0 {
                postings.runs[charge.run].units += 1
                postings.runs[charge.run].amount += charge.amount
            }
        }
        postings.gaps = gaps
    }

    /// A refund is caused by what its interaction's cost is caused by, and paid in that one's
    /// intent.
    func post(_ refund: LedgerRefund, payer: Int, to postings: inout LedgerPostings) {
        let intent = dimensions.intent(table.contacts[refund.contact].intent)
        postings.charged += refund.amount.thousandths
        post(
            refund.amount, of: refund.contact, cause: row(of: refund.contact),
            paid: dimensions.paid(intent: intent, payer: payer), to: &postings)
    }

    /// The row of an interaction's cost, every link counted whole.
    func row(of index: Int) -> Int { cell(of: origins.byRule[index]) }

    /// The segment of an interaction, or else of what it is linked to, and so on back; none where
    /// none of them names one.
    /// - Complexity: O(length of the chain).
    func segment(of index: Int) -> Symbol {
        var current = index
        while current >= 0 {
            let segment = table.contacts[current].segment.symbol
            if segment != .none { return segment }
            current = Int(book.predecessor[current])
        }
        return .none
    }

    /// Both sides of one amount.
    private func post(
        _ amount: Money, of index: Int, cause: Int, paid: Int, to postings: inout LedgerPostings
    ) {
        let thousandths = amount.thousandths
        postings.causedSide[cause] += thousandths
        postings.paidSide[paid] += thousandths
        postings.byRule.post(caused: cause, paid: paid, thousandths)
        var caused: Int64 = 0
        forEachShare(of: amount, causedBy: index) { row, part in
            postings.weighted.post(caused: row, paid: paid, part)
            caused += part
        }
        if caused != thousandths {
            postings.differences.append(
                (table.contacts[index].customer, thousandths - caused))
        }
    }

    /// The row of a cost that began there.
    private func cell(of origin: CostOrigin) -> Int {
        dimensions.caused(
            intent: dimensions.intent(table.contacts[Int(origin.contact)].intent),
            failure: Int(origin.failure))
    }

    /// The rows in which an interaction's cost was caused, with probabilities: link by link back
    /// along the chain, each link holding with its own. The last share takes what rounding leaves.
    @inline(__always)
    func forEachShare(
        of amount: Money, causedBy index: Int, _ take: (_ row: Int, _ part: Int64) -> Void
    ) {
        // Certain links leave no share behind: the path goes through them in one step.
        guard let certain = origins.certain else {
            take(row(of: index), amount.thousandths)
            return
        }
        var origin = certain[index]
        var current = Int(certain.anchors[index])
        var reach: Int64 = 1_000_000
        var rest = amount.thousandths
        while reach > 0 {
            let edge = book.edge(of: current)
            guard edge != .none else { break }
            let further = roundedQuotient(reach, Int64(book.probability[current]), 1_000_000)
            let part = amount.share(reach - further, of: 1_000_000).thousandths
            take(cell(of: origin), part)
            rest -= part
            reach = further
            let earlier = Int(book.predecessor[current])
            origin.follow(edge, to: earlier, failure: book.failure[earlier])
            origin.follow(certain[earlier])
            current = Int(certain.anchors[earlier])
        }
        take(cell(of: origin), rest)
    }
}
