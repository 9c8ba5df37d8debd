// Resolution, recontact and experience as tables.

import Events
import Projections

extension ViewInput {
    func resolution() -> Answer {
        let view = ResolutionView(record, selection)
        let rows = zip(selection.names, view.groups).map { ($0, $1) } + [("total", view.total)]
        var answer = Answer()
        answer.table("resolution", resolutionTable(rows))
        answer.table("cost", costTable(rows))
        answer.note(
            "a contact counts once however often it is handed over. FCR: first contacts that a "
                + "person served, that did not end unresolved or abandoned, and after which "
                + "neither another contact of the same need nor a complaint came within "
                + "\(windowText). Resolved in one: journeys settled in one contact, of those that "
                + "have ended; what ended in automation is among them and never counts as resolved")
        answer.note(
            "left out of the rates: \(view.total.loose.censored) contacts whose window is not "
                + "complete by the end of the log, and \(view.total.unseen) without customer or "
                + "issue; same need: same issue, or same customer and intent family; strict: as "
                + "linked by the rules")
        answer.note(
            "failure demand: contacts that a named failure caused, a lower bound; weighted: by the "
                + "links' probabilities. Settled is read from silence, confirmed is what sources "
                + "say. Cost: of the contacts that begin in the row, however often they are handed "
                + "over, and of its work; per resolution: what the settled journeys cost; all per "
                + "resolution: unmet needs' cost too")
        if costs == nil { answer.note("no cost rules are kept: no costs are shown") }
        return answer
    }

    var windowText: String {
        let hours = request.window.microseconds / 3_600_000_000
        return hours % 24 == 0 ? "\(hours / 24) days" : "\(hours) hours"
    }

    private func resolutionTable(_ rows: [(String, ResolutionFigures)]) -> Table {
        Table(
            title: "Resolution and recontact, by \(groupTitle)",
            columns: [
                .init("group", groupTitle), .init("contacts", "contacts"),
                .init("journeys", "journeys"), .init("contacts_per_journey", "per journey"),
                .init("repeat_share", "repeat share"),
                .init("first_contact_resolution", "FCR"), .init("fcr_base", "FCR base"),
                .init("one_contact_resolution", "resolved in one"),
                .init("one_and_done_share", "one and done"),
                .init("recontact_rate", "recontact"), .init("recontact_base", "base"),
                .init("recontact_strict_rate", "strict"),
                .init("recontact_censored", "censored"),
                .init("failure_demand_share", "failure demand"),
                .init("failure_demand_weighted", "weighted"),
            ],
            rows: rows.map { name, figures in
                [
                    .text(name), .integer(figures.visits), .integer(figures.journeys),
                    Cell(number: figures.visitsPerJourney, decimals: 2),
                    Cell(share: figures.repeatShare),
                    Cell(share: figures.firstContactResolution),
                    .integer(figures.firstServed.base),
                    Cell(share: figures.oneContactResolution),
                    Cell(
                        share: figures.visits == 0
                            ? nil : Double(figures.onlyVisits) / Double(figures.visits)),
                    rate(figures.loose), .integer(figures.loose.base), rate(figures.strict),
                    .integer(figures.loose.censored), Cell(share: figures.failureDemandShare),
                    Cell(share: figures.failureDemandWeighted),
                ]
            })
    }

    private func rate(_ count: RecontactCount) -> Cell {
        Cell(share: count.base == 0 ? nil : count.rate)
    }

