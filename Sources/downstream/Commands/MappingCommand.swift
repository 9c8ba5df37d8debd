// downstream mapping

import ArgumentParser
import Workbench

struct MappingCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mapping",
        abstract: "Mapping files: how a source's records become events.",
        discussion: """
            Example:
              downstream mapping suggest export.csv > export.yaml
            """,
        subcommands: [Suggest.self])

    struct Suggest: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "suggest",
            abstract: "Draft a mapping from a file's first records.",
            discussion: """
                The format, the delimiter, the times and the columns are guessed from the first \
                2,000 records. What the file alone does not tell is marked CHECK.

                Examples:
                  downstream mapping suggest export.csv > export.yaml
                  downstream ingest export.csv --mapping export.yaml --dry-run 20
                """)

        @Argument(
            help: "The file, plain or compressed; - for standard input.", completion: .file())
        var file: String

        @Option(name: .long, help: "Write the draft here instead of printing it.")
        var output: String?

        func run() throws {
            let text = try MappingSuggestion.run(file: file, output: output)
            if let text { Console.write(text) }
        }
    }
}
