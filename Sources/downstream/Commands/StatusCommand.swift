// downstream status, downstream verify

import ArgumentParser
import Glibc
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
            with the events. Ends with status 1 where anything is wrong. The reading is done by a
            process of its own: a damaged page can end that one, and is reported.

            Example:
              downstream verify
            """)

    @OptionGroup(title: "Common options") var options: CommonOptions
    @ParentCommand var root: Downstream

    @Flag(help: .hidden)
    var inProcess = false

    func run() throws {
        let session = Session(options, root.options)
        guard inProcess else { return try runApart(session) }
        let store = try session.open(.readOnly)
        let result = try session.working { try store.verify(progress: $0) }
        try session.write(result.answer)
        if !result.isSound { throw ExitRequest(status: .couldNot) }
    }

    /// Verifies in a child, whose end by a signal is a finding.
    private func runApart(_ session: Session) throws {
        switch try System.runAgain(adding: ["--in-process"]) {
        case .status(0): return
        case .status(let status): throw ExitRequest(code: status)
        case .signal(let number, let name):
            guard ![SIGINT, SIGTERM, SIGHUP, SIGKILL].contains(number) else {
                throw ExitRequest(code: 128 + number)
            }
            try session.write(Verification.ended(by: name).answer)
            throw ExitRequest(status: .couldNot)
        }
    }
}
