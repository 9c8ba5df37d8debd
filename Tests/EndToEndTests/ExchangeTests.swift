// A log out and in again with the built program: the same events, positions, times and figures;
// and a follower that sees what another process appends.

import Foundation
import Glibc
import Testing

@Suite struct ExchangeTests {
    let bank: Bank

    init() throws { bank = try Bank.shared.get() }

    private static let settings = [
        "settings", "--rules", "scenarios/rules/anonymous-bank-1999.yaml", "--costs",
        "scenarios/costs/anonymous-bank-1999.yaml",
    ]

    /// The lines of a log's events.
    private func events(_ store: String) throws -> [Substring] {
        try Program.done(["export", "cloudevents"], store: store).output
            .split(separator: "\n").dropFirst().map { $0 }
    }

    @Test func aCopyByExportAndImportGivesTheSameEventsAndTheSameFigures() throws {
        let folder = try TemporaryFolder()
        let export = folder.path("export.jsonl")
        let said = try Program.done(
            ["--format", "json", "export", "cloudevents", "--out", export], store: bank.store)
        let count = try #require(try bank.json(["status"])["events"] as? Int)
        #expect(try said.json()["events"] as? Int == count)
        let copy = folder.path("copy")
        _ = try Program.run([export], program: "/bin/gzip")
        let report = try Program.done(
            ["--format", "json", "import", export + ".gz", "--strict"], store: copy
        ).json()
        #expect(report["accepted"] as? Int == count)
        #expect(report["balanced"] as? Bool == true)
        #expect(report["same_positions"] as? Bool == true)
        #expect(try events(copy) == events(bank.store))
        _ = try Program.done(ExchangeTests.settings, store: copy)
        for view in ["queues", "recontact", "ledger"] {
            let arguments = ["--format", "json", "view", view]
            #expect(
                try Program.done(arguments, store: copy).output
                    == Program.done(arguments, store: bank.store).output, "view \(view)")
        }
        #expect(
            try Program.done(["journeys", "list", "--limit", "50"], store: copy).output
                == Program.done(["journeys", "list", "--limit", "50"], store: bank.store).output)
        let verified = try Program.done(["--format", "json", "verify"], store: copy).json()
        #expect(verified["sound"] as? Bool == true)
    }

    @Test func anImportThatWasKilledGoesOnWhereItStopped() throws {
        let folder = try TemporaryFolder()
        let export = folder.path("export.jsonl")
        _ = try Program.done(["export", "cloudevents", "--out", export], store: bank.store)
        let copy = folder.path("copy")
        let count = try #require(try bank.json(["status"])["events"] as? Int)
        var partial = 0
        for attempt in 0..<60 where partial < 3 {
            let process = try Background(
                ["import", export], store: copy, output: folder.path("out"))
            usleep(UInt32(10_000 * (attempt + 1)))
            process.kill(SIGKILL)
            let status = try Program.run(["--format", "json", "status"], store: copy)
            guard status.status == 0 else { continue }
            let answer = try status.json()
            #expect(answer["balanced"] as? Bool == true)
            let events = try #require(answer["events"] as? Int)
            if events == count { break }
            if events > 0 { partial += 1 }
        }
        _ = try Program.done(["import", export], store: copy)
        #expect(try events(copy) == events(bank.store))
    }

    @Test func aFollowerSeesWhatAnotherProcessAppendsOnceAndInOrder() throws {
        let folder = try TemporaryFolder()
        let store = folder.path("store")
        _ = try Program.done(["ingest", bank.files[0], "--mapping", Bank.mapping], store: store)
        let follower = try Background(
            ["tail", "--follow", "--from", "1", "--format", "json"], store: store,
            output: folder.path("followed"))
        _ = try Program.done(
            ["ingest"] + bank.files[1...3] + ["--mapping", Bank.mapping], store: store)
        let expected = try events(store)
        try follower.waitForLines(expected.count)
        follower.kill(SIGTERM)
        #expect(follower.status == 0)
        #expect(try follower.lines() == expected.map(String.init))
    }

    @Test(arguments: [SIGINT, SIGTERM])
    func aFollowerEndsCleanlyWhenItIsAskedTo(signal: Int32) throws {
        let folder = try TemporaryFolder()
        let follower = try Background(
            ["tail", "-f", "-n", "2"], store: bank.store, output: folder.path("followed"))
        try follower.waitForLines(2)
        follower.kill(signal)
        #expect(follower.status == 0)
        #expect(try follower.lines().count == 2)
    }

    @Test func aFollowerEndsWhenItsReaderLeaves() throws {
        // The reader leaves before the second event; nothing more is ever written.
        let line = "set -o pipefail; '\(Program.path)' tail -f -n 1 | head -n 1"
        let run = try Program.run(["-c", line], store: bank.store, program: "/bin/bash")
        #expect(run.status == 0, "\(run.messages)")
        #expect(run.output.split(separator: "\n").count == 1)
    }

    struct Mistake: Sendable, CustomStringConvertible {
        var arguments: [String]
        var status: Int32
        var says: String
        var description: String { arguments.joined(separator: " ") }
    }

    @Test(arguments: [
        Mistake(arguments: ["export", "xes"], status: 64, says: "Unexpected argument"),
        Mistake(
            arguments: ["export", "cloudevents", "--to", "99999999"], status: 64,
            says: "a position of the log"),
        Mistake(
            arguments: ["export", "cloudevents", "--out", "no/such/folder/x.jsonl"], status: 74,
            says: "cannot be written"),
        Mistake(
            arguments: ["export", "cloudevents", "--out", "/dev/null"], status: 74,
            says: "no regular file"),
        Mistake(arguments: ["import", "no-such.jsonl"], status: 66, says: "no-such.jsonl"),
        Mistake(arguments: ["import", "README.md"], status: 65, says: "README.md:1:1: error"),
        Mistake(arguments: ["tail", "--family", "weather"], status: 64, says: "voiceOfCustomer"),
        Mistake(arguments: ["tail", "--count=-1"], status: 64, says: "at least 0"),
        Mistake(arguments: ["tail", "--format", "csv"], status: 64, says: "text or json"),
        Mistake(arguments: ["tail", "--customer", "nobody"], status: 1, says: "nobody"),
    ])
    func aMistakeHasItsStatusAndItsWords(_ mistake: Mistake) throws {
        let run = try Program.run(mistake.arguments, store: bank.store)
        #expect(run.status == mistake.status, "\(run.messages)")
        #expect(run.messages.contains(mistake.says), "\(run.messages)")
        #expect(run.output.isEmpty)
    }
}

