// downstream export

import ArgumentParser
import Workbench

struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write the log for other programs.",
        discussion: """
            Examples:
              downstream export cloudevents --out export.jsonl
              downstream export sqlite --out views.sqlite
            """,
        subcommands: [CloudEvents.self, SQLite.self])

    struct CloudEvents: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "cloudevents",
            abstract: "Every event as a CloudEvents 1.0 object, one a line, with nothing left out.",
            discussion: """
                downstream import reads it back to the same events in the same order. The first \
                line is about the export itself. A file appears when it is whole; one that is \
                there is replaced. Personal fields stay sealed, and the keys stay in the store.

                Examples:
                  downstream export cloudevents --out export.jsonl
                  downstream export cloudevents --from 1001 --to 2000 | gzip > part.jsonl.gz
                """)

        @Option(
            name: .long,
            help: ArgumentHelp(
                "File to write; - for standard output (default: -).", valueName: "file"),
            completion: .file())
        var out = "-"

        @Option(
            name: .long,
            help: ArgumentHelp(
                "First position (default: the log's first).", valueName: "position"))
        var from: UInt64?

        @Option(
            name: .long,
            help: ArgumentHelp("Last position (default: the log's last).", valueName: "position"))
        var to: UInt64?

        @OptionGroup(title: "Common options") var options: CommonOptions
        @ParentCommand var parent: ExportCommand

        func run() throws {
            let session = Session(options, parent.root.options)
            let store = try session.open(.readOnly)
            let request = ExportRequest(from: from, through: to)
            guard out == "-" else {
                let report = try session.working { progress in
                    try store.exportCloudEvents(request, toFile: out, progress: progress)
                }
                try session.write(report.answer)
                return
            }
            StandardOutput.stopWhenAsked()
            _ = try store.exportCloudEvents(request) { bytes in
                try StandardOutput.write(bytes)
            }
        }
    }

    struct SQLite: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "sqlite",
            abstract: "Every view as tables of one SQLite file, for programs that draw.",
            discussion: """
                A table for each table of a view, named as the view; shares as fractions, money in \
                major units; what a view says in words is in its _facts table. The file appears \
                when it is whole; one that is there is replaced.

                Examples:
                  downstream export sqlite --out views.sqlite
                  downstream export sqlite --out january.sqlite --from 2026-01-01 --to 2026-01-31
                """)

        @Option(
            name: .long, help: ArgumentHelp("File to write.", valueName: "file"),
            completion: .file())
        var out: String

        @Flag(name: .long, help: "Every journey and every interaction too.")
        var details = false

        @OptionGroup(title: "What is looked at") var scope: ScopeOptions
        @OptionGroup(title: "Common options") var options: CommonOptions
        @ParentCommand var parent: ExportCommand

        func run() throws {
            let session = Session(options, parent.root.options)
            let store = try session.open(.readOnly)
            let report = try session.working { progress in
                try store.exportSQLite(
                    toFile: out, request: scope.request(.resolution), hasDetails: details,
                    progress: progress)
            }
            try session.write(report.answer)
        }
    }

    @ParentCommand var root: Downstream
}
