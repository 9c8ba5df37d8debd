// What a caller can get wrong about chance: parameters of laws, weights, names.

/// Why a law, a table or a purpose could not be made.
package enum RandomnessError: Error, Hashable, Sendable {
    /// A parameter is not finite, or lies outside its range.
    case parameter(law: String, name: String, found: Double, expected: String)
    /// A list of weights is empty, holds a negative or non-finite one, or sums to zero.
    case weights(found: String)
    /// Two different purposes have the same 32-bit word; rename one.
    case purposeCollision(first: String, second: String)
}

extension RandomnessError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .parameter(let law, let name, let found, let expected):
            "\(law): parameter \"\(name)\": expected \(expected), found \(found)"
        case .weights(let found):
            "weights: expected finite, not negative and not all zero, found \(found)"
        case .purposeCollision(let first, let second):
            "draw purposes \"\(first)\" and \"\(second)\" share one number; rename one of them"
        }
    }
}
