// downstream lint

import ArgumentParser
import Workbench

struct LintCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lint",
        abstract: "Check scenario and policy files without running them.",
        discussion: """
            Ends with status 65 where a file is refused; every mistake is named with its line and \
            column.

            Example:
              downstream lint scenarios/anonymous-bank/*.yaml scenarios/policies/*.yaml
            """)

    @Argument(help: "Scenario and policy files.", completion: .file(extensions: ["yaml", "yml"]))
    var scenarios: [String]

    @OptionGroup(title: "Common options") var options: CommonOptions
    @ParentCommand var root: Downstream

    func run() throws {
        let session = Session(options, root.options)
        let result = try Lint.check(scenarios)
        for message in result.messages { Console.error(message) }
        try session.write(result.answer)
        if !result.messages.isEmpty { throw ExitRequest(status: .refused) }
    }
}
