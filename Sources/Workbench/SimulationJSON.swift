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
        /// `nil`, and written as null, where the model's error for it is not known.
        let below_model_error: Bool?

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: TextKey.self)
            try container.encode(title, forKey: TextKey("title"))
            try container.encode(unit, forKey: TextKey("unit"))
            try container.encode(baseline, forKey: TextKey("baseline"))
            try container.encode(scenario, forKey: TextKey("scenario"))
            try container.encode(delta, forKey: TextKey("delta"))
            try container.encode(below_model_error, forKey: TextKey("below_model_error"))
        }
    }

    private struct CustomersPart: Encodable {
        let worse_off_share: Interval
        let worse_off_share_independent: Interval
        let better_off_share: Interval
        let reached: Interval
    }

    private struct PrecisionPart: Encodable {
        let figure: String
        let unit: String
        let mean: Double
        let half_width: Double?
        let wanted: Double

        init(_ precision: FigurePrecision) {
            figure = precision.name
            unit = precision.unit
            mean = precision.mean
            half_width = precision.halfWidth
            wanted = precision.tolerance
        }
    }

    private struct ProvenancePart: Encodable {
        let supported: Double
        let extrapolated: Double
        let assumed: Double
    }

    private enum Key: String, CodingKey {
        case run, scenario, log, seed, replications, metrics, ledger, customers, provenance, profile
        case stopped_by, precision, mode, violations, discrepancy, recommendation, queue_feedback,
            model
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
        try container.encode(run.stopping.reason.rawValue, forKey: .stopped_by)
        try container.encode(
            run.stopping.precision.map(PrecisionPart.init), forKey: .precision)
        try container.encode(run.mode, forKey: .mode)
        try container.encode(run.costs.currency, forKey: .currency)
        try container.encode(run.softwareVersion, forKey: .software_version)
        try container.encode(run.inScopeContacts, forKey: .in_scope_contacts)
        try container.encode(run.inScopeUnidentified, forKey: .in_scope_unidentified)
        try container.encode(run.violations, forKey: .violations)
        try container.encode(DiscrepancyJSON(run.discrepancy), forKey: .discrepancy)
        try container.encode("none", forKey: .recommendation)
        try container.encode("none", forKey: .queue_feedback)
        try encodeFigures(&container)
    }

    private func encodeFigures(_ container: inout KeyedEncodingContainer<Key>) throws {
        var metrics: [String: MetricPart] = [:]
        for metric in run.summary.metrics {
            metrics[metric.name] = MetricPart(
                title: metric.title, unit: metric.unit, baseline: metric.baseline,
                scenario: metric.scenario, delta: metric.delta,
                below_model_error: run.discrepancy.isAboveChange(metric))
        }
        try container.encode(metrics, forKey: .metrics)
        try container.encode(LedgerJSON(run), forKey: .ledger)
        try container.encode(RunProfileJSON(run.summary.profile), forKey: .profile)
        try container.encode(
            CustomersPart(
                worse_off_share: run.summary.worseOffShare,
                worse_off_share_independent: run.summary.worseOffShareAnew,
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

    /// `mean`, `low` and `high`, and the unit they are in.
    private struct Line: Encodable {
        let amount: Interval
        let currency: String

        func encode(to encoder: any Encoder) throws {
            try amount.encode(to: encoder)
            var container = encoder.container(keyedBy: TextKey.self)
            try container.encode(currency, forKey: TextKey("currency"))
        }
    }

    /// The hidden book in its own unit, which stands where the others have their currency.
    private struct Hidden: Encodable {
        let minutes: Interval
        let silentGiveUps: Interval

        func encode(to encoder: any Encoder) throws {
            try Line(amount: minutes, currency: "customer minutes").encode(to: encoder)
            var container = encoder.container(keyedBy: TextKey.self)
            try container.encode(silentGiveUps, forKey: TextKey("silent_give_ups"))
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: TextKey.self)
        for line in run.summary.ledger {
            try container.encode(
                Line(amount: line.amount, currency: run.costs.currency),
                forKey: TextKey(line.name))
        }
        if let minutes = run.summary.metric("customer_minutes"),
            let giveUps = run.summary.metric("silent_give_ups")
        {
            try container.encode(
                Hidden(minutes: minutes.delta, silentGiveUps: giveUps.delta),
                forKey: TextKey("hidden"))
        }
        try container.encode(run.summary.matrix, forKey: TextKey("matrix"))
        try container.encode(run.summary.payers, forKey: TextKey("payers"))
    }
}
