// What a contact is charged: which rule, which minutes, and one rounding.

import Events
import Projections
import TestSupport
import Testing

@Suite struct ChargeTests {
    private func charges(
        _ calls: [ContactSpec], costs: CostRules = SampleRules.costs
    ) throws -> (charges: Charges, dimensions: LedgerDimensions) {
        let table = try LogBuilder(calls).table()
        let dimensions = LedgerDimensions(
            table: table, rules: SampleRules.links(), costs: costs)
        return (Charges(table, costs: costs, dimensions: dimensions), dimensions)
    }

    /// Microseconds at one thousandth a minute: half a unit is half a minute.
    @Test(arguments: [
        (29_999_999, 0), (30_000_000, 0), (30_000_001, 1), (60_000_000, 1), (89_999_999, 1),
        (90_000_000, 2), (90_000_001, 2), (150_000_000, 2), (210_000_000, 4), (0, 0),
    ])
    func amountsAreRoundedHalfToEven(microseconds: Int64, thousandths: Int64) throws {
        var costs = SampleRules.costs
        costs.rules[0].perMinute = Money(thousandths: 1)
        let call = ContactSpec(
            "ada", at: .hours(1), talk: TimeSpan(microseconds: microseconds))
        let (charges, _) = try charges([call], costs: costs)
        #expect(charges.of(0).map(\.amount.thousandths) == [thousandths])
    }

    @Test func talkHoldAndWrapUpAreOneChargeAndAutomationAnother() throws {
        var call = ContactSpec("ada", at: .hours(1), talk: .seconds(60))
        call.hold = .seconds(30)
        call.wrapUp = .seconds(30)
        call.automation = .seconds(30)
        let (charges, dimensions) = try charges([call])
        #expect(charges.of(0).map(\.amount.thousandths) == [200_000, 6_250])
        #expect(charges.of(0).map { dimensions.payers[$0.payer] } == ["desk pool", "platform"])
        #expect(charges.total(0).thousandths == 206_250)
    }

    @Test func unservedContactsCostTheirAutomationAlone() throws {
        var call = ContactSpec.abandoned("ada", at: .hours(1))
        call.automation = .seconds(60)
        call.talk = .minutes(5)
        #expect(try charges([call]).charges.of(0).map(\.amount.thousandths) == [12_500])
    }

    @Test func teamsWithoutARuleAndUnknownMinutesAreCounted() throws {
        let (charges, _) = try charges([
            ContactSpec("ada", at: .hours(1), team: "stray"),
            ContactSpec("ada", at: .hours(1), talk: nil),
            ContactSpec("ada", at: .hours(1), team: "back", talk: .minutes(1)),
            ContactSpec("ada", at: .hours(1), team: "", talk: .minutes(1)),
        ])
        #expect(charges.uncoveredCount == 1)
        #expect(charges.unknownMinutesCount == 1)
        #expect((0..<4).map { charges.total($0).thousandths } == [0, 0, 73_333, 73_333])
    }

    @Test func ruleWithoutTeamsTakesWhatNoEarlierRuleTook() throws {
        var costs = SampleRules.costs
        costs.rules.append(
            CostRule(
                payer: "the rest", activity: .handle, teams: [],
                perMinute: Money(thousandths: 7), grade: .d, source: "test"))
        let (charges, dimensions) = try charges(
            [
                ContactSpec("ada", at: .hours(1), team: "stray"),
                ContactSpec("ada", at: .hours(1), team: "desk"),
            ], costs: costs)
        #expect(charges.uncoveredCount == 0)
        #expect(charges.of(0).map { dimensions.payers[$0.payer] } == ["the rest"])
        #expect(charges.of(1).map { dimensions.payers[$0.payer] } == ["desk pool"])
    }

    /// The first rule that takes team, tier and channel: a list that does not passes it on.
    @Test func theFirstRuleOfTeamTierAndChannelWins() throws {
        var costs = SampleRules.costs
        func rule(
            _ payer: String, _ teams: [String], _ tiers: [String], _ channels: [String],
            _ thousandths: Int64
        ) -> CostRule {
            CostRule(
                payer: payer, activity: .handle, teams: teams, tiers: tiers, channels: channels,
                perMinute: Money(thousandths: thousandths), grade: .d, source: "test")
        }
        costs.rules = [
            rule("experts", ["desk", "back"], ["2", "3"], ["telephone"], 1),
            rule("chat", [], [], ["chat"], 2), rule("desk", ["desk"], [], [], 3),
            rule("unranked", [], [""], [], 4), rule("absent", [], ["8"], ["fax"], 5),
        ]
        let rows: [(team: String, tier: String, channel: String, paid: Int64?)] = [
            ("desk", "2", "telephone", 1), ("back", "3", "telephone", 1), ("desk", "2", "chat", 2),
            ("stray", "", "chat", 2), ("desk", "1", "telephone", 3), ("desk", "", "telephone", 3),
            ("stray", "2", "telephone", nil), ("stray", "", "telephone", 4), ("", "", "letter", 4),
        ]
        let specs = rows.enumerated().map { number, row in
            var spec = ContactSpec(
                "ada", at: .minutes(Int64(number)), team: row.team, talk: .minutes(1))
            spec.tier = row.tier
            spec.channel = row.channel
            return spec
        }
        let table = try LogBuilder(specs).table()
        let (charges, _) = try charges(specs, costs: costs)
        #expect(rows.indices.map { charges.of($0).first?.amount.thousandths } == rows.map(\.paid))
        // Another handling of a contact is charged as that contact.
        let again = table.contacts.map {
            charges.handleCharge(microseconds: 120_000_000, of: $0)?.amount.thousandths
        }
        #expect(again == rows.map { row in row.paid.map { $0 * 2 } })
        #expect(charges.uncoveredCount == 1)
    }

    /// Ada is abandoned over a loan, is served over a transfer of the same family, and comes once
    /// more: the transfer's minutes are the loan's fault, the last call is its own.
    @Test func failureIsCausedWhereItBeganAndPaidWhereTheWorkWasDone() throws {
        let family = IntentFamily(id: "money", intents: ["loan", "transfer"])
        let table = try LogBuilder([
            .abandoned("ada", "loan", at: .hours(9)),
            ContactSpec("ada", "transfer", at: .hours(9) + .minutes(5), talk: .minutes(2)),
            ContactSpec("ada", "loan", at: .hours(9) + .minutes(20), talk: .minutes(1)),
        ]).table(coverage: LogBuilder.coverage(days: 60))
        let book = JourneyBook(table, rules: SampleRules.links(families: [family]))
        let ledger = Ledger(table, book: book, costs: SampleRules.costs)
        #expect(
            ledger.cellsByName == [
                "loan, abandoned > transfer": 200_000, "loan, own need > loan": 100_000,
            ])
    }
}
