// Aim: what is written is read back, every field of it, to the last bit.

import Events
import Export
import Foundation
import Testing

@Suite struct RoundTripTests {
    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func randomEventsComeBackAsTheyWere(seed: UInt64) throws {
        var events = RandomEvents(seed: seed)
        var reader = CloudEventReader()
        for number in 0..<1_500 {
            let recorded = events.next()
            let written = try line(recorded, events.dictionary)
            let back = try reader.event(written, events.dictionary)
            try #require(
                exactBytes(back) == exactBytes(recorded),
                "seed \(seed), event \(number): \(String(decoding: written, as: UTF8.self))")
            // One way to write: the copy has the same line.
            try #require(try line(back, events.dictionary) == written)
        }
    }

    @Test func oneWriterWritesWhatManyWrite() throws {
        var events = RandomEvents(seed: 8)
        let all = (0..<300).map { _ in events.next() }
        var writer = CloudEventWriter(dictionary: events.dictionary)
        var together: [UInt8] = []
        for recorded in all { writer.append(recorded, to: &together) }
        let apart = try all.flatMap { try line($0, events.dictionary) + [UInt8(ascii: "\n")] }
        #expect(together == apart)
        #expect(together.count { $0 == UInt8(ascii: "\n") } == all.count)
    }

    @Test func everyKindComesBackUnderItsName() throws {
        let names = Interner()
        var reader = CloudEventReader()
        for kind in EventKind.allCases {
            let recorded = RecordedEvent(
                position: LogPosition(1), recordedAt: Instant(microseconds: 5),
                event: Event(
                    kind: kind, source: .unknown, key: "k", at: Instant(microseconds: 7),
                    offsetMinutes: 60))
            let written = try line(recorded, names)
            #expect(
                String(decoding: written, as: UTF8.self).contains(
                    "\"type\":\"downstream.\(kind.name)\""))
            #expect(try reader.event(written, names) == recorded)
        }
    }

    @Test func everyDoubleComesBackBitForBit() throws {
        var events = RandomEvents(seed: 9)
        var reader = CloudEventReader()
        for _ in 0..<5_000 {
            let value = events.double()
            var event = Event(
                kind: .feedbackGiven, source: .unknown, key: "k", at: Instant(microseconds: 0),
                offsetMinutes: 0)
            event.attributes = [Attribute(name: .none, value: .number(value))]
            let recorded = RecordedEvent(
                position: LogPosition(1), recordedAt: Instant(microseconds: 0), event: event)
            let back = try reader.event(
                try line(recorded, events.dictionary), events.dictionary)
            guard case .number(let read) = back.event.attributes.first?.value else {
                Issue.record("\(value) is no number any more")
                return
            }
            #expect(read.bitPattern == value.bitPattern, "\(value)")
        }
    }

    @Test func unlikeIdsAndSourcesStayUnlike() throws {
        var names = Interner()
        let texts = RandomEvents.texts + ["%00", "\u{0}", "a%2Fb", "a/b", "A", "\u{c0}", "%C3%80"]
        var seen: [String: (String, String)] = [:]
        for source in texts {
            let symbol = names.intern(source)
            for key in texts {
                let recorded = RecordedEvent(
                    position: LogPosition(1), recordedAt: Instant(microseconds: 0),
                    event: Event(
                        kind: .contact, source: SourceID(symbol), key: key,
                        at: Instant(microseconds: 0), offsetMinutes: 0))
                let object = try #require(
                    try JSONSerialization.jsonObject(with: Data(try line(recorded, names)))
                        as? [String: Any])
                let identity =
                    "\(object["source"] ?? "")\u{1}\(object["id"] ?? "")".utf8.map { "\($0)" }
                    .joined(separator: ",")
                #expect(seen[identity] == nil, "\(key) of \(source)")
                seen[identity] = (source, key)
            }
        }
        #expect(seen.count == texts.count * texts.count)
    }

    @Test func membersMayStandInAnyOrderWithSpaceBetween() throws {
        let written = """
            { "data" : { "attributes" : [ { "flag" : true , "name" : "vip" } ],\t
              "interaction" : { "wait_microseconds" : 0, "channel" : "t\\u0065lephone" } },
              "datacontenttype":"application/json", "recordedtime":"2026-01-01T00:00:00Z",
              "sequence":"7", "subject":"c%2517", "time":"1999-01-01T02:00:00.5+02:00",
              "type":"downstream.\\u0063ontact", "source":"\\/sources\\/bank", "\\u0069d":"k",
              "specversion":"1.0" }\r
            """
        var reader = CloudEventReader()
        guard case .event(let recorded) = try reader.outcome(Array(written.utf8)).get() else {
            Issue.record("no event")
            return
        }
        let names = reader.interner
        #expect(recorded.position == LogPosition(7))
        #expect(recorded.event.kind == .contact)
        #expect(recorded.event.key == "k")
        #expect(names.string(recorded.event.source) == "bank")
        #expect(names.string(recorded.event.customer) == "c%17")
        #expect(recorded.event.at.microseconds == 915_148_800_500_000)
        #expect(recorded.event.offsetMinutes == 120)
        #expect(names.string(try #require(recorded.event.interaction).channel) == "telephone")
        #expect(recorded.event.interaction?.wait == .zero)
        #expect(recorded.event.interaction?.talk == nil)
        #expect(recorded.event.attributes.map(\.value) == [.flag(true)])
    }

    @Test func theLineAboutAnExportComesBack() throws {
        var range = ExportedRange(
            logID: "0af3", from: LogPosition(1), through: LogPosition(90), head: LogPosition(91),
            headHash: "ab")
        range.coversFrom = Instant(microseconds: 915_141_600_000_000)
        range.coverageOffsetMinutes = 120
        var bytes: [UInt8] = []
        range.append(to: &bytes)
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(text.contains("\"covers_from\":\"1999-01-01T00:00:00.000000+02:00\""))
        var reader = CloudEventReader()
        #expect(reader.outcome(Array(bytes.dropLast())) == .success(.range(range)))
    }
}
