// Aim: the log as a list in memory. Every operation is written the plainest way there is, so that
// what the real log does fast can be held against it.

import EventLog
import Events

/// Records of one file as a test hands them in; symbols are those of ``World``.
struct PlainBatch {
    struct Row {
        var event: Event
        var record: Int
        var line: Int?
        var byteOffset: Int?
        var recordedAt: Int64?
    }

    var rows: [Row] = []
    var isColumns = false
    var rejects: [RejectedRecord] = []
    var leftOut = 0
    var recordsReadThrough = 0
    var recordedAt: Int64 = 0
    var isComplete = false
    var warnings: [WarningCount] = []
    var notes: [String] = []
    var expectedHead: LogPosition?
    var expectedStream: ExpectedStream?
}

/// What is looked at of a refused record.
struct PlainReject: Hashable {
    var fileName: String
    var record: Int
    var line: Int?
    var byteOffset: Int?
    var sealedBytes: [UInt8]
    var code: String
    var expected: String?
    var event: [UInt8]?
}

/// What came of a batch.
struct PlainResult: Hashable {
    var accepted: Int
    var duplicates: Int
    var conflicts: Int
    var head: LogPosition
    var progress: SourceProgress
}

extension PlainResult {
    init(_ result: AppendResult) {
        self.init(
            accepted: result.accepted, duplicates: result.duplicates,
            conflicts: result.conflicts, head: result.head, progress: result.progress)
    }
}

struct ReferenceLog {
    private struct Identity: Hashable {
        var source: Symbol
        var key: [UInt8]

        init(_ event: Event) {
            source = event.source.symbol
            key = Array(event.key.utf8)
        }
    }

    private(set) var events: [PlainEvent] = []
    private(set) var sources: [SourceProgress] = []
    /// By file hash and mapping hash, in the order of records.
    private(set) var rejects: [String: [PlainReject]] = [:]
    private(set) var nameSymbols: Set<Symbol> = []
    /// Names by their bytes, since texts that look the same are several names.
    private(set) var shelves: [Shelf: [[UInt8]: [UInt8]]] = [:]
    private var places: [Identity: Int] = [:]

    var head: LogPosition { LogPosition(UInt64(events.count)) }

    static func key(_ source: SourceDescription) -> String {
        source.fileHash + source.mappingHash
    }

    func progress(_ source: SourceDescription) -> SourceProgress {
        sources.first { ReferenceLog.key($0.source) == ReferenceLog.key(source) }
            ?? SourceProgress(source: source)
    }

    /// The position of a customer's last event.
    func streamHead(_ customer: Symbol) -> LogPosition {
        guard !customer.isNone else { return .beforeFirst }
        let last = events.lastIndex { $0.event.customer.symbol == customer }
        return LogPosition(UInt64((last ?? -1) + 1))
    }

    mutating func put(_ bytes: [UInt8], on shelf: Shelf, name: String) {
        shelves[shelf, default: [:]][Array(name.utf8)] = bytes
    }

    mutating func remove(from shelf: Shelf, name: String) -> Bool {
        shelves[shelf, default: [:]].removeValue(forKey: Array(name.utf8)) != nil
    }

