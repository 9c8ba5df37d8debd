// Journeys as people ask for them: the population, and one with every interaction and cause.

import Configuration
import EventLog
import Events
import Projections

/// What a list of journeys is narrowed to.
package struct JourneyFilter: Hashable, Sendable {
    package enum Order: String, CaseIterable, Sendable {
        case time, contacts
    }

    package var customer: String?
    package var intent: String?
    package var minimumContacts = 1
    package var limit = 20
    package var order = Order.time

    package init() {}
}

extension Store {
    package func journeys(
        _ filter: JourneyFilter, progress: ProgressReport? = nil
    ) throws -> Answer {
        let quarter =
            try filter.customer.flatMap { try keptPart(.customer($0)) }
            ?? rebuild(progress: progress)
        let book = quarter.book
        var answer = Answer()
        // One customer's journeys are no rate: what the whole rests on is not theirs.
        if filter.customer == nil {
            answer.items += Store.population(quarter).items
        } else {
            answer.note(Store.guessNote)
        }
        let chosen = try chosen(filter, quarter)
        let shown = Array(chosen.prefix(filter.limit))
        answer.fact("matching", "journeys matching", .integer(chosen.count))
        answer.table(
            "journeys",
            Table(
                title: "Journeys",
                columns: [
                    .init("id", "journey"), .init("start", "start"),
                    .init("customer", "customer"), .init("family", "intent family"),
                    .init("contacts", "contacts"), .init("rework", "rework"),
                    .init("expected_true", "true links"), .init("state", "state"),
                ],
                rows: zip(shown, book.members(of: shown)).map { number, members in
                    Store.row(book.journeys[number], members, quarter)
                }))
        return answer
    }

    /// Facts about the journeys as a whole: roles, states, links and their placebo.
    static func population(_ quarter: Quarter) -> Answer {
        let book = quarter.book
        let stitch = StitchRate(quarter.table, book: book)
        var answer = Answer()
        answer.fact("contacts", "contacts", .integer(stitch.contacts))
        answer.fact(
            "stitch_rate", "with a customer (stitch rate)", .share(stitch.identifiedShare))
        answer.fact(
            "untrusted_customers", "records with a customer id that is not trusted",
            .integer(quarter.untrustedCustomerCount))
        answer.fact(
            "phantoms", "phantom calls, in no journey", .integer(quarter.table.phantomCount))
        if quarter.correctionCount > 0 {
            answer.fact("corrections", "corrections", .integer(quarter.correctionCount))
            answer.fact(
                "corrections_unmatched", "  of nothing that is in the log",
                .integer(quarter.unmatchedCorrectionCount))
        }
        answer.fact("journey_count", "journeys", .integer(book.journeys.count))
        let states = book.stateCounts
        for state in JourneyState.allCases {
            answer.fact(
                "state_" + state.name, "  " + title(state), .integer(states[state] ?? 0))
        }
        let unseen = book.journeys.count { $0.customer < 0 && $0.state == .givenUp }
        answer.fact(
            "given_up_unidentified", "    of those given up, without a customer", .integer(unseen))
        let roles = book.roleCounts
        for role in Role.allCases {
            answer.fact(
                "role_\(role)", "interactions in role " + role.name, .integer(roles[role] ?? 0))
        }
        answer.table("links", linkTable(quarter, stitch))
        let coverage = quarter.table.coverage
        if coverage.to - coverage.from < .days(28) {
            answer.note(
                "the log covers less than four weeks: there is too little background to measure "
                    + "coincidence with, and links look surer than they are")
        }
        answer.note(guessNote)
        answer.note("the placebo is the same customers in the same window two weeks later")
        return answer
    }

    private static let guessNote =
        "a link that no source names is a guess: its probability says how likely it is more than "
        + "coincidence"

    private static func title(_ state: JourneyState) -> String {
        switch state {
        case .settled: "settled (read from silence after a service)"
        case .givenUp: "given up (abandoned or unresolved, then silence)"
        case .undetermined: "ended in automation; whether met is unknown"
        case .open: "open (window past the end of the log)"
        case .churned: "churned (the customer left within the window)"
        }
    }

