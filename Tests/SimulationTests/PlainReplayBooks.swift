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
        for (number, automation) in scenario.automations.enumerated() {
            let amount = parameters.automations[number].fixedCost
            if amount != 0 {
                payRun(
                    amount, "no intent", automation, automation[.fixed]?.grade ?? .d, &books,
                    cause: "the automation itself, whatever its use")
            }
        }
        keepRoster(&books)
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
        if book.role[index] == .escalation { counters[Counter.escalations.rawValue] += 1 }
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
            return uniform(index, "return")
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
        _ amount: Int64, _ intent: String, _ automation: Automation, _ grade: EvidenceGrade,
        _ books: inout PlainBooks, cause: String = "the automation itself"
    ) {
        let cell = PlainBooks.Cell(
            causedIntent: intent, failure: cause, paidIntent: intent,
            payer: automation.payer)
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
    private func keepRoster(_ books: inout PlainBooks) {
        let freed = books.poolChange.values.reduce(0) { $0 + max(0, -$1) }
        guard freed != 0 else { return }
        let cell = PlainBooks.Cell(
            causedIntent: "no intent", failure: "roster kept", paidIntent: "no intent",
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

    /// What automations did to the contact, and what that costs.
    private func keepDeeds(_ index: Int, _ fate: Fate, _ books: inout PlainBooks) {
        for deed in fate.deeds {
            let automation = scenario.automations[deed.automation]
            payRun(
                parameters.automations[deed.automation].runCostPerUse, intent(index), automation,
                automation[.runPerUse]?.grade ?? .d, &books)
            switch deed.kind {
            case .tool: books.scenario[Counter.assisted.rawValue] += 1
            case .message(let isMet):
                books.scenario[Counter.messages.rawValue] += 1
                if isMet { books.scenario[Counter.preventedContacts.rawValue] += 1 }
            case .step(let end): keepStep(index, deed, end, &books)
            }
        }
        books.scenario[Counter.silentGiveUps.rawValue] += Int64(fate.givesUpOnWrongAnswer)
        if fate.givesUpOnWrongAnswer > 0, contact(index).customer >= 0 {
            books.gaveUp.insert(contact(index).customer)
        }
        for addition in fate.additions {
            let id = scenario.automations[addition.automation].id
            keepCreated(
                index, address: DrawPurpose("created contact", of: id), cause: addition.cause,
                isRework: addition.cause != "answer to a message",
                later: addition.shift + addition.delay, &books)
        }
    }

    private func keepStep(_ index: Int, _ deed: Deed, _ end: End, _ books: inout PlainBooks) {
        let number = deed.automation
        books.scenario[Counter.automationSessions.rawValue] += 1
        spend(index, microseconds(number, .seconds), &books)
        switch end {
        case .resolved: books.scenario[Counter.trulyResolved.rawValue] += 1
        case .handedOver(let lost, let misrouted):
            books.scenario[Counter.handedOver.rawValue] += 1
            let wrong = misrouted ? microseconds(number, .misrouteSeconds) : 0
            if misrouted {
                books.scenario[Counter.misrouted.rawValue] += 1
                spendOnPeople(
                    index, wrong, later: deed.shift - wrong, "led to the wrong team", &books)
            }
            if lost {
                spendOnPeople(
                    index, penalty(number, index), later: deed.shift,
                    "context lost at hand-over", &books)
            }
        case .unmet(let isFalse, let delay):
            let counter = isFalse ? Counter.falselyContained : .leftAutomation
            books.scenario[counter.rawValue] += 1
            if delay == nil {
                books.scenario[Counter.silentGiveUps.rawValue] += 1
                let isServed =
                    contact(index).actor == .agent && contact(index).outcome != .abandoned
                if contact(index).customer >= 0, isServed || hasReturn(index) {
                    books.gaveUp.insert(contact(index).customer)
                }
            } else if isFalse {
                spendOnPeople(
                    index, penalty(number, index), later: deed.shift, "falsely contained", &books)
            }
        }
    }

    private func spendOnPeople(
        _ index: Int, _ microseconds: Int64, later: Int64, _ cause: String,
        rule: CostRule? = nil, _ books: inout PlainBooks
    ) {
        guard microseconds > 0 else { return }
        books.scenario[Counter.handleTime.rawValue] += microseconds
        spend(index, microseconds, &books)
        guard let rule = rule ?? self.rule(.handle, index) else { return }
        let span = TimeSpan(microseconds: microseconds)
        let amount = Money.cost(of: span, perMinute: rule.perMinute).thousandths
        let cell = cell(index, intent(index), cause, rule.payer)
        books.scenarioCells[cell, default: 0] += amount
        pool(rule.payer, amount, at: index, later: later, &books)
        change(index, amount, later: later, &books)
        books.assumed += amount
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
        keepDeeds(index, fate, &books)
        if fate.averted { books.averted += meanReworkCost(index) }
        guard fate.happens else { return keepAbsence(index, &books) }
        let isBack = fate.isAgain && book.edge(of: index) != .fulfilment
        count(index, isRework: isCaused(index) || isBack, into: &books.scenario)
        books.scenario[Counter.handleTime.rawValue] += fate.handleChange
        spend(index, ownTime(index) + fate.timeChange, &books)
        let asked = isServed(index) ? fate.inheritedPenalty : 0
        spendOnPeople(index, asked, later: fate.shift, "context lost at hand-over", &books)
        if isSilent(index, fate.returns) {
            books.scenario[Counter.silentGiveUps.rawValue] += 1
        }
        for charge in charges(index) {
            var amount = charge.amount
            let contact = contact(index)
            if charge.isHandling, fate.handleChange != 0,
                let changed = handling(
                    index, contact.talk + contact.hold + contact.wrapUp + fate.handleChange)
            {
                amount = changed.amount
            }
            let cell = cell(
                index, intent(origin(index).index), scenarioFailure(index), charge.payer)
            books.scenarioCells[cell, default: 0] += amount
            if charge.isHandling {
                pool(charge.payer, -charge.amount, at: index, later: 0, &books)
                pool(charge.payer, amount, at: index, later: fate.shift, &books)
            }
            if fate.isAgain {
                books.gross += charge.amount
                change(index, amount, later: fate.shift, &books)
                weigh(index, amount, &books)
            } else {
                books.gross += charge.amount - amount
                weigh(index, abs(charge.amount - amount), &books)
            }
        }
        if fate.returns == .created {
            let address = DrawAddress.child(
                of: contact(index).address, purpose: DrawPurpose("created return"), ordinal: 0)
            let delay = model.delays[Int(book.rules.stated(book.failure[index]))].quantile(
                draws.uniform(
                    address: address, purpose: DrawPurpose("created contact's delay")))
            let failure = Int(book.rules.stated(book.failure[index]))
            keepCreated(
                index, address: DrawPurpose("created return"),
                cause: failure == 0 ? "own need" : book.rules.rules.failures[failure - 1].title,
                isRework: true, later: fate.endShift - asked + delay, &books)
        }
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
            uniform(index, "return") < returnProbability(index, failure: failure)
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
        guard origin(index).failure == 0 else { return nil }
        for deed in fate(index).deeds {
            if case .step(.unmet(let isFalse, _?)) = deed.kind {
                return isFalse ? "falsely contained" : "hung up in automation"
            }
        }
        return nil
    }

    /// A contact that the customer made.
    private func isOwnAccord(_ index: Int) -> Bool {
        PlainReplay.isAttempt(contact(index), .none)
    }

    private func keepCreated(
        _ index: Int, address purpose: DrawPurpose, cause: String, isRework: Bool, later: Int64,
        _ books: inout PlainBooks
    ) {
        let address = DrawAddress.child(
            of: contact(index).address, purpose: purpose, ordinal: 0)
        func draw(_ name: String) -> Double {
            draws.uniform(address: address, purpose: DrawPurpose(name))
        }
        let laws = model.durations[book.rules.family(of: contact(index).intent)]
        books.created += 1
        books.scenario[Counter.contacts.rawValue] += 1
        books.scenario[Counter.servedContacts.rawValue] += 1
        if isRework { books.scenario[Counter.reworkContacts.rawValue] += 1 }
        spend(index, laws.wait.quantile(draw("created contact's wait")), &books)
        spendOnPeople(
            index, laws.handle.quantile(draw("created contact's handle time")),
            later: later + untilOpen(index, later: later), cause, rule: createdRule(index), &books)
    }

    /// The rate of the contact's own handling, else that of most served contacts of the family.
    private func createdRule(_ index: Int) -> CostRule? {
        if let own = rule(.handle, index) { return own }
        let family = book.rules.family(of: contact(index).intent)
        let rules = table.contacts.indices.filter {
            isServed($0) && isOwnAccord($0)
                && book.rules.family(of: contact($0).intent) == family
        }.compactMap { rule(.handle, $0) }
        func count(_ rule: CostRule) -> Int {
            rules.count { $0.payer == rule.payer && $0.perMinute == rule.perMinute }
        }
        return rules.first { first in rules.allSatisfy { count($0) <= count(first) } }
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
