// A period as it happened, day by day, from the log alone.

import EventLog
import Events
import FoundationEssentials
import Projections

/// What is replayed.
package struct ReplayRequest: Sendable {
    /// Filters and days; the days are those shown, a journey that began before them counts too.
    package var view = ViewRequest(.resolution)
    package var customer: String?
    /// As it was known at this moment: as 2026-02-01 or 2026-02-01T12:00:00Z; `nil` for now.
    package var asOf: String?

    package init() {}
}

extension Store {
    package func replay(
        _ request: ReplayRequest, progress: ProgressReport? = nil
    ) throws -> Answer {
        let moment = try request.asOf.map { try Store.moment($0, option: "--as-of") }
        let quarter = try rebuild(asOf: moment, progress: progress)
        let costs = try costRulesIfKept()
        var scope = try request.view.scope(
            quarter.table, lines: quarter.book.rules.lines)
        (scope.from, scope.to) = (nil, nil)
        scope.grouping = .all
        var selection = Selection(
            quarter.table, scope: scope, lines: quarter.book.rules.lines)
        if let customer = request.customer {
            let number = try Store.denseCustomer(
                customer, try keys.customerNames(of: customer, in: quarter.table.dictionary),
                quarter)
            selection = selection.narrowed {
                quarter.book.journeys[Int(quarter.book.journeyOf[$0])].customer == number
            }
        }
        let view = ReplayView(
            ViewRecord(
                table: quarter.table, book: quarter.book, costs: costs,
                window: request.view.window),
            selection,
            firstDay: try request.view.from.map { try ViewRequest.date($0, "--from").dayNumber },
            lastDay: try request.view.to.map { try ViewRequest.date($0, "--to").dayNumber })
        return Store.replayAnswer(view, quarter, hasCosts: costs != nil, asOf: request.asOf)
    }

    /// A day stands for its beginning in UTC.
    static func moment(_ text: String, option: String) throws -> Instant {
        if let date = CivilDate(text: text) {
            return Instant(date: date, secondsOfDay: 0, offsetMinutes: 0)
        }
        do {
            let date = try Date(text, strategy: .iso8601)
            return Instant(microseconds: Int64(date.timeIntervalSince1970 * 1_000_000))
        } catch {
            throw WorkbenchError.wrongValue(
                name: option, expected: "a moment as 2026-01-31 or 2026-01-31T12:00:00Z",
                found: text)
        }
    }

    private static func replayAnswer(
        _ view: ReplayView, _ quarter: Quarter, hasCosts: Bool, asOf: String?
    ) -> Answer {
        var answer = Answer()
        if let asOf {
            answer.fact("as_of", "as known at", .text(asOf))
            answer.fact(
                "events_known", "events known then", .integer(Int(quarter.snapshot.head.rawValue)))
        }
        answer.table(
            "days",
            Table(
                title: "Day by day",
                columns: [
                    .init("day", "day"), .init("opened", "opened"),
                    .init("contacts", "contacts"), .init("reopened", "back again"),
                    .init("failure_demand", "by a failure"), .init("work", "work"),
                    .init("settled", "settled"), .init("given_up", "given up"),
                    .init("undetermined", "in automation"), .init("churned", "churned"),
                    .init("open", "open"), .init("under_way", "under way"),
                    .init("handling_hours", "handling h"), .init("cost", "cost"),
                ],
                rows: view.days.map { day in
                    [
                        .text("\(CivilDate(dayNumber: day.day))"), .integer(day.opened),
                        .integer(day.contacts), .integer(day.reopened), .integer(day.failures),
                        .integer(day.work), .integer(day.settled), .integer(day.givenUp),
                        .integer(day.undetermined), .integer(day.churned), .integer(day.open),
                        .integer(day.underWay), Cell(hours: day.handling),
                        hasCosts ? .money(day.cost) : .none,
                    ]
                }))
        answer.note(
            "opened: journeys that began on the day; settled to open: journeys whose last "
                + "interaction fell on it, by how they stand at the end of what is known; under "
                + "way: begun, and heard of again on a later day")
        answer.note(stitchNote(quarter))
        return answer
    }
}
