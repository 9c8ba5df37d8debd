// Aim: format 2 stays what it is: each kind of value, byte by byte, and a whole log by its hashes.

import Digests
import Events
import LMDB
import Testing

@Suite struct GoldenTests {
    /// Ten events that between them use every field, written out so that no generator moves them.
    private static let events: [Event] = {
        func event(_ index: Int, _ kind: EventKind) -> Event {
            var event = Event(
                kind: kind, source: SourceID(Symbol(1)), key: "k\(index)",
                at: Instant(microseconds: 1_600_000_000_000_000 + Int64(index) * 1_000_000),
                offsetMinutes: 120)
            event.customer = CustomerID(Symbol(2 + UInt32(index % 3)))
            return event
        }
        var events = (0..<10).map { event($0, .contact) }
        events[1].issue = IssueID(Symbol(9))
        events[2].money = Money(thousandths: -12_345)
        events[3].kind = .personErased
        events[4].customer = .unknown
        events[5].offsetMinutes = -570
        events[6].key = "é/日本/😀"
        events[7].at = Instant(microseconds: -1)
        events[8].attributes = [
            Attribute(name: Symbol(5), value: .text("ä")),
            Attribute(name: Symbol(6), value: .integer(.min)),
            Attribute(name: Symbol(300), value: .number(-0.5)),
            Attribute(name: Symbol(7), value: .flag(true)),
        ]
        events[9].personal = [
            PersonalField(name: Symbol(8), sealed: (0..<30).map { UInt8($0) })
        ]
        for index in [0, 2, 8] {
            var detail = Interaction()
            detail.channel = ChannelID(Symbol(10))
            detail.modality = Symbol(11)
            detail.direction = .inbound
            detail.intent = IntentID(Symbol(12))
            detail.segment = SegmentID(Symbol(13))
            detail.actor = .agent
            detail.team = TeamID(Symbol(14))
            detail.tier = Symbol(15)
            detail.agent = AgentID(Symbol(70_000 + UInt32(index)))
            detail.outcome = .transferred
            detail.transferTarget = TeamID(Symbol(17))
            detail.automation = .seconds(1)
            detail.wait = .seconds(Int64(index))
            detail.talk = TimeSpan(microseconds: 123_456_789)
            detail.hold = .zero
            detail.wrapUp = .minutes(2)
            detail.ended = Instant(microseconds: 1_600_000_300_000_000)
            events[index].interaction = index == 8 ? Interaction() : detail
        }
        return events
    }()

    private static func recordedAt(_ index: Int) -> Instant {
        Instant(microseconds: 1_700_000_000_000_000 + Int64(index / 4) * 1_000)
    }

    private static var columns: EventColumns {
        var columns = EventColumns()
        for (index, event) in events.enumerated() {
            columns.append(event, recordedAt: recordedAt(index))
        }
        return columns
    }

    @Test func aBlock() throws {
        let block = BlockEncoder.encode(
            GoldenTests.columns, rows: 0..<10, firstPosition: LogPosition(4_097))
        try Golden.expect("block-1.hex", Golden.hexadecimal(block.bytes))
        // And the file is read by whatever this program has become.
        let stored = try Golden.bytes("block-1.hex")
        let columns = try BlockTests.decode(stored)
        for index in 0..<10 {
            #expect(try columns.event(index) == GoldenTests.events[index])
            #expect(columns.recordedAt(index) == GoldenTests.recordedAt(index))
        }
    }

    @Test func anEventOfTheTail() throws {
        let recordedAt = GoldenTests.recordedAt(8)
        let value = Layout.value(GoldenTests.events[8], recordedAt: recordedAt)
        try Golden.expect("tail-1.hex", Golden.hexadecimal(value))
        let stored = try Golden.bytes("tail-1.hex")
        let recorded = try Layout.recordedEvent(stored.span, at: LogPosition(3))
        #expect(recorded.event == GoldenTests.events[8] && recorded.recordedAt == recordedAt)
    }

    @Test func namesOfACommit() throws {
        let names = ["bank", "ann", "é", "e\u{301}", "日本", ""]
        try Golden.expect("names-1.hex", Golden.hexadecimal(NameSegment.encode(names[...])))
        let stored = try Golden.bytes("names-1.hex")
        #expect(try NameSegment.decode(stored.span) == names)
    }

