// downstream generate

import ArgumentParser
import Workbench

struct GenerateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate",
        abstract: "Write a synthetic operation with a file of its truth.",
        discussion: """
            Monthly files in the 17 columns of the Anonymous Bank, gzipped, and truth.jsonl, which \
            says of every call whose it was, what caused it and whether the need was met. The same \
            seed gives the same bytes.

            Examples:
              downstream generate data
              downstream generate data --seed 7 --customers 20000
            """)

    @Argument(
        help: "Folder to write into; made where it is missing.", completion: .directory)
    var folder: String

    @Option(name: .long, help: "The seed of everything.")
    var seed: UInt64 = 1

    @Option(name: .long, help: "Customers of the operation (default: about 40,000 calls).")
    var customers: Int?

    @Option(name: .long, help: "First day, as 1999-01-01.")
    var from = "1999-01-01"

    @Option(name: .long, help: "Day after the last, as 1999-08-01.")
    var to = "1999-08-01"

    @OptionGroup(title: "Common options") var options: CommonOptions
    @ParentCommand var root: Downstream

    func run() throws {
        let session = Session(options, root.options)
        let request = try GenerateRequest(
            folder: folder, seed: seed, customers: customers, from: from, to: to)
        try session.write(try session.working { try Generation.run(request, progress: $0) })
    }
}
