// A choice among many weighted categories in constant time.

/// Walker's alias method with Vose's construction: one uniform chooses a column, its fraction
/// chooses between the column's own category and its alias.
///
/// Not for choices that a scenario may change: there the coupling matters, see Gumbel.swift.
/// Source: A. J. Walker, "An efficient method for generating discrete random variables with
/// general distributions", ACM TOMS 3 (1977); M. D. Vose, "A linear algorithm for generating
/// random numbers with a given distribution", IEEE TSE 17 (1991).
package struct AliasTable: Hashable, Sendable {
    private let keep: [Double]
    private let alias: [Int]

    package var count: Int { keep.count }

    /// - Parameter weights: Not negative, finite, not all zero; they need not sum to one.
    /// - Complexity: O(n). The construction visits categories in index order, so equal weights
    ///   give equal tables.
    /// - Throws: ``RandomnessError/weights(found:)``.
    package init(weights: [Double]) throws(RandomnessError) {
        let sum = try Categorical.sum(of: weights)
        let scale = Double(weights.count) / sum
        var mass = weights.map { $0 * scale }
        var keep = [Double](repeating: 1, count: weights.count)
        var alias = Array(weights.indices)
        var small = weights.indices.filter { mass[$0] < 1 }
        var large = weights.indices.filter { mass[$0] >= 1 }
        while let less = small.last, let more = large.last {
            small.removeLast()
            keep[less] = mass[less]
            alias[less] = more
            mass[more] = (mass[more] + mass[less]) - 1
            if mass[more] < 1 {
                large.removeLast()
                small.append(more)
            }
        }
        // What is left holds one but for rounding. A category without weight is never left
        // with a column of its own: it is given to the heaviest.
        let heaviest = weights.indices.max { weights[$0] < weights[$1] } ?? 0
        for index in small + large {
            keep[index] = weights[index] > 0 ? 1 : 0
            if weights[index] == 0 { alias[index] = heaviest }
        }
        self.keep = keep
        self.alias = alias
    }

    /// The category of a uniform.
    /// - Complexity: O(1).
    /// - Precondition: `uniform` is at least 0 and below 1.
    package func category(_ uniform: Double) -> Int {
        precondition(
            uniform >= 0 && uniform < 1, "uniform expected from 0 to below 1, found \(uniform)")
        let position = uniform * Double(keep.count)
        let column = min(Int(position), keep.count - 1)
        return position - Double(column) < keep[column] ? column : alias[column]
    }

    /// One column: the share of it that is its own category's, and whose the rest is.
    package func column(_ column: Int) -> (keep: Double, alias: Int) {
        (keep[column], alias[column])
    }

    /// The probability that the table gives to each category.
    package var probabilities: [Double] {
        var result = [Double](repeating: 0, count: keep.count)
        for column in keep.indices {
            result[column] += keep[column]
            result[alias[column]] += 1 - keep[column]
        }
        return result.map { $0 / Double(keep.count) }
    }
}

/// Choices among a few categories, in their fixed order.
package enum Categorical {
    /// The category that a uniform falls on when the weights are laid side by side in index
    /// order. A category without weight is never chosen. With the weights of what is possible
    /// and zero elsewhere, this is the draw of a category that was not observed.
    /// - Complexity: O(categories).
    /// - Throws: ``RandomnessError/weights(found:)``.
    package static func category(
        weights: [Double], uniform: Double
    ) throws(RandomnessError) -> Int {
        let sum = try sum(of: weights)
        let target = uniform * sum
        var reached = 0.0
        var chosen = 0
        for index in weights.indices where weights[index] > 0 {
            chosen = index
            reached += weights[index]
            if target < reached { break }
        }
        return chosen
    }

    static func sum(of weights: [Double]) throws(RandomnessError) -> Double {
        var sum = 0.0
        for weight in weights {
            guard weight >= 0, weight.isFinite else { throw .weights(found: "\(weight)") }
            sum += weight
        }
        guard sum > 0, sum.isFinite else { throw .weights(found: "a sum of \(sum)") }
        return sum
    }
}
