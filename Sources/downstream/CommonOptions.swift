// Options that every command has, before or after the verb.

import ArgumentParser
import FoundationEssentials
import Workbench

enum OutputFormat: String, CaseIterable, ExpressibleByArgument {
    case text, json, csv
}

struct CommonOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Folder of the store (default: $DOWNSTREAM_STORE, else ./downstream-store).",
            valueName: "dir"),
        completion: .directory)
    var store: String?

    @Option(name: .long, help: "How to write the answer: text, json or csv (default: text).")
    var format: OutputFormat?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "A file whose first line is the passphrase of the store's keys (or the environment "
                + "variable DOWNSTREAM_PASSPHRASE). Keys of a new store are protected with it.",
            valueName: "file"),
        completion: .file())
    var passphraseFile: String?

    @Flag(name: .long, help: "No progress and no messages on standard error.")
    var quiet = false
}

/// The options in force: those after the verb go before those in front of it.
struct Session {
    let storeDirectory: String
    let format: OutputFormat
    let isQuiet: Bool
    private let passphraseFile: String?

    init(_ own: CommonOptions, _ root: CommonOptions) {
        let environment = ProcessInfo.processInfo.environment["DOWNSTREAM_STORE"]
        storeDirectory = own.store ?? root.store ?? environment ?? "./downstream-store"
        format = own.format ?? root.format ?? .text
        isQuiet = own.quiet || root.quiet
        passphraseFile = own.passphraseFile ?? root.passphraseFile
    }

    func open(_ access: Store.Access) throws -> Store {
        try Store.open(
            directory: storeDirectory, access: access, passphrase: try passphrase(),
            onWaiting: sayWaiting, onNotice: { [isQuiet] in if !isQuiet { Console.error($0) } })
    }

    /// Says that a verb waits for another process.
    var sayWaiting: WaitingReport {
        let isQuiet = isQuiet
        return { waiting in if !isQuiet { Console.error("\(waiting)") } }
    }

    /// Never an argument: those can be read by everybody on the machine.
    private func passphrase() throws -> [UInt8]? {
        if let passphraseFile { return try Passphrase.read(file: passphraseFile) }
        let variable = ProcessInfo.processInfo.environment["DOWNSTREAM_PASSPHRASE"]
        return try variable.map(Passphrase.init(text:))?.bytes
    }

    /// Runs a verb with a progress line where a person is watching.
    func working<Value>(_ verb: (ProgressReport?) throws -> Value) rethrows -> Value {
        guard !isQuiet, let bar = ProgressBar.onTerminal() else { return try verb(nil) }
        defer { bar.finish() }
        return try verb { progress in bar.show(progress) }
    }

    func write(_ answer: Answer) throws { try AnswerWriter(format: format).write(answer) }

    func say(_ message: String) {
        if !isQuiet { Console.error(message) }
    }
}
