// Aim: whatever is done to the log, it answers as a list in memory would. A failure names its seed;
// `DOWNSTREAM_SEED=17` runs that one alone.

import EventLog
import Events
import Foundation
import Testing

@Suite struct ContractTests {
    @Test(arguments: contractSeeds(everyDay: 200, long: 4_000))
    func theLogAnswersAsAListWould(seed: UInt64) throws {
        var run = try ContractRun(seed: seed, size: .ofSeed(seed))
        try run.run()
    }

    /// A commit that finds no room leaves everything as it was, and later ones work that fit.
    @Test(arguments: contractSeeds(everyDay: 2, long: 60))
    func aFullMapChangesNothing(seed: UInt64) throws {
        var fullMapCount = 0
        for blockEventCount in [16, 4_000] {
            var size = ContractSize(
                steps: 24, greatestBatch: 3_000, blockEventCount: blockEventCount)
            size.mapSizeBytes = 1 << 20
            var run = try ContractRun(seed: seed, size: size)
            try run.runIntoAFullMap()
            fullMapCount += run.fullMapCount
        }
        #expect(fullMapCount > 0)
    }

    @Test func aFalseExpectationIsMetInTheRuns() throws {
        // The runs above say nothing if no condition in them ever fails.
        var refusalCount = 0
        for seed in 30..<36 as Range<UInt64> {
            var run = try ContractRun(seed: seed, size: .ofSeed(seed))
            try run.run()
            refusalCount += run.refusalCount
        }
        #expect(refusalCount > 5)
    }

    /// Blocks, and so every hash, depend on the events and not on the batches they came in.
    @Test(arguments: contractSeeds(everyDay: 10, long: 300))
    func theHeadDoesNotDependOnTheBatches(seed: UInt64) throws {
        var generator = SeededGenerator(state: seed)
        let world = World()
        var maker = FactMaker(world: world, &generator)
        var events: [Event] = []
        for _ in 0..<(1 + generator.below(300)) { events.append(maker.event(&generator)) }
        var hashes: Set<String> = []
        let blockEventCount = 1 + generator.below(60)
        for greatest in [1, 7, 100, events.count] {
            let store = TemporaryStore()
            let log = try store.open(blockEventCount: blockEventCount)
            let session = try log.beginAppend(source())
            var start = 0
            while start < events.count {
                let end = min(events.count, start + 1 + generator.below(greatest))
                let pending = (start..<end).map {
                    PendingEvent(event: events[$0], record: $0 + 1)
                }
                _ = try session.append(
                    AppendBatch(
                        events: pending, interner: world.names,
                        recordedAt: Instant(microseconds: 5), recordsReadThrough: end))
                start = end
            }
            hashes.insert(try log.snapshot().headHash)
        }
        #expect(hashes.count == 1)
    }
}
