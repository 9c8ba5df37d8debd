// Shares of a cell's cases by category, shrunk to those of the cell's parent where the cell is
// thin. How much is learnt from how far cells of one parent differ, not chosen.

import Randomness

/// Counts by category and the Dirichlet posterior of their probabilities; two categories make it
/// a beta.
package struct Shares: Hashable, Sendable, Codable {
    package var counts: [Int]
    /// Parameters of the posterior: a category's count plus the prior's weight × the parent's
    /// share of it. All positive.
    package var alphas: [Double]

    package init(counts: [Int], parent: [Double], weight: Double) {
        precondition(counts.count == parent.count, "\(counts.count) and \(parent.count) shares")
        self.counts = counts
        alphas = zip(counts, parent).map { Double($0) + weight * $1 }
    }

    package var count: Int { counts.reduce(0, +) }

    /// Posterior means, which add up to 1.
    package var probabilities: [Double] {
        let total = alphas.reduce(0, +)
        return alphas.map { $0 / total }
    }

    /// One draw from the posterior: each category takes a beta part of what the ones before left.
    /// Source: J. Sethuraman, "A constructive definition of Dirichlet priors", Statistica Sinica 4
    /// (1994), of finitely many categories.
    /// - Parameter uniform: A uniform in (0, 1) by category; the last one is not asked for.
    package func draw(_ uniform: (Int) -> Double) -> [Double] {
        var rest = 1.0
        var weight = alphas.reduce(0, +)
        var drawn: [Double] = []
        for (category, alpha) in alphas.dropLast().enumerated() {
            weight -= alpha
            let part = ExactMath.betaQuantile(uniform(category), alpha, max(weight, 1e-9))
            drawn.append(rest * part)
            rest -= rest * part
        }
        return drawn + [rest]
    }
}

/// The prior's weight, by empirical Bayes.
package enum EmpiricalBayes {
    /// What cells that do not differ are given: they are one.
    package static let mostCases = 10_000.0
    /// What cells that differ as far as shares can are given.
    package static let leastCases = 1.0

    /// The weight of a parent's shares in those of its cells, in cases: `(1 − ρ)/ρ`, where ρ is
    /// the correlation within cells,
    /// `Σ(Σⱼ n·(pⱼ − Pⱼ)² − V·(k − 1)) / Σ V·Σ(1 − n/N)(n − 1)` over parents, with
    /// `V = Σⱼ Pⱼ(1 − Pⱼ)`.
    ///
    /// Source: J. C. Kleinman, "Proportions with extraneous variance: single and independent
    /// samples", JASA 68 (1973), moments with weights n, summed over categories and parents.
    /// - Parameter parents: by parent, by cell: counts by category.
    /// - Complexity: O(counts).
    package static func weight(parents: [[[Int]]]) -> Double {
        var above = 0.0
        var below = 0.0
        for cells in parents {
            let seen = cells.filter { $0.contains { $0 > 0 } }
            guard seen.count > 1 else { continue }
            let sums = pooled(seen)
            let total = Double(sums.reduce(0, +))
            let shares = sums.map { Double($0) / total }
            let variance = shares.reduce(0) { $0 + $1 * (1 - $1) }
            above -= variance * Double(seen.count - 1)
            for cell in seen {
                let n = Double(cell.reduce(0, +))
                for (count, share) in zip(cell, shares) {
                    let gap = Double(count) / n - share
                    above += n * gap * gap
                }
                below += variance * (1 - n / total) * (n - 1)
            }
        }
        guard below > 0 else { return mostCases }
        let correlation = min(1 / (1 + leastCases), max(1 / (1 + mostCases), above / below))
        return (1 - correlation) / correlation
    }

    /// Counts of cells added up by category.
    package static func pooled(_ cells: [[Int]]) -> [Int] {
        var sums = [Int](repeating: 0, count: cells.first?.count ?? 0)
        for cell in cells {
            for (category, count) in cell.enumerated() { sums[category] += count }
        }
        return sums
    }

    /// The posteriors of cells below parents below the whole: a parent's is shrunk to the whole,
    /// a cell's to its parent's mean. The whole's own prior is half a case of each category.
    package static func shares(parents: [[[Int]]]) -> [[Shares]] {
        let sums = parents.map(pooled)
        guard let categories = sums.lazy.map(\.count).max(), categories > 0 else {
            return parents.map { _ in [] }
        }
        let whole = pooled(sums.filter { !$0.isEmpty })
        let total = Double(whole.reduce(0, +)) + 0.5 * Double(categories)
        let wholeShares = whole.map { (Double($0) + 0.5) / total }
        let parentWeight = weight(parents: [sums.filter { !$0.isEmpty }])
        let cellWeight = weight(parents: parents)
        return zip(parents, sums).map { cells, sum in
            guard !sum.isEmpty else { return [] }
            let parent = Shares(counts: sum, parent: wholeShares, weight: parentWeight)
            let means = parent.probabilities
            return cells.map { Shares(counts: $0, parent: means, weight: cellWeight) }
        }
    }
}
