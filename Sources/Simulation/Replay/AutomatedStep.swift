// The step of automation before a recorded contact, and its four ends.

import Events
import Modeling
import Projections
import Randomness

/// How the automation left a need unmet without a person being reached.
enum UnmetKind {
    case falselyContained
    case leftAutomation

    var cause: AddedCause { self == .falselyContained ? .falselyContained : .leftAutomation }
}

/// How the automated step before a recorded contact ended.
enum StepEnd {
    /// The need was met: the contact and what its failure caused do not happen.
    case resolved
    /// The recorded contact happens, later, and longer where the context is lost.
    case handedOver(lostContext: Bool, isMisrouted: Bool)
    /// The customer comes back after the delay, or gives up in silence (`nil`).
    case unmet(UnmetKind, returnDelay: Int64?)
}

extension Replication {
    /// A step that reaches the contact, taken up by its customer.
    /// - Parameters:
    ///   - automations: all of the scenario.
    ///   - root: the first contact of the issue, whose difficulty is the issue's.
    mutating func takeStep(
        _ automation: borrowing ActiveAutomation,
        _ automations: borrowing FixedBuffer<ActiveAutomation>,
        _ contact: borrowing RecordedContact,
        _ place: Place, root: IssueRoot, _ scratch: inout ReplayScratch
    ) {
        let end = rescued(
            stepEnd(automation, contact, root: root), automation, automations, contact)
        let duration = automation.drawn.microseconds(.seconds)
        switch end {
        case .resolved:
            meet(contact, by: automation, place, &scratch)
        case .handedOver(let lostContext, let isMisrouted):
            if automation.table.mechanism == .channel {
                scratch.contacts[place.index].isMoved = true
                scratch.contacts[place.index].movedFactor = automation.drawn.value(
                    .handleFactor, otherwise: 1)
            }
            postpone(
                contact, by: duration, isContextLost: lostContext, automation, place, &scratch)
            if isMisrouted { misroute(automation, contact, place, &scratch) }
        case .unmet(let kind, let returnDelay):
            if let returnDelay {
                scratch.contacts[place.index].isAgain = true
                let delay = duration + returnDelay
                let shift = scratch.contacts[place.index].arrivalShift + delay
                postpone(
                    contact, by: delay + tables.untilOpen(contact, shift: shift),
                    isContextLost: kind == .falselyContained, automation, place, &scratch)
                if place.originFailure == 0,
                    scratch.contacts[place.index].automationFailure == 0
                {
                    scratch.contacts[place.index].automationFailure = UInt8(
                        tables.rows.failure(kind.cause))
                }
            } else {
                scratch.contacts[place.index].happens = false
            }
        }
        guard place.isInCohort else { return }
        bookStep(automation, contact, place, end, &scratch)
    }

    /// The need is met before the contact; work that was planned for it is done all the same, as
    /// far as the scenario says so.
    func meet(
        _ contact: RecordedContact, by automation: borrowing ActiveAutomation, _ place: Place,
        _ scratch: inout ReplayScratch
    ) {
        scratch.contacts[place.index].happens = false
        scratch.contacts[place.index].isMet = true
        let share = automation.drawn.value(.plannedWork, otherwise: 1)
        scratch.contacts[place.index].keepsPlannedWork =
            share >= 1
            || draws.uniform(
                address: contact.address, purpose: automation.table.purposes.plannedWork) < share
    }

    private func stepEnd(
        _ automation: borrowing ActiveAutomation, _ contact: borrowing RecordedContact,
        root: IssueRoot
    ) -> StepEnd {
        let purposes = automation.table.purposes
        func uniform(_ purpose: DrawPurpose) -> Double {
            draws.uniform(address: contact.address, purpose: purpose)
        }
        if uniform(purposes.success) < successProbability(automation, contact, root: root) {
            return .resolved
        }
        let end = uniform(purposes.failedEnd)
        if end < automation.drawn.falseGivenUnresolved {
            let isBack =
                uniform(purposes.falseReturn) < automation.drawn.value(.falseReturns, otherwise: 0)
            return .unmet(
                .falselyContained,
                returnDelay: isBack ? returnDelay(contact, purposes.returnDelay) : nil)
        }
        if end < automation.drawn.falseGivenUnresolved + automation.drawn.handedOverGivenUnresolved
        {
            return handedOver(automation, contact)
        }
        let fitted = returnProbability(contact.family, tables.automationFailure)
        let isBack =
            uniform(purposes.leftReturn)
            < automation.drawn.value(.abandonedReturns, otherwise: fitted)
        return .unmet(
            .leftAutomation,
            returnDelay: isBack ? returnDelay(contact, purposes.returnDelay) : nil)
    }

