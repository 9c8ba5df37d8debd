// What events become: values of the tail while they are few, blocks when they are many. Blocks are
// encoded and hashed on all cores, chained and stored in order.

import Digests
import Events
import LMDB
import Synchronization
import Parallelism

extension Log {
    /// Whether so many events behind an end fill a block.
    func isSealing(_ count: Int, behind end: LogEnd) -> Bool {
        end.tailCount + count >= options.blockEventCount
    }

    /// Plans events behind an end, which moves behind them.
    /// - Parameter tail: the events behind the last block, which is kept in step.
    func planEvents(
        _ columns: EventColumns, behind end: inout LogEnd, _ tail: inout [EventColumns]
    ) throws -> PlannedEvents {
        var planned = PlannedEvents()
        guard columns.count > 0 else { return planned }
        guard isSealing(columns.count, behind: end) else {
            tail.append(columns)
            planned.tail = try planTail(columns, rows: 0..<columns.count, &end)
            return planned
        }
        var all = tail.first ?? columns
        if !tail.isEmpty {
            for piece in tail.dropFirst() { all.append(piece) }
            all.append(columns)
        }
        var ranges: [Range<Int>] = []
        var start = 0
        // Always so many events from always the same positions on: the blocks, and so the chain,
        // do not depend on the batches that the events came in.
        while all.count - start >= options.blockEventCount {
            ranges.append(start..<(start + options.blockEventCount))
            start += options.blockEventCount
        }
        (planned.blocks, planned.run) = Log.encode(
            all, ranges, firstPosition: end.sealedThrough.next.rawValue)
        Log.chain(&planned.blocks, &end)
        end.position = end.sealedThrough
        end.hash = end.sealedHash
        tail = start < all.count ? [all.rows(Array(start..<all.count))] : []
        planned.tail = try planTail(all, rows: start..<all.count, &end)
        return planned
    }

    private func planTail(
        _ columns: EventColumns, rows: Range<Int>, _ end: inout LogEnd
    ) throws -> [[UInt8]] {
        var hasher = SHA256()
        return try rows.map { row in
            let event = try decodingBatch { () throws(EventFormatError) in
                try columns.event(row)
            }
            let value = Layout.value(event, recordedAt: columns.recordedAt(row))
            end.position = end.position.next
            end.hash = LogEnd.tailHash(&hasher, end.hash, end.position, value.span)
            return value
        }
    }

    private static func chain(_ blocks: inout [EncodedBlock], _ end: inout LogEnd) {
        var hasher = SHA256()
        for index in blocks.indices {
            let previous = end.sealedHash.bytes
            // In place: a block is too large to be copied for these few bytes.
            RawBytes.copy(
                previous.span, 0..<Digest.byteCount, into: &blocks[index].bytes, at: 0)
            end.sealedHash = BlockFormat.chain(
                &hasher, end.sealedHash, blocks[index].contentHash)
            end.sealedThrough = LogPosition(
                end.sealedThrough.rawValue + UInt64(blocks[index].count))
        }
    }

    /// Stores what was planned.
    func write(
        _ events: PlannedEvents, behind base: LogEnd, _ head: inout StoredHead,
        _ transaction: borrowing WriteTransaction
    ) throws {
        var last = base.position
        if !events.blocks.isEmpty {
            last = base.sealedThrough
            var position = last
            while position < base.position {
                position = position.next
                _ = try transaction.remove(layout.tail, Layout.position(position))
            }
        }
        for block in events.blocks {
            last = LogPosition(last.rawValue + UInt64(block.count))
            try transaction.append(layout.blocks, Layout.position(last), block.bytes.span)
        }
        if let run = events.run { try write(run, &head, transaction) }
        for value in events.tail {
            last = last.next
            try transaction.append(layout.tail, Layout.position(last), value.span)
        }
    }

    /// The blocks of the rows in `ranges`, which follow each other from the first row on, and
    /// their run of the stream index; on all cores.
    private static func encode(
        _ columns: EventColumns, _ ranges: [Range<Int>], firstPosition: UInt64
    ) -> (blocks: [EncodedBlock], run: EncodedRun) {
        let blocks = Mutex([EncodedBlock?](repeating: nil, count: ranges.count))
        let run = Mutex<EncodedRun?>(nil)
        // The run first, since it takes longer than a block.
        Parallel.perform(ranges.count + 1, isLarge: true) { index in
            guard index > 0 else {
                let encoded = streamRun(
                    columns, rowCount: ranges.last?.upperBound ?? 0, firstPosition: firstPosition)
                return run.withLock { $0 = encoded }
            }
            let range = ranges[index - 1]
            let block = BlockEncoder.encode(
                columns, rows: range,
                firstPosition: LogPosition(firstPosition + UInt64(range.lowerBound)))
            blocks.withLock { $0[index - 1] = block }
        }
        guard let encoded = run.withLock({ $0 }) else { preconditionFailure("no run was made") }
        return (blocks.withLock { $0.compactMap(\.self) }, encoded)
    }
}

// MARK: - Stream index

extension Log {
    /// The run of the first rows.
    private static func streamRun(
        _ columns: EventColumns, rowCount: Int, firstPosition: UInt64
    ) -> EncodedRun {
        var entries: [UInt64] = []
        entries.reserveCapacity(rowCount)
        let customers = columns[.customer]
        let issues = columns[.issue]
        for row in 0..<rowCount {
            let relative = UInt32(row)
            if customers[row] != 0 { entries.append(StreamEntry.pack(customers[row], relative)) }
            if issues[row] != 0 { entries.append(StreamEntry.pack(issues[row], relative)) }
        }
        StreamEntry.sort(&entries)
        return EncodedRun(
            entries, positions: firstPosition...(firstPosition + UInt64(rowCount) - 1))
    }

    /// Stores a run; one without entries too, so that runs cover the log.
    func write(
        _ run: EncodedRun, _ head: inout StoredHead, _ transaction: borrowing WriteTransaction
    ) throws {
        let number = head.nextRun
        head.nextRun += 1
        for chunk in run.chunks {
            let key = Layout.chunk(
                run: number, symbol: chunk.lastSymbol, position: chunk.lastPosition)
            try transaction.append(layout.streams, key, chunk.bytes.span)
        }
        let stored = StreamRun(
            number: number, entryCount: run.entryCount, firstPosition: run.positions.lowerBound,
            lastPosition: run.positions.upperBound, chunkCount: run.chunks.count)
        try put(stored.encoded, OrderedKey(number), .streamRuns, &head, transaction)
    }
}
