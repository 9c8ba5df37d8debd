// The id table in two halves, so that two cores look ids up at once: nearly all of that work is
// waiting for memory.

import Dispatch
import Synchronization

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

    /// Runs `body` for each lane, on as many cores.
    func forEachLane(_ body: @Sendable (_ lane: Int, inout IdentityTable) throws -> Void) throws {
        let failure = Mutex<(any Error)?>(nil)
        DispatchQueue.concurrentPerform(iterations: lanes.count) { lane in
            lanes[lane].table.withLock { table in
                do {
                    try body(lane, &table)
                } catch {
                    failure.withLock { $0 = error }
                }
            }
        }
        if let error = failure.withLock({ $0 }) { throw error }
    }

    static func lane(of hash: UInt64) -> Int { Int(hash & 1) }

    /// The rows whose hashes belong to a lane.
    static func rows(_ hashes: [UInt64], lane: Int) -> [Int] {
        var rows: [Int] = []
        rows.reserveCapacity(hashes.count / 2 + 1_024)
        let wanted = UInt64(lane)
        for row in hashes.indices where hashes[row] & 1 == wanted { rows.append(row) }
        return rows
    }
}
