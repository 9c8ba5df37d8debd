// Where new events go: a few to the tail, one value each; many to blocks, together with the tail
// before them. Blocks are encoded and hashed on all cores, chained and stored in order.

import Digests
import Dispatch
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
        try writeBlocks(all, ranges, &head, transaction)
        try writeStreamRun(all, rows: 0..<start, &head, transaction)
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

    private func writeBlocks(
        _ columns: EventColumns, _ ranges: [Range<Int>], _ head: inout StoredHead,
        _ transaction: borrowing WriteTransaction
    ) throws {
        let first = head.sealedThrough.next.rawValue
        var hasher = SHA256()
        for block in Log.encode(columns, ranges, firstPosition: first) {
            var bytes = block.bytes
            let previous = head.sealedHash.bytes
            RawBytes.copy(previous.span, 0..<Digest.byteCount, into: &bytes, at: 0)
            head.sealedHash = BlockFormat.chain(&hasher, head.sealedHash, block.contentHash)
            head.sealedThrough = LogPosition(
                head.sealedThrough.rawValue + UInt64(block.count))
            let key = Layout.position(head.sealedThrough)
            try transaction.append(layout.blocks, key, bytes.span)
        }
    }

    private static func encode(
        _ columns: EventColumns, _ ranges: [Range<Int>], firstPosition: UInt64
    ) -> [EncodedBlock] {
        let blocks = Mutex([EncodedBlock?](repeating: nil, count: ranges.count))
        DispatchQueue.concurrentPerform(iterations: ranges.count) { index in
            let range = ranges[index]
            let block = BlockEncoder.encode(
                columns, rows: range,
                firstPosition: LogPosition(firstPosition + UInt64(range.lowerBound)))
            blocks.withLock { $0[index] = block }
        }
        return blocks.withLock { $0.compactMap(\.self) }
    }
}

// MARK: - Stream index

extension Log {
    /// Adds the run of the events just sealed.
    private func writeStreamRun(
        _ columns: EventColumns, rows: Range<Int>, _ head: inout StoredHead,
        _ transaction: borrowing WriteTransaction
    ) throws {
        let base = head.sealedThrough.rawValue - UInt64(rows.count) + 1
        var entries: [UInt64] = []
        entries.reserveCapacity(rows.count)
        let customers = columns[.customer]
        let issues = columns[.issue]
        for row in rows {
            let relative = UInt32(row - rows.lowerBound)
            if customers[row] != 0 { entries.append(StreamEntry.pack(customers[row], relative)) }
            if issues[row] != 0 { entries.append(StreamEntry.pack(issues[row], relative)) }
        }
        StreamEntry.sort(&entries)
        try writeStreamRun(
            entries, positions: base...head.sealedThrough.rawValue, &head, transaction)
    }

    /// Stores sorted entries as a run; a run without entries is stored too, so that runs cover
    /// the log.
    func writeStreamRun(
        _ entries: [UInt64], positions: ClosedRange<UInt64>, _ head: inout StoredHead,
        _ transaction: borrowing WriteTransaction
    ) throws {
        let number = head.nextRun
        head.nextRun += 1
        let chunks = StreamChunk.chunks(entries, base: positions.lowerBound)
        for chunk in chunks {
            let key = Layout.chunk(
                run: number, symbol: chunk.lastSymbol, position: chunk.lastPosition)
            try transaction.append(layout.streams, key, chunk.bytes.span)
        }
        let run = StreamRun(
            number: number, entryCount: entries.count, firstPosition: positions.lowerBound,
            lastPosition: positions.upperBound, chunkCount: chunks.count)
        try put(run.encoded, OrderedKey(number), .streamRuns, &head, transaction)
    }
}
