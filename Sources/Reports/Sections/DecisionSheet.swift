// Section 1: what is asked, what the run says, and what would change our mind. The model's error
// comes before every result; while it is not measured, nothing is recommended.

import Modeling
import Simulation
import Statistics

enum DecisionSheet {
    static func section(_ reader: RunReader) -> ReportSection {
        var blocks: [ReportBlock] = [.callout(recommendation(reader))]
        blocks += warnings(reader).map { .callout($0) }
        blocks += [
            .facts(question(reader)),
            .heading("What the run says"),
            .list(statements(reader)),
            .paragraph(reader.intervalNote + " " + costCaution(reader)),
            .heading("What would change our mind"),
            .list(doubts(reader)),
        ]
        return ReportSection(number: 1, title: "Decision sheet", blocks: blocks)
    }

    private static func recommendation(_ reader: RunReader) -> ReportCallout {
        guard let measured = reader.run.discrepancy.measured else {
            return ReportCallout(
                weight: .verdict, title: "Recommendation: none",
                text: "None: the model\u{2019}s error against held-out weeks is not yet measured, "
                    + "so nothing is recommended. The figures below say what the model and the "
                    + "stated assumptions imply; how far the model itself is wrong is not known. "
                    + "Why not: \(reader.run.discrepancy.reason ?? "").")
        }
        return ReportCallout(
            weight: .verdict, title: "Recommendation: none made by this report",
            text: "The model\u{2019}s error. " + DiscrepancyWords.sentence(measured) + " "
                + belowError(reader.run)
                + "This version derives no recommendation; weigh the differences below against it.")
    }

    private static func belowError(_ run: RunRecord) -> String {
        let covered = DiscrepancyWords.covered(run)
        guard !covered.isEmpty else { return "" }
        return "Changes that are smaller than this error beyond its noise are marked and no ground "
            + "for a decision: \(covered.joined(separator: ", ")). "
    }

    private static func warnings(_ reader: RunReader) -> [ReportCallout] {
        var warnings: [ReportCallout] = []
        let run = reader.run
        if !run.violations.isEmpty {
            warnings.append(
                ReportCallout(
                    weight: .warning, title: "This scenario breaks guardrails",
                    text: run.violations.joined(separator: "; ")))
        }
        if !LedgerSection.isBalanced(reader) {
            warnings.append(
                ReportCallout(
                    weight: .warning, title: "The ledger of this run does not balance",
                    text: "A part of the change is in no class (section 4). Do not use its "
                        + "amounts of money."))
        }
        if !DataSection.isBalanced(reader) {
            warnings.append(
                ReportCallout(
                    weight: .warning, title: "The records of the log do not add up",
                    text: "Accepted, duplicates, left out and rejected are not the records read "
                        + "(section 10)."))
        }
        return warnings
    }

    private static func question(_ reader: RunReader) -> ReportFacts {
        let scenario = reader.run.scenario
        return ReportFacts(
            id: "F1.1", title: "The decision",
            rows: [
                ReportFact("Question", scenario.question),
                ReportFact(
                    "Option A: do nothing",
                    "The recorded period as it was; the baseline of every figure."),
                ReportFact(
                    "Option B: introduce as stated",
                    "\(scenario.title): \(reader.automations) for \(reader.intents), "
                        + "\(reader.period); owned by \(reader.owners), paid by "
                        + "\(scenario.intervention.payers.joined(separator: ", "))."),
                ReportFact("Options not compared", "Other automations, and orders of deployment."),
                ReportFact(
                    "Confidence",
                    reader.run.discrepancy.measured == nil
                        ? "Not stated: the model\u{2019}s error is not yet measured."
                        : "Stated by the model\u{2019}s error above."),
                ReportFact("Deadline", "Not stated in the scenario."),
            ], origin: "scenario, discrepancy")
    }

    /// Three to five sentences. Money never stands alone: each that names an amount is followed
    /// by one on outcomes.
    static func statements(_ reader: RunReader) -> [String] {
        var statements = [money(reader)]
        if let giveUps = reader.metric("silent_give_ups"),
            let minutes = reader.metric("customer_minutes")
        {
            let style = QuantityStyle(
                unit: "count", together: [giveUps.baseline, giveUps.scenario])
            statements.append(
                "Needs that end unmet and in silence go from "
                    + style.cell(giveUps.baseline, mark: .modelled).sentence + " to "
                    + style.cell(giveUps.scenario, mark: .modelled).sentence
                    + ", a change of "
                    + reader.sentence(giveUps.delta, unit: "count", isDifference: true)
                    + "; customers\u{2019} own time changes by "
                    + reader.sentence(minutes.delta, unit: "minutes", isDifference: true)
                    + " minutes, which falls too where a need is dropped. Neither is in the net.")
        }
        if reader.hasSessions(\.scenario), let reported = reader.metric("reported_containment"),
            let actual = reader.metric("true_containment")
        {
            statements.append(
                "A dashboard would report a containment of "
                    + reader.sentence(reported.scenario, unit: "share")
                    + "; the share of sessions that truly meet the need is "
                    + reader.sentence(actual.scenario, unit: "share") + ".")
        }
        let summary = reader.summary
        statements.append(
            "Of the " + reader.sentence(summary.customersReached, unit: "count")
                + " known customers reached, "
                + reader.sentence(summary.worseOffShare, unit: "share")
                + " are worse off (were chance not shared between the two worlds, "
                + reader.sentence(summary.worseOffShareAnew, unit: "share")
                + "): they spend more of their own time, or give up though "
                + "the record shows that they were served or came back; "
                + reader.sentence(summary.betterOffShare, unit: "share") + " gain time.")
        if let released = reader.line("net_if_released") {
            statements.append(
                "If the roster followed every freed minute, which nobody has decided, the net "
                    + "would be \(reader.money(released)), with the same outcomes for customers.")
        }
        return statements
    }

    private static func money(_ reader: RunReader) -> String {
        "The gross saving, at the contacts that the automation takes away or postpones, is "
            + "\(reader.money(line: "gross_saving")). Against it stand "
            + "\(reader.money(line: "unreleased")) unreleased (people\u{2019}s minutes freed, "
            + "still on the roster), \(reader.money(line: "redistributed")) redistributed, "
            + "\(reader.money(line: "deferred")) deferred, and "
            + "\(reader.money(line: "run_cost")) to run the automation. The net is "
            + "\(reader.money(line: "net"))."
    }

    private static func costCaution(_ reader: RunReader) -> String {
        let lead =
            reader.hasOnlyAssumedRates
            ? "Every cost rate is an assumption. " : ""
        return lead + "The cost file says of itself: \u{201C}\(reader.run.costs.note)\u{201D}"
    }

    private static func doubts(_ reader: RunReader) -> [String] {
        var doubts: [String] = []
        if reader.run.discrepancy.measured == nil {
            doubts.append(
                "A measured error of the model on weeks that were not fitted: a difference "
                    + "smaller than it is no ground for a decision.")
        }
        let names = reader.ungroundedParameters.map(\.name)
        if !names.isEmpty {
            doubts.append(
                "A pilot that measures what is assumed without a public source (grade D): "
                    + names.joined(separator: ", ") + ".")
        }
        doubts += [
            "The organisation\u{2019}s own cost rates in place of those of the cost file.",
            "A decision on the roster: without one, freed minutes stay unreleased.",
            "A replay with feedback from the queue, which can add to the effect or take from it.",
            "How far each assumption would have to move to turn the sign of the net is not "
                + "computed in this version.",
        ]
        return doubts
    }
}
