// Aim: a line that is wrong is refused with its place, its member and words that help; nothing of
// it is guessed, and no bytes whatever stop the program.

import Events
import Export
import Testing
import TestSupport

@Suite struct BadLineTests {
    /// What a good line is made of, and the one thing that a case changes. `§` marks the byte that
    /// the problem must point at.
    struct Case: Sendable, CustomStringConvertible {
        var code: String
        var field: String?
        var line: String
        var description: String { "\(code): \(line)" }

        init(_ code: String, _ field: String?, _ line: String) {
            self.code = code
            self.field = field
            self.line = line
        }
    }

    private static let head = #""specversion":"1.0","id":"k","source":"/sources/s""#
    private static let type = #""type":"downstream.contact""#
    private static let times =
        #""time":"1999-01-01T00:00:00Z","recordedtime":"1999-01-01T00:00:00Z""#
    private static let tail = #""sequence":"1","datacontenttype":"application/json""#

    /// A whole line with this data.
    private static func data(_ text: String) -> String {
        "{\(head),\(type),\(times),\(tail),\"data\":\(text)}"
    }

    private static func envelope(_ parts: String...) -> String {
        "{" + parts.joined(separator: ",") + ",\"data\":{}}"
    }

    static let notJSON = [
        Case("not-json", nil, "§"), Case("not-json", nil, "§x"), Case("not-json", nil, "{§"),
        Case("wrong-type", nil, "§[]"), Case("wrong-type", nil, "§\"text\""),
        Case("wrong-type", nil, "§null"), Case("wrong-type", nil, "{§1:2}"),
        Case("not-json", nil, data("{}") + "§ x".replacing(" ", with: "")),
        Case("not-json", nil, data("{}") + " §{}"),
        Case("not-json", nil, "{\"id\"§ \"k\"}".replacing("§ ", with: " §")),
        Case("not-json", nil, "{\"id\":\"k\" §\"source\":\"s\"}"),
        Case("wrong-type", nil, "{\"id\":\"k\",§}".replacing("§}", with: "§[]}")),
        Case("not-json", "id", "{\"id\":\"k§"),
        Case("not-json", "id", "{\"id\":\"a§\u{1}b\"}"),
        Case("bad-escape", "id", "{\"id\":\"a§\\x\"}"),
        Case("bad-escape", "id", "{\"id\":\"a§\\u12g4\"}"),
        Case("bad-escape", "id", "{\"id\":\"a§\\ud83d\"}"),
        Case("bad-escape", "id", "{\"id\":\"a§\\ude00\"}"),
        Case("bad-escape", "id", "{\"id\":\"a§\\ud83d\\u0041\"}"),
        Case("bad-escape", "id", "{\"id\":\"a§\\"),
        Case("too-deep", nil, "{\"data\":" + String(repeating: "[", count: 32) + "§[]"),
    ]

    static let envelopes = [
        Case("wrong-type", "id", "{\"id\":§1}"),
        Case("duplicate-member", "id", "{\"id\":\"k\",§\"id\":\"k\"}"),
        Case("unknown-member", "traceparent", "{§\"traceparent\":\"x\"}"),
        Case("missing-member", "specversion", envelope(type, times, tail) + "§"),
        Case("missing-member", "datacontenttype", envelope(head, type, times) + "§"),
        Case("missing-member", "data", "{\(head),\(type),\(times),\(tail)}§"),
        Case(
            "unknown-version", "specversion",
            envelope(head, type, times, tail).replacing("\"1.0\"", with: "\"§0.3\"")),
        Case(
            "unknown-name", "datacontenttype",
            envelope(head, type, times, tail).replacing("application/", with: "§text/")),
        Case(
            "unknown-name", "type",
            envelope(head, type, times, tail).replacing("downstream.c", with: "§downstream.C")),
        Case(
            "unknown-name", "source",
            envelope(head, type, times, tail).replacing("/sources/s", with: "§/source/s")),
        Case(
            "bad-escape", "id",
            envelope(head, type, times, tail).replacing("\"k\"", with: "\"§a%4\"")),
        Case(
            "bad-escape", "id",
            envelope(head, type, times, tail).replacing("\"k\"", with: "\"§%ff\"")),
        Case(
            "empty-text", "id",
            envelope(head, type, times, tail).replacing("\"k\"", with: "\"§\"")),
        Case("empty-text", "subject", envelope(head, type, times, tail, "\"subject\":\"§\"")),
        Case("empty-text", "subject", envelope(head, type, times, tail, "\"subject\":\"§%\"")),
        Case("missing-member", "time", "§" + envelope(head, type, tail)),
    ]

