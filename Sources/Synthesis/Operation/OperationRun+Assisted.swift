// Contacts with people: the queue, the service, and what becomes of it.

import Events
import Randomness

extension OperationRun {
    /// The contact joins a team's queue, or is served at once.
    mutating func join(_ slot: Int, _ team: ServiceTeam, at time: Int) {
        let file: ExportFile =
            switch team {
            case .voice, .specialists: .telephone
            case .chat: .chat
            case .email: .email
            case .backOffice: .backOffice
            case .complaints: .complaints
            }
        let isChatSpecialist = team == .specialists && issues[slot].current.file == .chat
        beginRecord(slot, isChatSpecialist ? .chat : file, touch: issues[slot].touch, at: time)
        issues[slot].touch += 1
        issues[slot].current.team = team
        issues[slot].stage = .waiting
        issues[slot].deadline = -1
        let key = issues[slot].current.key
        let patience = patienceSeconds(slot, team)
        switch waits {
        case .none:
            serve(slot, agent: -1, at: time)
        case .frozen(let frozen):
            let met = frozen.wait(key, team: team, joined: time)
            let wait = Int(met.seconds)
            if met.isLeft || (team.hasPatience && patience < wait) {
                waitInVain(slot, until: time + min(patience, wait))
            } else {
                serve(slot, agent: met.agent, at: time + wait)
            }
        case .live:
            if let agent = queues[Int(team.rawValue)].takeAgent(at: time) {
                serve(slot, agent: agent, at: time)
                return
            }
            queues[Int(team.rawValue)].waiting.append((UInt32(slot), key))
            if team.hasPatience { waitInVain(slot, until: time + patience) }
        }
    }

    private func patienceSeconds(_ slot: Int, _ team: ServiceTeam) -> Int {
        guard team.hasPatience else { return Int(Int32.max) }
        let mean = plan.parameters.assisted.patienceSeconds[Int(team.rawValue)]
        let uniform = unit(issues[slot].current.patienceChance)
        let person = unit(plan.chances.customer(Int(issues[slot].customer)).word3)
        let factor = 1 + plan.parameters.assisted.patienceSpread * (2 * person - 1)
        return max(3, Int(mean * factor * plan.laws.exponential.quantile(uniform)))
    }

    private mutating func waitInVain(_ slot: Int, until time: Int) {
        issues[slot].deadline = Int32(time)
        future.add(time, .patienceEnd, issue: issues[slot].number, slot: UInt32(slot))
    }

    mutating func losePatience(_ slot: Int, at time: Int) {
        guard issues[slot].stage == .waiting, Int(issues[slot].deadline) == time else { return }
        abandon(slot, at: time)
    }

    private mutating func abandon(_ slot: Int, at time: Int) {
        let record = issues[slot].current
        let wait = Int32(time) - record.start
        issues[slot].current.wait = wait
        met?.note(
            record.key, MetWait(seconds: wait, agent: -1, isLeft: true), team: record.team,
            joined: Int(record.start))
        finishRecord(slot, .abandoned)
        let returns = plan.parameters.returns
        guard unit(record.afterChance) < returns.redials, mayGoOn(slot) else {
            endIssue(slot, .gaveUp, at: time)
            return
        }
        setCause(slot, .abandonedInQueue)
        issues[slot].returns += 1
        issues[slot].channel = record.file == .chat ? .chat : .phone
        let minutes = returns.redialMinutes * plan.laws.delay.quantile(unit(record.delayChance))
        come(slot, at: time + max(30, Int(minutes * 60)))
    }

    /// At the end of the day nobody is left in the queue: who waits is sent home within this
    /// second, in the order in which anything else happens in it.
    mutating func clear(_ team: ServiceTeam, at time: Int) {
        while let (slot, key) = queues[Int(team.rawValue)].waiting.takeFirst() {
            let slot = Int(slot)
            guard issues[slot].stage == .waiting, issues[slot].current.key == key else { continue }
            waitInVain(slot, until: time)
        }
    }

    mutating func serveWaiting(_ team: ServiceTeam, at time: Int) {
        let index = Int(team.rawValue)
        while !queues[index].waiting.isEmpty {
            guard let agent = queues[index].takeAgent(at: time) else { return }
            guard serveNext(team, by: agent, at: time) else {
                queues[index].putBack(agent, until: shiftEnds[Int(agent)])
                return
            }
        }
    }

    /// Serves the first who is still there; `false` where nobody is.
    private mutating func serveNext(_ team: ServiceTeam, by agent: Int32, at time: Int) -> Bool {
        while let (slot, key) = queues[Int(team.rawValue)].waiting.takeFirst() {
            let slot = Int(slot)
            guard issues[slot].stage == .waiting, issues[slot].current.key == key else { continue }
            serve(slot, agent: agent, at: time)
            return true
        }
        return false
    }

