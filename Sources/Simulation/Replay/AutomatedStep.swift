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
    /// - Parameter root: the first contact of the issue, whose difficulty is the issue's.
    func takeStep(_ contact: RecordedContact, root: RecordedContact) -> StepEnd {
        let purposes = tables.purposes
        func uniform(_ purpose: DrawPurpose) -> Double {
            draws.uniform(address: contact.address, purpose: purpose)
        }
        guard uniform(purposes.takeUp) < parameters.takeUp else { return .notTaken }
        if uniform(purposes.success) < successProbability(root) { return .resolved }
        let end = uniform(purposes.failedEnd)
        if end < parameters.falseGivenUnresolved {
            let isBack = uniform(purposes.falseReturn) < parameters.falseReturns
            return .unmet(.falselyContained, returnDelay: isBack ? returnDelay(contact) : nil)
        }
        if end < parameters.falseGivenUnresolved + parameters.handedOverGivenUnresolved {
            return .handedOver(
                lostContext: uniform(purposes.contextLost) < parameters.contextLost)
        }
        let isBack =
            uniform(purposes.leftReturn)
            < returnProbability(contact.family, tables.automationFailure)
        return .unmet(.leftAutomation, returnDelay: isBack ? returnDelay(contact) : nil)
    }

    /// Φ((Φ⁻¹(p) − ρz) / √(1 − ρ²)) with z the difficulty: the mean over a
    /// standard normal z is p.
    func successProbability(_ root: RecordedContact) -> Double {
        let strength = parameters.selectionStrength
        guard successThreshold.isFinite, strength > 0 else {
            return parameters.resolved
        }
        let noise = draws.normal(address: root.address, purpose: tables.purposes.difficulty)
        let score = root.difficulty
        let difficulty =
            score.isNaN ? noise : observedWeight * score + unobservedWeight * noise
        return ExactMath.normalCDF((successThreshold - strength * difficulty) / luckWeight)
    }

    func returnProbability(_ family: Int32, _ failure: Int) -> Double {
        parameters.returnProbability[Int(family) * tables.modelFailureCount + failure]
    }

    private func returnDelay(_ contact: RecordedContact) -> Int64 {
        tables.delays[tables.automationFailure].quantile(
            draws.uniform(address: contact.address, purpose: tables.purposes.returnDelay))
    }

    /// The return after a failed contact that was handed over, where the scenario changes its
    /// odds: the recorded choice is kept unless the odds say otherwise.
    mutating func settleReturn(
        _ contact: RecordedContact, _ place: Place, isInCohort: Bool,
        _ scratch: inout ReplayScratch
    ) {
        let failure = Int(contact.failure)
        guard failure != 0, parameters.handoverReturnOdds != 1 else { return }
        let fitted = returnProbability(contact.family, failure)
        let changed = Odds.scaled(fitted, by: parameters.handoverReturnOdds)
        let uniform = draws.uniform(
            address: contact.address, purpose: tables.purposes.unseenReturn)
        guard contact.isFollowed else {
            // Nothing was recorded of this customer's return: u = v.
            if uniform < changed, uniform >= fitted {
                createReturn(contact, place, isInCohort: isInCohort, &scratch)
            }
            if uniform < fitted, uniform >= changed {
                scratch.contacts[place.index].returnChange = .prevented
                guard isInCohort else { return }
                result.avertedUnidentified += tables.meanReworkCost[Int(contact.family)]
            }
            return
        }
        let observed = scratch.contacts[place.index].isReturnedFrom
        let chance = BinaryChance(observed: observed, fitted: fitted, uniform: uniform)
        switch (observed, chance.choice(scenario: changed)) {
        case (true, false): scratch.contacts[place.index].returnChange = .prevented
        case (false, true): createReturn(contact, place, isInCohort: isInCohort, &scratch)
        default: break
        }
    }

    /// A contact that the record does not hold, after a failure that the scenario made likelier
    /// to bring the customer back.
    private mutating func createReturn(
        _ parent: RecordedContact, _ place: Place, isInCohort: Bool,
        _ scratch: inout ReplayScratch
    ) {
        scratch.contacts[place.index].returnChange = .created
        guard isInCohort else { return }
        let purposes = tables.purposes
        let address = DrawAddress.child(of: parent.address, purpose: purposes.created, ordinal: 0)
        func uniform(_ purpose: DrawPurpose) -> Double {
            draws.uniform(address: address, purpose: purpose)
        }
        let laws = tables.durations[Int(parent.family)]
        let handle = laws.handle.quantile(uniform(purposes.createdHandle))
        let wait = laws.wait.quantile(uniform(purposes.createdWait))
        let delay = tables.delays[Int(parent.failure)].quantile(uniform(purposes.createdDelay))
        result.createdContacts += 1
        result.scenario.add(.contacts)
        result.scenario.add(.servedContacts)
        result.scenario.add(.reworkContacts)
        result.scenario.add(.handleTime, handle)
        spendCustomerTime(handle + wait, parent, &scratch)
        let charge = handling(handle, of: parent)
        guard charge.payer >= 0 else { return }
        let moment = parent.at + scratch.contacts[place.index].endShift + delay
        let cause = tables.caused(intent: parent.intent, failure: Int(parent.failure))
        post(charge, cause: cause, parent, &scratch)
        classify(charge.amount, paidAt: moment, place, parent, &scratch)
        result.provenance.assumed += charge.amount
        changePool(charge, charge.amount, of: parent, at: moment, &scratch)
    }
}
