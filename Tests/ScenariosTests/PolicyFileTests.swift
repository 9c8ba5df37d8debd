// The board's file of guardrails: read as it stands, every mistake with its place, and the shipped
// one whole.

import Configuration
import Events
import Foundation
import Projections
import Scenarios
import Testing

@Suite struct PolicyFileTests {
    @Test func aPolicyIsReadAsItStands() throws {
        let policy = try PolicyFile.read(text: SampleFiles.policy, file: "p.yaml")
        #expect(policy.id == "sample")
        #expect(policy.owner == "the board")
        #expect(policy.rules.map(\.id) == ["n1", "n2", "n11"])
        #expect(policy.rules.map(\.guardrail) == [.humanLed, .humanLed, .simple])
        #expect(policy.rules.map(\.failedAttempts) == [0, 2, 0])
        #expect(policy.rules[0].intents == ["complaint"])
        #expect(policy.rules[1].intents.isEmpty)
        #expect(policy.rules[1].segments == ["vulnerable"])
    }

    @Test(arguments: [
        ("class: human-led", "class: human-lead", "unknown-choice", 7, 12),
        ("id: n2", "id: n1", "repeated-name", 11, 9),
        ("after_failed_automation: 2", "after_failed_automation: 0", "out-of-range", 14, 30),
        ("[balance, access]", "[balance, complaint]", "intent-in-two-classes", 21, 24),
        ("    intents: [balance, access]\n", "", "no-intents", 20, 12),
        ("intents: [complaint]", "intents: []", "bad-count", 8, 14),
        ("owner: the board", "owners: the board", "missing-key", 1, 1),
        ("    reason: a person\n", "", "missing-key", 5, 5),
    ])
    func aMistakeIsFoundWhereItIs(
        _ found: String, _ replacement: String, _ code: String, _ line: Int, _ column: Int
    ) throws {
        var text = SampleFiles.policy
        let place = try #require(text.range(of: found))
        text.replaceSubrange(place, with: replacement)
        let refused = try #require(throws: RefusedFile.self) {
            try PolicyFile.read(text: text, file: "p.yaml")
        }
        let finding = try #require(refused.findings.first { $0.code == code }, "\(refused)")
        #expect(finding.line == line, "\(refused)")
        #expect(finding.column == column, "\(refused)")
    }

    @Test func aMisspeltClassIsAnsweredWithTheOneMeant() throws {
        let text = SampleFiles.policy.replacing("class: simple", with: "class: simpel")
        let refused = try #require(throws: RefusedFile.self) {
            try PolicyFile.read(text: text, file: "p.yaml")
        }
        #expect(refused.description.contains("\"simple\""), "\(refused)")
    }

    /// A rule for some customers, or after failures, is no word about an intent as such.
    @Test func anIntentMayHaveAStricterRuleForSome() throws {
        let text = SampleFiles.policy.replacing(
            "segments: [vulnerable]", with: "segments: [vulnerable]\n    intents: [balance]")
        #expect(try PolicyFile.read(text: text, file: "p.yaml").rules[1].intents == ["balance"])
    }

    private func shipped(_ path: String) throws -> String {
        let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        return try String(contentsOf: repository.appendingPathComponent(path), encoding: .utf8)
    }

    /// The intents of a generated operation, as `Synthesis` names them.
    private static let intents = [
        "access", "balance", "billing", "booking", "cancellation", "case-status",
        "charge-dispute", "complaint", "hardship", "other", "product-question",
        "technical-fault",
    ]

    @Test func theShippedPolicyHasAClassForEveryIntentOfAnOperation() throws {
        let path = "scenarios/policies/never-automate.yaml"
        let policy = try PolicyFile.read(text: try shipped(path), file: path)
        let named = policy.rules.filter(\.guardrail.isOfIntents).flatMap(\.intents)
        #expect(named.sorted() == PolicyFileTests.intents)
        #expect(Set(policy.rules.map(\.guardrail)) == Set(GuardrailClass.allCases))
    }

    @Test func theShippedLinesAreOfIntentsThatThereAre() throws {
        let path = "scenarios/rules/synthetic-operation.yaml"
        let rules = try LinkRulesFile.read(text: try shipped(path), file: path)
        let named = rules.lines.flatMap(\.intents)
        #expect(Set(named).isSubset(of: PolicyFileTests.intents))
        #expect(named.count == PolicyFileTests.intents.count - 1)
        let bank = "scenarios/rules/anonymous-bank-1999.yaml"
        let lines = try LinkRulesFile.read(text: try shipped(bank), file: bank).lines
        let mapping = try shipped("scenarios/mappings/anonymous-bank-1999.yaml")
        #expect(lines.count == 4)
        #expect(lines.flatMap(\.intents).allSatisfy { mapping.contains(": \($0)\n") })
    }
}
