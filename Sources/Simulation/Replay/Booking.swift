// Posting both worlds to their ledgers, and sorting every change into its class. The books and
// the classes are kept apart and compared at the end: that is the balance.

import Events
import Modeling
import Projections
import Randomness

extension Replication {
    /// The recorded contact in the world as it was.
    /// - Returns: Whether its need ends there unmet and in silence.
    mutating func bookBaseline(
        _ contact: borrowing RecordedContact, _ place: Place, _ scratch: inout ReplayScratch
    ) -> Bool {
        let isSilentEnd = isSilentEnd(
            contact, change: .asRecorded,
            isReturnedFrom: scratch.contacts[place.index].isReturnedFrom)
        result.baseline.record(
            contact, place, cause: recordedCause(place), isSilentEnd: isSilentEnd)
        let customer = Int(contact.customer) + 1
        let (first, second) = contact.charges
        if first.payer >= 0 { scratch.customers[customer].booked -= first.amount }
        if second.payer >= 0 { scratch.customers[customer].booked -= second.amount }
        scratch.customers[customer].time -= contact.customerTime
        if contact.isIdentified, contact.isInScope {
            scratch.customers[customer].marks.insert(.reached)
        }
        return isSilentEnd
    }

    /// The same contact in the scenario's world.
    /// - Parameter wasSilentEnd: what it was in the world as it was.
    mutating func bookScenario(
        _ contact: borrowing RecordedContact, _ place: Place, wasSilentEnd: Bool,
        _ scratch: inout ReplayScratch
    ) {
        if place.isRoot { result.scenario.add(.issues) }
        let state = scratch.contacts[place.index]
        guard state.happens else {
            scratch.take(contact, isRework: place.isCaused, isSilentEnd: wasSilentEnd)
            remove(contact.charges.0, contact, place, &scratch)
            remove(contact.charges.1, contact, place, &scratch)
            noteAverted(contact)
            return
        }
        // Who is back is back once, however many legs the contact has.
        let isBack = !contact.marks.contains(.fulfilment) && state.isAgain
        let isRework = place.isCaused || isBack
        result.scenario.count(contact, isRework: isRework)
        result.scenario.add(.handleTime, state.handleChange)
        spendCustomerTime(contact.customerTime + state.customerTimeChange, contact, &scratch)
        let isSilentEnd = isSilentEnd(
            contact, change: state.returnChange, isReturnedFrom: state.isReturnedFrom)
        if isSilentEnd { result.scenario.add(.silentGiveUps) }
        // What is as recorded changes no day.
        if state.isOfOtherEffort || isRework != place.isCaused || isSilentEnd != wasSilentEnd {
            scratch.take(contact, isRework: place.isCaused, isSilentEnd: wasSilentEnd)
            scratch.give(
                contact, state, isRework: isRework, isSilentEnd: isSilentEnd,
                on: day(of: contact, at: contact.at + state.arrivalShift))
            drawOwnTimeAnew(contact, &scratch)
        }
        let cause = scenarioCause(place, scratch)
        keep(contact.charges.0, cause: cause, contact, place, &scratch)
        keep(contact.charges.1, cause: cause, contact, place, &scratch)
    }

    /// No log tells how chance is shared between the two worlds: what a customer's own time in a
    /// changed contact would be, were it not shared at all.
    private func drawOwnTimeAnew(_ contact: RecordedContact, _ scratch: inout ReplayScratch) {
        guard contact.isIdentified, contact.marks.contains(.inbound) else { return }
        let uniform = draws.uniform(
            address: contact.address, purpose: tables.purposes.ownTimeAnew)
        scratch.customers[Int(contact.customer) + 1].timeAnew +=
            tables.ownTimes[tables.ownTimeLaw(of: contact)].quantile(uniform)
            - contact.customerTime
    }

    /// A charge of the record that the scenario has too, if of other minutes or in another channel.
    private mutating func keep(
        _ recorded: RecordedCharge, cause: Int, _ contact: borrowing RecordedContact,
        _ place: Place,
        _ scratch: inout ReplayScratch
    ) {
        guard recorded.payer >= 0 else { return }
        let state = scratch.contacts[place.index]
        var charge = recorded
        if recorded.isHandling, state.handleChange != 0 || state.isMoved {
            charge = (state.isMoved ? contact.movedRate : contact.rate).charge(
                contact.handleTime + state.handleChange)
            if charge.payer < 0 { charge = recorded }
        }
        let shift = state.arrivalShift
        post(charge, cause: cause, contact, &scratch)
        if shift != 0 || charge != recorded {
            scratch.profile[Int(contact.day), .charges] -= recorded.amount
            scratch.profile[day(of: contact, at: contact.at + shift), .charges] += charge.amount
            changePool(recorded, -recorded.amount, of: contact, at: contact.at, &scratch)
            changePool(charge, charge.amount, of: contact, at: contact.at + shift, &scratch)
        }
        if state.isAgain {
            // Only postponed: it leaves its recorded role and posts as rework.
            saveAtOrigin(recorded.amount, contact, &scratch)
            classify(charge.amount, paidAt: contact.at + shift, place, contact, &scratch)
            weigh(charge.amount, contact, place)
        } else if charge != recorded {
            saveAtOrigin(recorded.amount - charge.amount, contact, &scratch)
            weigh(abs(recorded.amount - charge.amount), contact, place)
        }
    }

