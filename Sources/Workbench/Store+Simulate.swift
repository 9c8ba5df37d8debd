// Replaying the recorded quarter under a scenario, and keeping the run.

import Configuration
import EventLog
import Events
import Modeling
import Projections
import Scenarios
package import Simulation

/// What a simulation is asked to do beside the scenario.
package struct SimulationRequest: Sendable {
    /// Replications, in pairs of one parameter draw; `nil` leaves it to the stopping rule.
    package var replications: Int?
    /// Of the stopping rule: the half-width wanted, as a share of a change, and the replications
    /// at which a run ends in any case.
    package var tolerance = 0.05
    package var limit = 2_000
    package var seed: UInt64 = 1
    /// 0 means all cores.
    package var threads = 0
    /// Where each customer's part is written, as CSV; `nil` for nowhere.
    package var customersPath: String?
    /// Whether the model's error is measured first.
    package var measuresDiscrepancy = true
    /// Whether a scenario that breaks the policy is run all the same, and marked.
    package var allowsViolations = false
    /// Ends the run early; what is done by then counts.
    package var interruption: Interruption?

    package init() {}
}

/// A scenario held against the log and laid out: what a run needs before its first replication.
struct PreparedRun {
    let scenario: Scenario
    let scenarioText: String
    let quarter: Quarter
    let plan: ReplayPlan
    let costs: CostRules
    let modelID: String
    /// What the scenario breaks of the policy, in words.
    let violations: [String]
}

extension Store {
    /// Replays the log under the scenario of a file and keeps the run in the store.
    /// - Throws: ``RefusedFile``, ``ReplayError``, ``WorkbenchError``, ``EventLogError``.
    package func simulate(
        scenarioPath: String, request: SimulationRequest, progress: ProgressReport? = nil
    ) throws -> RunRecord {
        let prepared = try prepare(
            text: try Store.text(scenarioPath), file: scenarioPath, request: request,
            progress: progress)
        let discrepancy = try discrepancy(prepared, request, progress: progress)
        var replications = ParallelReplications(
            prepared.plan, threads: request.threads, isTallied: request.customersPath != nil,
            interruption: request.interruption, progress: progress)
        let reason =
            if let stated = request.replications {
                replications.run(ReplicationRange(lower: 0, upper: stated))
            } else {
                replications.run(
                    StoppingRule(relative: request.tolerance, limit: request.limit),
                    currency: prepared.costs.currency)
            }
        guard !replications.results.isEmpty else { throw WorkbenchError.interrupted }
        if let path = request.customersPath, let tally = replications.tally {
            let text = Store.customerCSV(
                tally, prepared.quarter, replications: replications.results.count)
            let file = try FileReplacement(path: path)
            try file.write(Array(text.utf8))
            try file.publish()
        }
        return try keep(
            prepared, replications.results, discrepancy, reason: reason,
            relative: request.tolerance)
    }

    /// Reads a scenario, holds it against the log and the policy, and lays out its replay.
    func prepare(
        text: String, file: String, request: SimulationRequest, progress: ProgressReport?
    ) throws -> PreparedRun {
        let scenario = try ScenarioFile.read(text: text, file: file)
        let costs = try costRules()
        let quarter = try rebuild(progress: progress)
        try Store.checkFit(scenario, quarter, file: file)
        let kept = try model(for: quarter)
        var plan = try replayPlan(
            quarter, scenario, costs: costs, model: kept.model, seed: request.seed)
        plan.recordedWorlds = try recordedWorlds(quarter, plan, modelID: kept.id)
        let violations = try (policyIfKept().map { plan.breaches(of: $0) } ?? []).map(\.text)
        guard violations.isEmpty || request.allowsViolations else {
            throw WorkbenchError.unfitScenario(
                file: file,
                reason: "it breaks the policy: \(violations.joined(separator: "; ")); narrow its "
                    + "scope, or run it marked with --allow-violations")
        }
        return PreparedRun(
            scenario: scenario, scenarioText: text, quarter: quarter, plan: plan, costs: costs,
            modelID: kept.id, violations: violations)
    }

