// What is said of everything that can be wrong with a file or a mapping: place and wording.

import Configuration
import Events
import Foundation
import Ingestion
import Testing

private func mapping(_ change: (String) -> String = { $0 }) throws -> RecordMapping {
    let text = """
        source: small
        description: A small source.
        format: {kind: delimited, delimiter: comma, quote: double}
        time_zone: Europe/London
        event: {id: [id], kind: contact, time: {column: at}, customer: {column: who}}
        interaction:
          outcome: {column: outcome, values: {OK: resolved, NO: unresolved}}
          talk: {column: talk, unit: seconds}
        """
    return try RecordMapping.read(bytes: Array(change(text).utf8), file: "m.yaml")
}

/// Everything that is said of a file.
private func said(_ bytes: [UInt8]) throws -> [String] {
    let scratch = try Scratch()
    let path = try scratch.file("x.csv", bytes)
    do {
        let outcomes = try ingest(path, mapping())
        let examples = outcomes.warnings.codes.flatMap { outcomes.warnings.examples[$0] ?? [] }
        return (outcomes.rejects.map(\.finding) + examples).map { "\($0)" }
    } catch let error as IngestionError {
        return "\(error)".replacingOccurrences(of: path, with: "x.csv").split(separator: "\n")
            .map(String.init)
    }
}

private let header = "id,at,who,outcome,talk\n"

@Suite struct BadInputTests {
    @Test(arguments: [
        (
            "1,2026-01-02T03:04:05,c,OK",
            "2:27: error: expected 5 fields, found 4 fields [field-count]"
        ),
        (
            "1,2026-01-02T03:04:05,c,OK,5,6",
            "2:31: error: expected 5 fields, found 6 fields [field-count]"
        ),
        (
            "1,2026-01-02T03:04:05,\"c,OK,5",
            "2:1: error: expected a closing quote within 1048576 bytes, found none "
                + "[unclosed-quote]; hint: the records after this line are read as usual"
        ),
        (
            "1,2026-01-02T03:04:05,a\u{0}b,OK,5",
            "2:23: error: field \"who\": expected text without NUL bytes, found a NUL byte "
                + "[nul-byte]; hint: is the file damaged, or in UTF-16?"
        ),
        (
            "a\u{0},2026-01-02T03:04:05,c,OK,5",
            "2:1: error: field \"id\": expected text without NUL bytes, found a NUL byte "
                + "[nul-byte]; hint: is the file damaged, or in UTF-16?"
        ),
        (
            ",2026-01-02T03:04:05,c,OK,5",
            "2:1: error: field \"id\": expected a part of the id [empty-id]"
        ),
        (
            "1,2026-02-30T03:04:05,c,OK,5",
            "2:3: error: field \"at\": expected a moment, as 1999-04-01T08:30:00+03:00 "
                + "[bad-time]"
        ),
        (
            "1,9999-01-01T00:00:00,c,OK,5",
            "2:3: error: field \"at\": expected a year from 1900 to 2100 [time-out-of-range]"
        ),
        (
            "1,2026-03-29T01:30:00,c,OK,5",
            "2:3: warning: field \"at\": expected a time that the clocks of Europe/London "
                + "showed [time-in-gap]"
        ),
        (
            "1,2026-10-25T01:30:00,c,OK,5",
            "2:3: warning: field \"at\": expected a time that the clocks of Europe/London "
                + "showed once [time-in-overlap]"
        ),
        (
            "1,2026-01-02T03:04:05,c,OK,-5",
            "2:28: warning: field \"talk\": expected a length of time that is not negative "
                + "[negative-duration]"
        ),
        (
            "1,2026-01-02T03:04:05,c,OK,1e9",
            "2:28: error: field \"talk\": expected a number [bad-duration]; hint: it is "
                + "interaction.talk by the mapping"
        ),
        (
            "1,2026-01-02T03:04:05,c,OK,99999999999",
            "2:28: error: field \"talk\": expected at most ten years [out-of-range]"
        ),
        (
            "1,2026-01-02T03:04:05,c,OK,99999999999999999999",
            "2:28: error: field \"talk\": expected a number [bad-duration]; hint: it is "
                + "interaction.talk by the mapping"
        ),
        (
            "1,2026-01-02T03:04:05,c,HM,5",
            "2:25: error: field \"outcome\": expected one of OK, NO, found text of 2 bytes "
                + "[unknown-value]; hint: add the value to interaction.outcome in the mapping"
        ),
    ])
    func aBadRecordIsSaidToBeWrong(line: String, message: String) throws {
        let good = "9,2026-01-02T03:04:05,c,OK,5\n"
        #expect(try said(Array((header + line + "\n" + good).utf8)) == ["small.csv:" + message])
    }

    @Test func bytesThatAreNotUTF8AreSaidToBe() throws {
        let line = Array("1,2026-01-02T03:04:05,".utf8) + [0xff] + Array(",OK,5\n".utf8)
        #expect(
            try said(Array(header.utf8) + line) == [
                "small.csv:2:23: error: field \"who\": expected text in UTF-8 [not-utf8]"
            ])
    }

    @Test(arguments: [
        (
            "",
            "small.csv:1:1: error: expected a line with the names of the columns, found nothing "
                + "[empty-file]"
        ),
        (
            "id,at,who,who,outcome,talk\n",
            "small.csv:1: error: expected each column once in the header, found \"who\" again "
                + "[duplicate-column]"
        ),
        (
            "id,at,whom,outcome,talk\n",
            "m.yaml:5:73: error: field \"event.customer.column\": expected a column of "
                + "small.csv: id, at, whom, outcome, talk, found \"who\" [unknown-column]; hint: "
                + "did you mean \"whom\"?"
        ),
    ])
    func aFileThatDoesNotFitIsSaidNotTo(text: String, message: String) throws {
        #expect(try said(Array(text.utf8)) == [message])
    }

    @Test func aFileThatWasCutOffIsSaidToBe() throws {
        let packed = gzip(Array((header + "1,2026-01-02T03:04:05,c,OK,5\n").utf8))
        #expect(
            try said(Array(packed.prefix(40))) == [
                "x.csv: error: damaged gzip file: the file ends in the middle of its compressed "
                    + "data, at compressed byte 40; nothing was taken from it; fetch the file "
                    + "again"
            ])
    }

    @Test(arguments: [
        ("description: A small source.", "\tdescription: x", "bad-yaml", 2),
        ("column: who", "colum: who", "no-rule", 5),
        (
            "unit: seconds", "unit: secnds",
            "unknown-choice", 8
        ),
        ("source: small", "source: small\nsource: small", "duplicate-key", 1),
        ("kind: contact", "kind: contcat", "unknown-choice", 5),
        ("kind: delimited", "kind: json-lines, x: y", "unknown-key", 3),
    ])
    func aMappingThatIsWrongIsSaidToBe(
        old: String, new: String, code: String, line: Int
    ) throws {
        do {
            _ = try mapping { $0.replacingOccurrences(of: old, with: new) }
            Issue.record("was read")
        } catch let refused as RefusedFile {
            let found = refused.findings.filter { $0.code == code }
            #expect(found.first?.line == line, "\(refused)")
            #expect(!refused.description.contains("found found"))
        }
    }
}
