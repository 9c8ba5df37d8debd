// Posting both worlds to their ledgers, and sorting every change into its class. The books and
// the classes are kept apart and compared at the end: that is the balance.

import Events
import Modeling
import Projections
import Randomness

extension Replication {
    /// The recorded contact in the world as it was.
    mutating func bookBaseline(
        _ contact: RecordedContact, _ place: Place, _ scratch: inout ReplayScratch
    ) {
        if place.isRoot { result.baseline.add(.issues) }
        result.baseline.count(contact, isRework: place.isCaused)
        result.baseline.add(.customerTime, contact.customerTime)
        let isReturnedFrom = scratch.contacts[place.index].isReturnedFrom
        if isSilentEnd(contact, change: .asRecorded, isReturnedFrom: isReturnedFrom) {
            result.baseline.add(.silentGiveUps)
        }
        let cause = recordedCause(place)
        let customer = Int(contact.customer) + 1
        func post(_ charge: RecordedCharge, _ result: inout ReplicationResult) {
            guard charge.payer >= 0 else { return }
            let paid = tables.paid(intent: contact.intent, payer: Int(charge.payer))
            result.baseline.matrix.post(caused: cause, paid: paid, charge.amount)
            scratch.customers[customer].booked -= charge.amount
        }
        post(contact.charges.0, &result)
        post(contact.charges.1, &result)
        guard contact.isIdentified else { return }
        scratch.customers[customer].time -= contact.customerTime
        if contact.isInScope { scratch.customers[customer].marks.insert(.reached) }
    }

    /// The same contact in the scenario's world.
    mutating func bookScenario(
        _ contact: RecordedContact, _ place: Place, _ step: StepEnd,
        _ scratch: inout ReplayScratch
    ) {
        if place.isRoot { result.scenario.add(.issues) }
        bookStep(contact, place, step, &scratch)
        let state = scratch.contacts[place.index]
        guard state.happens else {
            remove(contact.charges.0, contact, place, &scratch)
            remove(contact.charges.1, contact, place, &scratch)
            noteAverted(contact)
            return
        }
        result.scenario.count(contact, isRework: place.isCaused || state.isAgain)
        spendCustomerTime(contact.customerTime, contact, &scratch)
        if isSilentEnd(
            contact, change: state.returnChange, isReturnedFrom: state.isReturnedFrom)
        {
            result.scenario.add(.silentGiveUps)
        }
        let cause = scenarioCause(place, scratch)
        keep(contact.charges.0, cause: cause, contact, place, &scratch)
        keep(contact.charges.1, cause: cause, contact, place, &scratch)
    }

    /// A charge of the record that the scenario has too.
    private mutating func keep(
        _ charge: RecordedCharge, cause: Int, _ contact: RecordedContact, _ place: Place,
        _ scratch: inout ReplayScratch
    ) {
        guard charge.payer >= 0 else { return }
        post(charge, cause: cause, contact, &scratch)
        let shift = scratch.contacts[place.index].arrivalShift
        if shift != 0 {
            changePool(charge, -charge.amount, of: contact, at: contact.at, &scratch)
            changePool(charge, charge.amount, of: contact, at: contact.at + shift, &scratch)
        }
        if scratch.contacts[place.index].isAgain {
            movePostponed(charge, contact, place, &scratch)
        }
    }

    /// The automated step itself: its session, its cost, the customer's time in it, and what a
    /// hand-over without context adds.
    private mutating func bookStep(
        _ contact: RecordedContact, _ place: Place, _ step: StepEnd,
        _ scratch: inout ReplayScratch
    ) {
        switch step {
        case .notTaken: return
        case .resolved: result.scenario.add(.trulyResolved)
        case .handedOver(let lostContext):
            result.scenario.add(.handedOver)
            if lostContext {
                bookPenalty(contact, place, cause: tables.rows.contextLost, &scratch)
            }
        case .unmet(let kind, let returnDelay):
            result.scenario.add(kind == .falselyContained ? .falselyContained : .leftAutomation)
            if returnDelay == nil {
                result.scenario.add(.silentGiveUps)
                // The record shows that the customer was served then, or came back.
                let wasServed =
                    contact.isServed || scratch.contacts[place.index].isReturnedFrom
                if contact.isIdentified, wasServed {
                    scratch.customers[Int(contact.customer) + 1].marks.insert(.gaveUp)
                }
            } else if kind == .falselyContained {
                bookPenalty(contact, place, cause: failureRow(kind), &scratch)
            }
        }
        result.scenario.add(.automationSessions)
        spendCustomerTime(parameters.stepMicroseconds, contact, &scratch)
        postRunCost(
            parameters.runCostPerStep, isAssumed: tables.isRunCostAssumed,
            intent: contact.intent, customer: contact.customer, &scratch)
    }

