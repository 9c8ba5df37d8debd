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
    /// Pages that hold nothing and are used again; `compact` gives them back.
    package var freePageCount: Int
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
    /// - Complexity: O(events), a few columns of them.
    package func statistics() throws -> LogStatistics {
        try reading { transaction in
            let head = try readHead(transaction)
            var tally = EventTally()
            var columns = EventColumns()
            try forEachStoredBlock(
                from: LogPosition(1), through: head.sealedThrough, transaction
            ) { header, bytes in
                try header.codes(.kind, bytes, into: &columns[.kind])
                try header.codes(.customer, bytes, into: &columns[.customer])
                try header.numbers(.at, bytes, into: &columns[.at])
                try header.numbers(.offsetMinutes, bytes, into: &columns[.offsetMinutes])
                try header.numbers(.recordedAt, bytes, into: &columns[.recordedAt])
                tally.add(columns)
                return true
            }
            var tail = EventColumns()
            try forEachStoredTailEvent(
                from: head.sealedThrough.next, through: head.position, transaction
            ) { recorded in
                tail.append(recorded)
                return true
            }
            tally.add(tail)
            return try collectStatistics(head, tally, transaction)
        }
    }

    private func collectStatistics(
        _ head: StoredHead, _ tally: EventTally, _ transaction: borrowing ReadTransaction
    ) throws -> LogStatistics {
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
            firstEvent: tally.first, lastEvent: tally.last,
            firstRecordedAt: tally.recorded.map { Instant(microseconds: $0.lowerBound) },
            lastRecordedAt: tally.recorded.map { Instant(microseconds: $0.upperBound) },
            allocatedBytes: size.allocatedBytes, usedPageCount: size.usedPageCount,
            freePageCount: size.freePageCount, pageSizeBytes: size.pageSizeBytes, tables: tables,
            nameCount: head.nameCount,
            customerCount: tally.customerCount,
            rejectCount: try transaction.entryCount(layout.rejects),
            sources: try storedSources(transaction).map(\.progress),
            eventsByKind: tally.eventsByKind)
    }
}

/// What is counted of the events themselves.
private struct EventTally {
    private var counts = [Int](repeating: 0, count: 256)
    private var isCustomer: [Bool] = []
    private(set) var customerCount = 0
    private(set) var first: LocalInstant?
    private(set) var last: LocalInstant?
    private(set) var recorded: ClosedRange<Int64>?

    var eventsByKind: [KindCount] {
        EventKind.allCases.compactMap { kind in
            let count = counts[Int(kind.rawValue)]
            return count == 0 ? nil : KindCount(kind: kind, count: count)
        }
    }

    /// Only the columns of kind, customer, times and offset are looked at.
    mutating func add(_ columns: EventColumns) {
        for kind in columns[.kind] { counts[Int(kind & 0xff)] += 1 }
        for customer in columns[.customer] where customer != 0 { note(Int(customer)) }
        let times = columns[.at]
        for row in times.indices {
            if let first, let last, times[row] >= first.at.microseconds,
                times[row] <= last.at.microseconds
            {
                continue
            }
            let moment = LocalInstant(
                at: Instant(microseconds: times[row]),
                offsetMinutes: Int(columns[.offsetMinutes][row]))
            if first.map({ moment.at < $0.at }) ?? true { first = moment }
            if last.map({ moment.at > $0.at }) ?? true { last = moment }
        }
        guard !times.isEmpty else { return }
        let extremes = BlockFacts.extremes(columns[.recordedAt].span)
        let least = min(extremes.least, recorded?.lowerBound ?? extremes.least)
        let greatest = max(extremes.greatest, recorded?.upperBound ?? extremes.greatest)
        recorded = least...greatest
    }

    private mutating func note(_ customer: Int) {
        if customer >= isCustomer.count {
            let more = max(customer + 1, 2 * isCustomer.count) - isCustomer.count
            isCustomer += repeatElement(false, count: more)
        }
        if !isCustomer[customer] {
            isCustomer[customer] = true
            customerCount += 1
        }
    }
}
