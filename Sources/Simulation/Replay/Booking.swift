// Posting both worlds to their ledgers, and sorting every change into its class. The books and
// the classes are kept apart and compared at the end: that is the balance.

import Events
import Modeling
import Projections
import Randomness

extension Replication {
    /// The recorded contact in the world as it was.
    mutating func bookBaseline(_ place: Place, _ scratch: inout ReplayScratch) {
        let contact = plan.table.contacts[place.index]
        if place.index == place.root { result.baseline.add(.issues) }
        result.baseline.count(contact, isRework: place.isCaused)
        result.baseline.add(.customerTime, contact.customerMicroseconds)
        if isSilentEnd(place.index, contact, change: .asRecorded) {
            result.baseline.add(.silentGiveUps)
        }
        let cause = recordedCause(place)
        let intent = plan.dimensions.intent(contact.intent)
        for charge in plan.charges.of(place.index) {
            let amount = charge.amount.thousandths
            let paid = plan.dimensions.paid(intent: intent, payer: charge.payer)
            result.baseline.matrix.post(caused: cause, paid: paid, amount)
            scratch.bookedChange[Int(contact.customer) + 1] -= amount
        }
        if contact.isIdentified, plan.inScope[place.index] {
            scratch.marks[Int(contact.customer)].insert(.reached)
        }
        if contact.isIdentified {
            scratch.timeChange[Int(contact.customer)] -= contact.customerMicroseconds
        }
    }

    /// The same contact in the scenario's world.
    mutating func bookScenario(
        _ place: Place, _ step: StepEnd, wasPresent: Bool, _ scratch: inout ReplayScratch
    ) {
        let contact = plan.table.contacts[place.index]
        if place.index == place.root { result.scenario.add(.issues) }
        bookStep(place, step, contact, &scratch)
        guard scratch.happens[place.index] else {
            for charge in plan.charges.of(place.index) {
                remove(charge, place, contact, &scratch)
            }
            noteAverted(place, contact)
            return
        }
        var isPostponed = false
        if case .unmet = step { isPostponed = true }
        result.scenario.count(contact, isRework: place.isCaused || isPostponed)
        spendCustomerTime(contact, contact.customerMicroseconds, &scratch)
        if isSilentEnd(place.index, contact, change: scratch.returnChange[place.index]) {
            result.scenario.add(.silentGiveUps)
        }
        let cause = scenarioCause(place, step, &scratch)
        for charge in plan.charges.of(place.index) {
            post(charge, cause: cause, contact: contact, change: 1, &scratch)
            if isPostponed { movePostponed(charge, place, contact, &scratch) }
        }
    }

    /// The automated step itself: its session, its cost, the customer's time in it, and what a
    /// hand-over without context adds.
    private mutating func bookStep(
        _ place: Place, _ step: StepEnd, _ contact: Contact, _ scratch: inout ReplayScratch
    ) {
        switch step {
        case .notTaken: return
        case .resolved: result.scenario.add(.trulyResolved)
        case .handedOver(let lostContext):
            result.scenario.add(.handedOver)
            if lostContext { bookPenalty(place, contact, &scratch) }
        case .unmet(let kind, let returnDelay):
            result.scenario.add(kind == .falselyContained ? .falselyContained : .leftAutomation)
            if returnDelay == nil {
                result.scenario.add(.silentGiveUps)
                if contact.isIdentified {
                    scratch.marks[Int(contact.customer)].insert(.gaveUp)
                }
            } else if kind == .falselyContained {
                bookPenalty(place, contact, &scratch)
            }
        }
        result.scenario.add(.automationSessions)
        spendCustomerTime(contact, parameters.stepMicroseconds, &scratch)
        let intent = plan.dimensions.intent(contact.intent)
        postRunCost(parameters.runCostPerStep, intent: intent, customer: contact.customer, &scratch)
    }

    mutating func postRunCost(
        _ amount: Int64, intent: Int, customer: Int32, _ scratch: inout ReplayScratch
    ) {
        result.scenario.matrix.post(
            caused: plan.dimensions.caused(intent: intent, failure: plan.rows.automation),
            paid: plan.dimensions.paid(intent: intent, payer: plan.rows.automationPayer), amount)
        scratch.bookedChange[Int(customer) + 1] += amount
        result.classes.runCost += amount
        scratch.classedChange[Int(customer) + 1] += amount
        if plan.intervention.runCostPerStep.grade == .d {
            result.provenance.assumed += amount
        } else {
            result.provenance.extrapolated += amount
        }
    }

    /// The seconds that a person needs to ask again what the automation already knew.
    private mutating func bookPenalty(
        _ place: Place, _ contact: Contact, _ scratch: inout ReplayScratch
    ) {
        let penalty = parameters.contextPenaltyMicroseconds
        guard contact.isServed, penalty > 0,
            let charge = plan.charges.handleCharge(microseconds: penalty, team: contact.team)
        else { return }
        result.scenario.add(.handleTime, penalty)
        spendCustomerTime(contact, penalty, &scratch)
        let intent = plan.dimensions.intent(contact.intent)
        let cause = plan.dimensions.caused(intent: intent, failure: plan.rows.handedOver)
        post(charge, cause: cause, contact: contact, change: 1, &scratch)
        keepCapacity(charge, 1, contact: contact, &scratch)
        let moment = contact.at + TimeSpan(microseconds: scratch.shift[place.index])
        let amount = charge.amount.thousandths
        classify(amount, paidAt: moment, root: place.root, contact: contact, &scratch)
        result.provenance.assumed += amount
    }