    private static func linkTable(_ quarter: Quarter, _ stitch: StitchRate) -> Table {
        Table(
            title: "Links by rule",
            columns: [
                .init("rule", "rule"), .init("linked", "linked"),
                .init("expected_true", "expected true"), .init("rework", "by a named failure"),
                .init("rework_expected_true", "expected true"),
                .init("rate", "linked rate"), .init("base", "base"),
                .init("placebo_rate", "placebo rate"), .init("placebo_base", "placebo base"),
            ],
            rows: stitch.linked.enumerated().compactMap { place, linked in
                let placebos = quarter.book.hazards.placebo
                guard place < placebos.count || linked.count > 0 else { return nil }
                return linkRow(linked, place < placebos.count ? placebos[place] : nil)
            })
    }

    private static func linkRow(
        _ linked: StitchRate.Linked, _ placebo: LinkHazards.Placebo?
    ) -> [Cell] {
        let counts: [Cell] = [
            .text(linked.rule), .integer(linked.count),
            .number(Double(linked.expectedTrueMillionths) / 1e6, decimals: 0),
            .integer(linked.asRework),
            .number(Double(linked.reworkExpectedTrueMillionths) / 1e6, decimals: 0),
        ]
        // What the source names is no guess that a placebo could test.
        guard let placebo else { return counts + [.none, .none, .none, .none] }
        return counts + [
            .share(placebo.linkedRate), .integer(placebo.base),
            .share(placebo.placeboRate), .integer(placebo.placeboBase),
        ]
    }

    private func chosen(_ filter: JourneyFilter, _ quarter: Quarter) throws -> [Int] {
        let book = quarter.book
        let contacts = quarter.table.contacts
        var customer: Int32?
        if let name = filter.customer {
            customer = try Store.denseCustomer(
                name, try keys.customerNames(of: name, in: quarter.table.dictionary), quarter)
        }
        let intents = quarter.table.intents.map { quarter.table.dictionary.string($0) }
        if let intent = filter.intent, filter.customer == nil, !intents.contains(intent) {
            throw WorkbenchError.unknownIntent(
                intent, hint: Suggestion.hint(for: intent, among: intents))
        }
        let chosen = book.journeys.indices.filter { number in
            let journey = book.journeys[number]
            let first = contacts[Int(journey.first)]
            guard Int(journey.contactCount) >= filter.minimumContacts else { return false }
            if let customer, journey.customer != customer { return false }
            if let intent = filter.intent {
                return quarter.table.dictionary.string(first.intent) == intent
            }
            return true
        }
        guard filter.order == .contacts else { return chosen }
        return chosen.sorted {
            (-book.journeys[$0].contactCount, $0) < (-book.journeys[$1].contactCount, $1)
        }
    }

    static func denseCustomer(
        _ id: String, _ names: [String], _ quarter: Quarter
    ) throws -> Int32 {
        for name in names {
            guard let symbol = quarter.table.dictionary.symbol(of: name), !symbol.isNone,
                let dense = quarter.table.customers.firstIndex(of: CustomerID(symbol))
            else { continue }
            return Int32(dense)
        }
        throw WorkbenchError.unknownCustomer(id)
    }

    private static func row(_ journey: Journey, _ members: [Int], _ quarter: Quarter) -> [Cell] {
        let book = quarter.book
        let first = quarter.table.contacts[Int(journey.first)]
        let trueLinks = members.reduce(0.0) { $0 + Double(book.probability[$1]) / 1e6 }
        return [
            .text(quarter.journeyID(journey)), .text(quarter.localTime(first)),
            .text(quarter.customerName(journey.customer)),
            .text(book.rules.familyNames[Int(journey.family)]),
            .integer(members.count), .integer(members.count { book.role[$0] == .rework }),
            .number(trueLinks, decimals: 2), .text(journey.state.name),
        ]
    }
}

extension Quarter {
    /// `J` and the position of the first contact in the log.
    func journeyID(_ journey: Journey) -> String {
        "J\(table.contacts[Int(journey.first)].position)"
    }

    func localTime(_ contact: Contact) -> String {
        contact.at.iso8601(offsetMinutes: Int(contact.offsetMinutes))
    }

    /// - Parameter customer: dense, or -1.
    func customerName(_ customer: Int32) -> String {
        customer >= 0 ? table.dictionary.string(table.customers[Int(customer)]) : "unknown"
    }
}