    private func costTable(_ rows: [(String, ResolutionFigures)]) -> Table {
        Table(
            title: "Cost beside outcome, by \(groupTitle)",
            columns: [
                .init("group", groupTitle), .init("cost", "cost"),
                .init("cost_per_contact", "per contact"),
                .init("cost_per_resolution", "per resolution"),
                .init("whole_cost_per_resolution", "all per resolution"),
                .init("settled", "settled"), .init("confirmed", "confirmed"),
                .init("given_up", "given up"), .init("undetermined", "in automation"),
                .init("churned", "churned"), .init("open", "open"),
                .init("median_hours_to_resolution", "median h"),
                .init("p95_hours_to_resolution", "95 % h"),
            ],
            rows: rows.map { name, figures in
                let sorted = figures.timesToResolution.sorted()
                let median = sorted.isEmpty ? nil : sorted[(sorted.count - 1) / 2]
                let late = observedQuantile(sorted, percent: 95)
                return [
                    .text(name), Cell(money: costs == nil ? nil : figures.cost),
                    Cell(money: costs == nil ? nil : figures.costPerContact),
                    Cell(money: costs == nil ? nil : figures.costPerResolution),
                    Cell(money: costs == nil ? nil : figures.wholeCostPerResolution),
                    .integer(figures.settled), .integer(figures.confirmed),
                    .integer(figures.givenUp), .integer(figures.undetermined),
                    .integer(figures.churned), .integer(figures.open),
                    Cell(hours: median), Cell(hours: late),
                ]
            })
    }

    func recontact() -> Answer {
        var answer = Answer()
        for matching in RecontactView.Matching.allCases {
            let view = RecontactView(
                quarter.table, book: quarter.book, matching: matching, selection: selection,
                visits: record.visits)
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
                            rate(row.count), .integer(row.count.censored),
                        ]
                    }))
        }
        answer.note(
            "base: contacts with a customer whose whole window lies within the log, by how they "
                + "ended; being put through is no return; a plain count, before any question of "
                + "cause")
        for placebo in quarter.book.hazards.placebo {
            let rate = (placebo.placeboRate * 10_000).rounded() / 100
            answer.note(
                "placebo of \(placebo.rule): \(rate) % of \(placebo.placeboBase) are back in the "
                    + "same window two weeks later")
        }
        return answer
    }

    func experience() -> Answer {
        let view = ExperienceView(record, selection, facts: facts)
        let rows = zip(selection.names, view.groups).map { ($0, $1) } + [("total", view.total)]
        var answer = Answer()
        answer.table(
            "experience",
            Table(
                title: "Experience and loyalty, by \(groupTitle)",
                columns: [
                    .init("group", groupTitle), .init("contacts", "contacts"),
                    .init("responses", "answers"), .init("response_rate", "response"),
                    .init("csat_top_two", "CSAT 4-5"), .init("csat_top", "CSAT 5"),
                    .init("nps", "NPS"), .init("ces", "CES"),
                    .init("complaints", "complaints"),
                    .init("complaints_per_thousand_journeys", "per 1,000 journeys"),
                    .init("referred", "referred"), .init("refunds", "refunds"),
                    .init("refunded", "refunded"), .init("churned", "churned"),
                    .init("churned_per_thousand_journeys", "per 1,000 journeys"),
                ],
                rows: rows.map { name, figures in
                    [
                        .text(name), .integer(figures.visits), .integer(figures.responses),
                        Cell(share: figures.responseRate), Cell(share: figures.csatTopTwoRate),
                        Cell(share: figures.csatTopRate), Cell(number: figures.nps, decimals: 0),
                        Cell(number: figures.ces, decimals: 2), .integer(figures.complaints),
                        Cell(number: figures.complaintsPerThousandJourneys, decimals: 1),
                        .integer(figures.referred), .integer(figures.refunds),
                        .money(figures.refunded), .integer(figures.churned),
                        Cell(number: figures.churnPerThousandJourneys, decimals: 1),
                    ]
                }))
        answer.note(
            "response: answers per contact that a person served; who is silent is in no figure of "
                + "a survey. CES: 1 to 7, 7 is easy")
        answer.note(
            "complaints, redress and departures belong to the last interaction of their issue, "
                + "else of their customer; \(view.unplaced) belong to no interaction in the log")
        return answer
    }
}
