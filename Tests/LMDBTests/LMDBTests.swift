// Aim: the wrapper keeps what it is given, in order, all or nothing, and says what went wrong.

import Foundation
import LMDB
import Testing

/// A folder of its own for each test, gone with the value.
final class TemporaryFolder {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/lmdb-" + UUID().uuidString
        try Folder.create(path)
    }

    deinit {
        do { try FileManager.default.removeItem(atPath: path) } catch { Issue.record(error) }
    }
}

private func open(
    _ folder: TemporaryFolder, _ access: Environment.Access = .readWrite,
    mapSizeBytes: Int = 64 << 20
) throws -> Environment {
    try Environment.open(path: folder.path, access: access, mapSizeBytes: mapSizeBytes)
}

@Suite struct TransactionTests {
    @Test func valuesComeBackAlsoAfterReopening() throws {
        let folder = try TemporaryFolder()
        do {
            let environment = try open(folder)
            let table = try environment.tables(named: ["a"])[0]
            try environment.withWrite { (transaction: borrowing WriteTransaction) throws in
                try transaction.put(table, OrderedKey("k"), bytes("one").span)
                try transaction.put(table, OrderedKey("k"), bytes("two").span)
                try transaction.put(table, OrderedKey("empty"), [UInt8]().span)
            }
        }
        for access in [Environment.Access.readWrite, .readOnly] {
            let environment = try open(folder, access)
            let table = try environment.tables(named: ["a"])[0]
            try environment.withRead { (transaction: borrowing ReadTransaction) throws in
                #expect(try transaction.bytes(table, OrderedKey("k")) == bytes("two"))
                #expect(try transaction.bytes(table, OrderedKey("empty")) == [])
                #expect(try transaction.bytes(table, OrderedKey("other")) == nil)
                #expect(try transaction.contains(table, OrderedKey("k")))
                #expect(try !transaction.contains(table, OrderedKey("kk")))
                #expect(try transaction.entryCount(table) == 2)
            }
        }
    }

    @Test func aThrowingWriterLeavesNothing() throws {
        struct Stop: Error {}
        let folder = try TemporaryFolder()
        let environment = try open(folder)
        let table = try environment.tables(named: ["a"])[0]
        #expect(throws: Stop.self) {
            try environment.withWrite { (transaction: borrowing WriteTransaction) throws in
                try transaction.put(table, OrderedKey("k"), bytes("v").span)
                #expect(try transaction.reading.contains(table, OrderedKey("k")))
                throw Stop()
            }
        }
        try environment.withRead { (transaction: borrowing ReadTransaction) throws in
            #expect(try transaction.entryCount(table) == 0)
        }
        // And the next writer is not blocked.
        try environment.withWrite { try $0.put(table, OrderedKey("k"), bytes("v").span) }
        try environment.withRead { (transaction: borrowing ReadTransaction) throws in
            #expect(try transaction.entryCount(table) == 1)
        }
    }

    @Test func aReaderKeepsItsViewWhileAWriterCommits() throws {
        let folder = try TemporaryFolder()
        let environment = try open(folder)
        let table = try environment.tables(named: ["a"])[0]
        try environment.withRead { reader in
            try environment.withWrite { (transaction: borrowing WriteTransaction) throws in
                try transaction.put(table, OrderedKey("k"), bytes("v").span)
            }
            #expect(try !reader.contains(table, OrderedKey("k")))
        }
        try environment.withRead { (transaction: borrowing ReadTransaction) throws in
            #expect(try transaction.contains(table, OrderedKey("k")))
        }
    }

    @Test func insertAndAppendRefuseWhatIsThere() throws {
        let folder = try TemporaryFolder()
        let environment = try open(folder)
        let table = try environment.tables(named: ["a"])[0]
        try environment.withWrite { (transaction: borrowing WriteTransaction) throws in
            #expect(try transaction.insert(table, OrderedKey(5), bytes("a").span))
            #expect(try !transaction.insert(table, OrderedKey(5), bytes("b").span))
            #expect(try transaction.reading.bytes(table, OrderedKey(5)) == bytes("a"))
            try transaction.append(table, OrderedKey(6), bytes("c").span)
        }
        for key in [6, 5, 0] as [UInt64] {
            let error = #expect(throws: LMDBError.self) {
                try environment.withWrite { (transaction: borrowing WriteTransaction) throws in
                    try transaction.append(table, OrderedKey(key), bytes("d").span)
                }
            }
            #expect(error?.reason == .keyExists)
        }
    }

    @Test func removingSaysWhetherThereWasAnything() throws {
        let folder = try TemporaryFolder()
        let environment = try open(folder)
        let table = try environment.tables(named: ["a"])[0]
        try environment.withWrite { (transaction: borrowing WriteTransaction) throws in
            try transaction.put(table, OrderedKey("k"), bytes("v").span)
            #expect(try transaction.remove(table, OrderedKey("k")))
            #expect(try !transaction.remove(table, OrderedKey("k")))
        }
    }

    @Test func manyThreadsReadWhileOneWrites() throws {
        let folder = try TemporaryFolder()
        let environment = try open(folder)
        let table = try environment.tables(named: ["a"])[0]
        // Two entries are always written together: a reader never sees one of them.
        DispatchQueue.concurrentPerform(iterations: 8) { worker in
            do {
                for step in 0..<50 {
                    if worker == 0 {
                        try environment.withWrite {
                            (transaction: borrowing WriteTransaction) throws in
                            try transaction.put(
                                table, OrderedKey(UInt64(2 * step)), bytes("x").span)
                            try transaction.put(
                                table, OrderedKey(UInt64(2 * step + 1)), bytes("y").span)
                        }
                    } else {
                        let count = try environment.withRead { try $0.entryCount(table) }
                        #expect(count % 2 == 0)
                    }
                }
            } catch { Issue.record(error) }
        }
        try environment.withRead { (transaction: borrowing ReadTransaction) throws in
            #expect(try transaction.entryCount(table) == 100)
        }
    }
}

