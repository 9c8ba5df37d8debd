// A run as programs read it: stable keys, one object.

package import Simulation
import Statistics

/// The JSON form of a kept run. `discrepancy` comes first for people; keys are sorted.
package struct SimulationJSON: Encodable {
    private let run: RunRecord

    package init(_ run: RunRecord) { self.run = run }

    private struct ScenarioPart: Encodable {
        let id: String
        let title: String
        let sha256: String
    }

    private struct LogPart: Encodable {
        let head: String
        let events: Int
        let from: String
        let to: String
    }

    private struct MetricPart: Encodable {
        let title: String
        let unit: String
        let baseline: Interval
        let scenario: Interval
        let delta: Interval
    }

    private struct CustomersPart: Encodable {
        let worse_off_share: Interval
        let worse_off_upper_end: String
        let better_off_share: Interval
        let reached: Interval
    }

    private struct ProvenancePart: Encodable {
        let supported: Double
        let extrapolated: Double
        let assumed: Double
    }

    private enum Key: String, CodingKey {
        case run, scenario, log, seed, replications, metrics, ledger, customers, provenance
        case stopped_by, mode, violations, discrepancy, recommendation, queue_feedback, model
        case in_scope_contacts, in_scope_unidentified, software_version, currency
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(run.id, forKey: .run)
        try container.encode(
            ScenarioPart(
                id: run.scenario.id, title: run.scenario.title, sha256: run.scenario.sha256),
            forKey: .scenario)
        try container.encode(
            LogPart(
                head: run.log.head, events: run.log.events, from: run.log.from, to: run.log.to),
            forKey: .log)
        try container.encode(run.modelID, forKey: .model)
        try container.encode(run.seed, forKey: .seed)
        try container.encode(run.replications, forKey: .replications)
        try container.encode(run.stoppedBy, forKey: .stopped_by)
        try container.encode(run.mode, forKey: .mode)
        try container.encode(run.costs.currency, forKey: .currency)
        try container.encode(run.softwareVersion, forKey: .software_version)
        try container.encode(run.inScopeContacts, forKey: .in_scope_contacts)
        try container.encode(run.inScopeUnidentified, forKey: .in_scope_unidentified)
        try container.encode(run.violations, forKey: .violations)
        try container.encode(
            run.discrepancy.map { "\($0)" } ?? "not yet measured", forKey: .discrepancy)
        try container.encode("none", forKey: .recommendation)
        try container.encode("none", forKey: .queue_feedback)
        try encodeFigures(&container)
    }

    private func encodeFigures(_ container: inout KeyedEncodingContainer<Key>) throws {
        var metrics: [String: MetricPart] = [:]
        for metric in run.summary.metrics {
            metrics[metric.name] = MetricPart(
                title: metric.title, unit: metric.unit, baseline: metric.baseline,
                scenario: metric.scenario, delta: metric.delta)
        }
        try container.encode(metrics, forKey: .metrics)
        try container.encode(LedgerJSON(run), forKey: .ledger)
        try container.encode(
            CustomersPart(
                worse_off_share: run.summary.worseOffShare,
                worse_off_upper_end: "not yet measured",
                better_off_share: run.summary.betterOffShare,
                reached: run.summary.customersReached),
            forKey: .customers)
        try container.encode(
            ProvenancePart(
                supported: run.summary.supportedShare,
                extrapolated: run.summary.extrapolatedShare, assumed: run.summary.assumedShare),
            forKey: .provenance)
    }
}

/// The ledger's lines, the hidden book and the matrix.
private struct LedgerJSON: Encodable {
    let run: RunRecord

    init(_ run: RunRecord) { self.run = run }

    private struct Line: Encodable {
        let mean: Double
        let low: Double?
        let high: Double?
        let currency: String

        enum Key: String, CodingKey {
            case mean, low, high, currency
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(mean, forKey: .mean)
            try container.encode(low, forKey: .low)
            try container.encode(high, forKey: .high)
            try container.encode(currency, forKey: .currency)
        }
    }

    /// The hidden book in its own unit, which stands where the others have their currency.
    private struct Hidden: Encodable {
        let minutes: Interval
        let silentGiveUps: Interval

        enum Key: String, CodingKey {
            case mean, low, high, currency, silent_give_ups
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(minutes.mean, forKey: .mean)
            try container.encode(minutes.low, forKey: .low)
            try container.encode(minutes.high, forKey: .high)
            try container.encode("customer minutes", forKey: .currency)
            try container.encode(silentGiveUps, forKey: .silent_give_ups)
        }
    }

    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(_ key: String) { stringValue = key }
        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { return nil }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        for line in run.summary.ledger {
            try container.encode(
                Line(
                    mean: line.amount.mean, low: line.amount.low, high: line.amount.high,
                    currency: run.costs.currency),
                forKey: Key(line.name))
        }
        if let minutes = run.summary.metric("customer_minutes"),
            let giveUps = run.summary.metric("silent_give_ups")
        {
            try container.encode(
                Hidden(minutes: minutes.delta, silentGiveUps: giveUps.delta),
                forKey: Key("hidden"))
        }
        try container.encode(run.summary.matrix, forKey: Key("matrix"))
    }
}
