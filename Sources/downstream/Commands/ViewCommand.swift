// downstream view

import ArgumentParser
import Workbench

extension ViewName: ExpressibleByArgument {}

struct ViewCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "view",
        abstract: "The record as tables.",
        discussion: """
            \(ViewName.allCases.map { "\($0.rawValue): \($0.summary)" }.joined(separator: "\n"))

            Examples:
              downstream view queues
              downstream view recontact
              downstream --format csv view ledger
            """)

    @Argument(help: "Which view.")
    var name: ViewName

    @OptionGroup(title: "Common options") var options: CommonOptions
    @ParentCommand var root: Downstream

    func run() throws {
        let session = Session(options, root.options)
        let store = try session.open(.readOnly)
        try session.write(try session.working { try store.view(name, progress: $0) })
    }
}
