// What becomes of a recorded contact in the plain replay, by recursion from what brought it about.

import Events
import Modeling
import Projections
import Randomness
import Simulation

extension PlainReplay {
    func fate(_ index: Int) -> Fate {
        if let known = fates[index] { return known }
        var fate = Fate()
        if let parent = parent(index) {
            let before = self.fate(parent)
            fate.happens = before.happens
            let isLost = book.role[index] == .escalation && before.losesEscalation
            if isCaused(index) {
                fate.happens = before.happens && before.returns != .prevented && !isLost
            } else if book.role[index] == .followUp {
                fate.happens = before.happens || before.keepsPlannedWork
            } else {
                fate.happens = before.happens && !isLost
                fate.isMet = before.isMet
                fate.keepsPlannedWork = before.keepsPlannedWork
                fate.isOfStep = before.isOfStep
                fate.isAgain = before.isAgain
            }
            fate.shift = before.endShift
            fate.endShift = before.endShift
            if isCaused(index), fate.shift > 0, PlainReplay.isAttempt(contact(index), .none) {
                let closed = untilOpen(index, later: fate.shift)
                fate.shift += closed
                fate.endShift += closed
            }
            fate.inheritedPenalty = before.penaltyForNext
        }
        fate.isOfStep = fate.isOfStep || isInScope(index)
        if fate.happens { meetAutomations(index, &fate) }
        if fate.happens {
            if isServed(index) {
                fate.endShift += fate.inheritedPenalty
            } else {
                fate.penaltyForNext += fate.inheritedPenalty
            }
        }
        fates[index] = fate
        return fate
    }

    /// The drawn value of one automation; `otherwise` where nothing is stated.
    func value(_ automation: Int, _ key: ParameterKey, _ otherwise: Double = 0) -> Double {
        parameters.automations[automation].value(key, otherwise: otherwise)
    }

    func microseconds(_ automation: Int, _ key: ParameterKey) -> Int64 {
        Int64((value(automation, key) * 1e6).rounded())
    }

    private func meetAutomations(_ index: Int, _ fate: inout Fate) {
        let contact = contact(index)
        var factors = (talk: 1.0, hold: 1.0, wrapUp: 1.0)
        var added: Int64 = 0
        var (returnOdds, failedOdds, escalationOdds) = (1.0, 1.0, 1.0)
        var isHandledOtherwise = false
        for (number, automation) in scenario.automations.enumerated() where fate.happens {
            guard PlainReplay.reaches(automation, contact, index, table, book),
                isExposed(number, index), !automation.scope.isFirstContactOnly || isFirst(index)
            else { continue }
            switch automation.mechanism {
            case .step:
                takeStep(number, index, &fate)
                failedOdds *= value(number, .returnOdds, 1)
            case .outbound:
                if isFirst(index) { getMessage(number, index, &fate) }
            default:
                let handle =
                    grown(number, .handleFactor, index)
                    // Nobody's tenure is known here.
                    * value(number, .handleFactorGrowing, 1)
                factors.talk *= handle
                factors.hold *= handle * grown(number, .holdFactor, index)
                factors.wrapUp *= handle * grown(number, .wrapupFactor, index)
                added += microseconds(number, .overheadSeconds)
                escalationOdds *= grown(number, .escalationOdds, index)
                returnOdds /= grown(number, .resolutionOdds, index)
                isHandledOtherwise = true
                fate.deeds.append(Deed(automation: number, kind: .tool))
                getAnswer(number, index, &fate)
            }
        }
        guard fate.happens else { return }
        if isHandledOtherwise { changeHandling(index, factors, added, &fate) }
        if escalationOdds != 1, hasEscalation(index) {
            let fitted = escalationShare(index)
            let chance = max(fitted, 1e-6) * uniform(index, "escalation")
            let changed = odds(fitted, escalationOdds)
            fate.losesEscalation = changed < fitted && chance >= changed
        }
        let isFailed = book.rules.stated(book.failure[index]) != 0 && !fate.isAgain
        decideReturn(index, odds: returnOdds * (isFailed ? failedOdds : 1), &fate)
    }

    private func odds(_ probability: Double, _ ratio: Double) -> Double {
        ratio * probability / (1 - probability + ratio * probability)
    }

    private func isExposed(_ number: Int, _ index: Int) -> Bool {
        let automation = scenario.automations[number]
        let day = PlainReplay.localMinutes(contact(index)).day
        let ramp =
            automation.rampDays == 0
            ? 1
            : min(
                1, Double(day - automation.scope.firstDay + 1) / Double(automation.rampDays + 1))
        let key: ParameterKey =
            switch automation.mechanism {
            case .step: .takeUp
            case .outbound: .coverage
            default: .adoption
            }
        let share = min(1, value(number, key, 1) * automation.dose)
        return uniform(index, "take-up", of: number) < share * ramp
    }

