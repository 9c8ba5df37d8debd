// When each channel is open, as far as the record shows: who comes back does not come while it is
// closed.

package import Events
package import Projections

/// The hours of the week in which a channel takes contacts.
///
/// An hour of the day, a day of the week or an hour of the week is closed where no inbound contact
/// of the channel began in it though at least three should have: were contacts spread evenly over
/// the hours or the days, or were hours and days independent of each other. By chance alone that is
/// seen in one case of twenty, e⁻³.
package struct OpeningHours: Sendable {
    private static let hour: Int64 = 3_600_000_000
    private static let week: Int64 = 168 * hour
    private static let leastExpected = 3.0

    private let places: [Symbol: Int]
    /// By channel × 168 + hour of the local week, from Monday on: whole hours until it is open.
    private let hoursUntilOpen: [UInt8]

    /// - Complexity: O(n + channels).
    package init(_ table: ContactTable) {
        var places: [Symbol: Int] = [:]
        var counts: [[Double]] = []
        for contact in table.contacts where contact.isInbound {
            let channel = contact.channel.symbol
            let place = places[channel] ?? counts.count
            if place == counts.count {
                places[channel] = place
                counts.append([Double](repeating: 0, count: 168))
            }
            let local = contact.at.microseconds + Int64(contact.offsetMinutes) * 60_000_000
            counts[place][OpeningHours.hourOfWeek(local)] += 1
        }
        self.places = places
        hoursUntilOpen = counts.flatMap(OpeningHours.hoursUntilOpen)
    }

    /// The number under which a channel's hours are asked for; -1 where nothing came by it.
    package func place(of channel: ChannelID) -> Int { places[channel.symbol] ?? -1 }

    /// Microseconds from a local moment, in microseconds since 1970, until the channel is open:
    /// whole hours, 0 where it is open or nothing is known.
    /// - Parameter place: from ``place(of:)``.
    package func wait(_ place: Int, at local: Int64) -> Int64 {
        guard place >= 0 else { return 0 }
        let hours = hoursUntilOpen[place * 168 + OpeningHours.hourOfWeek(local)]
        return Int64(hours) * OpeningHours.hour
    }

    private static func hourOfWeek(_ local: Int64) -> Int {
        // 1970-01-01 was a Thursday.
        let since = (local + 72 * hour) % week
        return Int((since < 0 ? since + week : since) / hour)
    }

    private static func hoursUntilOpen(_ counts: [Double]) -> [UInt8] {
        let all = counts.reduce(0, +)
        let ofDay = (0..<7).map { day in (0..<24).reduce(0) { $0 + counts[day * 24 + $1] } }
        let ofHour = (0..<24).map { hour in (0..<7).reduce(0) { $0 + counts[$1 * 24 + hour] } }
        let isOpen = counts.indices.map { place in
            let (day, hour) = (ofDay[place / 24], ofHour[place % 24])
            let isDayClosed = day == 0 && all / 7 >= leastExpected
            let isHourClosed = hour == 0 && all / 24 >= leastExpected
            let isClosed = counts[place] == 0 && day * hour / all >= leastExpected
            return !(isDayClosed || isHourClosed || isClosed)
        }
        return counts.indices.map { place in
            UInt8((0..<168).first { isOpen[(place + $0) % 168] } ?? 0)
        }
    }
}