    static let positionsAndTimes =
        ["0", "", "-1", "1.0", "18446744073709551616", "000000000000000000001", "x"].map {
            Case(
                "bad-number", "sequence",
                envelope(head, type, times, tail).replacing("\"1\"", with: "\"§\($0)\""))
        }
        + [
            "1999-01-01", "1999-01-01T00:00:00", "1999-02-29T00:00:00Z", "1999-01-01T24:00:00Z",
            "1999-01-01T00:60:00Z", "1999-01-01T00:00:60Z", "1999-01-01 00:00:00Z",
            "1999-01-01T00:00:00.Z", "1999-01-01T00:00:00.1234567Z", "1999-01-01T00:00:00+24:00",
            "1999-01-01T00:00:00+0200", "1999-01-01T00:00:00Zx", "0000-01-01T00:00:00Z",
        ].map {
            Case("bad-time", "time", envelope(head, type, tail, "\"time\":\"§\($0)\""))
        }

    static let insideData = [
        Case("wrong-type", "data", data("§7")),
        Case("unknown-member", "data.mood", data("{§\"mood\":1}")),
        Case("bad-number", "data.money_thousandths", data("{\"money_thousandths\":§1.5}")),
        Case("bad-number", "data.money_thousandths", data("{\"money_thousandths\":§1e3}")),
        Case("bad-number", "data.money_thousandths", data("{\"money_thousandths\":§01}")),
        Case(
            "bad-number", "data.money_thousandths",
            data("{\"money_thousandths\":§9223372036854775808}")),
        Case(
            "bad-number", "data.money_thousandths",
            data("{\"money_thousandths\":§-9223372036854775809}")),
        Case("wrong-type", "data.money_thousandths", data("{\"money_thousandths\":§null}")),
        Case("empty-text", "data.issue", data("{\"issue\":\"\"§}")),
        Case("unknown-name", "data.interaction.actor", data(#"{"interaction":{"actor":"§me"}}"#)),
        Case(
            "wrong-type", "data.interaction.talk_microseconds",
            data(#"{"interaction":{"talk_microseconds":§"5"}}"#)),
        Case(
            "bad-time", "data.interaction.ended",
            data(#"{"interaction":{"ended":"§yesterday"}}"#)),
        Case(
            "duplicate-member", "data.interaction.team",
            data(#"{"interaction":{"team":"a",§"te\u0061m":"b"}}"#)),
        Case("wrong-type", "data.attributes", data(#"{"attributes":§{}}"#)),
        Case("missing-member", "data.attributes", data(#"{"attributes":[§{"name":"a"}]}"#)),
        Case(
            "contradiction", "data.attributes.flag",
            data(#"{"attributes":[{"name":"a","integer":1,"flag":§true}]}"#)),
        Case(
            "bad-number", "data.attributes.number",
            data(#"{"attributes":[{"name":"a","number":§1e999}]}"#)),
        Case(
            "bad-number", "data.attributes.number",
            data(#"{"attributes":[{"name":"a","number":"§0x3ff0000000000000"}]}"#)),
        Case(
            "bad-number", "data.attributes.number",
            data(#"{"attributes":[{"name":"a","number":1.§}]}"#)),
        Case("bad-base64", "data.personal.sealed", data(#"{"personal":[{"sealed":"§AAA"}]}"#)),
        Case("bad-base64", "data.personal.sealed", data(#"{"personal":[{"sealed":"§AB=="}]}"#)),
        Case("bad-base64", "data.personal.sealed", data(#"{"personal":[{"sealed":"§A==="}]}"#)),
        Case("missing-member", "data.personal", data(#"{"personal":[§{"sealed":"AA=="}]}"#)),
    ]

    @Test(arguments: notJSON + envelopes + positionsAndTimes + insideData)
    func aBadLineIsRefusedWhereItIsWrong(_ bad: Case) throws {
        let mark = try #require(bad.line.firstRange(of: "§"))
        let place = bad.line[..<mark.lowerBound].utf8.count
        let line = Array(bad.line.replacing("§", with: "").utf8)
        var reader = CloudEventReader()
        guard case .failure(let problem) = reader.outcome(line) else {
            Issue.record("it was read")
            return
        }
        #expect(problem.code == bad.code, "\(problem)")
        #expect(problem.field == bad.field, "\(problem)")
        #expect(problem.byteOffset == place, "\(problem)")
        #expect(!problem.expected.isEmpty)
        let finding = problem.finding(file: "log.jsonl", line: 3, lineOffset: 100, record: 2)
        #expect(finding.byteOffset == 100 + place)
        #expect(finding.column == place + 1)
        #expect(finding.description.hasPrefix("log.jsonl:3:\(place + 1): error: "))
    }

    @Test func theLinesThatTheCasesAreMadeOfAreGood() throws {
        var reader = CloudEventReader()
        let good = BadLineTests.data("{}")
        #expect(throws: Never.self) { try reader.outcome(Array(good.utf8)).get() }
    }

    @Test func bytesThatAreNoTextArePointedAt() {
        var reader = CloudEventReader()
        var line = Array(BadLineTests.data("{}").utf8)
        line[25] = 0xff
        guard case .failure(let problem) = reader.outcome(line) else {
            Issue.record("it was read")
            return
        }
        #expect(problem.code == "not-utf8")
        #expect(problem.byteOffset == 25)
    }

    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func noChangeOfALineStopsTheReader(seed: UInt64) throws {
        var random = TestRandom(seed: seed)
        var events = RandomEvents(seed: seed)
        var refused = 0
        var taken = 0
        for _ in 0..<400 {
            let good = try line(events.next(), events.dictionary)
            for _ in 0..<20 {
                let changed = BadLineTests.changed(good, &random)
                var reader = CloudEventReader()
                switch reader.outcome(changed) {
                case .success(.event(let recorded)):
                    taken += 1
                    // What is accepted is an event: it can be written, and read again.
                    let again = try line(recorded, reader.interner)
                    let back = try reader.event(again, reader.interner)
                    #expect(exactBytes(back) == exactBytes(recorded), "seed \(seed)")
                case .success(.range): Issue.record("an event became a range")
                case .failure(let problem):
                    refused += 1
                    #expect((0...changed.count).contains(problem.byteOffset))
                }
            }
        }
        #expect(refused > 1_000)
        #expect(taken > 100)
    }

    private static func changed(_ good: [UInt8], _ random: inout TestRandom) -> [UInt8] {
        var line = good
        for _ in 0...random.below(2) {
            let place = random.below(line.count)
            switch random.below(5) {
            case 0: line[place] ^= 1 << UInt8(random.below(8))
            case 1: line.remove(at: place)
            case 2: line.insert(random.pick(Array("{}[]\",:\\u0e-".utf8)), at: place)
            case 3: line = Array(line.prefix(max(1, place)))
            default:
                let end = min(line.count, place + random.below(30))
                line.insert(contentsOf: Array(line[place..<end]), at: random.below(line.count))
            }
            if line.isEmpty { line = [UInt8(ascii: "{")] }
        }
        return line
    }
}
