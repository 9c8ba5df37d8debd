// downstream simulate

import ArgumentParser
import Workbench

/// What `--replications` takes: a number, or a range of which the upper end is left out.
struct ReplicationsArgument: ExpressibleByArgument {
    let lower: Int
    let upper: Int
    let isRange: Bool

    init?(argument: String) {
        let ends = argument.split(separator: "..", omittingEmptySubsequences: false).map { Int($0) }
        switch (ends.count, ends.first ?? nil, ends.last ?? nil) {
        case (1, let upper?, _): self.init(lower: 0, upper: upper, isRange: false)
        case (2, let lower?, let upper?): self.init(lower: lower, upper: upper, isRange: true)
        default: return nil
        }
    }

    private init(lower: Int, upper: Int, isRange: Bool) {
        self.lower = lower
        self.upper = upper
        self.isRange = isRange
    }
}

struct SimulateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Replay the recorded quarter under a scenario.",
        discussion: """
            Every recorded contact is replayed with its own chance terms, in the world as it was \
            and in the scenario's, and the two are compared customer by customer. The same seed \
            gives the same bytes on any number of threads. Intervals are printed from 200 \
            replications on. Without --replications the run goes on until the means of net, \
            rework, escalations, silent give-ups and customers' own time are known to --tolerance \
            of their change, or to a thousandth of the baseline, twice in a row, at the most to \
            --limit. An interrupt (Ctrl-C) ends it early and keeps what is done. The run is kept \
            in the store; `report` makes the report of it. A scenario that lets automation lead \
            where the policy in the store (`settings --policy`) says that a person does is \
            refused.

            Examples:
              downstream simulate scenarios/anonymous-bank/regular-calls-self-service.yaml
              downstream simulate scenarios/anonymous-bank/nothing-changes.yaml --replications 2
              downstream simulate my-scenario.yaml --customers customers.csv
              downstream --format json simulate my-scenario.yaml --replications 1000 --seed 7
              downstream simulate my-scenario.yaml --replications 0..500 --partial first.part
            """)

    @Argument(help: "The scenario file.", completion: .file(extensions: ["yaml", "yml"]))
    var scenario: String

    @Option(
        name: .long,
        help: ArgumentHelp(
            "How many replications, in pairs of one parameter draw, whatever the precision; with "
                + "--partial a range A..B, from A to before B.",
            valueName: "n"))
    var replications: ReplicationsArgument?

    @Option(
        name: .long, help: "The half-width of the means that ends a run, as a share of the change.")
    var tolerance = 0.05

    @Option(name: .long, help: "Replications at which a run ends in any case.")
    var limit = 2_000

    @Option(
        name: .long,
        help: "Write the replications to a file for `merge`, and no figures.",
        completion: .file())
    var partial: String?

    @Option(name: .long, help: "The seed of every draw.")
    var seed: UInt64 = 1

    @Option(name: .long, help: "Threads to use (default: one for each processor).")
    var threads = 0

    @Option(
        name: .long, help: "Write each customer's part in the figures to a CSV file.",
        completion: .file(extensions: ["csv"]))
    var customers: String?

    @Flag(
        name: .long,
        help: "Run a scenario that breaks the policy; every output of it says what it breaks.")
    var allowViolations = false

    @Flag(
        name: .long,
        help: "Do not measure the model's error on weeks held out; it is said with the result.")
    var noDiscrepancy = false

    @OptionGroup(title: "Common options") var options: CommonOptions
    @ParentCommand var root: Downstream

    func validate() throws {
        if let replications {
            try SimulateCommand.check(replications)
            guard replications.isRange == (partial != nil) else {
                throw ValidationError(
                    replications.isRange
                        ? "--replications A..B: only with --partial FILE, for `merge`"
                        : "--partial: expected a range, as --replications 0..\(replications.upper)")
            }
        } else if partial != nil {
            throw ValidationError("--partial: say which, as --replications 0..500")
        }
        guard partial == nil || customers == nil else {
            throw ValidationError("--customers: of a whole run only, not with --partial")
        }
        guard (200...1_000_000).contains(limit), limit % 2 == 0 else {
            throw ValidationError("--limit: expected an even number from 200 to 1000000")
        }
        guard tolerance > 0, tolerance <= 1 else {
            throw ValidationError("--tolerance: expected a share above 0, up to 1")
        }
        guard (0...1_024).contains(threads) else {
            throw ValidationError("--threads: expected 1 to 1024, found \(threads)")
        }
    }

    private static func check(_ replications: ReplicationsArgument) throws {
        let most = 1_000_000
        guard replications.lower >= 0, replications.lower < replications.upper,
            replications.upper <= most, replications.lower % 2 == 0, replications.upper % 2 == 0
        else {
            throw ValidationError(
                replications.isRange
                    ? "--replications: expected even ends, the first below the last, up to \(most)"
                    : "--replications: expected an even number from 2 to \(most), found "
                        + "\(replications.upper)")
        }
    }

    func run() throws {
        let session = Session(options, root.options)
        let store = try session.open(.readWrite)
        var request = SimulationRequest()
        request.replications = replications?.upper
        request.tolerance = tolerance
        request.limit = limit
        request.seed = seed
        request.threads = threads
        request.customersPath = customers
        request.allowsViolations = allowViolations
        request.measuresDiscrepancy = !noDiscrepancy
        try Interruption.listening { interruption in
            request.interruption = interruption
            if let partial, let replications {
                let answer = try session.working {
                    try store.simulatePart(
                        scenarioPath: scenario,
                        replications: replications.lower..<replications.upper, to: partial,
                        request: request, progress: $0)
                }
                try session.write(answer)
            } else {
                let run = try session.working {
                    try store.simulate(scenarioPath: scenario, request: request, progress: $0)
                }
                try session.write(RunAnswer(run))
            }
            if interruption.isAsked { throw ExitRequest(status: .interrupted) }
        }
    }
}

extension Session {
    /// A kept run in the form that was asked for.
    func write(_ run: RunAnswer) throws {
        switch format {
        case .json: try AnswerWriter.json(run.json)
        case .text, .csv: try write(run.answer)
        }
    }
}
