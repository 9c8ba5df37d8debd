// Contacts with automation, and their four ends: the need met, the customer sent away with the
// need unmet, handed to a person, left on the way.

import Randomness

extension OperationRun {
    /// Opens a record of the issue's next touch.
    mutating func beginRecord(_ slot: Int, _ file: ExportFile, touch: UInt8, at time: Int) {
        let issue = issues[slot]
        var record = ContactRecord()
        record.key = ContactRecord.key(issue.number, touch)
        record.causeKey = issue.causeKey
        record.causeFile = issue.causeFile
        record.reason = issue.reason
        record.customer = issue.customer
        record.intent = issue.intent
        record.segment = issue.segment
        record.start = Int32(time)
        record.file = file
        record.isContextLost = issue.isContextLost
        let end = plan.chances.end(issue.number, touch)
        record.endChance = end.word0
        record.resolutionChance = end.word1
        record.durationChance = end.word2
        record.patienceChance = end.word3
        let after = plan.chances.after(issue.number, touch)
        record.afterChance = after.word0
        record.delayChance = after.word1
        issues[slot].current = record
        issues[slot].records += 1
    }

    /// A session of a system that was there before.
    mutating func startAutomation(_ slot: Int, _ file: ExportFile, at time: Int) {
        beginRecord(slot, file, touch: issues[slot].touch, at: time)
        issues[slot].touch += 1
        let automated = plan.parameters.automated
        let uniform = unit(issues[slot].current.durationChance)
        let seconds =
            switch file {
            case .ivr: automated.ivrSeconds * plan.laws.ivr.quantile(uniform)
            case .chatbot: automated.botSeconds * plan.laws.digital.quantile(uniform)
            default: automated.webSeconds * plan.laws.digital.quantile(uniform)
            }
        spend(slot, seconds, at: time)
    }

    /// The automation that the operation is written with, before the first contact.
    mutating func startStep(_ slot: Int, at time: Int) {
        guard let effects = plan.effects else { return }
        issues[slot].isStepPending = false
        let isVoice = effects.automation.kind == .conversationalIVR
        beginRecord(slot, isVoice ? .ivr : .chatbot, touch: SyntheticOperation.stepTouch, at: time)
        issues[slot].current.isStep = true
        let law = isVoice ? plan.laws.ivr : plan.laws.digital
        let uniform = unit(issues[slot].current.durationChance)
        spend(slot, effects.medianSeconds * law.quantile(uniform), at: time)
    }

    private mutating func spend(_ slot: Int, _ seconds: Double, at time: Int) {
        let whole = max(5, Int(seconds))
        issues[slot].current.automation = Int32(whole)
        issues[slot].stage = .automated
        future.add(
            time + whole, .automationEnd, issue: issues[slot].number, slot: UInt32(slot))
    }

    /// The four ends of an automated session.
    private enum End {
        case met, sentAway, handedOver, left
    }

    mutating func endAutomation(_ slot: Int, at time: Int) {
        let record = issues[slot].current
        switch end(slot, record) {
        case .met:
            finishRecord(slot, .contained, isMet: true)
            endIssue(slot, .resolved, at: time)
        case .sentAway:
            finishRecord(slot, .contained)
            issues[slot].isContextLost = true
            comeBack(
                slot, share: plan.parameters.returns.falseReturns, .falseContainment, at: time)
        case .left:
            finishRecord(slot, .abandoned)
            comeBack(
                slot, share: plan.parameters.returns.abandonedReturns, .abandonedInAutomation,
                at: time)
        case .handedOver:
            handOver(slot, record, at: time)
        }
    }

    private func end(_ slot: Int, _ record: ContactRecord) -> End {
        let issue = issues[slot]
        let intent = Int(issue.intent.rawValue)
        let level = Int(issue.difficulty)
        let uniform = unit(record.endChance)
        let automated = plan.parameters.automated
        let success: Double
        if record.isStep, let effects = plan.effects {
            success = effects.successLaws[intent].probability[level]
        } else {
            switch record.file {
            case .ivr:
                guard usesMenu(record) else {
                    // A menu that only asks where the call should go.
                    return uniform < automated.routingAbandoned ? .left : .handedOver
                }
                success = plan.ivr[intent].probability[level]
            case .chatbot: success = plan.bot[intent].probability[level]
            default: success = plan.web[intent].probability[level]
            }
        }
        if uniform < success { return .met }
        let rest = (uniform - success) / (1 - success)
        if rest < automated.falseShare { return .sentAway }
        return rest < automated.falseShare + automated.abandonedShare ? .left : .handedOver
    }

    /// Whether a caller tries the voice menu's own service: at the first call of an issue only.
    private func usesMenu(_ record: ContactRecord) -> Bool {
        record.touch == 0 && plan.parameters.ivrSuccess[Int(record.intent.rawValue)] > 0
            && unit(record.resolutionChance) < plan.parameters.ivrTakeUp
    }

    /// A person is to take over: at once in the same sitting, or on a channel of the customer's
    /// own choice where the web has nobody to hand over to.
    private mutating func handOver(_ slot: Int, _ record: ContactRecord, at time: Int) {
        let automated = plan.parameters.automated
        let detail = plan.chances.detail(issues[slot].number, record.touch)
        let context = unit(detail.word0)
        if record.file == .web {
            finishRecord(slot, .abandoned)
            guard unit(record.afterChance) < automated.onlineMoves else {
                endIssue(slot, .gaveUp, at: time)
                return
            }
            setCause(slot, .onlineFailure)
            issues[slot].isContextLost = context < automated.webContextLost
            chooseReturn(slot, notBy: .web)
            issues[slot].returns += 1
            let minutes = automated.moveMinutes * plan.laws.delay.quantile(unit(record.delayChance))
            come(slot, at: time + max(30, Int(minutes * 60)))
            return
        }
        finishRecord(slot, .transferred)
        setCause(slot, .handedOver)
        if record.isStep, let effects = plan.effects {
            // The contact goes on as it would have begun.
            issues[slot].isContextLost = context < effects.contextLost
            arrive(slot, at: time)
        } else if record.file == .ivr {
            issues[slot].isContextLost =
                issues[slot].isContextLost
                || (usesMenu(record) && context < automated.ivrContextLost)
            join(slot, .voice, at: time)
        } else {
            issues[slot].isContextLost = context < automated.botContextLost
            issues[slot].channel = .chat
            arrive(slot, at: time)
        }
    }

    /// A message goes out before the customer asks. Returns whether the customer asks all the
    /// same.
    mutating func messageFails(
        _ slot: Int, _ effects: AutomationEffects, _ effect: UInt32, _ reply: UInt32, at time: Int
    ) -> Bool {
        beginRecord(slot, .email, touch: SyntheticOperation.stepTouch, at: time)
        issues[slot].current.isStep = true
        issues[slot].current.isOutbound = true
        let works = unit(effect) < effects.preventedShare
        finishRecord(slot, .contained, isMet: works)
        guard works else { return true }
        guard unit(reply) < effects.replyShare else {
            endIssue(slot, .prevented, at: time)
            return false
        }
        setCause(slot, .message)
        return true
    }
}
