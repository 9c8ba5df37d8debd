// Rules and costs that many tests share.

import Events
import Projections

package enum SampleRules {
    package static let failures = [
        FailureRule(id: "abandoned", title: "abandoned", outcome: .abandoned),
        FailureRule(id: "left", title: "left in automation", outcome: .contained),
        FailureRule(
            id: "short", title: "short service", actor: .agent, talkBelow: .seconds(10)),
        FailureRule(id: "unresolved", title: "unresolved", outcome: .unresolved),
    ]

    /// One window for every family.
    package static func links(
        window: TimeSpan = .hours(1), families: [IntentFamily] = []
    ) -> LinkRules {
        LinkRules(
            id: "sample", families: families,
            links: [LinkRule(id: "all", families: [], window: window)], failures: failures)
    }

    /// A pound a minute at the desk, 73.333 pence at the back, 12.5 pence in automation; the team
    /// `stray` is covered by no rule for handling.
    package static let costs = CostRules(
        id: "sample", currency: "GBP",
        rules: [
            CostRule(
                payer: "desk pool", activity: .handle, teams: ["desk"],
                perMinute: Money(thousandths: 100_000), grade: .c, source: "test"),
            CostRule(
                payer: "back pool", activity: .handle, teams: ["back", ""],
                perMinute: Money(thousandths: 73_333), grade: .c, source: "test"),
            CostRule(
                payer: "platform", activity: .automation, teams: [],
                perMinute: Money(thousandths: 12_500), grade: .c, source: "test"),
        ], note: "")
}
