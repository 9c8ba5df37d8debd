// What part of a figure's spread is chance and what part is not knowing the parameters: the first
// shrinks with more replications, the second with better data.

/// Replications in pairs: replication r uses parameter draw k = ⌊r/2⌋ and chance j = r mod 2.
///
/// With K pairs, pair means mₖ and pair differences dₖ:
/// Monte-Carlo variance = mean of dₖ²/2 (the variance within a pair); parameter variance =
/// max(0, Var(mₖ) − half the Monte-Carlo variance); standard error of the mean = √(Var(mₖ)/K).
/// This is the one-way analysis of variance with two repeats.
///
/// Source: S. R. Searle, G. Casella, C. E. McCulloch, "Variance components" (1992), section 3.5;
/// the truncation at zero is theirs.
package struct PairedReplications: Hashable, Sendable {
    package let pairCount: Int
    /// The mean over whole pairs.
    package let mean: Double
    /// The spread from chance alone, of one replication.
    package let monteCarloVariance: Double
    /// The spread from the parameters alone; `nil` below two pairs.
    package let parameterVariance: Double?
    /// Of ``mean``, over the parameter draws; `nil` below two pairs.
    package let standardError: Double?

    /// - Parameter values: By replication index. A last value without its partner is left out.
    /// - Returns: `nil` where there is no whole pair.
    /// - Complexity: O(n).
    package init?(_ values: [Double]) {
        let pairs = values.count / 2
        guard pairs > 0 else { return nil }
        var means: [Double] = []
        means.reserveCapacity(pairs)
        var within = CompensatedSum()
        for pair in 0..<pairs {
            let first = values[2 * pair]
            let second = values[2 * pair + 1]
            means.append(first + (second - first) / 2)
            within.add((first - second) * (first - second) / 2)
        }
        let monteCarlo = within.value / Double(pairs)
        pairCount = pairs
        mean = Summation.sum(means) / Double(pairs)
        monteCarloVariance = monteCarlo
        let between = Summation.variance(means)
        parameterVariance = between.map { max(0, $0 - monteCarlo / 2) }
        standardError = between.map { ($0 / Double(pairs)).squareRoot() }
    }

    /// The degrees of freedom of the mean: pairs − 1.
    package var degreesOfFreedom: Int { pairCount - 1 }

    /// The half-width of the mean's confidence interval; `nil` below two pairs.
    /// - Parameter studentQuantile: Student's t at the upper end of the wanted confidence (0.975
    ///   for 95 %) for ``degreesOfFreedom``; this module knows no distribution functions.
    package func halfWidth(studentQuantile: Double) -> Double? {
        standardError.map { $0 * studentQuantile }
    }
}
