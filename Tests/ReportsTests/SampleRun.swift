// A plausible kept run for the tests of reports: the numbers are made up, but they hold together
// as those of a real run do.

import Foundation
import Modeling
import Projections
import Simulation
import Statistics

/// What a test may change about the sample.
struct SampleOptions {
    var replications = 400
    var title = "A conversational IVR before regular-service calls"
    var note = "Illustrative: the bank published no costs. The rates are assumptions."
    var discrepancy = Discrepancy.notMeasured(reason: "the log is too short")
    var netError = 0.0
    var changesNothing = false
    var reportedContainment = 0.59
    var violations: [String] = []
    var rejected = 211
}

enum SampleRun {
    /// The summary's types are made by the simulator only; the tests make them as a store does,
    /// from JSON.
    static func make(_ options: SampleOptions = SampleOptions()) throws -> RunRecord {
        let summary = try JSONDecoder().decode(
            SimulationSummary.self,
            from: try JSONSerialization.data(withJSONObject: summaryObject(options)))
        return RunRecord(
            id: "regular-calls-self-service-4f1d2a90bc", softwareVersion: "0.1.0",
            scenario: scenario(options), log: log(options), costs: costs(options),
            rulesID: "anonymous-bank-1999",
            rulesSHA256: digest("7"), modelID: "model-2b7c9e10aa", seed: 1,
            replications: options.replications,
            stopping: Stopping(reason: .stated, relativeTolerance: 0.05, precision: []),
            mode: "cohort",
            discrepancy: options.discrepancy, inScopeContacts: 74_812,
            inScopeUnidentified: 28_977,
            returnSupport: .init(failure: "left in the voice response", contacts: 96, links: 14),
            summary: summary, violations: options.violations)
    }

    static func digest(_ digit: String) -> String { String(repeating: "a" + digit, count: 32) }

    private static func ranged(
        _ key: ParameterKey, _ low: Double, _ mode: Double, _ high: Double,
        _ grade: EvidenceGrade, _ source: String
    ) -> StatedParameter {
        StatedParameter(
            key: key,
            value: RangedParameter(
                name: key.name, low: low, mode: mode, high: high, grade: grade, source: source))
    }

    static let intervention = Intervention(
        firstDay: 10_682, lastDay: 10_772,
        automations: [
            Automation(
                id: "conversational-ivr", catalogueID: "A9", mechanism: .step,
                owner: "customer operations", payer: "automation budget",
                scope: AutomationScope(
                    intents: ["regular-service"], firstDay: 10_682, lastDay: 10_772),
                parameters: [
                    ranged(.takeUp, 0.3, 0.5, 0.8, .d, "the rate is an assumption"),
                    ranged(.contained, 0.2, 0.6, 0.8, .c, "reported containment of bots"),
                    ranged(.falseShare, 0.15, 0.35, 0.6, .c, "audited telecom case, 78 %"),
                    ranged(.abandonedShare, 0.05, 0.125, 0.25, .d, "assumption; 0.05"),
                    ranged(.falseReturns, 0.12, 0.25, 0.4, .c, "single audited case"),
                    ranged(.seconds, 30, 48, 90, .b, "3.8 million IVR calls, mean 48 s"),
                    ranged(.selectionStrength, 0.5, 0.5, 0.5, .d, "assumption; 0 is off"),
                    ranged(.reliability, 0.3, 0.5, 0.7, .d, "assumption; how much it tells"),
                    ranged(.contextLost, 0.3, 0.68, 0.85, .c, "vendor figure, 68 %"),
                    ranged(.contextPenaltySeconds, 15, 23, 120, .c, "vendor figure, 23 s"),
                    ranged(.runPerUse, 0.05, 0.1, 0.25, .d, "assumption, in pounds"),
                    ranged(.fixed, 10_000, 20_000, 40_000, .d, "assumption for the quarter"),
                ])
        ])

    private static func scenario(_ options: SampleOptions) -> RunRecord.ScenarioFacts {
        .init(
            id: "regular-calls-self-service", title: options.title,
            question: "Should regular-service calls meet a conversational IVR before they reach "
                + "the queue, from 1 April to 30 June 1999?",
            intervention: intervention,
            assumptions: [
                "Waits stay what they were. No feedback from the queue is simulated yet.",
                "Contacts without a customer id are issues of their own.",
                "The roster stays what it was.",
            ], sha256: digest("1"),
            text: "scenario: regular-calls-self-service\ntitle: >-\n  A \"conversational\" IVR\n"
                + "step:\n  take_up: {low: 0.3, mode: 0.5, high: 0.8, grade: D}\n")
    }

    private static func log(_ options: SampleOptions) -> RunRecord.LogFacts {
        .init(
            head: digest("0"), events: 444_448, from: "1999-01-01T00:00:00+02:00",
            to: "2000-01-01T00:00:00+02:00", read: 444_659, accepted: 444_448, duplicates: 0,
            leftOut: 0, rejected: options.rejected,
            warnings: ["times-out-of-order": 37, "negative-duration": 12],
            sources: [
                .init(
                    file: "anonymous-bank-1999.csv", sha256: digest("2"),
                    mapping: "anonymous-bank", mappingSHA256: digest("3"), read: 444_659,
                    rejected: options.rejected,
                    notes: [
                        "A customer id of 0 means that the customer was not identified.",
                        "The log does not say whether a need was met.",
                    ])
            ],
            contacts: 427_560, identified: 262_345, phantoms: 16_888,
            links: [
                .init(
                    rule: "same-need-within-the-hour", windowSeconds: 3_600, linked: 31_250,
                    expectedTrue: 24_119.4, rate: 0.1189, placeboRate: 0.0214)
            ])
    }

    private static func costs(_ options: SampleOptions) -> RunRecord.CostFacts {
        .init(
            id: "anonymous-bank-1999", sha256: digest("4"), currency: "GBP", note: options.note,
            charges: [
                .init(
                    payer: "agents", activity: "handle", teams: ["agents"], perMinute: 0.8,
                    grade: "D", source: "loaded agent minute; range 0.60 to 1.00"),
                .init(
                    payer: "internet support", activity: "handle", teams: ["internet-support"],
                    perMinute: 1, grade: "D", source: "the top of the same range"),
                .init(
                    payer: "voice response platform", activity: "automation", teams: [],
                    perMinute: 0.05, grade: "D", source: "assumption; usage and line"),
            ])
    }
}
