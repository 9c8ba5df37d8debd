// Aim: random operations by seed over the real log and the one in memory, which must answer alike.

import EventLog
import Events
import Foundation

/// How much a run does.
struct ContractSize {
    var steps: Int
    var greatestBatch: Int
    var blockEventCount: Int
    var mapSizeBytes = 256 << 20

    static func ofSeed(_ seed: UInt64) -> ContractSize {
        switch seed % 100 {
        // Tails, sealing and several full blocks.
        case 0: ContractSize(steps: 7, greatestBatch: 6_000, blockEventCount: 1_024)
        case 1...6: ContractSize(steps: 14, greatestBatch: 400, blockEventCount: 64)
        // Everything is sealed at once.
        case 7, 8: ContractSize(steps: 20, greatestBatch: 12, blockEventCount: 1)
        // Many small runs of the index, so that they are merged.
        case 9...20: ContractSize(steps: 45, greatestBatch: 20, blockEventCount: 3)
        default: ContractSize(steps: 18, greatestBatch: 40, blockEventCount: Int(seed % 23) + 2)
        }
    }
}

/// One run; it throws where the two logs disagree.
struct ContractRun {
    private struct Reader {
        var session: AppendSession
        var names = Interner()
    }

    private let world = World()
    private let size: ContractSize
    private let store = TemporaryStore()
    private var options = Log.Options()
    private var generator: SeededGenerator
    private var maker: FactMaker
    private var log: Log
    private var readers: [String: Reader] = [:]
    private var reference = ReferenceLog()
    private var recordedAt: Int64 = 1_000
    /// The head's hash after each commit, and what was committed.
    private var hashes: [(position: LogPosition, hash: String)] = []
    private var committed: [(batch: PlainBatch, source: SourceDescription)] = []
    private(set) var refusalCount = 0
    private(set) var fullMapCount = 0

    init(seed: UInt64, size: ContractSize) throws {
        self.size = size
        var generator = SeededGenerator(state: seed &* 0x1_0001)
        maker = FactMaker(world: World(), &generator)
        options.mapSizeBytes = size.mapSizeBytes
        options.blockEventCount = size.blockEventCount
        // Narrow masks make ids that differ share a place.
        options.identityHashMask =
            size.greatestBatch > 1_000 ? .max : generator.pick([.max, 0, 0xf << 60, 0x7 << 32])
        log = try Log.open(directory: store.path, access: .create, options: options)
        self.generator = generator
        try noteHash()
    }

    mutating func run() throws {
        for _ in 0..<size.steps {
            switch generator.below(20) {
            case 0: try useShelf()
            case 1: try reopen()
            case 2: try appendFromAStaleSession()
            default: try append()
            }
            try comparison.checkSome(&generator)
        }
        try comparison.checkAll(&generator)
        try checkAnchors()
        try reopen()
        try comparison.checkAll(&generator)
        try replay()
        readers = [:]
    }

    /// Appends until the map is full and on, then with a larger map.
    mutating func runIntoAFullMap() throws {
        for _ in 0..<size.steps {
            try append()
            try comparison.checkSome(&generator)
        }
        options.mapSizeBytes = 256 << 20
        let count = reference.events.count
        try reopen()
        while reference.events.count <= count { try append() }
        try comparison.checkAll(&generator)
        readers = [:]
    }

    private var comparison: ContractComparison {
        ContractComparison(log: log, reference: reference, world: world)
    }

    private mutating func noteHash() throws {
        let snapshot = try log.snapshot()
        hashes.append((snapshot.head, snapshot.headHash))
    }

    // MARK: - Appending

    private func file(_ number: Int) -> SourceDescription {
        var description = source(Character(String(number)), mapping: number % 2 == 0 ? "b" : "c")
        description.fileName = ["m.txt", "a.txt", "z.txt", "m.txt"][number]
        return description
    }

    private mutating func append() throws {
        let source = file(generator.below(4))
        let key = ReferenceLog.key(source)
        if readers[key] == nil || generator.isOne(in: 6) {
            readers[key] = Reader(session: try log.beginAppend(source))
        }
        guard var reader = readers[key] else { return }
        try agree("progress", reader.session.progress, reference.progress(source))
        let batch = randomBatch(after: reader.session.progress.recordsReadThrough)
        let pending = self.pending(batch, &reader.names)
        readers[key] = reader
        var next = reference
        let expected = Result { () throws(EventLogError) in
            try next.append(batch, of: source) { world.names.symbol(of: $0) ?? Symbol.none }
        }
        let found = Result { try reader.session.append(pending) }
        switch (found, expected) {
        case (.success(let found), .success(let expected)):
            try agree("result", PlainResult(found), expected)
            reference = next
            committed.append((batch, source))
            try noteHash()
        case (.failure(let error), .failure(let expected)):
            try agree("error", error as? EventLogError, expected)
            refusalCount += 1
        case (.failure(let error), .success) where isFullMap(error):
            fullMapCount += 1
        default:
            throw Disagreement(what: "outcome", found: "\(found)", expected: "\(expected)")
        }
    }

