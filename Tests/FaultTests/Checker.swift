// A running `fault-check`: one process that looks at many stores. Damage may end it; then another
// one is started, and the death is the answer.

import Foundation
import Testing

/// What a look at a store came to.
struct Look: Equatable, Sendable {
    /// `sound`, `unsound`, `unreadable`, `refused`, or `died` of a signal.
    var outcome: String
    var head = ""
    var headHash = ""
    /// Hashes of what can be read, as `name=hash`, with commas.
    var parts = ""
    var words = ""

    var isSound: Bool { outcome == "sound" }

    /// The names of parts that are not as in another look.
    func difference(from other: Look) -> String {
        if outcome != other.outcome { return "\(outcome): \(words)" }
        if head != other.head { return "head \(head), not \(other.head)" }
        let own = parts.split(separator: ",")
        let theirs = other.parts.split(separator: ",")
        let changed = zip(own, theirs).filter { $0 != $1 }.map { $0.0.prefix { $0 != "=" } }
        if !changed.isEmpty { return changed.joined(separator: "+") }
        return headHash == other.headHash ? "" : "head hash"
    }
}

final class Checker {
    private var process: Process?
    private var input = FileHandle.nullDevice
    private var output = FileHandle.nullDevice
    private var pending = Data()
    private(set) var deathCount = 0

    deinit { stop() }

    /// What a store holds, all of it.
    func state(_ store: String) throws -> Look { try ask(["state", store]) }

    /// What a store holds, without what depends on its keys.
    func figures(_ store: String) throws -> Look { try ask(["figures", store]) }

    /// As `state`, with one bit of a file turned; the file is afterwards as it was.
    func flip(_ store: String, file: String, bit: Int) throws -> Look {
        let look = try ask(["flip", store, file, "\(bit)"])
        if look.outcome.hasPrefix("died") {
            try Checker.turn(store + "/" + file, bit: bit)
        }
        return look
    }

    /// Appends a fixed sequence of events to a store with a map of a size; `full` or `done`.
    func fill(_ store: String, mapSizeBytes: Int) throws -> Look {
        try ask(["fill", store, "\(mapSizeBytes)"])
    }

    /// Begins to read a store `count` times over and stays in it.
    func hold(_ store: String, count: Int) throws {
        let look = try ask(["hold", store, "\(count)"])
        try #require(look.outcome == "holding", "\(look.words)")
    }

    /// Ends a `hold`.
    func release() {
        stop()
        process = nil
    }

    func kill() {
        guard let process else { return }
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        self.process = nil
        pending = Data()
    }

    /// Turns a bit of a file over.
    static func turn(_ path: String, bit: Int) throws {
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        defer { file.closeFile() }
        try file.seek(toOffset: UInt64(bit / 8))
        var byte = try #require(try file.read(upToCount: 1))
        byte[byte.startIndex] ^= 1 << UInt8(bit % 8)
        try file.seek(toOffset: UInt64(bit / 8))
        try file.write(contentsOf: byte)
    }

    private func ask(_ request: [String]) throws -> Look {
        if process == nil { try start() }
        try input.write(contentsOf: Data((request.joined(separator: "\t") + "\n").utf8))
        guard let line = try readLine() else {
            let ended = try #require(process)
            ended.waitUntilExit()
            process = nil
            pending = Data()
            deathCount += 1
            return Look(outcome: "died of signal \(ended.terminationStatus)")
        }
        let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        try #require(fields.count == 5, "\(request): \(line)")
        return Look(
            outcome: fields[0], head: fields[1], headHash: fields[2], parts: fields[3],
            words: fields[4])
    }

    private func readLine() throws -> String? {
        while true {
            if let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
                let line = String(decoding: pending[..<end], as: UTF8.self)
                pending = Data(pending[(end + 1)...])
                return line
            }
            let more = output.availableData
            if more.isEmpty { return nil }
            pending += more
        }
    }

    private func start() throws {
        let started = Process()
        started.executableURL = URL(fileURLWithPath: Workspace.checker)
        var environment = ProcessInfo.processInfo.environment
        environment["SWIFT_BACKTRACE"] = "enable=no"
        started.environment = environment
        let requests = Pipe()
        let answers = Pipe()
        started.standardInput = requests
        started.standardOutput = answers
        started.standardError = FileHandle.nullDevice
        try started.run()
        input = requests.fileHandleForWriting
        output = answers.fileHandleForReading
        process = started
    }

    private func stop() {
        guard let process else { return }
        input.closeFile()
        process.waitUntilExit()
    }
}
