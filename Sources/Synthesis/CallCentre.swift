// The mechanism of the synthetic bank: one pool of agents, one queue, and callers who call again.
// It is written plainly and apart from the simulator, so that each can find the other's mistakes.

import Events

/// A run of the centre over the whole period.
struct CallCentre {
    /// All calls and phantom records in the order of their entry.
    private(set) var calls: [Call] = []
    let population: Population
    let plan: StaffingPlan
    /// More names than are ever on duty at once, so that agents take turns.
    let roster: Int

    private let settings: SyntheticBank.Settings
    private var generator: SeededGenerator
    private var arrivals: NeedArrivals
    private var lines: TelephoneLines
    private var future = OccurrenceHeap()
    private var waiting: [Int] = []
    /// Agents who are not speaking, the one who has been idle longest first.
    private var idle: [Int]
    private var capacity = 0
    private var busy = 0
    private var isOpen = false
    private var needs = 0

    init(_ settings: SyntheticBank.Settings) {
        self.settings = settings
        population = Population(settings: settings)
        plan = StaffingPlan(settings: settings)
        roster = max(12, plan.most * 2)
        idle = Array(0..<roster)
        generator = SeededGenerator(seed: settings.seed, purpose: .calls)
        arrivals = NeedArrivals(settings: settings)
        lines = TelephoneLines(seed: settings.seed)
    }

    /// Simulates from the first midnight until the last caller has gone. Nobody calls after the
    /// period's end.
    mutating func run() {
        for slot in 0..<(settings.days * 48) {
            future.add(Occurrence(time: slot * 1_800, kind: .staffing))
        }
        foreseeNextNeed()
        while let occurrence = future.takeFirst() {
            switch occurrence.kind {
            case .serviceEnd: endService(occurrence.call, at: occurrence.time)
            case .staffing: changeStaff(at: occurrence.time)
            case .lineFree: lines.free(calls[occurrence.call].line)
            case .voiceExit: leaveVoiceResponse(occurrence.call, at: occurrence.time)
            case .entry: enterWithNewNeed(at: occurrence.time)
            case .redial: callAgain(after: occurrence.call, at: occurrence.time)
            case .patienceEnd: giveUp(occurrence.call, at: occurrence.time)
            }
        }
        precondition(waiting.isEmpty && busy == 0, "callers are left when the period is over")
    }

    private mutating func foreseeNextNeed() {
        guard let time = arrivals.next() else { return }
        future.add(Occurrence(time: time, kind: .entry))
    }

    private mutating func enterWithNewNeed(at time: Int) {
        foreseeNextNeed()
        let (person, intent) = population.drawNeed(&generator)
        needs += 1
        begin(at: time, person: person, intent: intent, need: needs, cause: nil, reason: nil)
        if generator.happens(perMille: BankParameters.phantoms) { addPhantom(at: time) }
    }

    private mutating func callAgain(after index: Int, at time: Int) {
        let cause = calls[index]
        let reason: SyntheticBank.Failure =
            switch cause.ending {
            case .abandoned: .abandoned
            case .leftInVoiceResponse: .leftInVoiceResponse
            case .cutShort: .shortService
            case .served, .inProgress, .phantom:
                preconditionFailure("a call that did not fail (\(cause.ending)) caused another")
            }
        begin(
            at: time, person: cause.person, intent: cause.intent, need: cause.need, cause: index,
            reason: reason)
    }

    private mutating func begin(
        at time: Int, person: Int, intent: SyntheticBank.Intent, need: Int, cause: Int?,
        reason: SyntheticBank.Failure?
    ) {
        let (line, number) = lines.take()
        let patience = QuantileTable.exponential.draw(&generator)
        let seconds = patience * BankParameters.meanPatience(intent) / 1_000
        let voiceExit = time + QuantileTable.voiceSeconds.draw(&generator)
        future.add(Occurrence(time: voiceExit, kind: .voiceExit, call: calls.count))
        calls.append(
            Call(
                entry: time, voiceExit: voiceExit, person: person, intent: intent, need: need,
                cause: cause, reason: reason,
                patienceSeconds: min(max(1, seconds), BankParameters.patienceLimitSeconds),
                line: line, number: number))
    }