    private func isFullMap(_ error: any Error) -> Bool {
        guard size.mapSizeBytes < 256 << 20, let error = error as? EventLogError,
            case .storage(let reason, _) = error
        else { return false }
        return reason == "mapFull"
    }

    private mutating func randomBatch(after record: Int) -> PlainBatch {
        var batch = PlainBatch()
        var limit = size.greatestBatch
        while limit > 1, generator.isOne(in: 2) { limit /= 2 }
        recordedAt += Int64(generator.below(3_000)) - 1_000
        batch.recordedAt = recordedAt
        batch.isColumns = generator.isOne(in: 3)
        var record = record
        for _ in 0..<generator.below(limit + 1) {
            record += 1
            switch generator.below(30) {
            case 0: batch.rejects.append(reject(record))
            case 1: batch.leftOut += 1
            default: batch.rows.append(row(record, batch.rows))
            }
        }
        batch.recordsReadThrough = record
        batch.isComplete = generator.isOne(in: 4)
        if generator.isOne(in: 4) {
            batch.warnings = ["z", "a"].map { WarningCount(code: $0, count: generator.below(5)) }
            batch.notes = [generator.pick(["one", "another", "é"])]
        }
        expect(&batch)
        return batch
    }

    /// Conditions, half of them wrong.
    private mutating func expect(_ batch: inout PlainBatch) {
        if generator.isOne(in: 6) {
            let miss = generator.isOne(in: 2) ? 1 : 0
            batch.expectedHead = LogPosition(UInt64(reference.events.count + miss))
        }
        if generator.isOne(in: 6) {
            let customer = world.customers[generator.below(maker.customerCount)]
            let issue = generator.pick(world.issues)
            let symbol = generator.isOne(in: 4) ? issue : customer
            let head = reference.streamHead(symbol)
            batch.expectedStream = ExpectedStream(
                customer: world.name(symbol),
                head: generator.isOne(in: 2) ? head.next : head)
        }
    }

    private mutating func reject(_ record: Int) -> RejectedRecord {
        var finding = Finding(code: "bad-time", file: "f", line: record + 1, record: record)
        if generator.isOne(in: 2) { finding.expected = generator.text() }
        return RejectedRecord(
            fileName: "f", record: record, line: generator.isOne(in: 2) ? nil : record,
            byteOffset: generator.isOne(in: 2) ? nil : record * 9,
            sealedBytes: generator.bytes(generator.below(60)), finding: finding)
    }

    /// New, or about an id that is there already, in the log or before in the batch.
    private mutating func row(_ record: Int, _ before: [PlainBatch.Row]) -> PlainBatch.Row {
        var event: Event
        switch generator.below(8) {
        case 0 where !reference.events.isEmpty: event = generator.pick(reference.events).event
        case 1 where !before.isEmpty: event = generator.pick(before).event
        case 2 where !reference.events.isEmpty:
            event = maker.changed(generator.pick(reference.events).event, &generator)
        case 3 where !before.isEmpty:
            event = maker.changed(generator.pick(before).event, &generator)
        case 4 where !reference.events.isEmpty:
            // The same key of perhaps another source.
            event = generator.pick(reference.events).event
            event.source = SourceID(generator.pick(world.sources))
        default: event = maker.event(&generator)
        }
        var row = PlainBatch.Row(event: event, record: record)
        if generator.isOne(in: 2) {
            row.line = record + 1
            row.byteOffset = record * 100
        }
        if generator.isOne(in: 3) {
            row.recordedAt = recordedAt - Int64(generator.below(5_000))
        }
        return row
    }

