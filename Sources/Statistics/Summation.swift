// Sums that are the same every time. Floating-point addition is not associative, so a sum is
// taken by index, never by arrival, and what addition drops is kept.

/// Sums of floating-point numbers in index order.
package enum Summation {
    /// The sum by Neumaier's compensated addition: its error does not grow with the count, but
    /// for the last rounding and terms in n·2⁻¹⁰⁶.
    ///
    /// Source: A. Neumaier, "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher
    /// Summen", ZAMM 54 (1974), algorithm IV.
    /// - Complexity: O(n).
    package static func sum(_ values: [Double]) -> Double {
        var sum = CompensatedSum()
        for value in values { sum.add(value) }
        return sum.value
    }

    /// The mean; `nil` of no values.
    package static func mean(_ values: [Double]) -> Double? {
        values.isEmpty ? nil : sum(values) / Double(values.count)
    }

    /// The sample variance Σ(x − mean)²/(n − 1), in two passes; `nil` below two values.
    package static func variance(_ values: [Double]) -> Double? {
        guard values.count >= 2, let mean = mean(values) else { return nil }
        var squares = CompensatedSum()
        for value in values { squares.add((value - mean) * (value - mean)) }
        return squares.value / Double(values.count - 1)
    }
}

/// A running sum with what rounding dropped kept beside it. Add in index order.
package struct CompensatedSum: Hashable, Sendable {
    private var sum = 0.0
    private var dropped = 0.0

    package init() {}

    package mutating func add(_ value: Double) {
        let next = sum + value
        // An infinite sum has dropped nothing that could be named.
        if next.isFinite {
            dropped +=
                sum.magnitude >= value.magnitude ? (sum - next) + value : (value - next) + sum
        }
        sum = next
    }

    package var value: Double { sum + dropped }
}
