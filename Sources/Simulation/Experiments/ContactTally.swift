// What became of single recorded contacts over the replications of a run: what a figure rests on.

import Projections
import Randomness

/// One recorded contact's ends over replications.
package struct ContactTally: Hashable, Sendable {
    /// Place in the table of contacts.
    package let contact: Int
    package let isInScope: Bool
    package let isInCohort: Bool
    package fileprivate(set) var replications = 0
    /// Replications in which it happens in the scenario, of these later than recorded, and because
    /// automation left the need unmet before.
    package fileprivate(set) var happens = 0
    package fileprivate(set) var later = 0
    package fileprivate(set) var again = 0
    /// In which automation met the need before it.
    package fileprivate(set) var isMet = 0
    /// In which it brings about a return that was not recorded, or loses one that was.
    package fileprivate(set) var returnsCreated = 0
    package fileprivate(set) var returnsPrevented = 0
    /// Sums, over the replications in which it happens: how much later, and how much longer people
    /// take for it, in microseconds.
    package fileprivate(set) var shift: Int64 = 0
    package fileprivate(set) var handleChange: Int64 = 0
}

extension ReplayPlan {
    /// Replays one customer's contacts and notes what becomes of them, with the customer's sums.
    /// - Parameter customer: dense number in the table.
    /// - Complexity: O(replications × contacts of the trees with a contact of the customer).
    package func explain(
        customer: Int32, range: ReplicationRange
    ) -> (contacts: [ContactTally], customer: CustomerTally.Entry) {
        guard let number = trees.customers.firstIndex(of: customer) else { return ([], .init()) }
        let isReached = number < trees.reachedCustomerCount
        let own = (0..<trees.certain.upperBound).filter { tree in
            trees.contacts[trees.places(tree)].contains { $0.customer == Int32(number) }
        }
        let addresses = Dictionary(
            table.contacts.enumerated().filter { $0.element.customer == customer }
                .map { ($0.element.address, $0.offset) }, uniquingKeysWith: { first, _ in first })
        var scratch = ReplayScratch(self)
        var entry = CustomerTally.Entry()
        var contacts: [Int: ContactTally] = [:]
        for draw in range.draws {
            let parameters = parameters(draw: draw)
            for replication in range.replications(ofDraw: draw) {
                scratch.reset()
                let draws = Draws(seed: seed, replication: UInt32(replication))
                let automations = active(parameters, draws)
                var state = Replication(
                    self, parameters: parameters, draws, automations, RunningResult(dimensions))
                for tree in own {
                    let places = trees.places(tree)
                    if trees.reached.contains(tree) {
                        state.replay(places, trees.contacts, automations, &scratch)
                    } else {
                        state.follow(places, trees.contacts, &scratch)
                    }
                    for place in places where trees.contacts[place].customer == Int32(number) {
                        let found = scratch.contacts[place - places.lowerBound]
                        contacts[place, default: tally(place, found, places, addresses)].add(found)
                    }
                }
                if isReached { entry += CustomerTally.entry(scratch.customers[number + 1]) }
            }
        }
        return (contacts.values.sorted { $0.contact < $1.contact }, entry)
    }

    private func tally(
        _ place: Int, _ state: ContactState, _ tree: Range<Int>, _ addresses: [UInt64: Int]
    ) -> ContactTally {
        let contact = trees.contacts[place]
        let root = trees.contacts[tree.lowerBound + Int(state.root)]
        return ContactTally(
            contact: addresses[contact.address] ?? 0, isInScope: contact.isInScope,
            isInCohort: root.marks.contains(.inWindow))
    }
}

extension ContactTally {
    fileprivate init(contact: Int, isInScope: Bool, isInCohort: Bool) {
        self.contact = contact
        self.isInScope = isInScope
        self.isInCohort = isInCohort
    }

    fileprivate mutating func add(_ state: ContactState) {
        replications += 1
        if state.isMet { isMet += 1 }
        switch state.returnChange {
        case .asRecorded: break
        case .created: returnsCreated += 1
        case .prevented, .recovered: returnsPrevented += 1
        }
        guard state.happens else { return }
        happens += 1
        if state.arrivalShift != 0 { later += 1 }
        if state.isAgain { again += 1 }
        shift += state.arrivalShift
        handleChange += state.handleChange
    }
}
