// Records to events: what a good record becomes, and where a bad one is wrong.

import Events
import Ingestion
import Testing

@Suite struct RecordTests {
    @Test func aGoodRecordBecomesItsEvent() throws {
        let outcomes = try ingest(
            text: smallText(["17,1999-07-05T10:00:30,C7, CALL ,12.5,ANN"]), smallMapping())
        let item = try #require(outcomes.events.first)
        let event = item.event
        let detail = try #require(event.interaction)
        let interner = outcomes.interner
        #expect(item.record == 1 && item.line == 2 && item.byteOffset == 31)
        #expect(event.kind == .contact && event.key == "17")
        #expect(interner.string(event.source) == "small")
        #expect(interner.string(event.customer) == "C7")
        #expect(event.at.iso8601(offsetMinutes: 180) == "1999-07-05T10:00:30+03:00")
        #expect(event.offsetMinutes == 180)
        #expect(detail.talk == TimeSpan(microseconds: 12_500_000))
        #expect(detail.outcome == .unresolved && detail.direction == .inbound)
        #expect(interner.string(detail.channel) == "voice")
        #expect(detail.wait == nil && detail.ended == nil && !detail.team.isKnown)
    }

    @Test func aPersonalAgentIsAPseudonymAndASealedName() throws {
        let outcomes = try ingest(
            text: smallText([
                "1,1999-07-05T10:00,C7,CALL,12,ANN", "2,1999-07-05T10:00,0,CALL,12,NONE",
            ]), smallMapping())
        let first = try #require(outcomes.events.first).event
        #expect(outcomes.interner.string(first.interaction?.agent ?? .unknown) == "agent-ann")
        #expect(first.personal.map { outcomes.interner.string($0.name) } == ["agent"])
        #expect(first.personal.first?.sealed == Array("agent|1|C7|ANN".utf8))
        #expect(outcomes.interner.symbol(of: "ANN") == nil)
        let second = outcomes.events[1].event
        #expect(second.interaction?.agent == .unknown && second.personal.isEmpty)
    }

    @Test func unknownCustomersAreUnknown() throws {
        let names = ["0", "3.06E+08", "1E+2", "", "00", "E+", "x"]
        let lines = names.enumerated().map { "\($0),1999-07-05T10:00,\($1),CALL,1,ANN" }
        let outcomes = try ingest(text: smallText(lines), smallMapping())
        let known = outcomes.events.map { outcomes.interner.string($0.event.customer) }
        #expect(known == ["", "", "", "", "00", "", "x"])
    }

    @Test func anEventThatIsNoContactHasNoInteraction() throws {
        let outcomes = try ingest(
            text: smallText(["1,1999-07-05T10:00,C7,PAID,12,ANN"]), smallMapping())
        #expect(outcomes.events.first?.event.kind == .refundPaid)
        #expect(outcomes.events.first?.event.interaction == nil)
        #expect(outcomes.events.first?.event.personal == [])
    }

    @Test func aContactIsAnInteractionAlsoWithNothingMoreSaidOfIt() throws {
        for more in ["", "interaction: {kinds: [workTask]}"] {
            let mapping = try eventMapping("kind: contact, time: {column: t}", more: more)
            let outcomes = try ingest(text: "id,t\n1,1999-07-05T10:00\n", mapping)
            let event = try #require(outcomes.events.first).event
            // Unless the mapping says which kinds are.
            #expect((event.interaction == nil) == !more.isEmpty)
        }
    }

