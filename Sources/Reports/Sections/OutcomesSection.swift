// Section 3: what customers get, in one table with what it costs. An efficiency figure can
// improve while outcomes worsen; side by side the two cannot hide each other.

import Events
import Simulation
import Statistics

enum OutcomesSection {
    /// Reported containment is flagged where it is above true containment by this much or more.
    /// Practitioners' corrections of reported containment start at ten points.
    static let divergenceThreshold = 0.10

    /// What stands together, outcomes first.
    private static let topics: [(title: String, outcomes: [String], costs: [String])] = [
        (
            "Meeting the need",
            [
                "true_containment", "truly_resolved", "falsely_contained", "handed_over",
                "left_automation",
            ], ["reported_containment", "automation_sessions"]
        ),
        (
            "Coming back", ["rework_contacts", "rework_share", "escalations", "misrouted"],
            ["contacts_per_issue", "issues", "contacts", "served_contacts"]
        ),
        (
            "Being left alone, beside what it costs", ["silent_give_ups", "abandoned_contacts"],
            ["cash_cost"]
        ),
        ("Time", ["customer_minutes"], ["handle_minutes", "mean_handle_minutes"]),
    ]

    static func section(_ reader: RunReader) -> ReportSection {
        var blocks: [ReportBlock] = [
            .paragraph(
                "Outcomes for customers stand beside what the operation and its dashboards "
                    + "count. Every difference is taken within a replication, the same customers "
                    + "in both worlds, so its interval is that of the change itself.")
        ]
        if let flag = divergence(reader) { blocks.append(.callout(flag)) }
        blocks.append(.table(table(reader)))
        blocks.append(.chart(changes(reader)))
        if let containment = containment(reader) { blocks.append(.chart(containment)) }
        blocks += weeks(reader).map { .chart($0) }
        return ReportSection(number: 3, title: "Outcomes beside costs", blocks: blocks)
    }

    static func divergence(_ reader: RunReader) -> ReportCallout? {
        guard let reported = reader.metric("reported_containment")?.scenario,
            let actual = reader.metric("true_containment")?.scenario,
            reported.mean - actual.mean >= divergenceThreshold
        else { return nil }
        let gap = NumberWords.decimal((reported.mean - actual.mean) * 100, decimals: 1)
        return ReportCallout(
            weight: .warning, title: "Divergence: the dashboard will look better than the outcome",
            text: "Reported containment, \(reader.sentence(reported, unit: "share")), is "
                + "\(gap) points (difference of means) above true containment, "
                + "\(reader.sentence(actual, unit: "share")). The difference is made of people "
                + "whose need was not met: they come back or give up in silence.")
    }

    private static func table(_ reader: RunReader) -> ReportTable {
        var groups = topics.map { topic in
            ReportTable.Group(
                topic.title,
                rows: rows(topic.outcomes, kind: "outcome", reader)
                    + rows(topic.costs, kind: "cost or volume", reader))
        }
        let named = Set(topics.flatMap { $0.outcomes + $0.costs })
        // What no automation of the scenario does is left out.
        let others = reader.summary.metrics.filter { metric in
            !named.contains(metric.name)
                && [metric.baseline, metric.scenario].contains { $0.mean != 0 }
        }.map(\.name)
        groups.append(.init("Other", rows: rows(others, kind: "not classed", reader)))
        return ReportTable(
            id: "F3.1", title: "Outcomes and costs in both worlds",
            columns: [
                .init("Figure"), .init("Kind"), .number("Baseline"), .number("Scenario"),
                .number("Change"),
            ],
            groups: groups.filter { !$0.rows.isEmpty },
            notes: [
                reader.intervalNote,
                "pp: percentage points. The baseline is the recorded period; figures that rest on "
                    + "which contacts belong to one need are drawn by probability and therefore "
                    + "modelled.",
                "\u{2013}: containment is not defined where there is no session in the "
                    + "automation.",
                "Amounts are recorded minutes times stated rates, with the roster kept.",
            ],
            origin: "summary.metrics")
    }

    private static func title(
        _ metric: MetricSummary, isMoney: Bool, _ run: RunRecord
    ) -> String {
        let title = isMoney ? "\(metric.title), \(metric.unit)" : metric.title
        return run.discrepancy.isAboveChange(metric) == true
            ? "\(title) (change \(DiscrepancyWords.belowError))" : title
    }

