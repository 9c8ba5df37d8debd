// What becomes of contacts of one intent family in one channel, and for how long customers wait
// before they leave.

/// Contacts of customers of one intent family in one channel.
package struct ContactCell: Hashable, Sendable, Codable {
    package var family: String
    package var channel: String
    /// By failure as in ``Model/failureTitles``; the first is none. What only a return shows is
    /// none here.
    package var failures: Shares
    /// Served contacts: ended here, handed on.
    package var handOvers: Shares
    /// Where recorded hand-overs went on, by how often and then by name.
    package var handOverTargets: [HandOverTarget]
    /// Channels in which customers came back on their own, by how often and then by name.
    package var returnChannels: [CountedName]
    /// Talk, hold and wrap-up of served contacts.
    package var handle: FittedLaw
    /// Waits of served contacts, zero included.
    package var wait: FittedLaw

    package var contactCount: Int { failures.count }
}

package struct CountedName: Hashable, Sendable, Codable {
    package var name: String
    package var count: Int
}

/// The channel and team that went on with a contact that was handed on.
package struct HandOverTarget: Hashable, Sendable, Codable {
    package var channel: String
    /// Empty where the source does not name it.
    package var team: String
    package var count: Int
}

/// A law of durations and how well it fits.
package struct FittedLaw: Hashable, Sendable, Codable {
    package var law: EmpiricalLaw
    /// Kolmogorov and Smirnov's distance of the law and what was observed; `nil` of nothing.
    package var lawDistance: Double?
    /// The same distance of the earlier and the later half of what was observed; `nil` of fewer
    /// than two. Where it is large the law changed over time.
    package var halvesDistance: Double?

    /// - Parameter observations: in time order, in microseconds.
    /// - Complexity: O(n log n).
    package init(observations: [Int64]) {
        law = EmpiricalLaw(observations: observations)
        guard !observations.isEmpty else { return }
        let points = max(1_000, min(10_000, observations.count))
        let drawn = (0..<points).map { law.quantile((Double($0) + 0.5) / Double(points)) }
        lawDistance = KolmogorovSmirnov.distance(observations, drawn)
        guard observations.count > 1 else { return }
        let middle = observations.count / 2
        halvesDistance = KolmogorovSmirnov.distance(
            Array(observations[..<middle]), Array(observations[middle...]))
    }
}

/// The largest gap between two empirical distribution functions.
package enum KolmogorovSmirnov {
    /// - Precondition: neither is empty.
    /// - Complexity: O(n log n).
    package static func distance(_ left: [Int64], _ right: [Int64]) -> Double {
        precondition(!left.isEmpty && !right.isEmpty, "a distance to nothing")
        let a = left.sorted()
        let b = right.sorted()
        var i = 0
        var j = 0
        var largest = 0.0
        while i < a.count, j < b.count {
            let value = min(a[i], b[j])
            while i < a.count, a[i] == value { i += 1 }
            while j < b.count, b[j] == value { j += 1 }
            let gap = Double(i) / Double(a.count) - Double(j) / Double(b.count)
            largest = max(largest, gap.magnitude)
        }
        return largest
    }
}

/// What follows a failed contact beside a return, by failure, pooled over families.
package struct FailureConsequences: Hashable, Sendable, Codable {
    package var failure: String
    /// None, then a complaint or recovery as the next interaction of the journey.
    package var complaints: Shares
    /// Stayed, left within the link window.
    package var churn: Shares
}
