// The few sums that every view takes its figures from.

/// `nil` where there is nothing to take a share of.
func share<Count: BinaryInteger>(_ part: Count, of whole: Count) -> Double? {
    whole > 0 ? Double(part) / Double(whole) : nil
}

/// `nil` where there is nothing to take a mean of.
func mean(_ values: [Double]) -> Double? {
    values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
}

/// With divisor n − 1.
/// - Precondition: at least two values.
func sampleVariance(_ values: [Double], mean: Double) -> Double {
    values.reduce(0.0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)
}

/// The smallest value that at least so many per cent of them do not exceed; `nil` where there are
/// none.
/// - Parameter sorted: ascending.
package func observedQuantile(_ sorted: [Int64], percent: Int) -> Int64? {
    sorted.isEmpty ? nil : sorted[(percent * sorted.count + 99) / 100 - 1]
}

/// The day from which on the second half of some days is: the middle of the first and the last.
func middleDay(of days: [Int]) -> Int {
    guard let first = days.min(), let last = days.max() else { return 0 }
    return first + (last - first + 1) / 2
}
