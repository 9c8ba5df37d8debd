// State beside the log: read back as it was written, found out when a bit of it changed, gone while
// it is being replaced, and tied to the log that it was made of.

import Digests
import EventLog
import Events
import Foundation
import Synchronization
import TestSupport
import Testing

@Suite struct DerivedStoreTests {
    private static let projection = "sums"

    private func column(_ name: String, _ values: [Int64]) -> DerivedColumn {
        DerivedColumn(name, count: values.count) { Array(values[$0]) }
    }

    private func read(
        _ store: DerivedStore, _ names: [String], count: Int
    ) throws -> [[Int64]] {
        var all = [[Int64]](repeating: [], count: names.count)
        try store.readChunks(
            of: DerivedStoreTests.projection, names, count: count, { $0 },
            take: { part in for (place, values) in part.enumerated() { all[place] += values } })
        return all
    }

    private func checkpoint(_ log: Log, version: UInt32 = 1) throws -> Checkpoint {
        Checkpoint(
            version: version, mark: try log.snapshot().mark, inputs: SHA256.digest(of: "rules"))
    }

    private static let wide: [Int64] = [
        .min, .max, 0, -1, 1, 1_000, 1_000_000, -1_000_000, 255, 256, 65_535, 65_536,
        4_294_967_295, 4_294_967_296,
    ]

