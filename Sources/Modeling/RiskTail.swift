// From the losses of replications to value at risk, and to the cells that make up the tail.

import Events
import Projections

/// What a period's losses come to in the worst of its replications.
package struct RiskTail: Hashable, Sendable {
    /// The share of replications that value at risk is not exceeded in, in per cent.
    package static let percent = 95

    package let replicationCount: Int
    /// The mean of all replications, to be held against the expected loss; rounded half to even.
    package let mean: Int64
    /// The smallest total that at least 95 % of the replications do not exceed.
    package let valueAtRisk: Int64
    /// By replication: whether its total reaches value at risk, ties included.
    package let isTail: [Bool]
    package let tailCount: Int
    /// Σ of the totals that reach it.
    package let tailSum: Int64
    /// Standard deviation of the totals, divisor n − 1; 0 of one.
    package let deviation: Double

    /// - Parameter totals: by replication, in thousandths of a minor unit.
    /// - Precondition: there is at least one.
    package init(_ totals: [Int64]) {
        guard let level = observedQuantile(totals.sorted(), percent: RiskTail.percent) else {
            preconditionFailure("no replications")
        }
        replicationCount = totals.count
        valueAtRisk = level
        isTail = totals.map { $0 >= level }
        let tail = totals.filter { $0 >= level }
        tailCount = tail.count
        tailSum = tail.reduce(0, +)
        // All replications together may hold more than 64 bits do.
        let (whole, rest) = totals.reduce(Int128(0)) { $0 + Int128($1) }
            .quotientAndRemainder(dividingBy: Int128(totals.count))
        let excess = 2 * rest - Int128(totals.count)
        self.mean = Int64(whole) + (excess > 0 || (excess == 0 && whole % 2 == 1) ? 1 : 0)
        let mean = Double(whole) + Double(rest) / Double(totals.count)
        let squares = totals.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
        deviation = totals.count > 1 ? (squares / Double(totals.count - 1)).squareRoot() : 0
    }

    /// The mean of the totals that reach value at risk, `E[L | L ≥ VaR]`, rounded once.
    package var conditionalMean: Int64 { roundedQuotient(tailSum, 1, Int64(tailCount)) }

    /// Of each cell `E[L_cell | L ≥ VaR]`, from its losses in the tail's replications together.
    /// The cells sum to ``conditionalMean`` exactly: all are rounded down, and what is left goes,
    /// a unit each, to those that lost most by that, of equal ones to the first.
    /// - Precondition: the sums add up to ``tailSum``. (A weighted one may be a few units below
    ///   zero, as a last share that takes what rounding leaves.)
    /// - Complexity: O(n log n) in the cells.
    package func conditionalMeans(_ sums: [Int64]) -> [Int64] {
        let all = sums.reduce(0, +)
        precondition(all == tailSum, "cells hold \(all) of \(tailSum)")
        let divisor = Int64(tailCount)
        var means = sums.map { $0 / divisor - ($0 % divisor < 0 ? 1 : 0) }
        let left = Int(conditionalMean - means.reduce(0, +))
        let rests = zip(sums, means).map { $0 - $1 * divisor }
        let order = sums.indices.sorted { (-rests[$0], $0) < (-rests[$1], $1) }
        for cell in order.prefix(left) { means[cell] += 1 }
        return means
    }
}
