// Replaying the recorded quarter under a scenario, and keeping the run.

import Configuration
import Digests
import EventLog
import Events
import Modeling
import Projections
import Scenarios
package import Simulation

/// What a simulation is asked to do beside the scenario.
package struct SimulationRequest: Hashable, Sendable {
    package var replications = 200
    package var seed: UInt64 = 1
    /// 0 means all cores.
    package var threads = 0
    /// Where each customer's part is written, as CSV; `nil` for nowhere.
    package var customersPath: String?
    /// Whether a scenario that breaks the policy is run all the same, and marked.
    package var allowsViolations = false

    package init() {}
}

extension Store {
    /// Replays the log under the scenario of a file and keeps the run in the store.
    /// - Throws: ``RefusedFile``, ``ReplayError``, ``WorkbenchError``, ``EventLogError``.
    package func simulate(
        scenarioPath: String, request: SimulationRequest, progress: ProgressReport? = nil
    ) throws -> RunRecord {
        let text = try Store.text(scenarioPath)
        let scenario = try ScenarioFile.read(text: text, file: scenarioPath)
        let costs = try costRules()
        let quarter = try rebuild(progress: progress)
        try Store.checkFit(scenario, quarter, file: scenarioPath)
        let kept = try model(for: quarter)
        let plan = try replayPlan(quarter, scenario, seed: request.seed)
        let breaches = try policyIfKept().map { plan.breaches(of: $0) } ?? []
        guard breaches.isEmpty || request.allowsViolations else {
            throw WorkbenchError.unfitScenario(
                file: scenarioPath,
                reason: "it breaks the policy: \(breaches.map(\.text).joined(separator: "; ")); "
                    + "narrow its scope, or run it marked with --allow-violations")
        }
        let range = ReplicationRange(lower: 0, upper: request.replications)
        var tally = request.customersPath.map { _ in CustomerTally(plan) }
        let results = ParallelReplications.run(
            plan, range: range, threads: request.threads > 0 ? request.threads : System.coreCount,
            progress: progress, tally: &tally)
        if let path = request.customersPath, let tally {
            let text = Store.customerCSV(tally, quarter, replications: request.replications)
            let file = try FileReplacement(path: path)
            try file.write(Array(text.utf8))
            try file.publish()
        }
        let summary = plan.summarise(results, currency: costs.currency)
        var run = RunRecord(
            id: "", softwareVersion: Version.current, scenario: Store.facts(scenario, text: text),
            log: Store.facts(quarter), costs: try costFacts(costs), rulesID: kept.model.rulesID,
            rulesSHA256: try settings().rules?.sha256 ?? "", modelID: kept.id,
            seed: request.seed, replications: request.replications, stoppedBy: "limit",
            mode: "cohort", discrepancy: nil, inScopeContacts: plan.inScopeCount,
            inScopeUnidentified: plan.inScopeUnidentifiedCount,
            returnSupport: plan.returnSupport, summary: summary, violations: breaches.map(\.text))
        run.id = try Store.runID(run)
        try log.put(try JSONCoding.encode(run), on: .runs, name: run.id)
        try log.put(Array(run.id.utf8), on: .settings, name: Store.latestRunName)
        return run
    }

    /// The quarter laid out for replay under a scenario.
    func replayPlan(_ quarter: Quarter, _ scenario: Scenario, seed: UInt64) throws -> ReplayPlan {
        try ReplayPlan(
            table: quarter.table, book: quarter.book, costs: try costRules(),
            model: try model(for: quarter).model, intervention: scenario.intervention,
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

    private static let latestRunName = "latest-run"

    /// A run is named by what it contains, so the same question gives the same run.
    private static func runID(_ run: RunRecord) throws -> String {
        let digest = SHA256.digest(of: try JSONCoding.encode(run)).hexadecimal
        return "\(run.scenario.id)-\(digest.prefix(10))"
    }

    /// A kept run; the latest where no id is given.
    /// - Throws: ``WorkbenchError/unknownRun(_:)``, ``WorkbenchError/noRuns``.
    package func run(_ id: String?) throws -> RunRecord {
        var name = id
        if name == nil, let bytes = try log.bytes(on: .settings, name: Store.latestRunName) {
            name = String(validating: bytes, as: UTF8.self)
        }
        guard let name else { throw WorkbenchError.noRuns }
        guard let bytes = try log.bytes(on: .runs, name: name) else {
            throw WorkbenchError.unknownRun(name)
        }
        let version = try Store.formatVersion(of: bytes, run: name)
        guard version == RunRecord.formatVersion else {
            throw WorkbenchError.damaged(
                what: "run \(name)",
                reason: version > RunRecord.formatVersion
                    ? "a newer program wrote it; use that one"
                    : "an earlier version of the program wrote it; simulate its scenario again")
        }
        return try JSONCoding.decode(RunRecord.self, from: bytes, what: "run \(name)")
    }

    private static func formatVersion(of bytes: [UInt8], run name: String) throws -> Int {
        struct Versioned: Codable { var formatVersion: Int }
        return try JSONCoding.decode(Versioned.self, from: bytes, what: "run \(name)")
            .formatVersion
    }

    /// The kept runs as a table.
    package func runs() throws -> Answer {
        var records: [RunRecord] = []
        var others: [String] = []
        for name in try log.names(on: .runs) {
            let bytes = try log.bytes(on: .runs, name: name) ?? []
            if try Store.formatVersion(of: bytes, run: name) == RunRecord.formatVersion {
                records.append(try run(name))
            } else {
                others.append(name)
            }
        }
        var answer = Answer()
        for name in others { answer.note("\(name): another version of the program wrote it") }
        answer.table(
            "runs",
            Table(
                title: "Kept runs",
                columns: [
                    .init("id", "run"), .init("scenario", "scenario"), .init("seed", "seed"),
                    .init("replications", "replications"), .init("events", "events"),
                    .init("head", "log head"),
                ],
                rows: records.map { record in
                    [
                        .text(record.id), .text(record.scenario.id),
                        .text(String(record.seed)), .integer(record.replications),
                        .integer(record.log.events), .text(String(record.log.head.prefix(12))),
                    ]
                }))
        return answer
    }
}