    /// A factor that grows to its full size from the automation's first day on.
    private func grown(_ number: Int, _ key: ParameterKey, _ index: Int) -> Double {
        let automation = scenario.automations[number]
        let full = value(number, key, 1)
        guard automation.mechanism == .coaching else { return full }
        let days = value(number, .growthDays, 1)
        let since = Double(
            PlainReplay.localMinutes(contact(index)).day - automation.scope.firstDay + 1)
        let share = days > 1 ? min(1, since / days) : 1
        return share == 1 ? full : 1 + (full - 1) * share
    }

    /// Whether the automation is in a bad release on the contact's day.
    private func isBad(_ number: Int, _ index: Int) -> Bool {
        let scope = scenario.automations[number].scope
        let purpose = DrawPurpose("release", of: scenario.automations[number].id)
        let (first, second) = draws.uniformPair(address: 0, purpose: purpose)
        guard first < value(number, .releaseProbability) else { return false }
        let start =
            scope.firstDay
            + Int((second * Double(scope.lastDay - scope.firstDay + 1)).rounded(.down))
        let length = max(1, Int(value(number, .releaseDays, 1).rounded()))
        let day = PlainReplay.localMinutes(contact(index)).day
        return day >= start && day < start + length
    }

    private func getMessage(_ number: Int, _ index: Int, _ fate: inout Fate) {
        let isMet = uniform(index, "success", of: number) < value(number, .prevented)
        fate.deeds.append(Deed(automation: number, kind: .message(isMet: isMet)))
        if isMet { meet(number, index, &fate) }
        if uniform(index, "return after false containment", of: number) < value(number, .replies) {
            fate.additions.append(
                Addition(
                    cause: "answer to a message", automation: number, delay: 0,
                    shift: fate.endShift))
        }
    }

    private func getAnswer(_ number: Int, _ index: Int, _ fate: inout Fate) {
        let share = value(number, .wrongAnswers)
        guard share > 0, book.rules.stated(book.failure[index]) == 0, !hasReturn(index),
            uniform(index, "wrong answer", of: number) < share
        else { return }
        let unresolved = failure(ofFirst: [.unresolved, .contained, .abandoned])
        guard
            uniform(index, "return after wrong answer", of: number)
                < returnProbability(index, failure: unresolved)
        else {
            fate.givesUpOnWrongAnswer += 1
            return
        }
        fate.additions.append(
            Addition(
                cause: "wrong answer with a tool", automation: number,
                delay: model.delays[unresolved].quantile(
                    uniform(index, "delay of return", of: number)),
                shift: fate.endShift))
    }

    private func changeHandling(
        _ index: Int, _ factors: (talk: Double, hold: Double, wrapUp: Double), _ added: Int64,
        _ fate: inout Fate
    ) {
        let contact = contact(index)
        guard contact.talk >= 0, contact.talk + contact.hold + contact.wrapUp > 0 else { return }
        func change(_ microseconds: Int64, _ factor: Double) -> Int64 {
            Int64((Double(microseconds) * factor).rounded()) - microseconds
        }
        fate.timeChange =
            change(contact.talk, factors.talk) + change(contact.hold, factors.hold) + added
        fate.handleChange = fate.timeChange + change(contact.wrapUp, factors.wrapUp)
        fate.endShift += fate.timeChange
    }

    private func takeStep(_ number: Int, _ index: Int, _ fate: inout Fate) {
        let end = end(number, index)
        let duration = microseconds(number, .seconds)
        let penalty = penalty(number, index)
        switch end {
        case .resolved: meet(number, index, &fate)
        case .handedOver(let lost, _):
            fate.shift += duration
            fate.endShift += duration + (lost ? penalty : 0)
            if lost { leavePenalty(number, index, &fate) }
        case .unmet(let isFalse, let delay):
            fate.happens = delay != nil
            fate.isAgain = fate.isAgain || delay != nil
            if let delay {
                let later = duration + delay
                let closed = untilOpen(index, later: fate.shift + later)
                fate.shift += later + closed
                fate.endShift += later + closed + (isFalse ? penalty : 0)
                if isFalse { leavePenalty(number, index, &fate) }
            }
        }
        var deed = Deed(automation: number, kind: .step(end), shift: fate.shift)
        if case .handedOver(_, true) = end {
            // The wrong team comes first.
            let wrong = microseconds(number, .misrouteSeconds)
            fate.shift += wrong
            fate.endShift += wrong
            deed.shift = fate.shift
        }
        fate.deeds.append(deed)
    }

    func isServed(_ index: Int) -> Bool {
        contact(index).actor == .agent && contact(index).outcome != .abandoned
    }

    func penalty(_ number: Int, _ index: Int) -> Int64 {
        isServed(index) ? microseconds(number, .contextPenaltySeconds) : 0
    }

    /// Whoever serves the need next asks again.
    private func leavePenalty(_ number: Int, _ index: Int, _ fate: inout Fate) {
        guard !isServed(index) else { return }
        fate.penaltyForNext += microseconds(number, .contextPenaltySeconds)
    }

