// A figure that a scenario states: with its range, where it comes from, and how good that is.

package import Projections
import Randomness

/// low ≤ mode ≤ high, drawn from a beta-PERT law once per parameter draw; constant where the
/// three are equal.
///
/// PERT: beta on [low, high] with α = 1 + 4(mode − low)/(high − low) and
/// β = 1 + 4(high − mode)/(high − low) (D. G. Malcolm et al., Operations Research 7(5), 1959).
package struct RangedParameter: Hashable, Sendable, Codable {
    package var name: String
    package var low: Double
    package var mode: Double
    package var high: Double
    package var grade: EvidenceGrade
    package var source: String

    package init(
        name: String, low: Double, mode: Double, high: Double, grade: EvidenceGrade,
        source: String
    ) {
        self.name = name
        self.low = low
        self.mode = mode
        self.high = high
        self.grade = grade
        self.source = source
    }

    package static func constant(_ name: String, _ value: Double) -> RangedParameter {
        RangedParameter(
            name: name, low: value, mode: value, high: value, grade: .d, source: "not stated")
    }

    package var isConstant: Bool { low == high }

    /// The value at probability `u` in (0, 1).
    package func value(at u: Double) -> Double {
        isConstant ? mode : Distribution.pert(low: low, mode: mode, high: high).quantile(u)
    }
}