    /// A charge of the record that the scenario does not have.
    private mutating func remove(
        _ charge: Charge, _ place: Place, _ contact: Contact, _ scratch: inout ReplayScratch
    ) {
        let amount = charge.amount.thousandths
        if plan.inScope[place.index] {
            saveAtOrigin(amount, contact, &scratch)
        } else {
            classify(-amount, paidAt: contact.at, root: place.root, contact: contact, &scratch)
        }
        weigh(amount, place, contact)
        keepCapacity(charge, -1, contact: contact, &scratch)
    }

    /// A contact that was only postponed leaves its recorded role and posts as rework.
    private mutating func movePostponed(
        _ charge: Charge, _ place: Place, _ contact: Contact, _ scratch: inout ReplayScratch
    ) {
        let amount = charge.amount.thousandths
        saveAtOrigin(amount, contact, &scratch)
        let moment = contact.at + TimeSpan(microseconds: scratch.shift[place.index])
        classify(amount, paidAt: moment, root: place.root, contact: contact, &scratch)
        weigh(amount, place, contact)
    }

    private mutating func saveAtOrigin(
        _ amount: Int64, _ contact: Contact, _ scratch: inout ReplayScratch
    ) {
        result.classes.grossSaving += amount
        scratch.classedChange[Int(contact.customer) + 1] -= amount
    }

    /// A change outside the scenario's own contacts: redistributed where it is paid within the
    /// recontact window of the root contact, else deferred.
    mutating func classify(
        _ amount: Int64, paidAt moment: Instant, root: Int, contact: Contact,
        _ scratch: inout ReplayScratch
    ) {
        let rootContact = plan.table.contacts[root]
        let family = plan.book.rules.family(of: rootContact.intent)
        let window = plan.book.rules.windowMicroseconds(ofFamily: family)
        if (moment - rootContact.at).microseconds <= window {
            result.classes.redistributed += amount
        } else {
            result.classes.deferred += amount
        }
        scratch.classedChange[Int(contact.customer) + 1] += amount
    }

    /// Minutes freed are not cash until a roster changes: what a pool is no longer charged for
    /// contacts it is charged as capacity, in the same integer.
    mutating func keepCapacity(
        _ charge: Charge, _ sign: Int64, contact: Contact, _ scratch: inout ReplayScratch
    ) {
        guard charge.activity == .handle else { return }
        let amount = -sign * charge.amount.thousandths
        let intent = plan.dimensions.intent(contact.intent)
        result.scenario.matrix.post(
            caused: plan.dimensions.caused(intent: intent, failure: plan.rows.keptCapacity),
            paid: plan.dimensions.paid(intent: intent, payer: plan.rows.rosterPayer), amount)
        result.classes.unreleased += amount
        // Capacity is the pool's, not a customer's: slot 0 holds what has no customer.
        scratch.bookedChange[0] += amount
        scratch.classedChange[0] += amount
    }

    mutating func post(
        _ charge: Charge, cause: Int, contact: Contact, change: Int64,
        _ scratch: inout ReplayScratch
    ) {
        let intent = plan.dimensions.intent(contact.intent)
        let amount = change * charge.amount.thousandths
        result.scenario.matrix.post(
            caused: cause, paid: plan.dimensions.paid(intent: intent, payer: charge.payer), amount)
        scratch.bookedChange[Int(contact.customer) + 1] += amount
    }

    mutating func spendCustomerTime(
        _ contact: Contact, _ microseconds: Int64, _ scratch: inout ReplayScratch
    ) {
        result.scenario.add(.customerTime, microseconds)
        if contact.isIdentified {
            scratch.timeChange[Int(contact.customer)] += microseconds
        }
    }

    private mutating func weigh(_ amount: Int64, _ place: Place, _ contact: Contact) {
        if !contact.isIdentified {
            result.provenance.assumed += amount
        } else if place.isCaused {
            result.provenance.supported += amount
        } else {
            result.provenance.extrapolated += amount
        }
    }

    /// Returns that a contact without a customer no longer makes: never recorded, so booked on a
    /// line of its own at the mean cost of its cell.
    private mutating func noteAverted(_ place: Place, _ contact: Contact) {
        let failure = Int(plan.book.failure[place.index])
        guard !contact.isIdentified, failure != 0 else { return }
        let family = plan.book.rules.family(of: contact.intent)
        let uniform = draws.uniform(
            address: contact.address, purpose: plan.purposes.unseenReturn)
        if uniform < returnProbability(family, failure) {
            result.avertedUnidentified += plan.meanReworkCost[family]
        }
    }
}
