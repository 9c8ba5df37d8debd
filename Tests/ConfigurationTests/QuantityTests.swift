// Quantities are exact or refused: nothing that a person writes is rounded or guessed.

import Configuration
import Events
import Testing

/// What `read` makes of the scalar `text`, or `nil` where it is refused.
func value<Value>(_ text: String, _ read: (Field) -> Value) -> Value? {
    let document = YAMLDocument.parse(text: "v: \(text)\n", file: "t")
    let value = read(document.root.required("v"))
    return document.finish().isEmpty ? value : nil
}

@Suite struct QuantityTests {
    @Test(
        arguments: [
            ("90s", 90_000_000), ("1h", 3_600_000_000), ("7d", 604_800_000_000),
            ("1h30m", 5_400_000_000), ("1.5h", 5_400_000_000), ("250ms", 250_000), ("0s", 0),
            ("2w", 1_209_600_000_000), ("1m30s500ms", 90_500_000), ("0.001ms", 1),
        ] as [(String, Int64)])
    func aDurationIsReadExactly(text: String, microseconds: Int64) {
        #expect(value(text) { $0.duration() }?.microseconds == microseconds)
    }

    @Test(arguments: [
        "90", "h", "-1h", "1 h", "1h1h", "30m1h", "1y", "1.h", ".5h", "0.0001ms", "1e3s", "\"\"",
        "99999999999999999999d", "9999999999999w", "[1h]", "1h30", "1.2.3h",
    ])
    func anythingElseIsNoDuration(text: String) {
        #expect(value(text) { $0.duration() } == nil)
    }

    @Test func aDurationOutOfItsRangeIsRefused() {
        #expect(value("5m") { $0.duration(in: .minutes(1)...(.minutes(10))) } == .minutes(5))
        #expect(value("11m") { $0.duration(in: .minutes(1)...(.minutes(10))) } == nil)
    }

    @Test(
        arguments: [
            ("0.80", 80_000), ("12", 1_200_000), ("-0.00001", -1), ("0", 0),
            ("9223372036854.77580", 922_337_203_685_477_580),
        ] as [(String, Int64)])
    func moneyIsReadExactly(text: String, thousandths: Int64) {
        #expect(value(text) { $0.money() }?.thousandths == thousandths)
    }

    @Test(arguments: [
        "0.000001", "1e3", "£1", "1,000", "--1", "+1", "1.", ".5", "92233720368547.75808", "~",
        "1 000", "abc",
    ])
    func anythingElseIsNoMoney(text: String) {
        #expect(value(text) { $0.money() } == nil)
    }

    @Test(arguments: [
        ("0", 0), ("1", 1), ("0.25", 0.25), ("25%", 0.25), ("0.1%", 0.001), ("100%", 1),
        ("1e-3", 0.001),
    ])
    func aProbabilityIsRead(text: String, expected: Double) {
        #expect(value(text) { $0.probability() } == expected)
    }

    @Test(arguments: ["1.01", "-0.1", "101%", "%", "half", "nan", "inf", "1e-3%", "0x1"])
    func anythingElseIsNoProbability(text: String) {
        #expect(value(text) { $0.probability() } == nil)
    }

    @Test(arguments: [
        "inf", "nan", "0x10", "1_000", "1,5", "- 1", "--1", "1e999", ".5", "e5", "1-2",
    ])
    func anythingElseIsNoNumber(text: String) {
        #expect(value(text) { $0.number() } == nil)
    }

    @Test func numbersAreRoundedOnceAndCorrectly() {
        #expect(value("0.1") { $0.number() } == 0.1)
        #expect(value("-2.5e-3") { $0.number() } == -0.0025)
        #expect(value("9007199254740993") { $0.number() } == 9_007_199_254_740_992)
        #expect(value("5") { $0.number(in: 0...4) } == nil)
    }

    @Test func integersAreWholeAndInRange() {
        #expect(value("-42") { $0.integer() } == -42)
        #expect(value("\"7\"") { $0.integer() } == 7)
        for bad in ["1.0", "+1", "1e3", "99999999999999999999", "-", "0x1", "ten"] {
            #expect(value(bad) { $0.integer() } == nil, "\(bad)")
        }
        #expect(value("11") { $0.integer(in: 1...10) } == nil)
    }

    @Test func flagsAreOnlyTrueAndFalse() {
        #expect(value("true") { $0.flag() } == true)
        #expect(value("false") { $0.flag() } == false)
        #expect(value("yes") { $0.flag() } == nil)
    }

    @Test func datesAndTimesAreCalendarDates() {
        #expect(value("1999-04-01") { $0.date() } == CivilDate(year: 1999, month: 4, day: 1))
        for bad in ["1999-02-29", "1999-4-1", "99-04-01", "1999-13-01", "01.04.1999"] {
            #expect(value(bad) { $0.date() } == nil, "\(bad)")
        }
        let local = value("1999-04-01T08:30:05") { $0.localTime() }
        #expect(local?.secondOfDay == 30_605)
        #expect(value("1999-04-01") { $0.localTime() }?.secondOfDay == 0)
        for bad in ["1999-04-01T24:00:00", "1999-04-01T08:60", "1999-04-01T08:30:00Z"] {
            #expect(value(bad) { $0.localTime() } == nil, "\(bad)")
        }
    }

    @Test func momentsNeedTheirOffset() {
        let east = value("1999-04-01T08:30:00+03:00") { $0.instant() }
        #expect(east?.iso8601() == "1999-04-01T05:30:00Z")
        #expect(value("1999-04-01T05:30Z") { $0.instant() } == east)
        #expect(value("1999-03-31T23:30:00-06:00") { $0.instant() } == east)
        for bad in ["1999-04-01T08:30:00", "1999-04-01", "1999-04-01T08:30:00+3", "Z", "+03:00"] {
            #expect(value(bad) { $0.instant() } == nil, "\(bad)")
        }
    }

    @Test func namesAreFitForCommands() {
        #expect(value("night-shift-2") { $0.name() } == "night-shift-2")
        for bad in ["Night", "2nd", "a_b", "a b", "é", "-a"] {
            #expect(value(bad) { $0.name() } == nil, "\(bad)")
        }
    }

    @Test(
        arguments: [
            ("widnow", "window"), ("windows", "window"), ("Window", "window"), ("cost", "costs"),
            ("zzzzz", nil), ("a", nil), ("", nil),
        ] as [(String, String?)])
    func onlyNearNamesAreSuggested(word: String, expected: String?) {
        #expect(Suggestion.closest(to: word, among: ["window", "costs", "b"]) == expected)
    }
}