    @Test func columnsReadBack() throws {
        let place = TemporaryStore()
        let log = try place.open(blockEventCount: 64)
        let store = try #require(DerivedStore.open(directory: place.path, mayCreate: true))
        var random = TestRandom(seed: 3)
        let count = DerivedStore.chunkSize * 2 + 17
        let columns: [String: [Int64]] = [
            "wide": (0..<count).map { _ in random.pick(DerivedStoreTests.wide) },
            "seconds": (0..<count).map { _ in Int64(random.below(90_000)) * 1_000_000 },
            "small": (0..<count).map { _ in Int64(random.below(3)) - 1 },
            "same": [Int64](repeating: -7, count: count),
        ]
        let names = columns.keys.sorted()
        let checkpoint = try checkpoint(log)
        try store.replace(
            DerivedStoreTests.projection, checkpoint,
            names.map { column($0, columns[$0] ?? []) } + [column("none", [])])
        #expect(try store.checkpoint(of: DerivedStoreTests.projection) == checkpoint)
        #expect(try read(store, names, count: count) == names.map { columns[$0] ?? [] })
        let rows = [0, count - 1, DerivedStore.chunkSize - 1, DerivedStore.chunkSize, 5]
        #expect(
            try store.numbers(of: DerivedStoreTests.projection, "wide", at: rows)
                == rows.map { columns["wide"]?[$0] ?? 0 })
        #expect(throws: DamagedState.self) {
            try store.numbers(of: DerivedStoreTests.projection, "wide", at: [count])
        }
        // Less of it, and nothing of what was there before.
        try store.replace(
            DerivedStoreTests.projection, checkpoint, [column("small", [1, 2, 3])])
        #expect(try read(store, ["small"], count: 3) == [[1, 2, 3]])
        #expect(throws: DamagedState.self) { try read(store, ["wide"], count: count) }
        #expect(
            try store.firstDifference(
                DerivedStoreTests.projection, [column("small", [1, 2, 3])]) == nil)
        #expect(
            try store.firstDifference(
                DerivedStoreTests.projection, [column("small", [1, 2, 4])]) != nil)
        #expect(try store.firstDifference(DerivedStoreTests.projection, []) != nil)
    }

    @Test func aChangedBitIsFound() throws {
        let place = TemporaryStore()
        let log = try place.open(blockEventCount: 64)
        let values = (0..<3_000).map { Int64($0) * 977 }
        do {
            let store = try #require(DerivedStore.open(directory: place.path, mayCreate: true))
            try store.replace(
                DerivedStoreTests.projection, try checkpoint(log), [column("a", values)])
        }
        let path = place.path + "/derived/data.mdb"
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        // The run of values stands in the file as it is: 977 apart in four bytes each.
        let pattern = Data([0x00, 0x00, 0x00, 0x00, 0xd1, 0x03, 0x00, 0x00])
        let found = try #require(whole.firstRange(of: pattern))
        for offset in [0, 9, 4_003] {
            var damaged = whole
            damaged[found.lowerBound + offset] ^= 0x10
            try damaged.write(to: URL(fileURLWithPath: path))
            let store = try #require(DerivedStore.open(directory: place.path, mayCreate: false))
            #expect(throws: DamagedState.self) { try read(store, ["a"], count: values.count) }
        }
    }

    @Test func whatIsBeingReplacedHasNoCheckpoint() throws {
        let place = TemporaryStore()
        let log = try place.open(blockEventCount: 64)
        let store = try #require(DerivedStore.open(directory: place.path, mayCreate: true))
        let checkpoint = try checkpoint(log)
        try store.replace(DerivedStoreTests.projection, checkpoint, [column("a", [1])])
        let seen = Mutex<[Checkpoint?]>([])
        let watching = DerivedColumn("a", count: 1) { _ in
            do {
                let found = try store.checkpoint(of: DerivedStoreTests.projection)
                seen.withLock { $0.append(found) }
            } catch { Issue.record(error) }
            return [2]
        }
        try store.replace(DerivedStoreTests.projection, checkpoint, [watching])
        #expect(seen.withLock { $0 } == [nil])
        #expect(try store.checkpoint(of: DerivedStoreTests.projection) == checkpoint)
        // Another one begins in the middle: it is the one that counts, and this one gives way.
        let other = try self.checkpoint(log, version: 2)
        let interrupted = DerivedColumn("a", count: 1) { _ in
            do {
                try store.replace(
                    DerivedStoreTests.projection, other,
                    [DerivedColumn("a", count: 1) { _ in [9] }])
            } catch { Issue.record(error) }
            return [3]
        }
        try store.replace(DerivedStoreTests.projection, checkpoint, [interrupted])
        #expect(try store.checkpoint(of: DerivedStoreTests.projection) == other)
        #expect(try read(store, ["a"], count: 1) == [[9]])
        // Events that change nothing move the checkpoint on, and only the one that is there.
        try store.advance(DerivedStoreTests.projection, from: checkpoint, to: checkpoint)
        #expect(try store.checkpoint(of: DerivedStoreTests.projection) == other)
        try store.advance(DerivedStoreTests.projection, from: other, to: checkpoint)
        #expect(try store.checkpoint(of: DerivedStoreTests.projection) == checkpoint)
        #expect(try read(store, ["a"], count: 1) == [[9]])
    }

    @Test func aMarkHoldsAsLongAsTheLogGoesOn() throws {
        let place = TemporaryStore()
        let log = try place.open(blockEventCount: 64)
        var marks = [try log.snapshot().mark]
        // Singles, and batches that seal what came before them.
        for (batch, count) in [1, 1, 40, 1, 700, 3, 300, 1].enumerated() {
            try append(count, batch, to: log)
            marks.append(try log.snapshot().mark)
            for mark in marks { #expect(try log.isUnchanged(through: mark)) }
        }
        // Another log with as many events.
        let otherPlace = TemporaryStore()
        let other = try otherPlace.open(blockEventCount: 64)
        try append(2_000, 9, to: other)
        for mark in marks { #expect(try !other.isUnchanged(through: mark)) }
    }

    private func append(_ count: Int, _ batch: Int, to log: Log) throws {
        let facts = (0..<count).map {
            Fact(key: "b\(batch)-\($0)", customer: "c\($0 % 7)", second: Int64($0))
        }
        try log.append(facts, of: source(Character("\(batch)")))
    }

    @Test func aCopyThatWentAnotherWayIsNoticed() throws {
        let place = TemporaryStore()
        let mark: LogMark
        do {
            let log = try place.open(blockEventCount: 64)
            try append(100, 0, to: log)
            let path = place.path + "-copy"
            try FileManager.default.copyItem(atPath: place.path, toPath: path)
            try append(50, 1, to: log)
            mark = try log.snapshot().mark
        }
        // The same store, restored to before the last batch, and gone on with something else.
        try FileManager.default.removeItem(atPath: place.path)
        try FileManager.default.moveItem(atPath: place.path + "-copy", toPath: place.path)
        let log = try place.open(blockEventCount: 64)
        try append(200, 2, to: log)
        #expect(try !log.isUnchanged(through: mark))
    }

    @Test func whereNothingCanBeKeptThereIsNone() throws {
        let place = TemporaryStore()
        #expect(DerivedStore.open(directory: place.path, mayCreate: false) == nil)
        #expect(DerivedStore.open(directory: place.path + "/nowhere", mayCreate: true) == nil)
    }
}
