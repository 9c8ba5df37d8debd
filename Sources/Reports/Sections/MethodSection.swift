// Section 11: how the figures are made, and every stated figure with its evidence.

import Modeling
import Projections
import Simulation

enum MethodSection {
    static func section(_ reader: RunReader) -> ReportSection {
        let assumptions = reader.run.scenario.assumptions
        var blocks: [ReportBlock] = method
        blocks += [
            .table(parameters(reader)), .table(rates(reader)),
            .paragraph("Note of the cost file: \(reader.run.costs.note)"),
            .heading("Assumptions that the scenario states"),
        ]
        blocks.append(
            assumptions.isEmpty ? .paragraph("None stated.") : .list(assumptions))
        return ReportSection(number: 11, title: "Method and assumptions", blocks: blocks)
    }

    private static let method: [ReportBlock] = [
        .paragraph(
            "The recorded period is replayed, not invented. Each replication goes through three "
                + "steps. Abduction: the chance terms that explain what each customer did are "
                + "drawn from the model fitted to the log. Action: the scenario puts an automated "
                + "step before the contacts in its scope. Prediction: the same customers go "
                + "through the changed operation with the same chance terms. What the scenario "
                + "does not reach stays as recorded, and a scenario that changes nothing gives "
                + "exactly zero everywhere."),
        .paragraph(
            "The step ends in one of four ways. Truly resolved: the contact, and what its "
                + "failure caused, do not happen. Handed over: the recorded contact happens, "
                + "later, and longer where the context is lost. Falsely contained, or left "
                + "inside the automation: the customer comes back after a delay, or gives up in "
                + "silence; who comes back falsely contained has to explain again, and takes "
                + "longer too. Harder needs fail more often, as strongly as the selection strength "
                + "says."),
        .list([
            "Recorded, and kept: who made contact, when and why; waits; minutes; how contacts "
                + "ended.",
            "Drawn in each replication: whether a rule-made link between two contacts is more "
                + "than coincidence, by its probability; take-up and the end of each automated "
                + "step; the part of difficulty that handle time does not tell; returns, their "
                + "delays, and lost context.",
            "Drawn once for each pair of replications: the value of every stated parameter, from "
                + "a beta-PERT law over low, mode and high, and the return probabilities, from "
                + "the posterior of the fitted model.",
            "Every draw is addressed by seed, replication, contact and purpose, so both worlds "
                + "share their chance and any number of threads gives the same bytes.",
        ]),
    ]

    private static func parameters(_ reader: RunReader) -> ReportTable {
        return ReportTable(
            id: "F11.1", title: "Every parameter of the scenario",
            columns: [
                .init("Parameter"), .number("Low"), .number("Mode"), .number("High"),
                .init("Grade"), .init("Source"),
            ],
            rows: reader.statedParameters.map { name, parameter in
                func stated(_ value: Double) -> ReportCell {
                    ReportCell(
                        NumberWords.stated(value), amount: .init(mean: value, unit: "stated"),
                        mark: .assumed)
                }
                return .init([
                    ReportCell(name), stated(parameter.low), stated(parameter.mode),
                    stated(parameter.high), ReportCell(parameter.grade.rawValue),
                    ReportCell(parameter.source),
                ])
            },
            notes: [gradeNote, unitNote(reader)], origin: "scenario.intervention")
    }

    private static let gradeNote =
        "Grades of evidence. A: peer-reviewed study, field experiment, statute or regulator data. "
        + "B: large industry benchmark with a stated sample. C: practitioner, vendor or secondary "
        + "write-up. D: an assumption without a public source."

    private static func unitNote(_ reader: RunReader) -> String {
        "Shares are from 0 to 1; factors and odds are against the record; names that end in "
            + "seconds, hours or days are such; run_per_step and fixed are \(reader.currency), "
            + "by use and for the whole period."
    }

    /// Whose minutes a rate is for.
    private static func teams(_ charge: RunRecord.ChargeFacts) -> String {
        let parts = [("tier", charge.tiers), ("channel", charge.channels)].compactMap {
            name, values in
            values.flatMap { $0.isEmpty ? nil : "\(name) " + $0.joined(separator: ", ") }
        }
        let teams = charge.teams.joined(separator: ", ")
        let all = parts.isEmpty ? "all others" : "any"
        return ([teams.isEmpty ? all : teams] + parts).joined(separator: "; ")
    }

    private static func rates(_ reader: RunReader) -> ReportTable {
        ReportTable(
            id: "F11.2", title: "Cost rates, \(reader.currency) a minute",
            columns: [
                .init("Payer"), .init("For"), .init("Teams"), .number("Rate"), .init("Grade"),
                .init("Source"),
            ],
            rows: reader.run.costs.charges.map { charge in
                .init([
                    ReportCell(charge.payer), ReportCell("minutes of \(charge.activity)"),
                    ReportCell(teams(charge)),
                    ReportCell(
                        NumberWords.stated(charge.perMinute),
                        amount: .init(mean: charge.perMinute, unit: reader.currency),
                        mark: .assumed),
                    ReportCell(charge.grade), ReportCell(charge.source),
                ])
            },
            notes: [
                "Rates are fixed and the same in both worlds. They have no range, so the "
                    + "intervals of amounts do not hold their uncertainty."
            ], origin: "costs.charges")
    }
}
