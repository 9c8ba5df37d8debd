// Needs that the source names, and the parts that work, hand-overs, complaints and departures play
// in them: cases that a person can check by eye.

import Events
import Projections
import TestSupport
import Testing

@Suite struct NamedIssueTests {
    private func spec(
        _ customer: String, issue: String, at: TimeSpan, intent: String = "service",
        outcome: Outcome = .resolved, kind: EventKind = .contact, direction: Direction = .unknown
    ) -> ContactSpec {
        var spec = ContactSpec(customer, intent, at: at, outcome: outcome)
        spec.issue = issue
        spec.kind = kind
        spec.direction = direction
        return spec
    }

    private func book(
        _ specs: [ContactSpec], rules: LinkRules = SampleRules.links(), days: Int64 = 60
    ) throws -> JourneyBook {
        JourneyBook(
            try LogBuilder(specs).table(coverage: LogBuilder.coverage(days: days)), rules: rules)
    }

    /// Weeks apart, another intent: it is one need all the same, and that is no guess.
    @Test func issueOfTheSourceIsOneJourneyHoweverLongItTakes() throws {
        let book = try book([
            spec("ada", issue: "A", at: .hours(9), outcome: .unresolved),
            spec("ada", issue: "A", at: .days(20), intent: "loan"),
        ])
        #expect(book.predecessor == [-1, 0])
        #expect(book.probability == [0, 1_000_000])
        #expect(book.role == [.first, .rework])
        #expect(book.journeys.map(\.contactCount) == [2])
        #expect(book.isNamedLink(1))
    }

    /// Minutes apart, the same intent: where both are named, nothing is guessed.
    @Test func twoIssuesOfOneCustomerAreTwoNeedsHoweverClose() throws {
        let book = try book([
            spec("ada", issue: "A", at: .hours(9), outcome: .unresolved),
            spec("ada", issue: "B", at: .hours(9) + .minutes(5)),
        ])
        #expect(book.predecessor == [-1, -1])
    }

    /// The telephone system knows no cases: its call joins the case by rule, as a guess, and the
    /// next record of the case follows the case, not the guess.
    @Test func contactWithoutAnIssueJoinsOneByRule() throws {
        let book = try book([
            spec("ada", issue: "A", at: .hours(9), outcome: .unresolved),
            spec("ada", issue: "", at: .hours(9) + .minutes(10)),
            spec("ada", issue: "A", at: .hours(9) + .minutes(20)),
        ])
        #expect(book.predecessor == [-1, 0, 0])
        #expect(book.successor == [1, -1, -1])
        #expect([0, 1, 2].map { book.isNamedLink($0) } == [false, false, true])
        #expect(book.probability.last == 1_000_000)
        #expect(book.journeys.map(\.contactCount) == [3])
        #expect(book.members(of: [0]) == [[0, 1, 2]])
    }

    @Test func firstContactOfAnIssueMayFollowOneWithout() throws {
        let book = try book([
            .abandoned("ada", at: .hours(9)),
            spec("ada", issue: "A", at: .hours(9) + .minutes(10)),
        ])
        #expect(book.predecessor == [-1, 0])
        #expect(book.role[1] == .rework)
    }

    /// Two systems that count from one: the same number, two people.
    @Test func oneNumberOfTwoCustomersIsTwoIssues() throws {
        let book = try book([
            spec("ada", issue: "1", at: .hours(1)), spec("bob", issue: "1", at: .hours(2)),
            spec("ada", issue: "1", at: .hours(3)), spec("", issue: "1", at: .hours(4)),
            spec("bob", issue: "1", at: .hours(5)),
        ])
        #expect(book.predecessor == [-1, -1, 0, 2, 1])
    }

    @Test func casesWithoutCustomersAreJourneys() throws {
        let book = try book([
            spec("", issue: "A", at: .hours(1), kind: .workTask),
            spec("", issue: "B", at: .hours(2), kind: .workTask),
            spec("", issue: "A", at: .hours(3), kind: .workTask),
        ])
        #expect(book.journeys.map(\.contactCount) == [2, 1])
        #expect(book.role == [.first, .first, .followUp])
    }

