// Counts over equal cells, for pictures and for distances between distributions.

/// Counts of values in cells of equal width from `low` to `high`; what lies outside is counted
/// beside them, so that nothing is lost.
package struct Histogram: Hashable, Sendable {
    package let low: Double
    package let high: Double
    package private(set) var counts: [Int]
    /// Values below ``low``.
    package private(set) var below = 0
    /// Values above ``high``; the last cell includes ``high`` itself.
    package private(set) var above = 0
    /// Values that are not numbers.
    package private(set) var notNumbers = 0

    /// - Precondition: `low < high`, both finite; `cells` is from 1 to 100,000.
    package init(low: Double, high: Double, cells: Int) {
        precondition(
            low.isFinite && high.isFinite && low < high, "histogram from \(low) to \(high)")
        precondition(cells >= 1 && cells <= 100_000, "histogram of \(cells) cells")
        self.low = low
        self.high = high
        counts = [Int](repeating: 0, count: cells)
    }

    /// - Complexity: O(1).
    package mutating func add(_ value: Double, count: Int = 1) {
        if value != value {
            notNumbers += count
        } else if value < low {
            below += count
        } else if value > high {
            above += count
        } else {
            let cell = Int((value - low) / (high - low) * Double(counts.count))
            counts[min(cell, counts.count - 1)] += count
        }
    }

    /// Adds another histogram of the same cells.
    /// - Precondition: the ends and the number of cells agree.
    package mutating func merge(_ other: Histogram) {
        precondition(
            low == other.low && high == other.high && counts.count == other.counts.count,
            "histograms of different cells")
        for index in counts.indices { counts[index] += other.counts[index] }
        below += other.below
        above += other.above
        notNumbers += other.notNumbers
    }

    /// All values, inside and outside.
    package var total: Int { counts.reduce(below + above + notNumbers, +) }

    /// The bounds of a cell.
    package func bounds(of cell: Int) -> (low: Double, high: Double) {
        let width = (high - low) / Double(counts.count)
        let upper = cell == counts.count - 1 ? high : low + width * Double(cell + 1)
        return (low + width * Double(cell), upper)
    }
}
