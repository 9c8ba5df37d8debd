// New, duplicate or conflict: what each event of a batch is to the log. Exact, over the whole
// history.

import Events
import LMDB
import Synchronization
import Parallelism

/// What became of a batch's rows.
struct Judgement {
    /// Rows that are new, in their order.
    var accepted: [Int] = []
    /// Rows whose id is taken by other content, in their order, and the position that has it;
    /// positions behind the head are those that the batch's own events are about to get.
    var conflicts: [(row: Int, position: UInt64)] = []

    /// In words, what holds the id of a conflict already.
    func place(
        _ position: UInt64, behind head: LogPosition, _ incoming: IncomingEvents
    ) -> String {
        guard position > head.rawValue else { return "the event at position \(position)" }
        let row = accepted[Int(position - head.rawValue) - 1]
        return "record \(incoming.record(row)) of the same file"
    }
}

/// The judging of one batch.
struct IdentityJudge {
    let log: Log
    /// Where the log ends when the batch is appended.
    let head: LogPosition
    /// Batches before this one that may not be in the log yet.
    let planned: [PlannedBatch]
    let columns: EventColumns
    let erased: Set<UInt32>

    /// Judges every row, and enters the new ones in the table. The first event with an id is
    /// the one that stays.
    ///
    /// Both lanes are judged at once, each row as if all before it were new, which they nearly
    /// always are; where some are not, the positions entered are put right afterwards.
    func judge(_ hashes: [UInt64], _ lanes: IdentityLanes) throws -> Judgement {
        let known = Mutex<[(row: Int, position: UInt64)]>([])
        let base = head.rawValue + 1
        try lanes.forEachLane(isLarge: hashes.count >= Parallel.worthwhileRowCount) {
            lane, table in
            let rows = IdentityLanes.rows(hashes, lane: lane)
            table.reserve(rows.count)
            try table.forEachTouched(rows, hashes) { table, row in
                let position = try table.findOrInsert(hashes[row], base + UInt64(row)) { other in
                    try hasSameID(row, other)
                }
                if let position { known.withLock { $0.append((row, position)) } }
            }
        }
        let all = known.withLock { $0 }.sorted { $0.row < $1.row }
        guard !all.isEmpty else { return Judgement(accepted: Array(hashes.indices)) }
        return try settle(all, hashes, lanes)
    }

    /// Sorts out the rows whose id is known, and gives the new rows behind them their positions.
    private func settle(
        _ known: [(row: Int, position: UInt64)], _ hashes: [UInt64], _ lanes: IdentityLanes
    ) throws -> Judgement {
        var judgement = Judgement()
        var newPositions = [UInt64](repeating: 0, count: hashes.count)
        var next = 0
        let base = head.rawValue + 1
        for row in hashes.indices {
            if next < known.count, known[next].row == row {
                next += 1
                continue
            }
            newPositions[row] = base + UInt64(judgement.accepted.count)
            judgement.accepted.append(row)
        }
        for (row, position) in known where try !hasSameContent(row, position) {
            // A row of this batch stands for the position that it gets.
            let final = position < base ? position : newPositions[Int(position - base)]
            judgement.conflicts.append((row, final))
        }
        let positions = newPositions
        try lanes.forEachLane(isLarge: hashes.count >= Parallel.worthwhileRowCount) {
            lane, table in
            // In rising order, so that no position is taken that is still to be moved.
            for row in IdentityLanes.rows(hashes, lane: lane) where positions[row] != 0 {
                let entered = base + UInt64(row)
                if positions[row] != entered {
                    table.move(hashes[row], from: entered, to: positions[row])
                }
            }
        }
        return judgement
    }

    /// The event at a position, or in the row that would get it if all before it were new.
    private func stored(_ position: UInt64) throws -> Event {
        if position > head.rawValue {
            return try event(Int(position - head.rawValue) - 1)
        }
        for batch in planned where batch.positions.contains(position) {
            let row = Int(position - batch.positions.lowerBound)
            return try log.decodingBatch { () throws(EventFormatError) in
                try batch.columns.event(row)
            }
        }
        return try log.reading { transaction in
            let head = try log.readHead(transaction)
            return try log.storedEvent(LogPosition(position), head, transaction).event
        }
    }

    private func event(_ row: Int) throws -> Event {
        try log.decodingBatch { () throws(EventFormatError) in try columns.event(row) }
    }

    private func hasSameID(_ row: Int, _ position: UInt64) throws -> Bool {
        let left = try event(row)
        let right = try stored(position)
        return left.source == right.source && left.key.utf8.elementsEqual(right.key.utf8)
    }

    /// Byte for byte, the time of recording left out. What is sealed in an erased person's
    /// events is left out too: its key is gone, so the same fact no longer looks the same.
    private func hasSameContent(_ row: Int, _ position: UInt64) throws -> Bool {
        var left = try event(row)
        var right = try stored(position)
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