    private func handedOver(
        _ automation: borrowing ActiveAutomation, _ contact: RecordedContact
    ) -> StepEnd {
        let purposes = automation.table.purposes
        func isDrawn(_ key: ParameterKey, _ purpose: DrawPurpose) -> Bool {
            let share = automation.drawn.value(key, otherwise: 0)
            return share > 0 && draws.uniform(address: contact.address, purpose: purpose) < share
        }
        return .handedOver(
            lostContext: isDrawn(.contextLost, purposes.contextLost),
            isMisrouted: contact.isServed && isDrawn(.misrouted, purposes.misrouted))
    }

    /// What other automations make of an end: a way to a person, and context that goes along.
    private func rescued(
        _ end: StepEnd, _ automation: borrowing ActiveAutomation,
        _ automations: borrowing FixedBuffer<ActiveAutomation>, _ contact: borrowing RecordedContact
    ) -> StepEnd {
        var end = end
        for place in automations.indices where contact.aftermath.contains(place) {
            switch (automations[place].table.act, end) {
            case (.reach, .unmet) where isTaken(automations[place], contact):
                end = handedOver(automation, contact)
            case (.carryover, .handedOver(true, let isMisrouted))
            where automations[place].reaches(contact, on: contact.localDay, draws):
                end = .handedOver(lostContext: false, isMisrouted: isMisrouted)
            default: break
            }
        }
        return end
    }

    private func isTaken(_ automation: borrowing ActiveAutomation, _ contact: RecordedContact)
        -> Bool
    {
        automation.reaches(contact, on: contact.localDay, draws)
            && draws.uniform(
                address: contact.address, purpose: automation.table.purposes.success)
                < automation.drawn.value(.taken, otherwise: 0)
    }

    /// Φ((Φ⁻¹(p) − ρz) / √(1 − ρ²)) with z the issue's difficulty: the mean over a
    /// standard normal z is p. A bad release takes its part of that away.
    func successProbability(
        _ automation: borrowing ActiveAutomation, _ contact: borrowing RecordedContact,
        root: IssueRoot
    ) -> Double {
        let stated = statedSuccess(automation, root: root)
        return automation.isBad(on: contact.localDay)
            ? stated * (1 - automation.badSeverity) : stated
    }

    private func statedSuccess(
        _ automation: borrowing ActiveAutomation, root: IssueRoot
    ) -> Double {
        guard automation.successThreshold.isFinite, automation.strength > 0 else {
            return automation.drawn.resolved
        }
        let noise = draws.normal(address: root.address, purpose: tables.purposes.difficulty)
        let score = root.difficulty
        let difficulty =
            score.isNaN
            ? noise : automation.observedWeight * score + automation.unobservedWeight * noise
        return ExactMath.normalCDF(
            (automation.successThreshold - automation.strength * difficulty)
                / automation.luckWeight)
    }

    private func returnDelay(_ contact: borrowing RecordedContact, _ purpose: DrawPurpose) -> Int64
    {
        tables.delays[tables.automationFailure].quantile(
            draws.uniform(address: contact.address, purpose: purpose))
    }

    /// What a person takes longer because context was lost; they have to ask again. Where nobody
    /// serves the contact itself, the next one of the need is longer.
    func penalty(
        _ automation: borrowing ActiveAutomation, _ contact: borrowing RecordedContact,
        _ isLost: Bool
    ) -> Int64 {
        contact.isServed && isLost ? automation.drawn.microseconds(.contextPenaltySeconds) : 0
    }

    private func postpone(
        _ contact: borrowing RecordedContact, by delay: Int64, isContextLost: Bool,
        _ automation: borrowing ActiveAutomation, _ place: Place, _ scratch: inout ReplayScratch
    ) {
        scratch.contacts[place.index].arrivalShift += delay
        scratch.contacts[place.index].endShift +=
            delay + penalty(automation, contact, isContextLost)
        if isContextLost, !contact.isServed {
            scratch.contacts[place.index].penaltyForNext += automation.drawn.microseconds(
                .contextPenaltySeconds)
        }
    }

    /// Another team takes the contact first, finds that it is not theirs, and passes it on.
    private mutating func misroute(
        _ automation: borrowing ActiveAutomation, _ contact: borrowing RecordedContact,
        _ place: Place,
        _ scratch: inout ReplayScratch
    ) {
        let handle = automation.drawn.microseconds(.misrouteSeconds)
        if place.isInCohort {
            result.scenario.add(.misrouted)
            spendOnPeople(
                handle, contact, place, cause: .misrouted,
                at: contact.at + scratch.contacts[place.index].arrivalShift, &scratch)
        }
        scratch.contacts[place.index].arrivalShift += handle
        scratch.contacts[place.index].endShift += handle
    }
}