    /// The automated step itself: its session, its cost, the customer's time in it, and what a
    /// hand-over without context adds.
    mutating func bookStep(
        _ automation: borrowing ActiveAutomation, _ contact: borrowing RecordedContact,
        _ place: Place,
        _ end: StepEnd, _ scratch: inout ReplayScratch
    ) {
        let moment = contact.at + scratch.contacts[place.index].arrivalShift
        switch end {
        case .resolved: result.scenario.add(.trulyResolved)
        case .handedOver(let lostContext, _):
            result.scenario.add(.handedOver)
            spendOnPeople(
                penalty(automation, contact, lostContext), contact, place, cause: .contextLost,
                at: moment, &scratch)
        case .unmet(let kind, let returnDelay):
            result.scenario.add(kind == .falselyContained ? .falselyContained : .leftAutomation)
            if returnDelay == nil {
                result.scenario.add(.silentGiveUps)
                scratch.profile[day(of: contact, at: moment), .silentGiveUps] += 1
                // The record shows that the customer was served then, or came back.
                let wasServed =
                    contact.isServed || scratch.contacts[place.index].isReturnedFrom
                if contact.isIdentified, wasServed {
                    scratch.customers[Int(contact.customer) + 1].marks.insert(.gaveUp)
                }
            } else {
                spendOnPeople(
                    penalty(automation, contact, kind == .falselyContained), contact, place,
                    cause: kind.cause, at: moment, &scratch)
            }
        }
        result.scenario.add(.automationSessions)
        spendCustomerTime(automation.drawn.microseconds(.seconds), contact, &scratch)
        payForUse(of: automation, contact, at: moment, &scratch)
    }

    /// What one use of an automation costs.
    mutating func payForUse(
        of automation: borrowing ActiveAutomation, _ contact: borrowing RecordedContact,
        at moment: Int64,
        _ scratch: inout ReplayScratch
    ) {
        let amount = automation.drawn.runCostPerUse
        postRunCost(
            amount,
            caused: tables.caused(
                intent: contact.intent, failure: tables.rows.failure(.automation)),
            paid: tables.paid(intent: contact.intent, payer: automation.table.payer),
            isAssumed: automation.table.isRunCostAssumed, customer: contact.customer, &scratch)
        scratch.profile[day(of: contact, at: moment), .charges] += amount
    }

    mutating func postRunCost(
        _ amount: Int64, caused: Int, paid: Int, isAssumed: Bool, customer: Int32,
        _ scratch: inout ReplayScratch
    ) {
        result.scenario.matrix.post(caused: caused, paid: paid, amount)
        result.classes.runCost += amount
        scratch.customers[Int(customer) + 1].booked += amount
        scratch.customers[Int(customer) + 1].classed += amount
        if isAssumed {
            result.provenance.assumed += amount
        } else {
            result.provenance.extrapolated += amount
        }
    }

    /// What a summary or a step left out: the next person asks again.
    mutating func payInheritedPenalty(
        _ contact: borrowing RecordedContact, _ place: Place, _ scratch: inout ReplayScratch
    ) {
        let penalty = scratch.contacts[place.index].inheritedPenalty
        guard contact.isServed else {
            scratch.contacts[place.index].penaltyForNext += penalty
            return
        }
        let moment = contact.at + scratch.contacts[place.index].arrivalShift
        scratch.contacts[place.index].endShift += penalty
        guard place.isInCohort else { return }
        spendOnPeople(penalty, contact, place, cause: .contextLost, at: moment, &scratch)
    }

    /// Minutes of people that the record does not hold, with the contact's team.
    mutating func spendOnPeople(
        _ microseconds: Int64, _ contact: borrowing RecordedContact, _ place: Place,
        cause: AddedCause,
        at moment: Int64, isCustomerThere: Bool = true, _ scratch: inout ReplayScratch
    ) {
        if cause != .recovery { scratch.contacts[place.index].addedHandling += microseconds }
        spendOnPeople(
            microseconds, contact, place, row: tables.rows.failure(cause), at: moment,
            rate: contact.rate, isCustomerThere: isCustomerThere, &scratch)
    }