    /// Transferred, worked on in the back office, and the customer informed: the service itself.
    @Test func handOversAndPlannedWorkAreNoFailures() throws {
        let book = try book([
            spec("ada", issue: "A", at: .hours(9), outcome: .transferred),
            spec("ada", issue: "A", at: .hours(9) + .minutes(5), outcome: .escalated),
            spec("ada", issue: "A", at: .hours(9) + .minutes(20), outcome: .deferred),
            spec("ada", issue: "A", at: .hours(20), kind: .workTask, direction: .internal),
            spec("ada", issue: "A", at: .hours(30), direction: .outbound),
        ])
        #expect(book.role == [.first, .continuation, .escalation, .followUp, .followUp])
        #expect((1...4).allSatisfy { book.edge(of: $0) == .fulfilment })
        #expect((0...4).allSatisfy { book.cause(of: $0) == -1 })
    }

    /// The hour runs from the end of the call that was transferred.
    @Test(arguments: [(Int64(3_600), Role.continuation), (3_601, .repeat)])
    func returnLongAfterATransferIsNoHandOver(seconds: Int64, role: Role) throws {
        let book = try book([
            spec("ada", issue: "A", at: .hours(9), outcome: .transferred),
            spec("ada", issue: "A", at: .hours(9) + .minutes(3) + .seconds(seconds)),
        ])
        #expect(book.role[1] == role)
    }

    @Test(arguments: [(Outcome.unresolved, Edge.failure), (.resolved, .none)])
    func complaintIsAFailureOnlyOfAContactThatFailed(outcome: Outcome, edge: Edge) throws {
        let book = try book([
            spec("ada", issue: "A", at: .hours(9), outcome: outcome),
            spec("ada", issue: "A", at: .hours(40), kind: .recovery),
        ])
        #expect(book.role[1] == .recovery)
        #expect(book.edge(of: 1) == edge)
    }

    /// An hour on the desk is left with the customer unserved, who is back, is put through, and has
    /// work done: all of that is the first call's failure, but for a later, new failure of its own.
    @Test func costGoesBackThroughHandOversToTheFirstFailure() throws {
        let table = try LogBuilder([
            .abandoned("ada", "loan", at: .hours(9)),
            spec("ada", issue: "A", at: .hours(9) + .minutes(5), intent: "loan"),
            spec(
                "ada", issue: "A", at: .hours(10), intent: "transfer", kind: .workTask,
                direction: .internal),
            spec("bob", issue: "B", at: .hours(11), outcome: .transferred),
            spec("bob", issue: "B", at: .hours(11) + .minutes(4), outcome: .unresolved),
            spec("bob", issue: "B", at: .hours(13)),
        ]).table(coverage: LogBuilder.coverage(days: 60))
        let book = JourneyBook(table, rules: SampleRules.links())
        let ledger = Ledger(table, book: book, costs: SampleRules.costs)
        #expect(
            ledger.cellsByName == [
                "loan, abandoned > loan": 300_000, "loan, abandoned > transfer": 300_000,
                "service, own need > service": 600_000, "service, unresolved > service": 300_000,
            ])
        #expect(ledger.balance.holds)
    }

    @Test(arguments: [
        (Int64(1), JourneyState.churned), (60, .churned), (61, .settled), (-1, .settled),
    ])
    func customerWhoLeavesWithinTheWindowHasChurned(minutes: Int64, state: JourneyState) throws {
        var builder = LogBuilder([ContactSpec("ada", at: .hours(9))])
        builder.addChurn("ada", at: .hours(9) + .minutes(minutes))
        builder.addChurn("ada", at: .days(30))
        let table = try builder.table(coverage: LogBuilder.coverage(days: 60))
        #expect(JourneyBook(table, rules: SampleRules.links()).journeys.map(\.state) == [state])
    }

    /// A number that stands for "none" in half the records must not make the ledger quadratic.
    @Test func issueOfManyThousandInteractionsIsWalkedOnce() throws {
        let specs = (0..<60_000).map { number in
            spec("", issue: "0", at: .minutes(Int64(number)), outcome: .unresolved)
        }
        let table = try LogBuilder(specs).table(coverage: LogBuilder.coverage(days: 60))
        let book = JourneyBook(table, rules: SampleRules.links())
        let ledger = Ledger(table, book: book, costs: SampleRules.costs)
        #expect(book.journeys.map(\.contactCount) == [60_000])
        #expect(ledger.balance.holds)
        let service = ledger.dimensions.intents.count
        #expect(service == 1)
        #expect(ledger.cashWeighted == ledger.cashByRule)
    }
}

