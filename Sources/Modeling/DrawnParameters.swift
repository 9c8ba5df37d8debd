// One draw of everything that is uncertain about a scenario: its stated ranges and the fitted
// model's posterior. Two replications share each draw.

import Events
import Randomness

/// The values that one parameter draw gives.
package struct DrawnParameters: Hashable, Sendable {
    package let takeUp: Double
    /// Of those who take the step up: truly resolved.
    package let resolved: Double
    /// Of those not truly resolved: falsely contained, handed over; the rest hangs up.
    package let falseGivenUnresolved: Double
    package let handedOverGivenUnresolved: Double
    package let falseReturns: Double
    package let stepMicroseconds: Int64
    package let selectionStrength: Double
    package let reliability: Double
    package let contextLost: Double
    package let contextPenaltyMicroseconds: Int64
    package let handoverReturnOdds: Double
    package let runCostPerStep: Int64
    package let fixedCost: Int64
    /// By family × failures + failure: probability of a caused return.
    package let returnProbability: [Double]

    /// - Parameter draw: k, the number of the parameter draw.
    package init(_ intervention: Intervention, model: Model, seed: UInt64, draw: UInt32) {
        let draws = Draws(seed: seed, replication: draw)
        func value(_ parameter: RangedParameter) -> Double {
            let purpose = DrawPurpose("parameter " + parameter.name, of: intervention.automation)
            return parameter.value(at: draws.uniform(address: 0, purpose: purpose))
        }
        takeUp = value(intervention.takeUp)
        let contained = value(intervention.contained)
        let falseShare = value(intervention.falseShare)
        let abandonedShare = value(intervention.abandonedShare)
        resolved = contained * (1 - falseShare)
        let unresolved = 1 - resolved
        falseGivenUnresolved = unresolved > 0 ? contained * falseShare / unresolved : 0
        handedOverGivenUnresolved =
            unresolved > 0 ? (1 - contained) * (1 - abandonedShare) / unresolved : 0
        falseReturns = value(intervention.falseReturns)
        stepMicroseconds = Int64((value(intervention.stepSeconds) * 1e6).rounded())
        selectionStrength = value(intervention.selectionStrength)
        reliability = value(intervention.reliability)
        contextLost = value(intervention.contextLost)
        contextPenaltyMicroseconds =
            Int64((value(intervention.contextPenaltySeconds) * 1e6).rounded())
        handoverReturnOdds = value(intervention.handoverReturnOdds)
        runCostPerStep = Int64((value(intervention.runCostPerStep) * 100_000).rounded())
        fixedCost = Int64((value(intervention.fixedCost) * 100_000).rounded())
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
