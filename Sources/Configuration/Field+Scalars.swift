// Plain values of fields: text, numbers, yes or no, one of several. Numbers follow one grammar
// of our own, so that a file means the same under every locale and library version.

import Events

extension Field {
    /// The text of a scalar, as written; `""` where it is wrong.
    /// - Parameter lengths: How many bytes of UTF-8 there may be.
    package func text(lengths: ClosedRange<Int> = 1...10_000) -> String {
        guard let text = scalarText(expected: "text") else { return "" }
        guard lengths.contains(text.utf8.count) else {
            refuse(
                "bad-length",
                expected: "text of \(lengths.lowerBound) to \(lengths.upperBound) bytes")
            return ""
        }
        return text
    }

    /// A name for use in commands and outputs: letters a to z, digits and hyphens, beginning
    /// with a letter, at most 64 bytes; `""` where it is wrong.
    package func name() -> String {
        let expected = "a name of a-z, 0-9 and hyphens"
        guard let text = scalarText(expected: expected) else { return "" }
        let isLetter = { (byte: UInt8) in (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) }
        let isValid = text.utf8.allSatisfy { byte in
            isLetter(byte) || (0x30...0x39).contains(byte) || byte == UInt8(ascii: "-")
        }
        guard isValid, let first = text.utf8.first, isLetter(first), text.utf8.count <= 64 else {
            refuse("bad-name", expected: expected)
            return ""
        }
        return text
    }

    /// A whole number in decimal; the bound nearest to zero where it is wrong.
    package func integer(in range: ClosedRange<Int> = Int.min...Int.max) -> Int {
        let harmless = min(max(0, range.lowerBound), range.upperBound)
        guard let text = scalarText(expected: "a whole number") else { return harmless }
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x2d }),
            let value = Int(text)
        else {
            refuse("bad-number", expected: "a whole number")
            return harmless
        }
        guard range.contains(value) else {
            refuse("out-of-range", expected: Field.described(range))
            return harmless
        }
        return value
    }

    /// A decimal number, correctly rounded to the nearest double; the bound nearest to zero
    /// where it is wrong.
    package func number(
        in range: ClosedRange<Double> = -1e300...1e300
    ) -> Double {
        let harmless = min(max(0, range.lowerBound), range.upperBound)
        guard let text = scalarText(expected: "a number") else { return harmless }
        guard let value = Field.number(of: text) else {
            refuse("bad-number", expected: "a number, as 12 or 0.5")
            return harmless
        }
        guard range.contains(value) else {
            refuse("out-of-range", expected: "\(range.lowerBound) to \(range.upperBound)")
            return harmless
        }
        return value
    }

    /// A probability or share, 0 to 1: written `0.25` or `25%`.
    package func probability() -> Double {
        let expected = "a probability, 0 to 1 or 0% to 100%"
        guard let text = scalarText(expected: expected) else { return 0 }
        let isPercentage = text.utf8.last == UInt8(ascii: "%")
        // The exponent moves the point in the text, so that the rounding happens once.
        let decimal = isPercentage ? String(text.dropLast()) + "e-2" : text
        guard let value = Field.number(of: decimal) else {
            refuse("bad-number", expected: expected)
            return 0
        }
        guard (0...1).contains(value) else {
            refuse("out-of-range", expected: expected)
            return 0
        }
        return value
    }

    /// `true` or `false`; `false` where it is wrong.
    package func flag() -> Bool {
        let expected = "true or false"
        guard let text = scalarText(expected: expected) else { return false }
        switch text {
        case "true": return true
        case "false": return false
        default:
            refuse("bad-flag", expected: expected)
            return false
        }
    }

    /// The value that stands beside the name written in the file; the first where it is wrong.
    /// - Precondition: `options` is not empty.
    package func choice<Value>(_ options: KeyValuePairs<String, Value>) -> Value {
        let names = options.map(\.key)
        let index = chosenIndex(among: names) ?? 0
        return options[index].value
    }

    /// The case whose name is written in the file; the first where it is wrong.
    package func choice<Choice: CaseIterable>(
        of type: Choice.Type, named name: (Choice) -> String
    ) -> Choice {
        let cases = Array(Choice.allCases)
        return cases[chosenIndex(among: cases.map(name)) ?? 0]
    }

    /// One of several names; `""` where it is wrong.
    package func choice(among names: [String]) -> String {
        chosenIndex(among: names).map { names[$0] } ?? ""
    }

    private func chosenIndex(among names: [String]) -> Int? {
        let shown = names.prefix(40).joined(separator: ", ") + (names.count > 40 ? ", ..." : "")
        let expected = "one of \(shown)"
        guard let text = scalarText(expected: expected) else { return nil }
        if let index = names.firstIndex(of: text) { return index }
        refuse(
            "unknown-choice", expected: expected, hint: Suggestion.hint(for: text, among: names))
        return nil
    }

    /// The double nearest to a decimal text: sign, digits, point, digits, exponent. No infinity,
    /// no hexadecimal, no blanks, no digit separators.
    private static func number(of text: String) -> Double? {
        let first = text.utf8.first { $0 != 0x2d }
        guard let first, (0x30...0x39).contains(first), text.utf8.count <= 64 else { return nil }
        let isDecimal = text.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || "+-.eE".utf8.contains(byte)
        }
        guard isDecimal, let value = Double(text), value.isFinite else { return nil }
        return value == 0 ? 0 : value
    }

    private static func described(_ range: ClosedRange<Int>) -> String {
        switch (range.lowerBound, range.upperBound) {
        case (let lower, Int.max): "at least \(lower)"
        case (Int.min, let upper): "at most \(upper)"
        case (let lower, let upper): "\(lower) to \(upper)"
        }
    }
}
