// downstream ingest

import ArgumentParser
import Workbench

struct IngestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ingest",
        abstract: "Read record files into the log.",
        discussion: """
            A mapping file says how a record becomes events: of delimited text, JSON Lines, JSON, \
            CloudEvents, XES or OCEL 2.0. Files compressed with gzip or zstd are read as they are; \
            - is standard input. Every record is accepted, a duplicate, left out because the \
            mapping says so, or rejected and kept with its place: accepted + duplicates + left \
            out + rejected = read. Running the same command again appends nothing; one that was \
            stopped goes on where it stopped. A file whose first 10,000 records would mostly be \
            rejected stops with a summary before anything has changed.

            Examples:
              downstream ingest calls/*.txt.gz --mapping scenarios/mappings/anonymous-bank-1999.yaml
              downstream ingest export.csv --mapping my-mapping.yaml --dry-run 20
              zstdcat export.csv.zst | downstream ingest - --mapping my-mapping.yaml
              downstream --format json ingest january.txt.gz --mapping my-mapping.yaml --strict
            """)

    @Argument(
        help: "Files to read, plain or compressed; - for standard input.", completion: .file())
    var files: [String]

    @Option(
        name: .long, help: "The mapping file.",
        completion: .file(extensions: ["yaml", "yml"]))
    var mapping: String

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Show what the first records of each file would become, and write nothing.",
            valueName: "records"))
    var dryRun: Int?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Stop before anything is written where more of the first records would be rejected "
                + "(default: 0.5; 1 for never).", valueName: "share"))
    var maxRejected: Double?

    @Flag(
        name: .long,
        help: "Read a file once more that is in the log by another mapping of its source.")
    var again = false

    @Flag(name: .long, help: "End with status 65 where any record was rejected.")
    var strict = false

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Record the events as taken in at this moment (ISO 8601 with offset; default: now).",
            valueName: "moment"))
    var recordedAt: String?

    @Option(
        help: ArgumentHelp(
            "Records that become durable together (default: 102400).", valueName: "records"))
    var batch: Int?

    @Flag(help: "Say on standard error of each batch when it is on disk, with the head hash.")
    var showBatches = false

    @OptionGroup(title: "Common options") var options: CommonOptions
    @ParentCommand var root: Downstream

    func validate() throws {
        guard (1...1_000_000).contains(batch ?? 1) else {
            throw ValidationError("--batch is from 1 to 1000000")
        }
        guard (1...100_000).contains(dryRun ?? 1) else {
            throw ValidationError("--dry-run is from 1 to 100000 records")
        }
        guard (0...1).contains(maxRejected ?? 1) else {
            throw ValidationError("--max-rejected is a share from 0 to 1")
        }
    }

    func run() throws {
        let session = Session(options, root.options)
        var request = try IngestRequest(
            files: files, mappingPath: mapping, recordedAt: recordedAt)
        if let batch { request.batchSize = batch }
        if let maxRejected { request.rejectLimit = maxRejected }
        request.takesAgain = again
        if let dryRun {
            return try session.write(
                try IngestPreview.run(files: files, mappingPath: mapping, count: dryRun))
        }
        if !Store.exists(at: session.storeDirectory) { try request.tryFiles() }
        let store = try session.open(.create)
        let report = try session.working { progress in
            try store.ingest(
                request, progress: progress,
                acknowledge: showBatches ? { session.say(IngestCommand.line($0)) } : nil)
        }
        try session.write(report.answer)
        if strict, report.rejectedCount > 0 { throw ExitRequest(status: .refused) }
    }

    private static func line(_ batch: DurableBatch) -> String {
        "\(batch.file): \(batch.recordsReadThrough) records on disk, log at \(batch.events) "
            + batch.headHash
    }
}
