// The program: verbs over one store. Each command parses, calls one verb of Workbench and prints
// what it returns.

import ArgumentParser
import Workbench

@main
struct Downstream: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "downstream",
        abstract: "See where automated work goes before the money is spent.",
        discussion: """
            Downstream keeps every customer contact in an append-only log, rebuilds journeys and a \
            ledger of cost caused and cost paid, and replays the recorded quarter under what-if \
            scenarios.

            The usual order:
              downstream ingest calls/*.txt.gz --mapping scenarios/mappings/anonymous-bank-1999.yaml
              downstream status
              downstream journeys list --order contacts
              downstream view resolution
              downstream view ledger
              downstream simulate scenarios/anonymous-bank/regular-calls-self-service.yaml
              downstream report --output report

            Exit status: 0 done, 1 could not, 64 wrong usage, 65 a refused file (or any reject \
            with --strict), 66 input missing, 70 our bug, 74 input/output error, 130 interrupted: \
            what was done by then is kept.
            """,
        version: Version.current,
        subcommands: [
            GenerateCommand.self, MappingCommand.self, IngestCommand.self, RejectsCommand.self,
            SettingsCommand.self,
            StatusCommand.self, VerifyCommand.self, BackupCommand.self, RestoreCommand.self,
            CompactCommand.self, JourneysCommand.self, ViewCommand.self,
            ReplayCommand.self,
            CalibrateCommand.self, ModelCommand.self, ValidateCommand.self, SimulateCommand.self,
            MergeCommand.self, RunsCommand.self, ExplainCommand.self,
            LintCommand.self, CatalogueCommand.self,
            ReportCommand.self, ExportCommand.self, ImportCommand.self, TailCommand.self,
            EraseCommand.self,
        ])

    @OptionGroup var options: CommonOptions

    static func main() {
        System.explainFileSignals()
        System.keepFreedMemory()
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch {
            ExitStatus.leave(after: error)
        }
    }
}
