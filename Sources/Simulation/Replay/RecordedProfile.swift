// The recorded side of what a replay compares by day, by customer and by contact: the contacts of
// the needs that touch the scenario's days.

import Events
import Projections

struct RecordedProfile: Sendable {
    /// By day × ``DayFigure``; figures that depend on which links are real are zero.
    private let sums: [Int64]
    /// Local days since 1970: all, and those of the scenario.
    private let days: Range<Int>
    let window: ClosedRange<Int>
    let effort: EffortMoments
    /// By number of the customer in ``RecordedTrees/customers``: inbound contacts.
    let contactsOf: [Int32]
    let counts: ContactCounts
    /// By number of the customer: the segment of their first contact that states one, a place in
    /// ``segments``.
    let segmentOf: [Int32]
    /// Names, ascending; the first is of those whose segment is not stated.
    let segments: [String]
    /// Of days and contacts as recorded.
    let spread: Spread

    /// - Parameter window: the scenario's days, local, since 1970.
    init(
        _ trees: RecordedTrees, _ tables: ReplayTables, table: ContactTable,
        window: ClosedRange<Int>
    ) {
        var profile = DayProfile(days: tables.days)
        var effort = EffortMoments()
        var contactsOf = [Int32](repeating: 0, count: trees.customers.count)
        for contact in trees.contacts {
            let day = Int(contact.day)
            profile.add(contact, isRework: false, isSilentEnd: false, on: day, sign: 1)
            for charge in [contact.charges.0, contact.charges.1] where charge.payer >= 0 {
                profile[day, .charges] += charge.amount
            }
            guard contact.marks.contains(.inbound) else { continue }
            if contact.customer >= 0 { contactsOf[Int(contact.customer)] += 1 }
            guard contact.isServed else { continue }
            let time = EffortMoments.deciseconds(contact.handleTime)
            profile[day, .served] += 1
            profile[day, .servedTime] += time
            effort.add(time)
        }
        self.window = window.clamped(to: tables.days.lowerBound...(tables.days.upperBound - 1))
        days = tables.days
        var sums: [Int64] = []
        for day in tables.days { sums += DayFigure.allCases.map { profile[day, $0] } }
        self.sums = sums
        self.effort = effort
        self.contactsOf = contactsOf
        counts = ContactCounts(contactsOf)
        (segments, segmentOf) = RecordedProfile.segments(trees, table: table)
        var efforts: [DayEffort] = []
        for day in self.window {
            efforts.append(
                DayEffort(
                    profile[day, .contacts], profile[day, .served], profile[day, .servedTime]))
        }
        spread = Spread(counts: counts, effort: effort, days: efforts)
    }

    subscript(day: Int, figure: DayFigure) -> Int64 {
        sums[(day - days.lowerBound) * DayFigure.count + figure.rawValue]
    }

    /// The recorded sums of a week.
    func week(_ week: Int, _ figure: DayFigure) -> Int64 {
        (0..<7).reduce(0) { $0 + self[days.lowerBound + week * 7 + $1, figure] }
    }

    /// What the days, customers and contacts of a replication look like.
    func spread(
        changedBy profile: borrowing DayProfile, effort change: EffortMoments, counts: ContactCounts
    ) -> Spread {
        var after = effort
        after.count += change.count
        after.sum += change.sum
        after.squares += change.squares
        var days: [DayEffort] = []
        days.reserveCapacity(window.count)
        for day in window {
            days.append(
                DayEffort(
                    self[day, .contacts] + profile[day, .contacts],
                    self[day, .served] + profile[day, .served],
                    self[day, .servedTime] + profile[day, .servedTime]))
        }
        return Spread(counts: counts, effort: after, days: days)
    }

    private static func segments(
        _ trees: RecordedTrees, table: ContactTable
    ) -> (names: [String], of: [Int32]) {
        let names =
            ["not stated"]
            + table.segments.map { table.dictionary.string($0) }.filter { !$0.isEmpty }.sorted()
        let places = Dictionary(
            names.enumerated().map { ($0.element, Int32($0.offset)) },
            uniquingKeysWith: { first, _ in first })
        var ofTable = [Int32](repeating: 0, count: table.customers.count)
        for contact in table.contacts where contact.customer >= 0 {
            let customer = Int(contact.customer)
            guard ofTable[customer] == 0 else { continue }
            ofTable[customer] = places[table.dictionary.string(contact.segment)] ?? 0
        }
        return (names, trees.customers.map { ofTable[Int($0)] })
    }
}

/// Contacts, contacts served and the deciseconds that these took, of one day.
struct DayEffort {
    let contacts: Int64
    let served: Int64
    let time: Int64

    init(_ contacts: Int64, _ served: Int64, _ time: Int64) {
        self.contacts = contacts
        self.served = served
        self.time = time
    }
}
