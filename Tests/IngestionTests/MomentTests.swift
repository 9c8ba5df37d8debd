// Times and lengths of time as sources write them.

import Configuration
import Events
import Ingestion
import Testing

/// What a mapping makes of one value of a column `t`, or the code of what is wrong.
private func moment(
    _ format: String, _ value: String, zone: String = "Asia/Jerusalem"
) throws -> String {
    let mapping = try eventMapping(
        "kind: contact, time: {column: t, \(format)}", format: "delimiter: semicolon", zone: zone)
    let outcomes = try ingest(text: "id;t\n1;\(value)\n", mapping)
    if let reject = outcomes.rejects.first { return reject.finding.code }
    let event = try #require(outcomes.events.first).event
    let warnings = outcomes.warnings.codes.joined(separator: " ")
    return event.at.iso8601(offsetMinutes: Int(event.offsetMinutes))
        + (warnings.isEmpty ? "" : " " + warnings)
}

@Suite struct MomentTests {
    @Test(arguments: [
        ("", "1999-04-01T08:30", "1999-04-01T08:30:00+02:00"),
        ("", "1999-04-01 08:30:15", "1999-04-01T08:30:15+02:00"),
        ("", "1999-07-01T08:30:15", "1999-07-01T08:30:15+03:00"),
        ("", "1999-04-01T08:30:15Z", "1999-04-01T08:30:15Z"),
        ("", "1999-04-01T08:30:15+0530", "1999-04-01T08:30:15+05:30"),
        ("", "1999-04-01T08:30:15-05", "1999-04-01T08:30:15-05:00"),
        ("", "1999-04-01T08:30:15.123456789Z", "1999-04-01T08:30:15.123456Z"),
        ("", "1999-04-01T08:30:15,5Z", "1999-04-01T08:30:15.500000Z"),
        ("", "1999-02-29T08:30:15Z", "bad-time"), ("", "1999-04-01T24:00:00Z", "bad-time"),
        ("", "1999-04-01T08:60", "bad-time"), ("", "1999-04-01T08:30.5", "bad-time"),
        ("", "", "bad-time"), ("", "1999-04-01T08:30:15+19:00", "bad-time"),
        ("", "0001-01-01T00:00:00", "time-out-of-range"),
        ("", "1999-04-02T02:30:00", "1999-04-02T02:30:00+02:00 time-in-gap"),
        ("", "1999-09-03T01:30:00", "1999-09-03T01:30:00+03:00 time-in-overlap"),
        ("format: epoch-seconds", "922948200", "1999-04-01T08:30:00+02:00"),
        ("format: epoch-seconds", "922948200.25", "1999-04-01T08:30:00.250000+02:00"),
        ("format: epoch-milliseconds", "922948200250", "1999-04-01T08:30:00.250000+02:00"),
        ("format: epoch-microseconds", "-1", "1970-01-01T01:59:59.999999+02:00 improbable-time"),
        (
            "format: epoch-milliseconds", "922948200",
            "1970-01-11T18:22:28.200000+02:00 improbable-time"
        ),
        ("", "2100-01-01T00:00:00Z", "2100-01-01T00:00:00Z improbable-time"),
        ("", "1971-01-01T00:00:00Z", "1971-01-01T00:00:00Z"),
        ("format: epoch-seconds", "soon", "bad-time"),
        ("format: epoch-milliseconds", "99999999999999", "time-out-of-range"),
        ("format: \"dd/mm/yyyy HH:MM\"", "01/04/1999 08:30", "1999-04-01T08:30:00+02:00"),
        ("format: \"dd/mm/yyyy HH:MM\"", "1/4/1999 08:30", "bad-time"),
        ("format: \"d/m/yyyy H:MM\"", "1/4/1999 8:30", "1999-04-01T08:30:00+02:00"),
        ("format: \"dd.mm.yy\"", "01.04.99", "1999-04-01T00:00:00+02:00"),
        ("format: \"d mon yyyy h:MM AP\"", "1 Apr 1999 12:30 am", "1999-04-01T00:30:00+02:00"),
        ("format: \"d mon yyyy h:MM AP\"", "1 APR 1999 12:30 PM", "1999-04-01T12:30:00+02:00"),
        ("format: \"d mon yyyy h:MM AP\"", "1 Apr 1999 13:30 PM", "bad-time"),
        ("format: \"d mon yyyy h:MM AP\"", "1 Apx 1999 1:30 PM", "bad-time"),
        ("format: \"yyyymmddHHMMSS\"", "19990401083015", "1999-04-01T08:30:15+02:00"),
        (
            "format: \"yyyy-mm-ddTHH:MM:SS.fz\"", "1999-04-01T08:30:15.5+01:00",
            "1999-04-01T08:30:15.500000+01:00"
        ),
        (
            "format: \"dd/mm/yyyy\", time_zone: Europe/London", "01/07/1999",
            "1999-07-01T00:00:00+01:00"
        ),
        ("format: \"dd/mm/yyyy\"", "31/02/1999", "bad-time"),
    ])
    func aMomentIsReadAsTheMappingSays(format: String, value: String, expected: String) throws {
        #expect(try moment(format, value) == expected)
    }

