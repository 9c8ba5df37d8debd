// A run for people: the model's error first, then outcomes beside costs, then where it went.

package import Simulation
import Statistics

/// A run in the forms that a face writes.
package struct RunAnswer {
    private let run: RunRecord

    package init(_ run: RunRecord) { self.run = run }

    package var answer: Answer { Store.answer(run) }
    package var json: SimulationJSON { SimulationJSON(run) }
}

extension Store {
    /// A run as facts and tables.
    static func answer(_ run: RunRecord) -> Answer {
        var answer = Answer()
        for (number, violation) in run.violations.enumerated() {
            answer.fact("violation_\(number + 1)", "breaks the policy", .text(violation))
        }
        answer.fact("discrepancy", "discrepancy", .text(run.discrepancy.text))
        if let measured = run.discrepancy.measured {
            answer.table("discrepancy_figures", discrepancyTable(measured, run))
        }
        answer.fact(
            "recommendation", "recommendation",
            .text(
                run.discrepancy.measured == nil
                    ? "none (the model's error is not known)" : "none (this version makes none)"))
        answer.fact("run", "run", .text(run.id))
        answer.fact("scenario", "scenario", .text(run.scenario.title))
        answer.fact(
            "log", "log", .text("\(run.log.events) events, \(run.log.from) to \(run.log.to)"))
        answer.fact("replications", "replications", .text(replicationText(run)))
        answer.fact(
            "in_scope", "contacts in scope",
            .text(
                "\(run.inScopeContacts), of these \(run.inScopeUnidentified) without a customer "
                    + "(issues of their own, assumed)"))
        answer.table("metrics", metricTable(run))
        answer.table("ledger", ledgerTable(run))
        answer.table("payers", payerTable(run))
        answer.table("redistribution", redistributionTable(run))
        answer.table("customers", customerTable(run))
        for (name, table) in RunProfile.tables(
            run.summary.profile, currency: run.costs.currency)
        {
            answer.table(name, table)
        }
        answer.note(
            "provenance of the change in cash: \(percent(run.summary.supportedShare)) supported by "
                + "history, \(percent(run.summary.extrapolatedShare)) extrapolated, "
                + "\(percent(run.summary.assumedShare)) assumed")
        answer.note(precisionNote(run.stopping))
        answer.note("no queue feedback yet: waits stay what they were")
        answer.note("view: cohort, issues whose first contact lies in the scenario's days")
        answer.note(
            "in neither world: what is given back, and what automation costs by period; view "
                + "ledger has both")
        answer.note("costs: \(run.costs.note)")
        answer.note("report: downstream report \(run.id)")
        return answer
    }

    private static func replicationText(_ run: RunRecord) -> String {
        let intervals =
            run.replications >= Interval.leastReplications
            ? "intervals are the 5 % and 95 % quantiles"
            : "no intervals below \(Interval.leastReplications)"
        let end = endText(run.stopping)
        return "\(run.replications), seed \(run.seed), \(end); \(intervals)"
    }

    /// Why a run ended, in words.
    static func endText(_ stopping: Stopping) -> String {
        switch stopping.reason {
        case .stated: "as many as were stated"
        case .tolerance: "until the headline figures were precise enough"
        case .limit: "ended by the limit before the headline figures were precise enough"
        case .interrupted: "interrupted"
        }
    }

    /// How precise the means are: not the same as how far a quarter may lie from them.
    private static func precisionNote(_ stopping: Stopping) -> String {
        let wanted = percent(stopping.relativeTolerance)
        let imprecise = stopping.imprecise
        if imprecise.isEmpty {
            return "means: every headline figure is known to \(wanted) of its change, or to "
                + "\(percent(StoppingRule.absoluteShare)) of the baseline"
        }
        let names = imprecise.map { figure in
            let half = figure.halfWidth.map { "±\(Int(min($0, 1e15).rounded()))" } ?? "not known"
            return "\(figure.title) \(half), ±\(Int(min(figure.tolerance, 1e15).rounded())) wanted"
        }
        return "means less precise than \(wanted) of their change: "
            + names.joined(separator: "; ") + "; more replications make them so"
    }

    static func cells(_ interval: Interval, _ unit: String) -> [Cell] {
        [value(interval.mean, unit), value(interval.low, unit), value(interval.high, unit)]
    }

