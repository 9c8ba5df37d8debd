// Where customers get stuck: places of the journey at which they leave, give up or have to come
// back, and by which door.

package import Events

/// A place of the journey: an intent in a channel.
package struct StuckPoint: Hashable, Sendable {
    package var intent: IntentID
    package var channel: ChannelID
    /// Visits that began there.
    package var visits = 0
    /// Visits whose last leg was abandoned.
    package var abandoned = 0
    /// Visits with a named failure at their end.
    package var failed = 0
    /// Visits that were followed by another of the journey, by the same and by another channel.
    package var backBySame = 0
    package var backByOther = 0
    /// Journeys that ended there unmet and in silence.
    package var givenUp = 0

    /// Visits after which the customer had to come back, or did not.
    package var stuck: Int { backBySame + backByOther + givenUp }
    package var stuckShare: Double { visits == 0 ? 0 : Double(stuck) / Double(visits) }
}

package struct StuckView: Sendable {
    /// Those at which most customers get stuck first.
    package let points: [StuckPoint]

    /// - Complexity: O(n + points log points).
    package init(_ record: ViewRecord, _ selection: Selection) {
        let (table, book, visits) = (record.table, record.book, record.visits)
        var points: [UInt64: StuckPoint] = [:]
        for first in visits.starts where selection.group(of: first) != nil {
            let contact = table.contacts[first]
            let key =
                UInt64(contact.intent.symbol.rawValue) << 32
                | UInt64(contact.channel.symbol.rawValue)
            let last = Int(visits.lastLeg[first])
            var point =
                points[key] ?? StuckPoint(intent: contact.intent, channel: contact.channel)
            point.visits += 1
            if table.contacts[last].outcome == .abandoned { point.abandoned += 1 }
            if book.failure[last] != 0 { point.failed += 1 }
            let next = Int(visits.next[first])
            let journey = book.journeys[Int(book.journeyOf[first])]
            if next >= 0 {
                if visits.isSameDoor(first, next, table) {
                    point.backBySame += 1
                } else {
                    point.backByOther += 1
                }
            } else if journey.state == .givenUp {
                point.givenUp += 1
            }
            points[key] = point
        }
        self.points = points.sorted { (-$0.value.stuck, $0.key) < (-$1.value.stuck, $1.key) }
            .map(\.value)
    }
}
