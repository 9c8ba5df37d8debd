// downstream report

import ArgumentParser
import Workbench

struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Write the impact report of a kept run.",
        discussion: """
            One self-contained HTML file, and the same as Markdown and JSON. The same run gives \
            the same bytes.

            Examples:
              downstream report --output report
              downstream report regular-calls-self-service-0123456789 --output report
            """)

    @Argument(
        help: ArgumentHelp(
            "A run, as `runs` shows it (default: the latest).", valueName: "run"))
    var runID: String?

    @Option(
        name: [.long, .short], help: "Folder to write into; made where it is missing.",
        completion: .directory)
    var output = "report"

    @OptionGroup(title: "Common options") var options: CommonOptions
    @ParentCommand var root: Downstream

    func run() throws {
        let session = Session(options, root.options)
        let store = try session.open(.readOnly)
        try session.write(try store.report(run: runID, into: output))
    }
}
