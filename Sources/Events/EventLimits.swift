// What a source can have measured. Everything that computes with events relies on these limits:
// within them no difference of moments and no end of a window leaves 64 bits. Each way into a log
// turns away what lies outside.

/// The limits of what an event states.
package enum EventLimits {
    /// Years 1 to 9999, less a day at both ends, so that no offset leads outside of them.
    package static let moments =
        Instant(
            microseconds: -62_135_510_400_000_000)...Instant(
            microseconds: 253_402_214_400_000_000)
    /// Minutes east of UTC: less than a day either way.
    package static let offsets: ClosedRange<Int16> = -1_439...1_439
    /// Ten years: nothing that a source measures takes longer.
    package static let longest = TimeSpan.days(3_653)
}

/// A value of an event that lies outside of ``EventLimits``.
package struct ValueOutOfLimits: Error, Hashable, Sendable {
    /// As ``Event`` and ``Interaction`` name it: `at`, `talk`.
    package var field: String
    /// In microseconds, or in minutes where it is an offset.
    package var found: Int64
    package var expected: String

    package init(field: String, found: Int64, expected: String) {
        self.field = field
        self.found = found
        self.expected = expected
    }
}

extension Event {
    /// The first value that lies outside of ``EventLimits``; `nil` where none does.
    package var valueOutOfLimits: ValueOutOfLimits? {
        if let value = Event.outside(at, "at") { return value }
        guard EventLimits.offsets.contains(offsetMinutes) else {
            return ValueOutOfLimits(
                field: "offset", found: Int64(offsetMinutes),
                expected: "an offset of less than a day")
        }
        guard let detail = interaction else { return nil }
        let spans = [
            (detail.automation, "automation"), (detail.wait, "wait"), (detail.talk, "talk"),
            (detail.hold, "hold"), (detail.wrapUp, "wrapUp"),
        ]
        for case (let span?, let field) in spans
        where !(TimeSpan.zero...EventLimits.longest).contains(span) {
            return ValueOutOfLimits(
                field: field, found: span.microseconds,
                expected: "a length of time from zero to ten years")
        }
        return detail.ended.flatMap { Event.outside($0, "ended") }
    }

    private static func outside(_ moment: Instant, _ field: String) -> ValueOutOfLimits? {
        EventLimits.moments.contains(moment)
            ? nil
            : ValueOutOfLimits(
                field: field, found: moment.microseconds, expected: "a moment in years 1 to 9999")
    }
}
