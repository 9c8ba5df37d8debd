// downstream status, downstream verify

import ArgumentParser
import Workbench

struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "What the store holds.",
        discussion: """
            Events, period, sources, records read and what became of them, the head hash of the \
            log, and bytes.

            Examples:
              downstream status
              downstream --store other-store --format json status
            """)

    @OptionGroup(title: "Common options") var options: CommonOptions
    @ParentCommand var root: Downstream

    func run() throws {
        let session = Session(options, root.options)
        try session.write(try session.open(.readOnly).status())
    }
}

struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check the log's hash chain and its indexes.",
        discussion: """
            Reads every event, computes the chain of hashes anew and compares counts and indexes \
            with the events. Ends with status 1 where anything is wrong.

            Example:
              downstream verify
            """)

    @OptionGroup(title: "Common options") var options: CommonOptions
    @ParentCommand var root: Downstream

    func run() throws {
        let session = Session(options, root.options)
        let store = try session.open(.readOnly)
        let result = try session.working { try store.verify(progress: $0) }
        try session.write(result.answer)
        if !result.isSound { throw ExitRequest(status: .couldNot) }
    }
}
