// Numbers of JSON: whole ones exact to 64 bits, others to the nearest double.

extension JSONCursor {
    /// A whole number of 64 bits, without fraction or exponent.
    mutating func integer(_ line: Span<UInt8>) throws(LineProblem) -> Int64 {
        skipSpace(line)
        let start = position
        let token = try numberToken(line)
        guard token.isWhole else {
            throw LineProblem(
                "bad-number", at: start, found: "a fraction or an exponent",
                expected: "a whole number")
        }
        // Negative all the way: the least number has no positive counterpart.
        var value: Int64 = 0
        for index in token.digits {
            let digit = Int64(line[index] - UInt8(ascii: "0"))
            let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, borrow) = tens.subtractingReportingOverflow(digit)
            guard !overflow, !borrow else { throw JSONCursor.outOfRange(start) }
            value = sum
        }
        if token.isNegative { return value }
        guard value != .min else { throw JSONCursor.outOfRange(start) }
        return -value
    }

    /// The double nearest to a number.
    mutating func number(_ line: Span<UInt8>) throws(LineProblem) -> Double {
        skipSpace(line)
        let start = position
        _ = try numberToken(line)
        guard let text = Utf8Text.string(line, start..<position), let value = Double(text),
            value.isFinite
        else {
            throw LineProblem(
                "bad-number", at: start, found: "a greater one",
                expected: "a number that a double can hold")
        }
        return value
    }

    private struct NumberToken {
        var isNegative: Bool
        /// Those before the fraction.
        var digits: Range<Int>
        var isWhole: Bool
    }

    private mutating func numberToken(_ line: Span<UInt8>) throws(LineProblem) -> NumberToken {
        let start = position
        var index = start
        let isNegative = index < line.count && line[index] == UInt8(ascii: "-")
        if isNegative { index += 1 }
        let digits = JSONCursor.digits(line, from: index)
        guard !digits.isEmpty else { throw unexpected(line, "a number") }
        guard digits.count == 1 || line[digits.lowerBound] != UInt8(ascii: "0") else {
            throw LineProblem(
                "bad-number", at: start, found: "a leading zero",
                expected: "a number without leading zeros")
        }
        index = digits.upperBound
        var isWhole = true
        if index < line.count, line[index] == UInt8(ascii: ".") {
            isWhole = false
            index = try digitsNeeded(line, from: index + 1)
        }
        if index < line.count, line[index] | 0x20 == UInt8(ascii: "e") {
            isWhole = false
            index += 1
            if index < line.count,
                line[index] == UInt8(ascii: "+") || line[index] == UInt8(ascii: "-")
            {
                index += 1
            }
            index = try digitsNeeded(line, from: index)
        }
        move(to: index)
        return NumberToken(isNegative: isNegative, digits: digits, isWhole: isWhole)
    }

    /// The index behind a run of digits that must not be empty.
    private func digitsNeeded(
        _ line: Span<UInt8>, from start: Int
    ) throws(LineProblem) -> Int {
        let digits = JSONCursor.digits(line, from: start)
        guard !digits.isEmpty else {
            throw LineProblem(
                "bad-number", at: start, found: "something else", expected: "a digit")
        }
        return digits.upperBound
    }

    private static func digits(_ line: Span<UInt8>, from start: Int) -> Range<Int> {
        var end = start
        while end < line.count, line[end] &- UInt8(ascii: "0") < 10 { end += 1 }
        return start..<end
    }

    private static func outOfRange(_ start: Int) -> LineProblem {
        LineProblem(
            "bad-number", at: start, found: "a greater one",
            expected: "a whole number of 64 bits")
    }
}

/// Bytes of a line to a string.
enum Utf8Text {
    /// `nil` where the bytes are no UTF-8.
    static func string(_ line: Span<UInt8>, _ range: Range<Int>) -> String? {
        do {
            return String(copying: try UTF8Span(validating: line.extracting(range)))
        } catch {
            return nil
        }
    }
}
