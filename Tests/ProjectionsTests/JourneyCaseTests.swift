// Journeys that a person who knows the work can check by eye: one customer, a few calls, and what
// the rules must make of them.

import Events
import Projections
import TestSupport
import Testing

@Suite struct JourneyCaseTests {
    private func book(
        _ contacts: [ContactSpec], rules: LinkRules = SampleRules.links(), days: Int64 = 60
    ) throws -> (table: ContactTable, book: JourneyBook) {
        let table = try LogBuilder(contacts).table(coverage: LogBuilder.coverage(days: days))
        return (table, JourneyBook(table, rules: rules))
    }

    /// An abandoned call, and the same caller again after so many seconds.
    @Test(arguments: [(3_599, true), (3_600, true), (3_601, false), (0, true), (1, true)])
    func callerIsBackWithinTheHourAndItsEndIsIncluded(seconds: Int64, isLinked: Bool) throws {
        let (_, book) = try book([
            .abandoned("ada", at: .hours(9)),
            ContactSpec("ada", at: .hours(9) + .seconds(seconds)),
        ])
        #expect(book.role == [.first, isLinked ? .rework : .first])
        #expect(book.predecessor == [-1, isLinked ? 0 : -1])
        #expect(book.cause(of: 1) == (isLinked ? 0 : -1))
        #expect(book.journeys.count == (isLinked ? 1 : 2))
    }

    @Test func oneMicrosecondPastTheWindowIsANewNeed() throws {
        let past = TimeSpan.hours(10) + TimeSpan(microseconds: 1)
        let (_, book) = try book([
            .abandoned("ada", at: .hours(9)), ContactSpec("ada", at: past),
        ])
        #expect(book.role == [.first, .first])
    }

    @Test func windowRunsFromTheLastContactNotTheFirst() throws {
        let (_, book) = try book([
            .abandoned("ada", at: .hours(9)),
            .abandoned("ada", at: .hours(9) + .minutes(50)),
            ContactSpec("ada", at: .hours(10) + .minutes(40)),
        ])
        #expect(book.role == [.first, .rework, .rework])
        #expect([1, 2].map { book.cause(of: $0) } == [0, 1])
        #expect(book.journeys.map(\.contactCount) == [3])
    }

    @Test func returnAfterAGoodServiceIsARepeatThatNothingCaused() throws {
        let (_, book) = try book([
            ContactSpec("ada", at: .hours(9)), ContactSpec("ada", at: .hours(9) + .minutes(5)),
        ])
        #expect(book.role == [.first, .repeat])
        #expect(book.cause(of: 1) == -1)
        #expect(book.edge(of: 1) == .none)
        #expect(book.journeys.count == 1)
    }

    @Test func chainOfFailuresEndsWhereAServiceStandsBetween() throws {
        let (_, book) = try book([
            ContactSpec("ada", at: .hours(9), talk: .seconds(9)),
            ContactSpec("ada", at: .hours(9) + .minutes(5)),
            ContactSpec("ada", at: .hours(9) + .minutes(20), outcome: .unresolved),
            ContactSpec("ada", at: .hours(9) + .minutes(40)),
        ])
        #expect(book.role == [.first, .rework, .repeat, .rework])
        #expect([0, 1, 2, 3].map { book.cause(of: $0) } == [-1, 0, -1, 2])
        #expect(book.journeys.count == 1)
    }

    @Test(arguments: [(9, 3), (10, 0), (0, 3)])
    func servedInUnderTenSecondsIsAFailure(seconds: Int64, failure: UInt8) throws {
        let (_, book) = try book([
            ContactSpec("ada", at: .hours(9), talk: .seconds(seconds))
        ])
        #expect(book.failure == [failure])
    }

    @Test func unknownTalkIsNotShort() throws {
        let (_, book) = try book([ContactSpec("ada", at: .hours(9), talk: nil)])
        #expect(book.failure == [0])
    }

    @Test func firstMatchingFailureNamesIt() throws {
        var rules = SampleRules.links()
        rules.failures = [
            FailureRule(id: "short", title: "short", talkBelow: .seconds(10)),
            FailureRule(id: "unresolved", title: "unresolved", outcome: .unresolved),
        ]
        let call = ContactSpec("ada", at: .hours(9), outcome: .unresolved, talk: .seconds(3))
        #expect(try book([call], rules: rules).book.failure == [1])
        rules.failures.reverse()
        #expect(try book([call], rules: rules).book.failure == [1])
        let long = ContactSpec("ada", at: .hours(9), outcome: .unresolved)
        #expect(try book([long], rules: rules).book.failure == [1])
    }

    @Test func contactsWithoutACustomerAreNeverLinked() throws {
        let (_, book) = try book([
            .abandoned("", at: .hours(9)), .abandoned("", at: .hours(9)),
            ContactSpec("", at: .hours(9) + .minutes(1)),
        ])
        #expect(book.role == [.first, .first, .first])
        #expect(book.journeys.count == 3)
    }

    @Test func otherCustomersAndOtherNeedsDoNotLink() throws {
        let (_, book) = try book([
            .abandoned("ada", "service", at: .hours(9)),
            ContactSpec("bob", "service", at: .hours(9) + .minutes(1)),
            ContactSpec("ada", "loan", at: .hours(9) + .minutes(2)),
            ContactSpec("ada", "service", at: .hours(9) + .minutes(3)),
        ])
        #expect(book.predecessor == [-1, -1, -1, 0])
    }

