// What follows a contact: its record, the customer's return, a complaint, a survey, the end of
// the issue.

import Randomness

extension OperationRun {
    /// Closes the present record and hands it to the files.
    mutating func finishRecord(
        _ slot: Int, _ outcome: ContactOutcome, isMet: Bool = false,
        recorded: ContactOutcome? = nil
    ) {
        issues[slot].current.outcome = outcome
        issues[slot].current.recorded = recorded ?? outcome
        issues[slot].current.isMet = isMet
        output.add(issues[slot].current)
    }

    /// The present record brings about what comes next.
    mutating func setCause(_ slot: Int, _ reason: CauseReason) {
        issues[slot].causeKey = issues[slot].current.key
        issues[slot].causeFile = issues[slot].current.file
        issues[slot].reason = reason
    }

    func mayGoOn(_ slot: Int) -> Bool {
        Int(issues[slot].records) < plan.parameters.returns.mostContacts
    }

    mutating func come(_ slot: Int, at time: Int) {
        issues[slot].stage = .coming
        future.add(time, .touch, issue: issues[slot].number, slot: UInt32(slot))
    }

    /// The channel of a return; a first contact that an automation kept off stays what it was.
    mutating func chooseReturn(_ slot: Int, notBy channel: EntryChannel?) {
        let record = issues[slot].current
        guard !record.isStep else { return }
        let word = plan.chances.after(issues[slot].number, record.touch).word2
        issues[slot].channel = plan.returnChannel(
            record.intent, record.segment, unit(word), notBy: channel)
    }

    /// After automation failed: some come back later, the others never.
    mutating func comeBack(
        _ slot: Int, share: Double, _ reason: CauseReason, at time: Int
    ) {
        let record = issues[slot].current
        guard unit(record.afterChance) < share, mayGoOn(slot) else {
            endIssue(slot, .gaveUp, at: time)
            return
        }
        setCause(slot, reason)
        chooseReturn(slot, notBy: issues[slot].channel)
        issues[slot].returns += 1
        come(slot, at: time + delaySeconds(record))
    }

    private func delaySeconds(_ record: ContactRecord) -> Int {
        let days =
            plan.parameters.returns.delayDays
            * plan.laws.delay.quantile(unit(record.delayChance))
        return max(60, Int(days * 86_400))
    }

    mutating func complainOrComeBack(
        _ slot: Int, _ record: ContactRecord, _ reason: CauseReason, at time: Int
    ) {
        let returns = plan.parameters.returns
        guard mayGoOn(slot) else {
            endIssue(slot, .gaveUp, at: time)
            return
        }
        var complains = returns.complaintBase
        complains += returns.complaintPerContact * Double(issues[slot].returns)
        if record.intent == .complaint { complains = returns.complaintIntent }
        if issues[slot].isVulnerable { complains *= returns.vulnerableFactor }
        complains = min(0.9, complains)
        let uniform = unit(record.afterChance)
        if uniform < complains {
            setCause(slot, .complained)
            come(slot, at: time + delaySeconds(record) / 4)
        } else if (uniform - complains) / (1 - complains) < returns.unresolvedReturns {
            setCause(slot, reason)
            chooseReturn(slot, notBy: nil)
            issues[slot].returns += 1
            come(slot, at: time + delaySeconds(record))
        } else {
            endIssue(slot, .gaveUp, at: time)
        }
    }

    /// Some customers answer a survey after speaking to somebody.
    mutating func askForScore(_ slot: Int, isMet: Bool, at time: Int) {
        let record = issues[slot].current
        let voices = plan.parameters.voices
        let number = issues[slot].number
        guard record.team.hasPatience,
            unit(plan.chances.after(number, record.touch).word3) < voices.surveyAnswered
        else { return }
        var top = voices.topBox - voices.perEarlierContact * Double(issues[slot].returns)
        if issues[slot].wasTransferred { top -= voices.transferLoss }
        if record.isContextLost { top -= voices.contextLoss }
        if !isMet { top -= voices.unresolvedLoss }
        top = max(0.02, top)
        let words = plan.chances.fault(number, record.touch, file: ExportFile.surveys.rawValue)
        let uniform = unit(words.word2)
        var score: Int32 = 5
        if uniform >= top {
            let rest = (uniform - top) / (1 - top)
            score = rest < 0.4 ? 4 : rest < 0.65 ? 3 : rest < 0.82 ? 2 : 1
        }
        var survey = record
        survey.file = .surveys
        survey.causeKey = record.key
        survey.causeFile = record.file
        survey.amount = score
        survey.start = Int32(time + 600 + Int(words.word3 >> 17))
        output.add(survey)
    }

    mutating func endIssue(_ slot: Int, _ ending: IssueEnding, at time: Int) {
        let issue = issues[slot]
        let leaving = plan.parameters.voices.leaving
        let chance: Double =
            switch ending {
            case .resolved: issue.returns == 0 ? leaving[0] : leaving[1]
            case .recovered: leaving[1]
            case .gaveUp: leaving[2]
            case .prevented, .open: 0
            }
        let isLeaving = unit(issue.leavingChance) < chance
        output.add(issueRecord(slot, ending: ending, at: time, isLeaving: isLeaving))
        guard isLeaving else {
            free(slot)
            return
        }
        issues[slot].stage = .leaving
        issues[slot].causeKey = issue.current.key
        issues[slot].causeFile = issue.current.file
        let word = plan.chances.detail(issue.number, 63).word0
        let days = plan.parameters.voices.leavingDays * plan.laws.digital.quantile(unit(word))
        future.add(
            time + max(3_600, Int(days * 86_400)), .leaving, issue: issue.number,
            slot: UInt32(slot))
    }
}
