// What belongs to no contact, and the sums at the end of a replication.

import Modeling
import Projections

extension Replication {
    /// Build, supervision and maintenance: one posting without a customer.
    mutating func chargeFixedCost(_ scratch: inout ReplayScratch) {
        guard parameters.fixedCost != 0 else { return }
        postRunCost(
            parameters.fixedCost, isAssumed: tables.isFixedCostAssumed,
            intent: tables.scopeIntent, customer: -1, &scratch)
    }

    /// Minutes freed are not cash until a roster changes: what a pool is charged less for handling
    /// in a week, it is charged as capacity, in the same integer. Where it is charged more over a
    /// week, that is cash: no roster is known, so none is assumed to have had idle people.
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
