// How long customers would wait: those who were served first had more patience than was seen, so
// their waits are censored.

import Statistics

/// Patience of one intent family: Kaplan and Meier's survival, and an exponential beyond it.
package struct PatienceLaw: Hashable, Sendable, Codable {
    package static let mostKnots = 256

    package var family: String
    /// Contacts with a recorded wait that left the queue.
    package var abandonedCount: Int
    /// Contacts with a recorded wait that were served.
    package var servedCount: Int
    /// Waits in microseconds, ascending, at which the survival drops.
    package var times: [Int64]
    /// The probability of more patience than each of ``times``.
    package var survival: [Double]
    /// Of the exponential tail, a microsecond: those who left over the time that all waited, its
    /// likeliest value if patience were exponential throughout. 0 where nobody left.
    package var tailRate: Double

    /// - Parameters:
    ///   - waits: in microseconds, not negative.
    ///   - abandoned: whether the customer left.
    /// - Complexity: O(n log n).
    package init(family: String, waits: [Int64], abandoned: [Bool]) {
        self.family = family
        abandonedCount = abandoned.count { $0 }
        servedCount = abandoned.count - abandonedCount
        let curve = KaplanMeier(times: waits.map(Double.init), observed: abandoned)
        let steps = curve.steps
        let stride = max(1, (steps.count + PatienceLaw.mostKnots - 1) / PatienceLaw.mostKnots)
        // Counted from the end: the tail begins at the last drop, which must be kept.
        let kept = steps.indices.filter { (steps.count - 1 - $0) % stride == 0 }
        times = kept.map { Int64(steps[$0].time) }
        survival = kept.map { steps[$0].survival }
        let exposure = waits.reduce(0, +)
        tailRate = exposure > 0 ? Double(abandonedCount) / Double(exposure) : 0
    }

    /// The probability of leaving within `wait` microseconds, without the tail.
    package func leftShare(within wait: Int64) -> Double {
        guard let place = times.lastIndex(where: { $0 <= wait }) else { return 0 }
        return 1 - survival[place]
    }
}
