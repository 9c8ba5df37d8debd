// `downstream-bench ingest`: files into a store, and what a few lines of Python reach with the same
// files in the same run.

import Benchmarks
import Foundation

struct IngestCommand {
    static let usage = """

        Usage: downstream-bench ingest [ROWS] [csv] [json] [peers]

        Writes a table of ROWS rows (4000000) and ten columns as delimited text and as JSON Lines,
        and takes each in three times. With peers, Python's csv and json into SQLite run on the
        same files and disk, and the list of what ingest is meant to reach stands at the end.
        """

    private let rows: Int
    private let kinds: [IngestBench.Kind]
    private let hasPeers: Bool
    private let folder = NSTemporaryDirectory() + "downstream-bench-\(UUID().uuidString)"

    /// `nil` for words that are none of the parts.
    init?(_ arguments: [String]) {
        rows = arguments.first.flatMap(Int.init) ?? 4_000_000
        let words = Set(arguments.filter { Int($0) == nil })
        let named = IngestBench.Kind.allCases.filter { words.contains($0.rawValue) }
        kinds = named.isEmpty ? IngestBench.Kind.allCases : named
        hasPeers = words.contains("peers")
        guard rows > 0, words.isSubset(of: ["csv", "json", "peers"]) else { return nil }
    }

    func run() throws {
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        let bench = IngestBench(folder: folder, rows: rows)
        var figures: [LogFigure] = []
        for kind in kinds {
            try bench.write(kind)
            figures += try bench.ingest(kind)
            if hasPeers { figures += try Peers.ingest(bench, kind, folder: folder) }
        }
        try FileManager.default.removeItem(atPath: folder)
        print("a table of \(rows) rows, two cores at most")
        for figure in figures {
            print(LogCommand.row([figure.name, figure.valueText, figure.unit]))
        }
        guard hasPeers else { return }
        print("")
        print(LogCommand.row(["what", "seen", "meant to be"]))
        for target in LogTarget.ofIngest { print(LogCommand.row(target.cells(figures))) }
    }
}
