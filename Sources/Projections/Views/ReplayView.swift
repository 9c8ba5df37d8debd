// A period replayed day by day: what was opened, what came back, how it ended.

import Events

/// One local day of the record.
package struct ReplayDay: Hashable, Sendable {
    /// Days since 1970.
    package var day: Int
    /// Journeys whose first interaction fell on it.
    package var opened = 0
    package var contacts = 0
    /// Contacts with which a need came back, and those of them that a named failure caused.
    package var reopened = 0
    package var failures = 0
    /// Pieces of work behind the scenes.
    package var work = 0
    /// Journeys whose last interaction fell on it, by how they stand.
    package var settled = 0
    package var givenUp = 0
    package var undetermined = 0
    package var churned = 0
    package var open = 0
    /// Journeys that have begun and will be heard of again.
    package var underWay = 0
    /// Thousandths of a minor unit.
    package var cost: Int64 = 0
    /// Of people, in microseconds.
    package var handling: Int64 = 0
}

package struct ReplayView: Sendable {
    /// Every day from the first to the last, quiet ones too.
    package let days: [ReplayDay]

    /// Journeys are those whose first interaction is in the selection, all their interactions with
    /// them; `firstDay` and `lastDay` say which days are shown.
    /// - Complexity: O(n + days).
    package init(
        _ record: ViewRecord, _ selection: Selection, firstDay: Int? = nil, lastDay: Int? = nil
    ) {
        let (table, book) = (record.table, record.book)
        var days: [Int: ReplayDay] = [:]
        func change(_ day: Int, _ body: (inout ReplayDay) -> Void) {
            body(&days[day, default: ReplayDay(day: day)])
        }
        let isMember = book.journeys.map { selection.group(of: Int($0.first)) != nil }
        for (index, contact) in table.contacts.enumerated()
        where isMember[Int(book.journeyOf[index])] {
            change(contact.localDay) { day in
                day.cost += record.cost(index)
                if contact.isHandled { day.handling += contact.handleMicroseconds ?? 0 }
                if contact.kind != .contact { day.work += 1 }
                guard record.visits.isStart(index) else { return }
                day.contacts += 1
                if book.role[index].isReturn { day.reopened += 1 }
                if book.edge(of: index) == .failure { day.failures += 1 }
            }
        }
        for (number, journey) in book.journeys.enumerated() where isMember[number] {
            let first = table.contacts[Int(journey.first)].localDay
            let last = table.contacts[Int(journey.last)].localDay
            change(first) { day in
                day.opened += 1
                if last > first { day.underWay += 1 }
            }
            change(last) { day in
                if last > first { day.underWay -= 1 }
                switch journey.state {
                case .settled: day.settled += 1
                case .givenUp: day.givenUp += 1
                case .undetermined: day.undetermined += 1
                case .churned: day.churned += 1
                case .open: day.open += 1
                }
            }
        }
        self.days = ReplayView.filled(days, firstDay, lastDay)
    }

    /// Every day, and on each the sum of what is under way.
    private static func filled(
        _ days: [Int: ReplayDay], _ firstDay: Int?, _ lastDay: Int?
    ) -> [ReplayDay] {
        guard let first = days.keys.min(), let last = days.keys.max() else { return [] }
        var underWay = 0
        var filled: [ReplayDay] = []
        for number in first...last {
            var day = days[number] ?? ReplayDay(day: number)
            underWay += day.underWay
            day.underWay = underWay
            if number >= firstDay ?? first, number <= lastDay ?? last { filled.append(day) }
        }
        return filled
    }
}
