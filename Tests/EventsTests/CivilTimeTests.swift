// Aim: the closed formulas of the calendar agree with counting days one by one.

import Events
import Testing

@Suite struct CivilTimeTests {
    @Test func fourHundredYearsDayByDay() {
        // The first of January 1800 was a Wednesday, 62,091 days before 1970.
        var (year, month, day, weekday) = (1_800, 1, 1, 2)
        var wrong = 0
        for number in -62_091..<(-62_091 + 146_097) {
            let date = CivilDate(dayNumber: number)
            let isRight =
                date.year == year && date.month == month && date.day == day
                && date.weekday == weekday && date.dayNumber == number
                && CivilDate(year: year, month: month, day: day) == date
            if !isRight { wrong += 1 }
            weekday = (weekday + 1) % 7
            let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
            day += 1
            if day > lengths[month - 1] { (month, day) = (month + 1, 1) }
            if month > 12 { (year, month) = (year + 1, 1) }
        }
        #expect(wrong == 0)
        #expect(year == 2_200 && month == 1 && day == 1)
    }

    @Test(arguments: [
        (1_999, 2, 29), (1_900, 2, 29), (2_000, 2, 30), (2_000, 0, 1), (2_000, 13, 1),
        (2_000, 4, 31), (2_000, 1, 0), (0, 1, 1), (10_000, 1, 1), (2_000, 1, -1),
    ])
    func datesThatDoNotExistAreNone(year: Int, month: Int, day: Int) {
        #expect(CivilDate(year: year, month: month, day: day) == nil)
    }

    @Test func leapDaysExist() {
        #expect(CivilDate(year: 2_000, month: 2, day: 29)?.dayNumber == 11_016)
        #expect(CivilDate(year: 1_996, month: 2, day: 29) != nil)
    }

    @Test func datesAreWrittenAndReadAsISO() {
        let date = CivilDate(year: 1_999, month: 4, day: 1)
        #expect(date?.description == "1999-04-01")
        #expect(CivilDate(text: "1999-04-01") == date)
        #expect(CivilDate(year: 7, month: 1, day: 2)?.description == "0007-01-02")
    }

    @Test(arguments: [
        "", "1999", "1999-04", "99-04-01", "1999-4-1", "1999-04-01-", "1999-02-29", "1999/04/01",
        "19a9-04-01", "-1999-04-01", " 1999-04-01", "1999-04-01T", "١٩٩٩-04-01",
    ])
    func otherTextsAreNoDates(text: String) {
        #expect(CivilDate(text: text) == nil)
    }

    @Test func datesAreInTheOrderOfDays() throws {
        let earlier = try #require(CivilDate(text: "1999-12-31"))
        let later = try #require(CivilDate(text: "2000-01-01"))
        #expect(earlier < later)
        #expect(!(later < earlier))
    }

    @Test(
        arguments: [
            (0, 0, "1970-01-01T00:00:00Z"),
            (0, 120, "1970-01-01T02:00:00+02:00"),
            (-1, 0, "1969-12-31T23:59:59.999999Z"),
            (-1, -570, "1969-12-31T14:29:59.999999-09:30"),
            (915_141_631_000_000, 120, "1999-01-01T00:00:31+02:00"),
            (951_782_400_500_000, 0, "2000-02-29T00:00:00.500000Z"),
            (-86_400_000_000, 0, "1969-12-31T00:00:00Z"),
            (-62_135_596_800_000_000, 0, "0001-01-01T00:00:00Z"),
        ] as [(Int64, Int, String)])
    func instantsAreWrittenWithTheirOffset(
        microseconds: Int64, offsetMinutes: Int, text: String
    ) {
        let instant = Instant(microseconds: microseconds)
        #expect(instant.iso8601(offsetMinutes: offsetMinutes) == text)
    }

    @Test func localTimesComeBack() throws {
        let date = try #require(CivilDate(text: "1999-01-01"))
        for offset in [-720, -570, 0, 120, 840] {
            for second in [0, 31, 43_200, 86_399] {
                let instant = Instant(date: date, secondsOfDay: second, offsetMinutes: offset)
                let local = instant.local(offsetMinutes: offset)
                #expect(local.date == date)
                #expect(local.microsecondOfDay == Int64(second) * 1_000_000)
            }
        }
        // Past midnight is the next day.
        let after = Instant(date: date, secondsOfDay: 86_400, offsetMinutes: 0)
        #expect(after.local(offsetMinutes: 0).date.description == "1999-01-02")
    }

    @Test func zeroPaddingKeepsSignAndLongNumbers() {
        #expect(zeroPadded(7, width: 2) == "07")
        #expect(zeroPadded(-7, width: 2) == "-07")
        #expect(zeroPadded(12_345, width: 2) == "12345")
        #expect(zeroPadded(0, width: 0) == "0")
    }
}
