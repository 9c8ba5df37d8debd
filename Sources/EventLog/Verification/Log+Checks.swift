// The parts of a verification that read the tables.

import Digests
import Events
import LMDB

extension Log {
    /// Checks the blocks that begin within a range of positions, whatever they look like.
    func checks(
        _ range: ClosedRange<UInt64>, _ checker: inout BlockChecker
    ) throws -> [BlockCheck] {
        try reading { transaction in
            var checks: [BlockCheck] = []
            let start = Layout.position(LogPosition(range.lowerBound))
            try transaction.forEachEntry(layout.blocks, from: start) { key, bytes in
                let last = LogPosition(OrderedKey.unsigned64(key, at: 0) ?? 0)
                var check = checker.check(key: last, bytes)
                if key.count != 8 {
                    check.problems.report("blocks", last, "a key of \(key.count) bytes")
                }
                // The key alone says where a block belongs whose header cannot be read.
                let first = check.header?.firstPosition ?? last
                if first.rawValue > range.upperBound { return false }
                if first.rawValue >= range.lowerBound || check.header == nil {
                    checks.append(check)
                }
                return last.rawValue < range.upperBound
            }
            return checks
        }
    }

    /// The sum over all entries of the stream index, each run's order checked.
    func streamSum(_ transaction: borrowing ReadTransaction) throws -> StreamSum {
        var sum = StreamSum()
        let runs = try streamIndex.runs(transaction)
        let pieces = runs.reduce(UInt64(0)) { $0 &+ $1.chunkCount }
        let stored = try transaction.entryCount(layout.streams)
        guard UInt64(stored) == pieces else {
            throw EventLogError.damaged(
                table: "streams", place: "all runs",
                reason: "\(stored) pieces, expected \(pieces) by the runs")
        }
        for run in runs {
            var previous: (symbol: UInt32, position: UInt64) = (0, 0)
            var count: UInt64 = 0
            try streamIndex.forEachChunk(of: run, transaction) { header, bytes in
                var entries: [UInt64] = []
                try header.appendEntries(to: &entries, base: header.base, bytes)
                for entry in entries {
                    let next = (
                        StreamEntry.symbol(entry),
                        header.base + UInt64(StreamEntry.relative(entry))
                    )
                    // A name that is customer and issue of one event is listed twice.
                    guard previous <= next else { throw run.damaged("not in order") }
                    previous = next
                    sum.add(symbol: next.0, position: next.1)
                }
                count += UInt64(entries.count)
            }
            guard count == run.entryCount else {
                throw run.damaged("\(count) entries, expected \(run.entryCount)")
            }
        }
        return sum
    }

    /// The sources' numbers, and rejects and events against them.
    func checkSources(
        _ head: StoredHead, _ transaction: borrowing ReadTransaction,
        _ problems: inout ProblemList
    ) throws {
        var rejected = 0
        var accepted = 0
        do {
            for (_, progress) in try storedSources(transaction) {
                rejected += progress.counts.rejected
                accepted += progress.eventCount
                for contradiction in progress.contradictions {
                    problems.report("sources", nil, "\(progress.source.fileName): \(contradiction)")
                }
            }
        } catch let error as EventLogError {
            problems.report("sources", nil, error.description)
            return
        }
        let stored = try transaction.entryCount(layout.rejects)
        if stored != rejected {
            problems.report(
                "rejects", nil, "\(stored) entries, expected \(rejected) by the sources")
        }
        if accepted != Int(head.position.rawValue) {
            problems.report(
                "sources", nil, "\(accepted) events accepted, but the log has \(head.position)")
        }
    }

    /// The first event whose id an earlier one has.
    func repeatedIdentity(
        _ head: StoredHead, _ names: Interner, _ transaction: borrowing ReadTransaction
    ) throws -> LogPosition? {
        var index = IdentityIndex(
            expecting: Int(head.position.rawValue), mask: options.identityHashMask)
        return try index.firstRepetition(self, head, names, transaction)
    }

    /// Where the running hash of a tail, sealed since, had this value.
    func position(ofTailHash anchor: Digest, through last: LogPosition) throws -> LogPosition? {
        var found: LogPosition?
        var next = LogPosition(1)
        var columns = EventColumns()
        var scratch: [Int64] = []
        var hasher = SHA256()
        while next <= last, found == nil {
            try reading { transaction in
                try forEachStoredBlock(from: next, through: last, transaction) { header, bytes in
                    var hash = BlockHeader.hash(bytes, at: BlockFormat.previousHashOffset)
                    try header.columns(bytes, into: &columns, &scratch)
                    for row in 0..<header.count where found == nil {
                        let position = LogPosition(header.firstPosition.rawValue + UInt64(row))
                        let value = try tailValue(columns, row)
                        hash = LogEnd.tailHash(&hasher, hash, position, value.span)
                        if hash == anchor { found = position }
                    }
                    next = header.lastPosition.next
                    return false
                }
            }
        }
        return found
    }

    /// The running hash that the log's end had when `position` was the last one in the tail;
    /// `nil` where no block holds it.
    func tailHash(at position: LogPosition) throws -> Digest? {
        var columns = EventColumns()
        var scratch: [Int64] = []
        var hasher = SHA256()
        var found: Digest?
        try reading { transaction in
            try forEachStoredBlock(from: position, through: position, transaction) {
                header, bytes in
                var hash = BlockHeader.hash(bytes, at: BlockFormat.previousHashOffset)
                try header.columns(bytes, into: &columns, &scratch)
                let first = header.firstPosition.rawValue
                guard first...header.lastPosition.rawValue ~= position.rawValue else {
                    return false
                }
                for row in 0...Int(position.rawValue - first) {
                    let value = try tailValue(columns, row)
                    let place = LogPosition(first + UInt64(row))
                    hash = LogEnd.tailHash(&hasher, hash, place, value.span)
                }
                found = hash
                return false
            }
        }
        return found
    }

    private func tailValue(_ columns: EventColumns, _ row: Int) throws(BlockError) -> [UInt8] {
        do {
            return Layout.value(
                try columns.event(row), recordedAt: columns.recordedAt(row))
        } catch {
            throw .row(row, error)
        }
    }
}
