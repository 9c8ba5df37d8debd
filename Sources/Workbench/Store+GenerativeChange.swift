// What a simulation with fresh chance terms says of a scenario: the rival that a replay is held
// against.

import Events
import Modeling
import Projections
import Scenarios
import Simulation
import Statistics

extension Store {
    /// Draws the scenario's needs in two independent worlds, without and with its automations.
    /// - Throws: ``RefusedFile``, ``ReplayError``, ``WorkbenchError``, ``EventLogError``.
    package func generativeChange(
        scenarioPath: String, _ request: ValidationRequest, progress: ProgressReport? = nil
    ) throws -> Answer {
        var simulation = SimulationRequest()
        simulation.seed = request.seed
        let prepared = try prepare(
            text: try Store.text(scenarioPath), file: scenarioPath, request: simulation,
            progress: progress)
        let worlds = try Store.worlds(
            prepared, file: scenarioPath, sharesChance: request.sharesChance)
        let range = ReplicationRange(lower: 0, upper: request.replications)
        let changes = ParallelDraws.run(range, threads: request.threads, progress: progress) {
            worlds.changes(draw: $0, of: range)
        }
        var answer = Answer()
        answer.fact("scenario", "scenario", .text(prepared.scenario.id))
        answer.fact("replications", "replications", .integer(changes.count))
        answer.fact("seed", "seed", .ordinal(Int(clamping: request.seed)))
        answer.table("changes", Store.changeTable(changes, currency: prepared.costs.currency))
        let chance =
            request.sharesChance ? "with the same chance terms" : "each with its own chance terms"
        answer.note(
            "the fitted law of journeys is drawn twice from the recorded needs, without and with "
                + "the automations, \(chance); `downstream simulate` replays what was recorded "
                + "instead, and is the one to decide by")
        answer.note(
            "drawn journeys have no agents and no difficulty of a need: tools are taken up contact "
                + "by contact, and `selection_strength` does nothing")
        return answer
    }

    private static func worlds(
        _ prepared: PreparedRun, file: String, sharesChance: Bool
    ) throws -> GenerativeWorlds {
        let (quarter, plan) = (prepared.quarter, prepared.plan)
        let charges = Charges(
            quarter.table, costs: prepared.costs,
            dimensions: LedgerDimensions(
                table: quarter.table, rules: quarter.book.rules.rules, costs: prepared.costs))
        let first = quarter.table.contacts.first { $0.localDay >= plan.intervention.firstDay }
        let from =
            first.map {
                Instant(
                    date: CivilDate(dayNumber: plan.intervention.firstDay), secondsOfDay: 0,
                    offsetMinutes: Int($0.offsetMinutes))
            } ?? quarter.table.coverage.from
        do {
            return try GenerativeWorlds(
                plan,
                history: JourneyHistory(
                    table: quarter.table, book: quarter.book, charges: charges, model: plan.model),
                period: .init(from: from, to: quarter.table.coverage.to),
                sharesChance: sharesChance)
        } catch {
            throw WorkbenchError.unfitScenario(file: file, reason: error.description)
        }
    }

    private static func changeTable(_ changes: [GenerativeChange], currency: String) -> Table {
        func row(
            _ name: String, _ title: String, _ unit: String, decimals: Int,
            _ change: (GenerativeChange) -> Double
        ) -> [Cell] {
            let interval = Interval(replications: changes.map(change))
            func cell(_ value: Double?) -> Cell {
                value.map { .number($0, decimals: decimals) } ?? .none
            }
            return [
                .text(name), .text(title), .text(unit), cell(interval?.mean), cell(interval?.low),
                cell(interval?.high),
            ]
        }
        func count(
            _ name: String, _ figure: WeeklyFigure, _ unit: String = "count"
        ) -> [Cell] {
            row(name, figure.title, unit, decimals: 1) {
                figure.value($0.with) - figure.value($0.without)
            }
        }
        return Table(
            title: "Change between two drawn worlds",
            columns: [
                .init("name", "name"), .init("figure", "figure"), .init("unit", "unit"),
                .init("mean", "mean"), .init("low", "5 %"), .init("high", "95 %"),
            ],
            rows: [
                count("contacts", .contacts), count("rework_contacts", .rework),
                count("escalations", .escalations),
                count("handle_minutes", .handleMinutes, "minutes"),
                count("cash_cost", .cost, currency),
                row("net", "net: saving less what stays on rosters", currency, decimals: 1) {
                    Double($0.net) / 100_000
                },
            ])
    }
}
