// Contacts as customers count them: being put through is the same contact, coming back is another.

package import Events
import Parallelism

/// The inbound contacts of a log as visits: a first leg and the hand-overs that go on with it.
package struct Visits: Sendable {
    /// By index of interaction: the first leg of its visit, or -1 for what is no inbound contact.
    package let firstLeg: [Int32]
    /// By first leg, else -1: the last leg, in time.
    package let lastLeg: [Int32]
    /// By first leg: hand-overs after it.
    package let handOvers: [Int32]
    /// By first leg: whether a person served one of its legs.
    package let isServed: [Bool]
    /// By first leg: the first leg of the journey's next visit, or -1.
    package let next: [Int32]
    /// By first leg: the same, or, where it comes earlier, the next visit of the same customer and
    /// intent family, however long after, unless the sources name the issues of both.
    package let nextOfNeed: [Int32]

    /// - Complexity: O(n).
    package init(_ table: ContactTable, book: JourneyBook) {
        let contacts = table.contacts
        var firstLeg = [Int32](repeating: -1, count: contacts.count)
        var lastLeg = firstLeg
        var handOvers = [Int32](repeating: 0, count: contacts.count)
        var isServed = [Bool](repeating: false, count: contacts.count)
        for (index, contact) in contacts.enumerated() where contact.isInbound {
            var first = index
            if book.role[index] == .continuation || book.role[index] == .escalation {
                let earlier = firstLeg[Int(book.predecessor[index])]
                if earlier >= 0 { first = Int(earlier) }
            }
            firstLeg[index] = Int32(first)
            lastLeg[first] = Int32(index)
            if first != index { handOvers[first] += 1 }
            if contact.isServed { isServed[first] = true }
        }
        self.firstLeg = firstLeg
        self.lastLeg = lastLeg
        self.handOvers = handOvers
        self.isServed = isServed
        let legs = firstLeg
        let (inJourney, ofCustomer) = Parallel.both(
            { Visits.nextInJourney(book, legs) },
            { Visits.nextOfCustomer(table, book, legs, isSameFamily: true) })
        next = inJourney
        nextOfNeed = Visits.nextOfNeed(table, book, inJourney, ofCustomer)
    }

    /// The first legs, in time order.
    package var starts: some Sequence<Int> {
        firstLeg.indices.lazy.filter { isStart($0) }
    }

    /// Whether an interaction is the first leg of a visit.
    @inline(__always)
    func isStart(_ index: Int) -> Bool { Int(firstLeg[index]) == index }

    /// Whether a visit begins in the channel in which an earlier one began or ended: who calls
    /// again meets the menu first, and has not changed the channel.
    func isSameDoor(_ earlier: Int, _ later: Int, _ table: ContactTable) -> Bool {
        let channel = table.contacts[later].channel
        return channel == table.contacts[earlier].channel
            || channel == table.contacts[Int(lastLeg[earlier])].channel
    }

    private static func nextInJourney(_ book: JourneyBook, _ firstLeg: [Int32]) -> [Int32] {
        var next = [Int32](repeating: -1, count: firstLeg.count)
        var upcoming = [Int32](repeating: -1, count: book.journeys.count)
        for index in firstLeg.indices.reversed() where Int(firstLeg[index]) == index {
            let journey = Int(book.journeyOf[index])
            next[index] = upcoming[journey]
            upcoming[journey] = Int32(index)
        }
        return next
    }

    /// By first leg: the next visit of the same customer, of any intent or of the same family,
    /// whatever the sources name; or -1.
    /// - Complexity: O(n).
    func nextOfCustomer(
        _ table: ContactTable, book: JourneyBook, isSameFamily: Bool
    ) -> [Int32] {
        Visits.nextOfCustomer(table, book, firstLeg, isSameFamily: isSameFamily)
    }

    private static func nextOfCustomer(
        _ table: ContactTable, _ book: JourneyBook, _ firstLeg: [Int32], isSameFamily: Bool
    ) -> [Int32] {
        var next = [Int32](repeating: -1, count: firstLeg.count)
        let visits = RowGroups(of: firstLeg.count, groups: table.customers.count) { index in
            Int(firstLeg[index]) == index ? table.contacts[index].customer : -1
        }
        // By family: the visit that comes next, and whose it is.
        var upcoming = [Int32](repeating: -1, count: isSameFamily ? book.rules.familyCount : 1)
        var owner = upcoming
        for customer in table.customers.indices {
            for place in visits.places(customer).reversed() {
                let index = Int(visits.rows[place])
                let family =
                    isSameFamily ? book.rules.family(of: table.contacts[index].intent) : 0
                if owner[family] == Int32(customer) { next[index] = upcoming[family] }
                owner[family] = Int32(customer)
                upcoming[family] = Int32(index)
            }
        }
        return next
    }

    private static func nextOfNeed(
        _ table: ContactTable, _ book: JourneyBook, _ inJourney: [Int32], _ candidates: [Int32]
    ) -> [Int32] {
        var next = inJourney
        for (index, candidate) in candidates.enumerated() where candidate >= 0 {
            let isOther =
                table.contacts[index].issue.isKnown
                && table.contacts[Int(candidate)].issue.isKnown
                && book.journeyOf[index] != book.journeyOf[Int(candidate)]
            if !isOther, next[index] < 0 || candidate < next[index] { next[index] = candidate }
        }
        return next
    }
}

