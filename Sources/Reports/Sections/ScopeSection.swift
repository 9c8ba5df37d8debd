// Section 2: who and what the figures are about, and what they must not be used for.

import Modeling
import Simulation

enum ScopeSection {
    static func section(_ reader: RunReader) -> ReportSection {
        ReportSection(
            number: 2, title: "Scope and intended use",
            blocks: [
                .facts(scope(reader)),
                .heading("What is not simulated"),
                .list([
                    "Feedback from the queue: waits stay what they were, so relief of the queue, "
                        + "and load that comes back to it, change nobody else\u{2019}s wait.",
                    "Changes of staffing, strain, attrition and learning.",
                    "Effects on demand, but for contacts that a message is stated to prevent: "
                        + "nobody else calls more or less often at first because of an automation.",
                    "Churn, complaints and detriment, and what they are worth.",
                ]),
                .heading("Not to be used for"),
                .list([
                    "Judging single employees or single customers.",
                    "Decisions on staffing: freed minutes are shown, a roster is not planned.",
                    "Other intents, periods or organisations than those named above.",
                ]),
            ])
    }

    private static func scope(_ reader: RunReader) -> ReportFacts {
        let run = reader.run
        return ReportFacts(
            id: "F2.1", title: "Scope",
            rows: [
                ReportFact(
                    "Purpose",
                    "To show what a stated automation would have done to a recorded period: what "
                        + "it saves, where the cost reappears, and what customers experience."),
                ReportFact("Automation", reader.automations),
                ReportFact("Intents", reader.intents),
                ReportFact("Period", "\(reader.period), by local date"),
                ReportFact("Population", population(run.mode)),
                ReportFact("Log covers", "\(run.log.from) to \(run.log.to)"),
                ReportFact(
                    "Contacts in scope",
                    ReportCell(
                        NumberWords.count(run.inScopeContacts),
                        amount: .init(mean: Double(run.inScopeContacts), unit: "count"),
                        mark: .measured)),
                ReportFact(
                    "Of these without a customer",
                    ReportCell(
                        NumberWords.part(run.inScopeUnidentified, of: run.inScopeContacts),
                        amount: .init(mean: Double(run.inScopeUnidentified), unit: "count"),
                        mark: .measured)),
            ], origin: "scenario, log, mode, inScopeContacts, inScopeUnidentified")
    }

    private static func population(_ mode: String) -> String {
        mode == "cohort"
            ? "Cohort: the needs whose first contact lies in the period, each followed to its "
                + "end, in both worlds"
            : mode
    }
}
