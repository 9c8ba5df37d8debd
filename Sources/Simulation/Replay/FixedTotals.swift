// What no scenario and no replication changes: the trees of contacts that no automation reaches
// and whose links are certain. They are added up once, and every replication adds the sum.

import Projections
import Randomness

struct FixedTotals: Sendable {
    /// An abandoned contact whose return the record could not show: a draw in each replication
    /// says whether the need ended in silence.
    struct UnseenReturn: Sendable {
        let address: UInt64
        /// Its place among the fitted probabilities of return.
        let law: Int32
    }

    let counters: [Int64]
    let cells: [(cell: Int32, amount: Int64)]
    let unseen: [UnseenReturn]

    init(_ trees: RecordedTrees, _ tables: ReplayTables, _ dimensions: LedgerDimensions) {
        var totals = RunningTotals(dimensions)
        var states = FixedBuffer(repeating: ContactState(), count: trees.longest)
        var unseen: [UnseenReturn] = []
        let contacts = trees.contacts
        for tree in trees.certain {
            let places = trees.places(tree)
            states.link(places, contacts) { $0.linkMillionths > 0 }
            for index in places {
                let slot = index - places.lowerBound
                states.follow(slot, places, contacts)
                let place = Place(states, slot, places, contacts)
                guard place.isInCohort else { continue }
                let contact = contacts[index]
                let isUnseen = contact.marks.contains(.abandoned) && !contact.isFollowed
                if isUnseen {
                    unseen.append(
                        UnseenReturn(address: contact.address, law: tables.law(of: contact)))
                }
                let isSilentEnd =
                    contact.marks.contains(.abandoned) && contact.isFollowed
                    && !states[slot].isReturnedFrom
                totals.record(
                    contact, place,
                    cause: tables.caused(
                        intent: place.originIntent, failure: Int(place.originFailure)),
                    isSilentEnd: isSilentEnd)
            }
        }
        counters = totals.counts
        cells = totals.matrix.posted
        self.unseen = unseen
    }
}

extension ReplayTables {
    /// Place of a contact's family and failure among the fitted probabilities of return.
    func law(of contact: RecordedContact) -> Int32 {
        contact.family * Int32(modelFailureCount) + Int32(contact.failure)
    }
}