    /// The batch as a reader hands it in, with symbols of its own.
    private mutating func pending(_ batch: PlainBatch, _ names: inout Interner) -> AppendBatch {
        if generator.isOne(in: 4) { _ = names.intern("noise \(names.count)") }
        let events = batch.rows.map { row in
            row.event.mapSymbols { names.intern(world.name($0)) }
        }
        var result = AppendBatch(
            events: [], interner: names, recordedAt: Instant(microseconds: batch.recordedAt),
            rejects: batch.rejects, leftOut: batch.leftOut,
            recordsReadThrough: batch.recordsReadThrough, isFileComplete: batch.isComplete,
            expectedHead: batch.expectedHead, warnings: batch.warnings, notes: batch.notes)
        result.expectedStream = batch.expectedStream
        if batch.isColumns {
            var columns = EventColumns()
            for (row, event) in zip(batch.rows, events) {
                let at = Instant(microseconds: row.recordedAt ?? batch.recordedAt)
                columns.append(event, recordedAt: at)
            }
            result.columns = PendingColumns(columns: columns, records: batch.rows.map(\.record))
        } else {
            result.events = zip(batch.rows, events).map { row, event in
                PendingEvent(
                    event: event, record: row.record, line: row.line, byteOffset: row.byteOffset,
                    recordedAt: row.recordedAt.map(Instant.init(microseconds:)))
            }
        }
        return result
    }

    /// Two sessions of one file: the one that comes second is refused.
    private mutating func appendFromAStaleSession() throws {
        let source = file(generator.below(4))
        let stale = try log.beginAppend(source)
        let before = reference.progress(source).recordsReadThrough
        readers[ReferenceLog.key(source)] = nil
        try append()
        let after = reference.progress(source).recordsReadThrough
        guard after != before else { return }
        var batch = PlainBatch()
        batch.recordsReadThrough = before + 1
        batch.leftOut = 1
        var names = Interner()
        let pending = self.pending(batch, &names)
        do {
            _ = try stale.append(pending)
            throw Disagreement(what: "stale session", found: "accepted", expected: "refused")
        } catch let error as EventLogError {
            try agree(
                "stale session", error,
                .sourceMoved(file: source.fileName, expected: before, actual: after))
        }
    }

    // MARK: - Other operations

    private mutating func useShelf() throws {
        let shelf = generator.pick(Shelf.allCases)
        let name = generator.pick(["a", "b", "é", "e\u{301}"])
        if generator.isOne(in: 3) {
            try agree(
                "removed", try log.remove(from: shelf, name: name),
                reference.remove(from: shelf, name: name))
        } else {
            let bytes = generator.bytes(generator.below(3_000))
            try log.put(bytes, on: shelf, name: name)
            reference.put(bytes, on: shelf, name: name)
        }
    }

    private mutating func reopen() throws {
        readers = [:]
        let isLookedAt = generator.isOne(in: 2)
        if isLookedAt {
            try open(.readOnly)
            try comparison.checkSome(&generator)
        }
        try open(.readWrite)
    }

    private mutating func open(_ access: Log.Access) throws {
        // Closes the one that is open: another one takes its place for a moment.
        let elsewhere = TemporaryStore()
        log = try elsewhere.open()
        log = try Log.reopen(store.path, access, options)
    }

    /// Each hash that was ever the head's is found where it was; others are not.
    private mutating func checkAnchors() throws {
        var chosen = hashes
        while chosen.count > 12 { chosen.remove(at: generator.below(chosen.count)) }
        for (position, hash) in chosen {
            let report = try log.verifyChain(VerificationRequest(anchor: hash))
            try agree("problems", report.problems, [])
            try agree("anchor", report.anchoredAt, position)
        }
        let foreign = String(repeating: "5a", count: 32)
        let report = try log.verifyChain(VerificationRequest(anchor: foreign))
        try agree("foreign anchor", report.anchoredAt, nil)
        try agree("foreign anchor", report.isSound, false)
    }

    /// The same commits in another store have the same hashes.
    private mutating func replay() throws {
        let other = TemporaryStore()
        let again = try Log.open(directory: other.path, access: .create, options: options)
        var expected = hashes.dropFirst()
        for (batch, source) in committed {
            var names = Interner()
            _ = try again.append(pending(batch, &names), of: source)
            let hash = expected.removeFirst()
            let snapshot = try again.snapshot()
            try agree("head hash", snapshot.headHash, hash.hash)
            try agree("head", snapshot.head, hash.position)
        }
    }
}

extension Log {
    /// Opens a store that was open a moment ago; a merge under way keeps it so a little longer.
    static func reopen(_ path: String, _ access: Access, _ options: Options) throws -> Log {
        for _ in 0..<2_000 {
            do {
                return try Log.open(directory: path, access: access, options: options)
            } catch let error as EventLogError {
                guard error.description.contains("open already") else { throw error }
                Thread.sleep(forTimeInterval: 0.001)
            }
        }
        return try Log.open(directory: path, access: access, options: options)
    }
}
