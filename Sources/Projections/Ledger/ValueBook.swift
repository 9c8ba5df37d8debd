// The value of customers who left, and of those who may leave, where it was caused: a hidden book,
// never netted against cash.

import Events

/// Amounts by caused row, every rule-made link counted whole and counted with its probability.
package struct CausedSums: Hashable, Sendable {
    /// Thousandths of a minor unit.
    package private(set) var byRule: [Int64]
    package private(set) var weighted: [Int64]

    init(_ dimensions: LedgerDimensions) {
        byRule = [Int64](repeating: 0, count: dimensions.causedCount)
        weighted = byRule
    }

    package var total: Int64 { byRule.reduce(0, +) }

    mutating func post(_ amount: Money, of index: Int, _ poster: LedgerPoster) {
        byRule[poster.row(of: index)] += amount.thousandths
        poster.forEachShare(of: amount, causedBy: index) { row, part in weighted[row] += part }
    }
}

/// Customers' value.
package struct ValueBook: Sendable {
    /// The value of customers who left after a journey that had not ended for long.
    package let left: CausedSums
    package let leftCount: Int
    /// The value of customers who gave up, as far as they are likely to leave for it; of those
    /// who left for whatever reason it is none.
    package let atRisk: CausedSums
    package let atRiskCount: Int
    /// Journeys among both for whose segment no value is stated.
    package let unvaluedCount: Int

    /// A customer's value is that of the segment which their journey names last. It is caused by
    /// what caused the journey's last interaction.
    /// - Parameter selection: journeys are looked at where their first interaction is.
    /// - Complexity: O(journeys + chains of those that were lost), O(n log n) of those given up.
    init(_ rules: ValueRules, poster: LedgerPoster, selection: Selection?) {
        let (table, book) = (poster.table, poster.book)
        let values = SegmentValues(rules, table: table)
        var left = CausedSums(poster.dimensions)
        var atRisk = left
        var (leftCount, atRiskCount, unvaluedCount) = (0, 0, 0)
        func isLookedAt(_ journey: Journey) -> Bool {
            selection.map { $0.group(of: Int(journey.first)) != nil } ?? true
        }
        for journey in ValueBook.departures(book) where isLookedAt(journey) {
            let last = Int(journey.last)
            if let amount = values.amount(poster.segment(of: last)) {
                left.post(amount, of: last, poster)
                leftCount += 1
            } else {
                unvaluedCount += 1
            }
        }
        var seen: Set<Int32> = []
        for (journey, millionths) in ValueBook.chances(rules.leaving, table, book)
        where isLookedAt(journey) {
            let last = Int(journey.last)
            if let amount = values.amount(poster.segment(of: last)) {
                atRisk.post(amount.share(millionths, of: 1_000_000), of: last, poster)
                if seen.insert(journey.customer).inserted { atRiskCount += 1 }
            } else {
                unvaluedCount += 1
            }
        }
        self.left = left
        self.leftCount = leftCount
        self.atRisk = atRisk
        self.atRiskCount = atRiskCount
        self.unvaluedCount = unvaluedCount
    }

    /// Of each customer who left, the journey after whose last interaction they did: of several,
    /// the one that was over last. In the order of journeys.
    private static func departures(_ book: JourneyBook) -> [Journey] {
        var latest: [Int32: Int] = [:]
        for (number, journey) in book.journeys.enumerated() where journey.state == .churned {
            if let other = latest[journey.customer], book.journeys[other].last > journey.last {
                continue
            }
            latest[journey.customer] = number
        }
        return latest.values.sorted().map { book.journeys[$0] }
    }

    /// Journeys given up by customers who stayed as far as is known, and how likely each is the one
    /// for which its customer leaves, in millionths: one leaves once. In the order in which they
    /// were over.
    private static func chances(
        _ rule: LeavingRule?, _ table: ContactTable, _ book: JourneyBook
    ) -> [(Journey, Int64)] {
        guard let rule else { return [] }
        var stays: [Int32: Int64] = [:]
        return book.journeys.filter { journey in
            journey.state == .givenUp && journey.customer >= 0
                && table.churnedAt[journey.customer] == nil
        }.sorted { $0.last < $1.last }.map { journey in
            let before = stays[journey.customer] ?? 1_000_000
            let after = roundedQuotient(before, 1_000_000 - rule.probability, 1_000_000)
            stays[journey.customer] = after
            return (journey, before - after)
        }
    }
}

/// Values by symbol of the segment.
private struct SegmentValues {
    private var values: [(place: SymbolLists.Place, amount: Money)] = []
    private var lists = SymbolLists()

    init(_ rules: ValueRules, table: ContactTable) {
        let isNamed = rules.values.contains { !$0.segments.isEmpty }
        let known = isNamed ? RuleWords.byName(table.segments, names: table.dictionary) : [:]
        for value in rules.values {
            values.append((lists.add(value.segments, known: known), value.amount))
        }
    }

    func amount(_ segment: Symbol) -> Money? {
        values.first { lists.takes(segment, $0.place) }?.amount
    }
}
