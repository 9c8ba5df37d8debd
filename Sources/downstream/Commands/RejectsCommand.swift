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
              downstream rejects show calls.csv 812 --show-values
              downstream rejects retry --mapping mended.yaml
            """,
        subcommands: [List.self, Show.self, Retry.self], defaultSubcommand: List.self)

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "One rejected record: where it is, what is wrong with it, its bytes.",
            discussion: """
                Its bytes are personal data: they are printed only with --show-values.

                Example:
                  downstream rejects show calls.csv 812 --show-values
                """)

        @Argument(help: "The file's name, as the list shows it.")
        var file: String

        @Argument(help: "The record's number in the file, as the list shows it.")
        var record: Int

        @Flag(name: .long, help: "Print the record as it was read.")
        var showValues = false

        @OptionGroup(title: "Common options") var options: CommonOptions
        @ParentCommand var root: Downstream

        func run() throws {
            let session = Session(options, root.options)
            let store = try session.open(.readOnly)
            try session.write(
                try store.reject(file: file, record: record, showValues: showValues))
        }
    }

    struct Retry: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "retry",
            abstract: "Try the rejected records again, with a mapping that has been mended.",
            discussion: """
                Takes exactly the rejected records of the mapping's source, from what was kept of \
                them; the files are not needed. What is accepted now is no reject any more, what \
                is not stays one, with what is wrong now.

                Example:
                  downstream rejects retry --mapping mended.yaml
                """)

        @Option(
            name: .long, help: "The mended mapping file.",
            completion: .file(extensions: ["yaml", "yml"]))
        var mapping: String

        @Option(name: .long, help: "Only records of the file with this name.")
        var file: String?

        @Flag(name: .long, help: "End with status 65 where any record is rejected again.")
        var strict = false

        @Option(
            name: .long,
            help: ArgumentHelp(
                "Record the events as taken in at this moment (ISO 8601 with offset; default: "
                    + "now).", valueName: "moment"))
        var recordedAt: String?

        @OptionGroup(title: "Common options") var options: CommonOptions
        @ParentCommand var root: Downstream

        func run() throws {
            let session = Session(options, root.options)
            let request = try RetryRequest(
                mappingPath: mapping, file: file, recordedAt: recordedAt)
            let store = try session.open(.readWrite)
            let files = try session.working { try store.retryRejects(request, progress: $0) }
            try session.write(files.answer)
            if strict, files.contains(where: { $0.rejected > 0 }) {
                throw ExitRequest(status: .refused)
            }
        }
    }

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