    mutating func postRunCost(
        _ amount: Int64, isAssumed: Bool, intent: Int32, customer: Int32,
        _ scratch: inout ReplayScratch
    ) {
        result.scenario.matrix.post(
            caused: tables.caused(intent: intent, failure: tables.rows.automation),
            paid: tables.paid(intent: intent, payer: tables.rows.automationPayer), amount)
        result.classes.runCost += amount
        scratch.customers[Int(customer) + 1].booked += amount
        scratch.customers[Int(customer) + 1].classed += amount
        if isAssumed {
            result.provenance.assumed += amount
        } else {
            result.provenance.extrapolated += amount
        }
    }

    /// The seconds that a person needs to ask again what the automation already knew.
    private mutating func bookPenalty(
        _ contact: RecordedContact, _ place: Place, cause failure: Int,
        _ scratch: inout ReplayScratch
    ) {
        let penalty = parameters.contextPenaltyMicroseconds
        guard contact.isServed, penalty > 0 else { return }
        result.scenario.add(.handleTime, penalty)
        spendCustomerTime(penalty, contact, &scratch)
        let charge = handling(penalty, of: contact)
        guard charge.payer >= 0 else { return }
        let cause = tables.caused(intent: contact.intent, failure: failure)
        post(charge, cause: cause, contact, &scratch)
        let moment = contact.at + scratch.contacts[place.index].arrivalShift
        changePool(charge, charge.amount, of: contact, at: moment, &scratch)
        classify(charge.amount, paidAt: moment, place, contact, &scratch)
        result.provenance.assumed += charge.amount
    }

    /// A charge of the record that the scenario does not have.
    private mutating func remove(
        _ charge: RecordedCharge, _ contact: RecordedContact, _ place: Place,
        _ scratch: inout ReplayScratch
    ) {
        guard charge.payer >= 0 else { return }
        if scratch.contacts[place.index].isOfStep {
            saveAtOrigin(charge.amount, contact, &scratch)
        } else {
            classify(-charge.amount, paidAt: contact.at, place, contact, &scratch)
        }
        weigh(charge.amount, contact, place)
        changePool(charge, -charge.amount, of: contact, at: contact.at, &scratch)
    }

    /// A contact that was only postponed leaves its recorded role and posts as rework.
    private mutating func movePostponed(
        _ charge: RecordedCharge, _ contact: RecordedContact, _ place: Place,
        _ scratch: inout ReplayScratch
    ) {
        saveAtOrigin(charge.amount, contact, &scratch)
        let moment = contact.at + scratch.contacts[place.index].arrivalShift
        classify(charge.amount, paidAt: moment, place, contact, &scratch)
        weigh(charge.amount, contact, place)
    }

    private mutating func saveAtOrigin(
        _ amount: Int64, _ contact: RecordedContact, _ scratch: inout ReplayScratch
    ) {
        result.classes.grossSaving += amount
        scratch.customers[Int(contact.customer) + 1].classed -= amount
    }

    /// A change outside the scenario's own contacts: redistributed where it is paid within the
    /// recontact window of the root contact, else deferred.
    mutating func classify(
        _ amount: Int64, paidAt moment: Int64, _ place: Place, _ contact: RecordedContact,
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
        _ charge: RecordedCharge, _ change: Int64, of contact: RecordedContact,
        at moment: Int64, _ scratch: inout ReplayScratch
    ) {
        guard charge.isHandling else { return }
        let place = Int(charge.payer) * tables.weekCount + tables.week(moment + contact.localOffset)
        scratch.poolChange[place] += change
    }

    mutating func post(
        _ charge: RecordedCharge, cause: Int, _ contact: RecordedContact,
        _ scratch: inout ReplayScratch
    ) {
        let paid = tables.paid(intent: contact.intent, payer: Int(charge.payer))
        result.scenario.matrix.post(caused: cause, paid: paid, charge.amount)
        scratch.customers[Int(contact.customer) + 1].booked += charge.amount
    }

    mutating func spendCustomerTime(
        _ microseconds: Int64, _ contact: RecordedContact, _ scratch: inout ReplayScratch
    ) {
        result.scenario.add(.customerTime, microseconds)
        if contact.isIdentified {
            scratch.customers[Int(contact.customer) + 1].time += microseconds
        }
    }

    private mutating func weigh(_ amount: Int64, _ contact: RecordedContact, _ place: Place) {
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
    private mutating func noteAverted(_ contact: RecordedContact) {
        guard !contact.isFollowed, contact.failure != 0 else { return }
        let uniform = draws.uniform(
            address: contact.address, purpose: tables.purposes.unseenReturn)
        if uniform < returnProbability(contact.family, Int(contact.failure)) {
            result.avertedUnidentified += tables.meanReworkCost[Int(contact.family)]
        }
    }

    /// What handling the contact once more and that long is charged.
    func handling(_ microseconds: Int64, of contact: RecordedContact) -> RecordedCharge {
        guard contact.handlePayer >= 0 else { return .none }
        let amount = Money.cost(
            of: TimeSpan(microseconds: microseconds), perMinute: contact.handleRate)
        return RecordedCharge(
            payer: contact.handlePayer, isHandling: true, amount: amount.thousandths)
    }
}
