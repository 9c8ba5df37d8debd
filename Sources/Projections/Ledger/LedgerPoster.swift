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
    /// Customers, and by how much what one of their contacts paid and caused differs; -1 for all
    /// that are not known.
    var differences: [(customer: Int32, amount: Int64)] = []

    init(_ dimensions: LedgerDimensions) {
        byRule = LedgerMatrix(dimensions)
        weighted = LedgerMatrix(dimensions)
        customerTime = [Int64](repeating: 0, count: dimensions.causedCount)
        causedSide = customerTime
        paidSide = [Int64](repeating: 0, count: dimensions.paidCount)
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
    let dimensions: LedgerDimensions
    let resolver: CostResolver
    let origins: CostOrigins

    func post(_ index: Int, to postings: inout LedgerPostings) {
        let contact = table.contacts[index]
        let cause = cell(of: origins.byRule[index])
        postings.customerTime[cause] += book.rules.ownTime(contact)
        let intent = dimensions.intent(contact.intent)
        // What is charged is summed apart from what is posted, so that the two can differ.
        var unused = ChargeGaps()
        resolver.charge(contact, gaps: &unused) { postings.charged += $0.amount.thousandths }
        var gaps = postings.gaps
        resolver.charge(contact, gaps: &gaps) { charge in
            let paid = dimensions.paid(intent: intent, payer: charge.payer)
            post(charge.amount, of: index, cause: cause, paid: paid, to: &postings)
        }
        postings.gaps = gaps
    }

    /// A refund is caused by what its interaction's cost is caused by, and paid in that one's
    /// intent.
    func post(_ refund: LedgerRefund, payer: Int, to postings: inout LedgerPostings) {
        let intent = dimensions.intent(table.contacts[refund.contact].intent)
        postings.charged += refund.amount.thousandths
        post(
            refund.amount, of: refund.contact,
            cause: cell(of: origins.byRule[refund.contact]),
            paid: dimensions.paid(intent: intent, payer: payer), to: &postings)
    }

    /// Both sides of one amount.
    private func post(
        _ amount: Money, of index: Int, cause: Int, paid: Int, to postings: inout LedgerPostings
    ) {
        let thousandths = amount.thousandths
        postings.causedSide[cause] += thousandths
        postings.paidSide[paid] += thousandths
        postings.byRule.post(caused: cause, paid: paid, thousandths)
        let caused = postWeighted(amount, of: index, paid: paid, to: &postings)
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

    /// Posts to where an interaction's cost was caused, with probabilities: link by link back along
    /// the chain, each link holding with its own. The last share takes what rounding leaves.
    /// - Returns: the sum of what was posted.
    private func postWeighted(
        _ amount: Money, of index: Int, paid: Int, to postings: inout LedgerPostings
    ) -> Int64 {
        // Certain links leave no share behind: the path goes through them in one step.
        guard let certain = origins.certain else {
            postings.weighted.post(
                caused: cell(of: origins.byRule[index]), paid: paid, amount.thousandths)
            return amount.thousandths
        }
        var origin = certain[index]
        var current = Int(certain.anchors[index])
        var reach: Int64 = 1_000_000
        var rest = amount.thousandths
        var posted: Int64 = 0
        while reach > 0 {
            let edge = book.edge(of: current)
            guard edge != .none else { break }
            let further = roundedQuotient(reach, Int64(book.probability[current]), 1_000_000)
            let part = amount.share(reach - further, of: 1_000_000).thousandths
            postings.weighted.post(caused: cell(of: origin), paid: paid, part)
            posted += part
            rest -= part
            reach = further
            let earlier = Int(book.predecessor[current])
            origin.follow(edge, to: earlier, failure: book.failure[earlier])
            origin.follow(certain[earlier])
            current = Int(certain.anchors[earlier])
        }
        postings.weighted.post(caused: cell(of: origin), paid: paid, rest)
        return posted + rest
    }
}
