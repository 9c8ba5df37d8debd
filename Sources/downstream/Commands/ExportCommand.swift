// downstream export

import ArgumentParser
import Workbench

struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write the log for other programs.",
        discussion: """
            Example:
              downstream export cloudevents --out export.jsonl
            """,
        subcommands: [CloudEvents.self])

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

    @ParentCommand var root: Downstream
}
