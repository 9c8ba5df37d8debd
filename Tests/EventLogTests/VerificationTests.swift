// Aim: whatever is changed behind the log's back is found, and nothing is found in a sound log.

import Digests
import EventLog
import Events
import Foundation
import LMDB
import Synchronization
import Testing

@Suite struct VerificationTests {
    private func filled(_ count: Int = 6_000) throws -> TemporaryStore {
        let store = TemporaryStore()
        // Two blocks and a tail.
        let log = try store.open(blockEventCount: 2_500)
        let facts = (0..<count).map {
            Fact(key: "k\($0)", customer: $0 % 3 == 0 ? "" : "c\($0 % 11)", second: Int64($0 % 700))
        }
        let session = try log.beginAppend(source())
        var maker = BatchMaker()
        for start in stride(from: 0, to: count, by: 2_500) {
            let part = Array(facts[start..<min(count, start + 2_500)])
            _ = try session.append(maker.batch(part))
        }
        return store
    }

    @Test func aSoundLogIsFoundSound() throws {
        let log = try filled().open()
        let steps = Mutex<[Int]>([])
        let report = try log.verifyChain { done, total in
            steps.withLock { $0.append(done) }
            #expect(total <= 6_000)
        }
        #expect(report.isSound, "\(report.problems)")
        #expect(report.eventCount == 6_000 && report.head == LogPosition(6_000))
        #expect(report.storedHash == report.computedHash)
        #expect(try report.storedHash == log.snapshot().headHash)
        // Of the sealed ones; the tail is a matter of moments.
        #expect(steps.withLock { $0.max() } ?? 0 == 5_000)
    }

