// The programs of tools/peers in the same run: the same events, the same disk, the same minutes.
// Ratios are what to quote.

import Benchmarks
import Foundation

enum Peers {
    /// A figure of ours and the peer's measurement that it is held against.
    private static let pairs: [(ours: String, peer: String, measurement: String, field: String)] = [
        ("append", "limit", "append", "per_second"),
        ("append", "sqlite", "append", "per_second"),
        ("scan, three columns", "limit", "scan", "per_second"),
        ("scan, everything", "limit", "scan_all", "per_second"),
        ("verify", "limit", "verify", "per_second"),
        ("streams", "limit", "streams", "per_second"),
        ("streams", "sqlite", "streams", "per_second"),
    ]

    /// Runs the peers that are built and prints what each measured, and ours over theirs.
    static func run(events: Int, folder: String, _ figures: [LogFigure]) throws {
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        defer { remove(folder) }
        for (name, arguments) in [
            (
                "limit",
                ["--events", "\(events)", "--measure", "sync,append,open,scan,streams,commits"]
            ),
            ("sqlite", ["--events", "\(events)", "--seconds-limit", "40"]),
        ] {
            let program = ".build/peers/\(name).run"
            guard FileManager.default.isExecutableFile(atPath: program) else {
                print("\(program) is not built: make -C tools/peers")
                continue
            }
            for line in try lines(of: program, arguments + ["--folder", folder]) {
                print(text(line))
                compare(name, line, figures)
            }
        }
    }

    private static func remove(_ folder: String) {
        do { try FileManager.default.removeItem(atPath: folder) } catch {
            print("\(folder) could not be removed: \(error)")
        }
    }

    private static func lines(of program: String, _ arguments: [String]) throws -> [[String: Any]] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return try data.split(separator: UInt8(ascii: "\n")).compactMap { line in
            try JSONSerialization.jsonObject(with: line) as? [String: Any]
        }
    }

    /// The measurement and its numbers, in the order of their names.
    private static func text(_ line: [String: Any]) -> String {
        let name = "\(line["peer"] ?? ""), \(line["measurement"] ?? "")"
        let facts = line.filter { $0.value is NSNumber }.sorted { $0.key < $1.key }
        return name + ": " + facts.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    }

    private static func compare(
        _ peer: String, _ line: [String: Any], _ figures: [LogFigure]
    ) {
        for pair in pairs where pair.peer == peer {
            guard line["measurement"] as? String == pair.measurement,
                let theirs = line[pair.field] as? Double, theirs > 0,
                let ours = figures.first(where: { $0.name == pair.ours })
            else { continue }
            let ratio = (ours.value / theirs * 1_000).rounded() / 1_000
            print("  ours over \(peer), \(pair.ours): \(ratio)")
        }
    }
}
