// Queues, people, and how the operation behaves over time, as tables.

import Events
import Projections

extension ViewInput {
    func queues() -> Answer {
        // Beside its own channel, or alone, an e-mail's answer time misleads nobody.
        let view = QueueView(
            quarter.table, selection: selection, rules: quarter.book.rules,
            hasAsynchronous: scope.grouping == .channel || scope.channel != nil)
        let rows = zip(selection.names, view.groups).filter { $1.contacts > 0 }
        var answer = Answer()
        answer.table(
            "queues",
            Table(
                title: "Queues and handle times",
                columns: [
                    .init(groupTitle, groupTitle), .init("contacts", "contacts"),
                    .init("queued", "queued"), .init("abandoned", "abandoned"),
                    .init("abandonment_rate", "of queued"),
                    .init("abandonment_of_offered", "of offered"),
                    .init("average_speed_of_answer_seconds", "ASA s"),
                    .init("mean_wait_seconds", "wait if queued s"),
                    .init("mean_wait_served_seconds", "wait served s"),
                    .init("mean_wait_abandoned_seconds", "wait abandoned s"),
                    .init("served_without_queue", "served at once"),
                    .init("handed_on_without_queue", "handed on"),
                    .init("left_without_queue", "left in automation"),
                    .init("handled", "handled 1 s-1 h"),
                    .init("mean_handle_seconds", "handle s"),
                    .init("median_handle_seconds", "median s"),
                    .init("sd_handle_seconds", "sd s"),
                ],
                rows: rows.map { queueRow($0, $1) } + [queueRow("all", view.total)]))
        answer.note(
            "each leg of a contact counts; queued: waited longer than zero; abandoned: of these, "
                + "not served; offered: queued or "
                + "served at once; ASA: queue time of the served, at once as zero")
        if view.asynchronous > 0 {
            answer.note(
                "\(view.asynchronous) contacts in channels where nobody waits, as e-mail, are left "
                    + "out; --by channel shows them")
        }
        answer.note(
            "handle times of 1 s to 1 h only: \(view.total.handleTimesLeftOut) served contacts "
                + "are outside or unknown, and left out here; their cost is not")
        return answer
    }

    private func queueRow(_ name: String, _ figures: QueueFigures) -> [Cell] {
        [
            .text(name), .integer(figures.contacts), .integer(figures.queued),
            .integer(figures.abandonedInQueue), Cell(share: figures.abandonmentRate),
            Cell(share: figures.abandonmentOfOffered),
            Cell(number: figures.averageSpeedOfAnswerSeconds, decimals: 1),
            Cell(number: figures.meanWaitSeconds, decimals: 1),
            Cell(number: figures.meanWaitServedSeconds, decimals: 1),
            Cell(number: figures.meanWaitAbandonedSeconds, decimals: 1),
            .integer(figures.servedWithoutQueue), .integer(figures.handedOnWithoutQueue),
            .integer(figures.leftWithoutQueue),
            .integer(figures.handleTimes.count),
            Cell(number: figures.meanHandleSeconds, decimals: 1),
            Cell(number: figures.medianHandleSeconds, decimals: 0),
            Cell(number: figures.standardDeviationHandleSeconds, decimals: 1),
        ]
    }

    func workforce(work: [AgentWork], shifts: [Shift]) -> Answer {
        let inPeriod = shifts.filter { shift in
            shift.from >= scope.from ?? shift.from && shift.from < scope.to ?? shift.to
        }
        // Presence is for everything that a team does: beside a part of it, it says nothing.
        let isWhole =
            scope.intent == nil && scope.channel == nil && scope.segment == nil
            && scope.line == nil
        let view = WorkforceView(record, selection, work: work, shifts: inPeriod)
        var answer = Answer()
        answer.table(
            "workforce",
            Table(
                title: "People, by team",
                columns: [
                    .init("team", "team"), .init("agents", "agents"),
                    .init("handled", "handled"), .init("mean_handle_seconds", "AHT s"),
                    .init("handling_hours", "handling h"), .init("busy_hours", "busy h"),
                    .init("concurrency", "at once"), .init("present_hours", "present h"),
                    .init("presence", "presence from"), .init("occupancy", "occupancy"),
                    .init("shrinkage", "shrinkage"),
                    .init("gini", "Gini over agents"),
                ],
                rows: view.teams.map { team in
                    [
                        .text(name(team.team)), .integer(team.agents), .integer(team.handled),
                        Cell(number: team.meanHandleSeconds, decimals: 0),
                        Cell(hours: team.handling), Cell(hours: team.busy),
                        Cell(number: team.concurrency, decimals: 2),
                        isWhole
                            ? Cell(hours: team.isInferred ? team.inferred : team.rostered) : .none,
                        isWhole ? .text(team.isInferred ? "inferred" : "roster") : .none,
                        Cell(share: isWhole ? team.occupancy : nil),
                        Cell(share: isWhole ? team.shrinkage : nil),
                        Cell(number: team.gini, decimals: 2),
                    ]
                }))
        answer.note(
            "AHT: talk, hold and wrap-up of what people handled; busy: time with at least one "
                + "interaction under way; occupancy: busy over present. Presence is the roster's, "
                + "or inferred from an agent's first to last handling of each day, which makes "
                + "occupancy too high; shrinkage: planned time in which nobody came: absence "
                + "alone, no breaks and no training")
        if view.unnamed > 0 {
            answer.note(
                "\(view.unnamed) handled interactions name no agent, and are in no busy time")
        }
        return answer
    }

