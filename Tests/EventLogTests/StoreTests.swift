// Aim: opening says what is wrong, and the store's numbers and shelves are right.

import EventLog
import Events
import Foundation
import LMDB
import Testing

@Suite struct StoreTests {
    @Test(arguments: [Log.Access.readOnly, .readWrite])
    func aStoreThatIsNotThereIsMadeOnlyOnPurpose(_ access: Log.Access) throws {
        let store = TemporaryStore()
        #expect(throws: EventLogError.noStore(path: store.path)) { _ = try store.open(access) }
        #expect(throws: EventLogError.noStore(path: store.path)) { _ = try store.open(access) }
        _ = try store.open(.create)
        _ = try store.open(access)
    }

    @Test func aMissingStoreSaysWhatToDo() throws {
        let store = TemporaryStore()
        let error = #expect(throws: EventLogError.noStore(path: store.path)) {
            try store.open(.readOnly)
        }
        #expect(error?.description == "no store at \(store.path); run ingest first")
        // An empty folder is no store either, and looking did not make one.
        try Folder.create(store.path)
        #expect(throws: EventLogError.noStore(path: store.path)) { try store.open(.readOnly) }
        try Folder.create(store.path + "/log")
        #expect(throws: EventLogError.noStore(path: store.path)) { try store.open(.readOnly) }
    }

    @Test func aNewStoreIsItsOwnersAlone() throws {
        let store = TemporaryStore()
        let log = try store.open()
        #expect(Folder.permissions(of: store.path) == 0o700)
        #expect(Folder.permissions(of: store.path + "/log") == 0o700)
        #expect(log.storeID.utf8.count == 32)
    }

    @Test func aStoreKeepsItsIdentity() throws {
        let store = TemporaryStore()
        let first = try store.open().storeID
        #expect(try store.open(.readOnly).storeID == first)
        #expect(try TemporaryStore().open().storeID != first)
    }

    @Test func aSecondOpeningIsRefused() throws {
        let store = TemporaryStore()
        let log = try store.open()
        let error = #expect(throws: EventLogError.self) { try store.open(.readOnly) }
        #expect(error?.description.contains("open already") == true)
        withExtendedLifetime(log) {}
    }

    @Test func aReaderWritesNothing() throws {
        let store = TemporaryStore()
        do { try store.open().append([Fact(key: "1")], of: source()) }
        let log = try store.open(.readOnly)
        let refused = EventLogError.readOnly(path: store.path)
        #expect(throws: refused) { try log.beginAppend(source("c")) }
        #expect(throws: refused) { try log.put([1], on: .models, name: "m") }
        #expect(throws: refused) { try log.remove(from: .models, name: "m") }
    }

    @Test func whatIsNoStoreIsCalledSo() throws {
        let store = TemporaryStore()
        try Folder.create(store.path)
        try Folder.create(store.path + "/log")
        do {
            let other = try Environment.open(
                path: store.path + "/log", access: .readWrite, mapSizeBytes: 1 << 20)
            _ = try other.tables(named: ["meta"])
        }
        let error = #expect(throws: EventLogError.self) { try store.open(.readOnly) }
        guard case .notAStore = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        let junk = Data(repeating: 7, count: 20_000)
        try junk.write(to: URL(fileURLWithPath: store.path + "/log/data.mdb"))
        let unreadable = #expect(throws: EventLogError.self) { try store.open() }
        guard case .storage(let reason, _) = unreadable else {
            Issue.record("\(String(describing: unreadable))")
            return
        }
        #expect(reason == "notADatabase")
    }

    @Test(arguments: [1, 3, 255] as [UInt8])
    func anotherFormatIsRefused(found: UInt8) throws {
        let store = TemporaryStore()
        do { _ = try store.open() }
        try store.change("meta", OrderedKey("format")) { _ in [0, 0, 0, found] }
        for access in [Log.Access.readOnly, .readWrite, .create] {
            #expect(
                throws: EventLogError.unsupportedFormat(
                    path: store.path, found: UInt32(found), supported: 2)
            ) { try store.open(access) }
        }
    }

    @Test func namedBytesComeBack() throws {
        let store = TemporaryStore()
        let large = [UInt8](repeating: 9, count: 3 << 20)
        do {
            let log = try store.open()
            try log.put([1, 2], on: .models, name: "b")
            try log.put([3], on: .models, name: "b")
            try log.put(large, on: .models, name: "a")
            try log.put([], on: .settings, name: "é")
        }
        let log = try store.open()
        #expect(try log.names(on: .models) == ["a", "b"])
        #expect(try log.bytes(on: .models, name: "b") == [3])
        #expect(try log.bytes(on: .models, name: "a") == large)
        #expect(try log.bytes(on: .runs, name: "a") == nil)
        #expect(try log.bytes(on: .settings, name: "é") == [])
        #expect(try log.names(on: .runs).isEmpty)
        #expect(try log.remove(from: .models, name: "b"))
        #expect(try !log.remove(from: .models, name: "b"))
        #expect(try log.names(on: .models) == ["a"])
    }

    @Test func impossibleNamesAreRefused() throws {
        let store = TemporaryStore()
        let log = try store.open()
        for count in [0, 512] {
            let name = String(repeating: "n", count: count)
            #expect(throws: EventLogError.invalidName(byteCount: count, limit: 511)) {
                try log.put([1], on: .runs, name: name)
            }
            #expect(throws: EventLogError.invalidName(byteCount: count, limit: 511)) {
                try log.bytes(on: .runs, name: name)
            }
        }
    }

    @Test func statisticsCountWhatIsThere() throws {
        let store = TemporaryStore()
        let log = try store.open()
        let empty = try log.statistics()
        #expect(empty.eventCount == 0 && empty.firstEvent == nil && empty.lastEvent == nil)
        #expect(empty.customerCount == 0 && empty.firstRecordedAt == nil)
        #expect(empty.eventsByKind.isEmpty && empty.sources.isEmpty)

        var maker = BatchMaker()
        let facts = (0..<5_000).map { number in
            Fact(
                key: "\(number)", customer: "c\(number % 30)", second: Int64((number * 37) % 900),
                kind: number % 10 == 0 ? .phantom : .contact)
        }
        var batch = maker.batch(facts, recordedAt: 70)
        batch.rejects = [maker.reject()]
        batch.recordsReadThrough = maker.record
        _ = try log.append(batch, of: source())
        try log.append([Fact(key: "late", second: -9)], of: source("c"))

        let statistics = try log.statistics()
        #expect(statistics.eventCount == 5_001 && statistics.head == LogPosition(5_001))
        #expect(statistics.firstEvent?.at == Instant(microseconds: -9_000_000))
        #expect(statistics.lastEvent?.at == Instant(microseconds: 899_000_000))
        #expect(statistics.lastEvent?.offsetMinutes == 120)
        #expect(statistics.firstRecordedAt == Instant(microseconds: 70))
        #expect(statistics.lastRecordedAt == Instant(microseconds: 1_000))
        #expect(statistics.customerCount == 30)
        #expect(statistics.nameCount == 31)
        #expect(statistics.rejectCount == 1)
        #expect(statistics.sources.count == 2)
        #expect(
            statistics.eventsByKind.map { "\($0.kind.name) \($0.count)" }
                == ["contact 4501", "phantom 500"])
        #expect(statistics.allocatedBytes > 100_000)
        // One full block; what was left of the batch, and the late event, in the tail.
        #expect(statistics.tables.first { $0.name == "blocks" }?.entryCount == 1)
        #expect(statistics.tables.first { $0.name == "tail" }?.entryCount == 905)
        #expect(try statistics.headHash == log.snapshot().headHash)
    }

    @Test func errorsSayWhatToDo() {
        #expect(
            EventLogError.headMoved(expected: LogPosition(2), actual: LogPosition(3))
                .description.contains("ends at position 3, expected 2"))
        #expect(
            EventLogError.damaged(table: "blocks", place: "position 4", reason: "it is missing")
                .description.contains("restore it from a backup"))
    }
}

