// The policy held against random logs a second time, by definition, and the words of a policy on
// visits that a person can check by hand.

import Events
import Projections
import TestSupport
import Testing

@Suite struct GuardrailTests {
    /// One visit as the method describes it.
    private struct PlainVisit {
        let first: Int
        let isTouched: Bool
        let isLed: Bool
        let isClosed: Bool
        let isUnreached: Bool
        let attempts: Int

        init(_ first: Int, _ sample: AutomatedCase) {
            let plain = sample.plain
            let legs = plain.legs(first)
            let last = legs.last ?? first
            let isServed = plain.isServed(first)
            let passedOn = legs.contains { leg in
                sample.isAutomated(leg)
                    && (leg != last
                        || [.transferred, .escalated].contains(sample.contacts[leg].outcome))
            }
            self.first = first
            isTouched = legs.contains { sample.isAutomated($0) }
            isLed = sample.isAutomated(last) && !isServed
            isClosed =
                sample.isAutomated(last)
                && [.contained, .resolved].contains(sample.contacts[last].outcome)
            isUnreached = passedOn && !isServed
            attempts = plain.visits.count { earlier in
                earlier < first && plain.journey(earlier) == plain.journey(first)
                    && sample.isAutomated(plain.legs(earlier).last ?? earlier)
            }
        }

        func isCovered(by rule: GuardrailRule, _ sample: AutomatedCase) -> Bool {
            (rule.intents.isEmpty || rule.intents.contains(sample.intent(first)))
                && (rule.segments.isEmpty || rule.segments.contains(sample.segment(first)))
                && attempts >= rule.failedAttempts
        }

        func breaks(_ rule: GuardrailRule) -> Bool {
            switch rule.guardrail {
            case .humanLed: isLed || isClosed
            case .informsOnly: isLed
            case .personReachable: isUnreached
            case .assisted, .simple: false
            }
        }
    }

    @Test(arguments: [Grouping.all, .segment, .line])
    func everyRuleIsTheDefinedOne(_ grouping: Grouping) throws {
        var breaches = 0
        var harmed = 0
        for seed in UInt64(0)..<150 {
            let sample = try AutomatedCase(seed)
            let selection = sample.selection(grouping)
            let view = GuardrailView(
                sample.record, selection, policy: sample.policy, facts: sample.facts)
            let visits = sample.plain.visits.map { PlainVisit($0, sample) }
            for group in 0...selection.count {
                let members = visits.filter {
                    group == selection.count || selection.group[$0.first] == Int32(group)
                }
                for (rule, cells) in zip(sample.policy.rules, view.rules) {
                    let covered = members.filter { $0.isCovered(by: rule, sample) }
                    let broken = covered.filter { $0.breaks(rule) }
                    compare(
                        cells[group], covered, broken, isWatched: rule.guardrail.forbids, sample)
                    breaches += broken.count
                    harmed += cells[group].breached.harmed
                }
                let forbidding = sample.policy.rules.filter(\.guardrail.forbids)
                let covered = members.filter { visit in
                    forbidding.contains { visit.isCovered(by: $0, sample) }
                }
                let broken = covered.filter { visit in
                    forbidding.contains {
                        visit.isCovered(by: $0, sample) && visit.breaks($0)
                    }
                }
                compare(view.any[group], covered, broken, isWatched: true, sample)
                let touched = members.filter(\.isTouched)
                let notSimple = touched.filter { visit in
                    !sample.policy.rules.contains {
                        $0.guardrail == .simple && visit.isCovered(by: $0, sample)
                    }
                }
                let simplicity = view.simplicity[group]
                #expect(simplicity.visits == members.count, "seed \(seed)")
                #expect(simplicity.touched == touched.count, "seed \(seed)")
                #expect(simplicity.notSimple == notSimple.count, "seed \(seed)")
            }
        }
        #expect(breaches > 500)
        #expect(harmed > 100)
    }

    private func compare(
        _ cell: GuardrailCell, _ covered: [PlainVisit], _ broken: [PlainVisit], isWatched: Bool,
        _ sample: AutomatedCase
    ) {
        let name: Comment = "seed \(sample.seed)"
        var expected = GuardrailFigures()
        expected.visits = covered.count
        expected.touched = covered.count { $0.isTouched }
        expected.led = covered.count { $0.isLed }
        expected.closed = covered.count { $0.isClosed }
        expected.unreached = covered.count { $0.isUnreached }
        expected.breaches = broken.count
        #expect(cell.figures == expected, name)
        guard isWatched else { return }
        let customers = Set(broken.map { sample.contacts[$0.first].customer }.filter { $0 >= 0 })
        #expect(cell.customers == customers.count, name)
        let breached = Set(broken.map { sample.plain.journey($0.first) })
        #expect(cell.breached == harm(broken, of: breached, sample), name)
        let kept = Set(covered.map { sample.plain.journey($0.first) }).subtracting(breached)
        #expect(cell.kept == harm(covered, of: kept, sample), name)
    }

