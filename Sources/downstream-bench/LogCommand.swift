// `downstream-bench log`: the log at scale, what users would take instead in the same run, and what
// it is meant to reach.

import Benchmarks
import Foundation

/// The parts of the log's benchmark and what they found.
struct LogCommand {
    static let usage = """
        Usage: downstream-bench log [EVENTS] [append] [read] [open] [awaited] [sealed [EVENTS]]
                                    [flat] [peers]

        Fills a log with EVENTS events (10000000) of about 96 bytes and 500,000 customers, and
        measures the parts named, or all but flat and peers. Sealed is a log of its own, of a
        fifth of the events where no number stands behind it. Flat is one of 50,000,000. With
        peers, those of tools/peers that are built run on the same disk, and the list of what
        the log is meant to reach stands at the end.
        """

    private let events: Int
    private let sealedEvents: Int
    private let parts: Set<String>
    private let folder = NSTemporaryDirectory() + "downstream-bench-\(UUID().uuidString)"

    private static let known: Set<String> = [
        "append", "read", "open", "awaited", "sealed", "flat", "peers",
    ]

    /// `nil` for words that are none of the parts.
    init?(_ arguments: [String]) {
        events = arguments.first.flatMap(Int.init) ?? 10_000_000
        let behindSealed = arguments.firstIndex(of: "sealed").map { $0 + 1 } ?? arguments.count
        sealedEvents =
            arguments[min(behindSealed, arguments.count)...].first.flatMap(Int.init) ?? events / 5
        parts = Set(arguments.filter { Int($0) == nil })
        guard parts.isSubset(of: LogCommand.known) else { return nil }
    }

    private func wants(_ part: String) -> Bool { parts.isEmpty || parts.contains(part) }

    func run() throws {
        var figures = try measure()
        if parts.contains("flat") { figures += try flat() }
        print("log of \(events) events, two cores at most")
        show(figures)
        guard parts.contains("peers") else { return }
        let peers = try Peers.run(events: events, folder: folder + "-peers")
        show(peers)
        print("")
        print(LogCommand.row(["what", "seen", "meant to be"]))
        for target in LogTarget.all {
            print(LogCommand.row(target.cells(figures + peers)))
        }
    }

    private func measure() throws -> [LogFigure] {
        let bench = LogBench(folder: folder, events: events)
        var figures = try bench.append(marks: [1_000_000])
        if wants("read") { figures += try bench.read() }
        if wants("open") { figures += try bench.open() }
        try remove(folder)
        if wants("awaited") {
            let awaited = LogBench(folder: folder + "-awaited", events: events)
            figures += try awaited.append(isAwaited: true)
            try remove(folder + "-awaited")
        }
        if wants("sealed") {
            figures += try bench.appendSealed(events: sealedEvents)
            try remove(folder + "-sealed")
        }
        return figures
    }

    /// Only the rates on the way: whether the millionth million costs what the first did.
    private func flat() throws -> [LogFigure] {
        let bench = LogBench(folder: folder + "-flat", events: 50_000_000)
        let figures = try bench.append(marks: [1_000_000, 10_000_000, 50_000_000])
        try remove(folder + "-flat")
        return figures.map {
            LogFigure(name: "flat: " + $0.name, value: $0.value, unit: $0.unit)
        }
    }

    private func remove(_ path: String) throws {
        guard FileManager.default.fileExists(atPath: path) else { return }
        try FileManager.default.removeItem(atPath: path)
    }

    private func show(_ figures: [LogFigure]) {
        for figure in figures {
            print(LogCommand.row([figure.name, figure.valueText, figure.unit]))
        }
    }

    static func row(_ cells: [String]) -> String {
        zip(cells, [56, 12, 40]).map { cell, width in
            cell + String(repeating: " ", count: max(1, width - cell.count))
        }.joined()
    }
}
