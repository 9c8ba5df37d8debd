// The step of automation before a recorded contact, and its four ends.

import Events
import Modeling
import Projections
import Randomness

/// How the automation left a need unmet without a person being reached.
enum UnmetKind {
    case falselyContained
    case leftAutomation
}

/// How the automated step before a recorded contact ended.
enum StepEnd {
    /// Not offered, or not taken up: the contact goes as recorded.
    case notTaken
    /// The need was met: the contact and what its failure caused do not happen.
    case resolved
    /// The recorded contact happens, later, and longer where the context is lost.
    case handedOver(lostContext: Bool)
    /// The customer comes back after the delay, or gives up in silence (`nil`).
    case unmet(UnmetKind, returnDelay: Int64?)
}

extension Replication {
    func takeStep(_ index: Int, _ contact: Contact) -> StepEnd {
        let purposes = plan.purposes
        func uniform(_ purpose: DrawPurpose) -> Double {
            draws.uniform(address: contact.address, purpose: purpose)
        }
        guard uniform(purposes.takeUp) < parameters.takeUp else { return .notTaken }
        if uniform(purposes.success) < successProbability(index, contact) { return .resolved }
        let end = uniform(purposes.failedEnd)
        if end < parameters.falseGivenUnresolved {
            let isBack = uniform(purposes.falseReturn) < parameters.falseReturns
            return .unmet(.falselyContained, returnDelay: isBack ? returnDelay(contact) : nil)
        }
        if end < parameters.falseGivenUnresolved + parameters.handedOverGivenUnresolved {
            return .handedOver(
                lostContext: uniform(purposes.contextLost) < parameters.contextLost)
        }
        let family = plan.book.rules.family(of: contact.intent)
        let isBack =
            uniform(purposes.leftReturn) < returnProbability(family, plan.automationFailure)
        return .unmet(.leftAutomation, returnDelay: isBack ? returnDelay(contact) : nil)
    }

    /// Φ((Φ⁻¹(p) − ρz) / √(1 − ρ²)) with z the difficulty: the mean over a standard
    /// normal z is p.
    func successProbability(_ index: Int, _ contact: Contact) -> Double {
        let strength = parameters.selectionStrength
        guard successThreshold.isFinite, strength > 0 else {
            return parameters.resolved
        }
        let noise = draws.normal(address: contact.address, purpose: plan.purposes.difficulty)
        let score = plan.difficulty.scores[index]
        let difficulty =
            score.isNaN ? noise : observedWeight * score + unobservedWeight * noise
        return ExactMath.normalCDF((successThreshold - strength * difficulty) / luckWeight)
    }

    func returnProbability(_ family: Int, _ failure: Int) -> Double {
        parameters.returnProbability[family * plan.model.failureTitles.count + failure]
    }

    private func returnDelay(_ contact: Contact) -> Int64 {
        plan.model.delays[plan.automationFailure].quantile(
            draws.uniform(address: contact.address, purpose: plan.purposes.returnDelay))
    }

    /// The return after a failed contact that was handed over, where the scenario changes its
    /// odds: the recorded choice is kept unless the odds say otherwise.
    mutating func settleReturn(_ place: Place, _ scratch: inout ReplayScratch) {
        let failure = Int(plan.book.failure[place.index])
        guard failure != 0, parameters.handoverReturnOdds != 1 else { return }
        let contact = plan.table.contacts[place.index]
        let family = plan.book.rules.family(of: contact.intent)
        let fitted = returnProbability(family, failure)
        let changed = Odds.scaled(fitted, by: parameters.handoverReturnOdds)
        let uniform = draws.uniform(
            address: contact.address, purpose: plan.purposes.unseenReturn)
        guard contact.isIdentified else {
            // Nothing was recorded of this customer's return: u = v.
            if uniform < changed, uniform >= fitted { createReturn(place, failure, &scratch) }
            if uniform < fitted, uniform >= changed {
                result.avertedUnidentified += plan.meanReworkCost[family]
            }
            return
        }
        let successor = Int(plan.book.successor[place.index])
        let observed = successor >= 0 && isLinkDrawn(successor)
        let chance = BinaryChance(observed: observed, fitted: fitted, uniform: uniform)
        switch (observed, chance.choice(scenario: changed)) {
        case (true, false): scratch.returnChange[place.index] = .prevented
        case (false, true): createReturn(place, failure, &scratch)
        default: break
        }
    }

    /// A contact that the record does not hold, after a failure that the scenario made likelier
    /// to bring the customer back.
    private mutating func createReturn(
        _ place: Place, _ failure: Int, _ scratch: inout ReplayScratch
    ) {
        scratch.returnChange[place.index] = .created
        guard place.isInCohort else { return }
        let parent = plan.table.contacts[place.index]
        let address = DrawAddress.child(
            of: parent.address, purpose: plan.purposes.created, ordinal: 0)
        let family = plan.book.rules.family(of: parent.intent)
        let laws = plan.model.durations[family]
        let purposes = plan.purposes
        let handle = laws.handle.quantile(
            draws.uniform(address: address, purpose: purposes.createdHandle))
        let wait = laws.wait.quantile(
            draws.uniform(address: address, purpose: purposes.createdWait))
        let delay = plan.model.delays[failure].quantile(
            draws.uniform(address: address, purpose: purposes.createdDelay))
        result.createdContacts += 1
        result.scenario.add(.contacts)
        result.scenario.add(.servedContacts)
        result.scenario.add(.reworkContacts)
        result.scenario.add(.handleTime, handle)
        spendCustomerTime(parent, handle + wait, &scratch)
        guard let charge = plan.charges.handleCharge(microseconds: handle, team: parent.team)
        else { return }
        let intent = plan.dimensions.intent(parent.intent)
        let moment = parent.at + TimeSpan(microseconds: scratch.shift[place.index] + delay)
        let cause = plan.dimensions.caused(intent: intent, failure: failure)
        post(charge, cause: cause, contact: parent, change: 1, &scratch)
        classify(
            charge.amount.thousandths, paidAt: moment, root: place.root, contact: parent, &scratch)
        result.provenance.assumed += charge.amount.thousandths
        keepCapacity(charge, 1, contact: parent, &scratch)
    }
}
