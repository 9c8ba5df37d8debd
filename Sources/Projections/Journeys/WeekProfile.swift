// The week as the log shows it: when there are contacts at all.

import Events

/// How contacts spread over the local week.
enum WeekProfile {
    static let hourCount = 168

    /// Hour of the local week, 0 to 167, Monday 0 h first.
    static func hour(of instant: Instant, offsetMinutes: Int16) -> Int {
        let local = instant.local(offsetMinutes: Int(offsetMinutes))
        return local.date.weekday * 24 + Int(local.microsecondOfDay / 3_600_000_000)
    }

    /// Intensity by hour relative to the week's mean; one contact is added to every hour so that
    /// none is zero.
    static func relativeIntensity(_ table: ContactTable) -> [Double] {
        var counts = [Int](repeating: 1, count: hourCount)
        for contact in table.contacts {
            counts[hour(of: contact.at, offsetMinutes: contact.offsetMinutes)] += 1
        }
        let total = counts.reduce(0, +)
        return counts.map { Double($0 * hourCount) / Double(total) }
    }
}
