// What became of single recorded contacts over the replications of a run: what a figure rests on.

import Projections

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
    /// Replays a range and notes what becomes of one customer's contacts, with the customer's sums.
    /// - Parameter customer: dense number in the table.
    /// - Complexity: as replaying the whole range.
    package func explain(
        customer: Int32, range: ReplicationRange
    ) -> (contacts: [ContactTally], customer: CustomerTally.Entry) {
        let places = recorded.indices.filter { recorded[$0].customer == customer }
        let addresses = Dictionary(
            table.contacts.enumerated().filter { $0.element.customer == customer }
                .map { ($0.element.address, $0.offset) }, uniquingKeysWith: { first, _ in first })
        var scratch = ReplayScratch(self)
        var tally = CustomerTally(self)
        var contacts: [ContactTally] = []
        for draw in range.draws {
            let parameters = parameters(draw: draw)
            for replication in range.replications(ofDraw: draw) {
                _ = replicate(replication, parameters: parameters, scratch: &scratch)
                tally.add(scratch)
                if contacts.isEmpty {
                    contacts = places.map { place in
                        ContactTally(
                            contact: addresses[recorded[place].address] ?? 0,
                            isInScope: recorded[place].isInScope,
                            isInCohort: recorded[Int(scratch.contacts[place].root)].marks
                                .contains(.inWindow))
                    }
                }
                for (number, place) in places.enumerated() {
                    contacts[number].add(scratch.contacts[place])
                }
            }
        }
        return (contacts, tally.customers[Int(customer)])
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
