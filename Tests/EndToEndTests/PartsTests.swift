// A run in parts, a run that ends itself, and one that is interrupted.

import Foundation
import Testing

@Suite struct PartsTests {
    let bank: Bank
    let folder: TemporaryFolder

    init() throws {
        bank = try Bank.shared.get()
        folder = try TemporaryFolder()
    }

    private func part(_ range: String, _ name: String, _ more: [String] = []) throws -> String {
        let path = folder.path(name)
        _ = try Program.done(
            ["simulate", Bank.scenario, "--replications", range, "--partial", path] + more,
            store: bank.store)
        return path
    }

    private func refused(_ files: [String]) throws -> String {
        let run = try Program.run(["merge"] + files, store: bank.store)
        #expect(run.status != 0 && run.output.isEmpty)
        return run.messages
    }

    @Test func partsMakeTheRunThatOneMachineMakes() throws {
        let whole = try Program.done(
            ["--format", "json", "simulate", Bank.scenario, "--replications", "40"],
            store: bank.store
        ).output
        let parts = [
            try part("10..34", "b", ["--threads", "1"]), try part("34..40", "c"),
            try part("0..10", "a", ["--threads", "3"]),
        ]
        let merged = try Program.done(
            ["--format", "json", "merge"] + parts, store: bank.store
        ).output
        #expect(whole.count > 1_000)
        #expect(merged == whole)
    }

    @Test func partsThatDoNotFitAreRefused() throws {
        let first = try part("0..4", "first")
        let second = try part("6..8", "second")
        let over = try part("2..6", "over")
        let other = try part("4..6", "other", ["--seed", "2"])
        #expect(try refused([first, second]).contains("replications 4..6 are in none"))
        #expect(try refused([second]).contains("replications 0..6 are in none"))
        #expect(try refused([first, over]).contains("replications 2..4 are in another file too"))
        #expect(try refused([first, other]).contains("they differ in the seed"))
        #expect(try refused([first, first]).contains("in another file too"))
        #expect(try refused([folder.path("none")]).contains("no such file"))
        #expect(try refused([Bank.scenario]).contains("no file of partial results"))
    }

    @Test func aDamagedPartIsRefused() throws {
        let path = try part("0..4", "whole")
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        for place in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 40)) {
            var wrong = bytes
            wrong[place] ^= 1
            try wrong.write(to: URL(fileURLWithPath: path))
            #expect(try refused([path]).contains("damaged"), "byte \(place)")
        }
        try bytes.dropLast(70).write(to: URL(fileURLWithPath: path))
        #expect(try refused([path]).contains("damaged"))
    }

    @Test func aRunWithoutANumberEndsItself() throws {
        let settled = try bank.json(["simulate", Bank.unchanged])
        #expect(settled["stopped_by"] as? String == "tolerance")
        #expect(settled["replications"] as? Int == 200)
        let strict = ["simulate", Bank.scenario, "--tolerance", "0.0001", "--limit", "300"]
        let limited = try bank.json(strict + ["--threads", "1"])
        #expect(limited["stopped_by"] as? String == "limit")
        #expect(limited["replications"] as? Int == 300)
        let precision = try #require(limited["precision"] as? [[String: Any]])
        #expect(precision.first?["figure"] as? String == "net")
        let half = try #require(precision.first?["half_width"] as? Double)
        #expect(half > 0)
        #expect(
            try bank.json(strict + ["--threads", "3"])["run"] as? String
                == limited["run"] as? String)
    }

    @Test func anInterruptedRunKeepsWhatIsDone() throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Program.path)
        process.arguments = [
            "--format", "json", "simulate", Bank.scenario, "--replications", "1000000",
        ]
        process.currentDirectoryURL = Program.repository
        process.environment = ["DOWNSTREAM_STORE": bank.store]
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        // Once it replays, and on a slow machine later, an interrupt finds something done.
        Thread.sleep(forTimeInterval: 6)
        kill(process.processIdentifier, SIGINT)
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationStatus == 130)
        let run = try #require(
            try JSONSerialization.jsonObject(with: output) as? [String: Any])
        #expect(run["stopped_by"] as? String == "interrupted")
        let done = try #require(run["replications"] as? Int)
        #expect(done >= 2 && done < 1_000_000)
        // It is the run of that many, but for why it ended.
        let stated = try bank.json(["simulate", Bank.scenario, "--replications", "\(done)"])
        for key in ["ledger", "metrics", "customers"] {
            let isSame = try bytes(stated[key]) == bytes(run[key])
            #expect(isSame, "\(key)")
        }
    }

    private func bytes(_ value: Any?) throws -> Data {
        try JSONSerialization.data(
            withJSONObject: try #require(value), options: [.sortedKeys])
    }

    @Test(arguments: [
        ["--replications", "3"], ["--replications", "0..4"], ["--replications", "4..2"],
        ["--replications", "1..4", "--partial", "p"], ["--replications", "x"],
        ["--partial", "p"], ["--replications", "4", "--partial", "p"], ["--limit", "100"],
        ["--tolerance", "0"], ["--replications", "0..4", "--partial", "p", "--customers", "c"],
    ])
    func wrongNumbersAreWrongUsage(_ words: [String]) throws {
        let run = try Program.run(["simulate", Bank.scenario] + words, store: bank.store)
        #expect(run.status == 64 && run.output.isEmpty)
    }
}
