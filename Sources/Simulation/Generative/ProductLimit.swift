// Quantiles of times of which some were cut short by something else: waits by customers leaving,
// patience by customers being served.

import Randomness

package enum ProductLimit {
    /// Kaplan and Meier's law as quantiles at equal steps of probability, ascending.
    ///
    /// Of a wait and a patience that are equal the customer has left, so among equal times those
    /// who left are taken first, whichever of the two is looked for.
    /// - Parameters:
    ///   - ends: times at which what is looked for ended, in microseconds.
    ///   - censored: times at which it went on.
    ///   - tailRate: of the exponential beyond the last end, a microsecond; 0 puts what is left of
    ///     the law at the last time that was seen.
    /// - Complexity: O(n log n).
    package static func quantiles(
        ends: [Int64], censored: [Int64], endsFirst: Bool, tailRate: Double, steps: Int
    ) -> [Double] {
        var times = ends.map { (time: $0, isEnd: true) }
        times += censored.map { (time: $0, isEnd: false) }
        times.sort { left, right in
            left.time != right.time
                ? left.time < right.time : left.isEnd != right.isEnd && left.isEnd == endsFirst
        }
        guard let last = times.last else { return [never, never] }
        var quantiles: [Double] = []
        var survival = 1.0
        for (place, seen) in times.enumerated() where seen.isEnd {
            let left = survival * (1 - 1 / Double(times.count - place))
            while quantiles.count <= steps, Double(quantiles.count) / Double(steps) <= 1 - left {
                quantiles.append(Double(seen.time))
            }
            survival = left
        }
        let lastEnd = quantiles.last ?? 0
        while quantiles.count <= steps {
            // The last step has no end: half of it is taken.
            let probability = min(
                Double(quantiles.count) / Double(steps), 1 - 0.5 / Double(steps))
            let beyond =
                tailRate > 0
                ? lastEnd + max(0, ExactMath.log(survival / (1 - probability))) / tailRate
                : Double(last.time)
            quantiles.append(max(quantiles.last ?? 0, beyond))
        }
        return quantiles
    }

    /// Longer than anything lasts, in microseconds.
    static let never = 1e15
}
