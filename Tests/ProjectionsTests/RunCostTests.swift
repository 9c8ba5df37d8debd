// What automation costs to run: periods pro rata, sessions like any charge.

import Events
import Projections
import TestSupport
import Testing

@Suite struct RunCostTests {
    private static func run(
        _ amount: Int64, _ unit: RunUnit, from: String? = nil, to: String? = nil,
        channels: [String] = [], intents: [String] = []
    ) throws -> RunCost {
        func day(_ text: String?) throws -> Int? {
            try text.map { try #require(CivilDate(text: $0)).dayNumber }
        }
        return RunCost(
            id: "bot", title: "bot", payer: "platform", amount: Money(thousandths: amount),
            unit: unit, channels: channels, intents: intents, firstDay: try day(from),
            lastDay: try day(to), grade: .d, source: "test")
    }

    private static func days(_ from: String, _ to: String) throws -> Range<Int> {
        let first = try #require(CivilDate(text: from)).dayNumber
        return first..<(try #require(CivilDate(text: to)).dayNumber + 1)
    }

    /// February 2024 has 29 days; half to even once, at the end.
    @Test func periodsAreProRata() throws {
        let quarter = try Self.days("2024-01-16", "2024-03-15")
        #expect(quarter.count == 60)
        let month = try Self.run(31 * 29 * 1_000, .month)
        #expect(month.amount(over: quarter).thousandths == 16 * 29_000 + 899_000 + 15 * 29_000)
        #expect(try Self.run(7, .week).amount(over: quarter).thousandths == 60)
        #expect(try Self.run(1, .week).amount(over: quarter).thousandths == 9)
        #expect(try Self.run(3, .day).amount(over: quarter).thousandths == 180)
        let half = try Self.run(29, .month, from: "2024-02-20", to: "2024-02-29")
        #expect(half.amount(over: quarter).thousandths == 10)
        // Half to even: a half, and one and a half.
        let short = try Self.days("2023-02-05", "2023-02-05")
        #expect(try Self.run(14, .month).amount(over: short).thousandths == 0)
        #expect(try Self.run(42, .month).amount(over: short).thousandths == 2)
        let over = try Self.run(3, .day, from: "2025-01-01")
        #expect(over.paidDays(in: quarter).isEmpty)
        #expect(over.amount(over: quarter) == .zero)
    }

    private static let specs: [ContactSpec] = {
        var session = ContactSpec(
            "ada", at: .hours(9), outcome: .contained, actor: .bot, wait: nil, talk: nil)
        session.channel = "chat"
        session.automation = .minutes(2)
        var later = session
        later.at = .days(4) + .hours(9)
        var sent = session
        sent.direction = .outbound
        return [session, later, sent, ContactSpec("bob", at: .hours(10), talk: .minutes(1))]
    }()

    @Test func periodsHaveARowOfTheirOwnAndTheBalanceCoversThem() throws {
        let table = try LogBuilder(Self.specs).table(coverage: LogBuilder.coverage(days: 10))
        #expect(table.coveredDays == LogBuilder.firstDay..<(LogBuilder.firstDay + 10))
        let book = JourneyBook(table, rules: SampleRules.links())
        var costs = SampleRules.costs
        costs.runs = [try Self.run(7_000, .week, channels: ["chat"])]
        let ledger = Ledger(table, book: book, costs: costs)
        #expect(ledger.balance.holds)
        #expect(ledger.runs == [RunTotal(units: 10, amount: Money(thousandths: 10_000))])
        #expect(ledger.cellsByName["no intent, run of bot > no intent"] == 10_000)
        #expect(ledger.balance.charged == 10_000 + 100_000 + 3 * 25_000)
        // A part of the operation has what serves nothing else.
        let days = table.coveredDays
        let scopes: [(RunScope, Int64)] = [
            (RunScope(days: days.prefix(3)), 3_000),
            (RunScope(days: days, channel: "chat"), 10_000),
            (RunScope(days: days, channel: "telephone"), 0),
            (RunScope(days: days, intent: "service"), 0),
            (RunScope(days: days, isOfPeople: true), 0),
        ]
        for (scope, amount) in scopes {
            let part = Ledger(table, book: book, costs: costs, runs: scope)
            #expect(part.runs[0].amount.thousandths == amount)
            #expect(part.balance.holds)
        }
    }

    @Test func sessionsAreChargedLikeContacts() throws {
        let table = try LogBuilder(Self.specs).table(coverage: LogBuilder.coverage(days: 10))
        let book = JourneyBook(table, rules: SampleRules.links())
        var costs = SampleRules.costs
        costs.runs = [
            try Self.run(900, .session, to: "1999-01-05", channels: ["chat"]),
            try Self.run(500, .session, intents: ["service"]),
        ]
        costs.runs[1].payer = "usage"
        let ledger = Ledger(table, book: book, costs: costs)
        #expect(ledger.balance.holds)
        #expect(ledger.runs.map(\.units) == [1, 1])
        #expect(ledger.runs.map(\.amount.thousandths) == [900, 500])
        let charges = Charges(table, costs: costs, dimensions: ledger.dimensions)
        let sessions = table.contacts.indices.map { index in
            charges.of(index).filter { $0.activity == .session }.map(\.run)
        }
        #expect(sessions.flatMap { $0 }.sorted() == [0, 1])
        #expect(ledger.dimensions.rowsOfNoIntent.isEmpty)
    }
}

extension Range<Int> {
    fileprivate func prefix(_ length: Int) -> Range<Int> {
        lowerBound..<Swift.min(upperBound, lowerBound + length)
    }
}