    @Test func numbersHaveTheMappingsDecimalPoint() throws {
        for (point, expected) in [
            (
                "comma", [1.5, nil, 1838, 1838.5, nil, 1_234_567, nil, -1234.5, nil] as [Double?]
            ),
            ("point", [nil, 1.838, 1838, nil, 1838.5, nil, 1_234_567.25, nil, nil]),
        ] {
            let mapping = try eventMapping(
                "kind: contact, time: {column: t}, attributes: {v: {column: v, type: number}}",
                format: "delimiter: semicolon, decimal: \(point)")
            for (value, number) in zip(
                [
                    "1,5", "1.838", "1838", "1.838,5", "1,838.5", "1.234.567", "1'234'567.25",
                    "-1.234,5", "12.34,5",
                ], expected)
            {
                let outcomes = try ingest(
                    text: "id;t;v\n1;1999-07-05T10:00;\(value)\n", mapping)
                #expect(
                    outcomes.events.first?.event.attributes.first?.value
                        == number.map { .number($0) }, "\(point) \(value)")
                #expect(outcomes.rejects.count == (number == nil ? 1 : 0))
            }
        }
    }

    @Test func aNegativeDurationIsUnknownAndCounted() throws {
        let outcomes = try ingest(
            text: smallText([
                "1,1999-07-05T10:00,C7,CALL,-5,ANN", "2,1999-07-05T10:00,C7,CALL,,ANN",
            ]),
            smallMapping(replacing: [
                "seconds: {above: 10}": "who: C0", "then: unknown": "then: resolved",
            ]))
        #expect(outcomes.events.map(\.event.interaction?.talk) == [nil, nil])
        #expect(outcomes.warnings.counts == ["negative-duration": 1])
        let example = try #require(outcomes.warnings.examples["negative-duration"]?.first)
        #expect(example.line == 2 && example.record == 1 && example.field == "seconds")
        #expect(!example.message(showValues: true).contains("-5"))
    }

    @Test func timesThatClocksSkippedOrRepeatedAreCounted() throws {
        let outcomes = try ingest(
            text: smallText([
                "1,1999-04-02T02:30,C,CALL,1,A", "2,1999-09-03T01:30,C,CALL,1,A",
                "3,1999-09-03T01:30:00+02:00,C,CALL,1,A", "4,1999-09-03 01:30:00.25Z,C,CALL,1,A",
            ]), smallMapping())
        #expect(outcomes.warnings.counts == ["time-in-gap": 1, "time-in-overlap": 1])
        #expect(
            outcomes.events.map { $0.event.at.iso8601() } == [
                "1999-04-02T00:30:00Z", "1999-09-02T22:30:00Z", "1999-09-02T23:30:00Z",
                "1999-09-03T01:30:00.250000Z",
            ])
        #expect(outcomes.events.map(\.event.offsetMinutes) == [120, 180, 120, 0])
    }

    @Test(arguments: [
        ("1,1999-02-30T10:00,C,CALL,1,A", "2:3 bad-time"),
        ("1,1999-07-05T25:00,C,CALL,1,A", "2:3 bad-time"),
        ("1,,C,CALL,1,A", "2:3 bad-time"),
        ("1,2101-07-05T10:00,C,CALL,1,A", "2:3 time-out-of-range"),
        ("1,0001-01-01T00:00,C,CALL,1,A", "2:3 time-out-of-range"),
        (",1999-07-05T10:00,C,CALL,1,A", "2:1 empty-id"),
        ("1,1999-07-05T10:00,C,CALLS,1,A", "2:22 unknown-value"),
        ("1,1999-07-05T10:00,C,,1,A", "2:22 unknown-value"),
        ("1,1999-07-05T10:00,C,CALL,ten,A", "2:27 bad-number"),
        ("1,1999-07-05T10:00,C,GHOST,1e3,A", "2:28 bad-duration"),
        ("1,1999-07-05T10:00,C,GHOST,1.0000001,A", "2:28 bad-duration"),
        ("1,1999-07-05T10:00,C,GHOST,999999999,A", "2:28 out-of-range"),
        ("1,1999-07-05T10:00,C,CALL,1", "2:28 field-count"),
        ("1,1999-07-05T10:00,C,CALL   1,A", "2:22 field-count"),
        ("1,1999-07-05T10:00,C,CALL,1,A,B", "2:32 field-count"),
        ("nonsense", "2:9 field-count"),
    ])
    func aBadRecordIsRejectedAtItsPlace(line: String, expected: String) throws {
        let outcomes = try ingest(
            text: smallText([line, "2,1999-07-05T10:00,C,CALL,1,A"]), smallMapping())
        #expect(outcomes.places == [expected])
        #expect(outcomes.events.map(\.line) == [3])
        let reject = try #require(outcomes.rejects.first)
        let sealed = Array("record|||".utf8)
        #expect(reject.sealedBytes.starts(with: sealed))
        let kept = KeptRecord(decoding: Array(reject.sealedBytes.dropFirst(sealed.count)))
        #expect(kept?.bytes == Array(line.utf8))
        #expect(kept?.prefix == Array("id,when,who,what,seconds,agent\n".utf8))
        #expect(reject.record == 1 && reject.byteOffset == 31 && reject.finding.record == 1)
    }

    @Test func aMessageNamesFoundAndExpectedAndHoldsNoValue() throws {
        let outcomes = try ingest(
            text: smallText(["1,1999-07-05T10:00,SECRET  CALL,1,A"]), smallMapping())
        let finding = try #require(outcomes.rejects.first?.finding)
        #expect(
            finding.description
                == "small.csv:2:20: error: expected 6 fields, found 5 fields [field-count]; "
                + "hint: field 3 holds blanks where a delimiter may belong")
        let other = try ingest(
            text: smallText(["1,1999-07-05T10:00,C,SECRET,1,A"]), smallMapping())
        let message = try #require(other.rejects.first?.finding.message(showValues: true))
        #expect(!message.contains("SECRET"))
        #expect(message.contains("field \"what\": expected one of CALL, GHOST, PAID"))
    }

    @Test func aValueThatIsNotUTF8IsRejected() throws {
        let scratch = try Scratch()
        var bytes = Array(smallText([]).utf8)
        bytes += Array("1,1999-07-05T10:00,".utf8) + [0xff, 0xfe] + Array(",CALL,1,A\n".utf8)
        let outcomes = try ingest(scratch.file("small.csv", bytes), smallMapping())
        #expect(outcomes.places == ["2:20 not-utf8"])
    }

    @Test func idsOfSeveralColumnsStayDifferent() throws {
        let outcomes = try ingest(
            text: smallText([
                "a/b,1999-07-05T10:00,c,CALL,1,A", "a,1999-07-05T10:00,b/c,CALL,1,A",
                "a%2Fb,1999-07-05T10:00,c,CALL,1,A",
            ]),
            smallMapping(replacing: ["id: [id]": "id: [id, who]"]))
        #expect(outcomes.events.map(\.event.key) == ["a%2Fb/c", "a/b%2Fc", "a%252Fb/c"])
    }
}