    @Test func intentsOfOneFamilyAreOneKindOfNeed() throws {
        let family = IntentFamily(id: "money", intents: ["loan", "transfer"])
        let (_, book) = try book(
            [
                .abandoned("ada", "loan", at: .hours(9)),
                ContactSpec("ada", "transfer", at: .hours(9) + .minutes(2)),
                ContactSpec("ada", "service", at: .hours(9) + .minutes(3)),
            ], rules: SampleRules.links(families: [family]))
        #expect(book.predecessor == [-1, 0, -1])
        #expect(book.journeys.count == 2)
    }

    @Test func intentsThatTheSourceDoesNotStateAreAFamilyOfTheirOwn() throws {
        let (_, book) = try book([
            .abandoned("ada", "", at: .hours(9)), ContactSpec("ada", "loan", at: .hours(9)),
            ContactSpec("ada", "", at: .hours(9) + .minutes(1)),
        ])
        #expect(book.predecessor == [-1, -1, 0])
    }

    @Test func familyThatNoRuleNamesIsNotLinkedEvenAtTheSameMoment() throws {
        var rules = SampleRules.links()
        rules.links[0].families = ["loan"]
        let (table, book) = try book(
            [
                .abandoned("ada", "service", at: .hours(9)),
                ContactSpec("ada", "service", at: .hours(9)),
                .abandoned("ada", "loan", at: .hours(9)),
                ContactSpec("ada", "loan", at: .hours(9)),
            ], rules: rules)
        #expect(book.role == [.first, .first, .first, .rework])
        #expect(StitchRate(table, book: book).linked.map(\.count) == [1, 0])
    }

    @Test func firstRuleThatTakesAFamilyLinksIt() throws {
        var rules = SampleRules.links(window: .hours(1))
        rules.links.append(LinkRule(id: "never", families: ["service"], window: .days(7)))
        let calls: [ContactSpec] = [
            .abandoned("ada", at: .hours(9)), ContactSpec("ada", at: .hours(12)),
        ]
        #expect(try book(calls, rules: rules).book.role == [.first, .first])
        rules.links.swapAt(0, 1)
        #expect(try book(calls, rules: rules).book.role == [.first, .rework])
    }

    @Test func callsAtTheSameMomentKeepLogOrder() throws {
        let (table, book) = try book([
            ContactSpec("ada", at: .hours(9)), .abandoned("ada", at: .hours(9)),
            ContactSpec("ada", at: .hours(9)),
        ])
        #expect(table.contacts.map(\.position.rawValue) == [1, 2, 3])
        #expect(book.role == [.first, .repeat, .rework])
    }

    /// The last midnight of coverage, against an hour's window that ends before, at or after it.
    @Test(arguments: [(-1, .settled), (0, .open), (1, .open)] as [(Int64, JourneyState)])
    func windowThatTouchesTheEndOfCoverageIsCensored(
        microseconds: Int64, state: JourneyState
    ) throws {
        let at = TimeSpan.hours(47) + TimeSpan(microseconds: microseconds)
        let (table, book) = try book([ContactSpec("ada", at: at)], days: 2)
        #expect(book.journeys.map(\.state) == [state])
        let hour = try #require(
            RecontactView(
                table, book: book, matching: .sameFamily,
                selection: Selection(table, scope: Scope()), visits: Visits(table, book: book)
            ).rows.first {
                $0.group == "all" && $0.window == .hours(1)
            })
        #expect(hour.count.censored == (state == .open ? 1 : 0))
        #expect(hour.count.base == (state == .open ? 0 : 1))
    }

    @Test(arguments: [
        (Outcome.abandoned, JourneyState.givenUp), (.contained, .undetermined),
        (.resolved, .settled), (.unknown, .settled), (.unresolved, .givenUp),
    ])
    func lastOutcomeDecidesHowAJourneyStands(outcome: Outcome, state: JourneyState) throws {
        let (_, book) = try book([
            ContactSpec("ada", at: .hours(9), outcome: .abandoned),
            ContactSpec("ada", at: .hours(9) + .minutes(1), outcome: outcome),
        ])
        #expect(book.journeys.map(\.state) == [state])
    }

    @Test func journeysOfUnknownCustomersAreNeverOpen() throws {
        let (_, book) = try book([.abandoned("", at: .hours(47) + .minutes(59))], days: 2)
        #expect(book.journeys.map(\.state) == [.givenUp])
    }

    @Test func anEmptyLogHasAnEmptyBook() throws {
        let table = try LogBuilder().table()
        let book = JourneyBook(table, rules: SampleRules.links())
        #expect(book.journeys.isEmpty && book.role.isEmpty)
        #expect(Ledger(table, book: book, costs: SampleRules.costs).balance.holds)
        #expect(
            RecontactView(
                table, book: book, matching: .anyIntent,
                selection: Selection(table, scope: Scope()), visits: Visits(table, book: book)
            ).identifiedShare == 0)
        #expect(
            QueueView(table, selection: Selection(table, scope: Scope()), rules: book.rules).total
                .contacts == 0)
    }
}
