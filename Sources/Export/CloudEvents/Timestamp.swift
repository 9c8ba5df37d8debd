// RFC 3339 texts of moments: always microseconds, always the offset of the clock that told them.

import Events

/// Writes moments; remembers the last day, because most events fall on the day of the one before.
struct TimestampWriter {
    private var day: Int64 = .min
    private var dayText: [UInt8] = []

    /// Whether a moment at an offset can be written: years 1 to 9999, offsets of less than a day.
    static func canWrite(_ instant: Instant, offsetMinutes: Int) -> Bool {
        Int16(exactly: offsetMinutes).map(EventLimits.offsets.contains) == true
            && EventLimits.moments.contains(instant)
    }

    /// - Precondition: ``canWrite(_:offsetMinutes:)``.
    mutating func append(_ instant: Instant, offsetMinutes: Int, to bytes: inout [UInt8]) {
        let local = instant.microseconds + Int64(offsetMinutes) * 60_000_000
        let perDay: Int64 = 86_400_000_000
        let today = local >= 0 ? local / perDay : -((perDay - 1 - local) / perDay)
        if today != day {
            day = today
            dayText = Array("\(CivilDate(dayNumber: Int(today)))T".utf8)
        }
        bytes += dayText
        let microsecond = UInt64(local - today * perDay)
        let second = microsecond / 1_000_000
        TimestampWriter.append(twoDigits: second / 3_600, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        TimestampWriter.append(twoDigits: second / 60 % 60, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        TimestampWriter.append(twoDigits: second % 60, to: &bytes)
        bytes.append(UInt8(ascii: "."))
        JSONText.append(digits: microsecond % 1_000_000, width: 6, to: &bytes)
        guard offsetMinutes != 0 else {
            bytes.append(UInt8(ascii: "Z"))
            return
        }
        let magnitude = UInt64(abs(offsetMinutes))
        bytes.append(UInt8(ascii: offsetMinutes < 0 ? "-" : "+"))
        TimestampWriter.append(twoDigits: magnitude / 60, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        TimestampWriter.append(twoDigits: magnitude % 60, to: &bytes)
    }

    @inline(__always)
    private static func append(twoDigits value: UInt64, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value / 10))
        bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value % 10))
    }
}

/// A moment and the offset at which it was told.
struct Timestamp: Hashable {
    var instant: Instant
    var offsetMinutes: Int

    /// The moment written in `line[range]`, with up to six digits of a fraction of a second;
    /// `nil` where it is none. Leap seconds have no place in the log's time.
    init?(_ line: Span<UInt8>, _ range: Range<Int>) {
        var place = range.lowerBound
        func byte(_ expected: UInt8) -> Bool {
            guard place < range.upperBound, line[place] == expected else { return false }
            place += 1
            return true
        }
        func digits(_ count: Int) -> Int? {
            guard place + count <= range.upperBound else { return nil }
            var value = 0
            for index in place..<(place + count) {
                let digit = line[index] &- UInt8(ascii: "0")
                guard digit < 10 else { return nil }
                value = value * 10 + Int(digit)
            }
            place += count
            return value
        }
        guard let year = digits(4), byte(UInt8(ascii: "-")), let month = digits(2),
            byte(UInt8(ascii: "-")), let dayOfMonth = digits(2), byte(UInt8(ascii: "T")),
            let date = CivilDate(year: year, month: month, day: dayOfMonth),
            let hour = digits(2), hour < 24, byte(UInt8(ascii: ":")),
            let minute = digits(2), minute < 60, byte(UInt8(ascii: ":")),
            let second = digits(2), second < 60
        else { return nil }
        var fraction = 0
        if byte(UInt8(ascii: ".")) {
            var scale = 1_000_000
            while let digit = digits(1) {
                guard scale > 1 else { return nil }
                scale /= 10
                fraction += digit * scale
            }
            guard scale < 1_000_000 else { return nil }
        }
        var offset = 0
        if !byte(UInt8(ascii: "Z")) {
            let isWest = byte(UInt8(ascii: "-"))
            guard isWest || byte(UInt8(ascii: "+")), let hours = digits(2), hours < 24,
                byte(UInt8(ascii: ":")), let minutes = digits(2), minutes < 60
            else { return nil }
            offset = (hours * 60 + minutes) * (isWest ? -1 : 1)
        }
        guard place == range.upperBound else { return nil }
        let whole = Instant(
            date: date, secondsOfDay: hour * 3_600 + minute * 60 + second, offsetMinutes: offset)
        instant = Instant(microseconds: whole.microseconds + Int64(fraction))
        offsetMinutes = offset
    }
}
