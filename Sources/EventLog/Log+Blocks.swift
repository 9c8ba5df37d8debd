// Walking what is stored: blocks and the tail behind them, inside a transaction of the caller's.

import Events
import LMDB

extension Log {
    /// Gives each block that holds a position from `first` through `last` to `body`, until it
    /// returns false.
    func forEachStoredBlock(
        from first: LogPosition, through last: LogPosition,
        _ transaction: borrowing ReadTransaction,
        _ body: (BlockHeader, Span<UInt8>) throws -> Bool
    ) throws {
        guard first <= last else { return }
        var expected: LogPosition?
        try transaction.forEachEntry(layout.blocks, from: Layout.position(first)) { key, bytes in
            let header = try blockHeader(key, bytes)
            guard header.firstPosition <= (expected ?? first),
                expected == nil || header.firstPosition == expected
            else { throw missing(expected ?? first) }
            guard try inBlock(header, { try body(header, bytes) }) else {
                expected = last.next
                return false
            }
            expected = header.lastPosition.next
            return header.lastPosition < last
        }
        if (expected ?? first) <= last { throw missing(expected ?? first) }
    }

    private func missing(_ position: LogPosition) -> EventLogError {
        .damaged(table: "blocks", place: "position \(position)", reason: "it is missing")
    }

    private func blockHeader(
        _ key: Span<UInt8>, _ bytes: Span<UInt8>, holding position: LogPosition
    ) throws -> BlockHeader {
        let header = try blockHeader(key, bytes)
        guard header.firstPosition <= position else { throw missing(position) }
        return header
    }

    private func blockHeader(_ key: Span<UInt8>, _ bytes: Span<UInt8>) throws -> BlockHeader {
        let place = OrderedKey.unsigned64(key, at: 0) ?? 0
        do {
            let header = try BlockHeader(bytes)
            guard header.lastPosition.rawValue == place else {
                throw BlockError.header(field: "position")
            }
            return header
        } catch let error as BlockError {
            throw damagedBlock(LogPosition(place), error)
        }
    }

    /// Runs what reads a block; damage that it meets is named with the block's place.
    private func inBlock<Result>(
        _ header: BlockHeader, _ body: () throws -> Result
    ) throws -> Result {
        do {
            return try body()
        } catch let error as BlockError {
            throw damagedBlock(header.lastPosition, error)
        }
    }

    func damagedBlock(_ last: LogPosition, _ error: BlockError) -> EventLogError {
        .damaged(
            table: "blocks", place: "the block through position \(last)",
            reason: error.description)
    }

    /// Gives the block that holds a sealed position to `body`.
    func withBlock<Result>(
        holding position: LogPosition, _ cursor: inout Cursor,
        _ body: (BlockHeader, Span<UInt8>) throws -> Result
    ) throws -> Result {
        guard try cursor.move(to: .atOrAfter(Layout.position(position))) else {
            throw missing(position)
        }
        return try cursor.withEntry { key, bytes in
            let header = try blockHeader(key, bytes, holding: position)
            return try inBlock(header) { try body(header, bytes) }
        }
    }

    /// Gives the events of the tail from `first` through `last` to `body`, until it returns
    /// false. They are decoded at each call; see ``tail(_:_:)``.
    func forEachStoredTailEvent(
        from first: LogPosition, through last: LogPosition,
        _ transaction: borrowing ReadTransaction, _ body: (RecordedEvent) throws -> Bool
    ) throws {
        guard first <= last else { return }
        var expected = first
        try transaction.forEachEntry(layout.tail, from: Layout.position(first)) { key, value in
            guard OrderedKey.unsigned64(key, at: 0) == expected.rawValue else {
                throw EventLogError.damaged(
                    table: "tail", place: "position \(expected)", reason: "it is missing")
            }
            guard try body(tailEvent(value, expected)) else {
                expected = last.next
                return false
            }
            expected = expected.next
            return expected <= last
        }
        guard expected > last else {
            throw EventLogError.damaged(
                table: "tail", place: "position \(expected)", reason: "it is missing")
        }
    }

    private func tailEvent(
        _ value: Span<UInt8>, _ position: LogPosition
    ) throws -> RecordedEvent {
        try decoding("tail", "position \(position)") { () throws(EventFormatError) in
            try Layout.recordedEvent(value, at: position)
        }
    }

    /// The event at a position that is in the log.
    func storedEvent(
        _ position: LogPosition, _ head: StoredHead, _ transaction: borrowing ReadTransaction
    ) throws -> RecordedEvent {
        try storedEvents([position], head, transaction)[0]
    }

    /// The events at positions that are in the log, in the order given.
    func storedEvents(
        _ positions: ArraySlice<LogPosition>, _ head: StoredHead,
        _ transaction: borrowing ReadTransaction
    ) throws -> [RecordedEvent] {
        var events: [RecordedEvent] = []
        events.reserveCapacity(positions.count)
        var rest = positions
        while !rest.isEmpty {
            let group = rest.prefix(Log.fetchedTogether)
            rest = rest.dropFirst(Log.fetchedTogether)
            var sealed = try sealedRows(group.filter { $0 <= head.sealedThrough }, transaction)
                .makeIterator()
            for position in group {
                guard position <= head.sealedThrough, let place = sealed.next() else {
                    events.append(try tailEvent(position, head, transaction))
                    continue
                }
                try transaction.withEntry(at: place.block) { _, bytes in
                    try inBlock(place.header) { events.append(try place.row.event(bytes)) }
                }
            }
        }
        return events
    }

    /// Events whose bytes are fetched at once: as many as the nearest caches hold.
    private static let fetchedTogether = 16

    /// A row, and the block that it is in.
    private struct SealedRow {
        let row: BlockRow
        let header: BlockHeader
        let block: EntryPlace
    }

    /// Takes rows out of their blocks, and fetches their strings.
    private func sealedRows(
        _ positions: [LogPosition], _ transaction: borrowing ReadTransaction
    ) throws -> [SealedRow] {
        guard !positions.isEmpty else { return [] }
        let blocks = try transaction.withCursor(layout.blocks) { cursor in
            try positions.map { position in
                guard try cursor.move(to: .atOrAfter(Layout.position(position))) else {
                    throw missing(position)
                }
                let place = try cursor.place()
                transaction.withEntry(at: place) { BlockHeader.prefetchDirectory($1) }
                return place
            }
        }
        let headers = try zip(positions, blocks).map { position, block in
            try transaction.withEntry(at: block) { key, bytes in
                let header = try blockHeader(key, bytes, holding: position)
                header.prefetchValues(row: header.row(of: position), bytes)
                return header
            }
        }
        var rows: [SealedRow] = []
        rows.reserveCapacity(positions.count)
        for (index, header) in headers.enumerated() {
            try transaction.withEntry(at: blocks[index]) { _, bytes in
                let row = try inBlock(header) {
                    try BlockRow(header, row: header.row(of: positions[index]), bytes)
                }
                row.prefetch(bytes)
                rows.append(SealedRow(row: row, header: header, block: blocks[index]))
            }
        }
        return rows
    }

    private func tailEvent(
        _ position: LogPosition, _ head: StoredHead, _ transaction: borrowing ReadTransaction
    ) throws -> RecordedEvent {
        guard let found = try tail(head, transaction).event(at: position) else {
            throw missing(position)
        }
        return found
    }
}
