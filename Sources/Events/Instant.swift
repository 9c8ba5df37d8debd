// Time as the product keeps it: integers, never floating point, no calendar library.

/// A moment: microseconds since 1970-01-01T00:00:00Z.
package struct Instant: Hashable, Comparable, Sendable {
    package var microseconds: Int64

    package init(microseconds: Int64) { self.microseconds = microseconds }

    package static func < (left: Instant, right: Instant) -> Bool {
        left.microseconds < right.microseconds
    }

    package static func + (left: Instant, right: TimeSpan) -> Instant {
        Instant(microseconds: left.microseconds + right.microseconds)
    }

    package static func - (left: Instant, right: TimeSpan) -> Instant {
        Instant(microseconds: left.microseconds - right.microseconds)
    }

    package static func - (left: Instant, right: Instant) -> TimeSpan {
        TimeSpan(microseconds: left.microseconds - right.microseconds)
    }
}

/// A length of time in microseconds; may be negative as a difference.
package struct TimeSpan: Hashable, Comparable, Sendable {
    package var microseconds: Int64

    package init(microseconds: Int64) { self.microseconds = microseconds }

    package static let zero = TimeSpan(microseconds: 0)

    package static func seconds(_ value: Int64) -> TimeSpan {
        TimeSpan(microseconds: value * 1_000_000)
    }
    package static func minutes(_ value: Int64) -> TimeSpan { .seconds(value * 60) }
    package static func hours(_ value: Int64) -> TimeSpan { .seconds(value * 3_600) }
    package static func days(_ value: Int64) -> TimeSpan { .seconds(value * 86_400) }

    /// The span in seconds, for printing and for statistics.
    package var inSeconds: Double { Double(microseconds) / 1_000_000 }

    package static func < (left: TimeSpan, right: TimeSpan) -> Bool {
        left.microseconds < right.microseconds
    }
    package static func + (left: TimeSpan, right: TimeSpan) -> TimeSpan {
        TimeSpan(microseconds: left.microseconds + right.microseconds)
    }
    package static func - (left: TimeSpan, right: TimeSpan) -> TimeSpan {
        TimeSpan(microseconds: left.microseconds - right.microseconds)
    }
}

extension Instant: Codable {
    /// As the number of microseconds.
    package init(from decoder: any Decoder) throws {
        self.init(microseconds: try decoder.singleValueContainer().decode(Int64.self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(microseconds)
    }
}
