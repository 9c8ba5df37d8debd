// What automations do to a recorded contact that happens, in the order of the scenario: a step
// before it, a message instead of it, a tool for the person who handles it, a failure noticed.

import Events
import Modeling
import Projections
import Randomness

/// What tools make of one contact's handling, put together over all that reach it.
private struct HandlingChange {
    var talkFactor = 1.0
    var holdFactor = 1.0
    var wrapUpFactor = 1.0
    /// Microseconds beside: of talk, where the customer is there, and of wrap-up, where not.
    var addedTalk: Int64 = 0
    var addedWrapUp: Int64 = 0
    var escalationOdds = 1.0
    /// Of a return; and where a step handed the contact over, of one after its failure, beside.
    var returnOdds = 1.0
    var failedOdds = 1.0
    var isChanged = false
}

extension Replication {
    mutating func act(
        on contact: borrowing RecordedContact, _ place: Place, root: IssueRoot,
        _ automations: borrowing FixedBuffer<ActiveAutomation>, _ scratch: inout ReplayScratch
    ) {
        let day = contact.localDay
        var change = HandlingChange()
        for number in automations.indices
        where contact.reach.contains(number) && scratch.contacts[place.index].happens {
            guard automations[number].reaches(contact, on: day, draws) else { continue }
            if automations[number].table.isFirstContactOnly, !isFirst(contact, place) {
                continue
            }
            if automations[number].table.act == .step {
                takeStep(
                    automations[number], automations, contact, place, root: root, &scratch)
                change.failedOdds *= automations[number].drawn.value(.returnOdds, otherwise: 1)
            } else {
                act(automations[number], contact, place, on: day, &change, &scratch)
            }
        }
        guard scratch.contacts[place.index].happens else { return }
        if change.isChanged { apply(change, contact, place, &scratch) }
        settleEscalation(contact, place, odds: change.escalationOdds, &scratch)
        let isHandedOver = !scratch.contacts[place.index].isAgain
        settleReturn(
            contact, place,
            odds: change.returnOdds
                * (contact.failure != 0 && isHandedOver ? change.failedOdds : 1),
            &scratch)
        notice(contact, place, on: day, automations, &scratch)
    }

    /// What an automation that is no step does to a contact that it reaches.
    private mutating func act(
        _ automation: borrowing ActiveAutomation, _ contact: borrowing RecordedContact,
        _ place: Place,
        on day: Int64, _ change: inout HandlingChange, _ scratch: inout ReplayScratch
    ) {
        switch automation.table.act {
        case .outbound:
            if isFirst(contact, place) { send(automation, contact, place, &scratch) }
        case .handling:
            let odds = handle(automation, contact, place, on: day, &change, &scratch)
            change.returnOdds /= odds
        case .work: automate(automation, contact, place, &change, &scratch)
        case .carryover:
            change.addedTalk -= min(
                automation.drawn.microseconds(.savedSeconds),
                contact.handleTime - contact.hold - contact.wrapUp)
            change.isChanged = true
            noteUse(automation, contact, place, &scratch)
        case .reach: leadOut(automation, contact, place, &scratch)
        case .step, .detection, .hours: break
        }
    }

    /// Whether it is the first contact of its need in this replication: no link leads to it, or the
    /// one that does is not real. Links to a contact of which no failure is known bring nothing
    /// about, but the need is the same.
    private func isFirst(_ contact: borrowing RecordedContact, _ place: Place) -> Bool {
        guard place.isRoot else { return false }
        guard contact.cause < 0, contact.linkMillionths > 0 else { return true }
        let uniform = draws.uniform(address: contact.address, purpose: tables.purposes.link)
        return uniform * 1_000_000 >= Double(contact.linkMillionths)
    }

    /// A use of the automation on a contact: counted, and paid for.
    private mutating func noteUse(
        _ automation: borrowing ActiveAutomation, _ contact: borrowing RecordedContact,
        _ place: Place,
        counter: Counter = .assisted, _ scratch: inout ReplayScratch
    ) {
        guard place.isInCohort else { return }
        result.scenario.add(counter)
        payForUse(of: automation, contact, at: contact.at, &scratch)
    }

