// Reading events: all of them, one stream's, or those of a period or a family. A scan works block
// by block with a transaction for each, so that no reader holds old pages back for long, and ends
// at the head it started with; events are never changed, so the pieces fit together.

package import Events
import LMDB

extension Log {
    /// Most events read in one transaction.
    package static let pageSize = BlockFormat.capacity

    /// Gives the events from `start` through `end` to `body`, in the order of the log, until it
    /// returns false.
    /// - Parameter end: `nil` stands for the head at the beginning of the scan.
    /// - Complexity: O(events given), and a block of them in memory.
    package func forEachEvent(
        from start: LogPosition = LogPosition(1), through end: LogPosition? = nil,
        _ body: (RecordedEvent) throws -> Bool
    ) throws {
        try forEachEvent(from: start, through: end, wanted: { _ in true }, body)
    }

    /// Gives the events from `start` back to the first to `body`, the last one first, until it
    /// returns false.
    /// - Parameter start: `nil` stands for the head.
    package func forEachEventBackward(
        from start: LogPosition? = nil, _ body: (RecordedEvent) throws -> Bool
    ) throws {
        var next = min(try head(), start ?? LogPosition(.max))
        while next > .beforeFirst {
            let page = try readPage(endingAt: next)
            for event in page.reversed() { guard try body(event) else { return } }
            guard let first = page.first else { return }
            next = LogPosition(first.position.rawValue - 1)
        }
    }

    /// Gives the events of a family to `body`, in the order of the log, until it returns false.
    /// - Complexity: blocks without one are passed over by their header.
    package func forEachEvent(
        of family: EventKind.Family, through end: LogPosition? = nil,
        _ body: (RecordedEvent) throws -> Bool
    ) throws {
        let bit = BlockFormat.familyBit(family)
        try forEachEvent(
            from: LogPosition(1), through: end, wanted: { $0.families & bit != 0 }
        ) { recorded in
            guard recorded.event.kind.family == family else { return true }
            return try body(recorded)
        }
    }

    /// Gives the events recorded in `range` to `body`, in the order of the log, until it returns
    /// false.
    package func forEachEvent(
        recordedAt range: Range<Instant>, through end: LogPosition? = nil,
        _ body: (RecordedEvent) throws -> Bool
    ) throws {
        try forEachEvent(
            from: LogPosition(1), through: end,
            wanted: {
                $0.leastRecordedAt < range.upperBound.microseconds
                    && $0.greatestRecordedAt >= range.lowerBound.microseconds
            }
        ) { recorded in
            guard range.contains(recorded.recordedAt) else { return true }
            return try body(recorded)
        }
    }

    /// The last position before the first event that was recorded after a moment: where the log
    /// ended then, to whoever trusts its clocks.
    /// - Complexity: O(blocks) headers, and one block.
    package func head(asOf moment: Instant) throws -> LogPosition {
        var last = try head()
        try forEachEvent(
            from: LogPosition(1), through: last,
            wanted: { $0.greatestRecordedAt > moment.microseconds }
        ) { recorded in
            guard recorded.recordedAt > moment else { return true }
            last = LogPosition(recorded.position.rawValue - 1)
            return false
        }
        return last
    }

    /// Gives the events whose own time lies in `range` to `body`, in the order of that time and
    /// then of the log, until it returns false.
    /// - Complexity: O(blocks) headers, the blocks that overlap, and 16 bytes an event given.
    package func forEachEvent(
        at range: Range<Instant>, through end: LogPosition? = nil,
        _ body: (RecordedEvent) throws -> Bool
    ) throws {
        var found: [(at: Int64, position: LogPosition)] = []
        try forEachEvent(
            from: LogPosition(1), through: end,
            wanted: {
                $0.leastAt < range.upperBound.microseconds
                    && $0.greatestAt >= range.lowerBound.microseconds
            }
        ) { recorded in
            if range.contains(recorded.event.at) {
                found.append((recorded.event.at.microseconds, recorded.position))
            }
            return true
        }
        found.sort { ($0.at, $0.position) < ($1.at, $1.position) }
        try forEachEvent(at: found.map(\.position), body)
    }

