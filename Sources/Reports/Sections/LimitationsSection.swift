// Section 14: what a reader must not conclude, in one place.

import Simulation

enum LimitationsSection {
    static func section(_ reader: RunReader) -> ReportSection {
        let run = reader.run
        var limits = [
            "The log is observational. How an automation that it has never seen would do comes "
                + "from the scenario\u{2019}s graded parameters, not from data.",
            "What an individual customer would have done is not identified by any log: it rests "
                + "on how chance is shared between the two worlds.",
            "No feedback from the queue, from staffing, from strain or from learning is "
                + "simulated.",
            "No effect on churn, complaints or detriment is simulated, and none on demand but for "
                + "contacts that a message is stated to prevent.",
            "Whether a need was met is seldom recorded: named failures are signs, not proofs.",
        ]
        if run.discrepancy.measured == nil {
            limits.insert("The model\u{2019}s error is not yet measured.", at: 0)
        }
        let support = run.returnSupport
        limits.append(
            "Who hangs up inside the automation, or is falsely contained and returns, is taken to "
                + "do so after the delays of recorded contacts "
                + "\u{201C}\(support.failure)\u{201D}, all within the link window; who hangs up, "
                + "with their probability too. That law rests on "
                + "\(NumberWords.count(support.contacts)) contacts of known customers, "
                + "\(NumberWords.count(support.links)) of them followed by a linked one "
                + "\(ProvenanceMark.measured.sign).")
        if run.inScopeUnidentified > 0 {
            limits.append(
                NumberWords.part(run.inScopeUnidentified, of: run.inScopeContacts)
                    + " contacts in scope \(ProvenanceMark.measured.sign) have no customer. Their "
                    + "returns were never recorded; each is taken for a need of its own, and ids "
                    + "are rarely missing at random.")
        }
        if reader.summary.assumedShare > 0 {
            limits.append(
                NumberWords.percent(reader.summary.assumedShare)
                    + " \(ProvenanceMark.modelled.sign) of the change in cash rests on assumption "
                    + "(figure F13.2).")
        }
        limits.append(
            "Amounts are recorded minutes at stated rates. "
                + (reader.hasOnlyAssumedRates ? "Every rate is an assumption (grade D). " : "")
                + "They order flows by size; they are no budget.")
        return ReportSection(
            number: 14, title: "Limitations",
            blocks: [
                .list(limits),
                .paragraph("No overlay by an expert was applied to any figure."),
            ])
    }
}
