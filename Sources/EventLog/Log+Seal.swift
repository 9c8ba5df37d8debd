// Where new events go: a few to the tail, one value each; many to blocks, together with the tail
// before them. Blocks are encoded and hashed on all cores, chained and stored in order.

import Digests
import Events
import LMDB
import Synchronization

extension Log {
    /// Writes events behind the head, and moves the head.
    func write(
        _ columns: EventColumns, _ head: inout StoredHead,
        _ transaction: borrowing WriteTransaction
    ) throws {
        let pending = head.tailCount + columns.count
        guard pending >= options.blockEventCount else {
            return try writeTail(columns, rows: 0..<columns.count, &head, transaction)
        }
        var all = columns
        if head.tailCount > 0 {
            all = try takeTail(head, transaction)
            all.append(columns)
            head.position = head.sealedThrough
        }
        var ranges: [Range<Int>] = []
        var start = 0
        // Always so many events from always the same positions on: the blocks, and so the chain,
        // do not depend on the batches that the events came in.
        while all.count - start >= options.blockEventCount {
            ranges.append(start..<(start + options.blockEventCount))
            start += options.blockEventCount
        }
        var (blocks, run) = Log.encode(
            all, ranges, firstPosition: head.sealedThrough.next.rawValue)
        try write(&blocks, &head, transaction)
        try write(run, &head, transaction)
        head.position = head.sealedThrough
        head.hash = head.sealedHash
        try writeTail(all, rows: start..<all.count, &head, transaction)
    }

    /// The tail's events, which are removed: they go into a block.
    private func takeTail(
        _ head: StoredHead, _ transaction: borrowing WriteTransaction
    ) throws -> EventColumns {
        var columns = EventColumns()
        try forEachStoredTailEvent(
            from: head.sealedThrough.next, through: head.position, transaction.reading
        ) { recorded in
            columns.append(recorded)
            return true
        }
        var position = head.sealedThrough.next
        while position <= head.position {
            _ = try transaction.remove(layout.tail, Layout.position(position))
            position = position.next
        }
        return columns
    }

    private func writeTail(
        _ columns: EventColumns, rows: Range<Int>, _ head: inout StoredHead,
        _ transaction: borrowing WriteTransaction
    ) throws {
        var hasher = SHA256()
        for row in rows {
            let event = try decoding("tail", "the batch") { () throws(EventFormatError) in
                try columns.event(row)
            }
            let value = Layout.value(event, recordedAt: columns.recordedAt(row))
            head.position = head.position.next
            let key = Layout.position(head.position)
            try transaction.append(layout.tail, key, value.span)
            head.hash = StoredHead.tailHash(&hasher, head.hash, head.position, value.span)
        }
    }

    /// Chains and stores blocks.
    private func write(
        _ blocks: inout [EncodedBlock], _ head: inout StoredHead,
        _ transaction: borrowing WriteTransaction
    ) throws {
        var hasher = SHA256()
        for index in blocks.indices {
            let previous = head.sealedHash.bytes
            // In place: a block is too large to be copied for these few bytes.
            RawBytes.copy(
                previous.span, 0..<Digest.byteCount, into: &blocks[index].bytes, at: 0)
            head.sealedHash = BlockFormat.chain(
                &hasher, head.sealedHash, blocks[index].contentHash)
            head.sealedThrough = LogPosition(
                head.sealedThrough.rawValue + UInt64(blocks[index].count))
            let key = Layout.position(head.sealedThrough)
            let bytes = blocks[index].bytes
            try transaction.append(layout.blocks, key, bytes.span)
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
