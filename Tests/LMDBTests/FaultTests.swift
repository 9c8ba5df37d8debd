// Aim: what goes wrong outside - a full disk, a cut file, missing rights, dead readers - is an
// error that says so, and leaves the store as it was.

import Foundation
import LMDB
import Testing

private func dataPath(_ folder: String) -> String { folder + "/data.mdb" }

private func isSound(_ folder: String) throws -> Bool {
    try PageAudit.run(path: dataPath(folder)).isSound
}

/// One table of a few values, closed again.
private func makeStore(_ folder: String, valueBytes: Int = 3000) throws {
    let environment = try openEnvironment(folder)
    let table = try environment.tables(named: ["a"])[0]
    try fill(environment, table, 0..<40, size: valueBytes)
}

private func entryCount(_ environment: Environment) throws -> Int {
    let table = try environment.tables(named: ["a"])[0]
    return try environment.withRead { try $0.entryCount(table) }
}

@Suite(.enabled(if: SmallFileSystem.isPossible, "needs root for a small file system"))
struct FullDiskTests {
    /// Each amount of space ends the commit at another write, most of them in its middle, which
    /// the library reports as an input/output error.
    @Test func `a commit that finds the disk full says so and leaves nothing`() throws {
        let disk = try SmallFileSystem(sizeBytes: 16 << 20)
        let environment = try openEnvironment(disk.path)
        let table = try environment.tables(named: ["a"])[0]
        try fill(environment, table, 0..<10, size: 1000)
        var failureCount = 0
        for free in stride(from: 0, through: 120, by: 3) {
            try disk.fill(leavingBytes: free * 4096)
            let next = 1000 + free
            do {
                try environment.withWrite { (transaction: borrowing WriteTransaction) throws in
                    for number in 0..<60 {
                        let value = [UInt8](repeating: 1, count: number % 5 == 0 ? 30_000 : 1500)
                        let key = OrderedKey(UInt64(next * 100 + number))
                        try transaction.put(table, key, value.span)
                    }
                }
                // The file had room enough from the attempts before.
                try environment.withWrite { (transaction: borrowing WriteTransaction) throws in
                    for number in 0..<60 {
                        let key = OrderedKey(UInt64(next * 100 + number))
                        #expect(try transaction.remove(table, key))
                    }
                }
            } catch let error as LMDBError {
                failureCount += 1
                #expect(error.reason == .diskFull, "\(free) pages free: \(error)")
                #expect(error.description.contains("free some space"))
            }
            #expect(try entryCount(environment) == 10)
            #expect(try isSound(disk.path))
            try disk.removeFiller()
            try fill(environment, table, 0..<10, size: 1000)
        }
        #expect(failureCount > 5)
        #expect(
            try Folder.contents(of: disk.path).sorted() == [
                "data.mdb", "lock.mdb", "writer.lock",
            ])
    }

    @Test func `a store on a full disk can be read, and refuses writers`() throws {
        let disk = try SmallFileSystem(sizeBytes: 4 << 20)
        try makeStore(disk.path)
        for name in ["lock.mdb", "writer.lock"] { try File.remove(disk.path + "/" + name) }
        try disk.fill()
        let error = #expect(throws: LMDBError.self) { try openEnvironment(disk.path) }
        #expect(error?.reason == .diskFull)
        let reader = try openEnvironment(disk.path, .readOnly)
        #expect(try entryCount(reader) == 40)
        #expect(try reader.statistics().readers == [])
    }

    @Test func `a store on a read-only file system can be read, and refuses writers`() throws {
        let disk = try SmallFileSystem(sizeBytes: 4 << 20)
        try makeStore(disk.path)
        try disk.makeReadOnly()
        let error = #expect(throws: LMDBError.self) { try openEnvironment(disk.path) }
        #expect(error?.reason == .permissionDenied)
        #expect(error?.description.contains("Read-only file system") == true)
        let target = try TemporaryFolder()
        do {
            let reader = try openEnvironment(disk.path, .readOnly)
            #expect(try entryCount(reader) == 40)
            try reader.copy(to: dataPath(target.path), form: .asItIs)
        }
        #expect(try entryCount(openEnvironment(target.path)) == 40)
    }
}

