// The id table in two halves, so that two cores look ids up at once: nearly all of that work is
// waiting for memory.

import Events
import Synchronization
import Parallelism

/// A table for each value of the hash's lowest bit.
struct IdentityLanes: Sendable {
    static let count = 2

    /// A class, because a lane is changed by another thread than the one that holds the lanes. The
    /// lock is taken once a batch.
    private final class Lane: Sendable {
        let table: Mutex<IdentityTable>

        init(expecting count: Int) { table = Mutex(IdentityTable(expecting: count)) }
    }

    private let lanes: [Lane]

    init(expecting count: Int) {
        lanes = (0..<IdentityLanes.count).map { _ in
            Lane(expecting: count / IdentityLanes.count)
        }
    }

    /// Runs `body` for each lane, on as many cores if the job is large.
    func forEachLane(
        isLarge: Bool, _ body: @Sendable (_ lane: Int, inout IdentityTable) throws -> Void
    ) throws {
        try Parallel.tryPerform(lanes.count, isLarge: isLarge) { lane in
            try lanes[lane].table.withLock { try body(lane, &$0) }
        }
    }

    /// Takes out the hashes of consecutive positions.
    func remove(_ hashes: [UInt64], from first: LogPosition) {
        for lane in lanes.indices {
            lanes[lane].table.withLock { table in
                for row in IdentityLanes.rows(hashes, lane: lane) {
                    table.remove(hashes[row], first.rawValue + UInt64(row))
                }
            }
        }
    }

    /// The rows whose hashes belong to a lane.
    static func rows(_ hashes: [UInt64], lane: Int) -> [Int] {
        // Hashes are random: a branch would be guessed wrongly every other time.
        var rows = [Int](repeating: 0, count: hashes.count + 1)
        var count = 0
        let wanted = UInt64(lane)
        for row in hashes.indices {
            rows[count] = row
            count += hashes[row] & 1 == wanted ? 1 : 0
        }
        rows.removeLast(rows.count - count)
        return rows
    }
}
