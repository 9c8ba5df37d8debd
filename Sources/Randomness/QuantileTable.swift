// A law inverted once, for hot code: a lookup and one straight line instead of an exponential,
// an inverse normal or a root search, and the same bits everywhere.

/// Quantiles at 1,025 equally spaced probabilities with straight lines between them.
///
/// Where a law has an infinite end, the last knot stands where the table's mean is the law's:
/// the law is thereby bounded, its mean is not moved.
package struct QuantileTable: Hashable, Sendable {
    package static let knotCount = 1_025

    /// The values at probabilities 0, 1/1024, …, 1, ascending and finite.
    package let knots: [Double]

    /// - Complexity: 1,025 quantiles of the law; milliseconds for beta and PERT.
    /// - Throws: ``RandomnessError/parameter(law:name:found:expected:)`` for an invalid law.
    package init(_ law: Distribution) throws(RandomnessError) {
        try law.validate()
        self.init(mean: law.mean) { law.quantile($0) }
    }

    /// The table of any quantile function, called with probabilities from 0 to 1, ascending at
    /// the knots. It may be infinite at 0 and at 1 only.
    /// - Parameter mean: The law's mean, where it is known; used for an infinite upper end. Where
    ///   it is not given, an infinite end keeps the mean of the last cell.
    package init(mean: Double? = nil, quantile: (Double) -> Double) {
        let last = Self.knotCount - 1
        var values: [Double] = []
        values.reserveCapacity(Self.knotCount)
        for index in 0...last { values.append(quantile(Double(index) / Double(last))) }
        if values[0] == -.infinity {
            let mean = Self.meanOfEndCell { quantile($0) }
            values[0] = min(values[1], 2 * mean - values[1])
        }
        if values[last] == .infinity {
            values[last] = values[last - 1]
            if let mean {
                let lacking = mean - Distribution.empirical(values).mean
                values[last] += max(0, 2 * Double(last) * lacking)
            } else {
                let mean = Self.meanOfEndCell { quantile(1 - $0) }
                values[last] = max(values[last], 2 * mean - values[last])
            }
        }
        for index in 0...last {
            precondition(values[index].isFinite, "quantile \(index)/\(last) is \(values[index])")
            // Rounding may make a quantile fall by a bit; a table never does.
            if index > 0 { values[index] = max(values[index], values[index - 1]) }
        }
        knots = values
    }

    /// The table of a sample: knots are its quantiles of type 7 (Hyndman and Fan, 1996).
    /// - Precondition: at least one value, all finite.
    /// - Complexity: O(n log n).
    package init(sample: [Double]) {
        precondition(!sample.isEmpty, "a quantile table of no values")
        let sorted = sample.sorted()
        self.init { Distribution.interpolated(sorted, $0) }
    }

    /// The law's value at probability `u`.
    /// - Complexity: O(1).
    /// - Precondition: `u` is from 0 to 1.
    package func quantile(_ u: Double) -> Double {
        let position = u * Double(Self.knotCount - 1)
        let index = min(Int(position), Self.knotCount - 2)
        let low = knots[index]
        let high = knots[index + 1]
        return min(high, low + (high - low) * (position - Double(index)))
    }

    /// The expectation of the table's law.
    package var mean: Double { Distribution.empirical(knots).mean }

    /// The probabilities of less than `value` and of at most `value` in the table's law: equal
    /// but where the law has an atom. Given both, a uniform between them is the chance term that
    /// explains an observed value.
    /// - Complexity: O(log knots).
    package func levels(of value: Double) -> (below: Double, atMost: Double) {
        let last = Self.knotCount - 1
        let lower = firstKnot { $0 >= value }
        let upper = firstKnot { $0 > value }
        let below = lower > last ? 1 : lower == 0 ? 0 : level(of: value, in: lower - 1)
        let atMost = upper > last ? 1 : upper == 0 ? 0 : level(of: value, in: upper - 1)
        return (min(below, atMost), atMost)
    }

    /// The probability at which the line from knot `index` to the next reaches `value`.
    private func level(of value: Double, in index: Int) -> Double {
        let low = knots[index]
        let high = knots[index + 1]
        let fraction = low < high ? (value - low) / (high - low) : 0
        return (Double(index) + fraction) / Double(Self.knotCount - 1)
    }

    private func firstKnot(_ isReached: (Double) -> Bool) -> Int {
        var low = 0
        var high = Self.knotCount
        while low < high {
            let middle = (low + high) / 2
            if isReached(knots[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }

    /// The mean of a quantile function over probabilities from 0 to 1/1024, infinite at 0: on
    /// each half of what is left toward 0, the midpoint rule over eight parts.
    private static func meanOfEndCell(_ quantile: (Double) -> Double) -> Double {
        let cell = 1 / Double(knotCount - 1)
        var sum = 0.0
        var high = cell
        for _ in 0..<36 {
            let part = high / 16
            for step in 0..<8 { sum += part * quantile(high / 2 + part * (Double(step) + 0.5)) }
            high /= 2
        }
        return (sum + high * quantile(high)) / cell
    }
}
