// The headline figures: how each is made from counts, with its unit. Ratios are taken within a
// replication, so that their differences are paired.

import Projections
import Statistics

/// One figure as a function of a world's totals.
struct MetricDefinition: Sendable {
    let name: String
    let title: String
    let unit: String
    let value: @Sendable (WorldTotals) -> Double

    func summarise(_ results: [ReplicationResult]) -> MetricSummary {
        let baseline = results.map { value($0.baseline) }
        let scenario = results.map { value($0.scenario) }
        return MetricSummary(
            name: name, title: title, unit: unit,
            baseline: interval(baseline),
            scenario: interval(scenario),
            delta: interval(zip(baseline, scenario).map { $1 - $0 }))
    }

    static func all(currency: String) -> [MetricDefinition] {
        counts + durations + ratios(currency: currency)
    }

    private static func count(
        _ name: String, _ title: String, _ counter: Counter
    ) -> MetricDefinition {
        MetricDefinition(name: name, title: title, unit: "count") { Double($0[counter]) }
    }

    private static let counts = [
        count("issues", "needs (issues) of the cohort", .issues),
        count("contacts", "contacts reaching the recorded operation", .contacts),
        count("served_contacts", "contacts served by people", .servedContacts),
        count("rework_contacts", "contacts caused by a failure", .reworkContacts),
        count("abandoned_contacts", "contacts that customers left unserved", .abandonedContacts),
        count("escalations", "contacts after an escalation", .escalations),
        count("silent_give_ups", "needs ended unmet and in silence", .silentGiveUps),
        count("automation_sessions", "sessions in the automation", .automationSessions),
        count("truly_resolved", "sessions truly resolved", .trulyResolved),
        count("falsely_contained", "sessions falsely contained", .falselyContained),
        count("handed_over", "sessions handed over to people", .handedOver),
        count("left_automation", "sessions left inside the automation", .leftAutomation),
        count("misrouted", "contacts led to the wrong team first", .misrouted),
        count("messages", "messages sent", .messages),
        count("prevented_contacts", "needs met by a message", .preventedContacts),
        count("assisted", "contacts and work handled with the automation", .assisted),
        count(
            "failures_noticed", "failures noticed before the customer was back", .failuresNoticed),
        count("failures_mended", "failures noticed and mended", .failuresMended),
    ]

    private static func minutes(
        _ name: String, _ title: String, _ counter: Counter
    ) -> MetricDefinition {
        MetricDefinition(name: name, title: title, unit: "minutes") {
            Double($0[counter]) / 60_000_000
        }
    }

    private static let durations = [
        minutes("handle_minutes", "minutes of people handling", .handleTime),
        minutes("customer_minutes", "minutes of customers' own time", .customerTime),
    ]

    private static func ratios(currency: String) -> [MetricDefinition] {
        @Sendable func ratio(_ part: Int64, _ whole: Int64) -> Double {
            whole == 0 ? 0 : Double(part) / Double(whole)
        }
        return [
            MetricDefinition(
                name: "mean_handle_minutes", title: "mean handle time of served contacts",
                unit: "minutes"
            ) { ratio($0[.handleTime], $0[.servedContacts]) / 60_000_000 },
            MetricDefinition(
                name: "contacts_per_issue",
                title: "contacts reaching the recorded operation per need", unit: "ratio"
            ) { ratio($0[.contacts], $0[.issues]) },
            MetricDefinition(
                name: "rework_share", title: "share of contacts caused by a failure",
                unit: "share"
            ) { ratio($0[.reworkContacts], $0[.contacts]) },
            MetricDefinition(
                name: "reported_containment",
                title: "containment of the new automation, as a dashboard reports it",
                unit: "share"
            ) {
                ratio(
                    $0[.trulyResolved] + $0[.falselyContained], $0[.automationSessions])
            },
            MetricDefinition(
                name: "true_containment", title: "true containment of the new automation",
                unit: "share"
            ) { ratio($0[.trulyResolved], $0[.automationSessions]) },
            MetricDefinition(
                name: "cash_cost", title: "cash cost, roster kept", unit: currency
            ) { Double($0.matrix.total) / 100_000 },
        ]
    }
}
