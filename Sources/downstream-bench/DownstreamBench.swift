// The runner of the benchmarks: each workload several times in turn with what it is held against,
// medians and ratios on a table. Machines are noisy; the ratio is what to quote.

import Benchmarks
import Foundation

@main
struct DownstreamBench {
    static func main() throws {
        LogBench.prepareProcess()
        let arguments = CommandLine.arguments.dropFirst()
        if arguments.contains("--help") || arguments.contains("-h") { return usage() }
        if arguments.first == "log" {
            guard let command = LogCommand(Array(arguments.dropFirst())) else {
                FileHandle.standardError.write(Data("error: unknown part of the log\n".utf8))
                exit(64)
            }
            return try command.run()
        }
        if arguments.first == "ingest" {
            guard let command = IngestCommand(Array(arguments.dropFirst())) else {
                FileHandle.standardError.write(Data("error: unknown part of ingest\n".utf8))
                exit(64)
            }
            return try command.run()
        }
        if arguments.first == "replay" {
            guard let command = ReplayCommand(Array(arguments.dropFirst())) else {
                FileHandle.standardError.write(Data("error: unknown part of replay\n".utf8))
                exit(64)
            }
            return try command.run()
        }
        let sizes = WorkloadSize.allCases.filter {
            arguments.contains("--\($0.rawValue)")
        }
        let rounds = arguments.contains("--once") ? 1 : 3
        let named = Workload.allCases.filter { arguments.contains($0.rawValue) }
        let known =
            WorkloadSize.allCases.map { "--\($0.rawValue)" } + ["--once"]
            + Workload.allCases.map(\.rawValue)
        if let wrong = arguments.first(where: { !known.contains($0) }) {
            FileHandle.standardError.write(Data("error: unknown argument \(wrong)\n".utf8))
            exit(64)
        }
        try header()
        for size in sizes.isEmpty ? [.small, .medium] : sizes {
            try run(size, named.isEmpty ? Workload.allCases : named, rounds: rounds)
        }
        printPeakMemory()
    }

    static func printPeakMemory() {
        var usage = rusage()
        unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        print("peak memory \(usage.ru_maxrss / 1_024) MiB")
    }

    private static func usage() {
        print(LogCommand.usage)
        print(IngestCommand.usage)
        print(ReplayCommand.usage)
        print(
            """

            Usage: downstream-bench [--small] [--medium] [--large] [--once] [WORKLOAD ...]

            Runs the workloads on a generated bank, three rounds of each, and prints medians.
            Without a size: small and medium. Run it in the product's folder.

            Workloads:
            """)
        for workload in Workload.allCases {
            print("  \(workload.rawValue): \(workload.summary)")
            print("    held against: \(workload.limitSummary)")
        }
    }

    private static func header() throws {
        print("processors \(ProcessInfo.processInfo.activeProcessorCount)")
        print(row(["workload", "size", "items", "unit", "per second", "limit", "ratio", "hash"]))
    }

    private static func run(_ size: WorkloadSize, _ workloads: [Workload], rounds: Int) throws {
        let folder = NSTemporaryDirectory() + "downstream-bench-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        let bench = try Bench(size: size, folder: folder, scenarios: "scenarios")
        for workload in workloads { try report(workload, bench, rounds: rounds) }
        try FileManager.default.removeItem(atPath: folder)
    }

    private static func report(_ workload: Workload, _ bench: Bench, rounds: Int) throws {
        var rates: [Double] = []
        var limits: [Double] = []
        var last: WorkloadOutcome?
        for _ in 0..<rounds {
            let result = try bench.run(workload)
            rates.append(result.outcome.perSecond)
            limits.append(result.limit.perSecond)
            if let last, last.hash != result.outcome.hash {
                throw WrongAnswer(description: "\(workload.rawValue): two answers")
            }
            last = result.outcome
        }
        guard let last else { return }
        let rate = median(rates)
        let limit = median(limits)
        let hash = String(last.hash, radix: 16)
        print(
            row([
                workload.rawValue, bench.size.rawValue, "\(last.items)", last.unit,
                LogFigure.text(rate),
                LogFigure.text(limit), LogFigure.text(limit > 0 ? rate / limit : 0), hash,
            ]) + (last.remark.isEmpty ? "" : "  " + last.remark))
    }

    private static func median(_ values: [Double]) -> Double {
        values.sorted()[values.count / 2]
    }

    private static func row(
        _ cells: [String], widths: [Int] = [9, 7, 8, 13, 11, 11, 8, 17]
    ) -> String {
        zip(cells, widths).map { cell, width in
            cell + String(repeating: " ", count: max(1, width - cell.count))
        }.joined()
    }
}
