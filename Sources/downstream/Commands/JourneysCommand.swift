// downstream journeys list, downstream journeys show

import ArgumentParser
import Workbench

extension JourneyFilter.Order: ExpressibleByArgument {}

struct JourneysCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "journeys",
        abstract: "Journeys rebuilt from the log.",
        discussion: """
            Examples:
              downstream journeys list --order contacts --limit 10
              downstream journeys show J1
              downstream journeys paths --step channel
            """,
        subcommands: [List.self, Show.self, Paths.self])

    struct Paths: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "paths",
            abstract: "Variants of journeys, and what follows what, with the share each covers.",
            discussion: """
                Examples:
                  downstream journeys paths --step channel
                  downstream journeys paths --step team --intent billing --limit 50
                  downstream journeys paths --step attribute:status+substatus
                """)

        @Option(
            name: .long,
            help: ArgumentHelp(
                "What a step is: \(Store.stepNames.joined(separator: ", ")), or attribute:NAME "
                    + "(several joined by +).", valueName: "name"))
        var step = "channel"

        @Option(name: .long, help: "Most variants, and most pairs, to show.")
        var limit = 20

        @OptionGroup(title: "What is looked at") var scope: ScopeOptions
        @OptionGroup(title: "Common options") var options: CommonOptions
        @ParentCommand var root: Downstream

        func validate() throws {
            guard limit >= 0 else { throw ValidationError("--limit is at least 0") }
            guard scope.by == nil else { throw ValidationError("paths take no --by, but --step") }
        }

        func run() throws {
            let session = Session(options, root.options)
            let store = try session.open(.readOnly)
            var request = scope.request(.resolution)
            request.limit = limit
            let answer = try session.working {
                try store.paths(request, step: step, progress: $0)
            }
            try session.write(answer)
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "Journeys, with the rules that linked them and each rule's placebo.",
            discussion: """
                Examples:
                  downstream journeys list --order contacts --limit 10
                  downstream journeys list --customer 9664491
                  downstream --format csv journeys list --intent regular-service --limit 100000
                """)

        @Option(
            name: .long, help: "Only this customer's: the source's id, or the pseudonym in the log."
        )
        var customer: String?

        @Option(name: .long, help: "Only those that begin with this intent.")
        var intent: String?

        @Option(name: .long, help: "Only those of at least this many contacts.")
        var minimumContacts = 1

        @Option(name: .long, help: "Most journeys to show.")
        var limit = 20

        @Option(name: .long, help: "By time, or those of most contacts first.")
        var order = JourneyFilter.Order.time

        @OptionGroup(title: "Common options") var options: CommonOptions
        @ParentCommand var root: Downstream

        func validate() throws {
            guard limit >= 0, minimumContacts >= 1 else {
                throw ValidationError("--limit is at least 0, --minimum-contacts at least 1")
            }
        }

        func run() throws {
            let session = Session(options, root.options)
            let store = try session.open(.readOnly)
            var filter = JourneyFilter()
            filter.customer = customer
            filter.intent = intent
            filter.minimumContacts = minimumContacts
            filter.limit = limit
            filter.order = order
            try session.write(
                try session.working { try store.journeys(filter, progress: $0) })
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "One journey: every contact, its role, its cause and what it cost.",
            discussion: """
                Example:
                  downstream journeys show J1
                """)

        @Argument(help: "A journey's number, as `journeys list` shows it.")
        var journey: String

        @Flag(name: .long, help: "Show personal fields too, where the keys are there.")
        var showValues = false

        @OptionGroup(title: "Common options") var options: CommonOptions
        @ParentCommand var root: Downstream

        func run() throws {
            let session = Session(options, root.options)
            let store = try session.open(.readOnly)
            try session.write(
                try session.working {
                    try store.journey(journey, showValues: showValues, progress: $0)
                })
        }
    }
}