    /// Heads that were noted in the tail of that time, at a block's end, and in the tail of now.
    @Test(arguments: [1, 700, 2_500, 4_100, 5_400])
    func anEarlierHeadInTheHeadFileIsHeldAgainstTheChain(position: Int) throws {
        let facts = (0..<6_000).map { Fact(key: "k\($0)", customer: "c", second: Int64($0)) }
        func grow(_ facts: [Fact], keeping part: Int) throws -> (TemporaryStore, Data) {
            let store = TemporaryStore()
            let log = try store.open(blockEventCount: 2_500)
            let session = try log.beginAppend(source())
            var maker = BatchMaker()
            _ = try session.append(maker.batch(Array(facts[..<part])))
            let head = try Data(contentsOf: URL(filePath: store.path + "/head"))
            _ = try session.append(maker.batch(Array(facts[part...])))
            return (store, head)
        }
        let (store, own) = try grow(facts, keeping: position)
        try own.write(to: URL(filePath: store.path + "/head"))
        let sound = try store.open(.readOnly, blockEventCount: 2_500).verifyChain()
        #expect(sound.isSound, "\(sound.problems)")

        var changed = facts
        changed[0].second += 1
        let (_, foreign) = try grow(changed, keeping: position)
        try foreign.write(to: URL(filePath: store.path + "/head"))
        let report = try store.open(.readOnly, blockEventCount: 2_500).verifyChain()
        #expect(report.problemCount == 1)
        #expect(
            report.problems.first?.description.contains("does not pass through") == true,
            "\(report.problems)")
        #expect(report.problems.first?.position == LogPosition(UInt64(position)))
    }

    /// Where to change the block of positions 2,501 to 5,000: both hashes, the header, the
    /// directory, a column, the padding.
    @Test(arguments: [0, 31, 32, 63, 64, 68, 72, 80, 88, 112, 120, 128, 1_000, 1_500, -1])
    func aChangedBitOfABlockIsFound(offset: Int) throws {
        let store = try filled()
        try store.change("blocks", OrderedKey(5_000)) { $0.flipped(at: offset) }
        let report = try store.open().verifyChain()
        #expect(report.problems.contains { $0.table == "blocks" }, "\(report.problems)")
        #expect(report.goodThrough <= LogPosition(2_500))
        // The two hashes at the front are beside the content, not part of it.
        #expect((report.storedHash != report.computedHash) == !(0..<64).contains(offset))
    }

    @Test(arguments: [0, 3, 8, 20, -1])
    func aChangedBitOfATailEventIsFound(offset: Int) throws {
        let store = try filled()
        try store.change("tail", OrderedKey(5_500)) { $0.flipped(at: offset) }
        let report = try store.open().verifyChain()
        #expect(report.problems.contains { $0.table == "tail" }, "\(report.problems)")
        #expect(report.storedHash != report.computedHash)
        #expect(report.goodThrough == LogPosition(5_000))
    }

    @Test func aChangedNameIsFound() throws {
        let store = try filled()
        var first = OrderedKey()
        first.append(UInt32(1))
        // The last byte is a letter of the last name.
        try store.change("dictionary", first) { $0.flipped(at: -1) }
        let report = try store.open().verifyChain()
        #expect(report.problems.contains { $0.table == "dictionary" }, "\(report.problems)")
    }

    @Test func aFaultyEventIsReportedWhereItIs() throws {
        let store = try filled()
        try store.change("tail", OrderedKey(5_007)) { Array($0.prefix(12)) }
        try store.change("tail", OrderedKey(5_008)) { _ in [] }
        let log = try store.open()
        let report = try log.verifyChain()
        let faulty = report.problems.filter { $0.reason.hasPrefix("not an event") }
        #expect(faulty.map(\.position) == [LogPosition(5_007), LogPosition(5_008)])
        // And a reader is told, not given something else.
        let error = #expect(throws: EventLogError.self) { try log.facts() }
        #expect(error?.description.contains("position 5007") == true)
    }

    @Test(arguments: [0, 100, 1_000, -1])
    func aTruncatedBlockIsReportedWhereItIs(length: Int) throws {
        let store = try filled()
        try store.change("blocks", OrderedKey(5_000)) { stored in
            Array(stored.prefix(length < 0 ? stored.count + length : length))
        }
        let log = try store.open()
        let report = try log.verifyChain()
        let faulty = report.problems.filter { $0.table == "blocks" }
        #expect(
            faulty.first?.position == LogPosition(5_000)
                || faulty.first?.position == LogPosition(2_501), "\(faulty)")
        #expect(report.goodThrough == LogPosition(2_500))
    }

    @Test func aBlockCutShortIsNotRead() throws {
        let store = try filled()
        try store.change("blocks", OrderedKey(5_000)) { Array($0.prefix(1_000)) }
        let error = #expect(throws: EventLogError.self) { try store.open().facts() }
        #expect(error?.description.contains("through position 5000") == true)
    }

    /// The first position that is missing, and the table and key that held it.
    @Test(
        arguments: [
            ("blocks", 2_500, 1), ("blocks", 5_000, 2_501), ("tail", 5_001, 5_001),
            ("tail", 5_500, 5_500), ("tail", 6_000, 6_000),
        ] as [(String, UInt64, UInt64)])
    func aMissingPieceIsFound(table: String, key: UInt64, position: UInt64) throws {
        let store = try filled()
        try store.remove(table, OrderedKey(key))
        let log = try store.open()
        let report = try log.verifyChain()
        #expect(
            report.problems.contains {
                $0.table == table && $0.position == LogPosition(position)
            }, "\(report.problems)")
        #expect(report.goodThrough < LogPosition(position))
        #expect(throws: EventLogError.self) { try log.facts() }
        #expect(throws: EventLogError.self) { try log.statistics() }
    }

    @Test(arguments: ["streams", "streamRuns"])
    func aMissingOrForeignIndexEntryIsFound(name: String) throws {
        let missing = try filled()
        try missing.remove(name, missing.keys(name)[1])
        let report = try missing.open().verifyChain()
        #expect(!report.problems.isEmpty)
        #expect(report.problems.allSatisfy { $0.table.hasPrefix("stream") }, "\(report.problems)")
        #expect(report.storedHash == report.computedHash)

        let foreign = try filled()
        try foreign.edit(name) { transaction, table in
            // A piece of a run that is not there, and a run without one.
            let key = OrderedKey(bytes: [UInt8](repeating: 3, count: name == "streams" ? 20 : 8))
            let first = try #require(try firstValue(table, transaction.reading))
            try transaction.put(table, key, first.span)
        }
        let second = try foreign.open().verifyChain()
        #expect(!second.problems.isEmpty)
        #expect(second.problems.allSatisfy { $0.table.hasPrefix("stream") }, "\(second.problems)")
    }

    @Test func aRangeOfTimeThatIsNotTheEventsIsFound() throws {
        for offset in [88, 96, 104, 112] {
            let store = try filled()
            try store.change("blocks", OrderedKey(5_000)) { stored in
                var value = stored.flipped(at: offset)
                // With a hash that fits, as a mistake in writing would leave it.
                let hash = SHA256.digest(of: Array(value[64...]))
                value.replaceSubrange(32..<64, with: hash.bytes)
                return value
            }
            let report = try store.open().verifyChain()
            #expect(
                report.problems.contains {
                    $0.table == "blocks" && $0.reason.contains("range of time")
                }, "\(offset): \(report.problems)")
        }
    }

    @Test func symbolsWithoutANameAreFound() throws {
        let store = try filled(300)
        let last = try #require(store.keys("dictionary").last)
        try store.remove("dictionary", last)
        let report = try store.open().verifyChain()
        #expect(report.problems.contains { $0.table == "dictionary" })
    }

    @Test func aGapInTheDictionaryIsRefusedByReaderAndWriter() throws {
        let store = TemporaryStore()
        do {
            let log = try store.open()
            try log.append([Fact(key: "1", customer: "ann")], of: source("a"))
            try log.append([Fact(key: "2", customer: "bob")], of: source("c"))
        }
        try store.remove("dictionary", OrderedKey(bytes: [0, 0, 0, 3]))
        let log = try store.open()
        let error = #expect(throws: EventLogError.self) { try log.dictionary() }
        #expect(error?.description.contains("symbol 3") == true)
        #expect(throws: EventLogError.self) { try log.append([Fact(key: "3")], of: source("d")) }
        #expect(try log.head() == LogPosition(2))
        #expect(!(try log.verifyChain().isSound))
    }

    @Test func aChangedHeadIsRefused() throws {
        let store = try filled(300)
        for offset in [0, 8, 40, -1] {
            try store.change("meta", OrderedKey("head")) { $0.flipped(at: offset) }
            #expect(throws: EventLogError.self) { try store.open(.readWrite) }
            let error = #expect(throws: EventLogError.self) {
                try store.open(.readOnly).verifyChain()
            }
            #expect(error?.description.contains("\"meta\", head") == true)
            try store.change("meta", OrderedKey("head")) { $0.flipped(at: offset) }
        }
    }

    @Test func aHeadThatWasPutBackIsFound() throws {
        let store = try filled(300)
        let key = OrderedKey("head")
        var old: [UInt8] = []
        try store.change("meta", key) { stored in
            old = stored
            return stored
        }
        do { try store.open().append([Fact(key: "last")], of: source("c")) }
        try store.change("meta", key) { _ in old }
        // The file beside the log knows better.
        #expect(
            throws: EventLogError.wentBack(
                path: store.path, noted: LogPosition(301), found: LogPosition(300))
        ) { try store.open() }
        let report = try store.open(.readOnly).verifyChain()
        #expect(report.problems.contains { $0.reason.contains("went back") })
        // Without it, the tables contradict the head.
        try FileManager.default.removeItem(atPath: store.path + "/head")
        let second = try store.open().verifyChain()
        #expect(Set(second.problems.map(\.table)).isSuperset(of: ["sources", "tail"]))
    }

    @Test func lostRejectsAndWrongCountsAreFound() throws {
        let store = TemporaryStore()
        do {
            let log = try store.open()
            var maker = BatchMaker()
            var batch = maker.batch([Fact(key: "1")])
            batch.rejects = [maker.reject(), maker.reject()]
            batch.recordsReadThrough = maker.record
            _ = try log.append(batch, of: source())
        }
        try store.remove("rejects", store.keys("rejects")[0])
        let report = try store.open().verifyChain()
        #expect(!report.problems.isEmpty)
        #expect(report.problems.allSatisfy { $0.table == "rejects" }, "\(report.problems)")
    }

    @Test func thereIsALimitOnWhatIsKept() throws {
        let store = try filled(300)
        let keys = try store.keys("tail")
        try store.edit("tail") { transaction, table in
            for key in keys {
                try transaction.put(table, key, [UInt8](repeating: 0, count: 9).span)
            }
        }
        let report = try store.open().verifyChain()
        #expect(report.problems.count == ChainReport.keptProblems)
        #expect(report.problemCount == 301)
    }

    private func firstValue(
        _ table: Table, _ transaction: borrowing ReadTransaction
    ) throws -> [UInt8]? {
        var value: [UInt8]?
        try transaction.forEachEntry(table) { _, bytes in
            value = Array(copying: bytes)
            return false
        }
        return value
    }
}
