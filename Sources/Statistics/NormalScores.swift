// Ranks turned into normal scores: what a recorded residual says about difficulty, whatever the
// shape of its distribution.

/// Van der Waerden-like scores `Φ⁻¹((i − ½)/n)` of ranks i from 1 to n.
///
/// Source: F. Wilcoxon and others; the plotting position (i − ½)/n is A. Hazen's (1914).
package enum NormalScores {
    /// What equal values get.
    package enum Ties: Sendable {
        /// The score of their mean rank: the same for all of them.
        case averaged
        /// Ranks in index order: every score is used once.
        case byIndex
    }

    /// The score of every value, in the order given.
    /// - Parameter inverseNormal: Φ⁻¹ for probabilities inside (0, 1); this module knows no
    ///   distribution functions.
    /// - Precondition: no value is NaN.
    /// - Complexity: O(n log n).
    package static func scores(
        of values: [Double], ties: Ties, inverseNormal: (Double) -> Double
    ) -> [Double] {
        for value in values { precondition(value == value, "a rank of NaN") }
        let order = values.indices.sorted { left, right in
            values[left] == values[right] ? left < right : values[left] < values[right]
        }
        var scores = [Double](repeating: 0, count: values.count)
        var first = 0
        while first < order.count {
            var last = first
            if case .averaged = ties {
                while last + 1 < order.count, values[order[last + 1]] == values[order[first]] {
                    last += 1
                }
            }
            // Ranks are first + 1 … last + 1, so their mean less ½ is (first + last + 1)/2.
            let position = Double(first + last + 1) / 2 / Double(values.count)
            let score = inverseNormal(position)
            for place in first...last { scores[order[place]] = score }
            first = last + 1
        }
        return scores
    }
}
