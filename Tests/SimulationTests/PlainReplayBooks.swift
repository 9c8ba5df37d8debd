// The books of the plain replay: counts, postings by name, and classes, posting by posting.

import Events
import Modeling
import Projections
import Randomness
import Simulation

struct PlainBooks: Equatable {
    struct Week: Hashable {
        var payer: String
        var number: Int64
    }

    struct Cell: Hashable {
        var causedIntent: String
        var failure: String
        var paidIntent: String
        var payer: String
    }

    var baseline = [Int64](repeating: 0, count: Counter.count)
    var scenario = [Int64](repeating: 0, count: Counter.count)
    var baselineCells: [Cell: Int64] = [:]
    var scenarioCells: [Cell: Int64] = [:]
    var gross: Int64 = 0
    var run: Int64 = 0
    var unreleased: Int64 = 0
    var redistributed: Int64 = 0
    var deferred: Int64 = 0
    var supported: Int64 = 0
    var extrapolated: Int64 = 0
    var assumed: Int64 = 0
    var averted: Int64 = 0
    var created = 0
    var vanished = 0
    var poolChange: [Week: Int64] = [:]
    var reached: Set<Int32> = []
    var gaveUp: Set<Int32> = []
    var timeChange: [Int32: Int64] = [:]

    var worseOff: Int { reached.count { gaveUp.contains($0) || (timeChange[$0] ?? 0) > 0 } }
    var betterOff: Int { reached.count { !gaveUp.contains($0) && (timeChange[$0] ?? 0) < 0 } }
}

extension PlainReplay {
    func books() -> PlainBooks {
        var books = PlainBooks()
        for index in table.contacts.indices where isInDays(root(index)) {
            keepBaseline(index, &books)
            keepScenario(index, &books)
        }
        let named = step.intents.first { name in
            table.contacts.indices.contains { table.dictionary.string(contact($0).intent) == name }
        }
        if let named, parameters.fixedCost != 0 {
            payRun(parameters.fixedCost, named, grade: step.fixedCost.grade, &books)
        }
        if let named { keepRoster(named, &books) }
        return books
    }

    /// Payer and amount of what a contact is charged.
    private func charges(_ index: Int) -> [(payer: String, amount: Int64, isHandling: Bool)] {
        let contact = contact(index)
        var charges: [(payer: String, amount: Int64, isHandling: Bool)] = []
        if contact.actor == .agent || contact.actor == .backOffice, contact.outcome != .abandoned,
            contact.talk >= 0,
            let charge = handling(index, contact.talk + contact.hold + contact.wrapUp)
        {
            charges.append((charge.payer, charge.amount, true))
        }
        if contact.automation > 0, let rule = rule(.automation, index) {
            let span = TimeSpan(microseconds: contact.automation)
            let amount = Money.cost(of: span, perMinute: rule.perMinute).thousandths
            charges.append((rule.payer, amount, false))
        }
        if let run = session(contact) {
            charges.append((run.payer, run.amount.thousandths, false))
        }
        return charges
    }

    /// What a session of automation costs as such.
    private func session(_ contact: Contact) -> RunCost? {
        guard contact.kind == .contact, contact.direction != .outbound,
            contact.direction != .internal,
            contact.actor == .selfService || contact.actor == .bot
        else { return nil }
        let local = contact.at.microseconds + Int64(contact.offsetMinutes) * 60_000_000
        let day = Int(local / 86_400_000_000)
        return costs.runs.first { run in
            run.unit == .session && day >= run.firstDay ?? day && day <= run.lastDay ?? day
                && (run.channels.isEmpty
                    || run.channels.contains(table.dictionary.string(contact.channel)))
                && (run.intents.isEmpty
                    || run.intents.contains(table.dictionary.string(contact.intent)))
        }
    }

    private func rule(_ activity: CostedActivity, _ index: Int) -> CostRule? {
        let (contact, names) = (contact(index), table.dictionary)
        func takes(_ list: [String], _ name: String) -> Bool {
            list.isEmpty || list.contains(name)
        }
        return costs.rules.first {
            $0.activity == activity && takes($0.teams, names.string(contact.team))
                && takes($0.tiers, names.string(contact.tier))
                && takes($0.channels, names.string(contact.channel))
        }
    }

