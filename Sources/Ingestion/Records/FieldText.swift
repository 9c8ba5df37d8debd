// Numbers, clocks and moments in fields, read from their bytes.

import Events

enum FieldText {
    /// `h:mm` or `h:mm:ss` with one or two digits of hours below 24, in seconds of the day.
    static func clock(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int? {
        var index = range.lowerBound
        guard let hour = number(bytes, &index, range.upperBound, digits: 1...2), hour < 24,
            let minute = part(bytes, &index, range.upperBound)
        else { return nil }
        var second = 0
        if index < range.upperBound {
            guard let given = part(bytes, &index, range.upperBound) else { return nil }
            second = given
        }
        guard index == range.upperBound else { return nil }
        return hour * 3_600 + minute * 60 + second
    }

    /// A colon and two digits below 60.
    private static func part(_ bytes: Span<UInt8>, _ index: inout Int, _ end: Int) -> Int? {
        guard index < end, bytes[index] == UInt8(ascii: ":") else { return nil }
        index += 1
        guard let value = number(bytes, &index, end, digits: 2...2), value < 60 else {
            return nil
        }
        return value
    }

    private static func number(
        _ bytes: Span<UInt8>, _ index: inout Int, _ end: Int, digits: ClosedRange<Int>
    ) -> Int? {
        var value = 0
        var count = 0
        while index < end, count < digits.upperBound, (0x30...0x39).contains(bytes[index]) {
            value = value * 10 + Int(bytes[index] - 0x30)
            index += 1
            count += 1
        }
        return count < digits.lowerBound ? nil : value
    }

    /// A decimal times `factor`, exactly; `nil` where it is no decimal of at most 18 digits, or
    /// the product is no whole number of 64 bits.
    static func scaledDecimal(
        _ bytes: Span<UInt8>, _ range: Range<Int>, by factor: Int64
    ) -> Int64? {
        var index = range.lowerBound
        let isNegative = index < range.upperBound && bytes[index] == UInt8(ascii: "-")
        if isNegative { index += 1 }
        var coefficient: Int64 = 0
        var divisor: Int64 = 1
        var digits = 0
        var isAfterPoint = false
        while index < range.upperBound {
            let byte = bytes[index]
            index += 1
            if byte == UInt8(ascii: "."), !isAfterPoint, digits > 0, index < range.upperBound {
                isAfterPoint = true
                continue
            }
            guard byte >= 0x30, byte <= 0x39, digits < 18 else { return nil }
            digits += 1
            coefficient = coefficient * 10 + Int64(byte - 0x30)
            if isAfterPoint { divisor *= 10 }
        }
        guard digits > 0 else { return nil }
        let value: Int64
        if divisor == 1 {
            let (product, overflow) = coefficient.multipliedReportingOverflow(by: factor)
            guard !overflow else { return nil }
            value = product
        } else {
            let product = coefficient.multipliedFullWidth(by: factor)
            guard product.high < divisor else { return nil }
            let (quotient, remainder) = UInt64(divisor).dividingFullWidth(
                (UInt64(product.high), product.low))
            guard remainder == 0, quotient <= UInt64(Int64.max) else { return nil }
            value = Int64(quotient)
        }
        return isNegative ? -value : value
    }

    /// A moment in ISO 8601: its local seconds, microseconds, and its offset where it has one.
    struct Moment {
        var localSeconds: Int64
        var microseconds: Int64
        var offsetMinutes: Int?
    }

    /// `1999-04-01T08:30:00.25+03:00`; a blank may stand for the T, the offset may be missing.
    static func moment(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Moment? {
        let start = range.lowerBound
        guard range.count >= 16,
            let day = DatePattern.iso.dayNumber(bytes, start..<(start + 10)),
            bytes[start + 10] == UInt8(ascii: "T") || bytes[start + 10] == UInt8(ascii: " ")
        else { return nil }
        var index = start + 11
        guard let hour = number(bytes, &index, range.upperBound, digits: 2...2), hour < 24,
            let minute = part(bytes, &index, range.upperBound)
        else { return nil }
        var second = 0
        var micro = 0
        if index < range.upperBound, bytes[index] == UInt8(ascii: ":") {
            guard let given = part(bytes, &index, range.upperBound) else { return nil }
            second = given
            if index < range.upperBound, bytes[index] == UInt8(ascii: ".") {
                let first = index + 1
                index = first
                guard let fraction = number(bytes, &index, range.upperBound, digits: 1...6) else {
                    return nil
                }
                micro = fraction
                for _ in (index - first)..<6 { micro *= 10 }
            }
        }
        let seconds = day * 86_400 + hour * 3_600 + minute * 60 + second
        var moment = Moment(
            localSeconds: Int64(seconds), microseconds: Int64(micro), offsetMinutes: nil)
        guard index < range.upperBound else { return moment }
        guard let offset = offset(bytes, index..<range.upperBound) else { return nil }
        moment.offsetMinutes = offset
        return moment
    }

    /// `Z`, `+03:00` or `+0300`, in minutes.
    private static func offset(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int? {
        var index = range.lowerBound
        let sign = bytes[index]
        index += 1
        if sign == UInt8(ascii: "Z") { return index == range.upperBound ? 0 : nil }
        guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"),
            let hours = number(bytes, &index, range.upperBound, digits: 2...2), hours <= 18
        else { return nil }
        if index < range.upperBound, bytes[index] == UInt8(ascii: ":") { index += 1 }
        guard let minutes = number(bytes, &index, range.upperBound, digits: 2...2),
            minutes < 60, index == range.upperBound
        else { return nil }
        return (hours * 60 + minutes) * (sign == UInt8(ascii: "-") ? -1 : 1)
    }
}
