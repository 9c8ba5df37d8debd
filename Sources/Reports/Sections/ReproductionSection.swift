// Section 19: everything needed to make the same report again and compare it byte for byte.

import Simulation

enum ReproductionSection {
    static func section(_ reader: RunReader) -> ReportSection {
        let run = reader.run
        return ReportSection(
            number: 19, title: "How to reproduce",
            blocks: [
                .paragraph(
                    "On a store whose log has the head hash below, with the same rules and costs "
                        + "and the scenario as printed at the end of this section, these commands "
                        + "give this report again, byte for byte. A new store of the same files "
                        + "has another head: what it seals is bound to its own key. Its figures "
                        + "are the same."),
                .verbatim(
                    ReportVerbatim(
                        title: "Commands",
                        text: "downstream simulate \(run.scenario.id).yaml "
                            + "--replications \(run.replications) --seed \(run.seed)\n"
                            + "downstream report \(run.id)")),
                .facts(
                    ReportFacts(
                        id: "F19.1", title: "What was run",
                        rows: [
                            ReportFact("Run", run.id),
                            ReportFact("Software", "Downstream \(run.softwareVersion)"),
                            ReportFact("Log head", run.log.head),
                            ReportFact("Events in the log", NumberWords.count(run.log.events)),
                            ReportFact("Scenario", run.scenario.id),
                            ReportFact("SHA-256 of the scenario", run.scenario.sha256),
                            ReportFact("Link rules", run.rulesID),
                            ReportFact("SHA-256 of the link rules", run.rulesSHA256),
                            ReportFact("Costs", run.costs.id),
                            ReportFact("SHA-256 of the costs", run.costs.sha256),
                            ReportFact("Model", run.modelID),
                            ReportFact("Seed", "\(run.seed)"),
                            ReportFact("Replications", NumberWords.count(run.replications)),
                            ReportFact("Mode", run.mode),
                            ReportFact("Format of the run record", "\(run.formatVersion)"),
                        ], origin: "run record")),
                .verbatim(
                    ReportVerbatim(
                        title: "The scenario as it was read", text: run.scenario.text)),
            ])
    }
}
