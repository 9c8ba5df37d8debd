// downstream view

import ArgumentParser
import Workbench

extension ViewGrouping: ExpressibleByArgument {}

struct ViewCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "view",
        abstract: "The record as tables.",
        discussion: """
            \(ViewName.allCases.map { "\($0.rawValue): \($0.summary)" }.joined(separator: "\n"))

            question Q1 to Q25: what leaders should be able to ask; `question` alone lists them

            Examples:
              downstream view resolution --by channel
              downstream view question Q9
              downstream view containment --from 2026-01-01 --to 2026-01-31
              downstream view queues --by week --intent billing
              downstream view ledger --failure abandoned
              downstream view guardrails --by segment
              downstream view register --by line
            """)

    @Argument(
        help: "Which view, or `question`.",
        completion: .list(ViewName.allCases.map(\.rawValue) + ["question"]))
    var name: String

    @Argument(help: "Which question.")
    var question: String?

    @OptionGroup(title: "What is looked at") var scope: ScopeOptions

    @Option(
        name: .long,
        help: ArgumentHelp(
            "A contact of the same need this long after counts as a return: 24h, 7d (default: 7d).",
            valueName: "span"))
    var window: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Of the ledger: only what this kind of failure caused, by its id in the link rules.",
            valueName: "id"))
    var failure: String?

    @Option(
        name: .long, help: "Of the ledger: the seed of what is drawn of its risks (default: 1).")
    var seed: UInt64?

    @Option(name: .long, help: "Most rows of a list that could be long.")
    var limit = 20

    @OptionGroup(title: "Common options") var options: CommonOptions
    @ParentCommand var root: Downstream

    func validate() throws {
        guard limit >= 0 else { throw ValidationError("--limit is at least 0") }
        guard name != "question" else { return }
        guard question == nil else { throw ValidationError("only `question` takes another word") }
        guard let view = ViewName(rawValue: name) else {
            let hint = ViewName.hint(for: name).map { ": " + $0 } ?? ""
            throw ValidationError("no view \(name)\(hint); downstream view --help lists them")
        }
        guard scope.by == nil || view.takesGrouping else {
            throw ValidationError("the rows of \(name) are its own: it takes no --by")
        }
        guard window == nil || view.takesWindow else {
            throw ValidationError("\(name) has no window of its own: it takes no --window")
        }
        guard seed == nil || view == .ledger else {
            throw ValidationError("nothing is drawn for \(name): it takes no --seed")
        }
    }

    func run() throws {
        let session = Session(options, root.options)
        var request = scope.request(ViewName(rawValue: name) ?? .resolution)
        request.limit = limit
        request.failure = failure
        if let seed { request.seed = seed }
        if let window { try request.setWindow(window) }
        if name == "question" {
            guard let question else { return try session.write(Question.list) }
            let store = try session.open(.readOnly)
            let answer = try session.working {
                try store.question(question, request: request, progress: $0)
            }
            return try session.write(answer)
        }
        let store = try session.open(.readOnly)
        try session.write(try session.working { try store.view(request, progress: $0) })
    }
}

/// A part of the record, and how it is put into rows.
struct ScopeOptions: ParsableArguments {
    @Option(
        name: .long, help: ArgumentHelp("From this local day on: 2026-01-01.", valueName: "day"))
    var from: String?

    @Option(
        name: .long, help: ArgumentHelp("Up to this local day, included.", valueName: "day"))
    var to: String?

    @Option(name: .long, help: "Only this intent.")
    var intent: String?

    @Option(name: .long, help: "Only this channel.")
    var channel: String?

    @Option(name: .long, help: "Only this segment.")
    var segment: String?

    @Option(name: .long, help: "Only this team.")
    var team: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Only this line of business, by its id in the link rules.", valueName: "id"))
    var line: String?

    @Option(
        name: .long,
        help: "A row for each: all, intent, channel, segment, team, line, week, month.")
    var by: ViewGrouping?

    func request(_ name: ViewName) -> ViewRequest {
        var request = ViewRequest(name)
        request.from = from
        request.to = to
        request.intent = intent
        request.channel = channel
        request.segment = segment
        request.team = team
        request.line = line
        request.grouping = by
        return request
    }
}