    @Test(arguments: [
        ("8:30", "08:30:00"), ("20:30:15", "20:30:15"), ("8:30 PM", "20:30:00"),
        ("8:30:15pm", "20:30:15"), ("12:05 am", "00:05:00"), ("12:05 PM", "12:05:00"),
        ("0:05 AM", "bad-time"), ("13:05 PM", "bad-time"), ("8:30 XM", "bad-time"),
        ("8:30 P", "bad-time"), ("8:30  PM", "bad-time"), ("24:00", "bad-time"),
    ])
    func aClockGoesTo24OrTwiceTo12(clock: String, expected: String) throws {
        let mapping = try eventMapping(
            "kind: contact, time: {date: d, date_format: yyyy-mm-dd, clock: c}",
            format: "delimiter: semicolon")
        let outcomes = try ingest(text: "id;d;c\n1;1999-04-01;\(clock)\n", mapping)
        let read = outcomes.events.first.map {
            String($0.event.at.iso8601().dropFirst(11).prefix(8))
        }
        #expect((read ?? outcomes.rejects.first?.finding.code) == expected)
    }

    @Test(arguments: [
        "dd/mm", "yyyy-mm", "yyyy-mm-dd HH", "yyyy-mm-dd hh:MM", "yyy-mm-dd", "yyyy-mm-dd SS",
        "yyyy-mm-dd-dd", "yyyy-mm-dd HH:MM AP", "yyyy-mm-dd 1", "",
    ])
    func aPatternThatIsNoneIsRefused(format: String) {
        #expect(throws: RefusedFile.self) { _ = try moment("format: \"\(format)\"", "x") }
    }

    /// What a mapping makes of a length of time.
    private func duration(_ rule: String, _ values: String) throws -> String {
        let mapping = try eventMapping(
            "kind: contact, time: {column: t}", format: "delimiter: semicolon, decimal: comma",
            more: "interaction: {talk: \(rule)}")
        let outcomes = try ingest(text: "id;t;a;b\n1;1999-04-01T08:30;\(values)\n", mapping)
        if let reject = outcomes.rejects.first { return reject.finding.code }
        let talk = try #require(outcomes.events.first?.event.interaction).talk
        let warnings = outcomes.warnings.codes.joined()
        return (talk.map { "\($0.microseconds)" } ?? "-") + warnings
    }

    @Test(arguments: [
        ("{column: a, unit: seconds}", "1,5;", "1500000"),
        ("{column: a, unit: seconds}", "1.5;", "bad-duration"),
        ("{column: a, unit: milliseconds}", "250;", "250000"),
        ("{column: a, unit: microseconds}", "7;", "7"),
        ("{column: a, unit: days}", "2;", "172800000000"),
        ("{column: a, unit: minutes}", "-1;", "-negative-duration"),
        ("{column: a, unit: hours}", "99999999;", "out-of-range"),
        ("{column: a, unit: clock}", "1:02:03;", "3723000000"),
        ("{column: a, unit: clock}", "02:03;", "123000000"),
        ("{column: a, unit: clock}", "100:00:00.25;", "360000250000"),
        ("{column: a, unit: clock}", "-0:01;", "-negative-duration"),
        ("{column: a, unit: clock}", "0:61;", "bad-duration"),
        ("{column: a, unit: clock}", "61;", "bad-duration"), ("{column: a, unit: clock}", ";", "-"),
        ("{column: a, unit: iso8601}", "PT5M30S;", "330000000"),
        ("{column: a, unit: iso8601}", "P1DT0.5S;", "86400500000"),
        ("{column: a, unit: iso8601}", "P1W;", "604800000000"),
        ("{column: a, unit: iso8601}", "P1M;", "bad-duration"),
        ("{column: a, unit: iso8601}", "PT1S1M;", "bad-duration"),
        ("{column: a, unit: iso8601}", "P;", "bad-duration"),
        ("{column: a, unit: iso8601}", "PT;", "bad-duration"),
        ("{from: {column: a}, to: {column: b}}", "1999-04-01T08:30;1999-04-01T08:31", "60000000"),
        ("{from: {column: a}, to: {column: b}}", "1999-04-01T08:30;", "-"),
        (
            "{from: {column: a}, to: {column: b}}", "1999-04-01T08:30;1999-04-01T08:29",
            "-negative-duration"
        ),
        ("{from: {column: a}, to: {column: b}}", "x;1999-04-01T08:29", "bad-time"),
    ])
    func aLengthOfTimeIsReadAsTheMappingSays(
        rule: String, values: String, expected: String
    ) throws {
        #expect(try duration(rule, values) == expected)
    }
}
