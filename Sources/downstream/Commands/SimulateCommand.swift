// downstream simulate

import ArgumentParser
import Workbench

struct SimulateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Replay the recorded quarter under a scenario.",
        discussion: """
            Every recorded contact is replayed with its own chance terms, in the world as it was \
            and in the scenario's, and the two are compared customer by customer. The same seed \
            gives the same bytes on any number of threads. Intervals are printed from 200 \
            replications on. The run is kept in the store; `report` makes the report of it. \
            A scenario that lets automation lead where the policy in the store \
            (`settings --policy`) says that a person does is refused.

            Examples:
              downstream simulate scenarios/anonymous-bank/regular-calls-self-service.yaml
              downstream simulate scenarios/anonymous-bank/nothing-changes.yaml --replications 2
              downstream simulate my-scenario.yaml --customers customers.csv
              downstream --format json simulate my-scenario.yaml --replications 1000 --seed 7
            """)

    @Argument(help: "The scenario file.", completion: .file(extensions: ["yaml", "yml"]))
    var scenario: String

    @Option(name: .long, help: "How many replications, in pairs of one parameter draw.")
    var replications = 200

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

    @OptionGroup(title: "Common options") var options: CommonOptions
    @ParentCommand var root: Downstream

    func validate() throws {
        guard (2...1_000_000).contains(replications), replications % 2 == 0 else {
            throw ValidationError(
                "--replications: expected an even number from 2 to 1000000, found \(replications)")
        }
        guard (0...1_024).contains(threads) else {
            throw ValidationError("--threads: expected 1 to 1024, found \(threads)")
        }
    }

    func run() throws {
        let session = Session(options, root.options)
        let store = try session.open(.readWrite)
        var request = SimulationRequest()
        request.replications = replications
        request.seed = seed
        request.threads = threads
        request.customersPath = customers
        request.allowsViolations = allowViolations
        let run = try session.working {
            try store.simulate(scenarioPath: scenario, request: request, progress: $0)
        }
        switch session.format {
        case .json: try AnswerWriter.json(SimulationJSON(run))
        case .text, .csv: try session.write(Store.answer(run))
        }
    }
}
