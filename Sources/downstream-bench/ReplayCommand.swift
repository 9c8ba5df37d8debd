// `downstream-bench replay`: replications of a large record, and in turns with them the same ones
// as a plain loop in C++.

import Benchmarks
import Foundation

struct ReplayCommand {
    static let usage = """

        Usage: downstream-bench replay [CONTACTS] [--replications N] [--data FOLDER]

        Replays a record of CONTACTS contacts (5000000), one intent of twelve automated, N times
        (20), on one core and on two, five rounds each; in turns with .build/peers/replay.run where
        that is built (make -C tools/peers). With the folder of the Anonymous Bank's files, its
        seven months too, a thousand times.
        """

    private let contacts: Int
    private let replications: Int
    private let data: String?
    private let folder = NSTemporaryDirectory() + "downstream-bench-\(UUID().uuidString)"
    private static let peer = ".build/peers/replay.run"
    private static let rounds = 5

    /// `nil` for words that are none of the parts.
    init?(_ arguments: [String]) {
        var rest = arguments[...]
        var contacts = 5_000_000
        var replications = 20
        var data: String?
        while let word = rest.popFirst() {
            switch word {
            case "--replications":
                guard let count = rest.popFirst().flatMap({ Int($0) }), count > 0 else {
                    return nil
                }
                replications = count
            case "--data":
                guard let folder = rest.popFirst() else { return nil }
                data = folder
            default:
                guard let count = Int(word), count >= 1_000 else { return nil }
                contacts = count
            }
        }
        self.contacts = contacts
        self.replications = replications
        self.data = data
    }

    func run() throws {
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        let bench = try ReplayBench(contacts: contacts)
        let (replayed, untouched) = bench.counts
        print("\(contacts) contacts: \(replayed) replayed, \(untouched) untouched")
        print("\(replications) replications a round, medians of \(ReplayCommand.rounds) rounds")
        let hasPeer = FileManager.default.isExecutableFile(atPath: ReplayCommand.peer)
        if hasPeer {
            try bench.writeWords(to: folder + "/replay.words", replications: replications)
        } else {
            print("\(ReplayCommand.peer) is not there; tools/peers/README.md says how to build it")
        }
        for threads in [1, 2] { try measure(bench, threads, hasPeer: hasPeer) }
        DownstreamBench.printPeakMemory()
        try bank()
        try FileManager.default.removeItem(atPath: folder)
    }

    private func measure(_ bench: ReplayBench, _ threads: Int, hasPeer: Bool) throws {
        var seconds: [Double] = []
        var untouched: [Double] = []
        var limit: [Double] = []
        var ratios: [Double] = []
        for _ in 0..<ReplayCommand.rounds {
            let outcome = bench.run(replications: replications, threads: threads)
            seconds.append(outcome.seconds)
            untouched.append(outcome.untouchedSeconds)
            guard hasPeer else { continue }
            let peer = try Peers.replay(
                ReplayCommand.peer, folder + "/replay.words", threads, digest: outcome.digest)
            limit.append(peer.wall)
            // A busy machine takes turns away from both; processor time it does not.
            ratios.append(outcome.processorSeconds / peer.processor)
        }
        let cores = threads == 1 ? "one core" : "\(threads) cores"
        let counts = bench.counts
        func show(_ name: String, _ count: Int, _ seconds: [Double]) {
            let rate = Double(count * replications) / max(1e-9, median(seconds))
            print(LogCommand.row(["\(name), \(cores)", LogFigure.text(rate), "contacts/s"]))
        }
        show("replayed contacts", counts.replayed, seconds)
        show("untouched contacts", counts.untouched, untouched)
        guard hasPeer else { return }
        show("limit replayed contacts", counts.replayed, limit)
        print(
            LogCommand.row([
                "processor time over the limit's, \(cores)", LogFigure.text(median(ratios)),
                "at most 1.5",
            ]))
    }

    private func bank() throws {
        guard let data else {
            print("the bank's seven months are not measured: --data FOLDER says where they are")
            return
        }
        let files = try FileManager.default.contentsOfDirectory(atPath: data).sorted()
            .filter { $0.hasSuffix(".txt.gz") || $0.hasSuffix(".txt") }.map { data + "/" + $0 }
        let bench = try BankReplayBench(data: files, folder: folder, scenarios: "scenarios")
        let runs = try (0..<3).map { _ in try bench.run(replications: 1_000) }
        guard Set(runs.map(\.id)).count == 1 else {
            throw WrongAnswer(description: "two answers: \(Set(runs.map(\.id)))")
        }
        print(
            LogCommand.row([
                "a thousand replications of the bank, two cores",
                LogFigure.text(median(runs.map(\.seconds))), "s, at most 10",
            ]))
    }

    private func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
}
