// downstream tail

import ArgumentParser
import Workbench

struct TailCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tail",
        abstract: "The last events of the log, and those that come.",
        discussion: """
            A line for each event: position, time, kind, customer, intent, and what else is known. \
            With --format json each line is the event as downstream export cloudevents writes it. \
            --follow goes on with what any process appends, until it is interrupted or its reader \
            leaves.

            Examples:
              downstream tail --count 5
              downstream tail --from 1001 --count 20 --family contact
              downstream tail --follow --format json | jq .type
            """)

    @Flag(name: [.customShort("f"), .long], help: "Go on with what is appended.")
    var follow = false

    @Option(
        name: .long,
        help: ArgumentHelp("Begin at this position, not near the end.", valueName: "position"))
    var from: UInt64?

    @Option(
        name: [.customShort("n"), .long],
        help: "The last so many (default: 10); with --from, so many at most.")
    var count: Int?

    @Option(name: .long, help: "Only events of this customer.")
    var customer: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Only events of a family: \(TailRequest.families.joined(separator: ", ")).",
            valueName: "name"),
        completion: .list(TailRequest.families))
    var family: String?

    @OptionGroup(title: "Common options") var options: CommonOptions
    @ParentCommand var root: Downstream

    func validate() throws {
        guard (count ?? 0) >= 0 else { throw ValidationError("--count is at least 0") }
        guard from != nil || (count ?? 0) <= TailRequest.countLimit else {
            throw ValidationError(
                "--count is at most \(TailRequest.countLimit); use --from, or downstream export")
        }
    }

    func run() throws {
        let session = Session(options, root.options)
        guard session.format != .csv else {
            throw ValidationError("--format csv has no lines for events; use text or json")
        }
        let request = TailRequest(
            count: count, from: from, customer: customer, family: family, follows: follow,
            form: session.format == .json ? .cloudEvents : .text)
        let store = try session.open(.readOnly)
        StandardOutput.stopWhenAsked()
        try store.tail(request, pause: StandardOutput.pause) { bytes in
            try StandardOutput.write(bytes)
        }
    }
}
