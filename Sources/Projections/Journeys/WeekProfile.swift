// The week as the log shows it: when there are contacts at all.

import Events
import Parallelism

/// How contacts spread over the local week.
enum WeekProfile {
    static let hourCount = 168
    private static let microsecondsPerHour: Int64 = 3_600_000_000
    /// The epoch began on a Thursday.
    private static let hoursBeforeEpoch: Int64 = 72

    /// Hour of the local week, 0 to 167, Monday 0 h first.
    @inline(__always)
    static func hour(of microseconds: Int64, offsetMinutes: Int16) -> Int {
        let local = microseconds &+ Int64(offsetMinutes) &* 60_000_000
        var hours = local / microsecondsPerHour
        if local % microsecondsPerHour < 0 { hours -= 1 }
        let hour = (hours + hoursBeforeEpoch) % Int64(hourCount)
        return Int(hour < 0 ? hour + Int64(hourCount) : hour)
    }

    /// Intensity by hour relative to the week's mean; one contact is added to every hour so that
    /// none is zero.
    static func relativeIntensity(_ table: ContactTable) -> [Double] {
        let contacts = table.contacts
        let parts = inPieces(of: contacts.count, size: 262_144) { rows in
            var counts = [Int](repeating: 0, count: hourCount)
            for row in rows {
                let contact = contacts[row]
                guard contact.isInbound else { continue }
                counts[hour(of: contact.at.microseconds, offsetMinutes: contact.offsetMinutes)] += 1
            }
            return counts
        }
        var counts = [Int](repeating: 1, count: hourCount)
        for part in parts {
            for hour in 0..<hourCount { counts[hour] += part[hour] }
        }
        let total = counts.reduce(0, +)
        return counts.map { Double($0 * hourCount) / Double(total) }
    }
}
