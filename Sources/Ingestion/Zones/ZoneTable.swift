// Wall-clock times of a named zone to UTC. Only this target knows zones; behind it an event has
// its instant and the offset it was recorded at.

/// The offsets of one time zone, from the beginning of time to the end of 2100.
package struct ZoneTable: Sendable {
    /// How a local time stands to the zone's changes.
    package enum Reading: Sendable {
        case unique
        /// The clocks jumped over it; read with the offset before the jump.
        case inGap
        /// The clocks showed it twice; read as the first.
        case inOverlap
    }

    /// A local time in UTC.
    package struct Resolution: Sendable {
        /// Seconds since 1970-01-01T00:00:00Z.
        package var utcSeconds: Int64
        /// East of UTC.
        package var offsetSeconds: Int
        package var reading: Reading

        /// The offset in minutes, rounded towards zero: offsets before standard time had
        /// seconds.
        package var offsetMinutes: Int16 { Int16(offsetSeconds / 60) }
    }

    package let name: String
    /// UTC seconds at which each period begins; the first is the beginning of time.
    private let starts: [Int64]
    private let offsets: [Int]

    static let beginningOfTime = Int64.min / 4
    /// No zone is further from UTC than this, and no two neighbours differ by more.
    private static let reachSeconds: Int64 = 26 * 3_600

    /// - Precondition: as many periods as offsets, at least one, in order of time.
    init(name: String, periods: [(start: Int64, offsetSeconds: Int)]) {
        precondition(!periods.isEmpty, "zone \(name) has no period")
        var starts: [Int64] = []
        var offsets: [Int] = []
        for period in periods where offsets.last != period.offsetSeconds {
            precondition(period.start > starts.last ?? Int64.min, "zone \(name) is out of order")
            starts.append(period.start)
            offsets.append(period.offsetSeconds)
        }
        self.name = name
        self.starts = starts
        self.offsets = offsets
    }

    /// UTC itself, which needs no zone file.
    package static let utc = ZoneTable(name: "UTC", periods: [(beginningOfTime, 0)])

    /// The instant at which the zone's clocks showed `localSeconds` since 1970-01-01T00:00:00.
    /// - Complexity: O(log n) in the number of changes.
    package func resolve(localSeconds: Int64) -> Resolution {
        var period = index(at: localSeconds - ZoneTable.reachSeconds)
        var found: Resolution?
        while period < starts.count, starts[period] <= localSeconds + ZoneTable.reachSeconds {
            let offset = offsets[period]
            let utc = localSeconds - Int64(offset)
            let isBeforeNext = period + 1 == starts.count || utc < starts[period + 1]
            if utc >= starts[period], isBeforeNext {
                guard found == nil else {
                    found?.reading = .inOverlap
                    break
                }
                found = Resolution(utcSeconds: utc, offsetSeconds: offset, reading: .unique)
            } else if found == nil, !isBeforeNext,
                localSeconds - Int64(offsets[period + 1]) < starts[period + 1]
            {
                return Resolution(utcSeconds: utc, offsetSeconds: offset, reading: .inGap)
            }
            period += 1
        }
        if let found { return found }
        // Only a zone with two jumps within one gap comes here.
        let offset = offsetSeconds(atUTC: localSeconds)
        return Resolution(
            utcSeconds: localSeconds - Int64(offset), offsetSeconds: offset, reading: .inGap)
    }

    /// The offset in force at an instant, in seconds east of UTC.
    package func offsetSeconds(atUTC utcSeconds: Int64) -> Int { offsets[index(at: utcSeconds)] }

    /// The last period that begins at or before an instant.
    private func index(at utcSeconds: Int64) -> Int {
        var low = 0
        var high = starts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= utcSeconds { low = middle } else { high = middle }
        }
        return low
    }
}
