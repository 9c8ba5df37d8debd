// What is counted of a contact, where its cost comes from, and the sums at the end.

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

    /// Build, supervision and maintenance: one posting without a customer.
    mutating func chargeFixedCost(_ scratch: inout ReplayScratch) {
        guard parameters.fixedCost != 0 else { return }
        postRunCost(
            parameters.fixedCost, isAssumed: tables.isFixedCostAssumed,
            intent: tables.scopeIntent, customer: -1, &scratch)
    }

    /// Minutes freed are not cash until a roster changes: what a pool is charged less for handling
    /// in a week, it is charged as capacity, in the same integer. Minutes added are cash: no
    /// roster is known, so none is assumed to have had idle people.
    mutating func keepCapacity(_ scratch: inout ReplayScratch) {
        let freed = scratch.poolChange.reduce(Int64(0)) { $0 + max(0, -$1) }
        result.scenario.matrix.post(
            caused: tables.caused(intent: tables.scopeIntent, failure: tables.rows.keptCapacity),
            paid: tables.paid(intent: tables.scopeIntent, payer: tables.rows.rosterPayer), freed)
        result.classes.unreleased += freed
        // Capacity is the pool's and no customer's.
        scratch.customers[0].booked += freed
        scratch.customers[0].classed += freed
    }

    /// Compares books with classes, per customer and in total, and counts customers.
    mutating func close(_ scratch: inout ReplayScratch) {
        result.unexplained =
            result.scenario.matrix.total - result.baseline.matrix.total + result.classes.net
        for customer in scratch.customers {
            if customer.booked != customer.classed { result.customersUnexplained += 1 }
            guard customer.marks.contains(.reached) else { continue }
            result.customersReached += 1
            if customer.marks.contains(.gaveUp) || customer.time > 0 {
                result.customersWorseOff += 1
            } else if customer.time < 0 {
                result.customersBetterOff += 1
            }
        }
    }
}
