// Numbers, clocks and moments in fields, read from their bytes.

import Events

enum FieldText {
    /// `h:mm` or `h:mm:ss` with one or two digits of hours below 24, in seconds of the day.
    static func clock(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int? {
        var scanner = DigitScanner(bytes: range)
        guard let second = scanner.clock(bytes), second < 86_400 else { return nil }
        return scanner.isAtEnd ? second : halfDay(second, bytes, scanner.rest)
    }

    /// The second of the day of a clock that goes to twelve twice, from what stands behind it: AM
    /// or PM in any case, with a blank before it or none.
    private static func halfDay(
        _ second: Int, _ bytes: Span<UInt8>, _ rest: Range<Int>
    ) -> Int? {
        let letters = bytes[rest.lowerBound] == UInt8(ascii: " ") ? rest.dropFirst() : rest
        guard letters.count == 2, bytes[letters.lowerBound + 1] | 0x20 == UInt8(ascii: "m"),
            (3_600..<46_800).contains(second)
        else { return nil }
        let morning = second % 43_200
        switch bytes[letters.lowerBound] | 0x20 {
        case UInt8(ascii: "a"): return morning
        case UInt8(ascii: "p"): return morning + 43_200
        default: return nil
        }
    }

    /// A length of time as `h:mm:ss`, `mm:ss` or `h:mm:ss.25`, in microseconds; a minus before it
    /// makes it negative.
    static func clockDuration(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int64? {
        var scanner = DigitScanner(bytes: range)
        let isNegative = scanner.takes(UInt8(ascii: "-"), bytes)
        var parts: [Int] = []
        repeat {
            guard let part = scanner.number(bytes, digits: parts.isEmpty ? 1...6 : 2...2) else {
                return nil
            }
            parts.append(part)
        } while parts.count < 3 && scanner.takes(UInt8(ascii: ":"), bytes)
        guard parts.count >= 2, parts.dropFirst().allSatisfy({ $0 < 60 }) else { return nil }
        var micro = 0
        if scanner.takes(UInt8(ascii: "."), bytes) {
            guard let fraction = scanner.microseconds(bytes) else { return nil }
            micro = fraction
        }
        guard scanner.isAtEnd else { return nil }
        let seconds = parts.reduce(0) { $0 * 60 + $1 }
        let value = Int64(seconds) * 1_000_000 + Int64(micro)
        return isNegative ? -value : value
    }

    /// A length of time in ISO 8601, as `PT5M30S` or `P1DT2H`, in microseconds. Years and months
    /// have no one length and are not taken.
    static func isoDuration(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int64? {
        var scanner = DigitScanner(bytes: range)
        let isNegative = scanner.takes(UInt8(ascii: "-"), bytes)
        guard scanner.takes(UInt8(ascii: "P"), bytes), !scanner.isAtEnd else { return nil }
        var units: [(letter: UInt8, seconds: Int64)] = [
            (UInt8(ascii: "W"), 604_800), (UInt8(ascii: "D"), 86_400),
        ]
        var total: Int64 = 0
        var isTime = false
        repeat {
            if !isTime, scanner.takes(UInt8(ascii: "T"), bytes) {
                isTime = true
                units = [
                    (UInt8(ascii: "H"), 3_600), (UInt8(ascii: "M"), 60), (UInt8(ascii: "S"), 1),
                ]
            }
            guard let value = scanner.number(bytes, digits: 1...9) else { return nil }
            var micro = 0
            if scanner.takes(UInt8(ascii: "."), bytes) || scanner.takes(UInt8(ascii: ","), bytes) {
                guard let fraction = scanner.microseconds(bytes) else { return nil }
                micro = fraction
            }
            let letter = scanner.take(bytes)
            guard let index = units.firstIndex(where: { $0.letter == letter }),
                micro == 0 || letter == UInt8(ascii: "S")
            else { return nil }
            total += Int64(value) * units[index].seconds * 1_000_000 + Int64(micro)
            // Units come in their order, each once.
            units.removeFirst(index + 1)
        } while !scanner.isAtEnd
        return isNegative ? -total : total
    }

    /// A decimal times `factor`, exactly; `nil` where it is no decimal of at most 18 digits, or
    /// the product is no whole number of 64 bits.
    /// - Parameter point: what stands before the decimals.
    static func scaledDecimal(
        _ bytes: Span<UInt8>, _ range: Range<Int>, by factor: Int64,
        point: UInt8 = UInt8(ascii: ".")
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
            if byte == point, !isAfterPoint, digits > 0, index < range.upperBound {
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

    /// A moment in ISO 8601, as `1999-04-01T08:30:00.25+03:00`; a blank may stand for the T, the
    /// seconds and the offset may be missing.
    static func moment(_ bytes: Span<UInt8>, _ range: Range<Int>) -> WrittenMoment? {
        let start = range.lowerBound
        guard range.count >= 16,
            let day = MomentPattern.isoDate.read(bytes, start..<(start + 10))?.dayNumber,
            bytes[start + 10] == UInt8(ascii: "T") || bytes[start + 10] == UInt8(ascii: " ")
        else { return nil }
        var scanner = DigitScanner(bytes: (start + 11)..<range.upperBound)
        let clockStart = scanner.rest.lowerBound
        guard let second = scanner.clock(bytes, hourDigits: 2...2), second < 86_400 else {
            return nil
        }
        var moment = WrittenMoment(dayNumber: day, secondOfDay: second)
        let hasSeconds = scanner.rest.lowerBound - clockStart == 8
        if hasSeconds,
            scanner.takes(UInt8(ascii: "."), bytes) || scanner.takes(UInt8(ascii: ","), bytes)
        {
            guard let fraction = scanner.microseconds(bytes) else { return nil }
            moment.microsecond = fraction
        }
        guard !scanner.isAtEnd else { return moment }
        guard let offset = scanner.offsetMinutes(bytes), scanner.isAtEnd else { return nil }
        moment.offsetMinutes = offset
        return moment
    }
}

extension FieldText {
    /// As ``scaledDecimal(_:_:by:point:)``, also where thousands are grouped, as in 1.234,50.
    static func amount(
        _ bytes: Span<UInt8>, _ range: Range<Int>, by factor: Int64, point: UInt8
    ) -> Int64? {
        if let plain = scaledDecimal(bytes, range, by: factor, point: point) { return plain }
        guard let plain = ungrouped(bytes, range, point: point) else { return nil }
        return scaledDecimal(plain.span, 0..<plain.count, by: factor, point: point)
    }

    /// A number without the separators of its thousands, where they can be nothing else: each
    /// before three digits, and two of them or a decimal point behind. 1.234 alone may be little
    /// more than one, and is not taken.
    static func ungrouped(
        _ bytes: Span<UInt8>, _ range: Range<Int>, point: UInt8
    ) -> [UInt8]? {
        let other = point == UInt8(ascii: ".") ? UInt8(ascii: ",") : UInt8(ascii: ".")
        var result: [UInt8] = []
        var separator: UInt8?
        var groups = 0
        var digits = 0
        for index in range {
            let byte = bytes[index]
            switch byte {
            case 0x30...0x39: digits += 1
            case UInt8(ascii: "-") where index == range.lowerBound: break
            case other, UInt8(ascii: "'"):
                guard separator ?? byte == byte,
                    groups == 0 ? (1...3).contains(digits) : digits == 3
                else { return nil }
                separator = byte
                groups += 1
                digits = 0
                continue
            case point:
                guard groups > 0, digits == 3 else { return nil }
                for rest in index..<range.upperBound { result.append(bytes[rest]) }
                return result
            default: return nil
            }
            result.append(byte)
        }
        return groups >= 2 && digits == 3 ? result : nil
    }
}
