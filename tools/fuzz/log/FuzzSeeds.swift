// Inputs to start from: one or more of each kind of value, as this version writes it.

import Digests
import Events
import Export

@testable import EventLog

private func event(_ index: Int) -> Event {
    var event = Event(
        kind: EventKind.allCases[index % EventKind.allCases.count],
        source: SourceID(Symbol(1)), key: "key \(index) é",
        at: Instant(microseconds: Int64(index) * 1_000_000 - 5), offsetMinutes: 120)
    event.customer = CustomerID(Symbol(UInt32(2 + index % 5)))
    if index % 3 == 0 { event.issue = IssueID(Symbol(7)) }
    if index % 2 == 0 {
        var detail = Interaction()
        detail.channel = ChannelID(Symbol(8))
        detail.direction = .inbound
        detail.actor = .agent
        detail.outcome = .resolved
        detail.talk = .seconds(Int64(index))
        detail.ended = Instant(microseconds: Int64(index))
        event.interaction = detail
    }
    if index % 4 == 0 { event.money = Money(thousandths: -77) }
    if index % 3 == 1 {
        event.attributes = [
            Attribute(name: Symbol(3), value: .text("ä")),
            Attribute(name: Symbol(4), value: .integer(-1)),
            Attribute(name: Symbol(5), value: .number(1.5)),
            Attribute(name: Symbol(6), value: .flag(true)),
        ]
    }
    if index % 5 == 2 {
        event.personal = [PersonalField(name: Symbol(9), sealed: Array(repeating: 7, count: 30))]
    }
    return event
}

private func block(_ count: Int, spread: UInt32) -> [UInt8] {
    var columns = EventColumns()
    for index in 0..<count {
        columns.append(event(index), recordedAt: Instant(microseconds: Int64(index / 3)))
    }
    columns[.agent] = (0..<UInt32(count)).map { $0 % 9 &* spread }
    let encoded = BlockEncoder.encode(columns, rows: 0..<count, firstPosition: LogPosition(5))
    // Without the padding: shorter inputs go further.
    let header = Result { () throws(BlockError) in try BlockHeader(encoded.bytes.span) }
    guard case .success(let header) = header else { return encoded.bytes }
    return Array(encoded.bytes.prefix(header.used))
}

private func line(_ event: Event) -> [UInt8] {
    var names = Interner()
    for number in 1...10 { _ = names.intern("name \(number) é\"") }
    var writer = CloudEventWriter(dictionary: names)
    var bytes: [UInt8] = []
    writer.append(
        RecordedEvent(
            position: LogPosition(3), recordedAt: Instant(microseconds: 5), event: event),
        to: &bytes)
    return bytes.last == UInt8(ascii: "\n") ? bytes.dropLast() : bytes
}

func seeds() -> [FuzzSeed] {
    var seeds: [FuzzSeed] = []
    for (count, spread) in [(1, 0), (3, 1), (10, 300), (12, 70_001)] as [(Int, UInt32)] {
        seeds.append(FuzzSeed(target: .block, bytes: block(count, spread: spread)))
    }
    for index in 0..<12 {
        let event = event(index)
        var bytes: [UInt8] = []
        EventCodec.encode(event, into: &bytes)
        seeds.append(FuzzSeed(target: .event, bytes: bytes))
        seeds.append(
            FuzzSeed(
                target: .tail,
                bytes: Layout.value(event, recordedAt: Instant(microseconds: 1))))
        seeds.append(FuzzSeed(target: .attributes, bytes: EventCodec.bytes(of: event.attributes)))
        seeds.append(FuzzSeed(target: .personal, bytes: EventCodec.bytes(of: event.personal)))
        seeds.append(FuzzSeed(target: .line, bytes: line(event)))
    }
    seeds.append(FuzzSeed(target: .names, bytes: NameSegment.encode(["a", "é", ""][...])))
    let entries = (0..<20).map { StreamEntry.pack(UInt32(1 + $0 / 7), UInt32($0)) }
    for chunk in EncodedRun(entries, positions: 9...28).chunks {
        seeds.append(FuzzSeed(target: .streamPiece, bytes: chunk.bytes))
    }
    let run = StreamRun(
        number: 3, entryCount: 500, firstPosition: 9, lastPosition: 700, chunkCount: 2)
    seeds.append(FuzzSeed(target: .streamRun, bytes: run.encoded))
    seeds.append(FuzzSeed(target: .head, bytes: Array(StoredHead().bytes.dropLast(32))))
    seeds += records()
    return seeds
}

private func records() -> [FuzzSeed] {
    var progress = SourceProgress(
        source: SourceDescription(
            fileName: "f", fileHash: String(repeating: "a", count: 64), mappingName: "m",
            mappingHash: String(repeating: "b", count: 64), sourceName: "s",
            coverage: SourceCoverage(
                from: Instant(microseconds: 1), to: nil, offsetMinutes: -60)))
    progress.warnings = [WarningCount(code: "late", count: 3)]
    progress.notes = ["a note"]
    let finding = Finding(code: "bad", file: "f", line: 3, record: 2, field: "x", found: "y")
    let reject = RejectedRecord(
        fileName: "f", record: 2, line: nil, byteOffset: 9, sealedBytes: [1, 2], finding: finding,
        event: event(4))
    return [
        FuzzSeed(target: .source, bytes: progress.encoded),
        FuzzSeed(target: .reject, bytes: reject.encoded),
    ]
}