    /// - Parameter streamOf: the symbol of a customer's name.
    mutating func append(
        _ batch: PlainBatch, of source: SourceDescription, streamOf: (String) -> Symbol
    ) throws(EventLogError) -> PlainResult {
        if let expected = batch.expectedHead, expected != head {
            throw .headMoved(expected: expected, actual: head)
        }
        if let expected = batch.expectedStream {
            let actual = streamHead(streamOf(expected.customer))
            guard actual == expected.head else {
                throw .streamMoved(expected: expected.head, actual: actual)
            }
        }
        let before = progress(source)
        let first = events.count
        // Whoever was erased before this batch: what was sealed for them says nothing any more.
        let erased = Set(
            events.filter { $0.event.kind == .personErased && $0.event.customer.isKnown }
                .map(\.event.customer))
        var acceptedRecords: [Int] = []
        var conflicts: [PlainReject] = []
        var duplicates = 0
        for row in batch.rows {
            note(row.event)
            guard let place = places[Identity(row.event)] else {
                places[Identity(row.event)] = events.count
                events.append(
                    PlainEvent(recordedAt: row.recordedAt ?? batch.recordedAt, event: row.event))
                acceptedRecords.append(row.record)
                continue
            }
            if isSame(events[place].event, row.event, erased) {
                duplicates += 1
            } else {
                let other =
                    place < first
                    ? "the event at position \(place + 1)"
                    : "record \(acceptedRecords[place - first]) of the same file"
                conflicts.append(conflict(row, batch, source, with: other))
            }
        }
        let kept = (batch.rejects.map(PlainReject.init) + conflicts)
        rejects[ReferenceLog.key(source), default: []] += kept.sorted { $0.record < $1.record }
        let accepted = events.count - first
        let next = advance(
            before, source, batch, accepted: accepted, duplicates: duplicates,
            conflicts: conflicts.count)
        sources.removeAll { ReferenceLog.key($0.source) == ReferenceLog.key(source) }
        sources.append(next)
        return PlainResult(
            accepted: accepted, duplicates: duplicates, conflicts: conflicts.count, head: head,
            progress: next)
    }

    private mutating func note(_ event: Event) {
        _ = event.mapSymbols { symbol in
            if !symbol.isNone { nameSymbols.insert(symbol) }
            return symbol
        }
    }

    private func isSame(_ kept: Event, _ given: Event, _ erased: Set<CustomerID>) -> Bool {
        var kept = kept
        var given = given
        if erased.contains(kept.customer) {
            kept.personal = []
            given.personal = []
        }
        return PlainEvent(recordedAt: 0, event: kept) == PlainEvent(recordedAt: 0, event: given)
    }

    private func conflict(
        _ row: PlainBatch.Row, _ batch: PlainBatch, _ source: SourceDescription,
        with other: String
    ) -> PlainReject {
        PlainReject(
            fileName: source.fileName, record: row.record,
            line: batch.isColumns ? nil : row.line,
            byteOffset: batch.isColumns ? nil : row.byteOffset, sealedBytes: [],
            code: RejectedRecord.conflictCode, expected: "the content of \(other)",
            event: PlainEvent(recordedAt: 0, event: row.event).bytes)
    }

    private func advance(
        _ before: SourceProgress, _ source: SourceDescription, _ batch: PlainBatch,
        accepted: Int, duplicates: Int, conflicts: Int
    ) -> SourceProgress {
        var next = before
        next.source = source
        next.counts.read = batch.recordsReadThrough
        next.counts.accepted += accepted
        next.counts.duplicates += duplicates
        next.counts.leftOut += batch.leftOut
        next.counts.rejected += batch.rejects.count + conflicts
        next.eventCount += accepted
        next.recordsReadThrough = batch.recordsReadThrough
        next.isComplete = batch.isComplete
        for warning in batch.warnings {
            if let index = next.warnings.firstIndex(where: { $0.code == warning.code }) {
                next.warnings[index].count += warning.count
            } else {
                next.warnings.append(warning)
            }
        }
        next.warnings.sort { $0.code < $1.code }
        for note in batch.notes where !next.notes.contains(note) { next.notes.append(note) }
        let recordedAt = Instant(microseconds: batch.recordedAt)
        next.firstRecordedAt = before.firstRecordedAt ?? recordedAt
        next.lastRecordedAt = recordedAt
        return next
    }
}

extension PlainReject {
    /// The event's bytes as its symbols are.
    init(_ reject: RejectedRecord) {
        self.init(
            fileName: reject.fileName, record: reject.record, line: reject.line,
            byteOffset: reject.byteOffset, sealedBytes: reject.sealedBytes,
            code: reject.finding.code, expected: reject.finding.expected,
            event: reject.event.map { PlainEvent(recordedAt: 0, event: $0).bytes })
    }
}