@Suite struct CutFileTests {
    @Test func `a file that ends before its last commit is refused, and no shorter`() throws {
        let folder = try TemporaryFolder()
        try makeStore(folder.path)
        let whole = try File.bytes(of: dataPath(folder.path))
        for access in [Environment.Access.readOnly, .readWrite] {
            for length in [whole.count - 1, whole.count - 4096, whole.count / 2, 8192, 8191, 4096] {
                try File.replace(dataPath(folder.path), Array(whole[..<length]))
                let error = #expect(throws: LMDBError.self, "\(length) bytes") {
                    try openEnvironment(folder.path, access)
                }
                #expect(error?.reason == .truncated)
                #expect(error?.description.contains("found \(length) bytes") == true)
            }
            for length in [4095, 152, 100, 1] {
                try File.replace(dataPath(folder.path), Array(whole[..<length]))
                #expect(throws: LMDBError.self, "\(length) bytes") {
                    try openEnvironment(folder.path, access)
                }
            }
        }
        try File.replace(dataPath(folder.path), whole + [1, 2, 3])
        #expect(try entryCount(openEnvironment(folder.path)) == 40)
    }

    @Test func `an empty file is begun anew only where that is asked for`() throws {
        let folder = try TemporaryFolder()
        try makeStore(folder.path)
        try File.replace(dataPath(folder.path), [])
        let reader = #expect(throws: LMDBError.self) {
            try openEnvironment(folder.path, .readOnly)
        }
        #expect(reader?.reason == .truncated)
        let writer = #expect(throws: LMDBError.self) {
            try Environment.open(path: folder.path, access: .readWrite, mustExist: true)
        }
        #expect(writer?.reason == .truncated)
        try File.remove(dataPath(folder.path))
        let missing = #expect(throws: LMDBError.self) {
            try Environment.open(path: folder.path, access: .readWrite, mustExist: true)
        }
        #expect(missing?.reason == .missing)
        #expect(try Folder.contents(of: folder.path).contains("data.mdb") == false)
        #expect(try openEnvironment(folder.path).tables(named: ["a"]).count == 1)
    }

    /// The library never writes pages that were taken and given back in one transaction.
    @Test func `a file whose last pages were never written is let in`() throws {
        let folder = try TemporaryFolder()
        let environment = try openEnvironment(folder.path)
        let tables = try environment.tables(named: ["a", "b"])
        try fill(environment, tables[0], 0..<2, size: 10)
        var isShorter = false
        for round in 0..<40 where !isShorter {
            try environment.withWrite { (transaction: borrowing WriteTransaction) throws in
                // Small changes first, which take pages from the free list into use.
                let value = [UInt8](repeating: UInt8(round), count: 500)
                for number in UInt64(0)..<8 {
                    try transaction.put(tables[1], OrderedKey(number), value.span)
                }
                let large = [UInt8](repeating: 1, count: 100_000)
                try transaction.put(tables[1], OrderedKey(UInt64(1000)), large.span)
                #expect(try transaction.remove(tables[1], OrderedKey(UInt64(1000))))
            }
            let statistics = try environment.statistics()
            isShorter = statistics.fileBytes < statistics.usedPageCount * 4096
            #expect(try isSound(folder.path))
        }
        #expect(isShorter, "no round left a page unwritten: the test shows nothing")
        let copy = try TemporaryFolder()
        try File.create(dataPath(copy.path), try File.bytes(of: dataPath(folder.path)))
        #expect(try entryCount(openEnvironment(copy.path)) == 2)
    }

    @Test(arguments: ["text", "zeros", "other"])
    func `a file of something else is refused`(sort: String) throws {
        let folder = try TemporaryFolder()
        var contents = [UInt8](repeating: 0, count: 20_000)
        if sort == "text" { contents = bytes(String(repeating: "call,1\n", count: 3000)) }
        if sort == "other" {
            contents.replaceSubrange(0..<16, with: bytes("SQLite format 3\0"))
        }
        try File.create(dataPath(folder.path), contents)
        for access in [Environment.Access.readOnly, .readWrite] {
            let error = #expect(throws: LMDBError.self) { try openEnvironment(folder.path, access) }
            #expect(error?.reason == .notADatabase)
        }
        #expect(try File.bytes(of: dataPath(folder.path)) == contents)
        #expect(try !isSound(folder.path))
    }
}

