// Journeys rebuilt from interactions: what follows what, why, and how sure that is.
//
// Where the source names the issue, an interaction is linked to the one before it in that issue,
// and the link is certain. Else a contact is linked to the same customer's last contact of the same
// intent family where that lies within the rule's window, with a probability. The link makes a
// journey. It makes a cause only where the earlier one has a named failure, or began what this one
// goes on with; a `repeat` is caused and paid by itself.

import Events
import Parallelism

/// How a journey stands at the end of the log. A recorded log seldom says that a need was met:
/// `settled` is read from silence after a service, and says so where it is shown.
package enum JourneyState: UInt8, CaseIterable, Sendable {
    case settled
    /// The last contact was abandoned or left unresolved, and nothing followed within the window.
    case givenUp
    /// The last contact ended in automation; whether the need was met is not known.
    case undetermined
    /// The window has not ended by the end of the log.
    case open
    /// The customer left within the window.
    case churned

    package var name: String { "\(self)" }
}

/// One journey: the interactions of one need, in time order.
package struct Journey: Hashable, Sendable {
    /// Index of the first interaction in the table; the journey's number is its position.
    package var first: Int32
    package var last: Int32
    package var contactCount: Int32
    package var family: Int32
    /// Dense, of the first interaction whose source names a customer; -1 where none does.
    package var customer: Int32
    package var state: JourneyState
}

/// Journeys, links and causes over a ``ContactTable``, by index of interaction.
package struct JourneyBook: Sendable {
    package let rules: ResolvedLinkRules
    /// The interaction this one is linked to, or -1.
    package let predecessor: [Int32]
    /// The first interaction that is linked to this one, or -1.
    package let successor: [Int32]
    /// Named failure: 0 for none, else failure rule plus one.
    package let failure: [UInt8]
    package let role: [Role]
    /// Number of the interaction's journey.
    package let journeyOf: [Int32]
    package let journeys: [Journey]
    /// Probability that the link is more than coincidence, in millionths; 0 without a link.
    package let probability: [Int32]
    package let hazards: LinkHazards
    /// Whether the source named the issue that links it.
    let isNamed: [Bool]

    /// Why an interaction came about.
    package func edge(of contact: Int) -> Edge {
        let earlier = Int(predecessor[contact])
        return earlier < 0 ? .none : role[contact].edge(failure: failure[earlier])
    }

    /// The earlier interaction whose named failure brought this one about, or -1.
    package func cause(of contact: Int) -> Int32 {
        edge(of: contact) == .failure ? predecessor[contact] : -1
    }

    /// What links an interaction to the one before: ``namedBySource`` or the id of a link rule;
    /// `nil` where nothing does.
    package func linkRule(of contact: Int, in table: ContactTable) -> String? {
        guard predecessor[contact] >= 0 else { return nil }
        if isNamed[contact] { return JourneyBook.namedBySource }
        let rule = rules.ruleOfFamily[rules.family(of: table.contacts[contact].intent)]
        return rules.rules.links[rule].id
    }

    /// Whether the source named the issue that links an interaction to the one before.
    package func isNamedLink(_ contact: Int) -> Bool { isNamed[contact] }

    /// The interactions of journeys, in time order.
    /// - Complexity: O(n) for all together.
    package func members(of numbers: [Int]) -> [[Int]] {
        var members = [[Int]](repeating: [], count: numbers.count)
        guard let first = numbers.map({ journeys[$0].first }).min(),
            let last = numbers.map({ journeys[$0].last }).max()
        else { return [] }
        let places = Dictionary(
            uniqueKeysWithValues: numbers.enumerated().map { (Int32($1), $0) })
        for index in Int(first)...Int(last) {
            if let place = places[journeyOf[index]] { members[place].append(index) }
        }
        return members
    }

    /// Journeys by how they stand.
    package var stateCounts: [JourneyState: Int] {
        JourneyBook.counts(journeys.lazy.map(\.state))
    }

    /// Interactions by their part.
    package var roleCounts: [Role: Int] { JourneyBook.counts(role) }

    private static func counts<Code: RawRepresentable<UInt8> & CaseIterable & Hashable>(
        _ codes: some Sequence<Code>
    ) -> [Code: Int] {
        var counts = [Int](repeating: 0, count: 256)
        for code in codes { counts[Int(code.rawValue)] += 1 }
        return Dictionary(
            uniqueKeysWithValues: Code.allCases.map { ($0, counts[Int($0.rawValue)]) })
    }

    /// The rule of links that are no guess.
    package static let namedBySource = "named by the source"
}

