// Where two fitted models say something else about the same thing.

/// One probability in two models.
package struct ModelDifference: Hashable, Sendable {
    package var cell: String
    package var outcome: String
    package var first: Double
    package var second: Double
    /// The gap over the root of both posteriors' variances.
    package var deviations: Double

    package var gap: Double { second - first }

    /// Every probability that both models have, those furthest apart first, then by name.
    /// - Complexity: O(n log n) of the probabilities.
    package static func changes(_ first: Model, _ second: Model) -> [ModelDifference] {
        let earlier = probabilities(first)
        let known = Dictionary(
            earlier.map { ([$0.cell, $0.outcome], $0) }, uniquingKeysWith: { kept, _ in kept })
        return probabilities(second).compactMap { later in
            guard let old = known[[later.cell, later.outcome]] else { return nil }
            let spread = (old.variance + later.variance).squareRoot()
            let gap = later.mean - old.mean
            return ModelDifference(
                cell: later.cell, outcome: later.outcome, first: old.mean, second: later.mean,
                deviations: spread > 0 ? gap / spread : 0)
        }.sorted {
            (-$0.deviations.magnitude, $0.cell, $0.outcome)
                < (-$1.deviations.magnitude, $1.cell, $1.outcome)
        }
    }

    private struct Probability {
        var cell: String
        var outcome: String
        var mean: Double
        var variance: Double

        /// The mean and variance of a beta law.
        init(_ cell: String, _ outcome: String, _ alpha: Double, _ beta: Double) {
            let total = alpha + beta
            self.cell = cell
            self.outcome = outcome
            mean = alpha / total
            variance = alpha * beta / (total * total * (total + 1))
        }
    }

    private static func probabilities(_ model: Model) -> [Probability] {
        let returns = model.returns.map {
            Probability($0.family, "back after: \($0.failure)", $0.posteriorAlpha, $0.posteriorBeta)
        }
        let outcomes = model.cells.flatMap { cell -> [Probability] in
            let name = "\(cell.family), \(cell.channel)"
            let total = cell.failures.alphas.reduce(0, +)
            // The first is none: what the failures leave.
            let failures = zip(model.failureTitles, cell.failures.alphas).dropFirst().map {
                Probability(name, $0, $1, total - $1)
            }
            let handOvers = cell.handOvers.alphas
            return failures + [Probability(name, "handed on", handOvers[1], handOvers[0])]
        }
        let consequences = model.consequences.flatMap {
            [
                Probability(
                    $0.failure, "complaint next", $0.complaints.alphas[1], $0.complaints.alphas[0]),
                Probability($0.failure, "lost", $0.churn.alphas[1], $0.churn.alphas[0]),
            ]
        }
        return returns + outcomes + consequences
    }
}
