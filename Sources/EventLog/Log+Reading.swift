// Reading events: all of them, one customer's, or those of a period. A scan works page by page
// with a transaction for each, so that no reader holds old pages back for long, and ends at the
// head it started with; events are never changed, so the pages fit together.

package import Events
import LMDB

extension Log {
    /// Events read in one transaction.
    package static let pageSize = 4_096

    /// Gives the events from `start` through `end` to `body`, in the order of the log, until it
    /// returns false.
    /// - Parameter end: `nil` stands for the head at the beginning of the scan.
    /// - Complexity: O(events given), and a page of them in memory.
    package func forEachEvent(
        from start: LogPosition = LogPosition(1), through end: LogPosition? = nil,
        _ body: (RecordedEvent) throws -> Bool
    ) throws {
        let last = min(try head(), end ?? LogPosition(.max))
        var next = max(start, LogPosition(1))
        while next <= last {
            let page = try read(from: next, through: last, limit: Log.pageSize)
            for event in page { guard try body(event) else { return } }
            next = LogPosition(next.rawValue + UInt64(page.count))
        }
    }

    /// Up to `limit` events from `start` on, in the order of the log.
    package func read(from start: LogPosition, limit: Int) throws -> [RecordedEvent] {
        let first = max(start, LogPosition(1))
        return try read(from: first, through: try head(), limit: limit)
    }

    /// The event at a position; `nil` behind the head and before the first.
    package func event(at position: LogPosition) throws -> RecordedEvent? {
        guard position > .beforeFirst, position <= (try head()) else { return nil }
        return try reading { try storedEvent(position, $0) }
    }

    /// Gives one customer's events to `body`, in the order of the log, until it returns false.
    package func forEachEvent(
        of customer: CustomerID, through end: LogPosition? = nil,
        _ body: (RecordedEvent) throws -> Bool
    ) throws {
        guard customer.isKnown else { return }
        let prefix = Layout.symbol(customer.symbol.rawValue)
        try forEachIndexed(
            layout.customers, from: prefix, positionOffset: 4, through: end,
            isInside: { prefix.isPrefix(of: $0) }, body)
    }

    /// Gives the events whose own time lies in `range` to `body`, in the order of that time and
    /// then of the log, until it returns false.
    package func forEachEvent(
        at range: Range<Instant>, through end: LogPosition? = nil,
        _ body: (RecordedEvent) throws -> Bool
    ) throws {
        let start = Layout.time(range.lowerBound, .beforeFirst)
        let upper = range.upperBound.microseconds
        try forEachIndexed(
            layout.times, from: start, positionOffset: 8, through: end,
            isInside: { key in OrderedKey.signed64(key, at: 0).map { $0 < upper } ?? false },
            body)
    }

    private func read(
        from start: LogPosition, through end: LogPosition, limit: Int
    ) throws -> [RecordedEvent] {
        guard limit > 0, start <= end else { return [] }
        return try reading { transaction in
            var page: [RecordedEvent] = []
            let count = min(UInt64(limit) - 1, end.rawValue - start.rawValue) + 1
            page.reserveCapacity(Int(min(count, UInt64(Log.pageSize))))
            try transaction.forEachEntry(layout.events, from: Layout.event(start)) { key, value in
                let position = LogPosition(start.rawValue + UInt64(page.count))
                guard OrderedKey.unsigned64(key, at: 0) == position.rawValue else {
                    throw EventLogError.damaged(
                        table: "events", place: "position \(position)", reason: "it is missing")
                }
                page.append(try decodedEvent(value, position))
                return UInt64(page.count) < count
            }
            guard UInt64(page.count) == count else {
                throw EventLogError.damaged(
                    table: "events", place: "position \(start.rawValue + UInt64(page.count))",
                    reason: "it is missing")
            }
            return page
        }
    }

    private func forEachIndexed(
        _ index: Table, from start: OrderedKey, positionOffset: Int, through end: LogPosition?,
        isInside: (Span<UInt8>) -> Bool, _ body: (RecordedEvent) throws -> Bool
    ) throws {
        let last = min(try head(), end ?? LogPosition(.max))
        var start = start
        var isMore = true
        while isMore {
            var page: [RecordedEvent] = []
            isMore = false
            try reading { transaction in
                try transaction.forEachEntry(index, from: start) { key, _ in
                    guard isInside(key) else { return false }
                    guard page.count < Log.pageSize else {
                        isMore = true
                        start = OrderedKey(bytes: Array(copying: key))
                        return false
                    }
                    guard let raw = OrderedKey.unsigned64(key, at: positionOffset) else {
                        throw EventLogError.damaged(
                            table: index.name, place: "one key", reason: "it is too short")
                    }
                    if raw <= last.rawValue {
                        page.append(try storedEvent(LogPosition(raw), transaction))
                    }
                    return true
                }
            }
            for event in page { guard try body(event) else { return } }
        }
    }

    func storedEvent(
        _ position: LogPosition, _ transaction: borrowing ReadTransaction
    ) throws -> RecordedEvent {
        let found = try transaction.withValue(layout.events, Layout.event(position)) {
            try decodedEvent($0, position)
        }
        guard let found else {
            throw EventLogError.damaged(
                table: "events", place: "position \(position)", reason: "it is missing")
        }
        return found
    }

    private func decodedEvent(
        _ value: Span<UInt8>, _ position: LogPosition
    ) throws -> RecordedEvent {
        try decoding("events", "position \(position)") { () throws(EventFormatError) in
            try Layout.recordedEvent(value, at: position)
        }
    }
}
