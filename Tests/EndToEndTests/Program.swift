// The built program, run as a user runs it: arguments in, two streams and a status out. Nothing of
// the product is imported here.

import Foundation
import Testing

/// One finished run of the program.
struct Run {
    var status: Int32
    var output: String
    var messages: String

    /// The JSON object on standard output.
    func json() throws -> [String: Any] {
        let value = try JSONSerialization.jsonObject(with: Data(output.utf8))
        return try #require(value as? [String: Any], "not an object: \(output.prefix(200))")
    }
}

enum Program {
    /// The folder of this checkout.
    static let repository = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The program beside the tests' own executable.
    static let path = URL(fileURLWithPath: CommandLine.arguments[0])
        .deletingLastPathComponent().appendingPathComponent("downstream").path

    static func run(
        _ arguments: [String], store: String? = nil, program: String = path
    ) throws -> Run {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.currentDirectoryURL = repository
        var environment = ProcessInfo.processInfo.environment
        environment["DOWNSTREAM_STORE"] = store
        process.environment = environment
        process.standardInput = FileHandle.nullDevice
        // Files and not pipes: no output is too long for them.
        let folder = try TemporaryFolder()
        let output = folder.url.appendingPathComponent("out")
        let messages = folder.url.appendingPathComponent("err")
        for file in [output, messages] { try Data().write(to: file) }
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: messages)
        try process.run()
        process.waitUntilExit()
        return Run(
            status: process.terminationStatus,
            output: String(decoding: try Data(contentsOf: output), as: UTF8.self),
            messages: String(decoding: try Data(contentsOf: messages), as: UTF8.self))
    }

    /// Runs and expects status 0.
    static func done(_ arguments: [String], store: String? = nil) throws -> Run {
        let run = try run(arguments, store: store)
        #expect(run.status == 0, "\(arguments.joined(separator: " ")): \(run.messages)")
        return run
    }
}

/// A folder that goes away with its owner.
final class TemporaryFolder: Sendable {
    let url: URL

    init() throws {
        url = URL(fileURLWithPath: NSTemporaryDirectory())
            .appendingPathComponent("downstream-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit {
        do { try FileManager.default.removeItem(at: url) } catch { print("left behind: \(url)") }
    }

    func path(_ name: String) -> String { url.appendingPathComponent(name).path }
}

/// A generated bank, ingested once for all tests that only read it.
final class Bank: Sendable {
    static let mapping = "scenarios/mappings/anonymous-bank-1999.yaml"
    static let scenario = "scenarios/anonymous-bank/regular-calls-self-service.yaml"
    static let unchanged = "scenarios/anonymous-bank/nothing-changes.yaml"
    static let months = ["january", "february", "march", "april", "may", "june", "july"]

    /// Made by the first test that asks.
    static let shared = Result { try Bank(seed: 3, customers: 400) }

    let folder: TemporaryFolder
    let store: String
    let files: [String]
    let firstIngest: Run
    /// The first line of the truth.
    let counts: [String: Int]

    init(seed: Int, customers: Int) throws {
        folder = try TemporaryFolder()
        store = folder.path("store")
        let data = folder.path("data")
        let generated = try Program.run(
            ["generate", data, "--seed", "\(seed)", "--customers", "\(customers)"])
        #expect(generated.status == 0, "\(generated.messages)")
        files = Bank.months.map { data + "/" + $0 + ".txt.gz" }
        firstIngest = try Program.run(
            ["--format", "json", "ingest"] + files + ["--mapping", Bank.mapping], store: store)
        let truth = try String(contentsOfFile: data + "/truth.jsonl", encoding: .utf8)
        let first = try #require(truth.split(separator: "\n").first)
        let header = try JSONSerialization.jsonObject(with: Data(first.utf8)) as? [String: Any]
        let all = try #require(header?["counts"] as? [String: Any])
        counts = all.compactMapValues { $0 as? Int }
    }

    func json(_ arguments: [String]) throws -> [String: Any] {
        try Program.done(["--format", "json"] + arguments, store: store).json()
    }
}
