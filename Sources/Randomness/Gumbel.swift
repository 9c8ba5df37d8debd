// Abduction of a choice among several categories by the Gumbel-max coupling.

/// The chance terms of one observed choice among categories.
///
/// The Gumbel-max model chooses the category with the largest `log pᵢ + gᵢ`. Here the same model
/// is kept as a race of exponentials, `−log` of which it is: category i arrives at `εᵢ/pᵢ`, the
/// first arrival is chosen. Given that k was first, the first arrival time M is exponential with
/// rate Σp = 1 and every other category arrives after M by an exponential of its own, so
/// `εₖ = pₖ·M` and `εᵢ = pᵢ·M + eᵢ`. Under the scenario's probabilities q category i arrives at
/// `(pᵢ/qᵢ)·M + eᵢ/qᵢ`. Written so, two promises hold bit for bit, since rounding is monotone and
/// ties go to the observed category:
/// - *Identity*: with q = p the observed category is chosen.
/// - *Stability*: category i replaces k only if `qᵢ/pᵢ > qₖ/pₖ`.
///
/// Source: M. Oberst, D. Sontag, "Counterfactual off-policy evaluation with Gumbel-max structural
/// causal models", ICML 2019, section 3.3 and theorem 2; posterior by C. J. Maddison, D. Tarlow,
/// T. Minka, "A* sampling", NIPS 2014.
package struct GumbelChance: Hashable, Sendable {
    package let observed: Int
    /// The fitted probabilities, in the fixed order of the categories.
    package let fitted: [Double]
    /// Whether the observed category was fitted below ``BinaryChance/leastProbability``.
    package let isNextToImpossible: Bool
    private let firstArrival: Double
    /// The exponential that category i arrives later by; zero for the observed one.
    private let delays: [Double]

    /// - Parameter uniform: The uniform of ordinal i: 0 for the first arrival, i + 1 for the
    ///   delay of category i. It is asked for every category, the observed one left out.
    /// - Precondition: `fitted` sums to 1 within 10⁻⁹, holds no negative number, and `observed`
    ///   is one of its indices.
    package init(observed: Int, fitted: [Double], uniform: (UInt32) -> Double) {
        Self.check(fitted)
        precondition(
            fitted.indices.contains(observed),
            "category expected from 0 to \(fitted.count - 1), found \(observed)")
        self.observed = observed
        self.fitted = fitted
        isNextToImpossible = fitted[observed] < BinaryChance.leastProbability
        firstArrival = -ExactMath.log(uniform(0))
        delays = fitted.indices.map { index in
            index == observed ? 0 : -ExactMath.log(uniform(UInt32(index) + 1))
        }
    }

    /// The category under the scenario's probabilities.
    /// - Complexity: O(categories).
    /// - Precondition: `scenario` has as many categories, sums to 1 within 10⁻⁹, and holds no
    ///   negative number.
    package func choice(scenario: [Double]) -> Int {
        Self.check(scenario)
        precondition(
            scenario.count == fitted.count,
            "\(fitted.count) categories expected, found \(scenario.count)")
        var best = observed
        var bestArrival = arrival(of: observed, scenario: scenario[observed])
        for index in scenario.indices where index != observed {
            let arrival = arrival(of: index, scenario: scenario[index])
            if arrival < bestArrival {
                best = index
                bestArrival = arrival
            }
        }
        return best
    }

    private func arrival(of index: Int, scenario: Double) -> Double {
        let ratio: Double
        if scenario == fitted[index] && index == observed {
            ratio = 1
        } else if scenario == 0 {
            return .infinity
        } else {
            ratio = fitted[index] / scenario
        }
        if index == observed { return ratio * firstArrival }
        return ratio * firstArrival + delays[index] / scenario
    }

    private static func check(_ probabilities: [Double]) {
        var sum = 0.0
        for probability in probabilities {
            precondition(
                probability >= 0 && probability <= 1,
                "probability expected from 0 to 1, found \(probability)")
            sum += probability
        }
        precondition((sum - 1).magnitude < 1e-9, "probabilities sum to \(sum), not to 1")
    }
}
