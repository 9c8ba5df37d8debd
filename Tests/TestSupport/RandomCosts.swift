// Cost rules of every shape for random logs: rates that name teams, tiers and channels in any
// order, running costs by session and by period, values and risks.

import Events
import Projections

extension CostRules {
    /// Rules over the words of ``RandomCase``.
    package static func random(_ random: inout TestRandom) -> CostRules {
        var costs = SampleRules.costs
        costs.rules += (0..<random.below(4)).map { _ in rate(&random) }
        costs.rules = random.mixed(costs.rules)
        costs.runs = (0..<random.below(5)).map { run($0, &random) }
        if random.chance(0.6) { costs.value = value(&random) }
        costs.risks = (0..<random.below(5)).map { risk($0, &random) }
        if random.chance(0.7) {
            costs.refunds = RefundRule(payer: "redress", grade: .d, source: "test")
        }
        return costs
    }

    private static func some(_ names: [String], _ random: inout TestRandom) -> [String] {
        random.chance(0.4) ? [] : Array(random.mixed(names).prefix(1 + random.below(2)))
    }

    private static func amount(_ random: inout TestRandom, below bound: Int) -> Money {
        Money(thousandths: Int64(random.below(bound)))
    }

    private static func rate(_ random: inout TestRandom) -> CostRule {
        CostRule(
            payer: random.pick(["desk pool", "second line", "chat pool"]),
            activity: random.pick([.handle, .handle, .automation]),
            teams: some(["desk", "back", "stray", "", "absent"], &random),
            tiers: some(["1", "2", "", "9"], &random),
            channels: some(["telephone", "chat", "fax"], &random),
            perMinute: amount(&random, below: 200_000), grade: .c, source: "test")
    }

    private static func run(_ number: Int, _ random: inout TestRandom) -> RunCost {
        let first = LogBuilder.firstDay + random.below(50) - 5
        return RunCost(
            id: "run-\(number)", title: "bot \(number)",
            payer: random.pick(["platform", "desk pool", "run budget"]),
            amount: amount(&random, below: 90_000_000),
            unit: random.pick([.day, .week, .month, .session, .session]),
            channels: some(["telephone", "chat", "fax"], &random),
            intents: some(["service", "transfer", "", "absent"], &random),
            firstDay: random.chance(0.5) ? first : nil,
            lastDay: random.chance(0.4) ? first + random.below(40) : nil, grade: .d,
            source: "test")
    }

    private static func value(_ random: inout TestRandom) -> ValueRules {
        var values = (0..<random.below(3)).map { _ in
            CustomerValue(
                segments: ["private", "business", "", "absent"].filter { _ in random.chance(0.4) }
                    + ["private"],
                amount: amount(&random, below: 90_000_000), grade: .d, source: "test")
        }
        if random.chance(0.7) || values.isEmpty {
            values.append(
                CustomerValue(
                    segments: [], amount: amount(&random, below: 90_000_000), grade: .d,
                    source: "test"))
        }
        let leaving = LeavingRule(
            probability: Int64(random.pick([0, 1, 125_000, 333_333, 1_000_000])), grade: .d,
            source: "test")
        return ValueRules(values: values, leaving: random.chance(0.7) ? leaving : nil)
    }

    private static func risk(_ number: Int, _ random: inout TestRandom) -> RiskRule {
        let amounts = (0..<3).map { _ in amount(&random, below: 90_000_000) }.sorted()
        let isConstant = random.chance(0.4)
        return RiskRule(
            id: "risk-\(number)", title: "risk \(number)",
            bearer: random.pick(["redress", "legal"]),
            trigger: random.pick([
                .state(.givenUp), .state(.churned), .state(.settled), .failure("abandoned"),
                .failure("unresolved"), .failure("absent"), .event(.complaintOpened),
                .event(.complaintReferred),
            ]),
            intents: some(["service", "transfer", "loan", "", "absent"], &random),
            segments: some(["private", "business", "", "absent"], &random),
            probability: Int64(random.pick([0, 1, 70_000, 333_333, 1_000_000])),
            probabilityGrade: .d, probabilitySource: "test",
            severity: RiskSeverity(
                low: isConstant ? amounts[1] : amounts[0], mode: amounts[1],
                high: isConstant ? amounts[1] : amounts[2], grade: .d, source: "test"))
    }
}