    /// A message before the customer asks: it meets the need, or not; and some answer it.
    private mutating func send(
        _ automation: borrowing ActiveAutomation, _ contact: borrowing RecordedContact,
        _ place: Place,
        _ scratch: inout ReplayScratch
    ) {
        let purposes = automation.table.purposes
        noteUse(automation, contact, place, counter: .messages, &scratch)
        var prevented = automation.drawn.value(.prevented, otherwise: 0)
        if automation.isBad(on: contact.localDay) { prevented *= 1 - automation.badSeverity }
        if draws.uniform(address: contact.address, purpose: purposes.success) < prevented {
            meet(contact, by: automation, place, &scratch)
            if place.isInCohort { result.scenario.add(.preventedContacts) }
        }
        let isReplied =
            draws.uniform(address: contact.address, purpose: purposes.falseReturn)
            < automation.drawn.value(.replies, otherwise: 0)
        if isReplied {
            create(.reply, by: purposes.created, contact, place, delay: 0, &scratch)
        }
    }

    /// A tool in the hand of a person.
    /// - Returns: the odds that the contact is not come back from, against the record's.
    private mutating func handle(
        _ automation: borrowing ActiveAutomation, _ contact: borrowing RecordedContact,
        _ place: Place,
        on day: Int64, _ change: inout HandlingChange, _ scratch: inout ReplayScratch
    ) -> Double {
        let growth =
            automation.table.mechanism.grows
            ? automation.table.growth(day, days: automation.drawn.value(.growthDays, otherwise: 1))
                * hoursShare(automation) : 1
        func grown(_ key: ParameterKey, otherwise: Double = 1) -> Double {
            let value = automation.drawn.value(key, otherwise: otherwise)
            return growth == 1 ? value : 1 + (value - 1) * growth
        }
        let handle = grown(.handleFactor) * bandFactor(automation.drawn, contact.band)
        change.talkFactor *= handle
        change.holdFactor *= handle * grown(.holdFactor)
        change.wrapUpFactor *= handle * grown(.wrapupFactor)
        change.addedTalk += automation.drawn.microseconds(.overheadSeconds)
        change.addedWrapUp += automation.drawn.microseconds(.reviewSeconds)
        change.escalationOdds *= grown(.escalationOdds)
        change.isChanged = true
        noteUse(automation, contact, place, &scratch)
        answerWrongly(automation, contact, place, on: day, &scratch)
        let lost = automation.drawn.value(.summaryLost, otherwise: 0)
        if lost > 0,
            draws.uniform(
                address: contact.address, purpose: automation.table.purposes.contextLost) < lost
        {
            scratch.contacts[place.index].penaltyForNext +=
                automation.drawn.microseconds(.contextPenaltySeconds)
        }
        return max(1e-9, grown(.resolutionOdds))
    }

    private func bandFactor(_ drawn: borrowing ActiveValues, _ band: TenureBand) -> Double {
        switch band {
        case .novice: drawn.value(.handleFactorNovice, otherwise: 1)
        case .growing: drawn.value(.handleFactorGrowing, otherwise: 1)
        case .experienced: drawn.value(.handleFactorExperienced, otherwise: 1)
        }
    }

    /// Coaching takes hours; where it says how many, it does as much as others release for it.
    private func hoursShare(_ automation: borrowing ActiveAutomation) -> Double {
        let needed = automation.drawn.value(.hoursPerWeek, otherwise: 0)
        guard automation.table.mechanism == .coaching, needed > 0 else { return 1 }
        return min(1, reusedHoursPerWeek / needed)
    }

    /// A contact that was in order is not, because the tool was wrong: the customer is back, or
    /// gives up in silence.
    private mutating func answerWrongly(
        _ automation: borrowing ActiveAutomation, _ contact: borrowing RecordedContact,
        _ place: Place,
        on day: Int64, _ scratch: inout ReplayScratch
    ) {
        let purposes = automation.table.purposes
        var share = automation.drawn.value(.wrongAnswers, otherwise: 0)
        if automation.isBad(on: day) { share = max(share, automation.badSeverity) }
        guard share > 0, contact.failure == 0, !scratch.contacts[place.index].isReturnedFrom,
            draws.uniform(address: contact.address, purpose: purposes.wrongAnswer) < share
        else { return }
        let isBack =
            draws.uniform(address: contact.address, purpose: purposes.wrongAnswerReturn)
            < returnProbability(contact.family, tables.unresolvedFailure)
        if isBack {
            let delay = tables.delays[tables.unresolvedFailure].quantile(
                draws.uniform(address: contact.address, purpose: purposes.returnDelay))
            create(.wrongAnswer, by: purposes.created, contact, place, delay: delay, &scratch)
        } else if place.isInCohort {
            result.scenario.add(.silentGiveUps)
            scratch.profile[Int(contact.day), .silentGiveUps] += 1
            if contact.isIdentified {
                scratch.customers[Int(contact.customer) + 1].marks.insert(.gaveUp)
            }
        }
    }