    /// Up to `limit` events from `start` on, in the order of the log.
    package func read(from start: LogPosition, limit: Int) throws -> [RecordedEvent] {
        var events: [RecordedEvent] = []
        guard limit > 0 else { return [] }
        try forEachEvent(from: start) { event in
            events.append(event)
            return events.count < limit
        }
        return events
    }

    /// The event at a position; `nil` behind the head and before the first.
    package func event(at position: LogPosition) throws -> RecordedEvent? {
        try reading { transaction in
            let head = try readHead(transaction)
            guard position > .beforeFirst, position <= head.position else { return nil }
            return try storedEvent(position, head, transaction)
        }
    }

    /// Gives the events at these positions to `body`, in their order, until it returns false.
    func forEachEvent(
        at positions: [LogPosition], _ body: (RecordedEvent) throws -> Bool
    ) throws {
        var start = 0
        while start < positions.count {
            let end = min(start + Log.pageSize, positions.count)
            let page = try reading { transaction in
                try storedEvents(positions[start..<end], readHead(transaction), transaction)
            }
            for event in page { guard try body(event) else { return } }
            start = end
        }
    }
}

// MARK: - Pages

extension Log {
    private func forEachEvent(
        from start: LogPosition, through end: LogPosition?, wanted: (BlockHeader) -> Bool,
        _ body: (RecordedEvent) throws -> Bool
    ) throws {
        let last = min(try head(), end ?? LogPosition(.max))
        var next = max(start, LogPosition(1))
        var room = PageRoom()
        while next <= last {
            next = try reading {
                try readPage(from: next, through: last, wanted: wanted, into: &room, $0)
            }
            for event in room.events { guard try body(event) else { return } }
        }
    }

    /// Reads up to a block of events, and returns the position to go on from.
    private func readPage(
        from start: LogPosition, through last: LogPosition, wanted: (BlockHeader) -> Bool,
        into room: inout PageRoom, _ transaction: borrowing ReadTransaction
    ) throws -> LogPosition {
        let head = try readHead(transaction)
        room.events.removeAll(keepingCapacity: true)
        // A head that moved on meanwhile is no matter: the scan ends where it was to end.
        guard start <= head.sealedThrough else {
            room.events += try tail(head, transaction).events.filter {
                $0.position >= start && $0.position <= last
            }
            return last.next
        }
        var next = start
        try forEachStoredBlock(
            from: start, through: min(last, head.sealedThrough), transaction
        ) { header, bytes in
            next = header.lastPosition.next
            guard wanted(header) else { return true }
            try room.read(header, bytes, from: start, through: last)
            return false
        }
        return next
    }

    private func readPage(endingAt last: LogPosition) throws -> [RecordedEvent] {
        try reading { transaction in
            let head = try readHead(transaction)
            var room = PageRoom()
            guard last <= head.sealedThrough else {
                return try tail(head, transaction).events.filter { $0.position <= last }
            }
            return try transaction.withCursor(layout.blocks) { cursor in
                try withBlock(holding: last, &cursor) { header, bytes in
                    try room.read(header, bytes, from: header.firstPosition, through: last)
                    return room.events
                }
            }
        }
    }
}

/// Room for a page, used again from page to page.
private struct PageRoom {
    var events: [RecordedEvent] = []
    private var columns = EventColumns()
    private var scratch: [Int64] = []

    /// The events of a block that lie in the range.
    mutating func read(
        _ header: BlockHeader, _ bytes: Span<UInt8>, from first: LogPosition,
        through last: LogPosition
    ) throws(BlockError) {
        try header.columns(bytes, into: &columns, &scratch)
        let start = header.firstPosition.rawValue
        let lower = max(first.rawValue, start) - start
        let upper = min(last.rawValue, header.lastPosition.rawValue) - start
        events.reserveCapacity(header.count)
        for row in Int(lower)...Int(upper) {
            do {
                events.append(
                    RecordedEvent(
                        position: LogPosition(start + UInt64(row)),
                        recordedAt: columns.recordedAt(row), event: try columns.event(row)))
            } catch {
                throw .row(row, error)
            }
        }
    }
}
