// What the tests of this target share: environments with something in them, small file systems.

import Foundation
import LMDB
import Testing

func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

func openEnvironment(
    _ path: String, _ access: Environment.Access = .readWrite, mapSizeBytes: Int = 64 << 20
) throws -> Environment {
    try Environment.open(path: path, access: access, mapSizeBytes: mapSizeBytes)
}

/// Numbers that are the same in every run with one seed.
struct SeededGenerator: RandomNumberGenerator {
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

/// Writes `count` values of `size` bytes under consecutive numbers, in one commit.
func fill(
    _ environment: Environment, _ table: Table, _ numbers: Range<Int>, size: Int
) throws {
    try environment.withWrite { (transaction: borrowing WriteTransaction) throws in
        for number in numbers {
            let value = [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: size)
            try transaction.put(table, OrderedKey(UInt64(number)), value.span)
        }
    }
}

/// A file system of its own size in memory; only root can make one.
final class SmallFileSystem {
    let path: String

    static let isPossible = getuid() == 0

    init(sizeBytes: Int) throws {
        path = FileManager.default.temporaryDirectory.path + "/lmdb-small-" + UUID().uuidString
        try Folder.create(path)
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

    /// Fills what is left with a file of zeros.
    func fill(leavingBytes: Int = 0) throws {
        var information = statvfs()
        guard statvfs(path, &information) == 0 else { throw CocoaError(.fileReadUnknown) }
        let free = Int(information.f_bavail) * Int(information.f_frsize) - leavingBytes
        guard free > 0 else { return }
        try Data(count: free).write(to: URL(fileURLWithPath: path + "/filler"))
    }

    /// Gives back what the filler takes up. It is emptied first: a process that another test starts
    /// while the filler is written may hold it open for as long as it runs, and a file that is
    /// removed and open keeps its blocks.
    func removeFiller() throws {
        guard truncate(path + "/filler", 0) == 0 else { throw CocoaError(.fileWriteUnknown) }
        try FileManager.default.removeItem(atPath: path + "/filler")
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
