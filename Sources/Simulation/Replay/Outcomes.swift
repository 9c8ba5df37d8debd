// What follows a contact in the scenario's world: its return, its escalation, and somebody who
// notices in time that it failed. Recorded answers are kept unless the scenario changes the odds.

import Events
import Modeling
import Projections
import Randomness

extension Replication {
    /// The return after a contact, where the scenario changes its odds.
    mutating func settleReturn(
        _ contact: borrowing RecordedContact, _ place: Place, odds: Double,
        _ scratch: inout ReplayScratch
    ) {
        guard odds != 1, scratch.contacts[place.index].returnChange == .asRecorded else { return }
        let fitted = returnProbability(contact.family, Int(contact.failure))
        let changed = Odds.scaled(fitted, by: odds)
        let uniform = draws.uniform(
            address: contact.address, purpose: tables.purposes.unseenReturn)
        guard contact.isFollowed else {
            // Nothing was recorded of this customer's return: u = v.
            if uniform < changed, uniform >= fitted { createReturn(contact, place, &scratch) }
            if uniform < fitted, uniform >= changed {
                scratch.contacts[place.index].returnChange = .prevented
                guard place.isInCohort else { return }
                result.avertedUnidentified += tables.meanReworkCost[Int(contact.family)]
            }
            return
        }
        let observed = scratch.contacts[place.index].isReturnedFrom
        let chance = BinaryChance(observed: observed, fitted: fitted, uniform: uniform)
        switch (observed, chance.choice(scenario: changed)) {
        case (true, false): scratch.contacts[place.index].returnChange = .prevented
        case (false, true): createReturn(contact, place, &scratch)
        default: break
        }
    }

    private mutating func createReturn(
        _ contact: borrowing RecordedContact, _ place: Place, _ scratch: inout ReplayScratch
    ) {
        scratch.contacts[place.index].returnChange = .created
        let address = DrawAddress.child(
            of: contact.address, purpose: tables.purposes.created, ordinal: 0)
        let delay = tables.delays[Int(contact.failure)].quantile(
            draws.uniform(address: address, purpose: tables.purposes.createdDelay))
        create(
            row: Int(contact.failure), isRework: true, address: address, contact, place,
            delay: delay, &scratch)
    }

    /// The escalation after a served contact, where the scenario changes its odds. One that it
    /// newly brings about is not created: it only prevents, or keeps what was recorded.
    func settleEscalation(
        _ contact: borrowing RecordedContact, _ place: Place, odds: Double,
        _ scratch: inout ReplayScratch
    ) {
        guard odds != 1, scratch.contacts[place.index].isEscalatedFrom else { return }
        let fitted = tables.escalationShare[Int(contact.family)]
        let chance = BinaryChance(
            observed: true, fitted: fitted,
            uniform: draws.uniform(
                address: contact.address, purpose: tables.purposes.escalation))
        scratch.contacts[place.index].isEscalationPrevented = !chance.choice(
            scenario: Odds.scaled(fitted, by: odds))
    }

    /// A failure that is noticed before the customer is back: somebody gets in touch, and mends it
    /// or does not.
    mutating func notice(
        _ contact: borrowing RecordedContact, _ place: Place, on day: Int64,
        _ automations: borrowing FixedBuffer<ActiveAutomation>, _ scratch: inout ReplayScratch
    ) {
        for number in automations.indices
        where contact.reach.contains(number)
            && automations[number].table.act == .detection
        {
            guard scratch.contacts[place.index].returnChange == .asRecorded,
                automations[number].reaches(contact, on: day, draws)
            else { continue }
            notice(automations[number], contact, place, &scratch)
        }
    }

    private mutating func notice(
        _ automation: borrowing ActiveAutomation, _ contact: borrowing RecordedContact,
        _ place: Place,
        _ scratch: inout ReplayScratch
    ) {
        let purposes = automation.table.purposes
        if place.isInCohort { payForUse(of: automation, contact, at: contact.at, &scratch) }
        func isDrawn(_ purpose: DrawPurpose, _ key: ParameterKey) -> Bool {
            draws.uniform(address: contact.address, purpose: purpose)
                < automation.drawn.value(key, otherwise: 0)
        }
        let lag = Int64((automation.drawn.value(.lagHours, otherwise: 0) * 3.6e9).rounded())
        let state = scratch.contacts[place.index]
        guard isDrawn(purposes.success, .recall),
            !state.isReturnedFrom || lag < state.firstReturnAfter
        else { return }
        let isMended = isDrawn(purposes.failedEnd, .recovered)
        if isMended { scratch.contacts[place.index].returnChange = .recovered }
        guard place.isInCohort else { return }
        result.scenario.add(.failuresNoticed)
        if isMended { result.scenario.add(.failuresMended) }
        // Whoever looks at what was flagged looks at false alarms, too.
        let review =
            Double(automation.drawn.microseconds(.reviewSeconds))
            / max(0.01, automation.drawn.value(.precision, otherwise: 1))
        let moment = contact.at + state.endShift + lag
        spendOnPeople(
            Int64(review.rounded()), contact, place, cause: .recovery, at: moment,
            isCustomerThere: false, &scratch)
        spendOnPeople(
            automation.drawn.microseconds(.recoverySeconds), contact, place, cause: .recovery,
            at: moment, &scratch)
    }

    /// A contact that the record does not hold, brought about by an automation.
    mutating func create(
        _ cause: AddedCause, by purpose: DrawPurpose, _ parent: borrowing RecordedContact,
        _ place: Place,
        delay: Int64, _ scratch: inout ReplayScratch
    ) {
        create(
            row: tables.rows.failure(cause), isRework: cause != .reply,
            address: DrawAddress.child(of: parent.address, purpose: purpose, ordinal: 0), parent,
            place, delay: delay, &scratch)
    }

    /// - Parameter row: the failure that its cost is caused by.
    private mutating func create(
        row: Int, isRework: Bool, address: UInt64, _ parent: borrowing RecordedContact,
        _ place: Place,
        delay: Int64, _ scratch: inout ReplayScratch
    ) {
        guard place.isInCohort else { return }
        let purposes = tables.purposes
        let laws = tables.durations[Int(parent.family)]
        let handle = laws.handle.quantile(
            draws.uniform(address: address, purpose: purposes.createdHandle))
        let wait = laws.wait.quantile(
            draws.uniform(address: address, purpose: purposes.createdWait))
        result.createdContacts += 1
        result.scenario.add(.contacts)
        result.scenario.add(.servedContacts)
        if isRework { result.scenario.add(.reworkContacts) }
        let shift = scratch.contacts[place.index].endShift + delay
        let moment = parent.at + shift + tables.untilOpen(parent, shift: shift)
        scratch.create(
            parent, handle: handle, isRework: isRework, on: day(of: parent, at: moment))
        spendCustomerTime(wait, parent, &scratch)
        spendOnPeople(
            handle, parent, place, row: row, at: moment, rate: tables.createdRate(parent), &scratch)
    }
}