    func volatility() -> Answer {
        let view = VolatilityView(record, selection)
        var answer = Answer()
        answer.table(
            "volatility",
            Table(
                title: "Spread of single contacts and of daily means, before and after "
                    + "\(CivilDate(dayNumber: view.split))",
                columns: [
                    .init("quantity", "quantity"), .init("contacts_before", "contacts"),
                    .init("mean_before_seconds", "mean s"),
                    .init("interaction_cv_before", "CV"),
                    .init("aggregate_cv_before", "CV of days"),
                    .init("contacts_after", "contacts"), .init("mean_after_seconds", "mean s"),
                    .init("interaction_cv_after", "CV"),
                    .init("aggregate_cv_after", "CV of days"),
                    .init("stability_masking_ratio", "masking"),
                ],
                rows: view.rows.map { row in
                    [
                        .text(row.quantity.rawValue), .integer(row.before.count),
                        Cell(number: row.before.mean.map { $0 / 1e6 }, decimals: 1),
                        Cell(number: row.before.interactionCV, decimals: 3),
                        Cell(number: row.before.aggregateCV, decimals: 3),
                        .integer(row.after.count),
                        Cell(number: row.after.mean.map { $0 / 1e6 }, decimals: 1),
                        Cell(number: row.after.interactionCV, decimals: 3),
                        Cell(number: row.after.aggregateCV, decimals: 3),
                        Cell(number: row.stabilityMasking, decimals: 3),
                    ]
                }))
        answer.note(
            "CV: standard deviation over mean; masking: growth of the single contacts' CV over "
                + "growth of the daily means' CV: above 1, volatility grows under a calm surface")
        return answer
    }

    func mix() -> Answer {
        let view = MixView(record, selection)
        var answer = Answer()
        func row(_ title: String, _ row: MixRow) -> [Cell] {
            func share(_ part: Int, _ whole: Int) -> Cell {
                Cell(share: whole == 0 ? nil : Double(part) / Double(whole))
            }
            return [
                .text(title), .integer(row.before.served),
                share(row.before.served, view.total.before.served),
                Cell(number: row.before.meanSeconds, decimals: 1), .integer(row.after.served),
                share(row.after.served, view.total.after.served),
                Cell(number: row.after.meanSeconds, decimals: 1),
            ]
        }
        answer.table(
            "mix",
            Table(
                title: "What people handle, before and after \(CivilDate(dayNumber: view.split))",
                columns: [
                    .init("intent", "intent"), .init("served_before", "served"),
                    .init("share_before", "share"), .init("handle_seconds_before", "AHT s"),
                    .init("served_after", "served"), .init("share_after", "share"),
                    .init("handle_seconds_after", "AHT s"),
                ],
                rows: view.rows.map { row(name($0.intent), $0) } + [row("total", view.total)]))
        answer.fact(
            "handle_seconds_mix_alone", "AHT had only the mix changed, s",
            Cell(number: view.mixAlone, decimals: 1))
        answer.fact(
            "handle_seconds_times_alone", "AHT had only the times changed, s",
            Cell(number: view.timesAlone, decimals: 1))
        answer.note(
            "contacts that a person served and whose minutes are known; when automation takes the "
                + "short ones, the mean of the rest rises without anybody working slower")
        return answer
    }

    func detection() -> Answer {
        let view = DetectionView(record, selection)
        var answer = Answer()
        answer.table(
            "detection",
            Table(
                title: "From a possible failure to the first interaction that shows it",
                columns: [
                    .init("failure", "failure"), .init("failures", "failures"),
                    .init("shown_by_return", "shown by a return"),
                    .init("shown_by_complaint", "by a complaint"), .init("open", "open"),
                    .init("unseen", "never shown"), .init("untraced", "no trace"),
                    .init("median_hours", "median h"),
                    .init("p90_hours", "90 % h"),
                ],
                rows: zip(quarter.book.rules.rules.failures, view.byFailure).map { rule, figures in
                    [
                        .text(rule.title), .integer(figures.failures),
                        .integer(figures.returns.count), .integer(figures.complaints.count),
                        .integer(figures.open), .integer(figures.unseen),
                        .integer(figures.untraced),
                        Cell(hours: figures.medianLag), Cell(hours: figures.lag90),
                    ]
                }))
        answer.note(
            "a failure is what the link rules call one, and may be none: most sessions that "
                + "automation closed met the need. Never shown: no return and no complaint in the "
                + "log, which is not that nothing was wrong; no trace: neither customer nor issue "
                + "is known; open: the window of \(windowText) runs past the end of the log")
        return answer
    }

