// The week as the log shows it: when there are contacts at all.

import Events
import Parallelism

/// How contacts spread over the local week.
struct WeekProfile: Sendable {
    static let hourCount = 168

    /// By hour, relative to the week's mean.
    let intensity: [Double]
    /// By hour: the sum of the intensities of the hours before it; at the end, of all.
    private let before: [Double]

    /// A moment of a week: the week, and the hours since its beginning, each weighed with the
    /// intensity at it.
    struct Moment {
        fileprivate let week: Int64
        fileprivate let hours: Double
    }

    /// The weighed hours from one moment to a later one.
    @inline(__always)
    func hours(from: Moment, to: Moment) -> Double {
        Double(to.week - from.week) * before[WeekProfile.hourCount] + (to.hours - from.hours)
    }

    @inline(__always)
    func moment(_ at: Int64, offsetMinutes: Int16) -> Moment {
        let perWeek = Int64(WeekProfile.hourCount) * WeekProfile.microsecondsPerHour
        let local =
            at &+ Int64(offsetMinutes) &* 60_000_000
            &+ WeekProfile.hoursBeforeEpoch &* WeekProfile.microsecondsPerHour
        var week = local / perWeek
        var rest = local % perWeek
        if rest < 0 {
            week -= 1
            rest += perWeek
        }
        let hour = Int(rest / WeekProfile.microsecondsPerHour)
        let part =
            Double(rest % WeekProfile.microsecondsPerHour)
            / Double(WeekProfile.microsecondsPerHour)
        return Moment(week: week, hours: before[hour] + part * intensity[hour])
    }
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

    /// One contact is added to every hour so that none is zero.
    init(_ table: ContactTable) {
        let contacts = table.contacts
        let parts = inPieces(of: contacts.count, size: 262_144) { rows in
            var counts = [Int](repeating: 0, count: WeekProfile.hourCount)
            for row in rows {
                let contact = contacts[row]
                guard contact.isInbound else { continue }
                let hour = WeekProfile.hour(
                    of: contact.at.microseconds, offsetMinutes: contact.offsetMinutes)
                counts[hour] += 1
            }
            return counts
        }
        var counts = [Int](repeating: 1, count: WeekProfile.hourCount)
        for part in parts {
            for hour in counts.indices { counts[hour] += part[hour] }
        }
        let total = counts.reduce(0, +)
        self.init(
            intensity: counts.map { Double($0 * WeekProfile.hourCount) / Double(total) })
    }

    init(intensity: [Double]) {
        self.intensity = intensity
        var before = [0.0]
        for intensity in intensity { before.append(before[before.count - 1] + intensity) }
        self.before = before
    }
}
