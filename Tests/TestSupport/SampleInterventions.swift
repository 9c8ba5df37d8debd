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
        func value(_ name: String, _ value: Double) -> RangedParameter {
            RangedParameter.constant(name, value)
        }
        return Intervention(
            automation: "assistant", intents: intents,
            firstDay: LogBuilder.firstDay + days.lowerBound,
            lastDay: LogBuilder.firstDay + days.upperBound, takeUp: value("take_up", takeUp),
            contained: value("contained", contained), falseShare: value("false_share", falseShare),
            abandonedShare: value("abandoned_share", abandonedShare),
            falseReturns: value("false_returns", falseReturns),
            stepSeconds: value("seconds", stepSeconds),
            selectionStrength: value("selection_strength", selectionStrength),
            reliability: value("reliability", reliability),
            contextLost: value("context_lost", contextLost),
            contextPenaltySeconds: value("context_penalty_seconds", contextPenaltySeconds),
            handoverReturnOdds: value("return_odds", handoverReturnOdds),
            runCostPerStep: value("run_per_step", runCostPerStep),
            fixedCost: value("fixed", fixedCost), payer: "automation budget")
    }

    /// Anything that a scenario file can state, with ranges on what is uncertain.
    package static func random(_ random: inout TestRandom, days: Int) -> Intervention {
        let first = random.below(max(1, days / 2))
        var step = Intervention.stated(
            intents: random.mixed(["service", "transfer", "loan", "absent"]).dropLast(
                random.below(4)), days: first...(first + random.below(days + 1)))
        func range(_ parameter: inout RangedParameter, _ bounds: ClosedRange<Double>) {
            let width = bounds.upperBound - bounds.lowerBound
            let ends = (0..<3).map { _ in bounds.lowerBound + random.unit() * width }.sorted()
            parameter.low = ends[0]
            parameter.mode = random.chance(0.7) ? ends[1] : ends[0]
            parameter.high = random.chance(0.7) ? ends[2] : parameter.mode
            if parameter.high == parameter.mode { parameter.low = parameter.mode }
            parameter.grade = random.pick([.a, .b, .c, .d])
        }
        range(&step.takeUp, 0.3...1)
        range(&step.contained, 0...1)
        range(&step.falseShare, 0...1)
        range(&step.abandonedShare, 0...1)
        range(&step.falseReturns, 0...1)
        range(&step.stepSeconds, 0...600)
        range(&step.selectionStrength, 0...0.9)
        range(&step.reliability, 0...1)
        range(&step.contextLost, 0...1)
        range(&step.contextPenaltySeconds, 0...300)
        range(&step.runCostPerStep, 0...2)
        range(&step.fixedCost, 0...100)
        if random.chance(0.7) { range(&step.handoverReturnOdds, 0...4) }
        return step
    }
}
