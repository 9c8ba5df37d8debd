// Where a contact's cost comes from in each world, and whether anybody came back.

import Modeling
import Projections
import Randomness

extension Replication {
    /// Whether a contact that was abandoned is the last of its need: nobody came back. Where
    /// neither customer nor issue is known, the return is a draw from the fitted law.
    func isSilentEnd(
        _ contact: RecordedContact, change: ReturnChange, isReturnedFrom: Bool
    ) -> Bool {
        guard contact.marks.contains(.abandoned) else { return false }
        guard change == .asRecorded else { return change == .prevented }
        guard contact.isFollowed else {
            let uniform = draws.uniform(
                address: contact.address, purpose: tables.purposes.unseenReturn)
            return uniform >= returnProbability(contact.family, Int(contact.failure))
        }
        return !isReturnedFrom
    }

    /// The caused row of a contact in the record: its own need, or the failure at the root.
    func recordedCause(_ place: Place) -> Int {
        tables.caused(
            intent: place.originIntent, failure: Int(place.originFailure))
    }

    /// The caused row in the scenario: failures of the automation take the place of recorded
    /// ones where they come first.
    func scenarioCause(_ place: Place, _ scratch: borrowing ReplayScratch) -> Int {
        let automation = Int(scratch.contacts[place.index].automationFailure)
        guard automation != 0 else { return recordedCause(place) }
        return tables.caused(intent: place.originIntent, failure: automation)
    }
}
