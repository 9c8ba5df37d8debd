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
        abstract: "Check the log: pages, blocks, hash chain, tail, names, indexes, small tables.",
        discussion: """
            Reads every event, computes the chain of hashes anew, and compares indexes, names and \
            counts with the events; says what is wrong, where, and what is still good. A head \
            hash that was printed in a report or noted elsewhere is an anchor: with it, everything \
            before it is proved to be what it was then. Ends with status 1 where anything is \
            wrong. The reading is done by a process of its own: a damaged page can end that one, \
            and is reported.

            Examples:
              downstream verify
              downstream verify --deep
              downstream verify --projections
              downstream verify --anchor 5f0c...e2
            """)

    @OptionGroup(title: "Common options") var options: CommonOptions
    @ParentCommand var root: Downstream

    @Option(help: ArgumentHelp("A head hash noted elsewhere, 64 digits.", valueName: "hash"))
    var anchor: String?

    @Flag(help: "Also decode every event, encode every block anew and look for repeated ids.")
    var deep = false

    @Flag(help: "Also make the kept journeys anew, aside, and compare every byte.")
    var projections = false

    @Flag(help: .hidden)
    var inProcess = false

    func run() throws {
        let session = Session(options, root.options)
        guard inProcess else { return try runApart(session) }
        System.dieOfBusErrors()
        let store = try session.open(.readOnly)
        let result = try session.working {
            try store.verify(
                anchor: anchor, isDeep: deep, looksAtProjections: projections, progress: $0)
        }
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
            let result = try Verification.ended(by: name, directory: session.storeDirectory)
            try session.write(result.answer)
            throw ExitRequest(status: .couldNot)
        }
    }
}