@Suite struct OrderTests {
    @Test func integersSortAsNumbers() throws {
        let folder = try TemporaryFolder()
        let environment = try open(folder)
        let tables = try environment.tables(named: ["unsigned", "signed"])
        let unsigned: [UInt64] = [300, 0, 255, 256, .max, 1, 1 << 32]
        let signed: [Int64] = [3, -1, 0, .min, .max, -256, 255, 256]
        try environment.withWrite { (transaction: borrowing WriteTransaction) throws in
            for value in unsigned {
                try transaction.put(tables[0], OrderedKey(value), [UInt8]().span)
            }
            for value in signed {
                var key = OrderedKey()
                key.append(signed: value)
                try transaction.put(tables[1], key, [UInt8]().span)
            }
        }
        var foundUnsigned: [UInt64?] = []
        var foundSigned: [Int64?] = []
        try environment.withRead { (transaction: borrowing ReadTransaction) throws in
            try transaction.forEachEntry(tables[0]) { key, _ in
                foundUnsigned.append(OrderedKey.unsigned64(key, at: 0))
                return true
            }
            try transaction.forEachEntry(tables[1]) { key, _ in
                foundSigned.append(OrderedKey.signed64(key, at: 0))
                return true
            }
        }
        #expect(foundUnsigned == unsigned.sorted())
        #expect(foundSigned == signed.sorted())
    }

    @Test func fieldsOfAKeyComeBack() {
        var key = OrderedKey("é")
        key.append(7 as UInt32)
        key.append(signed: -9)
        let short = [2, 40, -1].map { OrderedKey.unsigned32(key.bytes.span, at: $0) }
        let long = [6, 7].map { OrderedKey.signed64(key.bytes.span, at: $0) }
        #expect(short == [7, nil, nil])
        #expect(long == [-9, nil])
        let prefixes = ["é", "e", "é!"].map { OrderedKey($0).isPrefix(of: key.bytes.span) }
        #expect(prefixes == [true, false, false])
        let ofShorter = key.isPrefix(of: OrderedKey("é").bytes.span)
        #expect(!ofShorter)
    }

