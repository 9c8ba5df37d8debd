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

    /// The caused row of a contact in the record: its own need, or the failure at the root.
    func recordedCause(_ place: Place) -> Int {
        tables.caused(
            intent: place.rootIntent, failure: place.isCaused ? Int(place.rootFailure) : 0)
    }

    /// The caused row in the scenario: failures of the automation take the place of recorded
    /// ones where they come first.
    func scenarioCause(
        _ place: Place, _ step: StepEnd, _ scratch: borrowing ReplayScratch
    ) -> Int {
        let automation = Int(scratch.contacts[place.root].automationFailure)
        if automation != 0 {
            return tables.caused(intent: place.rootIntent, failure: automation)
        }
        if case .unmet(let kind, _) = step, !place.isCaused {
            return tables.caused(intent: place.rootIntent, failure: failureRow(kind))
        }
        return recordedCause(place)
    }

    /// Build, supervision and maintenance: one posting without a customer.
    mutating func chargeFixedCost(_ scratch: inout ReplayScratch) {
        guard parameters.fixedCost != 0, tables.fixedCostIntent >= 0 else { return }
        postRunCost(
            parameters.fixedCost, intent: Int32(tables.fixedCostIntent), customer: -1, &scratch)
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
