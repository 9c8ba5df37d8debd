// Aim: whatever is changed behind the log's back is found, and nothing is found in a sound log.

import EventLog
import Events
import LMDB
import Synchronization
import Testing

@Suite struct VerificationTests {
    private func filled(_ count: Int = 6_000) throws -> TemporaryStore {
        let store = TemporaryStore()
        let log = try store.open()
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
        #expect(steps.withLock { $0.max() } ?? 0 > 4_000)
    }

    @Test(arguments: [0, 3, 8, 20, -1])
    func aChangedBitOfAnEventIsFound(offset: Int) throws {
        let store = try filled()
        try store.change("events", OrderedKey(5_000)) { stored in
            var value = stored
            value[offset < 0 ? value.count + offset : offset] ^= 1
            return value
        }
        let report = try store.open().verifyChain()
        #expect(!report.isSound)
        #expect(report.storedHash != report.computedHash)
    }

    @Test func aChangedNameIsFound() throws {
        let store = try filled()
        var third = OrderedKey()
        third.append(UInt32(3))
        try store.change("dictionary", third) { stored in
            var value = stored
            value[0] ^= 0x40
            return value
        }
        let report = try store.open().verifyChain()
        #expect(report.problems.contains { $0.table == "dictionary" }, "\(report.problems)")
    }

    @Test func aFaultyEventIsReportedWhereItIs() throws {
        let store = try filled()
        try store.change("events", OrderedKey(7)) { Array($0.prefix(12)) }
        try store.change("events", OrderedKey(8)) { _ in [] }
        let log = try store.open()
        let report = try log.verifyChain()
        let faulty = report.problems.filter { $0.reason.hasPrefix("not an event") }
        #expect(faulty.map(\.position) == [LogPosition(7), LogPosition(8)])
        // And a reader is told, not given something else.
        let error = #expect(throws: EventLogError.self) { try log.facts() }
        #expect(error?.description.contains("position 7") == true)
    }

    @Test(arguments: [1, 4_096, 4_097, 6_000] as [UInt64])
    func aMissingEventIsFound(position: UInt64) throws {
        let store = try filled()
        try store.remove("events", OrderedKey(position))
        let log = try store.open()
        let report = try log.verifyChain()
        #expect(
            report.problems.contains {
                $0.table == "events" && $0.position == LogPosition(position)
                    && $0.reason.contains("missing")
            })
        #expect(throws: EventLogError.self) { try log.facts() }
    }

    @Test(arguments: ["ids", "customers", "times"])
    func aMissingOrForeignIndexEntryIsFound(name: String) throws {
        let missing = try filled(300)
        try missing.remove(name, missing.keys(name)[40])
        let report = try missing.open().verifyChain()
        #expect(report.problems.filter { $0.table == name }.count == 2)
        #expect(report.storedHash == report.computedHash)

        let foreign = try filled(300)
        try foreign.edit(name) { transaction, table in
            let key = OrderedKey(bytes: [UInt8](repeating: 3, count: 16))
            try transaction.put(table, key, [UInt8]().span)
        }
        let second = try foreign.open().verifyChain()
        #expect(second.problems.map(\.table) == [name])
    }

    @Test func symbolsWithoutANameAreFound() throws {
        let store = try filled(300)
        let last = try #require(store.keys("dictionary").last)
        try store.remove("dictionary", last)
        let report = try store.open().verifyChain()
        #expect(report.problems.contains { $0.table == "dictionary" })
    }

    @Test func aGapInTheDictionaryIsRefusedAtOnce() throws {
        let store = try filled(300)
        try store.remove("dictionary", OrderedKey(bytes: [0, 0, 0, 3]))
        let error = #expect(throws: EventLogError.self) { try store.open() }
        #expect(error?.description.contains("symbol 3") == true)
    }

    @Test func aHeadThatWasPutBackIsFound() throws {
        let store = try filled(300)
        try store.change("meta", OrderedKey("head")) { stored in
            var head = stored
            head[7] -= 1
            return head
        }
        let report = try store.open().verifyChain()
        #expect(!report.isSound)
        #expect(report.problems.contains { $0.table == "sources" })
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
        #expect(report.problems.map(\.table) == ["rejects"])
    }

    @Test func thereIsALimitOnWhatIsKept() throws {
        let store = try filled(300)
        let keys = try store.keys("times")
        try store.edit("times") { transaction, table in
            for key in keys { _ = try transaction.remove(table, key) }
        }
        let report = try store.open().verifyChain()
        #expect(report.problems.count == ChainReport.keptProblems)
        #expect(report.problemCount == 301)
    }
}
