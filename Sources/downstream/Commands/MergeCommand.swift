// downstream merge

import ArgumentParser
import Workbench

struct MergeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "merge",
        abstract: "Put partial results together to one run.",
        discussion: """
            Files that `simulate --partial` wrote, from this machine or others with the same log, \
            become the very run that one machine would have made, to the byte. Together they \
            hold every replication from 0 on once; what is missing, twice there, damaged or of \
            another run is refused.

            Example:
              downstream simulate my-scenario.yaml --replications 0..500 --partial first.part
              downstream simulate my-scenario.yaml --replications 500..1000 --partial second.part
              downstream merge first.part second.part
            """)

    @Argument(help: "Files of partial results, in any order.", completion: .file())
    var files: [String]

    @OptionGroup(title: "Common options") var options: CommonOptions
    @ParentCommand var root: Downstream

    func run() throws {
        let session = Session(options, root.options)
        let store = try session.open(.readWrite)
        let run = try session.working { try store.merge(files, progress: $0) }
        try session.write(RunAnswer(run))
    }
}
