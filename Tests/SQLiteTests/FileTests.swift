// Aim: a file is there whole or not at all, nothing that was there is touched, and equal tables
// give equal bytes.

import Foundation
import SQLite
import Testing

@Suite struct FileTests {
    @Test func `a file that exists is refused and left untouched`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/a.sqlite"
        for text in ["", "mine"] {
            try write(text, to: path)
            #expect(throws: SQLiteError.exists(path: path)) {
                try SQLiteFile.write([sample(rowCount: 10)], to: path)
            }
            #expect(try bytes(of: path) == Array(text.utf8))
            try FileManager.default.removeItem(atPath: path)
        }
        try SQLiteFile.write([sample(rowCount: 10)], to: path)
        let before = try bytes(of: path)
        #expect(throws: SQLiteError.exists(path: path)) { try SQLiteFile.write([], to: path) }
        #expect(try bytes(of: path) == before)
        #expect(throws: SQLiteError.exists(path: folder.path)) {
            try SQLiteFile.write([], to: folder.path)
        }
        #expect(try folder.contents() == ["a.sqlite"])
    }

    @Test func `a link to nowhere counts as a file`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/a.sqlite"
        try FileManager.default.createSymbolicLink(
            atPath: path, withDestinationPath: folder.path + "/elsewhere")
        #expect(throws: SQLiteError.exists(path: path)) { try SQLiteFile.write([], to: path) }
        #expect(try folder.contents() == ["a.sqlite"])
    }

    @Test func `what is left from another database of the name is found and refused`() throws {
        for ending in ["-journal", "-wal", "-shm"] {
            let folder = try TemporaryFolder()
            let path = folder.path + "/a.sqlite"
            #expect(SQLiteFile.leftovers(beside: path) == [])
            try write("mine", to: path + ending)
            #expect(SQLiteFile.leftovers(beside: path) == [path + ending])
            #expect(throws: SQLiteError.leftover(path: path + ending)) {
                try SQLiteFile.write([sample(rowCount: 1)], to: path)
            }
            #expect(try folder.contents() == ["a.sqlite" + ending])
            #expect(try bytes(of: path + ending) == Array("mine".utf8))
        }
    }

    @Test func `a folder that cannot be written gives an error and no file`() throws {
        let folder = try TemporaryFolder()
        try write("mine", to: folder.path + "/file")
        for place in ["/missing/a.sqlite", "/file/a.sqlite"] {
            let error = #expect(throws: SQLiteError.self) {
                try SQLiteFile.write([], to: folder.path + place)
            }
            guard case .system(_, folder.path + place, let code) = error else {
                Issue.record("found \(String(describing: error))")
                continue
            }
            #expect(code == (place.hasPrefix("/file") ? ENOTDIR : ENOENT))
        }
        for path in ["", folder.path + "/a\0b"] {
            #expect(throws: SQLiteError.self) { try SQLiteFile.write([], to: path) }
        }
        #expect(try folder.contents() == ["file"])
    }

    @Test(.enabled(if: getuid() != 0, "root may write everywhere"))
    func `a folder without the right to write gives an error and no file`() throws {
        let folder = try TemporaryFolder()
        #expect(chmod(folder.path, 0o500) == 0)
        defer { _ = chmod(folder.path, 0o700) }
        let path = folder.path + "/a.sqlite"
        #expect(throws: SQLiteError.system(operation: "make", path: path, code: EACCES)) {
            try SQLiteFile.write([], to: path)
        }
        #expect(try folder.contents() == [])
    }

    @Test func `a path longer than the library takes gives an error and no file`() throws {
        let folder = try TemporaryFolder()
        let name = String(repeating: "d", count: 200)
        let deep = [folder.path, name, name, name].joined(separator: "/")
        try FileManager.default.createDirectory(atPath: deep, withIntermediateDirectories: true)
        let error = #expect(throws: SQLiteError.self) {
            try SQLiteFile.write([], to: deep + "/a.sqlite")
        }
        #expect(error?.description.contains("unable to open database file") == true)
        #expect(try FileManager.default.contentsOfDirectory(atPath: deep) == [])
    }

    /// The library itself reads more into such paths.
    @Test(arguments: ["file:a.sqlite?mode=memory", ":memory:", "a b%20c?#.sqlite", "é🙂\"'"])
    func `a path is only a path`(name: String) throws {
        let folder = try TemporaryFolder()
        try SQLiteFile.write([sample(rowCount: 5)], to: folder.path + "/" + name)
        #expect(try folder.contents() == [name])
        #expect(try rows(of: folder.path + "/" + name, "sample").count == 5)
    }

    @Test func `a relative path is only a path too`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/a.sqlite"
        try SQLiteFile.write([sample(rowCount: 5)], to: path)
        for name in ["file:" + path, "file:\(path)?immutable=1", ":memory:"] {
            let error = #expect(throws: SQLiteError.self) {
                try SQLiteFile.rows(of: name, sql: "SELECT 1")
            }
            #expect(error?.description.contains("unable to open database file") == true)
        }
        #expect(throws: SQLiteError.self) {
            try SQLiteFile.write([], to: "file:\(folder.path)/b.sqlite")
        }
        #expect(try folder.contents() == ["a.sqlite"])
    }

    @Test func `a file is its owner's, has pages of 4096 bytes, and asks for no log`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/a.sqlite"
        try SQLiteFile.write([sample(rowCount: 500)], to: path)
        var status = stat()
        #expect(stat(path, &status) == 0)
        #expect(status.st_mode & 0o7777 == 0o600)
        let header = try bytes(of: path)
        #expect(header.count > 4096 && header.count % 4096 == 0)
        #expect(header.starts(with: Array("SQLite format 3\0".utf8) + [0x10, 0]))
        // Versions to write and to read with: a rollback journal, whatever the library's habit.
        #expect(header[18...19] == [1, 1])
        // No pages for vacuuming by itself, UTF-8.
        #expect(header[52..<56].allSatisfy { $0 == 0 })
        #expect(header[56..<60] == [0, 0, 0, 1])
        #expect(
            try SQLiteFile.rows(of: path, sql: "PRAGMA freelist_count") == [[.integer(0)]])
        #expect(try folder.contents() == ["a.sqlite"])
    }

    @Test func `the same tables give the same bytes`() throws {
        let folder = try TemporaryFolder()
        // Long texts take pages of their own, and all of it more than the library's cache.
        let tables = [
            sample(name: "short", rowCount: 2_000), sample(name: "b", rowCount: 0),
            sample(name: "long", rowCount: 400, textBytes: 11_000),
        ]
        let paths = ["a", "b", "another, longer name"].map { folder.path + "/" + $0 }
        for path in paths {
            // Memory that was used before must not show.
            let filler = [UInt8](repeating: UInt8(path.utf8.count & 0xff), count: 3_000_000)
            #expect(filler.count == 3_000_000)
            try SQLiteFile.write(tables, to: path)
        }
        let first = try bytes(of: paths[0])
        #expect(first.count > 4_000_000)
        #expect(try bytes(of: paths[1]) == first)
        #expect(try bytes(of: paths[2]) == first)
        try SQLiteFile.write(tables.reversed(), to: folder.path + "/reversed")
        #expect(try bytes(of: folder.path + "/reversed") != first)
    }

    @Test func `a hundred thousand rows come back in order`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/a.sqlite"
        let table = sample(rowCount: 100_000)
        try SQLiteFile.write([table], to: path)
        try expectSound(path)
        #expect(try rows(of: path, "sample") == table.rows)
    }

    @Test func `files are written on several threads at once`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path
        let table = sample(rowCount: 3_000)
        DispatchQueue.concurrentPerform(iterations: 8) { number in
            do {
                try SQLiteFile.write([table], to: path + "/\(number)")
            } catch { Issue.record(error) }
        }
        let first = try bytes(of: path + "/0")
        for number in 1..<8 { #expect(try bytes(of: path + "/\(number)") == first) }
    }
}

