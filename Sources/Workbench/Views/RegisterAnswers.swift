// The register of high-impact interactions as a table, and how few journeys carry most.

import Events
import Projections

extension ViewInput {
    func register() -> Answer {
        let view = RegisterView(record, selection, facts: facts)
        var answer = Answer()
        let shown = view.rows.prefix(request.limit)
        answer.table(
            "register",
            Table(
                title: "Intents by what follows from them, most per journey first",
                columns: [
                    .init("intent", "intent"), .init("group", groupTitle),
                    .init("contacts", "contacts"), .init("contact_share", "share"),
                    .init("journeys", "journeys"), .init("journey_share", "share"),
                    .init("open", "open"), .init("failure_demand", "failure demand"),
                    .init("failure_demand_weighted", "weighted"),
                    .init("complaints", "complaints"), .init("churned", "churned"),
                    .init("refunds", "refunds"), .init("refunded", "refunded"),
                    .init("downstream_cost", "downstream cost"),
                    .init("own_hours_lost", "own h lost"),
                    .init("consequence_share", "consequences"),
                    .init("consequence_per_journey", "per journey"),
                ],
                rows: shown.map { registerRow($0, view.total) } + [totalRow(view.total)]))
        if view.rows.count > request.limit {
            answer.note(
                "\(view.rows.count - request.limit) rows further down are not shown; --limit "
                    + "shows more")
        }
        answer.table("tail", tailTable(view))
        answer.note(
            "consequences: the mean of the row's shares in failure demand, complaints, departures, "
                + "money refunded, downstream cost and own time lost, as far as there are any; "
                + "each weighs the same, which is an assumption. Per journey: that over the row's "
                + "share of journeys, 1 is as much as its volume. Rows are in this order, those of "
                + "fewer than \(RegisterView.fewJourneys) journeys after the others")
        answer.note(
            "counted where it was caused, as the ledger follows causes by rule, however late it "
                + "came; a journey and a departure where the journey began. Downstream cost: what "
                + "interactions cost that a named failure caused; refunds are beside it. Open: "
                + "journeys whose window has not ended; what follows is still to come")
        if view.unplaced > 0 {
            answer.note(
                "\(view.unplaced) complaints and refunds belong to no interaction in the log")
        }
        if costs == nil { answer.note("no cost rules are kept: no costs are shown") }
        return answer
    }

    private func registerRow(_ row: RegisterRow, _ total: RegisterFigures) -> [Cell] {
        func share(_ part: Int, _ whole: Int) -> Cell {
            Cell(share: whole == 0 ? nil : Double(part) / Double(whole))
        }
        return [.text(name(row.intent)), .text(selection.names[row.group])]
            + [
                .integer(row.figures.visits), share(row.figures.visits, total.visits),
                .integer(row.figures.journeys), share(row.figures.journeys, total.journeys),
            ] + consequences(row.figures) + [
                Cell(share: row.consequenceShare),
                Cell(number: row.consequencePerJourney, decimals: 2),
            ]
    }

    private func totalRow(_ total: RegisterFigures) -> [Cell] {
        [
            .text("total"), .none, .integer(total.visits), .none, .integer(total.journeys), .none,
        ] + consequences(total) + [.none, .none]
    }

    private func consequences(_ figures: RegisterFigures) -> [Cell] {
        [
            .integer(figures.open), .integer(figures.failureDemand),
            .number(figures.failureDemandWeighted, decimals: 1),
            .integer(figures.complaints), .integer(figures.churned), .integer(figures.refunds),
            .money(figures.refunded), Cell(money: costs == nil ? nil : figures.downstreamCost),
            Cell(hours: figures.ownTimeLost),
        ]
    }

    private func tailTable(_ view: RegisterView) -> Table {
        func row(_ title: String, _ tail: RegisterTail, _ total: Cell) -> [Cell] {
            let members = Double(max(1, tail.shape.count))
            func part(_ count: Int?) -> Cell { Cell(share: count.map { Double($0) / members }) }
            return [
                .text(title), .integer(tail.shape.count), .integer(tail.carriers), total,
            ] + tail.shape.topShares.map { Cell(share: $0) } + [
                part(tail.half), part(tail.eightTenths),
            ]
        }
        var rows: [[Cell]] = []
        if costs != nil {
            rows.append(
                row(
                    "downstream cost by journey", view.costByJourney,
                    .money(Int64(view.costByJourney.shape.total.rounded()))))
        }
        rows.append(
            row(
                "own hours lost by journey", view.timeByJourney,
                .number(view.timeByJourney.shape.total / 3.6e9, decimals: 1)))
        return Table(
            title: "How few journeys carry most of it",
            columns: [
                .init("quantity", "quantity"), .init("journeys", "journeys"),
                .init("carriers", "with any"), .init("total", "total"),
                .init("top_1_share", "top 1 %"), .init("top_5_share", "top 5 %"),
                .init("top_10_share", "top 10 %"),
                .init("half_share", "half is on"), .init("eight_tenths_share", "80 % is on"),
            ], rows: rows)
    }
}
