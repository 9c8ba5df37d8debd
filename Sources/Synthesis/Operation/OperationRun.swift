// The mechanism: needs arise, customers make contact, are helped or not, and come back. Written
// plainly, in the order of time; it shares nothing with the model that is fitted to its files.

import Events
import Randomness

/// One run over the whole period.
struct OperationRun {
    /// How contacts with people wait.
    enum Waits {
        /// In queues, against the roster.
        case live
        /// As they did in another run.
        case frozen(FrozenWaits)
        /// Not at all; the work is measured.
        case none
    }

    /// Work is measured after a week, when those who come back do.
    static let forecastFrom = 7 * 86_400

    let plan: OperationPlan
    let waits: Waits
    var customers: CustomerBase
    let workforce: Workforce?
    var future: FutureEvents
    var issues: [IssueState] = []
    var freeIssues: [UInt32] = []
    var queues = [TeamQueue](repeating: TeamQueue(), count: ServiceTeam.allCases.count)
    /// When each agent's present shift ends.
    var shiftEnds: [Int32]
    var output: RecordSheaves
    /// The waits met, where they are wanted.
    var met: FrozenWaits?
    var work = ExpectedWork()

    private var nextShift = 0
    private var needs: UInt32 = 0

    init(
        _ plan: OperationPlan, waits: Waits, customers: CustomerBase, workforce: Workforce?,
        output: RecordSheaves, recordsWaits: Bool = false
    ) {
        self.plan = plan
        self.waits = waits
        self.customers = customers
        self.workforce = workforce
        self.output = output
        future = FutureEvents(end: plan.clock.end)
        shiftEnds = [Int32](repeating: 0, count: workforce?.agents.count ?? 0)
        let quarters = plan.clock.end / OperationClock.quarter
        met = recordsWaits ? FrozenWaits(quarters: quarters) : nil
    }

    /// Runs the period and hands over pieces of files as they fill.
    mutating func run(
        _ emit: (OperationPiece) throws -> Void, progress: ((Int, Int) -> Void)? = nil
    ) throws {
        let quarters = plan.clock.end / OperationClock.quarter
        for quarter in 0..<quarters {
            let start = quarter * OperationClock.quarter
            if workforce != nil { beginQuarter(at: start) }
            future.open(quarter: quarter)
            runQuarter(quarter, from: start)
            output.releaseLate(at: start)
            try output.handOver(emit)
            if quarter % 96 == 0 { progress?(quarter, quarters) }
        }
        closeBooks()
        try output.handOver(emit)
    }

    /// Needs arise as a Poisson stream, at one rate within the quarter hour.
    private mutating func runQuarter(_ quarter: Int, from start: Int) {
        let local = plan.clock.local(start)
        let date = CivilDate(dayNumber: plan.clock.from.dayNumber + local / 86_400)
        let rate = plan.demand.rate(date, hour: local % 86_400 / 3_600)
        var ordinal: UInt32 = 0
        var moment = 0.0
        while true {
            moment -= ExactMath.log(plan.chances.gap(quarter, ordinal)) / rate
            ordinal += 1
            guard moment < Double(OperationClock.quarter) else { break }
            let time = start + Int(moment)
            happen(before: UInt64(time) << 36)
            begin(at: time)
        }
        happen(before: UInt64(start + OperationClock.quarter) << 36)
    }

    private mutating func happen(before order: UInt64) {
        while let first = future.first, first < order, let event = future.takeFirst() {
            let slot = Int(event.slot)
            guard issues[slot].number == event.issue else { continue }
            let time = event.time
            switch event.kind {
            case .serviceEnd: endService(slot, at: time)
            case .automationEnd: endAutomation(slot, at: time)
            case .touch: arrive(slot, at: time)
            case .patienceEnd: losePatience(slot, at: time)
            case .leaving: leave(slot, at: time)
            }
        }
    }

    /// A need arises.
    private mutating func begin(at time: Int) {
        needs += 1
        if time >= OperationRun.forecastFrom { work.needs += 1 }
        let number = needs
        let customer = customers.drawn(plan.chances.who(number))
        guard !customers.isGone(customer) else { return }
        let words = plan.chances.issue(number)
        var issue = IssueState()
        issue.number = number
        issue.customer = Int32(customer)
        issue.segment = customers.segment(customer)
        issue.isVulnerable = customers.isVulnerable(customer)
        issue.intent = OperationIntent.allCases[plan.intents.index(unit(words.word0))]
        issue.difficulty = UInt8(words.word1 >> 26)
        issue.difficultyChance = words.word1
        issue.channelChance = words.word2
        issue.leavingChance = words.word3
        issue.channel = plan.entryChannel(issue.intent, issue.segment, unit(words.word2))
        issue.firstChannel = issue.channel
        issue.begun = Int32(time)
        issue.stage = .coming
        let slot = take(issue)
        if let effects = plan.effects, effects.covers(issue.intent, issue.channel, at: time) {
            let chance = plan.chances.automation(number)
            issues[slot].isInScope = true
            issues[slot].automationChance = chance.word0
            if unit(chance.word0) < effects.automation.adoption {
                if effects.automation.kind == .proactiveOutbound {
                    guard messageFails(slot, effects, chance.word1, chance.word2, at: time)
                    else { return }
                } else {
                    issues[slot].isStepPending = true
                }
            }
        }
        arrive(slot, at: time)
    }

