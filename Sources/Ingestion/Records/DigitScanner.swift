// A place in a field's bytes, and the numbers that are read from there.

struct DigitScanner {
    private var index: Int
    private let end: Int

    init(bytes range: Range<Int>) {
        index = range.lowerBound
        end = range.upperBound
    }

    var isAtEnd: Bool { index == end }

    /// The bytes that are not read yet.
    var rest: Range<Int> { index..<end }

    /// The next byte.
    mutating func take(_ bytes: Span<UInt8>) -> UInt8? {
        guard index < end else { return nil }
        index += 1
        return bytes[index - 1]
    }

    /// Whether the next byte is this one, which then is read.
    mutating func takes(_ byte: UInt8, _ bytes: Span<UInt8>) -> Bool {
        guard index < end, bytes[index] == byte else { return false }
        index += 1
        return true
    }

    /// A number of so many digits, as many of them as there are.
    mutating func number(_ bytes: Span<UInt8>, digits: ClosedRange<Int>) -> Int? {
        var value = 0
        var count = 0
        while index < end, count < digits.upperBound {
            let digit = bytes[index] &- 0x30
            guard digit < 10 else { break }
            value = value &* 10 &+ Int(digit)
            index += 1
            count += 1
        }
        return count < digits.lowerBound ? nil : value
    }

    /// A fraction of a second, cut to microseconds: instants have no more.
    mutating func microseconds(_ bytes: Span<UInt8>) -> Int? {
        let first = index
        guard var value = number(bytes, digits: 1...6) else { return nil }
        for _ in (index - first)..<6 { value *= 10 }
        while index < end, bytes[index] &- 0x30 < 10 { index += 1 }
        return value
    }

    /// `Z`, `+03:00`, `+0300` or `+03`, in minutes.
    mutating func offsetMinutes(_ bytes: Span<UInt8>) -> Int? {
        guard let sign = take(bytes) else { return nil }
        if sign == UInt8(ascii: "Z") || sign == UInt8(ascii: "z") { return 0 }
        guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"),
            let hours = number(bytes, digits: 2...2), hours <= 18
        else { return nil }
        var minutes = 0
        if takes(UInt8(ascii: ":"), bytes) || !isAtEnd && bytes[index] &- 0x30 < 10 {
            guard let value = number(bytes, digits: 2...2), value < 60 else { return nil }
            minutes = value
        }
        return (hours * 60 + minutes) * (sign == UInt8(ascii: "-") ? -1 : 1)
    }

    /// `h:mm` or `h:mm:ss` with hours of up to `hourDigits` digits, in seconds; an hour of the day
    /// is not more than 23.
    mutating func clock(_ bytes: Span<UInt8>, hourDigits: ClosedRange<Int> = 1...2) -> Int? {
        guard let hour = number(bytes, digits: hourDigits), let minute = sexagesimal(bytes) else {
            return nil
        }
        var second = 0
        if !isAtEnd, bytes[index] == UInt8(ascii: ":") {
            guard let given = sexagesimal(bytes) else { return nil }
            second = given
        }
        return hour * 3_600 + minute * 60 + second
    }

    /// A colon and two digits below 60.
    private mutating func sexagesimal(_ bytes: Span<UInt8>) -> Int? {
        guard takes(UInt8(ascii: ":"), bytes), let value = number(bytes, digits: 2...2), value < 60
        else { return nil }
        return value
    }
}