    /// Sums up the replications from 0 on and keeps them as a run.
    func keep(
        _ prepared: PreparedRun, _ results: [ReplicationResult], _ discrepancy: Discrepancy,
        reason: Stopping.Reason, relative: Double
    ) throws -> RunRecord {
        let (plan, currency) = (prepared.plan, prepared.costs.currency)
        let precision = StoppingRule.precision(results, relative: relative, currency: currency)
        var run = RunRecord(
            id: "", softwareVersion: Version.current,
            scenario: Store.facts(prepared.scenario, text: prepared.scenarioText),
            log: Store.facts(prepared.quarter), costs: try costFacts(prepared.costs),
            rulesID: plan.model.rulesID, rulesSHA256: try settings().rules?.sha256 ?? "",
            modelID: prepared.modelID, seed: plan.seed, replications: results.count,
            stopping: Stopping(
                reason: reason, relativeTolerance: relative, precision: precision),
            mode: "cohort", discrepancy: discrepancy, inScopeContacts: plan.inScopeCount,
            inScopeUnidentified: plan.inScopeUnidentifiedCount, returnSupport: plan.returnSupport,
            summary: plan.summarise(results, currency: currency), violations: prepared.violations)
        run.id = try Store.runID(run)
        try log.put(try JSONCoding.encode(run), on: .runs, name: run.id)
        try log.put(Array(run.id.utf8), on: .settings, name: Store.latestRunName)
        try keepRecordedWorlds(prepared.quarter, plan, modelID: prepared.modelID, results)
        return run
    }

    /// The quarter laid out for replay under a scenario.
    func replayPlan(
        _ quarter: Quarter, _ scenario: Scenario, costs: CostRules, model: Model, seed: UInt64
    ) throws -> ReplayPlan {
        try ReplayPlan(
            table: quarter.table, book: quarter.book, costs: costs, model: model,
            intervention: scenario.intervention,
            agents: try agentFacts(quarter, for: scenario.intervention), seed: seed)
    }

    /// Every intent of the scope occurs in the log, and every day lies in what the log covers.
    private static func checkFit(
        _ scenario: Scenario, _ quarter: Quarter, file: String
    ) throws(WorkbenchError) {
        for automation in scenario.intervention.automations {
            for (key, names, known) in Store.scopeNames(automation, quarter.table) {
                for name in names where !known.contains(name) {
                    let hint = Suggestion.hint(for: name, among: known).map { "; \($0)" } ?? ""
                    throw .unfitScenario(
                        file: file,
                        reason: "\(automation.id), scope.\(key)s: the log has no \(key) "
                            + "\(name)\(hint)")
                }
            }
        }
        guard let first = quarter.table.contacts.first, let last = quarter.table.contacts.last
        else { throw .emptyLog }
        func day(_ instant: Instant, _ contact: Contact) -> CivilDate {
            instant.local(offsetMinutes: Int(contact.offsetMinutes)).date
        }
        let coverage = quarter.table.coverage
        let from = day(coverage.from, first)
        let to = day(coverage.to - TimeSpan(microseconds: 1), last)
        let scope = scenario.intervention
        guard scope.firstDay >= from.dayNumber, scope.lastDay <= to.dayNumber else {
            throw .unfitScenario(
                file: file,
                reason: "scope: days from \(CivilDate(dayNumber: scope.firstDay)) to "
                    + "\(CivilDate(dayNumber: scope.lastDay)), but the log covers \(from) to "
                    + "\(to); name days that it covers")
        }
    }

    /// What a scope names, by kind, beside what the log has of it.
    private static func scopeNames(
        _ automation: Automation, _ table: ContactTable
    ) -> [(key: String, names: [String], known: [String])] {
        let scope = automation.scope
        func known(_ symbols: [Symbol]) -> [String] {
            symbols.map { table.dictionary.string($0) }.filter { !$0.isEmpty }
        }
        let desks = table.desks
        return [
            ("intent", scope.intents, known(table.intents.map(\.symbol))),
            (
                "channel", scope.channels + [automation.targetChannel].compactMap(\.self),
                known(desks.channels)
            ),
            ("segment", scope.segments, known(table.segments)),
            ("team", scope.teams, known(desks.teams)),
        ]
    }
}
