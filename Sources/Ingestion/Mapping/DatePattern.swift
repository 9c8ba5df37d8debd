// Dates as sources write them, by a pattern of the mapping; read from bytes, without strings.

import Events

/// The order and form of year, month and day: `yymmdd`, `yyyy-mm-dd`, `dd.mm.yyyy`.
struct DatePattern: Hashable, Sendable {
    private enum Step: Hashable, Sendable {
        case year(digits: Int)
        case month
        case day
        case literal(UInt8)
    }

    private let steps: [Step]

    static let iso = DatePattern(steps: [
        .year(digits: 4), .literal(0x2d), .month, .literal(0x2d), .day,
    ])

    private init(steps: [Step]) { self.steps = steps }

    /// `nil` unless the text has one year of two or four digits, one month and one day of two.
    init?(text: String) {
        var steps: [Step] = []
        var rest = Array(text.utf8)[...]
        while let first = rest.first {
            let run = rest.prefix { $0 == first }.count
            let isLetter =
                first == UInt8(ascii: "y") || first == UInt8(ascii: "m")
                || first == UInt8(ascii: "d")
            switch (first, run) {
            case (UInt8(ascii: "y"), 2), (UInt8(ascii: "y"), 4): steps.append(.year(digits: run))
            case (UInt8(ascii: "m"), 2): steps.append(.month)
            case (UInt8(ascii: "d"), 2): steps.append(.day)
            default:
                guard !isLetter, first < 0x80, !(0x30...0x39).contains(first) else { return nil }
                steps += [Step](repeating: .literal(first), count: run)
            }
            rest = rest.dropFirst(run)
        }
        let literals = steps.filter { if case .literal = $0 { true } else { false } }
        let years = steps.filter { if case .year = $0 { true } else { false } }
        guard steps.count - literals.count == 3, years.count == 1,
            steps.contains(.month), steps.contains(.day)
        else { return nil }
        self.steps = steps
    }

    /// The day number of a date from 1970-01-01, or `nil` where the bytes are no such date.
    /// Years of two digits from 70 on are of the twentieth century, others of the twenty-first.
    func dayNumber(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int? {
        var index = range.lowerBound
        var year = 0
        var month = 0
        var day = 0
        for step in steps {
            switch step {
            case .literal(let byte):
                guard index < range.upperBound, bytes[index] == byte else { return nil }
                index += 1
            case .year(let digits):
                guard let value = number(bytes, &index, range.upperBound, digits) else {
                    return nil
                }
                year = digits == 4 ? value : value + (value < 70 ? 2_000 : 1_900)
            case .month:
                guard let value = number(bytes, &index, range.upperBound, 2) else { return nil }
                month = value
            case .day:
                guard let value = number(bytes, &index, range.upperBound, 2) else { return nil }
                day = value
            }
        }
        guard index == range.upperBound else { return nil }
        return CivilDate(year: year, month: month, day: day)?.dayNumber
    }

    private func number(
        _ bytes: Span<UInt8>, _ index: inout Int, _ end: Int, _ digits: Int
    ) -> Int? {
        guard index + digits <= end else { return nil }
        var value = 0
        for _ in 0..<digits {
            let byte = bytes[index]
            guard byte >= 0x30, byte <= 0x39 else { return nil }
            value = value * 10 + Int(byte - 0x30)
            index += 1
        }
        return value
    }
}
