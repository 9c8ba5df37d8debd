// downstream settings

import ArgumentParser
import Workbench

struct SettingsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "settings",
        abstract: "Show or give the store's link rules, cost rules and policy.",
        discussion: """
            Rules are given once and kept in the store, so that all figures are made the same way. \
            The first ingest keeps the rules that its mapping names. The policy says what \
            automation may not do; it is the board's, and no mapping names one.

            Examples:
              downstream settings
              downstream settings --rules scenarios/rules/anonymous-bank-1999.yaml
              downstream settings --costs my-costs.yaml --replace
              downstream settings --policy scenarios/policies/never-automate.yaml
            """)

    @Option(
        name: .long, help: "A file of link rules to keep.",
        completion: .file(extensions: ["yaml", "yml"]))
    var rules: String?

    @Option(
        name: .long, help: "A file of cost rules to keep.",
        completion: .file(extensions: ["yaml", "yml"]))
    var costs: String?

    @Option(
        name: .long, help: "A file of guardrails to keep.",
        completion: .file(extensions: ["yaml", "yml"]))
    var policy: String?

    @Flag(name: .long, help: "Keep these instead of those kept now.")
    var replace = false

    @OptionGroup(title: "Common options") var options: CommonOptions
    @ParentCommand var root: Downstream

    func run() throws {
        let session = Session(options, root.options)
        let isQuestion = rules == nil && costs == nil && policy == nil
        let store = try session.open(isQuestion ? .readOnly : .create)
        let kept = try store.keep(
            rulesPath: rules, costsPath: costs, policyPath: policy, replace: replace)
        var answer = Answer()
        answer.fact("rules", "link rules", kept.rules.map { .text($0.name) } ?? .none)
        answer.fact("rules_sha256", "  sha256", kept.rules.map { .text($0.sha256) } ?? .none)
        answer.fact("costs", "cost rules", kept.costs.map { .text($0.name) } ?? .none)
        answer.fact("costs_sha256", "  sha256", kept.costs.map { .text($0.sha256) } ?? .none)
        answer.fact("policy", "policy", kept.policy.map { .text($0.name) } ?? .none)
        answer.fact("policy_sha256", "  sha256", kept.policy.map { .text($0.sha256) } ?? .none)
        try session.write(answer)
    }
}
