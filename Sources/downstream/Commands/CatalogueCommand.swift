// downstream catalogue

import ArgumentParser
import Workbench

struct CatalogueCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "catalogue",
        abstract: "List what a scenario can automate, and what is assumed of it.",
        discussion: """
            With an id: every parameter of that automation, with the value, the evidence grade and \
            the source that hold where a scenario does not state its own.

            Examples:
              downstream catalogue
              downstream catalogue A5
            """)

    @Argument(help: "An id of the catalogue, as A5.")
    var id: String?

    @OptionGroup(title: "Common options") var options: CommonOptions
    @ParentCommand var root: Downstream

    func run() throws {
        let session = Session(options, root.options)
        try session.write(try CatalogueAnswer.answer(id))
    }
}
