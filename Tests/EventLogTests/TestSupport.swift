// Aim: a store in a folder of its own, and batches that take one line to write.

import EventLog
import Events
import Foundation
import Testing

/// A folder of its own for each test, gone with the value.
final class TemporaryStore {
    let path: String

    init() {
        path = FileManager.default.temporaryDirectory.path + "/store-" + UUID().uuidString
    }

    deinit {
        guard FileManager.default.fileExists(atPath: path) else { return }
        do { try FileManager.default.removeItem(atPath: path) } catch { Issue.record(error) }
    }

    func open(
        _ access: Log.Access = .create, mask: UInt64 = .max, blockEventCount: Int = 4_096
    ) throws -> Log {
        var options = Log.Options()
        options.blockEventCount = blockEventCount
        options.mapSizeBytes = 256 << 20
        options.identityHashMask = mask
        return try Log.open(directory: path, access: access, options: options)
    }
}

/// A fact as a test writes it; the number of the record is its place in the list.
struct Fact: Hashable {
    var key: String
    var customer = ""
    var second: Int64 = 0
    var money: Int64 = 0
    var kind = EventKind.contact
    var source = "bank"
}

/// Builds the batches of one file, as a reader would.
struct BatchMaker {
    var interner = Interner()
    var record = 0

    mutating func batch(
        _ facts: [Fact], recordedAt: Int64 = 1_000, isComplete: Bool = false
    ) -> AppendBatch {
        var events: [PendingEvent] = []
        for fact in facts {
            record += 1
            var event = Event(
                kind: fact.kind, source: SourceID(interner.intern(fact.source)), key: fact.key,
                at: Instant(microseconds: fact.second * 1_000_000), offsetMinutes: 120)
            event.customer = CustomerID(interner.intern(fact.customer))
            event.money = Money(thousandths: fact.money)
            events.append(
                PendingEvent(
                    event: event, record: record, line: record + 1, byteOffset: record * 100))
        }
        return AppendBatch(
            events: events, interner: interner,
            recordedAt: Instant(microseconds: recordedAt), recordsReadThrough: record,
            isFileComplete: isComplete)
    }

    mutating func reject(_ code: String = "bad-time") -> RejectedRecord {
        record += 1
        let finding = Finding(code: code, file: "january.txt", line: record + 1, record: record)
        return RejectedRecord(
            fileName: "january.txt", record: record, line: record + 1, byteOffset: nil,
            sealedBytes: [1, 2, UInt8(truncatingIfNeeded: record)], finding: finding)
    }
}

/// A source with hashes made of one digit.
func source(_ file: Character = "a", mapping: Character = "b") -> SourceDescription {
    SourceDescription(
        fileName: "january.txt", fileHash: String(repeating: file, count: 64),
        mappingName: "bank", mappingHash: String(repeating: mapping, count: 64),
        sourceName: "bank")
}

extension Log {
    /// Appends facts as one whole file.
    @discardableResult
    func append(_ facts: [Fact], of source: SourceDescription) throws -> AppendResult {
        var maker = BatchMaker()
        return try append(maker.batch(facts, isComplete: true), of: source)
    }

    /// Everything in the log, as the tests write it.
    func facts() throws -> [Fact] {
        var facts: [Fact] = []
        let names = try dictionary()
        try forEachEvent { recorded in
            facts.append(Fact(recorded, names))
            return true
        }
        return facts
    }
}

extension Fact {
    init(_ recorded: RecordedEvent, _ names: Interner) {
        let event = recorded.event
        self.init(
            key: event.key, customer: names.string(event.customer),
            second: event.at.microseconds / 1_000_000, money: event.money?.thousandths ?? 0,
            kind: event.kind, source: names.string(event.source))
    }
}

/// SplitMix64 (Steele, Lea, Flood 2014).
struct SeededGenerator {
    var state: UInt64

    mutating func below(_ limit: Int) -> Int {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return Int((mixed ^ (mixed >> 31)) % UInt64(limit))
    }
}

extension [UInt8] {
    /// With the lowest bit of a byte the other way round; negative offsets count from the end.
    func flipped(at offset: Int) -> [UInt8] {
        var bytes = self
        bytes[offset < 0 ? count + offset : offset] ^= 1
        return bytes
    }
}
