// downstream calibrate

import ArgumentParser
import Workbench

struct CalibrateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calibrate",
        abstract: "Fit the model to the log, keep it, and show what it rests on.",
        discussion: """
            `simulate` does this by itself where no model of the log as it is now is kept.

            Example:
              downstream calibrate
            """)

    @OptionGroup(title: "Common options") var options: CommonOptions
    @ParentCommand var root: Downstream

    func run() throws {
        let session = Session(options, root.options)
        let store = try session.open(.readWrite)
        let kept = try session.working { try store.calibrate(progress: $0) }
        try session.write(Store.answer(kept))
    }
}
