// downstream validate

import ArgumentParser
import Workbench

struct ValidateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Fit the model to earlier weeks, foretell later ones, and measure how far off.",
        discussion: """
            The needs of the later weeks are those recorded; what becomes of them is drawn from \
            the model of the earlier weeks alone. Every distance stands beside the noise floor \
            (two halves of the fitted weeks against each other) and a naive model. The weekly \
            totals say how often a 90 % interval held.

            With --scenario it says instead what a simulation with fresh chance terms makes of \
            a scenario: the law of journeys fitted to the whole log is drawn from the recorded \
            needs in two independent worlds, without and with the automations. `simulate` replays \
            what was recorded; this is what it is held against.

            Examples:
              downstream validate
              downstream validate --split 1999-06-07 --replications 400
              downstream validate --scenario scenarios/anonymous-bank/nothing-changes.yaml
              downstream --format json validate
            """)

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The first day that is foretold (default: the last Monday before two thirds of the "
                + "needs had begun).", valueName: "day"))
    var split: String?

    @Option(
        name: .long,
        help: "Draw this scenario's change from the model, with fresh chance in both worlds.",
        completion: .file(extensions: ["yaml", "yml"]))
    var scenario: String?

    @Flag(name: .long, help: "With --scenario: let both worlds share their chance terms.")
    var sharedChance = false

    @Option(name: .long, help: "How many replications, in pairs of one parameter draw.")
    var replications = 200

    @Option(name: .long, help: "The seed of every draw.")
    var seed: UInt64 = 1

    @Option(name: .long, help: "Threads to use (default: one for each processor).")
    var threads = 0

    @OptionGroup(title: "Common options") var options: CommonOptions
    @ParentCommand var root: Downstream

    func validate() throws {
        guard split == nil || scenario == nil else {
            throw ValidationError("--split: not with --scenario, which holds no weeks out")
        }
        guard !sharedChance || scenario != nil else {
            throw ValidationError("--shared-chance: only with --scenario FILE")
        }
        guard (2...100_000).contains(replications), replications % 2 == 0 else {
            throw ValidationError(
                "--replications: expected an even number from 2 to 100000, found \(replications)")
        }
        guard (0...1_024).contains(threads) else {
            throw ValidationError("--threads: expected 1 to 1024, found \(threads)")
        }
    }

    func run() throws {
        let session = Session(options, root.options)
        let store = try session.open(.readWrite)
        var request = ValidationRequest()
        request.split = split
        request.replications = replications
        request.seed = seed
        request.threads = threads
        request.sharesChance = sharedChance
        let answer = try session.working { progress in
            if let scenario {
                return try store.generativeChange(
                    scenarioPath: scenario, request, progress: progress)
            }
            return try store.validate(request, progress: progress)
        }
        try session.write(answer)
    }
}
