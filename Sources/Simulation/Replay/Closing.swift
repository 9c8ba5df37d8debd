// What is counted of a contact, where its cost comes from, and the sums at the end.

import Events
import Modeling
import Projections
import Randomness

extension Replication {
    /// Whether a contact that was abandoned is the last of its need: nobody came back. Where
    /// there is no customer, the return is a draw from the fitted law.
    func isSilentEnd(_ index: Int, _ contact: Contact, change: ReturnChange) -> Bool {
        guard contact.outcome == .abandoned else { return false }
        guard change == .asRecorded else { return change == .prevented }
        guard contact.isIdentified else {
            let family = plan.book.rules.family(of: contact.intent)
            let uniform = draws.uniform(
                address: contact.address, purpose: plan.purposes.unseenReturn)
            return uniform >= returnProbability(family, Int(plan.book.failure[index]))
        }
        let successor = Int(plan.book.successor[index])
        return successor < 0 || !isLinkDrawn(successor)
    }

    /// The caused row of a contact in the record: its own need, or the failure at the root.
    func recordedCause(_ place: Place) -> Int {
        let root = plan.table.contacts[place.root]
        return plan.dimensions.caused(
            intent: plan.dimensions.intent(root.intent),
            failure: place.isCaused ? Int(plan.book.failure[place.root]) : 0)
    }

    /// The caused row in the scenario: failures of the automation take the place of recorded
    /// ones where they come first.
    func scenarioCause(_ place: Place, _ step: StepEnd, _ scratch: inout ReplayScratch) -> Int {
        let automation = Int(scratch.automationFailure[place.root])
        guard automation != 0 else {
            if case .unmet(let kind, _) = step, !place.isCaused {
                return row(of: place.root, failure: failureRow(kind))
            }
            return recordedCause(place)
        }
        return row(of: place.root, failure: automation)
    }

    private func row(of root: Int, failure: Int) -> Int {
        let intent = plan.dimensions.intent(plan.table.contacts[root].intent)
        return plan.dimensions.caused(intent: intent, failure: failure)
    }

    /// Build, supervision and maintenance: one posting without a customer.
    mutating func chargeFixedCost(_ scratch: inout ReplayScratch) {
        let named = plan.intervention.intents.first ?? ""
        guard parameters.fixedCost != 0,
            let intent = plan.dimensions.intentNames.firstIndex(of: named)
        else { return }
        postRunCost(parameters.fixedCost, intent: intent, customer: -1, &scratch)
    }

    /// Compares books with classes, per customer and in total, and counts customers.
    mutating func close(_ scratch: inout ReplayScratch) {
        result.unexplained =
            result.scenario.matrix.total - result.baseline.matrix.total + result.classes.net
        result.customersUnexplained = zip(scratch.bookedChange, scratch.classedChange)
            .count { $0 != $1 }
        for (marks, change) in zip(scratch.marks, scratch.timeChange)
        where marks.contains(.reached) {
            result.customersReached += 1
            if marks.contains(.gaveUp) || change > 0 {
                result.customersWorseOff += 1
            } else if change < 0 {
                result.customersBetterOff += 1
            }
        }
    }
}