    private static func rows(
        _ names: [String], kind: String, _ reader: RunReader
    ) -> [ReportTable.Row] {
        names.compactMap { reader.metric($0) }.map { metric in
            let style = QuantityStyle(
                unit: metric.unit, together: [metric.baseline, metric.scenario])
            var change = QuantityStyle(
                unit: metric.unit, together: [metric.baseline, metric.scenario, metric.delta])
            change = change.asDifference
            let isShareOfSessions = metric.name.hasSuffix("_containment")
            let hasBaseline = !isShareOfSessions || reader.hasSessions(\.baseline)
            let hasScenario = !isShareOfSessions || reader.hasSessions(\.scenario)
            let undefined = ReportCell("\u{2013}")
            return ReportTable.Row([
                ReportCell(title(metric, isMoney: style.isMoney, reader.run)),
                ReportCell(kind),
                hasBaseline
                    ? style.cell(metric.baseline, mark: RunReader.baselineMark(metric))
                    : undefined,
                hasScenario ? style.cell(metric.scenario, mark: .modelled) : undefined,
                hasBaseline && hasScenario
                    ? change.cell(metric.delta, mark: .modelled) : undefined,
            ])
        }
    }

    private static func changes(_ reader: RunReader) -> ReportChart {
        let shown = [
            ("silent_give_ups", "silent give-ups"), ("rework_contacts", "contacts from a failure"),
            ("contacts_per_issue", "contacts per need"),
            ("customer_minutes", "customers\u{2019} own minutes"), ("contacts", "contacts"),
            ("served_contacts", "contacts served by people"),
            ("handle_minutes", "minutes of people handling"),
            ("mean_handle_minutes", "mean handle time"),
            ("cash_cost", "cash cost, roster kept"),
        ]
        let points = shown.compactMap { name, label -> ReportChart.Point? in
            guard let metric = reader.metric(name), metric.baseline.mean > 0 else { return nil }
            let percent = metric.baseline.mean / 100
            return ReportChart.Point(
                label, mean: metric.delta.mean / percent,
                low: metric.delta.low.map { $0 / percent },
                high: metric.delta.high.map { $0 / percent })
        }
        return ReportChart(
            id: "F3.2", title: "Changes in per cent of the baseline\u{2019}s mean",
            summary: "Scenario minus baseline for outcomes, then for costs and volumes; right of "
                + "zero means more of the figure, which is not the same as better.",
            kind: .intervals(unit: "%", points: points),
            notes: [reader.intervalNote], origin: "summary.metrics", mark: .modelled,
            isOfChanges: true)
    }

    /// When the changes fall. Weeks after the scenario's days hold what it leaves behind.
    private static func weeks(_ reader: RunReader) -> [ReportChart] {
        let weeks = reader.summary.profile.weeks
        guard !weeks.isEmpty else { return [] }
        func chart(
            _ id: String, _ title: String, _ summary: String, _ unit: String,
            _ figure: (WeekSummary) -> Interval
        ) -> ReportChart {
            ReportChart(
                id: id, title: title, summary: summary,
                kind: .intervals(
                    unit: unit,
                    points: weeks.map { week in
                        let change = figure(week)
                        return .init(
                            "\(CivilDate(dayNumber: week.monday))", mean: change.mean,
                            low: change.low, high: change.high)
                    }),
                notes: ["By the Monday of the week in which it takes place.", reader.intervalNote],
                origin: "summary.profile.weeks", mark: .modelled, isOfChanges: true)
        }
        return [
            chart(
                "F3.4", "Change in contacts, by week",
                "Scenario minus baseline of contacts reaching the recorded operation.",
                "contacts"
            ) { $0.contacts },
            chart(
                "F3.5", "Change in cash by use, by week",
                "What contacts, work and each use of an automation are charged, without fixed "
                    + "costs and the roster that is kept.", reader.currency
            ) { $0.cash },
        ]
    }

    private static func containment(_ reader: RunReader) -> ReportChart? {
        let shown = [
            ("reported_containment", "reported containment"),
            ("true_containment", "true containment"),
        ].compactMap { name, title in
            reader.metric(name).map { (title, $0.scenario) }
        }
        guard shown.count == 2, reader.hasSessions(\.scenario) else { return nil }
        return ReportChart(
            id: "F3.3", title: "Containment in the scenario, reported and true",
            summary: "Share of the automation\u{2019}s sessions that a dashboard counts as "
                + "contained, and share that truly met the need.",
            kind: .intervals(
                unit: "%",
                points: shown.map { title, interval in
                    .init(
                        title, mean: interval.mean * 100, low: interval.low.map { $0 * 100 },
                        high: interval.high.map { $0 * 100 })
                }),
            notes: [reader.intervalNote], origin: "summary.metrics", mark: .modelled,
            isOfChanges: false)
    }
}
