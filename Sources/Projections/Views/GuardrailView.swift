// Where automation went that the policy does not want it to go, and what became of those whom it
// took there.

import Events

/// Visits that a rule covers, in one group.
package struct GuardrailFigures: Hashable, Sendable {
    /// Visits in the rule's scope.
    package var visits = 0
    /// Of these: a leg was automation's.
    package var touched = 0
    /// Of these: automation had the last leg, and no person served any.
    package var led = 0
    /// Of the touched: automation had the last leg, and closed it.
    package var closed = 0
    /// Of the touched: automation passed them on, and no person served any leg.
    package var unreached = 0
    /// What the rule's class forbids.
    package var breaches = 0

    package init() {}

    package var touchedShare: Double? { share(touched, of: visits) }
    package var breachShare: Double? { share(breaches, of: visits) }
}

/// What became of journeys. Those that are open are in no other count: how they end is not known.
package struct HarmFigures: Hashable, Sendable {
    package var journeys = 0
    package var open = 0
    package var givenUp = 0
    package var churned = 0
    /// A complaint came at or after the visit.
    package var complained = 0
    /// Any of the three.
    package var harmed = 0

    package init() {}

    package var ended: Int { journeys - open }
    package var harmedShare: Double? { share(harmed, of: ended) }
}

/// One rule in one group.
package struct GuardrailCell: Sendable {
    package var figures = GuardrailFigures()
    /// Known customers of visits with a breach.
    package var customers = 0
    /// Journeys from their first visit with a breach on.
    package var breached = HarmFigures()
    /// Journeys with visits in scope and no breach, from the first of these visits on: what harm
    /// comes without one.
    package var kept = HarmFigures()

    package init() {}
}

/// Automated volume against the test of simplicity, in one group.
package struct SimplicityFigures: Hashable, Sendable {
    package var visits = 0
    /// A leg was automation's.
    package var touched = 0
    /// Of these: no rule calls their need simple.
    package var notSimple = 0

    package init() {}

    package var notSimpleShare: Double? { share(notSimple, of: touched) }
}

/// The policy against the record, by rule and group.
package struct GuardrailView: Sendable {
    /// By rule in the policy's order, then by group; the last of each rule is all groups together.
    package let rules: [[GuardrailCell]]
    /// The same of visits that any rule covers that forbids something; a breach of any counts once.
    package let any: [GuardrailCell]
    /// By group; the last is all together.
    package let simplicity: [SimplicityFigures]

    /// A visit belongs to the group of its first leg, and is covered by that leg's intent and
    /// segment.
    /// - Parameter facts: those that are no complaints are passed over.
    /// - Complexity: O(n × rules + facts log n).
    package init(
        _ record: ViewRecord, _ selection: Selection, policy: Policy, facts: [CustomerFact]
    ) {
        let touch = AutomationTouch(record)
        let resolved = ResolvedPolicy(policy, dictionary: record.table.dictionary)
        let contacts = record.table.contacts
        var tally = GuardrailTally(ruleCount: policy.rules.count, groupCount: selection.count)
        var attempts = [Int32](repeating: 0, count: record.book.journeys.count)
        for first in record.visits.starts {
            let journey = Int(record.book.journeyOf[first])
            let before = attempts[journey]
            // Where the customer is back after it, it failed, whatever automation says.
            if touch.endsInAutomation[first] { attempts[journey] += 1 }
            guard let group = selection.group(of: first) else { continue }
            let visit = GuardrailVisit(first, touch, isServed: record.visits.isServed[first])
            var isInScope = false
            var isBreach = false
            var isSimple = false
            for (rule, resolvedRule) in resolved.rules.enumerated()
            where resolvedRule.covers(contacts[first], after: before) {
                let guardrail = resolvedRule.guardrail
                tally.add(visit, guardrail, rule: rule, group: group, record)
                if guardrail == .simple { isSimple = true }
                guard guardrail.forbids else { continue }
                isInScope = true
                if visit.breaches(guardrail) { isBreach = true }
            }
            if isInScope { tally.addAny(visit, isBreach: isBreach, group: group, record) }
            tally.add(visit, isSimple: isSimple, group: group)
        }
        let ends = JourneyEnds(record, complaints: facts.filter { $0.kind == .complaintOpened })
        let cells = tally.cells.map { $0.map { $0.cell(ends) } }
        rules = Array(cells.dropLast())
        any = cells.last ?? []
        simplicity = tally.simplicity
    }
}

/// What rules ask about a visit.
private struct GuardrailVisit {
    let first: Int
    let isTouched: Bool
    let isLed: Bool
    let isClosed: Bool
    let isUnreached: Bool

    init(_ first: Int, _ touch: AutomationTouch, isServed: Bool) {
        self.first = first
        isTouched = touch.isTouched[first]
        isLed = touch.endsInAutomation[first] && !isServed
        isClosed = touch.isClosed[first]
        isUnreached = touch.isPassedOn[first] && !isServed
    }