    @Test func walkingBeginsAtAKeyAndEndsWhenTold() throws {
        let folder = try TemporaryFolder()
        let environment = try open(folder)
        let table = try environment.tables(named: ["a"])[0]
        try environment.withWrite { (transaction: borrowing WriteTransaction) throws in
            for value in stride(from: UInt64(0), to: 100, by: 10) {
                try transaction.put(table, OrderedKey(value), bytes("\(value)").span)
            }
        }
        var found: [UInt64?] = []
        try environment.withRead { (transaction: borrowing ReadTransaction) throws in
            try transaction.forEachEntry(table, from: OrderedKey(35)) { key, value in
                found.append(OrderedKey.unsigned64(key, at: 0))
                let count = value.count
                #expect(count == 2)
                return found.count < 3
            }
            try transaction.forEachEntry(table, from: OrderedKey(91)) { _, _ in
                Issue.record("there is nothing behind 90")
                return true
            }
        }
        #expect(found == [40, 50, 60])
    }

    @Test func aCursorGoesBothWays() throws {
        let folder = try TemporaryFolder()
        let environment = try open(folder)
        let tables = try environment.tables(named: ["a", "none"])
        try environment.withWrite { (transaction: borrowing WriteTransaction) throws in
            for value in [1, 2, 3] as [UInt64] {
                try transaction.put(tables[0], OrderedKey(value), [UInt8]().span)
            }
        }
        try environment.withRead { (transaction: borrowing ReadTransaction) throws in
            try transaction.withCursor(tables[0]) { (cursor: inout Cursor) throws in
                func here(_ cursor: borrowing Cursor) throws -> UInt64? {
                    try cursor.withEntry { key, _ in OrderedKey.unsigned64(key, at: 0) }
                }
                #expect(try cursor.move(to: .last))
                #expect(try here(cursor) == 3)
                #expect(try cursor.move(to: .previous))
                #expect(try here(cursor) == 2)
                #expect(try cursor.move(to: .first))
                #expect(try !cursor.move(to: .previous))
                #expect(try cursor.move(to: .atOrAfter(OrderedKey(3))))
                #expect(try !cursor.move(to: .next))
                #expect(try !cursor.move(to: .atOrAfter(OrderedKey(4))))
            }
            try transaction.withCursor(tables[1]) { (cursor: inout Cursor) throws in
                #expect(try !cursor.move(to: .first))
                #expect(try !cursor.move(to: .last))
            }
        }
    }
}