extension JourneyBook {
    /// Rebuilds everything from the interactions.
    /// - Complexity: O(n); the table is sorted already.
    package init(_ table: ContactTable, rules unresolved: LinkRules) {
        let contacts = table.contacts
        let rules = ResolvedLinkRules(
            unresolved, dictionary: table.dictionary, intents: table.intents)
        let stated = inPieces(of: contacts.count, size: 65_536) { rows in
            rows.map { rules.failure(of: contacts[$0]) }
        }.flatMap { $0 }
        let (streams, issues) = Parallel.both(
            { ContactStreams(table, rules: rules, failure: stated) }, { IssueLinks(table) })
        let hazards = LinkHazards.fit(table, rules: rules, streams: streams)
        let links = JourneyLinks(table, streams, issues: issues, rules: rules, hazards: hazards)
        let handOff = unresolved.handOff.microseconds
        let failure = links.failuresWithReturns(stated, table, rules: rules, handOff: handOff)
        role = inPieces(of: contacts.count, size: 65_536) { rows in
            rows.map { row in
                let earlier = Int(links.predecessor[row])
                return earlier < 0
                    ? .first
                    : Role(
                        of: contacts[row], after: contacts[earlier], failure: failure[earlier],
                        handOff: handOff)
            }
        }.flatMap { $0 }
        let chains = JourneyChains(table, rules: rules, links: links)
        self.rules = rules
        predecessor = links.predecessor
        successor = links.successor
        self.failure = failure
        journeyOf = chains.journeyOf
        journeys = chains.journeys
        probability = links.probability
        isNamed = links.isNamed
        self.hazards = hazards
    }
}

/// What the rules and the sources link, by index of interaction.
private struct JourneyLinks {
    var predecessor: [Int32]
    var successor: [Int32]
    var probability: [Int32]
    var isNamed: [Bool]

    /// A link that ends at a place of a stream.
    private struct Link {
        var place: Int32
        var probability: Int32
    }

    init(
        _ table: ContactTable, _ streams: ContactStreams, issues: IssueLinks,
        rules: ResolvedLinkRules, hazards: LinkHazards
    ) {
        predecessor = issues.predecessor
        isNamed = predecessor.map { $0 >= 0 }
        probability = isNamed.map { $0 ? 1_000_000 : 0 }
        successor = [Int32](repeating: -1, count: predecessor.count)
        let contacts = table.contacts
        let named = issues.predecessor
        let parts = streams.inPieces { pieces in
            var links: [Link] = []
            for stream in pieces {
                let window = rules.windowMicroseconds(ofFamily: Int(streams.family[stream]))
                guard window > 0 else { continue }
                for place in streams.places(stream).dropFirst()
                where streams.at[place] - streams.at[place - 1] <= window {
                    let later = Int(streams.order[place])
                    // Two needs that their sources name are two, however close they are.
                    guard named[later] < 0,
                        !streams.isNamed[place] || !streams.isNamed[place - 1]
                    else { continue }
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
                let later = Int(streams.order[place])
                predecessor[later] = streams.order[place - 1]
                probability[later] = link.probability
            }
        }
        for later in contacts.indices.reversed() where predecessor[later] >= 0 {
            successor[Int(predecessor[later])] = Int32(later)
        }
    }
}

extension JourneyLinks {
    /// The failures that contacts show themselves, and those that only a return shows.
    func failuresWithReturns(
        _ stated: [UInt8], _ table: ContactTable, rules: ResolvedLinkRules, handOff: Int64
    ) -> [UInt8] {
        guard rules.rules.failures.contains(where: { $0.returnedWithin != nil }) else {
            return stated
        }
        var failure = stated
        for (later, contact) in table.contacts.enumerated() where predecessor[later] >= 0 {
            let earlier = Int(predecessor[later])
            guard failure[earlier] == 0 else { continue }
            let before = table.contacts[earlier]
            let role = Role(of: contact, after: before, failure: 0, handOff: handOff)
            // Who complains of it in the same issue is back, too.
            guard role == .repeat || role == .recovery else { continue }
            failure[earlier] = rules.failure(
                of: before, returnedAfter: (contact.at - before.at).microseconds)
        }
        return failure
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
                if journeys[Int(number)].customer < 0 {
                    journeys[Int(number)].customer = contacts[index].customer
                }
            } else {
                journeyOf[index] = Int32(journeys.count)
                journeys.append(
                    Journey(
                        first: Int32(index), last: Int32(index), contactCount: 1,
                        family: Int32(rules.family(of: contacts[index].intent)),
                        customer: contacts[index].customer, state: .settled))
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
        let window = TimeSpan(
            microseconds: rules.windowMicroseconds(ofFamily: Int(journey.family)))
        if let churned = table.churnedAt[journey.customer], churned >= last.at,
            churned <= last.at + window
        {
            return .churned
        }
        if journey.customer >= 0 || last.issue.isKnown, last.at + window >= table.coverage.to {
            return .open
        }
        switch last.outcome {
        case .abandoned: return .givenUp
        // Work that ends so has its own reasons: a complaint may not be upheld.
        case .unresolved where last.kind == .contact: return .givenUp
        case .contained: return .undetermined
        default: return .settled
        }
    }
}