    private mutating func leaveVoiceResponse(_ index: Int, at time: Int) {
        let leaves = generator.happens(perMille: BankParameters.leavesInVoiceResponse)
        if !isOpen || leaves {
            let draw = generator.below(1_000)
            calls[index].isMet = draw >= BankParameters.unmetInVoiceResponse
            let again = draw < settings.recontactAfterVoiceResponse
            end(index, .leftInVoiceResponse, at: time, callsAgain: again)
        } else if busy < capacity, waiting.isEmpty {
            serve(index, at: time)
        } else {
            waiting.append(index)
            let limit = time + calls[index].patienceSeconds
            future.add(Occurrence(time: limit, kind: .patienceEnd, call: index))
        }
    }

    private mutating func giveUp(_ index: Int, at time: Int) {
        guard let place = waiting.firstIndex(of: index) else { return }
        waiting.remove(at: place)
        calls[index].queueExit = time
        let again = generator.happens(perMille: settings.recontactAfterAbandonment)
        end(index, .abandoned, at: time, callsAgain: again)
    }

    private mutating func serve(_ index: Int, at time: Int) {
        busy += 1
        calls[index].agent = idle.removeFirst()
        calls[index].serviceStart = time
        if generator.happens(perMille: BankParameters.shortService) {
            calls[index].ending = .cutShort
            calls[index].serviceSeconds = generator.within(BankParameters.shortServiceSeconds)
        } else {
            calls[index].ending = .served
            let mean = BankParameters.meanService(calls[index].intent)
            let seconds = QuantileTable.lognormal.draw(&generator) * mean / 1_000
            calls[index].serviceSeconds = min(max(10, seconds), BankParameters.serviceLimitSeconds)
        }
        let finish = time + calls[index].serviceSeconds
        future.add(Occurrence(time: finish, kind: .serviceEnd, call: index))
    }

    private mutating func endService(_ index: Int, at time: Int) {
        busy -= 1
        idle.append(calls[index].agent)
        let wasCut = calls[index].ending == .cutShort
        calls[index].isMet = !wasCut
        let again =
            wasCut && generator.happens(perMille: settings.recontactAfterShortService)
        end(index, calls[index].ending, at: time, callsAgain: again)
        serveWaiting(at: time)
    }

    /// At closing time the agents stay until the queue is empty; nobody joins it any more.
    private mutating func changeStaff(at time: Int) {
        let half = time / 1_800
        let weekday = (settings.from.weekday + half / 48) % 7
        let agents = plan.agents[weekday * 48 + half % 48]
        isOpen = agents > 0
        if isOpen { capacity = agents }
        serveWaiting(at: time)
    }

    /// First come, first served, a priority customer counting as having come earlier.
    private mutating func serveWaiting(at time: Int) {
        while busy < capacity, !waiting.isEmpty {
            var first = 0
            for place in waiting.indices where credited(waiting[place]) < credited(waiting[first]) {
                first = place
            }
            let index = waiting.remove(at: first)
            if time > calls[index].voiceExit { calls[index].queueExit = time }
            serve(index, at: time)
        }
    }

    private func credited(_ index: Int) -> Int {
        let isFirst = population.priority(calls[index].person) == 2
        return calls[index].voiceExit - (isFirst ? BankParameters.priorityCreditSeconds : 0)
    }

    private mutating func end(
        _ index: Int, _ ending: Call.Ending, at time: Int, callsAgain: Bool
    ) {
        calls[index].ending = ending
        calls[index].end = time
        lines.free(calls[index].line)
        guard callsAgain else { return }
        let again = time + QuantileTable.redialSeconds.draw(&generator)
        guard again < settings.days * 86_400 else { return }
        future.add(Occurrence(time: again, kind: .redial, call: index))
    }

    /// A record of nothing: it holds a line for a while, and no agent.
    private mutating func addPhantom(at time: Int) {
        let (line, number) = lines.take()
        var phantom = Call(
            entry: time, voiceExit: time + generator.within(4...8),
            person: population.anyCustomer(&generator), intent: .regular, need: 0, cause: nil,
            reason: nil, patienceSeconds: 0, line: line, number: number)
        let wait = generator.within(5...200)
        phantom.queueExit = phantom.voiceExit + wait
        phantom.serviceStart = phantom.queueExit
        phantom.serviceSeconds = generator.within(3...45)
        phantom.end = phantom.voiceExit + wait + phantom.serviceSeconds
        phantom.ending = .phantom
        future.add(Occurrence(time: phantom.end, kind: .lineFree, call: calls.count))
        calls.append(phantom)
    }
}
