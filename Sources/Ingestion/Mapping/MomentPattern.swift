// Dates and times as sources write them, by a pattern of the mapping; read from bytes, without
// strings.

import Events

/// What a pattern reads: a date, and what it has of a time.
struct WrittenMoment {
    /// Days since 1970-01-01.
    var dayNumber: Int
    var secondOfDay = 0
    var microsecond = 0
    /// Where the moment states one.
    var offsetMinutes: Int?

    var localSeconds: Int64 { Int64(dayNumber * 86_400 + secondOfDay) }
}

/// The order and form of a date and a time: `yymmdd`, `dd.mm.yyyy HH:MM`, `yyyy-mm-ddTHH:MM:SS.fz`.
///
/// | letters | read |
/// |---|---|
/// | `yyyy`, `yy` | year; two digits from 70 on are of the twentieth century |
/// | `mm`, `m`, `mon` | month: two digits, one or two, an English abbreviation |
/// | `dd`, `d` | day |
/// | `HH`, `H` | hour of 24 |
/// | `hh`, `h`, with `AP` | hour of 12, with AM or PM in any case |
/// | `MM`, `SS` | minute, second |
/// | `f` | a fraction of a second, of any length |
/// | `z` | an offset: `Z`, `+02:00`, `+0200`, `+02` |
/// | anything else | itself |
struct MomentPattern: Hashable, Sendable {
    private enum Step: Hashable, Sendable {
        case year(digits: Int)
        case month(digits: ClosedRange<Int>)
        case monthName
        case day(digits: ClosedRange<Int>)
        case hour(digits: ClosedRange<Int>)
        case halfDayHour(digits: ClosedRange<Int>)
        case halfDay
        case minute
        case second
        case fraction
        case offset
        case literal(UInt8)
    }

