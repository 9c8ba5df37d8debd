// Abduction of a choice: chance that explains what really happened, and what the same chance
// does under a scenario. The identity and the stability of a replay rest on the two types of the
// choice here and on Gumbel.swift.

/// The chance term of one observed choice between yes and no.
///
/// Given the fitted probability `p0` of yes, the observed answer and a uniform v, the chance
/// term is `u = p0·v` after a yes and `u = p0 + (1 − p0)·v` after a no; over both answers it is
/// uniform. The scenario's choice with probability `p1` is yes where `u < p1`.
///
/// What holds bit for bit, for every v of ``Draws`` (at most 1 − 2⁻⁵³):
/// - *Identity*: `choice(scenario: p0)` is the observed answer.
/// - *Stability*: it differs only if `p1` makes the other answer likelier than `p0` did.
/// - *Monotone*: a larger `p1` never turns a yes into a no.
///
/// After a yes `p0·v ≤ p0·(1 − 2⁻⁵³)` lies at least half a unit in the last place below `p0`, and
/// exactly half only where `p0` is a power of two, below which numbers are twice as dense; so it
/// rounds to less than `p0`. After a no, rounding cannot bring `p0 + x` with x ≥ 0 below `p0`.
///
/// Source: J. Pearl, "Causality" (2009), section 7.1, for the three steps.
package struct BinaryChance: Hashable, Sendable {
    /// An observed answer is taken to have had at least this probability.
    package static let leastProbability = 1e-6

    package let observed: Bool
    /// The fitted probability of yes as it was given, before any clamping.
    package let fitted: Double
    /// The chance term, at least 0 and below 1.
    package let chance: Double
    /// Whether the observed answer was fitted below ``leastProbability``: the model thinks that
    /// what happened was next to impossible. Such cases are counted and printed.
    package let wasClamped: Bool

    /// - Precondition: `fitted` is from 0 to 1, `uniform` inside 0 to 1.
    package init(observed: Bool, fitted: Double, uniform: Double) {
        precondition(
            fitted >= 0 && fitted <= 1, "probability expected from 0 to 1, found \(fitted)")
        precondition(
            uniform > 0 && uniform < 1, "uniform expected inside 0 to 1, found \(uniform)")
        let least = Self.leastProbability
        let p = observed ? max(fitted, least) : min(fitted, 1 - least)
        self.observed = observed
        self.fitted = fitted
        wasClamped = p != fitted
        // A no could round up to 1, and then a certain yes would not be one.
        chance = observed ? p * uniform : min((p + (1 - p) * uniform), 1.0.nextDown)
    }

    /// The answer under the scenario's probability of yes.
    ///
    /// The first line decides clamped cases, where the chance term alone would not keep the
    /// promises; elsewhere it says what the comparison says.
    /// - Precondition: `scenario` is from 0 to 1.
    package func choice(scenario: Double) -> Bool {
        precondition(
            scenario >= 0 && scenario <= 1,
            "probability expected from 0 to 1, found \(scenario)")
        if observed ? scenario >= fitted : scenario <= fitted { return observed }
        return chance < scenario
    }
}

/// Changes of a fitted probability.
package enum Odds {
    /// The probability whose odds are `ratio` times those of `probability`. A ratio of 1 returns
    /// the probability itself, bit for bit: a scenario that changes nothing must not round.
    /// - Precondition: the probability is from 0 to 1, the ratio is not negative and finite.
    package static func scaled(_ probability: Double, by ratio: Double) -> Double {
        precondition(
            probability >= 0 && probability <= 1,
            "probability expected from 0 to 1, found \(probability)")
        precondition(
            ratio >= 0 && ratio < .infinity,
            "odds ratio expected not negative and finite, found \(ratio)")
        if ratio == 1 || probability == 0 || probability == 1 { return probability }
        let raised = probability * ratio
        return min(1, raised / (1 - probability + raised))
    }
}