@Suite struct ReturnedFailureTests {
    private func book(_ lag: TimeSpan, outcome: Outcome, rules: LinkRules) throws -> JourneyBook {
        let table = try LogBuilder([
            ContactSpec("ada", at: .hours(9), outcome: outcome),
            ContactSpec("ada", at: .hours(9) + lag),
        ]).table(coverage: LogBuilder.coverage(days: 60))
        return JourneyBook(table, rules: rules)
    }

    private var rules: LinkRules {
        var rules = SampleRules.links(window: .days(7))
        rules.failures.append(
            FailureRule(
                id: "reopened", title: "reopened", outcome: .resolved, returnedWithin: .days(2)))
        return rules
    }

    @Test(arguments: [(Int64(48), UInt8(5)), (49, 0)])
    func whatWasNotedAsResolvedWasNotWhereTheCustomerIsBack(hours: Int64, failure: UInt8) throws {
        let book = try book(.hours(hours), outcome: .resolved, rules: rules)
        #expect(book.failure == [failure, 0])
        #expect(book.role[1] == (failure == 0 ? .repeat : .rework))
        #expect(book.rules.stated(failure) == 0)
    }

    /// A failure that the contact shows itself names it, whatever comes after.
    @Test func statedFailureGoesFirst() throws {
        let book = try book(.hours(1), outcome: .unresolved, rules: rules)
        #expect(book.failure == [4, 0])
    }

    /// A complaint in the issue that its source names says that it failed; elsewhere it says
    /// nothing.
    @Test(arguments: [("A", UInt8(5)), ("", 0)])
    func whoComplainsOfTheSameNeedIsBack(issue: String, failure: UInt8) throws {
        var calls = [
            ContactSpec("ada", at: .hours(9)), ContactSpec("ada", at: .hours(30)),
        ]
        calls[1].kind = .recovery
        for place in calls.indices { calls[place].issue = issue }
        let table = try LogBuilder(calls).table(coverage: LogBuilder.coverage(days: 60))
        let book = JourneyBook(table, rules: rules)
        #expect(book.failure == [failure, 0])
        #expect(book.edge(of: 1) == (failure == 0 ? .none : .failure))
    }

    @Test func contactThatNobodyCameBackFromShowsNothing() throws {
        let table = try LogBuilder([ContactSpec("ada", at: .hours(9))]).table()
        #expect(JourneyBook(table, rules: rules).failure == [0])
    }
}

@Suite struct RefundTests {
    /// Twice unserved, complained, fifty pounds back: the first failure's doing, paid by redress.
    @Test func redressIsCausedByTheFailureBehindTheComplaint() throws {
        func spec(_ at: TimeSpan, _ outcome: Outcome, _ kind: EventKind = .contact) -> ContactSpec {
            var spec = ContactSpec("ada", "loan", at: at, outcome: outcome)
            spec.issue = "A"
            spec.kind = kind
            return spec
        }
        let table = try LogBuilder([
            spec(.hours(9), .unresolved), spec(.hours(10), .unresolved),
            spec(.hours(40), .resolved, .recovery),
        ]).table(coverage: LogBuilder.coverage(days: 60))
        let book = JourneyBook(table, rules: SampleRules.links())
        var costs = SampleRules.costs
        let refund = LedgerRefund(contact: 2, amount: Money(thousandths: 5_000_000))
        let without = Ledger(table, book: book, costs: costs, facts: LedgerFacts(refunds: [refund]))
        costs.refunds = RefundRule(payer: "redress", grade: .d, source: "test")
        let ledger = Ledger(table, book: book, costs: costs, facts: LedgerFacts(refunds: [refund]))
        let dimensions = ledger.dimensions
        let payer = try #require(dimensions.payers.firstIndex(of: "redress"))
        let failure = try #require(dimensions.failures.firstIndex(of: "unresolved"))
        #expect(
            ledger.cashByRule[
                dimensions.caused(intent: 0, failure: failure),
                dimensions.paid(intent: 0, payer: payer)] == 5_000_000)
        #expect(ledger.balance.charged == without.balance.charged + 5_000_000)
        #expect(ledger.balance.holds && without.balance.holds)
    }
}
