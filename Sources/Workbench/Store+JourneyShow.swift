// One journey: every contact with its role, what caused it, how sure that is, and what it cost.

import EventLog
package import Events
import Projections

extension Store {
    /// - Parameters:
    ///   - id: as `journeys list` shows it.
    ///   - showValues: whether personal fields are shown too, as far as the keys allow.
    /// - Throws: ``WorkbenchError/unknownJourney(_:)``.
    package func journey(
        _ id: String, showValues: Bool = false, progress: ProgressReport? = nil
    ) throws -> Answer {
        guard let position = UInt64(id.drop { $0 == "J" || $0 == "j" }) else {
            throw WorkbenchError.unknownJourney(id)
        }
        let quarter =
            try keptPart(.journey(LogPosition(position))) ?? rebuild(progress: progress)
        let found = quarter.book.journeys.firstIndex {
            quarter.table.contacts[Int($0.first)].position.rawValue == position
        }
        guard let number = found else {
            throw WorkbenchError.unknownJourney(id)
        }
        let journey = quarter.book.journeys[number]
        var answer = Answer()
        answer.fact("id", "journey", .text(quarter.journeyID(journey)))
        answer.fact("customer", "customer", .text(quarter.customerName(journey.customer)))
        answer.fact(
            "family", "intent family",
            .text(quarter.book.rules.familyNames[Int(journey.family)]))
        answer.fact("state", "state", .text(journey.state.name))
        let charges = try chargesIfPriced(quarter)
        let members = quarter.book.members(of: [number])[0]
        if let charges {
            let total = members.reduce(Int64(0)) { $0 + charges.total($1).thousandths }
            answer.fact("cost", "cost", .money(total))
        }
        answer.table(
            "contacts",
            Table(
                title: "Contacts", columns: Store.contactColumns,
                rows: members.enumerated().map { place, index in
                    Store.row(index, number: place + 1, members, quarter, charges)
                }))
        if showValues { answer.table("personal", try personalTable(members, quarter)) }
        return answer
    }

    private func personalTable(_ members: [Int], _ quarter: Quarter) throws -> Table {
        var rows: [[Cell]] = []
        for (place, index) in members.enumerated() {
            let position = quarter.table.contacts[index].position
            guard let event = try log.event(at: position)?.event else { continue }
            for (name, text) in try personalTexts(of: event, names: quarter.table.dictionary) {
                rows.append([.integer(place + 1), .text(name), .text(text.description)])
            }
        }
        return Table(
            title: "Personal fields",
            columns: [.init("number", "#"), .init("field", "field"), .init("value", "value")],
            rows: rows)
    }

    /// An event's personal fields, as far as the keys allow to read them.
    /// - Parameter names: what the event's symbols mean.
    package func personalTexts(
        of event: Event, names: Interner
    ) throws -> [(name: String, text: PersonalText)] {
        try event.personal.map { field in
            let name = names.string(field.name)
            return (
                name,
                try keys.personalText(
                    field: name, sealed: field.sealed, source: names.string(event.source),
                    eventKey: event.key, customer: names.string(event.customer))
            )
        }
    }

    private static let contactColumns: [Table.Column] = [
        .init("number", "#"), .init("at", "at"), .init("intent", "intent"),
        .init("channel", "channel"),
        .init("actor", "handled by"), .init("outcome", "outcome"),
        .init("automation_seconds", "automation s"), .init("wait_seconds", "wait s"),
        .init("talk_seconds", "talk s"), .init("failure", "failure"), .init("role", "role"),
        .init("cause", "caused by #"), .init("rule", "rule"), .init("probability", "probability"),
        .init("cost", "cost"),
    ]

    func chargesIfPriced(_ quarter: Quarter) throws -> Charges? {
        guard let costs = try costRulesIfKept() else { return nil }
        let dimensions = LedgerDimensions(
            table: quarter.table, rules: quarter.book.rules.rules, costs: costs)
        return Charges(quarter.table, costs: costs, dimensions: dimensions)
    }

    private static func row(
        _ index: Int, number: Int, _ members: [Int], _ quarter: Quarter, _ charges: Charges?
    ) -> [Cell] {
        let contact = quarter.table.contacts[index]
        let book = quarter.book
        func seconds(_ microseconds: Int64) -> Cell {
            microseconds < 0 ? .none : .number(Double(microseconds) / 1e6, decimals: 0)
        }
        let failure = Int(book.failure[index])
        let cause = Int(book.cause(of: index))
        let rule = book.linkRule(of: index, in: quarter.table)
        return [
            .integer(number), .text(quarter.localTime(contact)),
            .text(quarter.table.dictionary.string(contact.intent)),
            .text(quarter.table.dictionary.string(contact.channel)), .text(contact.actor.name),
            .text(contact.outcome.name), seconds(contact.automation), seconds(contact.wait),
            seconds(contact.talk),
            failure == 0 ? .none : .text(book.rules.rules.failures[failure - 1].title),
            .text(book.role[index].name),
            cause < 0 ? .none : members.firstIndex(of: cause).map { .integer($0 + 1) } ?? .none,
            rule.map { .text($0) } ?? .none,
            rule == nil ? .none : .number(Double(book.probability[index]) / 1e6, decimals: 3),
            charges.map { .money($0.total(index).thousandths) } ?? .none,
        ]
    }
}
