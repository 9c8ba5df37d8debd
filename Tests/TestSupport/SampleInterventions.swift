// Automations for the tests of parameters and replay: stated outright, or drawn with full
// uncertainty.

import Events
import Modeling
import Projections

extension Intervention {
    /// A step whose parameters are all certain. Take-up is whole, and everything is handed over
    /// at no cost and in no time, unless said otherwise.
    package static func stated(
        intents: [String] = ["service"], days: ClosedRange<Int> = 0...1_000, takeUp: Double = 1,
        contained: Double = 0, falseShare: Double = 0, abandonedShare: Double = 0,
        falseReturns: Double = 0, stepSeconds: Double = 0, selectionStrength: Double = 0,
        reliability: Double = 1, contextLost: Double = 0, contextPenaltySeconds: Double = 0,
        handoverReturnOdds: Double = 1, runCostPerStep: Double = 0, fixedCost: Double = 0
    ) -> Intervention {
        .stated(
            .step, intents: intents, days: days,
            [
                .takeUp: takeUp, .contained: contained, .falseShare: falseShare,
                .abandonedShare: abandonedShare, .falseReturns: falseReturns,
                .seconds: stepSeconds, .selectionStrength: selectionStrength,
                .reliability: reliability, .contextLost: contextLost,
                .contextPenaltySeconds: contextPenaltySeconds, .returnOdds: handoverReturnOdds,
                .runPerUse: runCostPerStep, .fixed: fixedCost,
            ])
    }

    /// One automation of any kind whose parameters are all certain.
    package static func stated(
        _ mechanism: Mechanism, id: String = "assistant", intents: [String] = ["service"],
        days: ClosedRange<Int> = 0...1_000, _ values: [ParameterKey: Double]
    ) -> Intervention {
        let (first, last) = (
            LogBuilder.firstDay + days.lowerBound, LogBuilder.firstDay + days.upperBound
        )
        let parameters = ParameterKey.allCases.compactMap { key in
            values[key].map { StatedParameter(key: key, value: .constant(key.name, $0)) }
        }
        return Intervention(
            firstDay: first, lastDay: last,
            automations: [
                Automation(
                    id: id, catalogueID: mechanism.catalogueIDs[0], mechanism: mechanism,
                    owner: "operations", payer: "automation budget",
                    scope: AutomationScope(intents: intents, firstDay: first, lastDay: last),
                    parameters: parameters)
            ])
    }

    /// The automations of both, in the days of the first.
    package func with(_ other: Intervention) -> Intervention {
        var both = self
        both.automations += other.automations
        return both
    }

    /// Anything that a scenario file can state, with ranges on what is uncertain.
    package static func random(_ random: inout TestRandom, days: Int) -> Intervention {
        let first = random.below(max(1, days / 2))
        var step = Intervention.stated(
            intents: random.mixed(["service", "transfer", "loan", "absent"]).dropLast(
                random.below(4)), days: first...(first + random.below(days + 1)))
        step.range(.takeUp, 0.3...1, &random)
        for key in [ParameterKey.contained, .falseShare, .abandonedShare, .falseReturns] {
            step.range(key, 0...1, &random)
        }
        step.range(.seconds, 0...600, &random)
        step.range(.selectionStrength, 0...0.9, &random)
        step.range(.reliability, 0...1, &random)
        step.range(.contextLost, 0...1, &random)
        step.range(.contextPenaltySeconds, 0...300, &random)
        step.range(.runPerUse, 0...2, &random)
        step.range(.fixed, 0...100, &random)
        if random.chance(0.7) { step.range(.returnOdds, 0...4, &random) }
        if random.chance(0.3) {
            step.range(.misrouted, 0...1, &random)
            step.range(.misrouteSeconds, 0...200, &random)
        }
        if random.chance(0.3) { step.range(.plannedWork, 0...1, &random) }
        if random.chance(0.3) { step.range(.abandonedReturns, 0...1, &random) }
        step.roll(&random)
        return step
    }

