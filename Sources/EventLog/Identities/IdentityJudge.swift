// New, duplicate or conflict: what each event of a batch is to the log. Exact, over the whole
// history.

import Events
import LMDB

/// The judging of one batch.
struct IdentityJudge {
    /// Rows that are new, in their order.
    private(set) var accepted: [Int] = []
    /// Rows whose id is taken by other content, and the position that has it; positions behind the
    /// head are those that the batch's own events are about to get.
    private(set) var conflicts: [(row: Int, position: UInt64)] = []
    private let log: Log
    private let head: StoredHead
    private let incoming: IncomingEvents

    init(_ log: Log, _ head: StoredHead, _ incoming: IncomingEvents) {
        self.log = log
        self.head = head
        self.incoming = incoming
    }

    /// Judges every row, and enters the new ones in the table. The first event with an id is
    /// the one that stays.
    mutating func judge(
        _ hashes: [UInt64], _ identities: inout IdentityIndex,
        _ transaction: borrowing ReadTransaction
    ) throws {
        identities.table.reserve(hashes.count)
        accepted.reserveCapacity(hashes.count)
        var start = 0
        while start < hashes.count {
            let end = min(start + 256, hashes.count)
            identities.table.touch(hashes.span.extracting(start..<end))
            for row in start..<end {
                let position = head.position.rawValue + UInt64(accepted.count) + 1
                let known = try identities.table.findOrInsert(hashes[row], position) { other in
                    try hasSameID(row, other, transaction)
                }
                guard let known else {
                    accepted.append(row)
                    continue
                }
                if try !hasSameContent(row, known, identities.erased, transaction) {
                    conflicts.append((row, known))
                }
            }
            start = end
        }
    }

    private func stored(
        _ position: UInt64, _ transaction: borrowing ReadTransaction
    ) throws -> Event {
        if position > head.position.rawValue {
            let row = accepted[Int(position - head.position.rawValue) - 1]
            return try event(row)
        }
        return try log.storedEvent(LogPosition(position), head, transaction).event
    }

    private func event(_ row: Int) throws -> Event {
        try log.decoding("tail", "the batch") { () throws(EventFormatError) in
            try incoming.columns.event(row)
        }
    }

    private func hasSameID(
        _ row: Int, _ position: UInt64, _ transaction: borrowing ReadTransaction
    ) throws -> Bool {
        let left = try event(row)
        let right = try stored(position, transaction)
        return left.source == right.source && left.key.utf8.elementsEqual(right.key.utf8)
    }

    /// Byte for byte, the time of recording left out. What is sealed in an erased person's
    /// events is left out too: its key is gone, so the same fact no longer looks the same.
    private func hasSameContent(
        _ row: Int, _ position: UInt64, _ erased: Set<UInt32>,
        _ transaction: borrowing ReadTransaction
    ) throws -> Bool {
        var left = try event(row)
        var right = try stored(position, transaction)
        if erased.contains(right.customer.symbol.rawValue) {
            left.personal = []
            right.personal = []
        }
        var leftBytes: [UInt8] = []
        var rightBytes: [UInt8] = []
        EventCodec.encode(left, into: &leftBytes)
        EventCodec.encode(right, into: &rightBytes)
        return leftBytes == rightBytes
    }
}
