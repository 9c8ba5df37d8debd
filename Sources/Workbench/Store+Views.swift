// The projections as tables.

import Events
import Projections

/// A named view.
package enum ViewName: String, CaseIterable, Sendable {
    case queues, recontact, ledger

    package var summary: String {
        switch self {
        case .queues: "waiting, abandonment and handle time by intent"
        case .recontact: "who is back within an hour, a day, a week, by how the contact ended"
        case .ledger: "where each cost is caused and where it is paid, with its balance"
        }
    }
}

extension Store {
    package func view(_ name: ViewName, progress: ProgressReport? = nil) throws -> Answer {
        let quarter = try rebuild(progress: progress)
        switch name {
        case .queues: return Store.queues(quarter)
        case .recontact: return Store.recontact(quarter)
        case .ledger: return Store.ledger(quarter, costs: try costRules())
        }
    }

    /// The lines that every view ends with: how much of the record could be joined at all.
    static func stitchNote(_ quarter: Quarter) -> String {
        let stitch = StitchRate(quarter.table, book: quarter.book)
        let untrusted = quarter.untrustedCustomerCount
        return "stitch rate: \(stitch.identified) of \(stitch.contacts) contacts "
            + "(\(percent(stitch.identifiedShare))) have a customer"
            + (untrusted == 0
                ? "" : "; \(untrusted) records had a customer id that is not trusted")
    }

    /// A share within a sentence, to a tenth of a per cent.
    static func percent(_ share: Double) -> String { "\((share * 1_000).rounded() / 10) %" }

    private static func queues(_ quarter: Quarter) -> Answer {
        let view = QueueView(quarter.table)
        var answer = Answer()
        answer.table(
            "queues",
            Table(
                title: "Queues and handle times",
                columns: [
                    .init("intent", "intent"), .init("contacts", "contacts"),
                    .init("queued", "queued"), .init("abandoned", "abandoned"),
                    .init("abandonment_rate", "of queued"),
                    .init("abandonment_of_offered", "of offered"),
                    .init("average_speed_of_answer_seconds", "ASA s"),
                    .init("mean_wait_seconds", "wait if queued s"),
                    .init("mean_wait_served_seconds", "wait served s"),
                    .init("mean_wait_abandoned_seconds", "wait abandoned s"),
                    .init("served_without_queue", "served at once"),
                    .init("left_without_queue", "left in automation"),
                    .init("handled", "handled 1 s-1 h"),
                    .init("mean_handle_seconds", "handle s"),
                    .init("median_handle_seconds", "median s"),
                    .init("sd_handle_seconds", "sd s"),
                ],
                rows: view.byIntent.map { queueRow($0.intent, $0.figures) }
                    + [queueRow("all", view.total)]))
        answer.note(
            "queued: waited longer than zero; abandoned: of these, not served; offered: queued or "
                + "served at once; ASA: queue time of the served, at once as zero")
        answer.note(
            "handle times of 1 s to 1 h only: \(view.total.handleTimesLeftOut) served contacts "
                + "are outside or unknown, and left out here; their cost is not")
        answer.note(stitchNote(quarter))
        return answer
    }

    private static func queueRow(_ name: String, _ figures: QueueFigures) -> [Cell] {
        [
            .text(name), .integer(figures.contacts), .integer(figures.queued),
            .integer(figures.abandonedInQueue), .share(figures.abandonmentRate),
            .share(figures.abandonmentOfOffered),
            .number(figures.averageSpeedOfAnswerSeconds, decimals: 1),
            .number(figures.meanWaitSeconds, decimals: 1),
            .number(figures.meanWaitServedSeconds, decimals: 1),
            .number(figures.meanWaitAbandonedSeconds, decimals: 1),
            .integer(figures.servedWithoutQueue), .integer(figures.leftWithoutQueue),
            .integer(figures.handleTimes.count), .number(figures.meanHandleSeconds, decimals: 1),
            .number(figures.medianHandleSeconds, decimals: 0),
            .number(figures.standardDeviationHandleSeconds, decimals: 1),
        ]
    }

    private static func recontact(_ quarter: Quarter) -> Answer {
        var answer = Answer()
        for matching in RecontactView.Matching.allCases {
            let view = RecontactView(quarter.table, book: quarter.book, matching: matching)
            answer.table(
                matching == .anyIntent ? "any_intent" : "same_family",
                Table(
                    title: "Back within the window, \(matching.rawValue)",
                    columns: [
                        .init("after", "after a contact"), .init("window_hours", "window h"),
                        .init("base", "base"), .init("followed", "followed"),
                        .init("rate", "rate"), .init("censored", "left out, window open"),
                    ],
                    rows: view.rows.map { row in
                        [
                            .text(row.group),
                            .integer(Int(row.window.microseconds / 3_600_000_000)),
                            .integer(row.count.base), .integer(row.count.followed),
                            .share(row.count.rate), .integer(row.count.censored),
                        ]
                    }))
        }
        answer.note(
            "base: contacts with a customer whose whole window lies within the log; a plain count, "
                + "before any question of cause")
        for placebo in quarter.book.hazards.placebo {
            let rate = (placebo.placeboRate * 10_000).rounded() / 100
            answer.note(
                "placebo of \(placebo.rule): \(rate) % of \(placebo.placeboBase) are back in the "
                    + "same window two weeks later")
        }
        answer.note(stitchNote(quarter))
        return answer
    }
}
