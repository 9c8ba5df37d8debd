// downstream replay

import ArgumentParser
import Glibc
import Workbench

struct ReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "A period as it happened, day by day, from the log alone.",
        discussion: """
            Journeys opened, come back, settled, given up, under way, with the hours and the money \
            of each day. --as-of hides what was not yet recorded at a moment: late arrivals, and \
            whatever came after. --pace shows the days one after the other.

            Examples:
              downstream replay --from 2026-01-01 --to 2026-03-31
              downstream replay --from 2026-01-01 --to 2026-01-31 --as-of 2026-02-01
              downstream replay --channel phone --intent billing --pace 200
              downstream --format csv replay > days.csv
            """)

    @Option(
        name: .long,
        help: ArgumentHelp(
            "As it was known then: a day (its beginning in UTC) or 2026-02-01T12:00:00Z.",
            valueName: "moment"))
    var asOf: String?

    @Option(
        name: .long, help: "Only this customer: the source's id, or the pseudonym in the log.")
    var customer: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Milliseconds from day to day; 0 waits for the return key each time.",
            valueName: "ms"))
    var pace: Int?

    @OptionGroup(title: "What is looked at") var scope: ScopeOptions
    @OptionGroup(title: "Common options") var options: CommonOptions
    @ParentCommand var root: Downstream

    func validate() throws {
        guard pace ?? 0 >= 0 else { throw ValidationError("--pace is at least 0") }
        guard scope.by == nil else { throw ValidationError("the rows of a replay are days") }
    }

    func run() throws {
        let session = Session(options, root.options)
        let store = try session.open(.readOnly)
        var request = ReplayRequest()
        request.view = scope.request(.resolution)
        request.customer = customer
        request.asOf = asOf
        let answer = try session.working { try store.replay(request, progress: $0) }
        guard let pace, session.format == .text else { return try session.write(answer) }
        for (place, line) in AnswerText.text(answer).split(
            separator: "\n", omittingEmptySubsequences: false
        ).enumerated() {
            Console.line(String(line))
            // Days begin with their year; the heading goes by at once.
            guard place > 0, line.first?.isNumber == true else { continue }
            if pace == 0 {
                guard readLine() != nil else { return }
            } else {
                usleep(UInt32(min(pace, 3_600_000)) * 1_000)
            }
        }
    }
}
