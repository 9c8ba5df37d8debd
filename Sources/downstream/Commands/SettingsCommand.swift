// downstream settings

import ArgumentParser
import Workbench

struct SettingsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "settings",
        abstract: "Show or give the store's link rules and cost rules.",
        discussion: """
            Rules are given once and kept in the store, so that all figures are made the same way. \
            The first ingest keeps the rules that its mapping names.

            Examples:
              downstream settings
              downstream settings --rules scenarios/rules/anonymous-bank-1999.yaml
              downstream settings --costs my-costs.yaml --replace
            """)

    @Option(
        name: .long, help: "A file of link rules to keep.",
        completion: .file(extensions: ["yaml", "yml"]))
    var rules: String?

    @Option(
        name: .long, help: "A file of cost rules to keep.",
        completion: .file(extensions: ["yaml", "yml"]))
    var costs: String?

    @Flag(name: .long, help: "Keep these instead of those kept now.")
    var replace = false

    @OptionGroup(title: "Common options") var options: CommonOptions
    @ParentCommand var root: Downstream

    func run() throws {
        let session = Session(options, root.options)
        let store = try session.open(rules == nil && costs == nil ? .readOnly : .create)
        let kept = try store.keep(rulesPath: rules, costsPath: costs, replace: replace)
        var answer = Answer()
        answer.fact("rules", "link rules", kept.rules.map { .text($0.name) } ?? .none)
        answer.fact("rules_sha256", "  sha256", kept.rules.map { .text($0.sha256) } ?? .none)
        answer.fact("costs", "cost rules", kept.costs.map { .text($0.name) } ?? .none)
        answer.fact("costs_sha256", "  sha256", kept.costs.map { .text($0.sha256) } ?? .none)
        try session.write(answer)
    }
}
