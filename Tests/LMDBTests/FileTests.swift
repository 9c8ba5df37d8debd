// Aim: files are made whole or not at all, with their owner's rights, and never over another.

import Foundation
import LMDB
import Testing

@Suite struct FileTests {
    @Test func `a new file holds its bytes and is its owner's`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/a"
        #expect(!File.exists(path))
        try File.create(path, bytes("one"))
        #expect(File.exists(path))
        #expect(File.sizeBytes(of: path) == 3)
        #expect(File.permissions(of: path) == 0o600)
        #expect(try File.bytes(of: path) == bytes("one"))
    }

    @Test func `what a stopped making of a data file left is removed by the next writer`() throws {
        let folder = try TemporaryFolder()
        func leave(_ name: String) throws {
            try Folder.createNew(folder.path + "/" + name)
            try File.create(folder.path + "/" + name + "/data.mdb", bytes("half"))
        }
        let own = "data.mdb.\(getpid()).new"
        try leave(own)
        try leave("data.mdb.4711.new")
        try leave("data.mdb.mine.new")
        _ = try openEnvironment(folder.path)
        func left() throws -> [String] {
            try Folder.contents(of: folder.path).filter { $0.hasSuffix(".new") }
        }
        #expect(try left() == ["data.mdb.mine.new"])
        try leave("data.mdb.4712.new")
        _ = try openEnvironment(folder.path, .readOnly)
        #expect(try left().count == 2, "a reader removes nothing")
        _ = try openEnvironment(folder.path)
        #expect(try left() == ["data.mdb.mine.new"])
    }

    @Test func `a name that is taken is refused and what is there stays`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/a"
        try File.create(path, bytes("one"))
        let error = #expect(throws: LMDBError.self) { try File.create(path, bytes("two")) }
        #expect(error?.reason == .exists)
        #expect(error?.description.contains(path) == true)
        #expect(try File.bytes(of: path) == bytes("one"))
        let again = #expect(throws: LMDBError.self) { try Folder.createNew(folder.path) }
        #expect(again?.reason == .exists)
    }

    @Test func `replacing leaves one file, also behind a crash between its steps`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/a"
        try File.replace(path, bytes("one"))
        try File.create(path + ".new", bytes("half"))
        try File.replace(path, bytes("two"))
        #expect(try File.bytes(of: path) == bytes("two"))
        #expect(try Folder.contents(of: folder.path) == ["a"])
    }

    @Test func `renaming replaces only where it is told to`() throws {
        let folder = try TemporaryFolder()
        let (first, second) = (folder.path + "/a", folder.path + "/b")
        try File.create(first, bytes("one"))
        try File.create(second, bytes("two"))
        let error = #expect(throws: LMDBError.self) {
            try File.rename(first, to: second, replacing: false)
        }
        #expect(error?.reason == .exists)
        #expect(try File.bytes(of: second) == bytes("two"))
        try File.rename(first, to: second)
        #expect(try File.bytes(of: second) == bytes("one"))
        try File.rename(second, to: folder.path + "/c", replacing: false)
        #expect(try Folder.contents(of: folder.path) == ["c"])
    }

    @Test func `what is missing or too long is an error`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/a"
        for call in [{ _ = try File.bytes(of: path) }, { try File.remove(path) }] {
            let error = #expect(throws: LMDBError.self) { try call() }
            #expect(error?.reason == .missing)
        }
        #expect(File.sizeBytes(of: path) == nil)
        try File.create(path, [UInt8](repeating: 1, count: 100_000))
        #expect(throws: LMDBError.self) { try File.bytes(of: path, maximumBytes: 99_999) }
        #expect(try File.bytes(of: path, maximumBytes: 100_000).count == 100_000)
        try File.remove(path)
        #expect(!File.exists(path))
    }

    @Test(arguments: [
        ("a/b", "a"), ("/a", "/"), ("a", "."), ("/a/b/c.mdb", "/a/b"),
    ])
    func `the parent of a path is the folder of its last name`(path: String, parent: String) {
        #expect(Folder.parent(of: path) == parent)
    }

    @Test(.enabled(if: SmallFileSystem.isPossible, "needs root for a small file system"))
    func `a full disk leaves no half of a file`() throws {
        let disk = try SmallFileSystem(sizeBytes: 1 << 20)
        let path = disk.path + "/a"
        let block = [UInt8](repeating: 1, count: 2 << 20)
        let error = #expect(throws: LMDBError.self) { try File.create(path, block) }
        #expect(error?.reason == .diskFull)
        #expect(!File.exists(path))
        try File.create(path, bytes("old"))
        #expect(throws: LMDBError.self) { try File.replace(path, block) }
        #expect(try File.bytes(of: path) == bytes("old"))
    }
}
