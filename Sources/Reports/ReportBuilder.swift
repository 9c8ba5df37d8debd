// From a kept run to the report, and from nothing else: no clock, no store, no settings. The same
// run gives the same report.

package import Simulation

/// Builds the impact report of a run.
package enum ReportBuilder {
    /// - Complexity: O(size of the run record).
    package static func build(run: RunRecord) -> ImpactReport {
        let reader = RunReader(run: run)
        return ImpactReport(
            title: run.scenario.title,
            subtitle: "Impact report: what the change would cost, and whom",
            particulars: [
                ReportFact("Question", run.scenario.question),
                ReportFact("Period", reader.period),
                ReportFact("Owner of the automation", reader.owners),
                ReportFact("Run", run.id),
                ReportFact("Made with", "Downstream \(run.softwareVersion)"),
            ],
            sections: [
                DecisionSheet.section(reader), ScopeSection.section(reader),
                OutcomesSection.section(reader), LedgerSection.section(reader),
                DistributionSection.section(reader), DataSection.section(reader),
                MethodSection.section(reader), UncertaintySection.section(reader),
                LimitationsSection.section(reader), RecordSections.challenge,
                RecordSections.signOff, ReproductionSection.section(reader),
                MissingSections.section(reader),
            ])
    }
}