/// Whether a visit was followed by another within a window, as far as the log shows.
enum FollowUpSight: Sendable {
    /// Neither customer nor issue is known.
    case unseen
    /// The window runs past the end of the log.
    case censored
    case followed
    case notFollowed
}

/// The record as the views take it.
package struct ViewRecord: Sendable {
    package let table: ContactTable
    package let book: JourneyBook
    package let visits: Visits
    /// By index: everything that an interaction costs, in thousandths of a minor unit; `nil` where
    /// there are no cost rules.
    private let costs: [Int64]?
    /// How long after a contact another one of the same need counts as a return.
    package let window: TimeSpan

    package init(
        table: ContactTable, book: JourneyBook, costs: CostRules?, window: TimeSpan
    ) {
        self.table = table
        self.book = book
        visits = Visits(table, book: book)
        self.costs = costs.map { costs in
            let resolver = CostResolver(
                costs, table: table,
                dimensions: LedgerDimensions(table: table, rules: book.rules.rules, costs: costs))
            let contacts = table.contacts
            return inPieces(of: contacts.count, size: 65_536) { rows in
                rows.map { row in
                    var sum: Int64 = 0
                    var unused = ChargeGaps()
                    resolver.charge(contacts[row], gaps: &unused) { sum += $0.amount.thousandths }
                    return sum
                }
            }.flatMap { $0 }
        }
        self.window = window
    }

    /// - Parameter isStrict: whether only visits that the rules join to the journey count.
    func sight(afterVisit first: Int, isStrict: Bool = false) -> FollowUpSight {
        let contact = table.contacts[first]
        guard contact.isFollowed else { return .unseen }
        guard contact.at + window < table.coverage.to else { return .censored }
        let next = Int(isStrict ? visits.next[first] : visits.nextOfNeed[first])
        return next >= 0 && table.contacts[next].at <= contact.at + window
            ? .followed : .notFollowed
    }

    /// Whether a visit shows itself that it did not meet the need: it ended unresolved or
    /// abandoned, or the journey's complaint came within the window.
    func isUnmet(_ first: Int, complaint: Int32) -> Bool {
        let last = table.contacts[Int(visits.lastLeg[first])]
        if last.outcome == .unresolved || last.outcome == .abandoned { return true }
        guard complaint >= 0 else { return false }
        let at = table.contacts[Int(complaint)].at
        return at >= table.contacts[first].at && at <= table.contacts[first].at + window
    }

    /// Everything that an interaction costs; zero without cost rules. Thousandths of a minor unit.
    @inline(__always)
    func cost(_ index: Int) -> Int64 { costs?[index] ?? 0 }
}