@Suite(.enabled(if: SmallFileSystem.isPossible, "needs root for a small file system"))
struct SmallFileSystemTests {
    /// Each size ends the writing at another place: the first page, the pages that the library
    /// puts out early because its cache is full, the last ones.
    @Test func `a full disk is said so and leaves nothing`() throws {
        let table = sample(rowCount: 3_000, textBytes: 1_200)
        var failureCount = 0
        for pages in [1, 2, 3, 10, 100, 600, 900, 2_000] {
            let disk = try SmallFileSystem(sizeBytes: pages * 4096)
            let path = disk.path + "/a.sqlite"
            do {
                try SQLiteFile.write([table], to: path)
                #expect(pages == 2_000)
                try expectSound(path)
                #expect(try bytes(of: path).count > 900 * 4096)
            } catch let error as SQLiteError {
                failureCount += 1
                #expect(error.description.contains("disk is full"), "\(pages) pages: \(error)")
                let left = try FileManager.default.contentsOfDirectory(atPath: disk.path)
                #expect(left == [], "\(pages) pages")
            }
        }
        #expect(failureCount == 7)
    }

    @Test func `a file system that is read-only gives an error and no file`() throws {
        let disk = try SmallFileSystem(sizeBytes: 1 << 20)
        try SQLiteFile.write([sample(rowCount: 5)], to: disk.path + "/before")
        try disk.makeReadOnly()
        let path = disk.path + "/a.sqlite"
        #expect(throws: SQLiteError.system(operation: "make", path: path, code: EROFS)) {
            try SQLiteFile.write([], to: path)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: disk.path) == ["before"])
        #expect(try rows(of: disk.path + "/before", "sample").count == 5)
    }
}
