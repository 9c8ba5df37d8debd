// What the tests of this target share: folders that go away, and small file systems.

import Foundation
import SQLite
import Testing

/// A new folder below the system's temporary one, removed with the value.
final class TemporaryFolder {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/sqlite-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    }

    deinit {
        do { try FileManager.default.removeItem(atPath: path) } catch { Issue.record(error) }
    }

    func contents() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    }
}

func bytes(of path: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
}

func write(_ text: String, to path: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
}

/// A name or text as SQL has it, byte by byte: a quotation mark with an accent on it is one
/// character, and two for SQL.
func quoted(_ text: String, _ mark: UInt8 = UInt8(ascii: "\"")) -> String {
    let inner = text.utf8.flatMap { $0 == mark ? [mark, mark] : [$0] }
    return String(decoding: [mark] + inner + [mark], as: UTF8.self)
}

/// The rows of a table in the order that they were written in.
func rows(of path: String, _ table: String) throws -> [[SQLiteValue]] {
    try SQLiteFile.rows(of: path, sql: "SELECT * FROM \(quoted(table)) ORDER BY rowid")
}

func expectSound(_ path: String) throws {
    #expect(try SQLiteFile.rows(of: path, sql: "PRAGMA integrity_check") == [[.text("ok")]])
}

/// A table of all kinds of values, as long as wanted.
func sample(name: String = "sample", rowCount: Int, textBytes: Int = 20) -> SQLiteTable {
    let filler = String(repeating: "x", count: textBytes)
    var table = SQLiteTable(
        name: name,
        columns: [.init("number", .integer), .init("share", .real), .init("text", .text)])
    for row in 0..<rowCount {
        let share = row % 11 == 0 ? SQLiteValue.null : .real(1 / Double(row))
        table.rows.append([.integer(Int64(row) * 7_919 - 1_000), share, .text(filler + "\(row)")])
    }
    return table
}

/// A file system of its own size in memory; only root can make one.
final class SmallFileSystem {
    let path: String

    static let isPossible = getuid() == 0

    init(sizeBytes: Int) throws {
        path = FileManager.default.temporaryDirectory.path + "/sqlite-small-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        try SmallFileSystem.run("mount", ["-t", "tmpfs", "-o", "size=\(sizeBytes)", "tmpfs", path])
    }

    deinit {
        do {
            try SmallFileSystem.run("umount", ["-l", path])
            try FileManager.default.removeItem(atPath: path)
        } catch { Issue.record(error) }
    }

    func makeReadOnly() throws {
        try SmallFileSystem.run("mount", ["-o", "remount,ro", path])
    }

    private static func run(_ program: String, _ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [program] + arguments
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw CocoaError(.featureUnsupported) }
    }
}

/// Numbers that are the same in every run with one seed.
struct SeededGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return value ^ (value >> 31)
    }

    mutating func number(below bound: Int) -> Int { Int(next() % UInt64(bound)) }
}