extension TemporaryStore {
    /// Changes a table behind the log's back. The log must be closed.
    func edit(
        _ name: String, _ body: (borrowing WriteTransaction, Table) throws -> Void
    ) throws {
        let environment = try Environment.open(
            path: path + "/log", access: .readWrite, mapSizeBytes: 256 << 20)
        let table = try environment.tables(named: [name])[0]
        try environment.withWrite { try body($0, table) }
    }

    /// Changes the value under a key that exists.
    func change(_ name: String, _ key: OrderedKey, _ body: ([UInt8]) -> [UInt8]) throws {
        try edit(name) { transaction, table in
            let stored = try transaction.reading.bytes(table, key)
            let value = try #require(stored)
            try transaction.put(table, key, body(value).span)
        }
    }

    /// Removes an entry that exists.
    func remove(_ name: String, _ key: OrderedKey) throws {
        try edit(name) { transaction, table in
            let isRemoved = try transaction.remove(table, key)
            #expect(isRemoved)
        }
    }

    /// All keys of a table, in order.
    func keys(_ name: String) throws -> [OrderedKey] {
        var keys: [OrderedKey] = []
        try edit(name) { transaction, table in
            try transaction.reading.forEachEntry(table) { key, _ in
                keys.append(OrderedKey(bytes: Array(copying: key)))
                return true
            }
        }
        return keys
    }
}