@Suite struct EnvironmentTests {
    @Test func aSecondOpeningIsRefusedUntilTheFirstIsClosed() throws {
        let folder = try TemporaryFolder()
        let link = folder.path + "-link"
        try FileManager.default.createSymbolicLink(
            atPath: link, withDestinationPath: folder.path)
        defer { _ = unlink(link) }
        do {
            let first = try open(folder)
            #expect(throws: LMDBError.alreadyOpen(path: folder.path)) { try open(folder) }
            #expect(throws: LMDBError.alreadyOpen(path: folder.path)) {
                try open(folder, .readOnly)
            }
            // The same folder by another name.
            #expect(throws: LMDBError.alreadyOpen(path: link)) {
                try Environment.open(path: link, access: .readWrite, mapSizeBytes: 1 << 20)
            }
            withExtendedLifetime(first) {}
        }
        _ = try open(folder)
    }

    @Test func aFailedOpeningCanBeRepeated() throws {
        let folder = try TemporaryFolder()
        #expect(throws: LMDBError.self) { try open(folder, .readOnly) }
        _ = try open(folder)
    }

    @Test func aFullMapLeavesTheStoreAsItWas() throws {
        let folder = try TemporaryFolder()
        do {
            let environment = try open(folder, mapSizeBytes: 1 << 20)
            let table = try environment.tables(named: ["a"])[0]
            try environment.withWrite { try $0.put(table, OrderedKey(1), bytes("v").span) }
            let error = #expect(throws: LMDBError.self) {
                try environment.withWrite { (transaction: borrowing WriteTransaction) throws in
                    let block = [UInt8](repeating: 1, count: 1 << 16)
                    for number in UInt64(2)..<100 {
                        try transaction.put(table, OrderedKey(number), block.span)
                    }
                }
            }
            #expect(error?.reason == .mapFull)
            #expect(error?.description.contains("larger map size") == true)
            try environment.withRead { (transaction: borrowing ReadTransaction) throws in
                #expect(try transaction.entryCount(table) == 1)
            }
        }
        let larger = try open(folder, mapSizeBytes: 32 << 20)
        let table = try larger.tables(named: ["a"])[0]
        let block = [UInt8](repeating: 1, count: 4 << 20)
        try larger.withWrite { try $0.put(table, OrderedKey(2), block.span) }
        let stored = try larger.withRead { try $0.bytes(table, OrderedKey(2)) }
        #expect(stored == block)
    }

    @Test func whatIsNoDatabaseIsCalledSo() throws {
        let folder = try TemporaryFolder()
        let junk = Data((0..<20_000).map { UInt8(truncatingIfNeeded: $0 &* 31) })
        try junk.write(to: URL(fileURLWithPath: folder.path + "/data.mdb"))
        let error = #expect(throws: LMDBError.self) { try open(folder) }
        #expect(error?.reason == .notADatabase)
    }

    @Test func aMissingFolderIsNamed() throws {
        #expect(throws: LMDBError.missing(path: "/nowhere/at/all")) {
            try Environment.open(path: "/nowhere/at/all", access: .readWrite)
        }
    }

    @Test func aReaderCannotWriteOrMakeTables() throws {
        let folder = try TemporaryFolder()
        do { _ = try open(folder).tables(named: ["a"]) }
        let environment = try open(folder, .readOnly)
        let error = #expect(throws: LMDBError.self) { try environment.withWrite { _ in } }
        #expect(error?.reason == .permissionDenied)
        #expect(throws: LMDBError.missingTable(name: "b")) {
            try environment.tables(named: ["a", "b"])
        }
    }

    @Test func keysOfImpossibleLengthsAreRefused() throws {
        let folder = try TemporaryFolder()
        let environment = try open(folder)
        let table = try environment.tables(named: ["a"])[0]
        for count in [0, 512] {
            let key = OrderedKey(bytes: [UInt8](repeating: 7, count: count))
            #expect(throws: LMDBError.keyLength(table: "a", count: count)) {
                try environment.withWrite { try $0.put(table, key, [UInt8]().span) }
            }
            #expect(throws: LMDBError.keyLength(table: "a", count: count)) {
                try environment.withRead { try $0.contains(table, key) }
            }
        }
        let longest = OrderedKey(bytes: [UInt8](repeating: 7, count: 511))
        try environment.withWrite { try $0.put(table, longest, [UInt8]().span) }
    }

    @Test func theSizesAreMeasured() throws {
        let folder = try TemporaryFolder()
        let environment = try open(folder)
        let table = try environment.tables(named: ["a"])[0]
        let block = [UInt8](repeating: 1, count: 100_000)
        try environment.withWrite { try $0.put(table, OrderedKey(1), block.span) }
        let statistics = try environment.statistics()
        #expect(statistics.allocatedBytes >= 100_000)
        #expect(statistics.usedPageCount * statistics.pageSizeBytes >= 100_000)
        #expect(statistics.mapSizeBytes == 64 << 20)
        try environment.withRead { (transaction: borrowing ReadTransaction) throws in
            let tree = try transaction.statistics(table)
            #expect(tree.entryCount == 1 && tree.depth == 1 && tree.pageCount >= 25)
        }
    }

    @Test func foldersAreMadeForTheirOwnerOnly() throws {
        let folder = try TemporaryFolder()
        let inner = folder.path + "/inner"
        #expect(!Folder.exists(inner))
        try Folder.create(inner)
        try Folder.create(inner)
        #expect(Folder.exists(inner))
        #expect(Folder.permissions(of: inner) == 0o700)
        try Folder.synchronise(inner)
        let error = #expect(throws: LMDBError.self) {
            try Folder.create(folder.path + "/a/b")
        }
        #expect(error?.reason == .missing)
        #expect(throws: LMDBError.self) { try Folder.synchronise(folder.path + "/a") }
        #expect(Folder.permissions(of: folder.path + "/a") == nil)
    }

    @Test func errorsSayWhatToDo() {
        let texts: [(Int32, String)] = [
            (ENOSPC, "free some space"), (EACCES, "who owns"), (EIO, "disk"),
            (-30_792, "map size"), (-30_793, "no database"), (-30_794, "another version"),
            (-30_790, "programs that read"),
        ]
        for (code, text) in texts {
            let error = LMDBError.failed(operation: "commit", code: code)
            #expect(error.description.contains(text), "\(error)")
            #expect(error.description.hasPrefix("could not commit: "))
        }
    }
}