@Suite struct ReaderTests {
    /// Reads in each of `count` transactions at once, one inside the other.
    private func nest(_ environment: Environment, _ count: Int, _ body: () throws -> Void) throws {
        guard count > 0 else { return try body() }
        try environment.withRead { (_: borrowing ReadTransaction) throws in
            try nest(environment, count - 1, body)
        }
    }

    @Test func `five hundred readers read at once, and one too many is told`() throws {
        let folder = try TemporaryFolder()
        try makeStore(folder.path)
        let environment = try openEnvironment(folder.path)
        let table = try environment.tables(named: ["a"])[0]
        try nest(environment, 500) {
            #expect(try environment.statistics().readers.count == 500)
            try fill(environment, table, 40..<41, size: 10)
            let error = #expect(throws: LMDBError.self) { try nest(environment, 20) {} }
            #expect(error?.reason == .tooManyReaders)
        }
        let count = try environment.statistics().readers.count
        #expect(count == 0)
        try nest(environment, 500) {}
    }

    @Test func `a killed reader's slot is found and freed`() async throws {
        let folder = try TemporaryFolder()
        try makeStore(folder.path)
        let path = folder.path
        let environment = try openEnvironment(path)
        let table = try environment.tables(named: ["a"])[0]
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            let environment = try Environment.open(path: path, access: .readOnly)
            try environment.withRead { (_: borrowing ReadTransaction) throws in
                _ = kill(getpid(), SIGKILL)
            }
        }
        for number in 0..<5 { try fill(environment, table, number..<(number + 1), size: 10) }
        let readers = try environment.statistics().readers
        #expect(readers.count == 1)
        #expect(readers.first.map { $0.processID != Int(getpid()) } == true)
        #expect(try environment.statistics().oldestReaderLag == 5)
        #expect(try environment.clearStaleReaders() == 1)
        #expect(try environment.statistics().readers == [])
    }

    @Test func `a killed reader does not count when the readers are full`() async throws {
        let folder = try TemporaryFolder()
        try makeStore(folder.path)
        let path = folder.path
        let environment = try openEnvironment(path)
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            let environment = try Environment.open(path: path, access: .readOnly)
            try environment.withRead { (_: borrowing ReadTransaction) throws in
                _ = kill(getpid(), SIGKILL)
            }
        }
        // One slot is the dead one's: all of them can be had nevertheless.
        try nest(environment, 510) {}
    }

    @Test func `pages are used again when a reader that stayed long has ended`() throws {
        let folder = try TemporaryFolder()
        let environment = try openEnvironment(folder.path)
        let table = try environment.tables(named: ["a"])[0]
        func rewrite(_ rounds: Int) throws -> Int {
            for _ in 0..<rounds { try fill(environment, table, 0..<20, size: 3000) }
            return try environment.statistics().usedPageCount
        }
        let before = try rewrite(10)
        #expect(try rewrite(20) <= before + 30)
        let during = try environment.withRead { (_: borrowing ReadTransaction) throws in
            let pages = try rewrite(20)
            #expect(try environment.statistics().oldestReaderLag == 20)
            return pages
        }
        #expect(during > before + 300)
        #expect(try rewrite(20) <= during + 30)
    }
}
