// Journeys rebuilt from contacts: what follows what, why, and how sure that is.
//
// A contact is linked to the same customer's last contact of the same intent family where that
// lies within the rule's window. The link makes a journey. It makes a cause only where the
// earlier contact has a named failure; a `repeat` is caused and paid by itself.

import Events
import Parallelism

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
    /// - Complexity: O(n); the table is sorted already.
    package init(_ table: ContactTable, rules unresolved: LinkRules) {
        let contacts = table.contacts
        let rules = ResolvedLinkRules(
            unresolved, dictionary: table.dictionary, intents: table.intents)
        let failure = inPieces(of: contacts.count, size: 65_536) { rows in
            rows.map { rules.failure(of: contacts[$0]) }
        }.flatMap { $0 }
        let streams = ContactStreams(table, rules: rules, failure: failure)
        let hazards = LinkHazards(table, rules: rules, streams: streams)
        let links = JourneyLinks(streams, rules: rules, hazards: hazards, count: contacts.count)
        let chains = JourneyChains(table, rules: rules, links: links)
        self.rules = rules
        predecessor = links.predecessor
        successor = links.successor
        self.failure = failure
        role = links.role
        journeyOf = chains.journeyOf
        journeys = chains.journeys
        probability = links.probability
        self.hazards = hazards
    }
}

/// What the rules link, by index of contact.
private struct JourneyLinks {
    var predecessor: [Int32]
    var successor: [Int32]
    var role: [Role]
    var probability: [Int32]

    /// A link that ends at a place of a stream.
    private struct Link {
        var place: Int32
        var probability: Int32
    }

    init(
        _ streams: ContactStreams, rules: ResolvedLinkRules, hazards: LinkHazards, count: Int
    ) {
        predecessor = [Int32](repeating: -1, count: count)
        successor = predecessor
        role = [Role](repeating: .first, count: count)
        probability = [Int32](repeating: 0, count: count)
        let parts = streams.inPieces { pieces in
            var links: [Link] = []
            for stream in pieces {
                let window = rules.windowMicroseconds(ofFamily: Int(streams.family[stream]))
                guard window > 0 else { continue }
                for place in streams.places(stream).dropFirst()
                where streams.at[place] - streams.at[place - 1] <= window {
                    links.append(
                        Link(
                            place: Int32(place),
                            probability: hazards.probabilityMillionths(
                                endingAt: place, of: stream, streams, window: window)))
                }
            }
            return links
        }
        for part in parts {
            for link in part {
                let place = Int(link.place)
                let earlier = streams.order[place - 1]
                let later = Int(streams.order[place])
                predecessor[later] = earlier
                successor[Int(earlier)] = Int32(later)
                role[later] = streams.failure[place - 1] == 0 ? .repeat : .rework
                probability[later] = link.probability
            }
        }
    }
}

/// Chains of links as journeys.
private struct JourneyChains {
    var journeyOf: [Int32]
    var journeys: [Journey] = []

    init(_ table: ContactTable, rules: ResolvedLinkRules, links: JourneyLinks) {
        let contacts = table.contacts
        journeyOf = [Int32](repeating: -1, count: contacts.count)
        journeys.reserveCapacity(links.predecessor.count { $0 < 0 })
        for index in contacts.indices {
            let earlier = Int(links.predecessor[index])
            if earlier >= 0 {
                let number = journeyOf[earlier]
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
        let found = journeys
        let states = inPieces(of: found.count, size: 65_536) { numbers in
            numbers.map { JourneyChains.state(of: found[$0], table: table, rules: rules) }
        }
        var number = 0
        for state in states.joined() {
            journeys[number].state = state
            number += 1
        }
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
