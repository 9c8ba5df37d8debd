// When a contact ended, from clocks that show times of day only.

import Configuration
import Events
import Ingestion
import Testing

private let mappingText = """
    source: clocks
    description: Times of day.
    format: {kind: delimited, delimiter: tab}
    time_zone: Asia/Jerusalem
    event:
      id: [id]
      kind: contact
      time: {date: day, date_format: yymmdd, clock: entry}
    interaction:
      ended:
        first_of:
          - {clock: service, absent: "0:00:00", duration: seconds}
          - {clock: queue, absent: "0:00:00"}
        past_midnight_within: 12h

    """

/// The local end of one record, or the code of what is said about it.
private func end(_ record: String) throws -> String {
    let mapping = try RecordMapping.read(bytes: Array(mappingText.utf8), file: "m.yaml")
    let line = "1 " + record
    let text =
        "id\tday\tentry\tservice\tseconds\tqueue\n"
        + line.split(separator: " ").joined(separator: "\t") + "\n"
    let outcomes = try ingest(text: text, mapping)
    if let reject = outcomes.rejects.first { return reject.finding.code }
    if let code = outcomes.warnings.codes.first { return code }
    let ended = outcomes.events.first?.event.interaction?.ended
    return ended?.iso8601(offsetMinutes: 120) ?? "none"
}

@Suite struct EndTests {
    @Test(arguments: [
        ("990105 10:00:00 10:05:00 300 10:01:00", "1999-01-05T10:05:00+02:00"),
        ("990105 10:00:00 0:00:00 0 10:01:00", "1999-01-05T10:01:00+02:00"),
        ("990105 10:00:00 0:00:00 0 0:00:00", "none"),
        // Past midnight.
        ("990105 23:59:00 0:04:00 300 0:00:00", "1999-01-06T00:04:00+02:00"),
        // Midnight itself: the duration says that the clock means it.
        ("990105 23:55:00 0:00:00 300 23:56:00", "1999-01-06T00:00:00+02:00"),
        // A negative duration: the clocks are not to be trusted.
        ("990105 10:00:00 9:59:00 -60 10:01:00", "none"),
        // Before the beginning, and no midnight explains it.
        ("990105 10:00:00 9:59:00 60 10:01:00", "ended-before-start"),
        ("990105 10:00:00 9h59 60 10:01:00", "bad-time"),
        ("990105 10:00:00 9:59:00 x 10:01:00", "bad-number"),
        ("990135 10:00:00 0:00:00 0 0:00:00", "bad-date"),
        ("19990105 10:00:00 0:00:00 0 0:00:00", "bad-date"),
        ("990105 24:00:00 0:00:00 0 0:00:00", "bad-time"),
        ("990105 10:00 0:00:00 0 0:00:00", "none"),
    ])
    func theFirstClockThatShowsATimeCounts(record: String, expected: String) throws {
        #expect(try end(record) == expected)
    }

    @Test func yearsOfTwoDigitsAreOfTwoCenturies() throws {
        #expect(try end("690105 10:00:00 10:05:00 300 0:00:00").hasPrefix("2069"))
        #expect(try end("710105 10:00:00 10:05:00 300 0:00:00").hasPrefix("1971"))
        // 1970, where a wrong unit leads to; 2070 would be no surprise.
        #expect(try end("700105 10:00:00 10:05:00 300 0:00:00") == "improbable-time")
    }
}
