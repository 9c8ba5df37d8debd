// The rule by which a zone goes on after the last change that its file lists, as
// "IST-2IDT,M3.4.4/26,M10.5.0".
// Source: POSIX.1-2017, Base Definitions 8.3, "TZ", with the hours of RFC 8536, 3.3.1.

import Events

/// A zone's standard offset, and its summer time if it has one.
struct ZoneRule {
    /// A moment of every year.
    struct YearlyChange {
        enum Day {
            /// Month, week (5 is the last) and weekday with Sunday = 0.
            case weekday(month: Int, week: Int, weekday: Int)
            /// 1 to 365; the 29th of February is never counted.
            case withoutLeapDay(Int)
            /// 0 to 365.
            case ofYear(Int)
        }

        var day: Day
        /// Local, from the day's midnight; may lie before or beyond the day.
        var seconds: Int
    }

    struct Summer {
        var offset: Int
        var begins: YearlyChange
        var ends: YearlyChange
    }

    /// Seconds east of UTC.
    private(set) var standardOffset: Int
    private(set) var summer: Summer?

    /// `nil` where the text is no such rule.
    init?(text: String) {
        var scanner = RuleScanner(text: text)
        guard scanner.skipName(), let west = scanner.clock() else { return nil }
        standardOffset = -west
        guard !scanner.isAtEnd else { return }
        guard scanner.skipName() else { return nil }
        var summerOffset = standardOffset + 3_600
        if !scanner.isNext(",") {
            guard let west = scanner.clock() else { return nil }
            summerOffset = -west
        }
        guard scanner.take(","), let begins = scanner.yearlyChange(), scanner.take(","),
            let ends = scanner.yearlyChange(), scanner.isAtEnd
        else { return nil }
        summer = Summer(offset: summerOffset, begins: begins, ends: ends)
    }

    /// The changes after an instant, to the end of a year, in order of time.
    func changes(
        after utcSeconds: Int64, throughYear lastYear: Int
    ) -> [(start: Int64, offsetSeconds: Int)] {
        let firstYear = max(1, CivilDate(dayNumber: Int(utcSeconds / 86_400)).year)
        guard let summer, firstYear <= lastYear else { return [] }
        var changes: [(start: Int64, offsetSeconds: Int)] = []
        for year in firstYear...lastYear {
            let begins = summer.begins.seconds(of: year) - Int64(standardOffset)
            let ends = summer.ends.seconds(of: year) - Int64(summer.offset)
            changes.append((begins, summer.offset))
            changes.append((ends, standardOffset))
        }
        changes.sort { $0.start < $1.start }
        var result: [(start: Int64, offsetSeconds: Int)] = []
        for change in changes where change.start > result.last?.start ?? utcSeconds {
            result.append(change)
        }
        return result
    }
}

extension ZoneRule.YearlyChange {
    /// Local seconds since 1970-01-01T00:00:00 in a year from 1 to 9999.
    func seconds(of year: Int) -> Int64 {
        Int64(dayNumber(of: year)) * 86_400 + Int64(seconds)
    }

    private func dayNumber(of year: Int) -> Int {
        func number(_ month: Int, _ day: Int) -> Int {
            guard let date = CivilDate(year: year, month: month, day: day) else {
                preconditionFailure("no date \(year)-\(month)-\(day)")
            }
            return date.dayNumber
        }
        switch day {
        case .ofYear(let day): return number(1, 1) + day
        case .withoutLeapDay(let day):
            let isLeap = CivilDate.days(inMonth: 2, year: year) == 29
            return number(1, 1) + day - 1 + (isLeap && day >= 60 ? 1 : 0)
        case .weekday(let month, let week, let weekday):
            let first = number(month, 1)
            let weekdayOfFirst = (CivilDate(dayNumber: first).weekday + 1) % 7
            var day = first + (weekday - weekdayOfFirst + 7) % 7 + (week - 1) * 7
            if day >= first + CivilDate.days(inMonth: month, year: year) { day -= 7 }
            return day
        }
    }
}

/// A cursor over a rule's text.
struct RuleScanner {
    private let bytes: [UInt8]
    private var position = 0

    init(text: String) { bytes = Array(text.utf8) }

    var isAtEnd: Bool { position == bytes.count }

    func isNext(_ character: Unicode.Scalar) -> Bool {
        position < bytes.count && bytes[position] == UInt8(ascii: character)
    }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard isNext(character) else { return false }
        position += 1
        return true
    }

    /// A zone's abbreviation: letters, or anything in angle brackets.
    mutating func skipName() -> Bool {
        let start = position
        if take("<") {
            while !isAtEnd, !isNext(">") { position += 1 }
            return take(">")
        }
        while position < bytes.count, (0x41...0x7a).contains(bytes[position]) { position += 1 }
        return position - start >= 3
    }

    private mutating func number(atMost limit: Int) -> Int? {
        var value = 0
        let start = position
        while position < bytes.count, (0x30...0x39).contains(bytes[position]) {
            value = value * 10 + Int(bytes[position] - 0x30)
            guard value <= limit else { return nil }
            position += 1
        }
        return position == start ? nil : value
    }

    /// Signed hours, minutes and seconds, in seconds: `2`, `-3:30`, `+26:00:00`.
    mutating func clock() -> Int? {
        let isNegative = take("-")
        if !isNegative { _ = take("+") }
        guard var total = number(atMost: 167).map({ $0 * 3_600 }) else { return nil }
        for unit in [60, 1] where take(":") {
            guard let part = number(atMost: 59) else { return nil }
            total += part * unit
        }
        return isNegative ? -total : total
    }

    mutating func yearlyChange() -> ZoneRule.YearlyChange? {
        let day: ZoneRule.YearlyChange.Day
        if take("M") {
            guard let month = number(atMost: 12), month >= 1, take("."),
                let week = number(atMost: 5), week >= 1, take("."),
                let weekday = number(atMost: 6)
            else { return nil }
            day = .weekday(month: month, week: week, weekday: weekday)
        } else if take("J") {
            guard let number = number(atMost: 365), number >= 1 else { return nil }
            day = .withoutLeapDay(number)
        } else {
            guard let number = number(atMost: 365) else { return nil }
            day = .ofYear(number)
        }
        var seconds = 7_200
        if take("/") {
            guard let given = clock() else { return nil }
            seconds = given
        }
        return ZoneRule.YearlyChange(day: day, seconds: seconds)
    }
}