    private mutating func take(_ issue: IssueState) -> Int {
        if let slot = freeIssues.popLast() {
            issues[Int(slot)] = issue
            return Int(slot)
        }
        issues.append(issue)
        return issues.count - 1
    }

    /// Agents come on duty, and queues are cleared after closing.
    private mutating func beginQuarter(at time: Int) {
        guard let workforce else { return }
        while nextShift < workforce.shifts.count, workforce.shifts[nextShift].start <= time {
            let shift = workforce.shifts[nextShift]
            nextShift += 1
            guard !shift.isSick else { continue }
            shiftEnds[Int(shift.agent)] = shift.end
            let each =
                shift.team == .chat ? Int(plan.parameters.assisted.chatConcurrency) : 1
            for _ in 0..<each {
                queues[Int(shift.team.rawValue)].arrive(shift.agent, until: shift.end)
            }
        }
        guard case .live = waits else { return }
        let local = plan.clock.local(time)
        let weekday = (plan.clock.from.weekday + local / 86_400) % 7
        for team in ServiceTeam.allCases {
            let hours = plan.hours.halfHours(team, weekday: weekday)
            if team.hasPatience, local % 86_400 == (hours.upperBound + 1) * 1_800 {
                clear(team, at: time)
            }
            serveWaiting(team, at: time)
        }
    }

    /// The customer makes the next contact, or waits until somebody is there.
    mutating func arrive(_ slot: Int, at time: Int) {
        let channel = issues[slot].channel
        let isStaffed = channel == .phone || channel == .chat
        if isStaffed, issues[slot].reason != .complained {
            let team: ServiceTeam = channel == .phone ? .voice : .chat
            let word = plan.chances.detail(issues[slot].number, issues[slot].touch).word3
            let delay = plan.laws.exponential.quantile(unit(word))
            let open = plan.hours.next(team, after: time, delay: delay, plan.clock)
            if open > time {
                future.add(
                    open, .touch, issue: issues[slot].number, slot: UInt32(slot))
                return
            }
        }
        if issues[slot].reason == .complained {
            join(slot, .complaints, at: time)
            return
        }
        if issues[slot].isStepPending {
            startStep(slot, at: time)
            return
        }
        switch channel {
        case .phone: startAutomation(slot, .ivr, at: time)
        case .web: startAutomation(slot, .web, at: time)
        case .chatbot: startAutomation(slot, .chatbot, at: time)
        case .chat: join(slot, .chat, at: time)
        case .email: join(slot, .email, at: time)
        }
    }

    /// The customer goes elsewhere, if no other issue of theirs took them away before.
    private mutating func leave(_ slot: Int, at time: Int) {
        let issue = issues[slot]
        if !customers.isGone(Int(issue.customer)) {
            customers.leave(Int(issue.customer))
            var record = ContactRecord()
            record.key = ContactRecord.key(issue.number, 63)
            record.causeKey = issue.causeKey
            record.causeFile = issue.causeFile
            record.customer = issue.customer
            record.intent = issue.intent
            record.segment = issue.segment
            record.start = Int32(time)
            record.file = .churn
            output.add(record)
        }
        free(slot)
    }

    mutating func free(_ slot: Int) {
        issues[slot].stage = .free
        issues[slot].number = 0
        freeIssues.append(UInt32(slot))
    }

    /// Issues that are not over are open in the truth; what was under way is in no file.
    private mutating func closeBooks() {
        for slot in issues.indices {
            switch issues[slot].stage {
            case .free, .leaving: continue
            case .coming, .automated, .waiting, .serving:
                if issues[slot].stage == .waiting { met?.noteEndless(issues[slot].current.key) }
                output.add(issueRecord(slot, ending: .open, at: -1, isLeaving: false))
            }
        }
        output.releaseLate(at: Int.max)
        output.fillUp()
    }

    func issueRecord(
        _ slot: Int, ending: IssueEnding, at time: Int, isLeaving: Bool
    ) -> IssueRecord {
        let issue = issues[slot]
        return IssueRecord(
            number: issue.number, customer: issue.customer, intent: issue.intent,
            segment: issue.segment, difficultyChance: issue.difficultyChance,
            channelChance: issue.channelChance, leavingChance: issue.leavingChance,
            automationChance: issue.automationChance, channel: issue.firstChannel,
            begun: issue.begun, ended: Int32(time), records: Int32(issue.records),
            ending: ending, isInScope: issue.isInScope, isLeaving: isLeaving)
    }
}
