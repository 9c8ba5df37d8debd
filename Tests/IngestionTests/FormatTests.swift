// Every format that is read: what a good file gives, and that a bad record costs itself only.

import Events
import Foundation
import Ingestion
import Testing

/// The small mapping over another format; columns have the names that the format gives them.
private func mapping(
    _ format: String, time: String = "{column: when}", id: String = "[id]", adding: String = ""
) throws -> RecordMapping {
    try RecordMapping.read(
        bytes: Array(
            """
            source: small
            description: A small source.
            format: \(format)
            time_zone: UTC
            event:
              id: \(id)
              kind: contact
              time: \(time)
              customer: {column: who}
            interaction:
              channel: voice
              talk: {column: seconds, unit: seconds}
            \(adding)
            """.utf8), file: "small.yaml")
}

/// `key@time customer talk` of each event.
private func lines(_ outcomes: Outcomes) -> [String] {
    let interner = outcomes.interner
    return outcomes.events.map { item in
        let event = item.event
        let talk = event.interaction?.talk.map { "\($0.microseconds)" } ?? "-"
        return "\(event.key)@\(event.at.iso8601()) \(interner.string(event.customer)) \(talk)"
    }
}

/// A Zstandard frame with the bytes in raw blocks.
/// Source: RFC 8878, 3.1.1.
private func zstd(_ bytes: [UInt8], blockBytes: Int = 1_000) -> [UInt8] {
    // A single segment whose size is stated in eight bytes.
    var result: [UInt8] = [0x28, 0xb5, 0x2f, 0xfd, 0xe0]
    for shift in 0..<8 { result.append(UInt8(truncatingIfNeeded: bytes.count >> (8 * shift))) }
    var start = 0
    repeat {
        let block = bytes[start..<min(start + blockBytes, bytes.count)]
        start += block.count
        let header = block.count << 3 | (start == bytes.count ? 1 : 0)
        for shift in 0..<3 { result.append(UInt8(truncatingIfNeeded: header >> (8 * shift))) }
        result += block
    } while start < bytes.count
    return result
}

@Suite struct FormatTests {
    // MARK: - JSON

