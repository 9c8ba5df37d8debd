// Pieces of a job come together in their order, whatever the threads do.

import Parallelism
import Synchronization
import Testing

private struct Failed: Error, Equatable {
    var piece: Int
}

@Suite struct PiecesTests {
    @Test(arguments: [0, 1, 99, 100, 101, 1_000])
    func everyRowComesOnceAndInOrder(count: Int) {
        let parts = inPieces(of: count, size: 100) { rows in Array(rows) }
        #expect(parts.flatMap { $0 } == Array(0..<count))
        #expect(parts.allSatisfy { $0.count <= 100 })
    }

    @Test func theEarliestFailureIsTheOneThatIsThrown() {
        let ended = Mutex(0)
        let error = #expect(throws: Failed.self) {
            _ = try inPieces(of: 50, size: 1) { (rows) throws(Failed) -> Int in
                ended.withLock { $0 += 1 }
                if rows.lowerBound % 20 == 7 { throw Failed(piece: rows.lowerBound) }
                return 0
            }
        }
        #expect(error == Failed(piece: 7))
        #expect(ended.withLock { $0 } == 50)
    }

    @Test func whatRunsAsideRunsOnceAndItsFailureCounts() {
        let runs = Mutex(0)
        let parts = inPieces(of: 10, size: 5, aside: { runs.withLock { $0 += 1 } }) { $0.count }
        #expect(parts == [5, 5] && runs.withLock { $0 } == 1)
        #expect(throws: Failed(piece: -1)) {
            _ = try inPieces(
                of: 10, size: 5, aside: { () throws(Failed) in throw Failed(piece: -1) }
            ) { (rows) throws(Failed) -> Int in rows.count }
        }
    }

    @Test(arguments: [true, false]) func smallJobsAndLargeOnesRunEveryPiece(isLarge: Bool) throws {
        let seen = Mutex(Set<Int>())
        Parallel.perform(7, isLarge: isLarge) { piece in
            seen.withLock { _ = $0.insert(piece) }
        }
        #expect(seen.withLock { $0 } == Set(0..<7))
        #expect(throws: Failed(piece: 3)) {
            try Parallel.tryPerform(7, isLarge: isLarge) { piece in
                if piece == 3 { throw Failed(piece: piece) }
            }
        }
    }
}
