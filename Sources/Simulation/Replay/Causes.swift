// Where a contact's cost comes from in each world, and whether anybody came back.

import Modeling
import Projections
import Randomness

extension Replication {
    /// Whether a contact that was abandoned is the last of its need: nobody came back. Where
    /// there is no customer, the return is a draw from the fitted law.
    func isSilentEnd(
        _ contact: RecordedContact, change: ReturnChange, _ scratch: borrowing ReplayScratch
    ) -> Bool {
        guard contact.marks.contains(.abandoned) else { return false }
        guard change == .asRecorded else { return change == .prevented }
        guard contact.isIdentified else {
            let uniform = draws.uniform(
                address: contact.address, purpose: tables.purposes.unseenReturn)
            return uniform >= returnProbability(contact.family, Int(contact.failure))
        }
        let next = Int(contact.consequence)
        return next < 0 || !scratch.contacts[next].isCaused
    }

    /// Whether the record shows that the customer was served then, or came back.
    func wasServed(_ contact: RecordedContact, _ scratch: borrowing ReplayScratch) -> Bool {
        if contact.isServed { return true }
        let next = Int(contact.consequence)
        return next >= 0 && scratch.contacts[next].isCaused
    }

    /// The caused row of a contact in the record: its own need, or the failure at the root.
    func recordedCause(_ place: Place) -> Int {
        tables.caused(
            intent: place.rootIntent, failure: place.isCaused ? Int(place.rootFailure) : 0)
    }

    /// The caused row in the scenario: failures of the automation take the place of recorded
    /// ones where they come first.
    func scenarioCause(_ place: Place, _ scratch: borrowing ReplayScratch) -> Int {
        let automation = Int(scratch.contacts[place.root].automationFailure)
        guard automation != 0 else { return recordedCause(place) }
        return tables.caused(intent: place.rootIntent, failure: automation)
    }
}
