// The figures of the sample run, as the JSON in which a store keeps them.

import Statistics

extension SampleRun {
    static func summaryObject(_ options: SampleOptions) -> [String: Any] {
        let numbers = SampleNumbers(options)
        return [
            "replications": options.replications, "metrics": numbers.metrics,
            "ledger": numbers.ledger, "matrix": numbers.matrix, "payers": [],
            "worseOffShare": numbers.spread(numbers.scale * 0.312, 0.08),
            "worseOffShareAnew": numbers.spread(numbers.scale * 0.418, 0.08),
            "betterOffShare": numbers.spread(numbers.scale * 0.287, 0.08),
            "customersReached": numbers.spread(14_208, 0),
            "supportedShare": numbers.scale * 0.082, "extrapolatedShare": numbers.scale * 0.391,
            "assumedShare": numbers.scale * 0.527, "customersUnexplained": 0,
            "netMonteCarloVariance": numbers.scale * 1_240_000,
            "netParameterVariance": numbers.scale * 97_300_000,
            "profile": numbers.profile,
        ]
    }
}

/// Means and intervals that agree with each other.
struct SampleNumbers {
    let options: SampleOptions
    /// 0 where the scenario changes nothing.
    let scale: Double

    init(_ options: SampleOptions) {
        self.options = options
        scale = options.changesNothing ? 0 : 1
    }

    /// A mean with ends at a relative distance; without them below 200 replications.
    func spread(_ mean: Double, _ part: Double) -> [String: Any] {
        guard options.replications >= Interval.leastReplications else { return ["mean": mean] }
        let width = abs(mean) * part
        return ["mean": mean, "low": mean - width, "high": mean + width * 1.2]
    }

    private func metric(
        _ name: String, _ title: String, _ unit: String, _ baseline: Double, _ change: Double,
        drawn: Double = 0
    ) -> [String: Any] {
        [
            "name": name, "title": title, "unit": unit, "baseline": spread(baseline, drawn),
            "scenario": spread(baseline + scale * change, scale == 0 ? drawn : 0.07),
            "delta": spread(scale * change, 0.33),
        ]
    }

    /// Five weeks, two segments of which one is small, one figure of spread.
    var profile: [String: Any] {
        let weeks = (0..<5).map { week -> [String: Any] in
            [
                "monday": 10_683 + 7 * week, "recordedContacts": 8_000 + week,
                "recordedHandleMinutes": 19_000.5, "recordedCash": 15_600.25,
                "contacts": spread(scale * -1_080, 0.3), "reworkContacts": spread(scale * 125, 0.4),
                "silentGiveUps": spread(scale * 528, 0.3),
                "handleMinutes": spread(scale * -2_608, 0.3), "cash": spread(scale * -137, 2.1),
            ]
        }
        func segment(_ name: String, _ reached: Double) -> [String: Any] {
            [
                "segment": name, "reached": spread(reached, 0),
                "worseOffShare": spread(scale * 0.31, 0.1),
                "betterOffShare": spread(scale * 0.28, 0.1),
                "cash": spread(scale * -4_100, 0.4), "ownMinutes": spread(scale * -7_300, 0.4),
            ]
        }
        return [
            "weeks": weeks,
            "luck": [
                [
                    "name": "cash", "title": "cash by use, if the roster followed",
                    "unit": "currency", "weeks": 4, "standardDeviation": scale * 812.5,
                ]
            ],
            "segments": [segment("priority", 14_202), segment("regular", 6)],
            "spread": [
                [
                    "name": "gini", "title": "Gini of contacts by known customer",
                    "recorded": 0.6829, "scenario": spread(0.7094, 0.01),
                ]
            ],
        ]
    }