    /// A piece of work done by machine; or one that the machine got wrong, which is done by hand
    /// after all, and of which some customers hear before.
    private mutating func automate(
        _ automation: borrowing ActiveAutomation, _ contact: borrowing RecordedContact,
        _ place: Place,
        _ change: inout HandlingChange, _ scratch: inout ReplayScratch
    ) {
        let purposes = automation.table.purposes
        noteUse(automation, contact, place, &scratch)
        var failed = automation.drawn.value(.failed, otherwise: 0)
        if automation.isBad(on: contact.localDay) { failed = max(failed, automation.badSeverity) }
        guard draws.uniform(address: contact.address, purpose: purposes.success) < failed else {
            change.talkFactor = 0
            change.holdFactor = 0
            change.wrapUpFactor = 0
            change.isChanged = true
            return
        }
        let isAsked =
            draws.uniform(address: contact.address, purpose: purposes.falseReturn)
            < automation.drawn.value(.failureContacts, otherwise: 0)
        guard isAsked else { return }
        let delay = tables.delays[tables.unresolvedFailure].quantile(
            draws.uniform(address: contact.address, purpose: purposes.returnDelay))
        create(.failedWork, by: purposes.created, contact, place, delay: delay, &scratch)
    }

    /// A contact that automation closed in the record leads to a person instead, who is as likely
    /// to be come back from as any.
    private mutating func leadOut(
        _ automation: borrowing ActiveAutomation, _ contact: borrowing RecordedContact,
        _ place: Place,
        _ scratch: inout ReplayScratch
    ) {
        let purposes = automation.table.purposes
        guard contact.marks.contains(.closedByAutomation),
            draws.uniform(address: contact.address, purpose: purposes.success)
                < automation.drawn.value(.taken, otherwise: 0)
        else { return }
        noteUse(automation, contact, place, &scratch)
        create(.reachedPerson, by: purposes.created, contact, place, delay: 0, &scratch)
        guard contact.isFollowed else { return }
        let chance = BinaryChance(
            observed: scratch.contacts[place.index].isReturnedFrom,
            fitted: returnProbability(contact.family, Int(contact.failure)),
            uniform: draws.uniform(
                address: contact.address, purpose: tables.purposes.unseenReturn))
        if chance.observed, !chance.choice(scenario: returnProbability(contact.family, 0)) {
            scratch.contacts[place.index].returnChange = .recovered
        }
    }

    /// A contact that was led into another channel takes people longer there, or less long.
    func handleElsewhere(
        _ contact: borrowing RecordedContact, _ place: Place, _ scratch: inout ReplayScratch
    ) {
        let factor = scratch.contacts[place.index].movedFactor
        guard scratch.contacts[place.index].happens, factor != 1 else { return }
        var change = HandlingChange()
        change.talkFactor = factor
        change.holdFactor = factor
        change.wrapUpFactor = factor
        apply(change, contact, place, &scratch)
    }

    private func apply(
        _ change: HandlingChange, _ contact: borrowing RecordedContact, _ place: Place,
        _ scratch: inout ReplayScratch
    ) {
        func scaled(_ microseconds: Int64, _ factor: Double) -> Int64 {
            factor == 1 ? microseconds : Int64((Double(microseconds) * factor).rounded())
        }
        let talk = contact.handleTime - contact.hold - contact.wrapUp
        guard contact.handleTime > 0, talk >= 0 else { return }
        let ofTalk = scaled(talk, change.talkFactor) - talk + change.addedTalk
        let ofHold = scaled(contact.hold, change.holdFactor) - contact.hold
        let ofWrapUp =
            scaled(contact.wrapUp, change.wrapUpFactor) - contact.wrapUp + change.addedWrapUp
        // Two savings at once save no more than there is.
        let withCustomer = max(-talk - contact.hold, ofTalk + ofHold)
        let all = max(-contact.handleTime, withCustomer + ofWrapUp)
        scratch.contacts[place.index].handleChange += all
        scratch.contacts[place.index].endShift += withCustomer
        if contact.isInbound { scratch.contacts[place.index].customerTimeChange += withCustomer }
    }
}
