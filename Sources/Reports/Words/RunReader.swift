// A run record in the words of a report: what each section asks of it, in one place.

import Events
import Modeling
import Projections
import Simulation
import Statistics

/// A run with what its sections share.
struct RunReader {
    let run: RunRecord

    var summary: SimulationSummary { run.summary }
    var currency: String { run.costs.currency }
    var hasIntervals: Bool { run.summary.customersReached.low != nil }

    func line(_ name: String) -> Interval? { run.summary.line(name)?.amount }
    func metric(_ name: String) -> MetricSummary? { run.summary.metric(name) }

    /// Whether anybody used the automation in a world; containment is a share of that.
    func hasSessions(_ world: KeyPath<MetricSummary, Interval>) -> Bool {
        (metric("automation_sessions")?[keyPath: world].mean ?? 0) > 0
    }

    /// `1999-04-01 to 1999-06-30`, both included.
    var period: String {
        let first = CivilDate(dayNumber: run.scenario.intervention.firstDay)
        let last = CivilDate(dayNumber: run.scenario.intervention.lastDay)
        return "\(first) to \(last)"
    }

    /// `conversational-ivr (catalogue A9)`.
    var automations: String {
        run.scenario.intervention.automations.map { "\($0.id) (catalogue \($0.catalogueID))" }
            .joined(separator: ", ")
    }

    var intents: String {
        let intents = run.scenario.intervention.intents
        return intents.isEmpty ? "all intents" : intents.joined(separator: ", ")
    }

    var owners: String {
        run.scenario.intervention.automations.map(\.owner).reduce(into: [String]()) {
            if !$0.contains($1) { $0.append($1) }
        }.joined(separator: ", ")
    }

    /// Every parameter; where there are several automations, with the one that it belongs to.
    var statedParameters: [(name: String, parameter: RangedParameter)] {
        let automations = run.scenario.intervention.automations
        return automations.flatMap { automation in
            automation.parameters.map { stated in
                (
                    automations.count == 1
                        ? stated.key.name : "\(automation.id): \(stated.key.name)",
                    stated.value
                )
            }
        }
    }

    /// `GBP 61,400 (48,000 to 77,000) ◐`.
    func money(_ interval: Interval) -> String {
        let style = QuantityStyle(unit: currency, together: [interval])
        return "\(currency) \(style.cell(interval, mark: .modelled).sentence)"
    }

    /// A ledger line in money, or what is said where the run does not hold it.
    func money(line name: String) -> String {
        line(name).map { money($0) } ?? "not kept by this run"
    }

    func sentence(_ interval: Interval, unit: String, isDifference: Bool = false) -> String {
        QuantityStyle(unit: unit, together: [interval], isDifference: isDifference)
            .cell(interval, mark: .modelled).sentence
    }

    /// What every figure with numbers over replications says below itself.
    var intervalNote: String {
        hasIntervals
            ? "In brackets or below a mean: the 5 % and 95 % quantiles over "
                + "\(NumberWords.count(run.replications)) replications; \u{201C}the same in "
                + "all\u{201D} where every one gives the same."
            : "No interval below \(Interval.leastReplications) replications; this run has "
                + "\(NumberWords.count(run.replications))."
    }

    /// Whether the baseline of a metric is counted or needs the model: which contacts hang
    /// together is drawn by probability, and what rests on it is modelled. A plain count is
    /// measured where it is seen to be the same in every replication.
    static func baselineMark(_ metric: MetricSummary) -> ProvenanceMark {
        let counted: Set = [
            "contacts", "served_contacts", "abandoned_contacts", "automation_sessions",
            "truly_resolved", "falsely_contained", "handed_over", "left_automation",
            "handle_minutes", "customer_minutes", "mean_handle_minutes",
        ]
        let isSame =
            metric.baseline.low == metric.baseline.mean
            && metric.baseline.high == metric.baseline.mean
        return counted.contains(metric.name) && isSame ? .measured : .modelled
    }

    /// Stated figures that are both uncertain and without a public source.
    var ungroundedParameters: [RangedParameter] {
        statedParameters.map(\.parameter).filter { $0.grade == .d && !$0.isConstant }
    }

    /// Every rate of the cost file is an assumption.
    var hasOnlyAssumedRates: Bool {
        !run.costs.charges.isEmpty && run.costs.charges.allSatisfy { $0.grade == "D" }
    }
}
