// Quantiles of a sample, by one definition everywhere.

/// Quantiles of type 7: with the values ascending as x₁ … xₙ and h = (n − 1)·p + 1, the quantile
/// is `x⌊h⌋ + (h − ⌊h⌋)·(x⌊h⌋₊₁ − x⌊h⌋)`.
///
/// Source: R. J. Hyndman, Y. Fan, "Sample quantiles in statistical packages", The American
/// Statistician 50 (1996), definition 7; the default of R, NumPy and Julia.
package struct Quantiles: Hashable, Sendable {
    /// The values, ascending.
    package let sorted: [Double]

    /// - Precondition: no value is NaN.
    /// - Complexity: O(n log n).
    package init(_ values: [Double]) {
        for value in values { precondition(value == value, "a quantile of NaN") }
        sorted = values.sorted()
    }

    /// The quantile at probability `p`; `nil` of no values.
    /// - Precondition: `p` is from 0 to 1.
    /// - Complexity: O(1).
    package func quantile(_ p: Double) -> Double? {
        precondition(p >= 0 && p <= 1, "probability expected from 0 to 1, found \(p)")
        guard let last = sorted.last else { return nil }
        let position = p * Double(sorted.count - 1)
        let index = Int(position)
        guard index + 1 < sorted.count else { return last }
        let low = sorted[index]
        let fraction = position - Double(index)
        if fraction == 0 { return low }
        return min(sorted[index + 1], low + fraction * (sorted[index + 1] - low))
    }

    package var median: Double? { quantile(0.5) }
}
