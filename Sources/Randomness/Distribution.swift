// The laws that a scenario's stated ranges, the fitted durations and the synthetic operation are
// written in. A law is a value; it is inverted at set-up time, and hot code reads its table.

/// A continuous law, or a constant.
package enum Distribution: Hashable, Sendable {
    case constant(Double)
    /// Uniform from `low` to `high`; equal ends are a constant.
    case uniform(low: Double, high: Double)
    /// Beta-PERT: a beta law on [low, high] with shapes `1 + 4·(mode − low)/(high − low)` and
    /// `1 + 4·(high − mode)/(high − low)`; mean `(low + 4·mode + high)/6`. Source: D. G. Malcolm
    /// et al., "Application of a technique for research and development program evaluation",
    /// Operations Research 7 (1959); D. Vose, "Risk analysis" (2008).
    case pert(low: Double, mode: Double, high: Double)
    /// Beta on [0, 1] with shapes `alpha` and `beta`.
    case beta(alpha: Double, beta: Double)
    /// exp of a normal with mean `logMean` and standard deviation `logDeviation`; the median is
    /// exp(logMean).
    case lognormal(logMean: Double, logDeviation: Double)
    /// The law whose quantiles at probabilities 0, 1/(n − 1), …, 1 are these n values, ascending,
    /// with straight lines between them.
    case empirical([Double])

    /// - Throws: ``RandomnessError/parameter(law:name:found:expected:)`` for the first parameter
    ///   that makes no law.
    package func validate() throws(RandomnessError) {
        switch self {
        case .constant(let value):
            try Self.require("constant", "value", value, "a finite number") { _ in true }
        case .uniform(let low, let high):
            try Self.require("uniform", "low", low, "a finite number") { _ in true }
            try Self.require("uniform", "high", high, "at least low (\(low))") { $0 >= low }
        case .pert(let low, let mode, let high):
            try Self.require("pert", "low", low, "a finite number") { _ in true }
            try Self.require("pert", "mode", mode, "at least low (\(low))") { $0 >= low }
            try Self.require("pert", "high", high, "at least mode (\(mode))") { $0 >= mode }
        case .beta(let alpha, let beta):
            try Self.require("beta", "alpha", alpha, "a positive number") { $0 > 0 }
            try Self.require("beta", "beta", beta, "a positive number") { $0 > 0 }
        case .lognormal(let logMean, let logDeviation):
            try Self.require("lognormal", "logMean", logMean, "from -500 to 500") {
                $0.magnitude <= 500
            }
            try Self.require("lognormal", "logDeviation", logDeviation, "from 0 to 10") {
                $0 >= 0 && $0 <= 10
            }
        case .empirical(let values):
            guard var last = values.first else {
                throw .parameter(
                    law: "empirical", name: "count", found: 0, expected: "at least 1 value")
            }
            for value in values {
                let floor = last
                try Self.require("empirical", "value", value, "ascending values") { $0 >= floor }
                last = value
            }
        }
    }

    private static func require(
        _ law: String, _ name: String, _ value: Double, _ expected: String,
        _ isRight: (Double) -> Bool
    ) throws(RandomnessError) {
        guard value.isFinite, isRight(value) else {
            throw .parameter(law: law, name: name, found: value, expected: expected)
        }
    }

    /// The value that the law stays below or at with probability `u`. At 0 and 1 it is the end of
    /// the law, infinite for the lognormal's upper one.
    /// - Complexity: O(1); for beta and PERT microseconds, so for set-up time.
    /// - Precondition: `u` is from 0 to 1 and the law is valid.
    package func quantile(_ u: Double) -> Double {
        precondition(u >= 0 && u <= 1, "probability expected from 0 to 1, found \(u)")
        switch self {
        case .constant(let value):
            return value
        case .uniform(let low, let high):
            return Self.between(low, high, u)
        case .pert(let low, let mode, let high):
            guard low < high else { return low }
            let range = high - low
            let x = ExactMath.betaQuantile(
                u, 1 + 4 * (mode - low) / range, 1 + 4 * (high - mode) / range)
            return Self.between(low, high, x)
        case .beta(let alpha, let beta):
            return ExactMath.betaQuantile(u, alpha, beta)
        case .lognormal(let logMean, let logDeviation):
            if logDeviation == 0 { return ExactMath.exp(logMean) }
            return ExactMath.exp(logMean + logDeviation * ExactMath.inverseNormal(u))
        case .empirical(let values):
            precondition(!values.isEmpty, "an empirical law without values")
            return Self.interpolated(values, u)
        }
    }

    /// The expectation, by formula.
    package var mean: Double {
        switch self {
        case .constant(let value): value
        case .uniform(let low, let high): low + (high - low) / 2
        case .pert(let low, let mode, let high): (low + 4 * mode + high) / 6
        case .beta(let alpha, let beta): alpha / (alpha + beta)
        case .lognormal(let logMean, let logDeviation):
            ExactMath.exp(logMean + logDeviation * logDeviation / 2)
        case .empirical(let values): Self.meanOfLines(values)
        }
    }

    /// Whether every draw gives the same value.
    package var isConstant: Bool {
        switch self {
        case .constant: true
        case .uniform(let low, let high): low == high
        case .pert(let low, _, let high): low == high
        case .beta: false
        case .lognormal(_, let logDeviation): logDeviation == 0
        case .empirical(let values): values.first == values.last
        }
    }

    /// From `low` to `high`, never outside, `low` itself where they are equal.
    static func between(_ low: Double, _ high: Double, _ fraction: Double) -> Double {
        min(high, max(low, low + (high - low) * fraction))
    }

    /// The straight lines through equally spaced quantiles.
    static func interpolated(_ knots: [Double], _ u: Double) -> Double {
        let position = u * Double(knots.count - 1)
        let index = min(Int(position), knots.count - 2)
        guard index >= 0 else { return knots[0] }
        return between(knots[index], knots[index + 1], position - Double(index))
    }

    private static func meanOfLines(_ knots: [Double]) -> Double {
        guard knots.count > 1 else { return knots.first ?? .nan }
        var sum = 0.0
        for index in 1..<knots.count { sum += (knots[index - 1] + knots[index]) / 2 }
        return sum / Double(knots.count - 1)
    }
}
