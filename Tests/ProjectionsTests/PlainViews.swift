// The views a second time, by definition and by looking at everything again: visits by recursion,
// followers by search. It exists to disagree.

import Events
import Projections

struct PlainViews {
    let journeys: PlainJourneys
    let window: TimeSpan

    private var contacts: [Contact] { journeys.contacts }

    /// A contact that a customer made.
    func isInbound(_ index: Int) -> Bool {
        let contact = contacts[index]
        return contact.kind == .contact && contact.direction != .outbound
            && contact.direction != .internal
    }

    /// The first leg of the visit that an inbound contact is part of.
    func firstLeg(_ index: Int) -> Int {
        let role = journeys.role(index)
        guard role == .continuation || role == .escalation, let before = journeys.link[index],
            isInbound(before)
        else { return index }
        return firstLeg(before)
    }

    var visits: [Int] { contacts.indices.filter { isInbound($0) && firstLeg($0) == $0 } }

    func legs(_ visit: Int) -> [Int] {
        contacts.indices.filter { isInbound($0) && firstLeg($0) == visit }
    }

    func isServed(_ visit: Int) -> Bool {
        legs(visit).contains {
            contacts[$0].actor == .agent && contacts[$0].outcome != .abandoned
        }
    }

    func journey(_ index: Int) -> Int { journeys.start(index) }

    func nextInJourney(_ visit: Int) -> Int? {
        visits.first { $0 > visit && journey($0) == journey(visit) }
    }

    func nextOfNeed(_ visit: Int) -> Int? {
        let contact = contacts[visit]
        let candidate = visits.first { other in
            other > visit && contact.customer >= 0 && contacts[other].customer == contact.customer
                && journeys.families[other] == journeys.families[visit]
        }
        let inJourney = nextInJourney(visit)
        guard let candidate else { return inJourney }
        let isOther =
            contact.issue.isKnown && contacts[candidate].issue.isKnown
            && journey(candidate) != journey(visit)
        if isOther { return inJourney }
        return min(candidate, inJourney ?? .max)
    }

    enum Sight { case unseen, censored, followed, notFollowed }

    func sight(_ visit: Int, isStrict: Bool = false) -> Sight {
        let contact = contacts[visit]
        guard contact.customer >= 0 || contact.issue.isKnown else { return .unseen }
        guard contact.at + window < journeys.table.coverage.to else { return .censored }
        let next = isStrict ? nextInJourney(visit) : nextOfNeed(visit)
        guard let next, contacts[next].at <= contact.at + window else { return .notFollowed }
        return .followed
    }

    /// The starts of journeys, and how each stands.
    func state(_ start: Int) -> JourneyState {
        let last = contacts.indices.last { journeys.start($0) == start } ?? start
        return journeys.state(lastContact: last, family: journeys.families[start])
    }

    var starts: [Int] { contacts.indices.filter { journeys.link[$0] == nil } }

    /// Whether the visit's own end, or the journey's first complaint, shows that it met no need.
    func isUnmet(_ visit: Int) -> Bool {
        let last = legs(visit).last ?? visit
        if [.unresolved, .abandoned].contains(contacts[last].outcome) { return true }
        let complaint = contacts.indices.first {
            journey($0) == journey(visit) && journeys.role($0) == .recovery
        }
        guard let complaint else { return false }
        return contacts[complaint].at >= contacts[visit].at
            && contacts[complaint].at <= contacts[visit].at + window
    }
}