    private mutating func serve(_ slot: Int, agent: Int32, at time: Int) {
        let assisted = plan.parameters.assisted
        let issue = issues[slot]
        let team = issue.current.team
        let wait = Int32(time) - issue.current.start
        var seconds = assisted.handleSeconds[Int(team.rawValue)]
        seconds *= plan.parameters.handleMultipliers[Int(issue.intent.rawValue)]
        seconds *= plan.laws.difficulty[Int(issue.difficulty)]
        seconds *= plan.laws.handle.quantile(unit(issue.current.durationChance))
        if let workforce {
            let day = plan.clock.local(time) / 86_400
            seconds *= workforce.factor(Int(agent), day: day)
            if let effects = plan.effects {
                let band = workforce.band(Int(agent), day: day)
                let tool = workforce.agents[Int(agent)].toolChance
                seconds *= effects.assistFactor(team, band, tool: tool, at: time)
            }
        } else {
            seconds *= SyntheticOperation.plannedAgentFactor
        }
        let isPenalised = issue.isContextLost && team.hasPatience
        let penalty = isPenalised ? Int32(plan.parameters.automated.contextPenalty) : 0
        let handle = max(10, Int32(seconds.rounded())) + penalty
        let hold = Int32(Double(handle) * assisted.holdShare)
        let wrap = Int32(Double(handle) * assisted.wrapShare)
        issues[slot].current.agent = agent
        issues[slot].current.wait = wait
        issues[slot].current.hold = hold
        issues[slot].current.wrap = wrap
        issues[slot].current.talk = handle - hold - wrap
        issues[slot].current.penalty = penalty
        issues[slot].stage = .serving
        met?.note(
            issue.current.key, MetWait(seconds: wait, agent: agent, isLeft: false), team: team,
            joined: Int(issue.current.start))
        if case .none = waits { measure(slot, handle: Int(handle)) }
        future.add(
            time + Int(handle), .serviceEnd, issue: issue.number, slot: UInt32(slot))
    }

    /// What a planner is told.
    private mutating func measure(_ slot: Int, handle: Int) {
        let record = issues[slot].current
        guard Int(record.start) >= OperationRun.forecastFrom else { return }
        let local = plan.clock.local(Int(record.start))
        let half = local % 86_400 / 1_800
        let weekday = (plan.clock.from.weekday + local / 86_400) % 7
        let place = record.team.hasPatience ? weekday * 48 + half : 0
        work.add(record.team, halfHourOfWeek: place, seconds: handle)
    }

    mutating func endService(_ slot: Int, at time: Int) {
        let record = issues[slot].current
        if case .live = waits {
            let agent = record.agent
            let isOn = Int(shiftEnds[Int(agent)]) > time
            if isOn, !serveNext(record.team, by: agent, at: time) {
                queues[Int(record.team.rawValue)].arrive(agent, until: shiftEnds[Int(agent)])
            }
        }
        switch record.team {
        case .voice, .chat, .email, .specialists: endContact(slot, record, at: time)
        case .backOffice: endTask(slot, record, at: time)
        case .complaints: endComplaint(slot, record, at: time)
        }
    }

    private mutating func endContact(_ slot: Int, _ record: ContactRecord, at time: Int) {
        issues[slot].isContextLost = false
        let level = Int(issues[slot].difficulty)
        let uniform = unit(record.endChance)
        if record.team == .voice || record.team == .chat, mayGoOn(slot) {
            let escalated = plan.escalation.probability[level]
            let target: ServiceTeam? =
                uniform < escalated
                ? .specialists
                : uniform < escalated + plan.transfer.probability[level] ? record.team : nil
            if let target {
                let isUp = target == .specialists
                issues[slot].current.target = target
                finishRecord(slot, isUp ? .escalated : .transferred)
                setCause(slot, isUp ? .escalated : .transferred)
                issues[slot].wasTransferred = true
                join(slot, target, at: time)
                return
            }
        }
        let detail = plan.chances.detail(issues[slot].number, record.touch)
        let deferred = plan.parameters.assisted.deferral[Int(record.intent.rawValue)]
        if unit(detail.word1) < deferred, mayGoOn(slot) {
            issues[slot].current.target = .backOffice
            finishRecord(slot, .deferred)
            setCause(slot, .deferred)
            join(slot, .backOffice, at: time)
            return
        }
        let day = plan.clock.local(Int(record.start)) / 86_400
        let band = workforce?.band(Int(record.agent), day: day) ?? .experienced
        let success = plan.resolution.probability(
            isSpecialist: record.team == .specialists,
            isPassedOn: record.reason == .transferred, band: band,
            difficulty: issues[slot].difficulty)
        let isMet = unit(record.resolutionChance) < success
        let isKnown = unit(detail.word2) < plan.parameters.assisted.unresolvedKnown
        finishRecord(
            slot, isMet ? .resolved : .unresolved, isMet: isMet,
            recorded: isMet || !isKnown ? .resolved : .unresolved)
        askForScore(slot, isMet: isMet, at: time)
        if isMet {
            endIssue(slot, .resolved, at: time)
        } else {
            complainOrComeBack(slot, record, .unresolved, at: time)
        }
    }

    private mutating func endTask(_ slot: Int, _ record: ContactRecord, at time: Int) {
        let success = plan.parameters.assisted.backOfficeResolution
        let isMet = unit(record.resolutionChance) < success
        finishRecord(slot, isMet ? .resolved : .unresolved, isMet: isMet, recorded: .resolved)
        if isMet {
            endIssue(slot, .resolved, at: time)
        } else {
            complainOrComeBack(slot, record, .backOfficeFailure, at: time)
        }
    }

    private mutating func endComplaint(_ slot: Int, _ record: ContactRecord, at time: Int) {
        let isUpheld =
            unit(record.resolutionChance) < plan.parameters.assisted.complaintUpheld
        if isUpheld {
            let pounds = 25 + 150 * unit(record.endChance)
            issues[slot].current.amount = Int32(pounds * 100)
        } else if unit(record.afterChance) < plan.parameters.voices.ombudsman {
            issues[slot].current.amount = -1
        }
        finishRecord(slot, isUpheld ? .resolved : .unresolved, isMet: isUpheld)
        endIssue(slot, isUpheld ? .recovered : .gaveUp, at: time)
    }
}
