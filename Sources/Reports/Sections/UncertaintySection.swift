// Section 13: what the intervals hold, and what they do not.

import Simulation
import Statistics

enum UncertaintySection {
    static func section(_ reader: RunReader) -> ReportSection {
        ReportSection(
            number: 13, title: "Uncertainty",
            blocks: [
                .facts(layers(reader)), .facts(provenance(reader)),
                .list([
                    reader.hasIntervals
                        ? "Low and high are the 5 % and 95 % quantiles over replications: where a "
                            + "figure of one such period would fall if the model and the stated "
                            + "ranges were right."
                        : "This run has fewer than \(Interval.leastReplications) replications, so "
                            + "no interval is printed.",
                    "Not in the intervals: the model\u{2019}s own error, other rules for linking "
                        + "and costing (structure), the rates of the cost file. The luck of the "
                        + "particular weeks recorded stands beside them.",
                    "Which assumption matters most, and how far each would have to move to turn "
                        + "the sign of the net, is not computed in this version.",
                ]),
            ])
    }

    private static func layers(_ reader: RunReader) -> ReportFacts {
        let run = reader.run
        let summary = reader.summary
        func spread(_ variance: Double?) -> ReportCell {
            guard let variance, let chance = summary.netMonteCarloVariance,
                let parameters = summary.netParameterVariance
            else { return ReportCell("not known: it takes two parameter draws, four replications") }
            let total = chance + parameters
            let deviation = variance > 0 ? variance.squareRoot() : 0
            let style = QuantityStyle(
                unit: reader.currency, together: [Interval(mean: total.squareRoot())])
            let part = total > 0 ? "; \(NumberWords.percent(variance / total)) of the variance" : ""
            return ReportCell(
                "\(reader.currency) \(style.text(deviation))\(part)",
                amount: .init(mean: deviation, unit: reader.currency), mark: .modelled)
        }
        return ReportFacts(
            id: "F13.1", title: "Layers of uncertainty of the net",
            rows: [
                ReportFact("Replications", NumberWords.count(run.replications)),
                ReportFact("Parameter draws", parameterDraws(run.replications)),
                ReportFact("Ended by", ended(run.stopping.reason)),
                ReportFact(
                    "Standard deviation from chance, the parameters held",
                    spread(summary.netMonteCarloVariance)),
                ReportFact(
                    "Standard deviation from the parameters",
                    spread(summary.netParameterVariance)),
                ReportFact("Luck of the weeks", luck(reader)),
                ReportFact(
                    "Model error against held-out weeks",
                    run.discrepancy.measured.map(DiscrepancyWords.sentence)
                        ?? "not yet measured: \(run.discrepancy.reason ?? "")"),
            ], origin: "replications, stopping, discrepancy, summary")
    }

    /// Of cash before rosters and fixed costs: what follows from which weeks happened to be.
    private static func luck(_ reader: RunReader) -> ReportCell {
        guard let luck = reader.summary.profile.luck.first(where: { $0.name == "cash" }) else {
            return ReportCell(
                "not known: it takes \(ProfileSummary.leastWeeks) whole weeks")
        }
        let deviation = luck.standardDeviation
        let style = QuantityStyle(unit: reader.currency, together: [Interval(mean: deviation)])
        return ReportCell(
            "\(reader.currency) \(style.text(deviation)), standard deviation of the change in "
                + "cash by use, had its \(luck.weeks) whole weeks been others like these",
            amount: .init(mean: deviation, unit: reader.currency), mark: .modelled)
    }

    private static func ended(_ reason: Stopping.Reason) -> String {
        switch reason {
        case .stated: "the stated number of replications"
        case .tolerance: "the stopping rule: the means of the headline figures are precise enough"
        case .limit: "the limit, before the means of the headline figures were precise enough"
        case .interrupted: "an interruption"
        }
    }

    /// Replications 2k and 2k + 1 share parameter draw k.
    private static func parameterDraws(_ replications: Int) -> String {
        let draws = (replications + 1) / 2
        return "\(NumberWords.count(draws)), each used by two replications"
    }

    private static func provenance(_ reader: RunReader) -> ReportFacts {
        let summary = reader.summary
        let shares = [
            ("Supported by history", summary.supportedShare),
            (
                "Extrapolated: recorded contacts moved by effects stated elsewhere, run costs "
                    + "graded A to C",
                summary.extrapolatedShare
            ),
            (
                "Assumed: contacts without a customer, created contacts, penalties, run costs "
                    + "of grade D",
                summary.assumedShare
            ),
        ]
        let isUndefined = shares.allSatisfy { $0.1 == 0 }
        return ReportFacts(
            id: "F13.2",
            title: "What the change in cash rests on, by absolute amount, the roster left out",
            rows: isUndefined
                ? [ReportFact("Shares", "Not defined: no cash changes.")]
                : shares.map { label, share in
                    ReportFact(
                        label,
                        ReportCell(
                            NumberWords.percent(share), amount: .init(mean: share, unit: "share"),
                            mark: .modelled))
                },
            origin: "summary.supportedShare, extrapolatedShare, assumedShare")
    }
}
