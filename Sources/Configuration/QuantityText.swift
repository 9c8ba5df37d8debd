// The grammars of quantities, apart from fields so that they are easy to read and to test.

package import Events

package enum QuantityText {
    private static let units: [(name: String, microseconds: Int64)] = [
        ("w", 604_800_000_000), ("d", 86_400_000_000), ("h", 3_600_000_000),
        ("m", 60_000_000), ("s", 1_000_000), ("ms", 1_000),
    ]

    /// Parts of a decimal and a unit, each unit at most once and from large to small.
    package static func duration(_ text: String) -> TimeSpan? {
        var rest = Array(text.utf8)[...]
        var nextUnit = 0
        var total: Int64 = 0
        while !rest.isEmpty {
            let number = rest.prefix { isDigit($0) || $0 == UInt8(ascii: ".") }
            rest = rest.dropFirst(number.count)
            let name = rest.prefix { !isDigit($0) && $0 != UInt8(ascii: ".") }
            rest = rest.dropFirst(name.count)
            guard
                let index = units[nextUnit...].firstIndex(where: {
                    name.elementsEqual($0.name.utf8)
                }),
                let part = scaled(number, by: units[index].microseconds)
            else { return nil }
            nextUnit = index + 1
            let (sum, overflow) = total.addingReportingOverflow(part)
            guard !overflow else { return nil }
            total = sum
        }
        return nextUnit == 0 ? nil : TimeSpan(microseconds: total)
    }

    /// `text × factor` where that is a whole number that fits; `nil` otherwise.
    static func scaledDecimal(_ text: String, by factor: Int64, allowsSign: Bool) -> Int64? {
        let bytes = Array(text.utf8)
        if allowsSign, bytes.first == UInt8(ascii: "-") {
            return scaled(bytes.dropFirst(), by: factor).map { -$0 }
        }
        return scaled(bytes[...], by: factor)
    }

    /// Digits, and after a point more digits: at most 18 in all, so that 64 bits hold them.
    private static func scaled(_ bytes: ArraySlice<UInt8>, by factor: Int64) -> Int64? {
        var coefficient: Int64 = 0
        var divisor: Int64 = 1
        var digits = 0
        var isAfterPoint = false
        for byte in bytes {
            if byte == UInt8(ascii: "."), !isAfterPoint, digits > 0 {
                isAfterPoint = true
                continue
            }
            guard isDigit(byte), digits < 18 else { return nil }
            digits += 1
            coefficient = coefficient * 10 + Int64(byte - 0x30)
            if isAfterPoint { divisor *= 10 }
        }
        guard digits > 0, bytes.last != UInt8(ascii: ".") else { return nil }
        let product = coefficient.multipliedFullWidth(by: factor)
        guard product.high < divisor else { return nil }
        let (quotient, remainder) = UInt64(divisor).dividingFullWidth(
            (UInt64(product.high), product.low))
        guard remainder == 0, quotient <= UInt64(Int64.max) else { return nil }
        return Int64(quotient)
    }

    static func date(_ text: String) -> CivilDate? {
        let bytes = Array(text.utf8)
        guard bytes.count == 10 else { return nil }
        return date(bytes[...])
    }

    static func localTime(_ text: String) -> LocalTime? {
        let bytes = Array(text.utf8)
        if bytes.count == 10 {
            return date(bytes[...]).map { LocalTime(date: $0, secondOfDay: 0) }
        }
        guard bytes.count == 16 || bytes.count == 19 else { return nil }
        return localTime(bytes[...])
    }

    package static func instant(_ text: String) -> Instant? {
        let bytes = Array(text.utf8)
        let offsetMinutes: Int
        let local: ArraySlice<UInt8>
        if bytes.last == UInt8(ascii: "Z") {
            offsetMinutes = 0
            local = bytes.dropLast()
        } else {
            let tail = Array(bytes.suffix(6))
            guard tail.count == 6, tail[3] == UInt8(ascii: ":"),
                tail[0] == UInt8(ascii: "+") || tail[0] == UInt8(ascii: "-"),
                let hours = twoDigits(tail, at: 1), let minutes = twoDigits(tail, at: 4),
                hours <= 18, minutes < 60
            else { return nil }
            offsetMinutes = (hours * 60 + minutes) * (tail[0] == UInt8(ascii: "-") ? -1 : 1)
            local = bytes.dropLast(6)
        }
        guard local.count == 16 || local.count == 19, let time = localTime(local) else {
            return nil
        }
        return Instant(
            date: time.date, secondsOfDay: time.secondOfDay, offsetMinutes: offsetMinutes)
    }

    /// `1999-04-01T08:30` or with `:00` after it.
    private static func localTime(_ slice: ArraySlice<UInt8>) -> LocalTime? {
        let bytes = Array(slice)
        guard let date = date(bytes[..<10]), bytes[10] == UInt8(ascii: "T"),
            let hour = twoDigits(bytes, at: 11), bytes[13] == UInt8(ascii: ":"),
            let minute = twoDigits(bytes, at: 14), hour < 24, minute < 60
        else { return nil }
        var second = 0
        if bytes.count == 19 {
            guard bytes[16] == UInt8(ascii: ":"), let given = twoDigits(bytes, at: 17),
                given < 60
            else { return nil }
            second = given
        }
        return LocalTime(date: date, secondOfDay: hour * 3_600 + minute * 60 + second)
    }

    private static func date(_ slice: ArraySlice<UInt8>) -> CivilDate? {
        let bytes = Array(slice)
        guard bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            let century = twoDigits(bytes, at: 0), let year = twoDigits(bytes, at: 2),
            let month = twoDigits(bytes, at: 5), let day = twoDigits(bytes, at: 8)
        else { return nil }
        return CivilDate(year: century * 100 + year, month: month, day: day)
    }

    private static func twoDigits(_ bytes: [UInt8], at index: Int) -> Int? {
        guard isDigit(bytes[index]), isDigit(bytes[index + 1]) else { return nil }
        return Int(bytes[index] - 0x30) * 10 + Int(bytes[index + 1] - 0x30)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
