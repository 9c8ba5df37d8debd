// Aim: batches that are made ready while the one before is written end as batches that wait for
// each other do, whatever comes between them.

import EventLog
import Events
import Testing

@Suite struct PipelineTests {
    /// Facts of `count` customers that nobody has seen before, some of them repeated.
    private static func facts(_ batch: Int, _ count: Int) -> [Fact] {
        (0..<count).map { row in
            // Every tenth is one of the batch before once more, which may not be on disk yet.
            let number = row % 10 == 9 ? (batch - 1) * 1_000 + row - 1 : batch * 1_000 + row
            return Fact(
                key: "\(number)", customer: "customer-\(number % 700)", second: Int64(number),
                money: Int64(number))
        }
    }

    @Test(arguments: [1, 7, 60, 300])
    func theLogIsThatOfBatchesThatWait(count: Int) throws {
        let (awaited, pipelined) = (TemporaryStore(), TemporaryStore())
        let waiting = try awaited.open(blockEventCount: 50)
        let flowing = try pipelined.open(blockEventCount: 50)
        let session = try waiting.beginAppend(source())
        let pipeline = AppendPipeline(try flowing.beginAppend(source()))
        var expected: [AppendResult] = []
        var results: [AppendResult] = []
        var maker = BatchMaker()
        for batch in 1...8 {
            let made = maker.batch(PipelineTests.facts(batch, count), isComplete: batch == 8)
            expected.append(try session.append(made))
            if let result = try pipeline.append(made) { results.append(result) }
        }
        #expect(results.count == 7)
        if let last = try pipeline.finish() { results.append(last) }
        #expect(results == expected)
        #expect(try pipeline.finish() == nil)
        #expect(pipeline.session.progress == session.progress)
        #expect(try flowing.snapshot().headHash == waiting.snapshot().headHash)
        #expect(try flowing.facts() == waiting.facts())
    }

    @Test func namesThatOthersAddMeanwhileAreTheLogs() throws {
        let store = TemporaryStore()
        let log = try store.open()
        let pipeline = AppendPipeline(try log.beginAppend(source()))
        let others = try log.beginAppend(source("c"))
        var maker = BatchMaker()
        var otherMaker = BatchMaker()
        var expected: [Fact] = []
        for batch in 1...20 {
            let facts = [
                Fact(key: "a\(batch)", customer: "ours-\(batch)"),
                Fact(key: "b\(batch)", customer: "theirs-\(batch - 1)"),
            ]
            _ = try pipeline.append(maker.batch(facts))
            // Another session between the making ready and the writing of ours, or behind both.
            let other = Fact(key: "c\(batch)", customer: "theirs-\(batch)", source: "chat")
            _ = try others.append(otherMaker.batch([other]))
            expected += facts + [other]
            guard batch % 2 == 1 else { continue }
            _ = try pipeline.finish()
        }
        _ = try pipeline.finish()
        #expect(Set(try log.facts()) == Set(expected))
        #expect(try log.facts().count == expected.count)
        #expect(try log.verifyChain().isSound)
    }

    @Test func whatOneBatchMeetsIsThrownAndTheNextIsNotBegun() throws {
        let store = TemporaryStore()
        let log = try store.open()
        let pipeline = AppendPipeline(try log.beginAppend(source()))
        var maker = BatchMaker()
        _ = try pipeline.append(maker.batch([Fact(key: "1", customer: "ann")]))
        let record = maker.record
        var wrong = maker.batch([Fact(key: "2", customer: "bob")])
        wrong.expectedHead = LogPosition(77)
        _ = try pipeline.append(wrong)
        let next = maker.batch([Fact(key: "3", customer: "cid")])
        let moved = EventLogError.headMoved(expected: LogPosition(77), actual: LogPosition(1))
        #expect(throws: moved) { try pipeline.append(next) }
        #expect(try log.facts().map(\.key) == ["1"])
        #expect(try log.dictionary().symbol(of: "bob") == nil)
        // It goes on from what is in the log; the reader's names have been seen, not the log's.
        maker.record = record
        _ = try pipeline.append(maker.batch([Fact(key: "4", customer: "dee")]))
        #expect(try pipeline.finish()?.accepted == 1)
        #expect(try log.facts().map(\.customer) == ["ann", "dee"])
        #expect(try log.verifyChain().isSound)
    }

    @Test func aPipelineThatIsLetGoLeavesNoCommitBehind() throws {
        let store = TemporaryStore()
        let log = try store.open()
        var maker = BatchMaker()
        do {
            let pipeline = AppendPipeline(try log.beginAppend(source()))
            _ = try pipeline.append(maker.batch([Fact(key: "1", customer: "ann")]))
        }
        #expect(try log.head() == LogPosition(1))
    }
}