    private func handling(_ index: Int, _ microseconds: Int64) -> (payer: String, amount: Int64)? {
        rule(.handle, index).map {
            let span = TimeSpan(microseconds: microseconds)
            return ($0.payer, Money.cost(of: span, perMinute: $0.perMinute).thousandths)
        }
    }

    private func recordedFailure(_ index: Int) -> String {
        let failure = origin(index).failure
        return failure == 0 ? "own need" : book.rules.rules.failures[failure - 1].title
    }

    private func cell(
        _ index: Int, _ causedIntent: String, _ failure: String, _ payer: String
    ) -> PlainBooks.Cell {
        PlainBooks.Cell(
            causedIntent: causedIntent, failure: failure, paidIntent: intent(index), payer: payer)
    }

    private func count(
        _ index: Int, isRework: Bool, into counters: inout [Int64]
    ) {
        let contact = contact(index)
        if contact.actor == .agent || contact.actor == .backOffice, contact.outcome != .abandoned,
            contact.talk >= 0
        {
            counters[Counter.handleTime.rawValue] +=
                contact.talk + contact.hold + contact.wrapUp
        }
        guard isOwnAccord(index) else { return }
        counters[Counter.contacts.rawValue] += 1
        if contact.actor == .agent, contact.outcome != .abandoned {
            counters[Counter.servedContacts.rawValue] += 1
        }
        if isRework { counters[Counter.reworkContacts.rawValue] += 1 }
        if contact.outcome == .abandoned { counters[Counter.abandonedContacts.rawValue] += 1 }
    }

    /// Abandoned, and nobody came back; of customers whom nobody knows, as the law draws it.
    private func isSilent(_ index: Int, _ returns: Return) -> Bool {
        guard contact(index).outcome == .abandoned, isOwnAccord(index) else { return false }
        switch returns {
        case .prevented: return true
        case .created: return false
        case .asRecorded:
            guard !isFollowed(index) else { return !hasReturn(index) }
            return uniform(index, "return", ofStep: false)
                >= returnProbability(
                    index, failure: Int(book.rules.stated(book.failure[index])))
        }
    }

    private func ownTime(_ index: Int) -> Int64 {
        let contact = contact(index)
        guard contact.kind == .contact else { return 0 }
        return max(0, contact.automation) + max(0, contact.wait) + max(0, contact.talk)
            + contact.hold
    }

    private func keepBaseline(_ index: Int, _ books: inout PlainBooks) {
        let customer = contact(index).customer
        if root(index) == index {
            books.baseline[Counter.issues.rawValue] += 1
            books.scenario[Counter.issues.rawValue] += 1
        }
        count(index, isRework: isCaused(index), into: &books.baseline)
        if isSilent(index, .asRecorded) { books.baseline[Counter.silentGiveUps.rawValue] += 1 }
        books.baseline[Counter.customerTime.rawValue] += ownTime(index)
        if customer >= 0 { books.timeChange[customer, default: 0] -= ownTime(index) }
        if customer >= 0, isInScope(index) { books.reached.insert(customer) }
        for charge in charges(index) {
            let cell = cell(
                index, intent(origin(index).index), recordedFailure(index), charge.payer)
            books.baselineCells[cell, default: 0] += charge.amount
        }
    }

    private func spend(_ index: Int, _ microseconds: Int64, _ books: inout PlainBooks) {
        books.scenario[Counter.customerTime.rawValue] += microseconds
        let customer = contact(index).customer
        if customer >= 0 { books.timeChange[customer, default: 0] += microseconds }
    }

    private func payRun(
        _ amount: Int64, _ intent: String, grade: EvidenceGrade, _ books: inout PlainBooks
    ) {
        let cell = PlainBooks.Cell(
            causedIntent: intent, failure: addedCauses[3], paidIntent: intent,
            payer: step.payer)
        books.scenarioCells[cell, default: 0] += amount
        books.run += amount
        if grade == .d { books.assumed += amount } else { books.extrapolated += amount }
    }