    private func meet(_ number: Int, _ index: Int, _ fate: inout Fate) {
        fate.happens = false
        fate.isMet = true
        let share = value(number, .plannedWork, 1)
        fate.keepsPlannedWork =
            share >= 1 || uniform(index, "planned work", of: number) < share
    }

    private func end(_ number: Int, _ index: Int) -> End {
        if uniform(index, "success", of: number) < successProbability(number, index) {
            return .resolved
        }
        let place = uniform(index, "failed end", of: number)
        let drawn = parameters.automations[number]
        let falsely = drawn.falseGivenUnresolved
        if place < falsely {
            let isBack =
                uniform(index, "return after false containment", of: number)
                < value(number, .falseReturns)
            return .unmet(isFalse: true, delay: isBack ? delay(number, index) : nil)
        }
        if place < falsely + drawn.handedOverGivenUnresolved {
            let isServed =
                contact(index).actor == .agent && contact(index).outcome != .abandoned
            return .handedOver(
                lost: uniform(index, "context lost", of: number) < value(number, .contextLost),
                misrouted: isServed
                    && uniform(index, "misrouted", of: number) < value(number, .misrouted))
        }
        let fitted = returnProbability(index, failure: leavingFailure)
        let isBack =
            uniform(index, "return after leaving", of: number)
            < value(number, .abandonedReturns, fitted)
        return .unmet(isFalse: false, delay: isBack ? delay(number, index) : nil)
    }

    /// Callers who left in automation, or those who left the queue where no rule names the first.
    private var leavingFailure: Int { failure(ofFirst: [.contained, .abandoned]) }

    private func failure(ofFirst outcomes: [Outcome]) -> Int {
        let failures = book.rules.rules.failures
        for outcome in outcomes {
            if let place = failures.firstIndex(where: { $0.outcome == outcome }) {
                return place + 1
            }
        }
        return 0
    }

    private func delay(_ number: Int, _ index: Int) -> Int64 {
        model.delays[leavingFailure].quantile(uniform(index, "delay of return", of: number))
    }

    func successProbability(_ number: Int, _ index: Int) -> Double {
        let stated = statedSuccess(number, index)
        return isBad(number, index) ? stated * (1 - value(number, .releaseSeverity)) : stated
    }

    private func statedSuccess(_ number: Int, _ index: Int) -> Double {
        let p = parameters.automations[number].resolved
        let rho = value(number, .selectionStrength)
        if p <= 0 || p >= 1 || rho == 0 { return p }
        let first = root(index)
        let luck = ExactMath.inverseNormal(uniform(first, "difficulty"))
        let score = scores[first]
        let lambda = value(number, .reliability, 1)
        let z = score.isNaN ? luck : lambda.squareRoot() * score + (1 - lambda).squareRoot() * luck
        return ExactMath.normalCDF(
            (ExactMath.inverseNormal(p) - rho * z) / (1 - rho * rho).squareRoot())
    }

    /// Whether the record holds an escalation of this contact.
    private func hasEscalation(_ index: Int) -> Bool {
        table.contacts.indices.contains {
            $0 > index && book.role[$0] == .escalation && parent($0) == index
        }
    }

    /// Of the served contacts of the family among the journeys that touch the scenario's days, the
    /// share that is escalated.
    private func escalationShare(_ index: Int) -> Double {
        let family = book.rules.family(of: contact(index).intent)
        let touched = Set(table.contacts.indices.filter(isInDays).map { book.journeyOf[$0] })
        func isServed(_ index: Int) -> Bool {
            touched.contains(book.journeyOf[index])
                && book.rules.family(of: contact(index).intent) == family
                && contact(index).actor == .agent && contact(index).outcome != .abandoned
        }
        let served = table.contacts.indices.count(where: isServed)
        let escalated = table.contacts.indices.count {
            book.role[$0] == .escalation && book.edge(of: $0) != .none
                && isServed(Int(book.predecessor[$0]))
        }
        return served == 0 ? 0 : min(1, Double(escalated) / Double(served))
    }

    /// The recorded answer is kept unless the stated odds say otherwise.
    private func decideReturn(_ index: Int, odds: Double, _ fate: inout Fate) {
        guard odds != 1 else { return }
        let failure = Int(book.rules.stated(book.failure[index]))
        let fitted = returnProbability(index, failure: failure)
        let changed = self.odds(fitted, odds)
        let v = uniform(index, "return")
        guard isFollowed(index) else {
            if v < changed, v >= fitted { fate.returns = .created }
            if v < fitted, v >= changed {
                fate.returns = .prevented
                fate.averted = true
            }
            return
        }
        let isBack = hasReturn(index)
        let u = isBack ? fitted * v : fitted + (1 - fitted) * v
        if isBack, changed < fitted, u >= changed { fate.returns = .prevented }
        if !isBack, changed > fitted, u < changed { fate.returns = .created }
    }
}