    func breaches(_ guardrail: GuardrailClass) -> Bool {
        switch guardrail {
        case .humanLed: isLed || isClosed
        case .informsOnly: isLed
        case .personReachable: isUnreached
        case .assisted, .simple: false
        }
    }
}

/// One rule in one group, while visits are counted.
private struct CellTally {
    var figures = GuardrailFigures()
    var customers: Set<Int32> = []
    /// By journey: its first visit with a breach, and its first in scope.
    var breached: [Int32: Int32] = [:]
    var covered: [Int32: Int32] = [:]

    mutating func add(
        _ visit: GuardrailVisit, isBreach: Bool, isWatched: Bool, _ record: ViewRecord
    ) {
        figures.visits += 1
        if visit.isTouched { figures.touched += 1 }
        if visit.isLed { figures.led += 1 }
        if visit.isClosed { figures.closed += 1 }
        if visit.isUnreached { figures.unreached += 1 }
        guard isWatched else { return }
        let journey = record.book.journeyOf[visit.first]
        if covered[journey] == nil { covered[journey] = Int32(visit.first) }
        guard isBreach else { return }
        figures.breaches += 1
        let customer = record.table.contacts[visit.first].customer
        if customer >= 0 { customers.insert(customer) }
        if breached[journey] == nil { breached[journey] = Int32(visit.first) }
    }

    func cell(_ ends: JourneyEnds) -> GuardrailCell {
        var cell = GuardrailCell()
        cell.figures = figures
        cell.customers = customers.count
        // Counts only: the order of a dictionary does not reach them.
        for (journey, first) in covered {
            if let breach = breached[journey] {
                ends.add(journey, from: breach, to: &cell.breached)
            } else {
                ends.add(journey, from: first, to: &cell.kept)
            }
        }
        return cell
    }
}

/// All rules in all groups, while visits are counted.
private struct GuardrailTally {
    /// By rule, and last for any rule; by group, and last for all together.
    private(set) var cells: [[CellTally]]
    private(set) var simplicity: [SimplicityFigures]

    init(ruleCount: Int, groupCount: Int) {
        cells = [[CellTally]](
            repeating: [CellTally](repeating: CellTally(), count: groupCount + 1),
            count: ruleCount + 1)
        simplicity = [SimplicityFigures](
            repeating: SimplicityFigures(), count: groupCount + 1)
    }

    mutating func add(
        _ visit: GuardrailVisit, _ guardrail: GuardrailClass, rule: Int, group: Int,
        _ record: ViewRecord
    ) {
        let isBreach = visit.breaches(guardrail)
        for place in [group, cells[rule].count - 1] {
            cells[rule][place].add(
                visit, isBreach: isBreach, isWatched: guardrail.forbids, record)
        }
    }

    mutating func addAny(
        _ visit: GuardrailVisit, isBreach: Bool, group: Int, _ record: ViewRecord
    ) {
        let any = cells.count - 1
        for place in [group, cells[any].count - 1] {
            cells[any][place].add(visit, isBreach: isBreach, isWatched: true, record)
        }
    }

    mutating func add(_ visit: GuardrailVisit, isSimple: Bool, group: Int) {
        for place in [group, simplicity.count - 1] {
            simplicity[place].visits += 1
            guard visit.isTouched else { continue }
            simplicity[place].touched += 1
            if !isSimple { simplicity[place].notSimple += 1 }
        }
    }
}

/// How journeys ended, and when somebody last complained in them.
private struct JourneyEnds {
    private let record: ViewRecord
    /// By journey: the time of the last complaint or work on one; the earliest time for none.
    private var lastComplaint: [Instant]

    init(_ record: ViewRecord, complaints: [CustomerFact]) {
        self.record = record
        let book = record.book
        let never = Instant(microseconds: .min)
        lastComplaint = [Instant](repeating: never, count: book.journeys.count)
        for (index, contact) in record.table.contacts.enumerated()
        where book.role[index] == .recovery {
            note(contact.at, in: book.journeyOf[index])
        }
        for (fact, place) in zip(complaints, FactPlaces(record, complaints).indices)
        where place >= 0 {
            note(fact.at, in: book.journeyOf[Int(place)])
        }
    }

    private mutating func note(_ at: Instant, in journey: Int32) {
        lastComplaint[Int(journey)] = max(lastComplaint[Int(journey)], at)
    }

    func add(_ journey: Int32, from first: Int32, to figures: inout HarmFigures) {
        figures.journeys += 1
        let state = record.book.journeys[Int(journey)].state
        guard state != .open else {
            figures.open += 1
            return
        }
        let isComplaint = lastComplaint[Int(journey)] >= record.table.contacts[Int(first)].at
        if state == .givenUp { figures.givenUp += 1 }
        if state == .churned { figures.churned += 1 }
        if isComplaint { figures.complained += 1 }
        if state == .givenUp || state == .churned || isComplaint { figures.harmed += 1 }
    }
}
