// Aim: a fact is in the log once, whatever is read how often, and every record is accounted for.

import EventLog
import Events
import Testing

@Suite struct AppendTests {
    private let three = [
        Fact(key: "1", customer: "ann", second: 10),
        Fact(key: "2", customer: "bob", second: 5, money: 7),
        Fact(key: "3", second: 20),
    ]

    @Test func whatIsAppendedIsReadAlsoAfterReopening() throws {
        let store = TemporaryStore()
        let hash: String
        do {
            let log = try store.open()
            let result = try log.append(three, of: source())
            #expect(result.accepted == 3)
            #expect(result.head == LogPosition(3))
            #expect(try log.facts() == three)
            hash = try log.snapshot().headHash
        }
        for access in [Log.Access.readWrite, .readOnly] {
            let log = try store.open(access)
            #expect(try log.facts() == three)
            #expect(try log.snapshot().headHash == hash)
            #expect(try log.head() == LogPosition(3))
        }
    }

    @Test func theSameFactsFromAnotherFileAreDuplicates() throws {
        let store = TemporaryStore()
        let log = try store.open()
        try log.append(three, of: source("a"))
        let before = try log.snapshot()
        var maker = BatchMaker()
        // Other symbols, another time of recording, another order.
        _ = maker.interner.intern("something else")
        let result = try log.append(
            maker.batch(three.reversed(), recordedAt: 9_999), of: source("c"))
        #expect(result.accepted == 0)
        #expect(result.duplicates == 3)
        #expect(result.conflicts == 0)
        let after = try log.snapshot()
        #expect(after.head == before.head && after.headHash == before.headHash)
        #expect(after.dictionary.symbol(of: "something else") == nil)
        #expect(result.progress.counts == RecordCounts(read: 3, duplicates: 3))
    }

    @Test func aRepeatedFactInOneBatchIsADuplicate() throws {
        let store = TemporaryStore()
        let log = try store.open()
        let result = try log.append([three[0], three[0], three[1], three[0]], of: source())
        #expect(result.accepted == 2)
        #expect(result.duplicates == 2)
        #expect(try log.facts() == [three[0], three[1]])
    }

    @Test func theSameKeyOfAnotherSourceIsAnotherFact() throws {
        let store = TemporaryStore()
        let log = try store.open()
        var other = three[0]
        other.source = "shop"
        let result = try log.append([three[0], other], of: source())
        #expect(result.accepted == 2)
    }

    @Test func otherContentUnderAnIDIsAConflictAndKept() throws {
        let store = TemporaryStore()
        let log = try store.open()
        try log.append(three, of: source("a"))
        var changed = three[1]
        changed.money = 8
        changed.customer = "eve"
        let result = try log.append([changed], of: source("c"))
        #expect(result.accepted == 0)
        #expect(result.conflicts == 1)
        #expect(result.progress.counts == RecordCounts(read: 1, rejected: 1))
        #expect(try log.facts() == three)

        let rejects = try log.rejects()
        #expect(rejects.count == 1)
        let reject = try #require(rejects.first)
        #expect(reject.finding.code == RejectedRecord.conflictCode)
        #expect(reject.finding.description.contains("the event at position 2"))
        #expect(reject.record == 1 && reject.line == 2 && reject.byteOffset == 100)
        let event = try #require(reject.event)
        let kept = Fact(
            RecordedEvent(
                position: .beforeFirst, recordedAt: Instant(microseconds: 0), event: event),
            try log.dictionary())
        #expect(kept == changed)
    }

    @Test func aConflictWithinABatchNamesTheRecord() throws {
        let store = TemporaryStore()
        let log = try store.open()
        var changed = three[0]
        changed.second += 1
        // The first one stays; a repetition of the refused one is a conflict again.
        let result = try log.append([three[0], changed, three[0], changed], of: source())
        #expect(result.accepted == 1 && result.duplicates == 1 && result.conflicts == 2)
        #expect(try log.facts() == [three[0]])
        let rejects = try log.rejects()
        #expect(rejects.map(\.record) == [2, 4])
        #expect(rejects[0].finding.description.contains("record 1 of the same file"))
    }

