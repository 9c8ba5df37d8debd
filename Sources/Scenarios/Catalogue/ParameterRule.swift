// What a scenario file may state of one parameter: in which block, within which bounds, and what
// holds where it states nothing.

package import Modeling
import Projections

/// One parameter of a mechanism in a scenario file.
package struct ParameterRule: Sendable {
    /// The block of the file that holds it.
    package enum Block: Hashable, Sendable {
        /// The block that is called like the mechanism.
        case own
        case handover
        case release
        case costs

        package func name(of mechanism: Mechanism) -> String {
            switch self {
            case .own: mechanism.rawValue
            case .handover: "handover"
            case .release: "release"
            case .costs: "costs"
            }
        }
    }

    /// What holds where nothing is stated.
    enum Otherwise: Sendable {
        /// The file must state it.
        case required
        /// The mechanism goes without: fitted from the record, or no such effect.
        case none
        /// A value of the domain reference's section 4, or an assumption, with its grade.
        case reference(RangedParameter)
    }

    package let key: ParameterKey
    package let block: Block
    let bounds: ClosedRange<Double>
    let otherwise: Otherwise

    /// Its value where a file states nothing; `nil` where it must, or where there is none.
    package var reference: RangedParameter? {
        if case .reference(let value) = otherwise { value } else { nil }
    }
    package var isRequired: Bool { if case .required = otherwise { true } else { false } }

    private init(
        _ key: ParameterKey, _ block: Block, _ bounds: ClosedRange<Double>, _ otherwise: Otherwise
    ) {
        self.key = key
        self.block = block
        self.bounds = bounds
        self.otherwise = otherwise
    }

    static func required(
        _ key: ParameterKey, _ bounds: ClosedRange<Double>, in block: Block = .own
    ) -> ParameterRule {
        ParameterRule(key, block, bounds, .required)
    }

    /// No effect, or what the record says, unless stated.
    static func optional(
        _ key: ParameterKey, _ bounds: ClosedRange<Double>, in block: Block = .own
    ) -> ParameterRule {
        ParameterRule(key, block, bounds, .none)
    }

    /// Low, mode and high of the domain reference unless stated otherwise.
    static func reference(
        _ key: ParameterKey, _ bounds: ClosedRange<Double>, _ values: (Double, Double, Double),
        _ grade: EvidenceGrade, _ source: String, in block: Block = .own
    ) -> ParameterRule {
        let parameter = RangedParameter(
            name: key.name, low: values.0, mode: values.1, high: values.2, grade: grade,
            source: "default: " + source)
        return ParameterRule(key, block, bounds, .reference(parameter))
    }
}
