// downstream rejects

import ArgumentParser
import Workbench

struct RejectsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rejects",
        abstract: "Records that were refused, and why.",
        discussion: """
            Example:
              downstream rejects list --limit 50
            """,
        subcommands: [List.self], defaultSubcommand: List.self)

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "File, line, column, what was found and what was expected.",
            discussion: """
                Values of fields are personal data: they are printed only with --show-values.

                Example:
                  downstream rejects list --limit 50
                """)

        @Option(name: .long, help: "Most records to show.")
        var limit = 100

        @Flag(name: .long, help: "Print the records as they were read, personal data among them.")
        var showValues = false

        @OptionGroup(title: "Common options") var options: CommonOptions
        @ParentCommand var root: Downstream

        func validate() throws {
            guard limit >= 0 else { throw ValidationError("--limit is at least 0") }
        }

        func run() throws {
            let session = Session(options, root.options)
            let store = try session.open(.readOnly)
            try session.write(try store.rejects(limit: limit, showValues: showValues))
        }
    }
}
