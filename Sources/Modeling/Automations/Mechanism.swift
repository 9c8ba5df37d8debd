// The mechanisms: each kind of automation acts where it acts in reality, and is told apart by the
// block that a scenario file states it in.

/// How an automation acts, and what must be known of it.
package enum Mechanism: String, CaseIterable, Hashable, Sendable, Codable {
    /// A step of automation before a contact, with its four ends.
    case step
    /// A contact led into another channel on the way.
    case channel
    /// Messages before the customer asks.
    case outbound
    /// A tool for people while they handle a contact, by how long they have been there.
    case assist
    /// Wrap-up and summaries written by machine.
    case wrapup
    /// The right article without looking for it.
    case knowledge
    /// Contacts shaped to the customer.
    case personalisation
    /// People who get better by coaching.
    case coaching
    /// Context and next steps for people who come to trust them.
    case guidance
    /// Failures noticed early enough to mend them.
    case quality
    /// Hours of planners and team leaders.
    case scheduling
    /// Hours of those who write reports.
    case reporting
    /// Work behind the scenes done by machine.
    case work
    /// What is known of a customer goes along when a contact is handed over.
    case carryover
    /// A way to a person out of automation.
    case reach

    /// The domain reference's ids: automations (section 2.1), else the mechanism that it answers
    /// (M29, section 2.3) or the rule (N10, section 2.2).
    package var catalogueIDs: [String] {
        switch self {
        case .step: ["A8", "A9"]
        case .channel: ["A13"]
        case .outbound: ["A10"]
        case .assist: ["A5"]
        case .wrapup: ["A6"]
        case .knowledge: ["A7"]
        case .personalisation: ["A11"]
        case .coaching: ["A4"]
        case .guidance: ["A14"]
        case .quality: ["A1"]
        case .scheduling: ["A2"]
        case .reporting: ["A3"]
        case .work: ["A12"]
        case .carryover: ["M29"]
        case .reach: ["N10"]
        }
    }

    package init?(catalogueID: String) {
        let match = Mechanism.allCases.first { $0.catalogueIDs.contains(catalogueID) }
        guard let match else { return nil }
        self = match
    }

    /// Where in the life of a contact it acts.
    package var act: Act {
        switch self {
        case .step, .channel: .step
        case .outbound: .outbound
        case .assist, .wrapup, .knowledge, .personalisation, .coaching, .guidance: .handling
        case .quality: .detection
        case .scheduling, .reporting: .hours
        case .work: .work
        case .carryover: .carryover
        case .reach: .reach
        }
    }

    /// Where an automation acts.
    package enum Act: Hashable, Sendable {
        case step, outbound, handling, detection, hours, work, carryover, reach
    }

    /// What says whom or what it reaches; none acts on everything in scope.
    package var exposure: ParameterKey? {
        switch self {
        case .step: .takeUp
        case .channel: .moved
        case .outbound, .quality: .coverage
        case .assist, .wrapup, .knowledge, .personalisation, .coaching, .guidance: .adoption
        case .work: .automated
        case .carryover: .carried
        case .reach: .offered
        case .scheduling, .reporting: nil
        }
    }

    /// Whether people take it up, once and for all, rather than contacts one by one.
    package var isOfAgents: Bool { act == .handling && self != .personalisation }

    /// Whether what it does grows to its full size over days.
    package var grows: Bool { self == .coaching || self == .guidance }
}
