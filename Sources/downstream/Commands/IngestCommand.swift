// downstream ingest

import ArgumentParser
import Workbench

struct IngestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ingest",
        abstract: "Read record files into the log.",
        discussion: """
            A mapping file says how a record becomes an event. Gzip is read as it is. Every record \
            is accepted, a duplicate, left out because the mapping says so, or rejected and kept \
            with its place: accepted + duplicates + left out + rejected = read. Running the same \
            command again appends nothing; one that was stopped goes on where it stopped.

            Examples:
              downstream ingest calls/*.txt.gz --mapping scenarios/mappings/anonymous-bank-1999.yaml
              downstream --format json ingest january.txt.gz --mapping my-mapping.yaml --strict
            """)

    @Argument(help: "Files to read, plain or gzip.", completion: .file())
    var files: [String]

    @Option(
        name: .long, help: "The mapping file.",
        completion: .file(extensions: ["yaml", "yml"]))
    var mapping: String

    @Flag(name: .long, help: "End with status 65 where any record was rejected.")
    var strict = false

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Record the events as taken in at this moment (ISO 8601 with offset; default: now).",
            valueName: "moment"))
    var recordedAt: String?

    @OptionGroup(title: "Common options") var options: CommonOptions
    @ParentCommand var root: Downstream

    func run() throws {
        let session = Session(options, root.options)
        let store = try session.open(.create)
        let report = try session.working { progress in
            try store.ingest(
                IngestRequest(
                    files: files, mappingPath: mapping, recordedAt: recordedAt),
                progress: progress)
        }
        try session.write(report.answer)
        if strict, report.rejectedCount > 0 { throw ExitRequest(status: .refused) }
    }
}