/// The program at work while the test goes on.
private final class Background {
    private let process = Process()
    private let output: URL

    init(_ arguments: [String], store: String, output path: String) throws {
        output = URL(fileURLWithPath: path)
        try Data().write(to: output)
        process.executableURL = URL(fileURLWithPath: Program.path)
        process.arguments = arguments
        process.currentDirectoryURL = Program.repository
        var environment = ProcessInfo.processInfo.environment
        environment["DOWNSTREAM_STORE"] = store
        process.environment = environment
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = FileHandle.nullDevice
        try process.run()
    }

    deinit { if process.isRunning { _ = Glibc.kill(process.processIdentifier, SIGKILL) } }

    var status: Int32 { process.terminationStatus }

    /// Sends a signal and waits for the end; a process that does not obey is made to.
    func kill(_ signal: Int32) {
        // One that has come to its end already cannot be killed.
        if process.isRunning { _ = Glibc.kill(process.processIdentifier, signal) }
        for _ in 0..<600 where process.isRunning { usleep(50_000) }
        if process.isRunning {
            Issue.record("signal \(signal) did not end the process")
            _ = Glibc.kill(process.processIdentifier, SIGKILL)
        }
        process.waitUntilExit()
    }

    func lines() throws -> [String] {
        try String(contentsOf: output, encoding: .utf8).split(separator: "\n").map(String.init)
    }

    /// Waits until so many lines are written; gives up after a long while.
    func waitForLines(_ count: Int) throws {
        for _ in 0..<1_200 {
            if try lines().count >= count { return }
            usleep(50_000)
        }
        Issue.record("\(try lines().count) of \(count) lines after a minute")
    }
}
