// A what-if question as a value: what is changed, for whom, when, on which evidence.

package import Modeling

/// A scenario, read and checked.
package struct Scenario: Hashable, Sendable, Codable {
    package var id: String
    package var title: String
    /// The decision that the scenario is to inform, in a sentence.
    package var question: String
    package var intervention: Intervention
    /// What is assumed beside the parameters, in the author's words.
    package var assumptions: [String]
}