    mutating func spendOnPeople(
        _ microseconds: Int64, _ contact: borrowing RecordedContact, _ place: Place, row: Int,
        at moment: Int64, rate: HandlingRate, isCustomerThere: Bool = true,
        _ scratch: inout ReplayScratch
    ) {
        guard microseconds > 0 else { return }
        result.scenario.add(.handleTime, microseconds)
        scratch.profile[day(of: contact, at: moment), .handleTime] += microseconds
        if isCustomerThere { spendCustomerTime(microseconds, contact, &scratch) }
        let charge = rate.charge(microseconds)
        guard charge.payer >= 0 else { return }
        post(
            charge, cause: tables.caused(intent: contact.intent, failure: row), contact, &scratch)
        scratch.profile[day(of: contact, at: moment), .charges] += charge.amount
        changePool(charge, charge.amount, of: contact, at: moment, &scratch)
        classify(charge.amount, paidAt: moment, place, contact, &scratch)
        result.provenance.assumed += charge.amount
    }

    /// A charge of the record that the scenario does not have.
    private mutating func remove(
        _ charge: RecordedCharge, _ contact: borrowing RecordedContact, _ place: Place,
        _ scratch: inout ReplayScratch
    ) {
        guard charge.payer >= 0 else { return }
        scratch.profile[Int(contact.day), .charges] -= charge.amount
        if scratch.contacts[place.index].isOfStep {
            saveAtOrigin(charge.amount, contact, &scratch)
        } else {
            classify(-charge.amount, paidAt: contact.at, place, contact, &scratch)
        }
        weigh(charge.amount, contact, place)
        changePool(charge, -charge.amount, of: contact, at: contact.at, &scratch)
    }

    private mutating func saveAtOrigin(
        _ amount: Int64, _ contact: borrowing RecordedContact, _ scratch: inout ReplayScratch
    ) {
        result.classes.grossSaving += amount
        scratch.customers[Int(contact.customer) + 1].classed -= amount
    }

    /// A change outside the scenario's own contacts: redistributed where it is paid within the
    /// recontact window of the root contact, else deferred.
    mutating func classify(
        _ amount: Int64, paidAt moment: Int64, _ place: Place, _ contact: borrowing RecordedContact,
        _ scratch: inout ReplayScratch
    ) {
        if moment <= place.rootWindowEnd {
            result.classes.redistributed += amount
        } else {
            result.classes.deferred += amount
        }
        scratch.customers[Int(contact.customer) + 1].classed += amount
    }

    /// Notes that a pool is charged for handling that it was not charged for, or no longer is.
    /// - Parameter change: scenario minus baseline.
    func changePool(
        _ charge: RecordedCharge, _ change: Int64, of contact: borrowing RecordedContact,
        at moment: Int64, _ scratch: inout ReplayScratch
    ) {
        guard charge.isHandling else { return }
        let place = Int(charge.payer) * tables.weekCount + tables.week(moment + contact.localOffset)
        scratch.poolChange[place] += change
    }

    mutating func post(
        _ charge: RecordedCharge, cause: Int, _ contact: borrowing RecordedContact,
        _ scratch: inout ReplayScratch
    ) {
        result.scenario.post(charge, of: contact, cause: cause)
        scratch.customers[Int(contact.customer) + 1].booked += charge.amount
    }

    /// The local day of a moment, by the clock of a contact.
    func day(of contact: borrowing RecordedContact, at moment: Int64) -> Int {
        tables.day(local: moment + contact.localOffset)
    }

    mutating func spendCustomerTime(
        _ microseconds: Int64, _ contact: borrowing RecordedContact, _ scratch: inout ReplayScratch
    ) {
        result.scenario.add(.customerTime, microseconds)
        scratch.customers[Int(contact.customer) + 1].time += microseconds
    }

    private mutating func weigh(
        _ amount: Int64, _ contact: borrowing RecordedContact, _ place: Place
    ) {
        if !contact.isIdentified {
            result.provenance.assumed += amount
        } else if place.isCaused {
            result.provenance.supported += amount
        } else {
            result.provenance.extrapolated += amount
        }
    }

    /// Returns that a contact without a customer or issue no longer makes: never recorded, so
    /// booked on a line of its own at the mean cost of its cell.
    private mutating func noteAverted(_ contact: borrowing RecordedContact) {
        guard !contact.isFollowed, contact.failure != 0 else { return }
        let uniform = draws.uniform(
            address: contact.address, purpose: tables.purposes.unseenReturn)
        if uniform < returnProbability(contact.family, Int(contact.failure)) {
            result.avertedUnidentified += tables.meanReworkCost[Int(contact.family)]
        }
    }
}
