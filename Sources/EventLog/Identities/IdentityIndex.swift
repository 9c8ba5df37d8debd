// The ids of every event in the log, for a writer: kept up to date with what others append, and
// exact, because a fingerprint that matches is checked against the event itself.

import Digests
import Events
import LMDB

/// The id table and how far it covers the log.
struct IdentityIndex {
    private(set) var coveredThrough = LogPosition.beforeFirst
    /// Customers whose personal fields were destroyed: what is sealed in their events no longer
    /// counts when contents are compared.
    private(set) var erased: Set<UInt32> = []
    var table: IdentityTable
    private let mask: UInt64
    /// The hash of each source's name, by symbol; zero where it was not asked for yet.
    private var seeds: [UInt64] = []

    init(expecting count: Int, mask: UInt64) {
        table = IdentityTable(expecting: count)
        self.mask = mask
    }

    /// The hashes of the rows' ids.
    mutating func hashes(of columns: EventColumns, _ names: Interner) -> [UInt64] {
        hashes(sources: columns[.source], keys: columns[.key], names)
    }

    private mutating func hashes(
        sources: [UInt32], keys: PackedBytes, _ names: Interner
    ) -> [UInt64] {
        if seeds.count < names.count {
            seeds += [UInt64](repeating: 0, count: names.count - seeds.count)
        }
        let mask = mask
        var lastSource: UInt32 = .max
        var seed: UInt64 = 0
        var start = 0
        var result: [UInt64] = []
        result.reserveCapacity(sources.count)
        for row in sources.indices {
            if sources[row] != lastSource {
                lastSource = sources[row]
                seed = self.seed(lastSource, names)
            }
            let end = Int(keys.ends[row])
            result.append(IdentityHash.hash(keys.bytes.span, start..<end, seed: seed) & mask)
            start = end
        }
        return result
    }

    private mutating func seed(_ source: UInt32, _ names: Interner) -> UInt64 {
        let index = Int(source)
        guard index < seeds.count else { return 0 }
        if seeds[index] == 0 {
            seeds[index] = IdentityHash.seed(ofSource: names.string(Symbol(source)))
        }
        return seeds[index]
    }

    /// Notes the rows as appended from `first` on, their ids entered in the table already.
    mutating func cover(_ columns: EventColumns, from first: LogPosition) {
        coveredThrough = LogPosition(first.rawValue + UInt64(columns.count) - 1)
        noteErased(kinds: columns[.kind], customers: columns[.customer])
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
        table.reserve(Int(head.position.rawValue - coveredThrough.rawValue))
        var columns = EventColumns()
        var scratch: [Int64] = []
        try log.forEachStoredBlock(
            from: coveredThrough.next, through: head.sealedThrough, transaction
        ) { header, bytes in
            try header.codes(.source, bytes, into: &columns[.source])
            try header.strings(.key, bytes, into: &columns[.key], &scratch)
            enter(columns, from: header.firstPosition, names)
            if header.families & BlockFormat.familyBit(.privacy) != 0 {
                try header.codes(.kind, bytes, into: &columns[.kind])
                try header.codes(.customer, bytes, into: &columns[.customer])
                noteErased(kinds: columns[.kind], customers: columns[.customer])
            }
            coveredThrough = header.lastPosition
            return true
        }
        var tail = EventColumns()
        let first = max(coveredThrough, head.sealedThrough).next
        try log.forEachStoredTailEvent(from: first, through: head.position, transaction) {
            recorded in
            tail.append(recorded)
            return true
        }
        guard tail.count > 0 else { return }
        enter(tail, from: first, names)
        cover(tail, from: first)
    }

    private mutating func enter(
        _ columns: EventColumns, from first: LogPosition, _ names: Interner
    ) {
        let hashes = hashes(sources: columns[.source], keys: columns[.key], names)
        var start = 0
        while start < hashes.count {
            let end = min(start + 256, hashes.count)
            table.touch(hashes.span.extracting(start..<end))
            for row in start..<end {
                let position = first.rawValue + UInt64(row)
                // Rows before the first uncovered one are in the table already.
                if position > coveredThrough.rawValue { table.insert(hashes[row], position) }
            }
            start = end
        }
    }

    /// The first event of the log whose id an earlier one has; for a fresh index.
    mutating func firstRepetition(
        _ log: Log, _ head: StoredHead, _ names: Interner,
        _ transaction: borrowing ReadTransaction
    ) throws -> LogPosition? {
        table.reserve(Int(head.position.rawValue))
        var found: LogPosition?
        var columns = EventColumns()
        var scratch: [Int64] = []
        try log.forEachStoredBlock(
            from: LogPosition(1), through: head.sealedThrough, transaction
        ) { header, bytes in
            try header.codes(.source, bytes, into: &columns[.source])
            try header.strings(.key, bytes, into: &columns[.key], &scratch)
            let hashes = hashes(sources: columns[.source], keys: columns[.key], names)
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
        return hashes(sources: [event.source.symbol.rawValue], keys: key, names)[0]
    }
}
