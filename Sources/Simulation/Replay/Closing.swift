// What belongs to no contact, and the sums at the end of a replication.

import Modeling
import Projections

extension Replication {
    /// Build, supervision and maintenance: one posting without a customer for each automation.
    mutating func chargeFixedCosts(
        _ automations: borrowing FixedBuffer<ActiveAutomation>, _ scratch: inout ReplayScratch
    ) {
        for number in automations.indices where automations[number].drawn.fixedCost != 0 {
            let table = automations[number].table
            postRunCost(
                automations[number].drawn.fixedCost, caused: tables.rows.row(.fixedCost),
                paid: tables.paid(ofNoIntent: table.payer), isAssumed: table.isFixedCostAssumed,
                customer: -1, &scratch)
        }
    }

    /// Hours of people who serve no customers: the recorded world pays them, and so does the
    /// scenario's, but for the share that is turned into cash.
    mutating func releaseHours(
        _ automations: borrowing FixedBuffer<ActiveAutomation>, _ scratch: inout ReplayScratch
    ) {
        for number in automations.indices where automations[number].table.act == .hours {
            let table = automations[number].table
            let amount = HoursReleased(automations[number]).amount
            let share = automations[number].drawn.value(.cashed, otherwise: 0)
            let cashed = Int64((Double(amount) * share).rounded())
            result.baseline.matrix.post(
                caused: tables.rows.row(.hours), paid: tables.paid(ofNoIntent: table.payer), amount)
            result.classes.grossSaving += amount
            scratch.customers[0].booked -= amount
            scratch.customers[0].classed -= amount
            keepRoster(amount - cashed, &scratch)
            result.provenance.assumed += amount
        }
    }

    /// Minutes freed are not cash until a roster changes: what a pool is charged less for handling
    /// in a week, it is charged as capacity, in the same integer. Where it is charged more over a
    /// week, that is cash: no roster is known, so none is assumed to have had idle people.
    mutating func keepCapacity(_ scratch: inout ReplayScratch) {
        var freed: Int64 = 0
        for place in scratch.poolChange.indices {
            freed += max(0, -scratch.poolChange[place])
        }
        keepRoster(freed, &scratch)
    }

    /// Capacity is the pool's and no customer's.
    private mutating func keepRoster(_ freed: Int64, _ scratch: inout ReplayScratch) {
        result.scenario.matrix.post(
            caused: tables.rows.row(.keptCapacity),
            paid: tables.paid(ofNoIntent: tables.rows.rosterPayer), freed)
        result.classes.unreleased += freed
        scratch.customers[0].booked += freed
        scratch.customers[0].classed += freed
    }

    /// Compares books with classes, per customer and in total, and counts customers.
    mutating func close(
        _ dimensions: LedgerDimensions, _ profile: RecordedProfile, _ scratch: inout ReplayScratch
    ) -> ReplicationResult {
        var closed = ReplicationResult(
            baseline: WorldTotals(result.baseline, with: result.untouched, dimensions),
            scenario: WorldTotals(result.scenario, with: result.untouched, dimensions))
        closed.classes = result.classes
        closed.provenance = result.provenance
        closed.avertedUnidentified = result.avertedUnidentified
        closed.createdContacts = result.createdContacts
        closed.unexplained =
            closed.scenario.matrix.total - closed.baseline.matrix.total + closed.classes.net
        closed.weeks = scratch.profile.weeks()
        closed.segments = profile.segments.map { _ in SegmentTotals() }
        var counts = profile.counts
        for number in scratch.customers.indices {
            let customer = scratch.customers[number]
            if number > 0, customer.contacts != 0 {
                let before = Int(profile.contactsOf[number - 1])
                counts.move(from: before, to: before + Int(customer.contacts))
            }
            if customer.booked != customer.classed { closed.customersUnexplained += 1 }
            guard customer.marks.contains(.reached) else { continue }
            closed.customersReached += 1
            if customer.isWorseOff { closed.customersWorseOff += 1 }
            if customer.isWorseOffAnew { closed.customersWorseOffAnew += 1 }
            if customer.isBetterOff { closed.customersBetterOff += 1 }
            guard number > 0 else { continue }
            closed.segments[Int(profile.segmentOf[number - 1])].add(customer)
        }
        closed.spread = profile.spread(
            changedBy: scratch.profile, effort: scratch.effort, counts: counts)
        return closed
    }
}

/// What an automation releases of the hours of people who serve no customers.
struct HoursReleased {
    /// Thousandths of a minor unit over all its days.
    let amount: Int64
    /// Hours a week that are used again, for coaching.
    let reusedPerWeek: Double

    init(_ automation: borrowing ActiveAutomation) {
        let table = automation.table
        let perWeek =
            automation.drawn.value(.hoursPerWeek, otherwise: 0) * automation.drawn.exposure
        let days = (table.firstDay...table.lastDay).reduce(0.0) { $0 + table.ramp($1) }
        let rate = automation.drawn.value(.ratePerHour, otherwise: 0)
        amount = Int64((perWeek * rate * days / 7 * 100_000).rounded())
        reusedPerWeek = perWeek * automation.drawn.value(.reused, otherwise: 0)
    }
}
