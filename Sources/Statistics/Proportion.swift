// A share of counted cases and its interval, right for few cases and for shares near 0 and 1.

/// `successes` out of `trials`.
package struct Proportion: Hashable, Sendable {
    package let successes: Int
    package let trials: Int

    /// - Precondition: `0 ≤ successes ≤ trials`.
    package init(successes: Int, trials: Int) {
        precondition(
            successes >= 0 && successes <= trials, "\(successes) successes of \(trials) trials")
        self.successes = successes
        self.trials = trials
    }

    /// The share; `nil` of no trials.
    package var share: Double? {
        trials > 0 ? Double(successes) / Double(trials) : nil
    }

    /// Wilson's score interval: `(p + z²/2n ± z·√(p(1 − p)/n + z²/4n²)) / (1 + z²/n)`; without
    /// trials, all of 0 to 1.
    ///
    /// Source: E. B. Wilson, "Probable inference, the law of succession, and statistical
    /// inference", JASA 22 (1927).
    /// - Parameter z: The normal score of the confidence: 1.96 for 95 %, 1.645 for 90 %.
    /// - Precondition: `z` is not negative and finite.
    package func wilson(z: Double) -> (low: Double, high: Double) {
        precondition(z >= 0 && z.isFinite, "a score of \(z)")
        guard let p = share else { return (0, 1) }
        let n = Double(trials)
        let square = z * z
        let centre = p + square / (2 * n)
        let spread = z * (p * (1 - p) / n + square / (4 * n * n)).squareRoot()
        let scale = 1 + square / n
        return (
            successes == 0 ? 0 : max(0, (centre - spread) / scale),
            successes == trials ? 1 : min(1, (centre + spread) / scale)
        )
    }
}
