// downstream import

import ArgumentParser
import Workbench

struct ImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Read an export back into a log.",
        discussion: """
            Takes what downstream export cloudevents writes, plain or gzip, into a new store or \
            one that has events already. Events keep the times at which they were recorded, and \
            in a new store their positions. Every line is accepted, a duplicate, about the export, \
            or rejected and kept with its place. Running the same command again appends nothing; \
            one that was stopped goes on where it stopped.

            Examples:
              downstream --store copy import export.jsonl
              downstream --store copy import export.jsonl.gz --strict
            """)

    @Argument(help: "The export, plain or gzip.", completion: .file())
    var file: String

    @Flag(name: .long, help: "End with status 65 where any line was rejected or is missing.")
    var strict = false

    @OptionGroup(title: "Common options") var options: CommonOptions
    @ParentCommand var root: Downstream

    func run() throws {
        let session = Session(options, root.options)
        let store = try session.open(.create)
        let report = try session.working { progress in
            try store.importCloudEvents(ImportRequest(file: file), progress: progress)
        }
        try session.write(report.answer)
        if strict, !report.isWhole { throw ExitRequest(status: .refused) }
    }
}