    /// A pool's minutes more or less in the week of a moment.
    private func pool(
        _ payer: String, _ amount: Int64, at index: Int, later: Int64, _ books: inout PlainBooks
    ) {
        let local = Int64(contact(index).offsetMinutes) * 60_000_000
        let moment = contact(index).at.microseconds + local + later
        let week = (moment + 3 * 86_400_000_000) / 604_800_000_000
        books.poolChange[PlainBooks.Week(payer: payer, number: week), default: 0] += amount
    }

    /// Minutes freed in a week: the roster is paid all the same.
    private func keepRoster(_ intent: String, _ books: inout PlainBooks) {
        let freed = books.poolChange.values.reduce(0) { $0 + max(0, -$1) }
        guard freed != 0 else { return }
        let cell = PlainBooks.Cell(
            causedIntent: intent, failure: addedCauses[4], paidIntent: intent,
            payer: rosterPayer)
        books.scenarioCells[cell, default: 0] += freed
        books.unreleased += freed
    }

    private func change(
        _ index: Int, _ amount: Int64, later: Int64, _ books: inout PlainBooks
    ) {
        let first = root(index)
        let moment = contact(index).at + TimeSpan(microseconds: later)
        if moment.microseconds <= contact(first).at.microseconds + window(first) {
            books.redistributed += amount
        } else {
            books.deferred += amount
        }
    }

    private func keepStep(_ index: Int, _ fate: Fate, _ books: inout PlainBooks) {
        guard fate.end != .none else { return }
        books.scenario[Counter.automationSessions.rawValue] += 1
        spend(index, parameters.stepMicroseconds, &books)
        payRun(
            parameters.runCostPerStep, intent(index), grade: step.runCostPerStep.grade, &books)
        switch fate.end {
        case .none: break
        case .resolved: books.scenario[Counter.trulyResolved.rawValue] += 1
        case .handedOver(let lost):
            books.scenario[Counter.handedOver.rawValue] += 1
            if lost { penalise(index, fate, addedCauses[2], &books) }
        case .unmet(let isFalse, let delay):
            let counter = isFalse ? Counter.falselyContained : .leftAutomation
            books.scenario[counter.rawValue] += 1
            if delay == nil {
                books.scenario[Counter.silentGiveUps.rawValue] += 1
                let wasServed = contact(index).actor == .agent || hasReturn(index)
                if contact(index).customer >= 0, wasServed {
                    books.gaveUp.insert(contact(index).customer)
                }
            } else if isFalse {
                penalise(index, fate, addedCauses[0], &books)
            }
        }
    }

    private func penalise(
        _ index: Int, _ fate: Fate, _ cause: String, _ books: inout PlainBooks
    ) {
        let penalty = parameters.contextPenaltyMicroseconds
        guard contact(index).actor == .agent, penalty > 0 else { return }
        books.scenario[Counter.handleTime.rawValue] += penalty
        spend(index, penalty, &books)
        guard let charge = handling(index, penalty) else { return }
        let cell = cell(index, intent(index), cause, charge.payer)
        books.scenarioCells[cell, default: 0] += charge.amount
        pool(charge.payer, charge.amount, at: index, later: fate.shift, &books)
        change(index, charge.amount, later: fate.shift, &books)
        books.assumed += charge.amount
    }

    private func weigh(_ index: Int, _ amount: Int64, _ books: inout PlainBooks) {
        if contact(index).customer < 0 {
            books.assumed += amount
        } else if isCaused(index) {
            books.supported += amount
        } else {
            books.extrapolated += amount
        }
    }

    private func keepScenario(_ index: Int, _ books: inout PlainBooks) {
        let fate = fate(index)
        keepStep(index, fate, &books)
        if fate.averted { books.averted += meanReworkCost(index) }
        guard fate.happens else { return keepAbsence(index, &books) }
        count(index, isRework: isCaused(index) || fate.isAgain, into: &books.scenario)
        spend(index, ownTime(index), &books)
        if isSilent(index, fate.returns) {
            books.scenario[Counter.silentGiveUps.rawValue] += 1
        }
        for charge in charges(index) {
            let cell = cell(
                index, intent(origin(index).index), scenarioFailure(index), charge.payer)
            books.scenarioCells[cell, default: 0] += charge.amount
            if charge.isHandling {
                pool(charge.payer, -charge.amount, at: index, later: 0, &books)
                pool(charge.payer, charge.amount, at: index, later: fate.shift, &books)
            }
            if fate.isAgain {
                books.gross += charge.amount
                change(index, charge.amount, later: fate.shift, &books)
                weigh(index, charge.amount, &books)
            }
        }
        if fate.returns == .created { keepCreated(index, fate, &books) }
    }