    func divergence() -> Answer {
        let view = DivergenceView(record, selection)
        var answer = Answer()
        answer.table(
            "weeks",
            Table(
                title: "Efficiency against outcome, whole weeks",
                columns: [
                    .init("week", "week of"), .init("contacts", "contacts"),
                    .init("handle_minutes_per_contact", "minutes per contact"),
                    .init("cost_per_contact", "cost per contact"),
                    .init("containment", "not handed over"),
                    .init("failure_demand_share", "failure demand"),
                    .init("given_up_share", "given up"),
                    .init("own_minutes_per_contact", "own minutes"),
                    .init("efficiency", "efficiency"), .init("outcome", "outcome"),
                ],
                rows: view.weeks.map { divergenceRow($0) }))
        answer.fact(
            "efficiency_change", "efficiency, second half less first, in standard errors",
            Cell(number: view.efficiencyChange, decimals: 2))
        answer.fact(
            "outcome_change", "outcome, the same", Cell(number: view.outcomeChange, decimals: 2))
        answer.fact(
            "divergence_index", "divergence index (efficiency less outcome)",
            Cell(number: view.divergence, decimals: 2))
        answer.fact(
            "flag", "flag: cheaper while customers fare worse", .flag(view.isFlagged))
        answer.note(
            "efficiency and outcome: means of standardised figures, above zero is better than the "
                + "mean week; flag: efficiency rose and outcome fell by more than "
                + "\(DivergenceView.flagAt) standard errors each; given up: of journeys that have "
                + "ended. Whole weeks within the log only")
        return answer
    }

    private func divergenceRow(_ week: DivergenceWeek) -> [Cell] {
        func quotient(_ part: Int64, _ whole: Int) -> Double? {
            whole == 0 ? nil : Double(part) / Double(whole)
        }
        return [
            .text("\(CivilDate(dayNumber: week.monday))"), .integer(week.visits),
            Cell(number: quotient(week.handle, week.visits).map { $0 / 6e7 }, decimals: 2),
            Cell(
                money: costs == nil || week.visits == 0
                    ? nil : roundedQuotient(week.cost, 1, Int64(week.visits))),
            Cell(share: quotient(Int64(week.contained), week.sessions)),
            Cell(share: quotient(Int64(week.failureDemand), week.visits)),
            Cell(share: quotient(Int64(week.givenUp), week.journeys)),
            Cell(number: quotient(week.ownTime, week.visits).map { $0 / 6e7 }, decimals: 2),
            Cell(number: week.efficiency, decimals: 2), Cell(number: week.outcome, decimals: 2),
        ]
    }

    func concentration() -> Answer {
        let view = ConcentrationView(record, selection)
        var answer = Answer()
        func row(_ title: String, _ shape: BurdenShape, _ write: (Double) -> Cell) -> [Cell] {
            [
                .text(title), .integer(shape.count), write(shape.total),
                Cell(number: shape.gini, decimals: 3),
            ] + shape.topShares.map { Cell(share: $0) } + [
                shape.percentile95.map { write(Double($0)) } ?? .none,
                shape.tailMean95.map(write) ?? .none,
            ]
        }
        func number(_ value: Double) -> Cell { .number(value, decimals: 1) }
        func hours(_ value: Double) -> Cell { .number(value / 3.6e9, decimals: 2) }
        func money(_ value: Double) -> Cell { .money(Int64(value.rounded())) }
        var rows = [row("contacts by customer", view.contactsByCustomer, number)]
        if costs != nil {
            rows.append(row("cost by customer", view.costByCustomer, money))
            rows.append(row("cost by journey", view.costByJourney, money))
        }
        rows += [
            row("own hours by customer", view.timeByCustomer, hours),
            row("own hours by journey", view.timeByJourney, hours),
            row("hours from first contact to last, by journey", view.spanByJourney, hours),
        ]
        answer.table(
            "concentration",
            Table(
                title: "How unevenly it lies",
                columns: [
                    .init("quantity", "quantity"), .init("members", "members"),
                    .init("total", "total"), .init("gini", "Gini"),
                    .init("top_1_share", "top 1 %"), .init("top_5_share", "top 5 %"),
                    .init("top_10_share", "top 10 %"), .init("percentile_95", "95 %"),
                    .init("tail_mean_95", "mean beyond"),
                ], rows: rows))
        answer.note(
            "Gini: 0 is even, 1 is all on one; mean beyond: of the worst 5 %; by customer: of "
                + "those known, journeys also of those unknown")
        return answer
    }
}
