// Aim: each line is an event as CloudEvents 1.0.2 has it, seen with a JSON reader that is not ours;
// and the bytes of the format stay what they are.

import Events
import Export
import Foundation
import Testing

@Suite struct ConformanceTests {
    @Test func everyLineIsACloudEvent() throws {
        var events = RandomEvents(seed: 21)
        for _ in 0..<1_000 {
            let written = try line(events.next(), events.dictionary)
            let object = try #require(
                try JSONSerialization.jsonObject(with: Data(written)) as? [String: Any])
            for required in ["specversion", "id", "source", "type"] {
                let text = try #require(object[required] as? String, "\(required)")
                #expect(!text.isEmpty)
            }
            #expect(object["specversion"] as? String == "1.0")
            #expect(object["datacontenttype"] as? String == "application/json")
            #expect(object["data"] is [String: Any])
            for (name, value) in object where name != "data" {
                let isName = name.utf8.allSatisfy {
                    (0x61...0x7a).contains($0) || (0x30...0x39).contains($0)
                }
                #expect(isName, "\(name) is no attribute's name")
                let text = try #require(value as? String)
                #expect(text.unicodeScalars.allSatisfy(ConformanceTests.isAllowed), "\(text)")
            }
            try checkSource(object)
        }
    }

    private func checkSource(_ object: [String: Any]) throws {
        let source = try #require(object["source"] as? String)
        let allowed = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/%")
        #expect(source.allSatisfy { allowed.contains($0) })
        #expect(URL(string: source) != nil)
    }

    /// The specification's type system, "String".
    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0...0x1f, 0x7f...0x9f, 0xfdd0...0xfdef: false
        default: scalar.value & 0xfffe != 0xfffe
        }
    }

    @Test func theFormatIsKept() throws {
        var bytes: [UInt8] = []
        var range = ExportedRange(
            logID: "00ff", from: LogPosition(1), through: LogPosition(4), head: LogPosition(4),
            headHash: String(repeating: "ab", count: 32))
        range.coversFrom = Instant(microseconds: 915_141_600_000_000)
        range.coversTo = Instant(microseconds: 933_454_800_000_000)
        range.coverageOffsetMinutes = 180
        range.append(to: &bytes)
        let (dictionary, events) = ConformanceTests.sample()
        var writer = CloudEventWriter(dictionary: dictionary)
        for event in events { writer.append(event, to: &bytes) }
        let golden = Repository.root.appendingPathComponent("Tests/Fixtures/cloudevents-1.jsonl")
        guard FileManager.default.fileExists(atPath: golden.path) else {
            try Data(bytes).write(to: golden)
            Issue.record("\(golden.path) was missing and has been written; look at it")
            return
        }
        let kept = try Data(contentsOf: golden)
        #expect(String(decoding: bytes, as: UTF8.self) == String(decoding: kept, as: UTF8.self))
        var reader = CloudEventReader()
        let lines = kept.split(separator: UInt8(ascii: "\n"))
        #expect(reader.outcome(Array(try #require(lines.first))) == .success(.range(range)))
        for (kept, recorded) in zip(lines.dropFirst(), events) {
            #expect(exactBytes(try reader.event(Array(kept), dictionary)) == exactBytes(recorded))
        }
        #expect(lines.count == events.count + 1)
    }

    /// A full contact, an event with nothing but what it must have, and the odd ones.
    private static func sample() -> (Interner, [RecordedEvent]) {
        var names = Interner()
        let bank = SourceID(names.intern("anonymous-bank"))
        func recorded(_ position: UInt64, _ event: Event) -> RecordedEvent {
            RecordedEvent(
                position: LogPosition(position),
                recordedAt: Instant(microseconds: 1_767_225_600_000_000), event: event)
        }
        var full = Event(
            kind: .contact, source: bank, key: "AA0101/33116",
            at: Instant(microseconds: 915_141_631_000_000), offsetMinutes: 120)
        full.customer = CustomerID(names.intern("9664491"))
        full.issue = IssueID(names.intern("case 7"))
        var detail = Interaction()
        detail.channel = ChannelID(names.intern("telephone"))
        detail.modality = names.intern("voice")
        detail.direction = .internal
        detail.intent = IntentID(names.intern("regular-service"))
        detail.segment = SegmentID(names.intern("high"))
        detail.actor = .selfService
        detail.team = TeamID(names.intern("service"))
        detail.tier = names.intern("first")
        detail.agent = AgentID(names.intern("agent-2f"))
        detail.outcome = .transferred
        detail.transferTarget = TeamID(names.intern("stocks"))
        detail.automation = .seconds(5)
        detail.wait = .zero
        detail.talk = TimeSpan(microseconds: 123_000_001)
        detail.hold = .seconds(1)
        detail.wrapUp = TimeSpan(microseconds: -1)
        detail.ended = Instant(microseconds: 915_141_759_000_001)
        full.interaction = detail
        full.money = Money(thousandths: -1_234_567)
        full.attributes = [
            Attribute(name: names.intern("note"), value: .text("a \"b\"\n\u{1f600}")),
            Attribute(name: names.intern("pages"), value: .integer(.min)),
            Attribute(name: names.intern("score"), value: .number(0.1)),
            Attribute(name: names.intern("score"), value: .number(-.infinity)),
            Attribute(name: names.intern("vip"), value: .flag(false)),
        ]
        full.personal = [PersonalField(name: names.intern("name"), sealed: [0, 255, 16, 1])]
        let bare = Event(
            kind: .personErased, source: .unknown, key: "", at: Instant(microseconds: 0),
            offsetMinutes: 0)
        var odd = Event(
            kind: .corrected, source: SourceID(names.intern("a b/c")), key: "50 %\u{7}",
            at: Instant(microseconds: .max), offsetMinutes: .min)
        odd.interaction = Interaction()
        odd.interaction?.ended = Instant(microseconds: .min)
        let early = Event(
            kind: .botStep, source: bank, key: "é", at: Instant(microseconds: -1),
            offsetMinutes: -345)
        return (
            names, [recorded(1, full), recorded(2, bare), recorded(3, odd), recorded(4, early)]
        )
    }
}
