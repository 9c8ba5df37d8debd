// Customers' value and risk by hand: each customer's value once, each case once.

import Events
import Projections
import TestSupport
import Testing

@Suite struct LedgerBooksTests {
    private static func valued(
        _ builder: LogBuilder, leaving: Int64? = nil, risks: [RiskRule] = [],
        events: [LedgerEvent] = []
    ) throws -> Ledger {
        let table = try builder.table(coverage: LogBuilder.coverage(days: 60))
        var costs = SampleRules.costs
        costs.value = ValueRules(
            values: [
                CustomerValue(
                    segments: ["business"], amount: Money(thousandths: 5_000), grade: .d,
                    source: "test"),
                CustomerValue(
                    segments: [], amount: Money(thousandths: 1_000), grade: .d, source: "test"),
            ],
            leaving: leaving.map { LeavingRule(probability: $0, grade: .d, source: "test") })
        costs.risks = risks
        return Ledger(
            table, book: JourneyBook(table, rules: SampleRules.links()), costs: costs,
            facts: LedgerFacts(events: events))
    }

    /// Ada has two journeys that were over less than an hour before she left: her value is lost
    /// with the later one, and that was caused by the abandoned call.
    @Test func valueIsLostOnceAndWhereItWasCaused() throws {
        var builder = LogBuilder([
            ContactSpec("ada", "loan", at: .hours(8)),
            .abandoned("ada", at: .hours(8) + .minutes(5)),
            ContactSpec("ada", at: .hours(8) + .minutes(25), outcome: .unresolved),
        ])
        var spec = ContactSpec("bob", at: .days(2))
        spec.segment = "business"
        builder.add(spec)
        builder.addChurn("ada", at: .hours(8) + .minutes(50))
        builder.addChurn("ada", at: .days(1))
        builder.addChurn("bob", at: .days(2) + .minutes(3))
        builder.addChurn("eve", at: .days(3))
        let ledger = try Self.valued(builder)
        let value = try #require(ledger.value)
        #expect(value.leftCount == 2)
        #expect(value.left.total == 6_000)
        let rows = value.left.byRule.indices.filter { value.left.byRule[$0] != 0 }
        let lost = rows.map { row in
            let name = ledger.dimensions.causedName(row)
            return "\(name.intent), \(name.failure): \(value.left.byRule[row])"
        }
        #expect(lost.sorted() == ["service, abandoned: 1000", "service, own need: 5000"])
        #expect(ledger.balance.holds)
        #expect(ledger.cashByRule.total == ledger.balance.charged)
    }

    /// Whoever gives up twice leaves once; whoever has left is expected to leave no more.
    @Test func whoGivesUpTwiceLeavesOnce() throws {
        var builder = LogBuilder([
            .abandoned("ada", at: .hours(8)), .abandoned("ada", at: .days(2)),
            .abandoned("bob", at: .hours(8)), .abandoned("", at: .hours(9)),
        ])
        builder.addChurn("bob", at: .days(30))
        let value = try #require(try Self.valued(builder, leaving: 250_000).value)
        #expect(value.atRiskCount == 1)
        // A quarter of 1,000, and a quarter of the three quarters that are left: 187.5, to even.
        #expect(value.atRisk.total == 250 + 188)
        #expect(value.leftCount == 0)
        let none = try #require(try Self.valued(builder).value)
        #expect(none.atRiskCount == 0 && none.atRisk.total == 0)
        let sure = try #require(try Self.valued(builder, leaving: 1_000_000).value)
        #expect(sure.atRisk.total == 1_000)
    }

    @Test func twoCasesOfOneInteractionAreTwo() throws {
        let builder = LogBuilder([ContactSpec("ada", at: .hours(8))])
        let severity = RiskSeverity(
            low: Money(thousandths: 0), mode: Money(thousandths: 10), high: Money(thousandths: 20),
            grade: .d, source: "test")
        let rule = RiskRule(
            id: "fee", title: "fee", bearer: "legal", trigger: .event(.complaintOpened),
            probability: 500_000, probabilityGrade: .d, probabilitySource: "test",
            severity: severity)
        let event = LedgerEvent(kind: .complaintOpened, contact: 0)
        let other = LedgerEvent(kind: .complaintReferred, contact: 0)
        let risk = try #require(
            try Self.valued(builder, risks: [rule], events: [event, other, event]).risk)
        #expect(risk.cases.map(\.ordinal) == [0, 1])
        #expect(risk.expectedLosses == [10])
        #expect(risk.holds)
        let posted = risk.posted([3, 4])
        #expect(posted.byRule.total == 7 && posted.weighted.total == 7)
    }
}
