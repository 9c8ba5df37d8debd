// Starting processes, and learning how they ended. The C library's own spawn is used: some of
// these tests start tens of thousands.

import Foundation
import Testing

/// How a process ended, and what it said.
struct Ending: Sendable {
    /// The exit status; `nil` where a signal ended it.
    var status: Int32?
    var signal: Int32?
    var output: String
    var messages: String

    /// For the comments of expectations.
    var summary: String {
        let end = status.map { "status \($0)" } ?? "signal \(signal ?? 0)"
        return "\(end): \(messages.prefix(400))\(output.prefix(200))"
    }
}

/// A process that was started and has to be waited for.
final class Child {
    private static let hangSeconds = 120.0
    private(set) var identifier: pid_t = 0
    private let outputPath: String
    private let messagesPath: String
    private var isFinished = false

    /// - Parameters:
    ///   - environment: beside that of the tests.
    ///   - scratch: the path of files for what it says, endings added.
    init(
        _ arguments: [String], environment: [String: String] = [:], scratch: String
    ) throws {
        outputPath = scratch + ".out"
        messagesPath = scratch + ".err"
        var all = ProcessInfo.processInfo.environment
        all["DOWNSTREAM_STORE"] = nil
        // A crash that is wanted needs no picture of the stack.
        all["SWIFT_BACKTRACE"] = "enable=no"
        all.merge(environment) { $1 }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        let flags = O_WRONLY | O_CREAT | O_TRUNC
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, outputPath, flags, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, messagesPath, flags, 0o600)
        var pointers = arguments.map { strdup($0) } + [nil]
        var settings = all.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for pointer in pointers + settings { free(pointer) } }
        let code = posix_spawn(
            &identifier, arguments[0], &actions, nil, &pointers, &settings)
        try #require(code == 0, "\(arguments[0]) cannot be started: \(code)")
    }

    deinit {
        if !isFinished {
            kill(identifier, SIGKILL)
            waitpid(identifier, nil, 0)
        }
        unlink(outputPath)
        unlink(messagesPath)
    }

    func signal(_ number: Int32) { kill(identifier, number) }

    /// Waits until the process has stopped itself (SIGSTOP).
    func waitUntilStopped() throws {
        var status: Int32 = 0
        let found = waitpid(identifier, &status, WUNTRACED)
        try #require(found == identifier && status & 0xff == 0x7f, "it did not stop: \(status)")
    }

    /// Whether it ends within a time.
    func ends(within seconds: Double) -> Bool {
        let deadline = Date(timeIntervalSinceNow: seconds)
        while Date.now < deadline {
            var information = siginfo_t()
            waitid(P_PID, id_t(identifier), &information, WEXITED | WNOHANG | WNOWAIT)
            if information.si_signo != 0 { return true }
            usleep(500)
        }
        return false
    }

    /// Waits for the end; a process that hangs is ended and shows as SIGKILL.
    func wait() throws -> Ending {
        if !ends(within: Child.hangSeconds) {
            Issue.record("process \(identifier) hangs; ended")
            kill(identifier, SIGKILL)
        }
        var status: Int32 = 0
        waitpid(identifier, &status, 0)
        isFinished = true
        let number = status & 0x7f
        return Ending(
            status: number == 0 ? (status >> 8) & 0xff : nil, signal: number == 0 ? nil : number,
            output: try said(), messages: try Child.text(messagesPath))
    }

    /// What it has said on standard error so far.
    func messagesSoFar() throws -> String { try Child.text(messagesPath) }

    private func said() throws -> String { try Child.text(outputPath) }

    private static func text(_ path: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
    }
}