    var metrics: [[String: Any]] {
        [
            metric("issues", "needs (issues) of the cohort", "count", 96_402, 0, drawn: 0.002),
            metric(
                "contacts", "contacts reaching the recorded operation", "count", 104_377, -14_031),
            metric("served_contacts", "contacts served by people", "count", 83_120, -11_480),
            metric(
                "rework_contacts", "contacts caused by a failure", "count", 5_204, 1_622,
                drawn: 0.03),
            metric("abandoned_contacts", "contacts abandoned in the queue", "count", 9_840, -906),
            metric(
                "silent_give_ups", "needs ended unmet and in silence", "count", 6_311, 6_870,
                drawn: 0.02),
            metric("automation_sessions", "sessions in the automation", "count", 0, 38_215),
            metric("truly_resolved", "sessions truly resolved", "count", 0, 13_760),
            metric("falsely_contained", "sessions falsely contained", "count", 0, 8_787),
            metric("handed_over", "sessions handed over to people", "count", 0, 13_549),
            metric("left_automation", "sessions left inside the automation", "count", 0, 2_119),
            metric("handle_minutes", "minutes of people handling", "minutes", 248_915, -33_902),
            metric(
                "customer_minutes", "minutes of customers' own time", "minutes", 402_870, -18_450),
            metric(
                "mean_handle_minutes", "mean handle time of served contacts", "minutes", 2.995,
                0.012),
            metric(
                "contacts_per_issue", "contacts per need", "ratio", 1.0827, -0.1455, drawn: 0.01),
            metric(
                "rework_share", "share of contacts caused by a failure", "share", 0.0499, 0.0257,
                drawn: 0.02),
            metric(
                "reported_containment", "containment as a dashboard reports it", "share", 0,
                options.reportedContainment),
            metric("true_containment", "true containment", "share", 0, 0.36),
            metric("cash_cost", "cash cost, roster kept", "GBP", 203_410, 26_204),
        ]
    }

    private func line(_ name: String, _ title: String, _ mean: Double, _ part: Double)
        -> [String: Any]
    {
        ["name": name, "title": title, "amount": spread(scale * mean, part)]
    }

    /// 31,870 − 26,610.5 − 24,420.25 − 6,912 − 131.25 = −26,204
    var ledger: [[String: Any]] {
        [
            line("gross_saving", "gross saving at the origin", 31_870, 0.3),
            line("run_cost", "run, build and supervision", 26_610.5, 0.35),
            line("unreleased", "unreleased: freed, still on the roster", 24_420.25, 0.32),
            line("redistributed", "redistributed", 6_912, 0.4),
            line("deferred", "deferred", 131.25, 0.5),
            line("net", "net", -26_204 + options.netError, 0.36),
            line("unexplained", "unexplained", options.netError, 0),
            line(
                "net_if_released", "net if the roster followed every freed minute", -1_783.75,
                2.4),
            line(
                "averted_unidentified", "averted returns of unidentified callers, outside net",
                402.5, 0.5),
        ]
    }

    private func cell(
        _ intent: String, _ failure: String, _ payer: String, _ baseline: Double, _ change: Double
    ) -> [String: Any] {
        [
            "caused": ["intent": intent, "failure": failure],
            "paid": ["intent": intent, "payer": payer], "baseline": spread(baseline, 0),
            "scenario": spread(baseline + scale * change, 0.1),
            "delta": spread(scale * change, 0.3),
        ]
    }

    /// The changes sum to 26,204: the net with its sign turned.
    var matrix: [[String: Any]] {
        [
            cell("regular-service", "own need", "agents", 138_220, -29_840),
            cell("regular-service", "own need", "voice response platform", 4_410, -1_102),
            cell("regular-service", "abandoned in the queue", "agents", 6_120, -928),
            cell(
                "regular-service", "falsely contained by the automation", "agents", 0, 4_905.75),
            cell("regular-service", "hung up in the automation", "agents", 0, 611),
            cell("regular-service", "handed over without context", "agents", 0, 1_526.5),
            cell("regular-service", "the automation itself", "automation budget", 0, 26_610.5),
            cell(
                "regular-service", "roster kept", "roster beyond minutes used", 0, 24_420.25),
            cell("regular-service-english", "abandoned in the queue", "agents", 160, 0),
            cell("internet", "own need", "internet support", 52_300, 0),
        ]
    }
}
