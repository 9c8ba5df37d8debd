// Counts, means and variances of whole numbers: money, clocks and counts are integers, so their
// sums are exact and do not depend on order or on how work was split.

/// Count, sum, sum of squares and extremes of integers, all exact.
///
/// Tallies merge: the parts of a split, put together in any order, are the tally of the whole.
/// The sum is exact for any number of values; the sum of squares must stay below 2¹²⁷ (10¹⁴
/// values of 10¹² each, or seven of 2⁶²), and the program stops where it does not.
package struct Tally: Hashable, Sendable {
    package private(set) var count = 0
    package private(set) var sum: Int128 = 0
    package private(set) var sumOfSquares: Int128 = 0
    /// The smallest value; `nil` of none.
    package private(set) var minimum: Int64?
    /// The largest value; `nil` of none.
    package private(set) var maximum: Int64?

    package init() {}

    package init(_ values: some Sequence<Int64>) {
        for value in values { add(value) }
    }

    /// - Complexity: O(1).
    package mutating func add(_ value: Int64) {
        count += 1
        let wide = Int128(value)
        sum += wide
        sumOfSquares += wide * wide
        minimum = min(minimum ?? value, value)
        maximum = max(maximum ?? value, value)
    }

    /// - Complexity: O(1).
    package mutating func merge(_ other: Tally) {
        count += other.count
        sum += other.sum
        sumOfSquares += other.sumOfSquares
        if let low = other.minimum { minimum = min(minimum ?? low, low) }
        if let high = other.maximum { maximum = max(maximum ?? high, high) }
    }

    /// The mean, rounded once; `nil` of no values.
    package var mean: Double? {
        guard count > 0 else { return nil }
        let (quotient, remainder) = sum.quotientAndRemainder(dividingBy: Int128(count))
        return Double(quotient) + Double(remainder) / Double(count)
    }

    /// The sample variance (n·Σx² − (Σx)²)/(n·(n − 1)); `nil` below two values. The numerator
    /// is exact where it fits 128 bits; beyond that its relative error is 10⁻¹⁵ of n·Σx².
    package var variance: Double? {
        guard count >= 2 else { return nil }
        let n = Int128(count)
        let divisor = Double(count) * Double(count - 1)
        let raised = n.multipliedReportingOverflow(by: sumOfSquares)
        let square = sum.multipliedReportingOverflow(by: sum)
        if !raised.overflow && !square.overflow {
            return Double(raised.partialValue - square.partialValue) / divisor
        }
        let mean = Double(sum) / Double(count)
        return max(0, Double(sumOfSquares) - mean * Double(sum)) / Double(count - 1)
    }

    /// The sample standard deviation; `nil` below two values.
    package var deviation: Double? { variance?.squareRoot() }
}

/// The integral over time of a whole number that changes by steps, such as a queue's length:
/// exact in value·microseconds.
package struct TimeWeighted: Hashable, Sendable {
    private var value: Int64
    private var since: Int64
    private let start: Int64
    package private(set) var integral: Int128 = 0
    package private(set) var maximum: Int64

    /// - Parameter start: Microseconds; the clock of every later call is the same.
    package init(value: Int64, start: Int64) {
        self.value = value
        self.since = start
        self.start = start
        maximum = value
    }

    /// The number takes `value` at `instant`.
    /// - Precondition: `instant` is not before the last one.
    package mutating func set(_ value: Int64, at instant: Int64) {
        advance(to: instant)
        self.value = value
        maximum = max(maximum, value)
    }

    package mutating func advance(to instant: Int64) {
        precondition(instant >= since, "time runs back from \(since) to \(instant)")
        integral += Int128(value) * Int128(instant - since)
        since = instant
    }

    /// The mean over the time seen so far; `nil` where no time has passed.
    package var mean: Double? {
        since > start ? Double(integral) / Double(since - start) : nil
    }
}
