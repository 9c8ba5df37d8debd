// Columns for those who scan: each block's header and its bytes in place, nothing decoded that is
// not asked for. What is still in the tail is given as a block made for the occasion.

package import Events
import LMDB

extension Log {
    /// Gives every block with positions from `start` through `end` to `body`, in the order of the
    /// log, until it returns false. The first and the last may hold positions outside the range.
    ///
    /// The bytes are those of the mapped file and end with the call; ``BlockHeader`` reads them.
    /// - Parameter end: `nil` stands for the head at the beginning.
    package func forEachBlock(
        from start: LogPosition = LogPosition(1), through end: LogPosition? = nil,
        _ body: (BlockHeader, Span<UInt8>) throws -> Bool
    ) throws {
        let last = min(try head(), end ?? LogPosition(.max))
        var next = max(start, LogPosition(1))
        while next <= last {
            // A transaction for some blocks, so that none is held for long.
            var blocks = 64
            var isWanted = true
            try reading { transaction in
                let head = try readHead(transaction)
                guard next <= head.sealedThrough else {
                    isWanted = try withTailBlock(head, transaction, body)
                    next = last.next
                    return
                }
                try forEachStoredBlock(
                    from: next, through: min(last, head.sealedThrough), transaction
                ) { header, bytes in
                    isWanted = try body(header, bytes)
                    next = header.lastPosition.next
                    blocks -= 1
                    return isWanted && blocks > 0
                }
            }
            guard isWanted else { return }
        }
    }

    private func withTailBlock(
        _ head: StoredHead, _ transaction: borrowing ReadTransaction,
        _ body: (BlockHeader, Span<UInt8>) throws -> Bool
    ) throws -> Bool {
        var columns = EventColumns()
        try forEachStoredTailEvent(
            from: head.sealedThrough.next, through: head.position, transaction
        ) { recorded in
            columns.append(recorded)
            return true
        }
        let block = BlockEncoder.encode(
            columns, rows: 0..<columns.count, firstPosition: head.sealedThrough.next)
        let header: BlockHeader
        do {
            header = try BlockHeader(block.bytes.span)
        } catch {
            preconditionFailure("a block of our own: \(error)")
        }
        do {
            return try body(header, block.bytes.span)
        } catch let error as BlockError {
            throw damagedBlock(header.lastPosition, error)
        }
    }
}