    /// What became of journeys from the first of some visits on.
    private func harm(
        _ visits: [PlainVisit], of journeys: Set<Int>, _ sample: AutomatedCase
    ) -> HarmFigures {
        var figures = HarmFigures()
        figures.journeys = journeys.count
        let complaints = sample.facts.filter { $0.kind == .complaintOpened }
        let places = FactPlaces(sample.record, complaints).indices
        for start in journeys {
            let state = sample.plain.state(start)
            if state == .open {
                figures.open += 1
                continue
            }
            let first = visits.first { sample.plain.journey($0.first) == start }?.first ?? start
            let from = sample.contacts[first].at
            let isWorkedOn = sample.contacts.indices.contains { index in
                sample.plain.journey(index) == start && sample.contacts[index].at >= from
                    && sample.plain.journeys.role(index) == .recovery
            }
            let isVoiced = zip(complaints, places).contains { fact, place in
                place >= 0 && sample.plain.journey(Int(place)) == start && fact.at >= from
            }
            figures.givenUp += state == .givenUp ? 1 : 0
            figures.churned += state == .churned ? 1 : 0
            figures.complained += isWorkedOn || isVoiced ? 1 : 0
            let isHarmed = state == .givenUp || state == .churned || isWorkedOn || isVoiced
            figures.harmed += isHarmed ? 1 : 0
        }
        return figures
    }

    private func view(_ specs: [ContactSpec], _ rules: [GuardrailRule]) throws -> GuardrailView {
        let table = try LogBuilder(specs).table(coverage: LogBuilder.coverage(days: 60))
        let record = ViewRecord(
            table: table, book: JourneyBook(table, rules: SampleRules.links(window: .days(2))),
            costs: nil, window: .days(7))
        return GuardrailView(
            record, Selection(table, scope: Scope()),
            policy: Policy(id: "p", owner: "board", rules: rules, note: ""), facts: [])
    }

    private func rule(_ guardrail: GuardrailClass, after attempts: Int = 0) -> GuardrailRule {
        GuardrailRule(
            id: "r", title: "r", guardrail: guardrail, intents: ["service"],
            failedAttempts: attempts, reason: "test", source: "test")
    }

    private func bot(_ customer: String, at: TimeSpan, _ outcome: Outcome) -> ContactSpec {
        ContactSpec(customer, at: at, outcome: outcome, actor: .bot, wait: nil, talk: nil)
    }

    /// Ada's bot closes; Bob's passes him on to a person; Eve's passes her on, and she leaves the
    /// queue; Dan meets nobody but people.
    @Test func whatIsForbiddenDependsOnTheClass() throws {
        let specs = [
            bot("ada", at: .hours(1), .contained),
            bot("bob", at: .hours(2), .transferred), ContactSpec("bob", at: .minutes(121)),
            bot("eve", at: .hours(3), .transferred), .abandoned("eve", at: .minutes(181)),
            ContactSpec("dan", at: .hours(4)),
        ]
        let view = try view(specs, GuardrailClass.allCases.map { rule($0) })
        #expect(view.rules.map { $0[0].figures.breaches } == [1, 1, 1, 0, 0])
        let figures = view.rules[0][0].figures
        #expect(figures.visits == 4)
        #expect(figures.touched == 3)
        #expect(figures.led == 1)
        #expect(figures.unreached == 1)
        #expect(view.any.last?.figures.breaches == 2)
        #expect(view.simplicity.last?.notSimple == 0)
    }

    /// The third visit of a journey comes after two failed attempts, and is a person's.
    @Test func historyCountsAttemptsBeforeTheContact() throws {
        let specs = [1, 2, 3].map { bot("ada", at: .hours(Int64($0)), .abandoned) }
        let view = try view(specs, [1, 2, 3].map { rule(.humanLed, after: $0) })
        #expect(view.rules.map { $0[0].figures.visits } == [2, 1, 0])
        #expect(view.rules.map { $0[0].figures.breaches } == [2, 1, 0])
        #expect(view.rules[1][0].breached.harmed == 1)
    }

    @Test func intentsThatOneSideDoesNotHaveAreSaid() throws {
        let table = try LogBuilder([
            ContactSpec("ada", at: .hours(1)), ContactSpec("bob", "loan", at: .hours(1)),
        ]).table()
        var one = rule(.simple)
        one.intents = ["service", "mortgage"]
        let policy = Policy(id: "p", owner: "board", rules: [one], note: "")
        #expect(policy.absentIntents(table) == ["mortgage"])
        #expect(policy.uncoveredIntents(table) == ["loan"])
    }
}