    private func keepAbsence(_ index: Int, _ books: inout PlainBooks) {
        if isOwnAccord(index) { books.vanished += 1 }
        for charge in charges(index) {
            if fate(index).isOfStep {
                books.gross += charge.amount
            } else {
                change(index, -charge.amount, later: 0, &books)
            }
            weigh(index, charge.amount, &books)
            if charge.isHandling {
                pool(charge.payer, -charge.amount, at: index, later: 0, &books)
            }
        }
        let failure = Int(book.rules.stated(book.failure[index]))
        if !isFollowed(index), failure != 0,
            uniform(index, "return", ofStep: false) < returnProbability(index, failure: failure)
        {
            books.averted += meanReworkCost(index)
        }
    }

    /// The first failure of the automation on the way to a contact, where nothing had failed
    /// before; else what was recorded.
    private func scenarioFailure(_ index: Int) -> String {
        automationFailure(index) ?? recordedFailure(index)
    }

    private func automationFailure(_ index: Int) -> String? {
        if let parent = parent(index), let earlier = automationFailure(parent) { return earlier }
        guard origin(index).failure == 0, case .unmet(let isFalse, let delay) = fate(index).end,
            delay != nil
        else { return nil }
        return isFalse ? addedCauses[0] : addedCauses[1]
    }

    /// A contact that the customer made.
    private func isOwnAccord(_ index: Int) -> Bool {
        PlainReplay.isAttempt(contact(index), .none)
    }

    private func keepCreated(_ index: Int, _ fate: Fate, _ books: inout PlainBooks) {
        let address = DrawAddress.child(
            of: contact(index).address,
            purpose: DrawPurpose("created contact", of: step.automation), ordinal: 0)
        func draw(_ name: String) -> Double {
            draws.uniform(address: address, purpose: DrawPurpose(name, of: step.automation))
        }
        let laws = model.durations[book.rules.family(of: contact(index).intent)]
        let handle = laws.handle.quantile(draw("created contact's handle time"))
        let wait = laws.wait.quantile(draw("created contact's wait"))
        let delay = model.delays[Int(book.failure[index])].quantile(
            draw("created contact's delay"))
        books.created += 1
        for counter in [Counter.contacts, .servedContacts, .reworkContacts] {
            books.scenario[counter.rawValue] += 1
        }
        books.scenario[Counter.handleTime.rawValue] += handle
        spend(index, handle + wait, &books)
        guard let charge = handling(index, handle) else { return }
        let cell = cell(index, intent(index), failureTitle(index), charge.payer)
        books.scenarioCells[cell, default: 0] += charge.amount
        pool(charge.payer, charge.amount, at: index, later: fate.endShift + delay, &books)
        change(index, charge.amount, later: fate.endShift + delay, &books)
        books.assumed += charge.amount
    }

    /// What a recorded return of the family cost in the mean.
    private func meanReworkCost(_ index: Int) -> Int64 {
        let family = book.rules.family(of: contact(index).intent)
        let members = table.contacts.indices.filter {
            book.role[$0] == .rework && isOwnAccord($0)
                && book.rules.family(of: contact($0).intent) == family
        }
        guard !members.isEmpty else { return 0 }
        let sum = members.reduce(0) { $0 + charges($1).reduce(0) { $0 + $1.amount } }
        let (whole, rest) = sum.quotientAndRemainder(dividingBy: Int64(members.count))
        let twice = 2 * rest - Int64(members.count)
        return twice > 0 || (twice == 0 && whole % 2 == 1) ? whole + 1 : whole
    }
}
