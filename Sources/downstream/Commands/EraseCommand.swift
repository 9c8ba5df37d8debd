// downstream erase

import ArgumentParser
import Workbench

struct EraseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "erase",
        abstract: "Destroy what makes a person's data readable.",
        discussion: """
            Destroys the person's key, and the keys of rejected records that name the person, \
            where they lie on the disk; then appends the fact to the log. The events stay, and \
            every figure made of them; their personal fields can be read by nobody. It cannot be \
            undone. A command that was stopped is finished by running it again. The files that \
            were taken in, and older copies of the key file, are not touched: see docs/privacy.md.

            Example:
              downstream erase --customer 9664491 --reason "request of 12 May" --yes
            """)

    @Option(name: .long, help: "The customer's id as the source writes it.")
    var customer: String

    @Option(name: .long, help: "Why; it is kept in the log, so it must not name the person.")
    var reason: String

    @Option(
        name: .long,
        help: ArgumentHelp(
            "State this as the moment of the erasure (ISO 8601 with offset; default: now).",
            valueName: "moment"))
    var recordedAt: String?

    @Flag(name: .long, help: "Do not ask.")
    var yes = false

    @OptionGroup(title: "Common options") var options: CommonOptions
    @ParentCommand var root: Downstream

    func run() throws {
        let request = try ErasureRequest(
            customer: customer, reason: reason, at: try IngestRequest.moment(recordedAt))
        let session = Session(options, root.options)
        if !yes { try confirm() }
        let store = try session.open(.readWrite)
        let report = try session.working { try store.erase(request, progress: $0) }
        try session.write(report.answer)
    }

    private func confirm() throws {
        guard Console.isTerminal else {
            throw ValidationError("nobody can be asked here; --yes erases without asking")
        }
        Console.error("this destroys the keys of customer \(customer) for good; type erase: ")
        guard readLine(strippingNewline: true) == "erase" else {
            throw ValidationError("nothing was erased")
        }
    }
}
