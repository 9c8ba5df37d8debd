// Scenario files: the shipped ones are accepted as they stand, and every mistake in one has its
// line and column.

import Configuration
import Events
import Modeling
import Projections
import Scenarios
import Testing

@Suite struct ScenarioFileTests {
    @Test func aWholeScenarioIsReadAsItStands() throws {
        let scenario = try ScenarioFile.read(text: SampleFiles.scenario, file: "s.yaml")
        #expect(scenario.id == "sample")
        let intervention = scenario.intervention
        let automation = try #require(intervention.automations.first)
        #expect(automation.catalogueID == "A9" && automation.mechanism == .step)
        #expect(automation.id == "conversational-ivr")
        #expect(intervention.intents == ["balance", "status"])
        #expect(intervention.lastDay - intervention.firstDay == 29)
        let takeUp = try #require(automation[.takeUp])
        #expect(takeUp.low == 0.3)
        #expect(takeUp.high == 0.8)
        #expect(takeUp.grade == .c)
        #expect(automation[.selectionStrength]?.isConstant == true)
        #expect(automation[.returnOdds] == nil)
        #expect(automation[.contextLost] == nil)
        #expect(scenario.assumptions == ["Waits stay what they were."])
    }

    struct Mistake: Sendable, CustomStringConvertible {
        var found: String
        var replacement: String
        var code: String
        var line: Int
        var column: Int
        var description: String { replacement }
    }

    /// Each replaces one text of the sample; the finding must point at the place given.
    @Test(arguments: [
        Mistake(
            found: "catalogue: A9", replacement: "catalogue: A99", code: "unknown-choice", line: 6,
            column: 14),
        Mistake(
            found: "from: 1999-04-01", replacement: "from: 1999-04-31", code: "bad-date", line: 11,
            column: 9),
        Mistake(
            found: "to: 1999-04-30", replacement: "to: 1999-03-30", code: "range-reversed",
            line: 12, column: 7),
        Mistake(
            found: "intents: [balance, status]", replacement: "intents: []", code: "bad-count",
            line: 10, column: 12),
        Mistake(
            found: "low: 0.3,", replacement: "low: 0.6,", code: "range-reversed", line: 14,
            column: 12),
        Mistake(
            found: "high: 0.8,", replacement: "high: 1.8,", code: "out-of-range", line: 14,
            column: 40),
        Mistake(
            found: "grade: C, source: uptake", replacement: "grade: E, source: uptake",
            code: "unknown-choice", line: 14, column: 52),
        Mistake(
            found: "false_returns:", replacement: "false_return:", code: "unknown-key", line: 18,
            column: 3),
        Mistake(
            found: "scenario: sample", replacement: "scenarios: sample", code: "missing-key",
            line: 1, column: 1),
    ])
    func aMistakeIsFoundWhereItIs(_ mistake: Mistake) throws {
        let text = SampleFiles.scenario.replacing(mistake.found, with: mistake.replacement)
        #expect(text != SampleFiles.scenario)
        let refused = try #require(throws: RefusedFile.self) {
            try ScenarioFile.read(text: text, file: "s.yaml")
        }
        let finding = try #require(refused.findings.first { $0.code == mistake.code })
        #expect(finding.line == mistake.line, "\(refused)")
        #expect(finding.column == mistake.column, "\(refused)")
    }

    @Test func aMisspeltKeyIsAnsweredWithTheOneMeant() throws {
        let text = SampleFiles.scenario.replacing("take_up:", with: "take_upp:")
        let refused = try #require(throws: RefusedFile.self) {
            try ScenarioFile.read(text: text, file: "s.yaml")
        }
        #expect(refused.description.contains("take_up"))
    }
}

@Suite struct RulesFileTests {
    @Test func linkRulesAreReadAsTheyStand() throws {
        let rules = try LinkRulesFile.read(text: SampleFiles.rules, file: "r.yaml")
        #expect(rules.links[0].window == .hours(1))
        #expect(rules.families[0].intents == ["a", "b"])
        #expect(rules.failures.map(\.id) == ["abandoned", "short-service"])
        #expect(rules.failures[1].talkBelow == .seconds(10))
        #expect(rules.failures[1].actor == .agent)
        #expect(rules.background == BackgroundRule())
    }

    @Test(arguments: [
        ("window: 1h", "window: 0s", "out-of-range"),
        ("window: 1h", "window: 3600", "bad-duration"),
        ("{outcome: abandoned}", "{outcome: lost}", "unknown-choice"),
        ("{outcome: abandoned}", "{}", "empty-condition"),
        ("links:", "link:", "missing-key"),
    ])
    func aMistakeInLinkRulesIsRefused(
        _ found: String, _ replacement: String, _ code: String
    ) throws {
        let text = SampleFiles.rules.replacing(found, with: replacement)
        let refused = try #require(throws: RefusedFile.self) {
            try LinkRulesFile.read(text: text, file: "r.yaml")
        }
        #expect(refused.findings.contains { $0.code == code }, "\(refused)")
    }

    @Test func linesAreReadAsTheyStand() throws {
        let rules = try LinkRulesFile.read(
            text: SampleFiles.rules + SampleFiles.lines, file: "r.yaml")
        #expect(rules.lines.map(\.id) == ["everyday", "brokerage"])
        #expect(rules.lines[0].intents == ["a", "b"])
    }

    @Test(arguments: [
        ("intents: [c]", "intents: [b]", "intent-in-two-lines", 19, 15),
        ("id: brokerage", "id: everyday", "repeated-name", 18, 9),
        ("id: brokerage", "id: unknown", "reserved-name", 18, 9),
        ("intents: [c]", "intents: []", "bad-count", 19, 14),
        ("intents: [c]", "intent: [c]", "missing-key", 18, 5),
    ])
    func aMistakeInLinesIsFoundWhereItIs(
        _ found: String, _ replacement: String, _ code: String, _ line: Int, _ column: Int
    ) throws {
        let text = (SampleFiles.rules + SampleFiles.lines).replacing(found, with: replacement)
        let refused = try #require(throws: RefusedFile.self) {
            try LinkRulesFile.read(text: text, file: "r.yaml")
        }
        let finding = try #require(refused.findings.first { $0.code == code }, "\(refused)")
        #expect(finding.line == line, "\(refused)")
        #expect(finding.column == column, "\(refused)")
    }

    @Test func costRulesAreExactMoney() throws {
        let costs = try CostRulesFile.read(text: SampleFiles.costs, file: "c.yaml")
        #expect(costs.currency == "GBP")
        #expect(costs.rules[0].perMinute == Money(thousandths: 80_000))
        #expect(costs.rules[1].perMinute == Money(thousandths: 5_000))
        #expect(costs.rules[0].teams == ["desk"])
        #expect(costs.rules[1].activity == .automation)
    }

    @Test(arguments: [
        ("currency: GBP", "currency: pounds", "bad-currency"),
        ("per_minute: 0.80", "per_minute: -1", "out-of-range"),
        ("per_minute: 0.80", "per_minute: cheap", "bad-money"),
        ("activity: handle", "activity: sleep", "unknown-choice"),
        ("grade: D", "grade: d", "unknown-choice"),
    ])
    func aMistakeInCostRulesIsRefused(
        _ found: String, _ replacement: String, _ code: String
    ) throws {
        let text = SampleFiles.costs.replacing(found, with: replacement)
        let refused = try #require(throws: RefusedFile.self) {
            try CostRulesFile.read(text: text, file: "c.yaml")
        }
        #expect(refused.findings.contains { $0.code == code }, "\(refused)")
    }
}
