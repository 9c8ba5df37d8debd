// downstream explain

import ArgumentParser
import Workbench

struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Open a run down to one customer's contacts.",
        discussion: """
            Replays a kept run and shows what became of each contact of one customer: in how many \
            replications it happens, later or longer, is met before by automation, or loses its \
            return. `simulate --customers FILE` names the customers and their part in the figures.

            Examples:
              downstream explain --customer C000123
              downstream explain regular-calls-self-service-0123456789 --customer C000123
              downstream explain --customer C000123 --replication 7
            """)

    @Argument(
        help: ArgumentHelp(
            "A run, as `runs` shows it (default: the latest).", valueName: "run"))
    var runID: String?

    @Option(name: .long, help: "The customer, as the log names them.")
    var customer: String

    @Option(name: .long, help: "One replication of the run, from 0 (default: all).")
    var replication: Int?

    @OptionGroup(title: "Common options") var options: CommonOptions
    @ParentCommand var root: Downstream

    func run() throws {
        let session = Session(options, root.options)
        let store = try session.open(.readOnly)
        let answer = try session.working {
            try store.explain(
                run: runID, customer: customer, replication: replication, progress: $0)
        }
        try session.write(answer)
    }
}