    @Test func aPieceOfTheStreamIndexAndItsRun() throws {
        let entries = [(2, 0), (2, 3), (3, 1), (70_000, 2), (70_000, 9)].map {
            StreamEntry.pack($0.0, $0.1)
        }
        let chunk = try #require(EncodedRun(entries, positions: 4_097...8_192).chunks.first)
        let key = Layout.chunk(run: 7, symbol: chunk.lastSymbol, position: chunk.lastPosition)
        try Golden.expect(
            "stream-piece-1.hex",
            Golden.hexadecimal(key.bytes) + Golden.hexadecimal(chunk.bytes))
        let run = StreamRun(
            number: 7, entryCount: 5, firstPosition: 4_097, lastPosition: 4_106, chunkCount: 1)
        try Golden.expect("stream-run-1.hex", Golden.hexadecimal(run.encoded))
        let stored = try Golden.bytes("stream-run-1.hex")
        #expect(try StreamRun(number: 7, decoding: stored.span) == run)
    }

    @Test func theHead() throws {
        var head = StoredHead()
        head.position = LogPosition(4_106)
        head.hash = SHA256.digest(of: "hash")
        head.sealedThrough = LogPosition(4_096)
        head.sealedHash = SHA256.digest(of: "sealed")
        head.nameCount = 6
        head.namesHash = SHA256.digest(of: "names")
        head.nextRun = 8
        for index in head.digests.indices {
            head.digests[index].insert([UInt8(index)].span, [1, 2].span)
        }
        try Golden.expect("head-2.hex", Golden.hexadecimal(head.bytes))
        let stored = try Golden.bytes("head-2.hex")
        #expect(StoredHead(stored.span) == head)
    }

    @Test func aSource() throws {
        var description = source()
        description.coverage = SourceCoverage(
            from: Instant(microseconds: -5), to: nil, offsetMinutes: 120)
        var progress = SourceProgress(source: description)
        progress.counts = RecordCounts(
            read: 400, accepted: 300, duplicates: 50, leftOut: 49, rejected: 1)
        progress.eventCount = 300
        progress.recordsReadThrough = 400
        progress.isComplete = true
        progress.warnings = [WarningCount(code: "late", count: 3)]
        progress.notes = ["customer 0 is unknown"]
        progress.firstRecordedAt = Instant(microseconds: 1)
        try Golden.expect("source-1.hex", Golden.hexadecimal(progress.encoded))
        let stored = try Golden.bytes("source-1.hex")
        #expect(try SourceProgress(decoding: stored.span) == progress)
    }

    @Test func aReject() throws {
        let finding = Finding(
            code: "bad-number", severity: .warning, file: "f", line: 3, column: 4, byteOffset: 5,
            record: 2, field: "duration", found: "x", foundIsPublic: true, expected: "seconds",
            hint: "map it")
        let reject = RejectedRecord(
            fileName: "january.txt", record: 2, line: 3, byteOffset: nil, sealedBytes: [1, 2, 3],
            finding: finding, event: GoldenTests.events[1])
        try Golden.expect("reject-1.hex", Golden.hexadecimal(reject.encoded))
        let stored = try Golden.bytes("reject-1.hex")
        #expect(try RejectedRecord(decoding: stored.span) == reject)
    }

    /// Head hash and content of every table but `meta`, which holds a random identity.
    @Test func aWholeLog() throws {
        let store = TemporaryStore()
        var options = Log.Options()
        options.mapSizeBytes = 64 << 20
        options.blockEventCount = 8
        let log = try Log.open(directory: store.path, access: .create, options: options)
        var text = ""
        func note() throws {
            let snapshot = try log.snapshot()
            text += "\(snapshot.head) \(snapshot.headHash)\n"
        }
        try note()
        let session = try log.beginAppend(source("a"))
        var maker = BatchMaker()
        for count in [3, 4, 1, 20, 5] {
            let facts = (0..<count).map { number in
                Fact(
                    key: "k\(maker.record + number)", customer: ["", "ann", "bob"][number % 3],
                    second: Int64(number * 7 % 5), money: Int64(number))
            }
            _ = try session.append(maker.batch(facts))
            try note()
        }
        var batch = maker.batch([Fact(key: "k1", money: 99)])
        batch.rejects = [maker.reject()]
        batch.recordsReadThrough = maker.record
        _ = try session.append(batch)
        try log.append([Fact(key: "z", source: "shop")], of: source("c"))
        try log.put([1, 2, 3], on: .models, name: "model")
        try note()
        for table in log.layout.all.dropFirst() {
            var hasher = SHA256()
            var count = 0
            try log.reading { transaction in
                try transaction.forEachEntry(table) { key, value in
                    for bytes in [Array(copying: key), Array(copying: value)] {
                        hasher.update(OrderedKey(UInt64(bytes.count)).bytes)
                        hasher.update(bytes)
                    }
                    count += 1
                    return true
                }
            }
            text += "\(table.name) \(count) \(hasher.finish())\n"
        }
        let head = try log.reading { try log.readHead($0) }
        try Golden.expect("log-2.txt", text + "head\n" + Golden.hexadecimal(head.bytes))
    }
}
