// One draw of everything that is uncertain about a scenario: its stated ranges and the fitted
// model's posterior. Two replications share each draw.

import Events
import Randomness

/// The values that one parameter draw gives.
package struct DrawnParameters: Hashable, Sendable {
    /// In the scenario's order.
    package let automations: [DrawnAutomation]
    /// By family × failures + failure: probability of a caused return.
    package let returnProbability: [Double]

    /// - Parameter draw: k, the number of the parameter draw.
    package init(_ intervention: Intervention, model: Model, seed: UInt64, draw: UInt32) {
        let draws = Draws(seed: seed, replication: draw)
        automations = intervention.automations.map { DrawnAutomation($0, draws: draws) }
        let purpose = DrawPurpose("model return")
        returnProbability = model.returns.indices.map { cell in
            let returns = model.returns[cell]
            var address = StableHash()
            address.combine(returns.family)
            address.combine(returns.failure)
            return Distribution.beta(alpha: returns.posteriorAlpha, beta: returns.posteriorBeta)
                .quantile(draws.uniform(address: address.value, purpose: purpose))
        }
    }
}

/// One automation's values in one parameter draw.
package struct DrawnAutomation: Hashable, Sendable {
    /// By raw value of key; NaN where nothing is stated.
    private let values: [Double]
    /// Of what is in scope, the share that it reaches once the ramp is over.
    package let exposure: Double
    /// Of those who take a step up: truly resolved.
    package let resolved: Double
    /// Of those not truly resolved: falsely contained, handed over; the rest hangs up.
    package let falseGivenUnresolved: Double
    package let handedOverGivenUnresolved: Double
    package let runCostPerUse: Int64
    package let fixedCost: Int64

    init(_ automation: Automation, draws: Draws) {
        var values = [Double](repeating: .nan, count: ParameterKey.count)
        for parameter in automation.parameters {
            let purpose = DrawPurpose("parameter " + parameter.key.name, of: automation.id)
            values[parameter.key.rawValue] = parameter.value.value(
                at: draws.uniform(address: 0, purpose: purpose))
        }
        func value(_ key: ParameterKey, otherwise: Double) -> Double {
            values[key.rawValue].isNaN ? otherwise : values[key.rawValue]
        }
        let share = automation.mechanism.exposure.map { value($0, otherwise: 1) } ?? 1
        exposure = min(1, share * automation.dose)
        let contained = value(.contained, otherwise: 0)
        let falseShare = value(.falseShare, otherwise: 0)
        resolved = contained * (1 - falseShare)
        let unresolved = 1 - resolved
        falseGivenUnresolved = unresolved > 0 ? contained * falseShare / unresolved : 0
        handedOverGivenUnresolved =
            unresolved > 0
            ? (1 - contained) * (1 - value(.abandonedShare, otherwise: 0)) / unresolved : 0
        runCostPerUse = Int64((value(.runPerUse, otherwise: 0) * 100_000).rounded())
        fixedCost = Int64((value(.fixed, otherwise: 0) * 100_000).rounded())
        self.values = values
    }

    /// The drawn value; `otherwise` where nothing is stated.
    package func value(_ key: ParameterKey, otherwise: Double) -> Double {
        let value = values[key.rawValue]
        return value.isNaN ? otherwise : value
    }

    /// Of a key in seconds; none where nothing is stated.
    package func microseconds(_ key: ParameterKey) -> Int64 {
        Int64((value(key, otherwise: 0) * 1e6).rounded())
    }
}
