// What a store holds, in numbers: for `status`.

import Digests
package import Events
import LMDB

/// A moment and the clock it was read from.
package struct LocalInstant: Hashable, Sendable {
    package let at: Instant
    /// Minutes east of UTC.
    package let offsetMinutes: Int
}

package struct TableSize: Hashable, Sendable {
    package let name: String
    package let entryCount: Int
    package let pageCount: Int
}

package struct KindCount: Hashable, Sendable {
    package let kind: EventKind
    package let count: Int
}

/// The numbers of a store at one commit.
package struct LogStatistics: Sendable {
    package var storeID: String
    package var formatVersion: Int
    package var head: LogPosition
    package var headHash: String
    package var eventCount: Int
    /// Least and greatest time that events state.
    package var firstEvent: LocalInstant?
    package var lastEvent: LocalInstant?
    /// Least and greatest time of taking in.
    package var firstRecordedAt: Instant?
    package var lastRecordedAt: Instant?
    /// Bytes that the log takes up on the disk.
    package var allocatedBytes: Int
    package var usedPageCount: Int
    package var pageSizeBytes: Int
    package var tables: [TableSize]
    /// Names in the dictionary, the empty one not counted.
    package var nameCount: Int
    package var customerCount: Int
    package var rejectCount: Int
    package var sources: [SourceProgress]
    /// In the order of the kinds' codes; kinds without events are left out.
    package var eventsByKind: [KindCount]
}

extension Log {
    /// - Complexity: O(events): kinds and times of taking in are read from the events.
    package func statistics() throws -> LogStatistics {
        var statistics = try reading { try collectStatistics($0) }
        var counts: [UInt16: Int] = [:]
        var next = LogPosition(1)
        while next <= statistics.head {
            let end = LogPosition(
                min(next.rawValue + UInt64(Log.pageSize) - 1, statistics.head.rawValue))
            try countKinds(next, end, &counts, &statistics)
            next = end.next
        }
        statistics.eventsByKind = EventKind.allCases.compactMap { kind in
            counts[kind.rawValue].map { KindCount(kind: kind, count: $0) }
        }
        return statistics
    }

    private func collectStatistics(
        _ transaction: borrowing ReadTransaction
    ) throws -> LogStatistics {
        let head = try readHead(transaction)
        let size = try environment.statistics()
        var tables: [TableSize] = []
        for table in layout.all {
            let tree = try transaction.statistics(table)
            tables.append(
                TableSize(
                    name: table.name, entryCount: tree.entryCount, pageCount: tree.pageCount))
        }
        return LogStatistics(
            storeID: storeID, formatVersion: Int(Layout.formatVersion), head: head.position,
            headHash: head.hash.hexadecimal, eventCount: Int(head.position.rawValue),
            firstEvent: try timeEnd(.first, transaction),
            lastEvent: try timeEnd(.last, transaction), allocatedBytes: size.allocatedBytes,
            usedPageCount: size.usedPageCount, pageSizeBytes: size.pageSizeBytes,
            tables: tables, nameCount: try transaction.entryCount(layout.dictionary),
            customerCount: try countCustomers(transaction),
            rejectCount: try transaction.entryCount(layout.rejects),
            sources: try storedSources(transaction).map(\.progress), eventsByKind: [])
    }

    private func timeEnd(
        _ place: Cursor.Move, _ transaction: borrowing ReadTransaction
    ) throws -> LocalInstant? {
        let position: UInt64? = try transaction.withCursor(layout.times) { cursor in
            guard try cursor.move(to: place) else { return nil }
            return try cursor.withEntry { key, _ in OrderedKey.unsigned64(key, at: 8) }
        }
        guard let position else { return nil }
        let event = try storedEvent(LogPosition(position), transaction).event
        return LocalInstant(at: event.at, offsetMinutes: Int(event.offsetMinutes))
    }

    /// Jumps from customer to customer: O(customers · log events).
    private func countCustomers(_ transaction: borrowing ReadTransaction) throws -> Int {
        try transaction.withCursor(layout.customers) { cursor in
            var count = 0
            var isThere = try cursor.move(to: .first)
            while isThere {
                count += 1
                let symbol = try cursor.withEntry { key, _ in
                    OrderedKey.unsigned32(key, at: 0) ?? .max
                }
                guard symbol < .max else { break }
                isThere = try cursor.move(to: .atOrAfter(Layout.symbol(symbol + 1)))
            }
            return count
        }
    }

    private func countKinds(
        _ start: LogPosition, _ end: LogPosition, _ counts: inout [UInt16: Int],
        _ statistics: inout LogStatistics
    ) throws {
        try reading { transaction in
            let first = Layout.event(start)
            try transaction.forEachEntry(layout.events, from: first) { key, value in
                guard let position = OrderedKey.unsigned64(key, at: 0),
                    position <= end.rawValue
                else { return false }
                let place = "position \(position)"
                let (recordedAt, kind) = try decoding("events", place) {
                    () throws(EventFormatError) in
                    // The kind follows the codec's version byte.
                    var reader = ByteReader(position: Layout.recordedAtByteCount + 1)
                    return (try Layout.recordedAt(value), try reader.unsigned(value))
                }
                counts[UInt16(truncatingIfNeeded: kind), default: 0] += 1
                statistics.firstRecordedAt = min(
                    statistics.firstRecordedAt ?? recordedAt, recordedAt)
                statistics.lastRecordedAt = max(
                    statistics.lastRecordedAt ?? recordedAt, recordedAt)
                return true
            }
        }
    }
}
