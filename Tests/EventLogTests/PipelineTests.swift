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

    /// Batches that fail, batches that others append between, batches that fill a block: what was
    /// planned in vain leaves no trace, not in the log and not in the memory of its ids and names.
    @Test(arguments: 1...6)
    func whatWasPlannedInVainLeavesNoTrace(seed: Int) throws {
        var generator = SeededGenerator(state: UInt64(seed))
        let store = TemporaryStore()
        // The narrow mask makes unlike ids share their hash.
        let log = try store.open(mask: 0x3f << 56, blockEventCount: 23)
        var writers = [Writer(log, "c"), Writer(log, "d")]
        for writer in writers.indices { try writers[writer].begin() }
        for _ in 0..<250 {
            let facts = (0..<generator.below(12)).map { _ in
                Fact.drawn(&generator, keys: 900, customers: 150)
            }
            let writer = generator.below(2)
            try writers[writer].append(
                facts, isWrong: generator.isOne(in: 5), isAwaited: generator.isOne(in: 4))
        }
        for writer in writers.indices { try writers[writer].end() }

        // Everything once, in an order that the log itself states: the first of an id stays.
        let stored = try log.facts()
        let known = Dictionary(grouping: stored, by: \.key)
        #expect(known.allSatisfy { $0.value.count == 1 })
        let acknowledged = writers.flatMap(\.acknowledged)
        #expect(Set(acknowledged.map(\.key)) == Set(stored.map(\.key)))
        #expect(Set(stored).isSubset(of: acknowledged))
        let names = try log.dictionary()
        let used = Set(stored.map(\.customer) + writers.flatMap(\.refused).map(\.customer))
        let written = (1..<names.count).map { names.string(Symbol(UInt32($0))) }
        #expect(Set(written).subtracting(used) == ["bank"])
        #expect(try log.verifyChain().isSound)
        let again = try log.append(stored, of: source("e"))
        #expect(again.duplicates == stored.count)
        #expect(again.accepted == 0)
        let fresh = (0..<100).map { Fact(key: "new-\($0)", customer: "new") }
        #expect(try log.append(fresh, of: source("f")).accepted == 100)
    }

    /// A file's writer in a pipeline, which notes what was acknowledged.
    private struct Writer {
        let log: Log
        let file: Character
        var pipeline: AppendPipeline?
        var maker = BatchMaker()
        var underway: (facts: [Fact], isWrong: Bool)?
        var acknowledged: [Fact] = []
        /// Facts whose ids were taken by other content: their names are kept with the reject.
        var refused: [Fact] = []

        init(_ log: Log, _ file: Character) {
            self.log = log
            self.file = file
        }

        mutating func begin() throws {
            pipeline = AppendPipeline(try log.beginAppend(source(file)))
        }

        mutating func append(_ facts: [Fact], isWrong: Bool, isAwaited: Bool) throws {
            var batch = maker.batch(facts)
            if isWrong { batch.expectedHead = LogPosition(1 << 20) }
            do {
                if let result = try pipeline?.append(batch) { note(result) }
                underway = (facts, isWrong)
            } catch EventLogError.headMoved {
                // Neither of the two is in the log: the next goes on from what is.
                return fail()
            }
            if isAwaited { try end() }
        }

        private mutating func fail() {
            #expect(underway?.isWrong == true)
            underway = nil
            maker.record = pipeline?.session.progress.recordsReadThrough ?? 0
        }

        mutating func end() throws {
            do {
                if let result = try pipeline?.finish() { note(result) }
                underway = nil
            } catch EventLogError.headMoved {
                fail()
            }
        }

        private mutating func note(_ result: AppendResult) {
            guard let underway else { return }
            #expect(!underway.isWrong)
            acknowledged += underway.facts
            if result.conflicts > 0 { refused += underway.facts }
        }
    }
}

extension Fact {
    /// One of a few ids, mostly with the content that it always has.
    fileprivate static func drawn(
        _ generator: inout SeededGenerator, keys: Int, customers: Int
    ) -> Fact {
        let key = generator.below(keys)
        let isOther = generator.isOne(in: 20)
        return Fact(
            key: "\(key)", customer: "customer-\(key % customers)\(isOther ? "-other" : "")",
            second: Int64(key))
    }
}
