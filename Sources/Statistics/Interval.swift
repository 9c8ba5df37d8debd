// A figure over replications: its mean, and how far it may lie from it.

/// A mean with its predictive interval.
package struct Interval: Hashable, Sendable, Codable {
    /// Below this many replications no interval is given: the ends would rest on a handful.
    package static let leastReplications = 200
    package static let lowProbability = 0.05
    package static let highProbability = 0.95

    package var mean: Double
    /// The 5 % quantile (type 7) over replications, where there are enough of them.
    package var low: Double?
    /// The 95 % quantile (type 7) over replications, where there are enough of them.
    package var high: Double?

    package init(mean: Double, low: Double? = nil, high: Double? = nil) {
        self.mean = mean
        self.low = low
        self.high = high
    }

    /// The interval of one figure's values by replication index; `nil` of no values.
    /// - Precondition: no value is NaN.
    /// - Complexity: O(n log n).
    package init?(replications: [Double]) {
        guard let mean = Summation.mean(replications) else { return nil }
        self.init(mean: mean)
        guard replications.count >= Self.leastReplications else { return }
        let quantiles = Quantiles(replications)
        low = quantiles.quantile(Self.lowProbability)
        high = quantiles.quantile(Self.highProbability)
    }

    /// Whether the interval is given and lies wholly on one side of zero.
    package var excludesZero: Bool {
        guard let low, let high else { return false }
        return low > 0 || high < 0
    }
}

extension Interval {
    private enum Key: String, CodingKey {
        case mean, low, high
    }

    /// The same keys whether there is an interval or not: `null` where there is none.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(mean, forKey: .mean)
        try container.encode(low, forKey: .low)
        try container.encode(high, forKey: .high)
    }
}
