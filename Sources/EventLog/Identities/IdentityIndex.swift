// The ids of every event in the log, for a writer: kept up to date with what others append, and
// exact, because a fingerprint that matches is checked against the event itself.

import Digests
import Events
import LMDB
import Parallelism

/// The id table and how far it covers the log.
struct IdentityIndex {
    private(set) var coveredThrough = LogPosition.beforeFirst
    /// Customers whose personal fields were destroyed: what is sealed in their events no longer
    /// counts when contents are compared.
    private(set) var erased: Set<UInt32> = []
    let lanes: IdentityLanes
    private var hasher: IdentityHasher

    init(expecting count: Int, mask: UInt64) {
        lanes = IdentityLanes(expecting: count)
        hasher = IdentityHasher(mask: mask)
    }

    /// Notes the rows as appended from `first` on, their ids entered in the table already.
    mutating func cover(_ columns: EventColumns, from first: LogPosition) {
        coveredThrough = LogPosition(first.rawValue + UInt64(columns.count) - 1)
        noteErased(kinds: columns[.kind], customers: columns[.customer])
    }

    /// Takes out what was entered for rows that did not reach the log.
    /// - Parameters:
    ///   - hashes: of the rows, which are the last that were entered.
    ///   - erased: ``erased`` before them.
    ///   - nameCount: how many names there were before them, the empty one included.
    mutating func uncover(
        _ hashes: [UInt64], from first: LogPosition, erased: Set<UInt32>, nameCount: Int
    ) {
        lanes.remove(hashes, from: first)
        hasher.truncate(to: nameCount)
        self.erased = erased
        coveredThrough = LogPosition(first.rawValue - 1)
    }

    /// The hashes of rows' ids.
    mutating func hashes(of columns: EventColumns, _ names: Interner) -> [UInt64] {
        hasher.hashes(of: columns, names)
    }

    private mutating func noteErased(kinds: [UInt32], customers: [UInt32]) {
        let code = UInt32(EventKind.personErased.rawValue)
        // Where no customer is stated, nobody was erased.
        for row in kinds.indices where kinds[row] == code && customers[row] != 0 {
            erased.insert(customers[row])
        }
    }

    /// Enters what the log has behind ``coveredThrough``.
    /// - Complexity: O(events entered); about 30 million a second where keys are short.
    mutating func catchUp(
        _ log: Log, to head: StoredHead, _ names: Interner,
        _ transaction: borrowing ReadTransaction
    ) throws {
        guard coveredThrough < head.position else { return }
        var columns = EventColumns()
        var scratch: [Int64] = []
        // Blocks in groups: a lane's thread should have more to do than to be woken.
        var hashes: [UInt64] = []
        var first = coveredThrough.next
        try log.forEachStoredBlock(
            from: coveredThrough.next, through: head.sealedThrough, transaction
        ) { header, bytes in
            try header.codes(.source, bytes, into: &columns[.source])
            try header.strings(.key, bytes, into: &columns[.key], &scratch)
            if hashes.isEmpty { first = header.firstPosition }
            hashes += hasher.hashes(sources: columns[.source], keys: columns[.key], names)
            if hashes.count >= 32 * BlockFormat.capacity {
                try enter(hashes, from: first)
                hashes.removeAll(keepingCapacity: true)
            }
            if header.families & BlockFormat.familyBit(.privacy) != 0 {
                try header.codes(.kind, bytes, into: &columns[.kind])
                try header.codes(.customer, bytes, into: &columns[.customer])
                noteErased(kinds: columns[.kind], customers: columns[.customer])
            }
            return true
        }
        try enter(hashes, from: first)
        coveredThrough = max(coveredThrough, head.sealedThrough)
        let tailStart = coveredThrough.next
        let tail = try log.tail(head, transaction)
            .columns(after: coveredThrough, through: head.position)
        guard tail.count > 0 else { return }
        let tailHashes = hasher.hashes(of: tail, names)
        try enter(tailHashes, from: tailStart)
        cover(tail, from: tailStart)
    }

    /// Enters the hashes of consecutive positions.
    private func enter(_ hashes: [UInt64], from first: LogPosition) throws {
        // Rows before the first uncovered one are in the table already.
        let covered = coveredThrough.rawValue
        try lanes.forEachLane(isLarge: hashes.count >= Parallel.worthwhileRowCount) {
            lane, table in
            let rows = IdentityLanes.rows(hashes, lane: lane)
            table.reserve(rows.count)
            table.forEachTouched(rows, hashes) { table, row in
                let position = first.rawValue + UInt64(row)
                if position > covered { table.insert(hashes[row], position) }
            }
        }
    }

    /// The first event of the log whose id an earlier one has; for a fresh index.
    mutating func firstRepetition(
        _ log: Log, _ head: StoredHead, _ names: Interner,
        _ transaction: borrowing ReadTransaction
    ) throws -> LogPosition? {
        var table = IdentityTable(expecting: Int(head.position.rawValue))
        table.reserve(Int(head.position.rawValue))
        var found: LogPosition?
        var columns = EventColumns()
        var scratch: [Int64] = []
        try log.forEachStoredBlock(
            from: LogPosition(1), through: head.sealedThrough, transaction
        ) { header, bytes in
            try header.codes(.source, bytes, into: &columns[.source])
            try header.strings(.key, bytes, into: &columns[.key], &scratch)
            let hashes = hasher.hashes(
                sources: columns[.source], keys: columns[.key], names)
            for row in hashes.indices where found == nil {
                let position = header.firstPosition.rawValue + UInt64(row)
                let keys = columns[.key]
                let known = try table.findOrInsert(hashes[row], position) { other in
                    let event = try log.storedEvent(LogPosition(other), head, transaction).event
                    return event.source.symbol.rawValue == columns[.source][row]
                        && event.key.utf8.elementsEqual(keys.bytes[keys.range(row)])
                }
                if known != nil { found = LogPosition(position) }
            }
            return found == nil
        }
        for recorded in try log.tail(head, transaction).events
        where found == nil && recorded.position <= head.position {
            let event = recorded.event
            let hash = hash(of: event, names)
            let known = try table.findOrInsert(hash, recorded.position.rawValue) { other in
                let earlier = try log.storedEvent(LogPosition(other), head, transaction).event
                return earlier.source == event.source
                    && earlier.key.utf8.elementsEqual(event.key.utf8)
            }
            if known != nil { found = recorded.position }
        }
        return found
    }

    private mutating func hash(of event: Event, _ names: Interner) -> UInt64 {
        var key = PackedBytes()
        key.append(event.key.utf8)
        return hasher.hashes(
            sources: [event.source.symbol.rawValue], keys: key, names)[0]
    }
}