    static func value(_ value: Double?, _ unit: String) -> Cell {
        guard let value else { return .none }
        switch unit {
        case "share": return .share(value)
        case "ratio": return .number(value, decimals: 3)
        case "minutes" where value.magnitude < 100: return .number(value, decimals: 2)
        default: return .number(value, decimals: 0)
        }
    }

    /// What only some mechanisms do, where none of the scenario's did it.
    private static func isIdle(_ metric: MetricSummary) -> Bool {
        let special: Set = [
            "automation_sessions", "truly_resolved", "falsely_contained", "handed_over",
            "left_automation", "reported_containment", "true_containment", "misrouted", "messages",
            "prevented_contacts", "assisted", "failures_noticed", "failures_mended", "escalations",
        ]
        return special.contains(metric.name) && metric.baseline.mean == 0
            && metric.scenario.mean == 0
    }

    private static func metricTable(_ run: RunRecord) -> Table {
        Table(
            title: "Outcomes and costs",
            columns: [
                .init("metric", "figure"), .init("unit", "unit"), .init("baseline", "baseline"),
                .init("scenario", "scenario"), .init("delta", "change"), .init("low", "5 %"),
                .init("high", "95 %"), .init("model_error", "model error"),
            ],
            rows: run.summary.metrics.filter { !isIdle($0) }.map { metric in
                // A share of sessions is nothing in a world that has none.
                let isOfSessions = metric.name.hasSuffix("_containment")
                let none: [Cell] = [.none, .none, .none]
                return [
                    .text(metric.title), .text(metric.unit),
                    isOfSessions ? .none : value(metric.baseline.mean, metric.unit),
                    value(metric.scenario.mean, metric.unit),
                ] + (isOfSessions ? none : cells(metric.delta, metric.unit))
                    + [errorCell(metric, run)]
            })
    }

    private static func ledgerTable(_ run: RunRecord) -> Table {
        Table(
            title: "Ledger of the change, \(run.costs.currency)",
            columns: [
                .init("line", "class"), .init("mean", "mean"), .init("low", "5 %"),
                .init("high", "95 %"),
            ],
            rows: run.summary.ledger.map { [.text($0.title)] + cells($0.amount, "money") })
    }

    private static func payerTable(_ run: RunRecord) -> Table {
        Table(
            title: "Who pays, \(run.costs.currency)",
            columns: [
                .init("payer", "payer"), .init("baseline", "baseline"),
                .init("scenario", "scenario"), .init("delta", "change"), .init("low", "5 %"),
                .init("high", "95 %"),
            ],
            rows: run.summary.payers.map { payer in
                [
                    .text(payer.payer), value(payer.baseline.mean, "money"),
                    value(payer.scenario.mean, "money"),
                ] + cells(payer.delta, "money")
            })
    }

    private static func redistributionTable(_ run: RunRecord) -> Table {
        let changed = run.summary.matrix.filter { $0.delta.mean != 0 }
            .sorted { abs($0.delta.mean) > abs($1.delta.mean) }
        return Table(
            title: "Who saves, who pays: largest changes, \(run.costs.currency)",
            columns: [
                .init("intent", "caused by intent"), .init("failure", "kind of failure"),
                .init("paid_intent", "paid in intent"), .init("payer", "payer"),
                .init("delta", "change"), .init("low", "5 %"),
                .init("high", "95 %"),
            ],
            rows: changed.prefix(14).map { cell in
                [
                    .text(cell.caused.intent), .text(cell.caused.failure), .text(cell.paid.intent),
                    .text(cell.paid.payer),
                ] + cells(cell.delta, "money")
            })
    }

    private static func customerTable(_ run: RunRecord) -> Table {
        Table(
            title: "Customers reached (with an id)",
            columns: [
                .init("figure", "figure"), .init("mean", "mean"), .init("low", "5 %"),
                .init("high", "95 %"),
            ],
            rows: [
                [.text("known customers with a contact in scope")]
                    + cells(run.summary.customersReached, "count"),
                [.text("worse off: more own time, or gave up")]
                    + cells(run.summary.worseOffShare, "share"),
                [.text("the same, were chance not shared between the worlds")]
                    + cells(run.summary.worseOffShareAnew, "share"),
                [.text("better off")] + cells(run.summary.betterOffShare, "share"),
            ])
    }
}