    @Test func jsonLinesAreReadByPaths() throws {
        let text = """
            {"id":"a","when":"2026-01-02T03:04:05Z","who":"c1","seconds":12.5}

            {"seconds":0,"who":null,"when":"2026-01-02T03:04:06Z","id":7,"more":{"at":[1,{"x":2}]}}
            {"id":"\\u00e9\\n","when":"2026-01-02T03:04:07Z"}
            """
        let outcomes = try ingest(text: text, mapping("{kind: json-lines}"))
        #expect(
            lines(outcomes) == [
                "a@2026-01-02T03:04:05Z c1 12500000", "7@2026-01-02T03:04:06Z  0",
                "é\n@2026-01-02T03:04:07Z  -",
            ])
        #expect(outcomes.events.map(\.line) == [1, 3, 4])
    }

    @Test func pathsLeadIntoObjectsAndLists() throws {
        let text = """
            {"id":"a","data":{"at":["x","2026-01-02T03:04:05Z"],"a.b":{"c[0]":"c9"}},"seconds":1}
            """
        let mapping = try mapping(
            "{kind: json-lines}", time: "{column: \"data.at[1]\"}",
            adding: "notes: [one]")
        #expect(lines(try ingest(text: text, mapping)) == ["a@2026-01-02T03:04:05Z  1000000"])
        let customer = try RecordMapping.read(
            bytes: Array(
                """
                source: small
                description: A small source.
                format: {kind: json-lines}
                time_zone: UTC
                event:
                  id: [id]
                  kind: contact
                  time: {column: "data.at[1]"}
                  customer: {column: 'data.a\\.b.c\\[0]'}
                """.utf8), file: "small.yaml")
        let outcomes = try ingest(text: text, customer)
        #expect(outcomes.interner.string(outcomes.events[0].event.customer) == "c9")
    }

    @Test(arguments: [
        ("{\"id\":\"a\",", "bad-json"), ("nonsense", "not-an-object"), ("{\"id\":tru}", "bad-json"),
        ("{\"id\":01}", "bad-json"), ("{\"id\":1}{\"id\":2}", "bad-json"),
        ("{\"id\":\"\\q\"}", "bad-json"), ("[1,2]", "not-an-object"), ("\"text\"", "not-an-object"),
        ("{\"id\":1,\"id\":2}", "duplicate-key"), ("{\"id\":{\"x\":1}}", "not-a-value"),
        ("{\"id\":[1]}", "not-a-value"), ("{\"id\":\"a\",\"when\":\"soon\"}", "bad-time"),
        ("{\"when\":\"2026-01-02T03:04:05Z\"}", "empty-id"),
        (
            "{\"x\":" + String(repeating: "[", count: 100) + String(repeating: "]", count: 100)
                + "}",
            "json-too-deep"
        ),
    ])
    func aLineThatIsNoRecordCostsItselfOnly(line: String, code: String) throws {
        let good = "{\"id\":\"g\",\"when\":\"2026-01-02T03:04:05Z\"}"
        let outcomes = try ingest(
            text: [good, line, good].joined(separator: "\n"), mapping("{kind: json-lines}"))
        #expect(outcomes.events.map(\.line) == [1, 3])
        #expect(outcomes.rejects.map(\.finding.code) == [code])
        let reject = try #require(outcomes.rejects.first)
        #expect(reject.line == 2 && reject.byteOffset == good.utf8.count + 1)
        let sealed = Array("record|||".utf8)
        let kept = KeptRecord(decoding: Array(reject.sealedBytes.dropFirst(sealed.count)))
        #expect(kept?.bytes == Array(line.utf8))
    }

    @Test func bytesThatAreNotUTF8AreSaidToBe() throws {
        let scratch = try Scratch()
        let path = try scratch.file("x", Array("{\"id\":\"".utf8) + [0xff] + Array("\"}\n".utf8))
        let outcomes = try ingest(path, mapping("{kind: json-lines}"))
        #expect(outcomes.places == ["1:1 not-utf8"])
    }

    @Test func aFindingPointsAtTheValue() throws {
        let text = #"{"id":"a","when":"2026-01-02T03:04:05Z","seconds":"many"}"#
        let outcomes = try ingest(text: text, mapping("{kind: json-lines}"))
        #expect(outcomes.places == ["1:51 bad-duration"])
    }

    @Test func jsonDocumentsMayBeLaidOutAsTheyLike() throws {
        let one = "{\n \"id\": \"a\",\n \"when\": \"2026-01-02T03:04:05Z\" }"
        let two = "{\"id\":\"b}\\\"{\",\"when\":\"2026-01-02T03:04:06Z\"}"
        for text in ["[\(one),\n\(two)]", "\(one)\n\(two)\n", " [ \(one) , \(two) ] \n"] {
            let outcomes = try ingest(text: text, mapping("{kind: json}"))
            #expect(outcomes.events.map(\.event.key) == ["a", "b}\"{"])
            #expect(outcomes.events.first?.line == 1)
        }
    }

    @Test(arguments: ["[{\"id\":\"a\"}", "[{\"id\":\"a\"", "[1,2]", "{\"id\":\"a\"}]", "x"])
    func aDocumentThatIsNotBuiltSoIsAnError(text: String) throws {
        #expect(throws: IngestionError.self) {
            _ = try ingest(text: text, mapping("{kind: json}"))
        }
    }

    // MARK: - CloudEvents

    @Test func cloudEventsComeSinglyInBatchesAndInLines() throws {
        func event(_ id: String) -> String {
            """
            {"specversion":"1.0","id":"\(id)","source":"/acd","type":"call.ended",\
            "time":"2026-01-02T03:04:05Z","data":{"customer":"c1","talk":3}}
            """
        }
        let text = """
            source: small
            description: A small source.
            format: {kind: cloudevents}
            time_zone: UTC
            event:
              id: [source, id]
              kind: contact
              time: {column: time}
              customer: {column: data.customer}
            interaction: {talk: {column: data.talk, unit: seconds}}
            """
        let mapping = try RecordMapping.read(bytes: Array(text.utf8), file: "small.yaml")
        let pretty = event("a").replacingOccurrences(of: ",", with: ",\n")
        for file in [
            event("a") + "\n" + event("b"), "[\(event("a")),\(event("b"))]", pretty + event("b"),
        ] {
            let outcomes = try ingest(text: file, mapping)
            #expect(outcomes.events.map(\.event.key) == ["%2Facd/a", "%2Facd/b"])
            #expect(outcomes.rejects.isEmpty)
        }
        let bad = [
            event("a").replacingOccurrences(of: "\"type\":\"call.ended\",", with: ""),
            event("a").replacingOccurrences(of: "1.0", with: "0.3"), event("c"),
        ]
        let outcomes = try ingest(text: bad.joined(separator: "\n"), mapping)
        #expect(outcomes.rejects.map(\.finding.code) == ["not-a-cloudevent", "not-a-cloudevent"])
        #expect(outcomes.rejects[0].finding.expected?.contains("\"type\"") == true)
        #expect(outcomes.events.count == 1)
    }

    // MARK: - Process-mining formats

    private static let xes = """
        <?xml version="1.0" encoding="UTF-8"?>
        <log xes.version="1.0" xmlns="http://www.xes-standard.org/">
          <extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
          <global scope="event"><string key="who" value="UNKNOWN"/></global>
          <string key="who" value="the log's"/>
          <trace>
            <string key="who" value="case&amp;1"><string key="inner" value="x"/></string>
            <event>
              <string key="concept:name" value="A"/>
              <string key="lifecycle:transition" value="start"/>
              <date key="time:timestamp" value="2026-01-02T03:04:05+00:00"/>
            </event>
            <event>
              <string key="concept:name" value="A"/>
              <string key="lifecycle:transition" value="complete"/>
              <date key="time:timestamp" value="2026-01-02T03:05:05+00:00"/>
              <list key="things"><values><string key="thing" value="1"/></values></list>
            </event>
            <event>
              <string key="concept:name" value="B"/>
              <string key="lifecycle:transition" value="complete"/>
              <date key="time:timestamp" value="2026-01-02T03:06:05+00:00"/>
            </event>
          </trace>
          <trace><string key="who" value="case2"/></trace>
          <trace><event><date key="time:timestamp" value="2026-01-03T00:00:00Z"/></event></trace>
        </log>
        """

    private func xesMapping(_ lifecycle: String) throws -> RecordMapping {
        try RecordMapping.read(
            bytes: Array(
                """
                source: small
                description: A small source.
                format: {kind: xes, lifecycle: \(lifecycle)}
                time_zone: UTC
                event:
                  id: [case:index, event:index]
                  kind: workTask
                  time: {column: time:timestamp}
                  customer: {column: case:who}
                  attributes: {thing: {column: things/thing}, inner: {column: case:who/inner}}
                interaction:
                  talk: {from: {column: start:time:timestamp}, to: {column: time:timestamp}}
                """.utf8), file: "small.yaml")
    }

    @Test func xesGivesARecordForEachEvent() throws {
        let outcomes = try ingest(text: FormatTests.xes, xesMapping("events"))
        #expect(
            lines(outcomes) == [
                "1/1@2026-01-02T03:04:05Z case&1 -", "1/2@2026-01-02T03:05:05Z case&1 -",
                "1/3@2026-01-02T03:06:05Z case&1 -", "3/1@2026-01-03T00:00:00Z  -",
            ])
        #expect(outcomes.events[1].event.attributes.map(\.value) == [.text("1"), .text("x")])
        #expect(outcomes.events.map(\.line) == [8, 13, 19, 26])
    }

    @Test func xesPairsStartsWithCompletions() throws {
        let outcomes = try ingest(text: FormatTests.xes, xesMapping("paired"))
        #expect(
            lines(outcomes) == [
                "1/2@2026-01-02T03:05:05Z case&1 60000000", "1/3@2026-01-02T03:06:05Z case&1 -",
                "3/1@2026-01-03T00:00:00Z  -",
            ])
    }

    @Test func xesThatNeverEndsOrLaughsIsRefused() throws {
        let laughs = """
            <?xml version="1.0"?><!DOCTYPE log [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;">
            <!ENTITY c "&b;&b;&b;&b;&b;&b;">]><log><trace><string key="x" value="&c;"/></trace>
            </log>
            """
        let deep = String(repeating: "<container key=\"k\">", count: 300)
        for (text, words) in [
            (laughs, "document type"), ("<html></html>", "begins with <log>"),
            (String(FormatTests.xes.prefix(800)), "XML"), ("<log><trace>\(deep)", "at most 256"),
            ("", "XML"),
        ] {
            do {
                _ = try ingest(text: text, xesMapping("events"))
                Issue.record("\(words): was read")
            } catch let error as IngestionError {
                #expect("\(error)".contains(words), "\(error)")
            }
        }
    }

    @Test func ocelGivesEventsWithTheirObjects() throws {
        let text = """
            {"objectTypes":[{"name":"customer","attributes":[]}],
             "eventTypes":[{"name":"call","attributes":[{"name":"talk","type":"integer"}]}],
             "events":[
              {"id":"e1","type":"call","time":"2026-01-02T03:04:05Z",
               "attributes":[{"name":"talk","value":12}],
               "relationships":[{"objectId":"t1","qualifier":"about"},
                                {"objectId":"c1","qualifier":"by"}]},
              {"id":"e2","type":"call","time":"2026-03-02T03:04:05Z","relationships":[
                {"objectId":"c1","qualifier":"by"}]}],
             "objects":[
              {"id":"c1","type":"customer","attributes":[
                {"name":"segment","time":"2026-02-01T00:00:00Z","value":"gold"},
                {"name":"segment","time":"1970-01-01T00:00:00Z","value":"new"}]},
              {"id":"t1","type":"ticket"}]}
            """
        let mapping = try RecordMapping.read(
            bytes: Array(
                """
                source: small
                description: A small source.
                format: {kind: ocel}
                time_zone: UTC
                event:
                  id: [id]
                  kind: contact
                  time: {column: time}
                  customer: {column: object:customer}
                  issue: {column: qualifier:about}
                interaction:
                  segment: {column: object:customer:segment}
                  talk: {column: attribute:talk, unit: seconds}
                """.utf8), file: "small.yaml")
        let outcomes = try ingest(text: text, mapping)
        #expect(
            lines(outcomes) == [
                "e1@2026-01-02T03:04:05Z c1 12000000", "e2@2026-03-02T03:04:05Z c1 -",
            ])
        let interner = outcomes.interner
        #expect(
            outcomes.events.map { interner.string($0.event.interaction?.segment ?? .unknown) } == [
                "new", "gold",
            ])
        #expect(interner.string(outcomes.events[0].event.issue) == "t1")
    }

    // MARK: - Delimited text

    @Test func aZstandardFileGivesWhatThePlainOneGives() throws {
        let scratch = try Scratch()
        let bytes = Array(
            smallText((1...50).map { "\($0),1999-07-05T10:00,C\($0),CALL,\($0),ANN" }).utf8)
        let plain = try ingest(scratch.file("a", bytes), smallMapping())
        let frames = zstd(Array(bytes[..<500])) + zstd(Array(bytes[500...]), blockBytes: 7)
        for packed in [zstd(bytes), zstd(bytes, blockBytes: 3), frames] {
            let unpacked = try ingest(scratch.file("b", packed), smallMapping())
            #expect(unpacked.named == plain.named)
        }
        for damaged in [
            Array(zstd(bytes).dropLast()), zstd(bytes) + [1, 2, 3, 4], Array(zstd(bytes)[..<40]),
        ] {
            let path = try scratch.file("c", damaged)
            #expect(throws: IngestionError.self) { _ = try ingest(path, smallMapping()) }
        }
    }

    @Test func otherEncodingsBecomeUTF8() throws {
        let scratch = try Scratch()
        let line: [UInt8] =
            Array("1,1999-07-05T10:00,M".utf8) + [0xfc, 0x80] + Array(",CALL,1,A".utf8)
        let header = Array("id,when,who,what,seconds,agent\n".utf8)
        let path = try scratch.file("a", header + line)
        for (encoding, name) in [("latin-1", "M\u{fc}\u{80}"), ("windows-1252", "M\u{fc}\u{20ac}")]
        {
            for quote in ["", ", quote: double"] {
                let outcomes = try ingest(
                    path,
                    smallMapping(
                        format: "{kind: delimited, delimiter: comma, encoding: \(encoding)\(quote)}"
                    ))
                #expect(outcomes.interner.string(outcomes.events[0].event.customer) == name)
            }
        }
        #expect(try ingest(path, smallMapping()).places == ["2:20 not-utf8"])
        let undefined = try scratch.file(
            "b", header + Array("1,1999-07-05T10:00,".utf8) + [0x81] + Array(",CALL,1,A".utf8))
        let mapping = try smallMapping(
            format: "{kind: delimited, delimiter: comma, encoding: windows-1252}")
        #expect(try ingest(undefined, mapping).places == ["2:20 not-utf8"])
    }

    @Test func linesBeforeTheHeaderAndNamesInTheMapping() throws {
        let line = "1~1999-07-05T10:00~C1~CALL~1~ANN"
        let names = "id, when, who, what, seconds, agent"
        let skipped = try ingest(
            text: "An export\nof today\n" + names.replacingOccurrences(of: ", ", with: "~") + "\n"
                + line,
            smallMapping(format: "{kind: delimited, delimiter: \"~\", skip_lines: 2}"))
        #expect(skipped.events.map(\.line) == [4])
        let named = try ingest(
            text: line + "\n" + line.replacingOccurrences(of: "1~1999", with: "2~1999"),
            smallMapping(
                format: "{kind: delimited, delimiter: \"~\", header: none, columns: [\(names)]}"))
        #expect(named.events.map(\.event.key) == ["1", "2"])
        #expect(throws: IngestionError.self) {
            _ = try ingest(
                text: "one\n",
                smallMapping(format: "{kind: delimited, delimiter: comma, skip_lines: 2}"))
        }
    }
}
