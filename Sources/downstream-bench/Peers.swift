// The programs of tools/peers in the same run: the same events, the same disk, the same minutes.
// Ratios are what to quote.

import Benchmarks
import Foundation

enum Peers {
    /// Seconds that a slow peer may append; it says how far it came.
    private static let patience = "40"

    /// Runs the peers that are built, and gives what each measured.
    static func run(events: Int, folder: String) throws -> [LogFigure] {
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        var figures: [LogFigure] = []
        for (program, arguments) in commands(events) {
            guard FileManager.default.isExecutableFile(atPath: program) else {
                print("\(program) is not there; tools/peers/README.md says how to build it")
                continue
            }
            figures += try lines(of: program, arguments + ["--folder", folder]).flatMap(read)
        }
        try FileManager.default.removeItem(atPath: folder)
        return figures
    }

    /// Python's own way from a file into SQLite.
    static func ingest(_ bench: IngestBench, _ kind: IngestBench.Kind, folder: String) throws
        -> [LogFigure]
    {
        try ["1000", "100000"].flatMap { batch in
            try lines(
                of: "/usr/bin/env",
                ["python3", "tools/peers/ingest_peer.py", bench.path(kind), "--kind"]
                    + [kind.rawValue, "--batch", batch, "--folder", folder]
            ).flatMap(read)
        }
    }

    /// Seconds of the C++ loop over the contacts in a file, by the clock and of processors.
    /// - Throws: ``WrongAnswer`` where its totals are not ours.
    static func replay(
        _ program: String, _ path: String, _ threads: Int, digest: UInt64
    ) throws -> (wall: Double, processor: Double) {
        guard let line = try lines(of: program, [path, "\(threads)"]).first,
            let seconds = line["seconds"] as? Double,
            let processor = line["cpu_seconds"] as? Double,
            let found = line["digest"] as? String
        else { throw WrongAnswer(description: "\(program) said nothing") }
        guard found == String(digest, radix: 16) else {
            throw WrongAnswer(
                description: "its totals, \(found), are not ours, \(String(digest, radix: 16))")
        }
        return (seconds, processor)
    }

    private static func commands(_ events: Int) -> [(String, [String])] {
        let count = ["--events", "\(events)"]
        return [
            (
                ".build/peers/limit.run",
                count + ["--measure", "sync,append,open,scan,streams,commits"]
            ),
            (".build/peers/sqlite.run", count + ["--seconds-limit", patience]),
            (
                ".build/peers-venv/bin/python",
                ["tools/peers/eventsourcing_peer.py", "--events", "\(min(events, 200_000))"]
                    + ["--seconds-limit", patience]
            ),
        ]
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
        guard process.terminationStatus == 0 else {
            throw WrongAnswer(
                description: "\(program) ended with status \(process.terminationStatus)")
        }
        return try data.split(separator: UInt8(ascii: "\n")).compactMap { line in
            try JSONSerialization.jsonObject(with: line) as? [String: Any]
        }
    }

    /// The figures of one line of a peer's.
    private static func read(_ line: [String: Any]) -> [LogFigure] {
        guard let peer = line["peer"] as? String, let measurement = line["measurement"] as? String
        else { return [] }
        var name = peer + " " + measurement
        if peer != "limit", let batch = line["batch"] as? Int { name += " by \(batch)" }
        if measurement.hasPrefix("scan") || measurement == "verify",
            let threads = line["threads"] as? Int
        {
            name += threads == 1 ? " on one core" : ""
        }
        return [
            ("per_second", "", "/s"), ("median_microseconds", "", "us"),
            ("bytes_per_event", ", size", "bytes/event"),
        ].compactMap { field, suffix, unit in
            guard let value = line[field] as? Double else { return nil }
            return LogFigure(name: name + suffix, value: value, unit: unit)
        }
    }
}