    /// Several automations of the kinds that the plain replay knows, on parts of the log.
    package static func randomMix(_ random: inout TestRandom, days: Int) -> Intervention {
        var mix = Intervention.random(&random, days: days)
        let kinds: [Mechanism] = [.outbound, .assist, .knowledge, .coaching, .step]
        let chosen = random.mixed(kinds).dropLast(random.below(4))
        for (number, mechanism) in chosen.enumerated() {
            mix.automations.append(
                .random(mechanism, number, &random, within: mix.firstDay...mix.lastDay))
        }
        mix.automations = random.mixed(mix.automations)
        return mix
    }

    /// How whole an automation reaches: ramp, dose, hours, first contacts, a bad release.
    private mutating func roll(_ random: inout TestRandom) {
        if random.chance(0.3) { automations[0].rampDays = random.below(20) }
        if random.chance(0.2) { automations[0].dose = random.unit() * 2 }
        if random.chance(0.2) { automations[0].scope.isFirstContactOnly = true }
        if random.chance(0.2) {
            automations[0].scope.firstMinute = random.below(700)
            automations[0].scope.endMinute = 740 + random.below(700)
        }
        if random.chance(0.3) {
            range(.releaseProbability, 0...1, &random)
            range(.releaseDays, 1...30, &random)
            range(.releaseSeverity, 0...1, &random)
        }
    }

    private mutating func range(
        _ key: ParameterKey, _ bounds: ClosedRange<Double>, _ random: inout TestRandom
    ) {
        automations[0][key] = .random(key, bounds, &random)
    }
}

extension RangedParameter {
    static func random(
        _ key: ParameterKey, _ bounds: ClosedRange<Double>, _ random: inout TestRandom
    ) -> RangedParameter {
        var parameter = RangedParameter.constant(key.name, 0)
        let width = bounds.upperBound - bounds.lowerBound
        let ends = (0..<3).map { _ in bounds.lowerBound + random.unit() * width }.sorted()
        parameter.low = ends[0]
        parameter.mode = random.chance(0.7) ? ends[1] : ends[0]
        parameter.high = random.chance(0.7) ? ends[2] : parameter.mode
        if parameter.high == parameter.mode { parameter.low = parameter.mode }
        parameter.grade = random.pick([.a, .b, .c, .d])
        return parameter
    }
}

extension Automation {
    fileprivate static func random(
        _ mechanism: Mechanism, _ number: Int, _ random: inout TestRandom,
        within days: ClosedRange<Int>
    ) -> Automation {
        let bounds: [ParameterKey: ClosedRange<Double>] =
            switch mechanism {
            case .outbound: [.coverage: 0...1, .prevented: 0...1, .replies: 0...1]
            case .assist:
                [
                    .adoption: 0...1, .handleFactorNovice: 0.5...1,
                    .handleFactorGrowing: 0.5...1.2, .handleFactorExperienced: 0.9...1.1,
                    .resolutionOdds: 0.3...3, .escalationOdds: 0...2,
                    .overheadSeconds: 0...20, .wrongAnswers: 0...0.5,
                ]
            case .knowledge:
                [.adoption: 0...1, .holdFactor: 0...1, .handleFactor: 0.8...1.1]
            case .coaching:
                [
                    .adoption: 0...1, .growthDays: 1...60, .handleFactor: 0.6...1,
                    .resolutionOdds: 1...2,
                ]
            default: [.takeUp: 0...1, .contained: 0...1, .falseShare: 0...1, .seconds: 0...90]
            }
        let keys = ParameterKey.allCases.filter { bounds[$0] != nil } + [.runPerUse, .fixed]
        let first = days.lowerBound + random.below(days.count)
        return Automation(
            id: "tool-\(number)", catalogueID: mechanism.catalogueIDs[0], mechanism: mechanism,
            owner: "operations", payer: random.pick(["automation budget", "service"]),
            scope: AutomationScope(
                intents: random.mixed(["service", "transfer", "loan"]).dropLast(random.below(4)),
                firstDay: first, lastDay: first + random.below(days.upperBound - first + 1)),
            rampDays: random.below(5),
            parameters: keys.map { key in
                StatedParameter(
                    key: key, value: .random(key, bounds[key] ?? 0...2, &random))
            })
    }
}