    private static let monthNames = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ].map { Array($0.utf8) }

    private let steps: [Step]

    /// Whether a time of day is read besides the date.
    let hasTime: Bool

    static let isoDate = MomentPattern(
        steps: [
            .year(digits: 4), .literal(UInt8(ascii: "-")), .month(digits: 2...2),
            .literal(UInt8(ascii: "-")), .day(digits: 2...2),
        ], hasTime: false)

    private init(steps: [Step], hasTime: Bool) {
        self.steps = steps
        self.hasTime = hasTime
    }

    /// `nil` unless the text has a year, a month and a day, and of a time nothing, or an hour and a
    /// minute at least; each once.
    init?(text: String) {
        var steps: [Step] = []
        var rest = Array(text.utf8)[...]
        while let first = rest.first {
            if rest.starts(with: "mon".utf8) {
                steps.append(.monthName)
                rest = rest.dropFirst(3)
                continue
            }
            if rest.starts(with: "AP".utf8) {
                steps.append(.halfDay)
                rest = rest.dropFirst(2)
                continue
            }
            let run = rest.prefix { $0 == first }.count
            guard let step = MomentPattern.step(first, count: run) else { return nil }
            steps += step
            rest = rest.dropFirst(run)
        }
        guard let hasTime = MomentPattern.hasTime(steps) else { return nil }
        self.init(steps: steps, hasTime: hasTime)
    }

    private static func step(_ letter: UInt8, count: Int) -> [Step]? {
        let oneOrTwo = count == 2 ? 2...2 : 1...2
        switch (letter, count) {
        case (UInt8(ascii: "y"), 2), (UInt8(ascii: "y"), 4): return [.year(digits: count)]
        case (UInt8(ascii: "m"), 1...2): return [.month(digits: oneOrTwo)]
        case (UInt8(ascii: "d"), 1...2): return [.day(digits: oneOrTwo)]
        case (UInt8(ascii: "H"), 1...2): return [.hour(digits: oneOrTwo)]
        case (UInt8(ascii: "h"), 1...2): return [.halfDayHour(digits: oneOrTwo)]
        case (UInt8(ascii: "M"), 2): return [.minute]
        case (UInt8(ascii: "S"), 2): return [.second]
        case (UInt8(ascii: "f"), 1): return [.fraction]
        case (UInt8(ascii: "z"), 1): return [.offset]
        default:
            let isMeaningful = "ymdHhMSfzA".utf8.contains(letter)
            guard !isMeaningful, letter < 0x80, !(0x30...0x39).contains(letter) else { return nil }
            return [Step](repeating: .literal(letter), count: count)
        }
    }

    /// Whether the steps have a time; `nil` where they are no whole pattern.
    private static func hasTime(_ steps: [Step]) -> Bool? {
        var counts = [Int](repeating: 0, count: 9)
        for step in steps {
            switch step {
            case .year: counts[0] += 1
            case .month, .monthName: counts[1] += 1
            case .day: counts[2] += 1
            case .hour: counts[3] += 1
            case .halfDayHour: counts[4] += 1
            case .halfDay: counts[5] += 1
            case .minute: counts[6] += 1
            case .second: counts[7] += 1
            case .fraction, .offset: counts[8] += 1
            case .literal: break
            }
        }
        let hours = counts[3] + counts[4]
        guard counts[0...2].allSatisfy({ $0 == 1 }), counts[4] == counts[5], hours <= 1,
            counts[6] == hours, counts[7] <= hours, hours == 1 || counts[8] == 0
        else { return nil }
        return hours == 1
    }

    /// The moment in `bytes[range]`; `nil` where the bytes are no such moment.
    func read(_ bytes: Span<UInt8>, _ range: Range<Int>) -> WrittenMoment? {
        var scanner = DigitScanner(bytes: range)
        var year = 0
        var month = 0
        var day = 0
        var time = TimeParts()
        for step in steps {
            switch step {
            case .literal(let byte):
                guard scanner.take(bytes) == byte else { return nil }
            case .year(let digits):
                guard let value = scanner.number(bytes, digits: digits...digits) else { return nil }
                year = digits == 4 ? value : value + (value < 70 ? 2_000 : 1_900)
            case .month(let digits):
                guard let value = scanner.number(bytes, digits: digits) else { return nil }
                month = value
            case .monthName:
                guard let value = monthNumber(bytes, &scanner) else { return nil }
                month = value
            case .day(let digits):
                guard let value = scanner.number(bytes, digits: digits) else { return nil }
                day = value
            default:
                guard time.take(step, bytes, &scanner) else { return nil }
            }
        }
        guard scanner.isAtEnd, let date = CivilDate(year: year, month: month, day: day),
            let second = time.secondOfDay
        else { return nil }
        return WrittenMoment(
            dayNumber: date.dayNumber, secondOfDay: second, microsecond: time.microsecond,
            offsetMinutes: time.offsetMinutes)
    }

    private func monthNumber(_ bytes: Span<UInt8>, _ scanner: inout DigitScanner) -> Int? {
        var name: [UInt8] = []
        for _ in 0..<3 {
            guard let byte = scanner.take(bytes) else { return nil }
            name.append(byte | 0x20)
        }
        return MomentPattern.monthNames.firstIndex(of: name).map { $0 + 1 }
    }

    /// What was read of a time of day.
    private struct TimeParts {
        var hour = 0
        var minute = 0
        var second = 0
        var microsecond = 0
        var offsetMinutes: Int?
        /// Whether the hour is of 12, and of the afternoon.
        var isHalfDay = false
        var isAfternoon = false

        /// `nil` where the hour is none.
        var secondOfDay: Int? {
            guard isHalfDay else {
                return hour < 24 ? hour * 3_600 + minute * 60 + second : nil
            }
            guard (1...12).contains(hour) else { return nil }
            let whole = hour % 12 + (isAfternoon ? 12 : 0)
            return whole * 3_600 + minute * 60 + second
        }

        mutating func take(
            _ step: Step, _ bytes: Span<UInt8>, _ scanner: inout DigitScanner
        ) -> Bool {
            switch step {
            case .hour(let digits), .halfDayHour(let digits):
                if case .halfDayHour = step { isHalfDay = true }
                guard let value = scanner.number(bytes, digits: digits) else { return false }
                hour = value
            case .halfDay:
                let letter = (scanner.take(bytes) ?? 0) | 0x20
                guard (scanner.take(bytes) ?? 0) | 0x20 == UInt8(ascii: "m"),
                    letter == UInt8(ascii: "a") || letter == UInt8(ascii: "p")
                else { return false }
                isAfternoon = letter == UInt8(ascii: "p")
            case .minute:
                guard let value = scanner.number(bytes, digits: 2...2), value < 60 else {
                    return false
                }
                minute = value
            case .second:
                guard let value = scanner.number(bytes, digits: 2...2), value < 60 else {
                    return false
                }
                second = value
            case .fraction:
                guard let value = scanner.microseconds(bytes) else { return false }
                microsecond = value
            case .offset:
                guard let value = scanner.offsetMinutes(bytes) else { return false }
                offsetMinutes = value
            default: return false
            }
            return true
        }
    }
}
