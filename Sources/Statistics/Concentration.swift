// How unevenly something is spread: whether a few customers bear most of what a change costs.

/// Measures of concentration of amounts that are not negative.
package enum Concentration {
    /// The Gini coefficient `2·Σ i·x₍ᵢ₎ / (n·Σ x) − (n + 1)/n` with the amounts ascending: 0 where
    /// all are equal, (n − 1)/n where one holds everything. `nil` where the sum is zero.
    ///
    /// Source: C. Gini, "Variabilità e mutabilità" (1912), in the form of A. Sen (1973).
    /// - Precondition: no amount is negative or NaN.
    /// - Complexity: O(n log n).
    package static func gini(_ amounts: [Double]) -> Double? {
        let sorted = checked(amounts)
        let sum = Summation.sum(sorted)
        guard sum > 0 else { return nil }
        var weighted = CompensatedSum()
        let n = Double(sorted.count)
        // Σ (2i − n − 1)·x₍ᵢ₎ is the same numerator, without the last subtraction.
        for (index, amount) in sorted.enumerated() {
            weighted.add((2 * Double(index + 1) - n - 1) * amount)
        }
        return max(0, weighted.value / (n * sum))
    }

    /// The share of the sum that the largest ⌈fraction·n⌉ amounts hold; `nil` where the sum is
    /// zero.
    /// - Precondition: `fraction` is from 0 to 1; no amount is negative or NaN.
    /// - Complexity: O(n log n).
    package static func topShare(_ amounts: [Double], fraction: Double) -> Double? {
        precondition(
            fraction >= 0 && fraction <= 1, "fraction expected from 0 to 1, found \(fraction)")
        let sorted = checked(amounts)
        let sum = Summation.sum(sorted)
        guard sum > 0 else { return nil }
        // A tenth of ten is one, though 0.1·10 may round to more.
        let exact = fraction * Double(sorted.count)
        let nearest = exact.rounded()
        let isWhole = (exact - nearest).magnitude < 1e-9 * max(1, nearest)
        let count = Int(isWhole ? nearest : exact.rounded(.up))
        return min(1, Summation.sum(Array(sorted.suffix(count))) / sum)
    }

    private static func checked(_ amounts: [Double]) -> [Double] {
        for amount in amounts {
            precondition(amount >= 0, "amounts expected not negative, found \(amount)")
        }
        return amounts.sorted()
    }
}
