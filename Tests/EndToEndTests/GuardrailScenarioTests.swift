// A scenario against the board's policy: refused with the rule and those concerned, or run and
// marked.

import Foundation
import Testing

@Suite struct GuardrailScenarioTests {
    private static let policy = """
        policy: sample-policy
        owner: the board
        note: For a test.

        rules:
          - id: r1-service
            title: regular service
            class: human-led
            intents: [regular-service]
            reason: a person
            source: test

        """

    @Test func scenarioThatBreaksARuleIsRefusedUnlessAllowed() throws {
        let bank = try Bank(seed: 6, customers: 200)
        let file = bank.folder.path("policy.yaml")
        try GuardrailScenarioTests.policy.write(
            to: URL(fileURLWithPath: file), atomically: true, encoding: .utf8)
        let options = ["--store", bank.store, "--quiet"]
        #expect(try Program.done(["lint", file]).output.contains("sample-policy"))
        _ = try Program.done(["settings", "--policy", file] + options)
        let words = ["simulate", Bank.scenario, "--replications", "4"]
        let refused = try Program.run(words + options)
        #expect(refused.status == 65, "\(refused.messages)")
        #expect(refused.messages.contains("r1-service"))
        #expect(refused.messages.contains("--allow-violations"))
        #expect(refused.output.isEmpty)

        let allowed = try Program.done(words + ["--allow-violations"] + options)
        #expect(allowed.output.contains("r1-service"))
        let json = try Program.done(
            words + ["--allow-violations", "--format", "json"] + options
        ).json()
        #expect((json["violations"] as? [String])?.count == 1)
        _ = try Program.done(["report", "--output", bank.folder.path("report")] + options)
        let report = try String(
            contentsOfFile: bank.folder.path("report/report.md"), encoding: .utf8)
        #expect(report.contains("r1-service"))
    }
}
