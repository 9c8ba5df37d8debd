// Journeys rebuilt from contacts: what follows what, why, and how sure that is.
//
// A contact is linked to the same customer's last contact of the same intent family where that
// lies within the rule's window. The link makes a journey. It makes a cause only where the
// earlier contact has a named failure; a `repeat` is caused and paid by itself.

import Events

/// The part a contact plays in its journey.
package enum Role: UInt8, CaseIterable, Sendable {
    case first
    /// Back because something named failed.
    case rework
    /// Back, with no failure known.
    case `repeat`

    package var name: String { "\(self)" }
}

/// How a journey stands at the end of the log. A recorded log seldom says that a need was met:
/// `settled` is read from silence after a service, and says so where it is shown.
package enum JourneyState: UInt8, CaseIterable, Sendable {
    case settled
    /// The last contact was abandoned, and nothing followed within the window.
    case givenUp
    /// The last contact ended in automation; whether the need was met is not known.
    case undetermined
    /// The window has not ended by the end of the log.
    case open

    package var name: String { "\(self)" }
}

/// One journey: a chain of contacts of one customer and one intent family.
package struct Journey: Hashable, Sendable {
    /// Index of the first contact in the table; the journey's number is that contact's position.
    package var first: Int32
    package var last: Int32
    package var contactCount: Int32
    package var family: Int32
    package var state: JourneyState
}

/// Journeys, links and causes over a ``ContactTable``, by index of contact.
package struct JourneyBook: Sendable {
    package let rules: ResolvedLinkRules
    /// The contact this one is linked to, or -1.
    package let predecessor: [Int32]
    /// The contact that is linked to this one, or -1.
    package let successor: [Int32]
    /// Named failure: 0 for none, else failure rule plus one.
    package let failure: [UInt8]
    package let role: [Role]
    /// Number of the contact's journey.
    package let journeyOf: [Int32]
    package let journeys: [Journey]
    /// Probability that the link is more than coincidence, in millionths; 0 without a link.
    package let probability: [Int32]
    package let hazards: LinkHazards

    /// The earlier contact whose failure brought this one about by rule, or -1.
    package func cause(of contact: Int) -> Int32 {
        role[contact] == .rework ? predecessor[contact] : -1
    }

    /// Follows failure edges back to where they began; the contact itself without a cause.
    package func root(of contact: Int) -> Int {
        var current = contact
        while role[current] == .rework { current = Int(predecessor[current]) }
        return current
    }
}

extension JourneyBook {
    /// Rebuilds everything from the contacts.
    /// - Complexity: O(n) beside the hazards' fit; the table is sorted already.
    package init(_ table: ContactTable, rules unresolved: LinkRules) {
        let contacts = table.contacts
        let rules = ResolvedLinkRules(
            unresolved, dictionary: table.dictionary, intents: table.intents)
        let failure = contacts.map { rules.failure(of: $0) }
        let predecessor = JourneyBook.chains(table, rules: rules)
        var successor = [Int32](repeating: -1, count: contacts.count)
        for (index, earlier) in predecessor.enumerated() where earlier >= 0 {
            successor[Int(earlier)] = Int32(index)
        }
        let hazards = LinkHazards(table, rules: rules, failure: failure)
        var role = [Role](repeating: .first, count: contacts.count)
        var probability = [Int32](repeating: 0, count: contacts.count)
        for index in contacts.indices where predecessor[index] >= 0 {
            let earlier = Int(predecessor[index])
            role[index] = failure[earlier] == 0 ? .repeat : .rework
            probability[index] = hazards.probabilityMillionths(
                from: earlier, to: index, failure: failure[earlier], table: table, rules: rules)
        }
        var journeyOf = [Int32](repeating: -1, count: contacts.count)
        var journeys: [Journey] = []
        for index in contacts.indices {
            if predecessor[index] >= 0 {
                let number = journeyOf[Int(predecessor[index])]
                journeyOf[index] = number
                journeys[Int(number)].last = Int32(index)
                journeys[Int(number)].contactCount += 1
            } else {
                journeyOf[index] = Int32(journeys.count)
                journeys.append(
                    Journey(
                        first: Int32(index), last: Int32(index), contactCount: 1,
                        family: Int32(rules.family(of: contacts[index].intent)),
                        state: .settled))
            }
        }
        for number in journeys.indices {
            journeys[number].state = JourneyBook.state(
                of: journeys[number], table: table, rules: rules)
        }
        self.rules = rules
        self.predecessor = predecessor
        self.successor = successor
        self.failure = failure
        self.role = role
        self.journeyOf = journeyOf
        self.journeys = journeys
        self.probability = probability
        self.hazards = hazards
    }

    private static func chains(_ table: ContactTable, rules: ResolvedLinkRules) -> [Int32] {
        let width = rules.familyCount
        var last = [Int32](repeating: -1, count: table.customers.count * width)
        var predecessor = [Int32](repeating: -1, count: table.contacts.count)
        for (index, contact) in table.contacts.enumerated() where contact.isIdentified {
            let family = rules.family(of: contact.intent)
            let slot = Int(contact.customer) * width + family
            let earlier = last[slot]
            last[slot] = Int32(index)
            guard earlier >= 0, rules.ruleOfFamily[family] >= 0 else { continue }
            let lag = contact.at - table.contacts[Int(earlier)].at
            let window = rules.windowMicroseconds(ofFamily: family)
            if lag.microseconds <= window { predecessor[index] = earlier }
        }
        return predecessor
    }

    private static func state(
        of journey: Journey, table: ContactTable, rules: ResolvedLinkRules
    ) -> JourneyState {
        let last = table.contacts[Int(journey.last)]
        let window = rules.windowMicroseconds(ofFamily: Int(journey.family))
        if last.isIdentified, last.at + TimeSpan(microseconds: window) >= table.coverage.to {
            return .open
        }
        switch last.outcome {
        case .abandoned: return .givenUp
        case .contained: return .undetermined
        default: return .settled
        }
    }
}
