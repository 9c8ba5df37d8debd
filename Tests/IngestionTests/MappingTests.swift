// Mapping files: every mistake has a place, and mistakes about a data file's columns are found
// before any record.

import Configuration
import Events
import Ingestion
import Testing

/// `line:column code` of everything wrong with the small mapping after a change.
private func mistakes(_ old: String, _ new: String, adding: String = "") -> [String] {
    do {
        _ = try smallMapping(replacing: [old: new], adding: adding)
        return []
    } catch let refused as RefusedFile {
        return refused.findings.map { "\($0.line ?? 0):\($0.column ?? 0) \($0.code)" }
    } catch {
        return ["\(error)"]
    }
}

@Suite struct MappingTests {
    @Test(arguments: [
        ("source: small", "source: Small Source", "1:9 bad-name"),
        ("source: small", "sauce: small", "1:1 missing-key"),
        ("kind: delimited", "kind: fixed", "3:16 unknown-choice"),
        ("delimiter: comma", "delimiter: coma", "3:38 unknown-choice"),
        ("Asia/Jerusalem", "Asia/Jerusalm", "4:12 unknown-zone"),
        ("CALL: contact", "CALL: contcat", "7:39 unknown-choice"),
        ("id: [id]", "id: []", "6:7 bad-count"),
        ("id: [id]", "id: id", "6:7 wrong-shape"),
        ("{column: when}", "{colum: when}", "8:9 missing-key"),
        ("{column: when}", "{date: d, date_format: yyy, clock: c}", "8:32 bad-date-format"),
        ("unit: seconds", "unit: fortnights", "19:33 unknown-choice"),
        ("personal: true", "personal: true, values: {A: b}", "20:36 bad-personal"),
        (
            "channel: voice", "channel: {column: what, personal: true}", "11:37 bad-personal"
        ),
        ("channel: voice", "channel: {column: agent}", "11:21 personal-column"),
        ("id: [id]", "id: [id, agent]", "6:12 personal-column"),
        (
            "id: [id]", "id: [id]\n  attributes: {tone: {column: agent}}",
            "7:31 personal-column"
        ),
        ("then: unresolved", "then: unresovled", "16:15 unknown-choice"),
        ("above: 10", "abov: 10", "15:37 no-condition"),
        ("above: 10", "above: ten", "15:45 bad-number"),
        ("channel: voice", "channel: {}", "11:12 no-rule"),
        ("channel: voice", "chanel: voice", "11:3 unknown-key"),
    ])
    func aMistakeIsFoundAtItsPlace(old: String, new: String, expected: String) {
        #expect(mistakes(old, new).contains(expected), "\(mistakes(old, new))")
    }

    @Test func aCoverageThatEndsBeforeItBeginsIsRefused() {
        let coverage = "coverage: {from: 1999-02-01, to: 1999-01-01}\n"
        #expect(mistakes("small", "small", adding: coverage) == ["21:11 empty-coverage"])
    }

    @Test func theSmallMappingItselfIsRight() throws {
        #expect(try smallMapping().source == "small")
    }

    @Test func columnsTheFileDoesNotHaveStopBeforeAnyRecord() throws {
        let mapping = try smallMapping(replacing: ["column: seconds": "column: secnods"])
        let scratch = try Scratch()
        let path = try scratch.file("small.csv", smallText(["1,1999-01-05T10:00,7,CALL,12,ANN"]))
        var ingestion = FileIngestion(mapping: mapping, sealer: glassSealer)
        var batches = 0
        do {
            try ingestion.read(path: path, name: "small.csv") { _ in batches += 1 }
            Issue.record("the file was read")
        } catch IngestionError.refusedHeader(_, let findings) {
            let finding = try #require(findings.first)
            #expect(findings.count == 1)
            #expect(finding.code == "unknown-column")
            #expect(finding.file == "small.yaml" && finding.line == 19 && finding.column == 18)
            #expect(finding.hint == "did you mean \"seconds\"?")
            #expect(finding.field == "interaction.talk.column")
        }
        #expect(batches == 0)
    }

    @Test(arguments: [
        ("", "empty-file"), ("id,when,who,what,seconds,agent,who\n", "duplicate-column"),
        ("\n", "unknown-column"), ("id;when;who;what;seconds;agent\n", "unknown-column"),
    ])
    func aHeaderThatDoesNotFitIsRefused(text: String, code: String) throws {
        let scratch = try Scratch()
        let path = try scratch.file("small.csv", text)
        do {
            _ = try ingest(path, smallMapping())
            Issue.record("the file was read")
        } catch IngestionError.refusedHeader(_, let findings) {
            #expect(findings.map(\.code).contains(code))
        }
    }

    @Test func leftOutRecordsAreCountedByTheirReason() throws {
        let adding = """
            leave_out:
              - {when: {who: "99"}, because: a test customer}
              - {when: {seconds: {below: 1}}, because: nothing happened}

            """
        let outcomes = try ingest(
            text: smallText([
                "1,1999-01-05T10:00,99,CALL,0,ANN", "2,1999-01-05T10:00,7,CALL,0,ANN",
                "3,1999-01-05T10:00,7,CALL,5,ANN", "4,1999-01-05T10:00,7,CALL,x,ANN",
            ]),
            smallMapping(adding: adding))
        #expect(outcomes.batches.map(\.leftOutByReason) == [[1, 1]])
        #expect(outcomes.events.map(\.event.key) == ["3"])
        #expect(outcomes.places == ["5:27 bad-number"])
        #expect(outcomes.records == 4)
    }
}
