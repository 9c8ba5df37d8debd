// downstream runs

import ArgumentParser
import Workbench

struct RunsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runs",
        abstract: "The simulations kept in the store.",
        discussion: """
            Examples:
              downstream runs
              downstream runs show
              downstream runs diff first-0123456789 second-0123456789
            """,
        subcommands: [List.self, Show.self, Diff.self], defaultSubcommand: List.self)

    @ParentCommand var root: Downstream

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List the kept runs.",
            discussion: """
                Example:
                  downstream runs list
                """)

        @OptionGroup(title: "Common options") var options: CommonOptions
        @ParentCommand var parent: RunsCommand

        func run() throws {
            let session = Session(options, parent.root.options)
            try session.write(try session.open(.readOnly).runs())
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "Print a kept run as `simulate` did.",
            discussion: """
                Examples:
                  downstream runs show
                  downstream --format json runs show regular-calls-self-service-0123456789
                """)

        @Argument(help: "A run, as `runs` lists it (default: the latest).")
        var id: String?

        @OptionGroup(title: "Common options") var options: CommonOptions
        @ParentCommand var parent: RunsCommand

        func run() throws {
            let session = Session(options, parent.root.options)
            try session.write(RunAnswer(try session.open(.readOnly).run(id)))
        }
    }

    struct Diff: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "diff", abstract: "Hold two kept runs against each other.",
            discussion: """
                What they were made from, as far as it differs, and every figure of both.

                Example:
                  downstream runs diff first-0123456789 second-0123456789
                """)

        @Argument(help: "The first run.")
        var first: String

        @Argument(help: "The second run.")
        var second: String

        @OptionGroup(title: "Common options") var options: CommonOptions
        @ParentCommand var parent: RunsCommand

        func run() throws {
            let session = Session(options, parent.root.options)
            let store = try session.open(.readOnly)
            try session.write(Store.difference(try store.run(first), try store.run(second)))
        }
    }
}