    @Test func aChangedOffsetOrKindIsAConflict() throws {
        let store = TemporaryStore()
        let log = try store.open()
        try log.append([three[0]], of: source("a"))
        var kind = three[0]
        kind.kind = .phantom
        #expect(try log.append([kind], of: source("c")).conflicts == 1)
        var maker = BatchMaker()
        var batch = maker.batch([three[0]])
        batch.events[0].event.offsetMinutes = 60
        #expect(try log.append(batch, of: source("d")).conflicts == 1)
    }

    @Test(arguments: [0, 1, 3] as [UInt64])
    func idsThatShareAHashAreToldApart(mask: UInt64) throws {
        let store = TemporaryStore()
        let log = try store.open(mask: mask)
        let facts = (0..<60).map { Fact(key: "k\($0)", customer: "c\($0 % 7)") }
        #expect(try log.append(facts, of: source("a")).accepted == 60)
        var again = facts
        again[3].money = 1
        again[40].money = 1
        again.append(Fact(key: "k60"))
        let result = try log.append(again, of: source("c"))
        #expect(result.accepted == 1 && result.duplicates == 58 && result.conflicts == 2)
        #expect(try log.verifyChain().isSound)
    }

    @Test func anUnexpectedHeadIsRefusedAndNothingWritten() throws {
        let store = TemporaryStore()
        let log = try store.open()
        try log.append(three, of: source("a"))
        var maker = BatchMaker()
        var batch = maker.batch([Fact(key: "new", customer: "zoe")])
        batch.expectedHead = LogPosition(2)
        #expect(
            throws: EventLogError.headMoved(expected: LogPosition(2), actual: LogPosition(3))
        ) { try log.append(batch, of: source("c")) }
        #expect(try log.facts() == three)
        #expect(try log.sources().count == 1)
        #expect(try log.dictionary().symbol(of: "zoe") == nil)
        batch.expectedHead = LogPosition(3)
        #expect(try log.append(batch, of: source("c")).head == LogPosition(4))
        #expect(try log.dictionary().symbol(of: "zoe") != nil)
    }

    @Test func aSessionGoesOnAfterARefusedBatch() throws {
        let store = TemporaryStore()
        let log = try store.open()
        let session = try log.beginAppend(source())
        var maker = BatchMaker()
        var first = maker.batch([Fact(key: "1", customer: "ann")])
        first.expectedHead = LogPosition(9)
        #expect(throws: EventLogError.self) { try session.append(first) }
        // Names of the refused batch are not taken for known.
        first.expectedHead = nil
        #expect(try session.append(first).accepted == 1)
        let second = maker.batch([Fact(key: "2", customer: "ann")])
        #expect(try session.append(second).accepted == 1)
        #expect(try log.facts().map(\.customer) == ["ann", "ann"])
        #expect(try log.verifyChain().isSound)
    }

    @Test func aStoppedRunIsResumedWhereItCommitted() throws {
        let store = TemporaryStore()
        let facts = (1...30).map { Fact(key: "\($0)", customer: "c\($0 % 4)") }
        do {
            let log = try store.open()
            let session = try log.beginAppend(source())
            var maker = BatchMaker()
            _ = try session.append(maker.batch(Array(facts[0..<10])))
            _ = try session.append(maker.batch(Array(facts[10..<20])))
        }
        let log = try store.open()
        let stored = try log.progress(
            fileHash: source().fileHash, mappingHash: source().mappingHash)
        #expect(stored?.recordsReadThrough == 20)
        #expect(stored?.isComplete == false)
        let session = try log.beginAppend(source())
        var maker = BatchMaker(record: session.progress.recordsReadThrough)
        let result = try session.append(maker.batch(Array(facts[20...]), isComplete: true))
        #expect(result.progress.isComplete)
        #expect(result.progress.counts == RecordCounts(read: 30, accepted: 30))
        #expect(try log.facts() == facts)
    }

    @Test func batchesGiveTheSameLogAsOneOfThem() throws {
        let facts = (0..<500).map {
            Fact(key: "\($0)", customer: "c\($0 % 17)", second: Int64($0 * 7_919 % 1_000))
        }
        var hashes: Set<String> = []
        for size in [1, 7, 100, 500] {
            let store = TemporaryStore()
            let log = try store.open()
            let session = try log.beginAppend(source())
            var maker = BatchMaker()
            for start in stride(from: 0, to: facts.count, by: size) {
                let part = facts[start..<min(start + size, facts.count)]
                _ = try session.append(maker.batch(Array(part)))
            }
            hashes.insert(try log.snapshot().headHash)
        }
        #expect(hashes.count == 1)
    }

    @Test func twoSessionsOfOneFileAreToldApart() throws {
        let store = TemporaryStore()
        let log = try store.open()
        let first = try log.beginAppend(source())
        let second = try log.beginAppend(source())
        var maker = BatchMaker()
        let batch = maker.batch(three)
        _ = try first.append(batch)
        #expect(
            throws: EventLogError.sourceMoved(file: "january.txt", expected: 0, actual: 3)
        ) { try second.append(batch) }
        #expect(try log.facts().count == 3)
    }

    @Test func aFullStoreIsLeftAsItWas() throws {
        let store = TemporaryStore()
        var options = Log.Options()
        options.mapSizeBytes = 1 << 20
        var maker = BatchMaker()
        do {
            let log = try Log.open(
                directory: store.path, access: .create, options: options)
            let session = try log.beginAppend(source())
            _ = try session.append(maker.batch(three))
            let many = (0..<60_000).map { Fact(key: "long key number \($0)", customer: "x\($0)") }
            var copy = maker
            let large = copy.batch(many)
            let error = #expect(throws: EventLogError.self) { try session.append(large) }
            guard case .storage(let reason, let message) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(reason == "mapFull")
            #expect(message.contains("larger map size"))
            #expect(try log.facts() == three)
            #expect(try log.dictionary().symbol(of: "x5") == nil)
            // The session takes no name of the lost batch for known.
            var small = large
            small.events = [large.events[5]]
            small.events[0].record = 4
            small.recordsReadThrough = 4
            _ = try session.append(small)
            #expect(try log.facts().map(\.customer) == ["ann", "bob", "", "x5"])
        }
        let log = try store.open()
        let session = try log.beginAppend(source())
        #expect(session.progress.recordsReadThrough == 4)
        maker.record = 4
        _ = try session.append(maker.batch([Fact(key: "5", customer: "x6")]))
        #expect(try log.verifyChain().isSound)
    }

    @Test func theLogAgreesWithAPlainModel() throws {
        for seed in [1, 2, 3] as [UInt64] {
            var generator = SeededGenerator(state: seed)
            let store = TemporaryStore()
            let log = try store.open(mask: seed == 3 ? 7 : .max)
            var kept: [Fact] = []
            var byKey: [String: Fact] = [:]
            for file in ["1", "2", "3", "4", "5"] as [Character] {
                let session = try log.beginAppend(source(file))
                var maker = BatchMaker()
                var expected = RecordCounts()
                for _ in 0..<6 {
                    let facts = (0..<generator.below(40)).map { _ in
                        Fact(
                            key: "k\(generator.below(90))", second: 0,
                            money: Int64(generator.below(10) / 9))
                    }
                    for fact in facts {
                        expected.read += 1
                        switch byKey[fact.key] {
                        case nil:
                            byKey[fact.key] = fact
                            kept.append(fact)
                            expected.accepted += 1
                        case fact: expected.duplicates += 1
                        default: expected.rejected += 1
                        }
                    }
                    let result = try session.append(maker.batch(facts))
                    #expect(result.progress.counts == expected, "seed \(seed)")
                }
            }
            #expect(try log.facts() == kept, "seed \(seed)")
            #expect(try log.verifyChain().isSound, "seed \(seed)")
        }
    }
}
