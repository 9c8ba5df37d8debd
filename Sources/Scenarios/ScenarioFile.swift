// The gate for scenario files: YAML to a checked value, or every mistake with its place.

package import Configuration
import Events
import Modeling
import Projections

package enum ScenarioFile {
    /// Every id that an automation can have in `catalogue`.
    package static let catalogueIDs = Mechanism.allCases.flatMap(\.catalogueIDs)

    /// - Throws: ``RefusedFile`` with every finding.
    package static func read(text: String, file: String) throws(RefusedFile) -> Scenario {
        try YAMLDocument.read(text: text, file: file) { root in
            Scenario(
                id: root.required("scenario").name(),
                title: root.required("title").text(),
                question: root.required("question").text(),
                intervention: intervention(root),
                assumptions: root.optional("assumptions")?.list { $0.text() } ?? [])
        }
    }

    /// One automation with its blocks at the root of the file, or a list of several, each with
    /// its own.
    private static func intervention(_ root: Field) -> Intervention {
        let scopeField = root.required("scope")
        let scope = AutomationScopeReader.scope(scopeField, within: nil)
        guard let list = root.optional("automations") else {
            let automation = automation(root.required("automation"), blocks: root, scope: scope)
            return Intervention(
                firstDay: scope.firstDay, lastDay: scope.lastDay, automations: [automation])
        }
        if let single = root.optional("automation") {
            single.refuse(
                "conflicting-keys", expected: "`automation` or `automations`",
                hint: "put this one into the list")
        }
        let items = list.items(counts: 1...Intervention.mostAutomations)
        let automations = items.map { item in
            let own = item.optional("scope")
            return automation(
                item, blocks: item,
                scope: own.map { AutomationScopeReader.scope($0, within: scope) } ?? scope)
        }
        refuseConflicts(automations, items)
        return Intervention(
            firstDay: scope.firstDay, lastDay: scope.lastDay, automations: automations)
    }

    private static func automation(
        _ head: Field, blocks: Field, scope: AutomationScope
    ) -> Automation {
        let catalogueID = head.required("catalogue").choice(among: catalogueIDs)
        let mechanism = Mechanism(catalogueID: catalogueID)
        var target: String?
        var parameters: [StatedParameter] = []
        if let mechanism {
            if mechanism == .channel {
                target = blocks.required(mechanism.rawValue).required("to").text()
            }
            parameters = ScenarioFile.parameters(of: mechanism, blocks)
        }
        return Automation(
            id: head.required("id").name(), catalogueID: catalogueID,
            mechanism: mechanism ?? .step, owner: head.required("owner").text(),
            payer: head.required("payer").text(), scope: scope,
            rampDays: head.optional("ramp_days")?.integer(in: 0...1_000) ?? 0,
            dose: head.optional("dose")?.number(in: 0...100) ?? 1, targetChannel: target,
            parameters: parameters)
    }

    /// What the file states, and the domain reference's values for what it does not.
    private static func parameters(of mechanism: Mechanism, _ blocks: Field) -> [StatedParameter] {
        var read: [ParameterRule.Block: Field] = [:]
        return Catalogue.rules(of: mechanism).compactMap { rule in
            let name = rule.block.name(of: mechanism)
            if read[rule.block] == nil, let block = blocks.optional(name) {
                read[rule.block] = block
            }
            let block = read[rule.block]
            let field =
                rule.isRequired
                ? (block ?? blocks.required(name)).required(rule.key.name)
                : block?.optional(rule.key.name)
            guard let field else {
                return rule.reference.map { StatedParameter(key: rule.key, value: $0) }
            }
            return StatedParameter(
                key: rule.key, value: parameter(field, named: rule.key.name, in: rule.bounds))
        }
    }

    /// Two of one name would share their draws; two that act alike on the same contacts would each
    /// be told what the other has changed already.
    private static func refuseConflicts(_ automations: [Automation], _ items: [Field]) {
        for (place, automation) in automations.enumerated() {
            for earlier in automations[..<place] {
                if earlier.id == automation.id, !automation.id.isEmpty {
                    items[place].required("id").refuse(
                        "repeated-name", expected: "an id of its own for each automation")
                }
                if earlier.mechanism == .channel, automation.mechanism == .channel,
                    earlier.targetChannel != automation.targetChannel
                {
                    items[place].required("channel").required("to").refuse(
                        "conflicting-channels", expected: "one channel to lead to in a scenario",
                        hint: "\(earlier.id) leads to another; simulate them apart")
                } else if earlier.mechanism == automation.mechanism, automation.mechanism != .step,
                    earlier.scope.overlaps(automation.scope)
                {
                    items[place].required("catalogue").refuse(
                        "overlapping-automations",
                        expected: "scopes that do not overlap, for what acts alike",
                        hint: "\(earlier.id) reaches some of the same contacts; narrow one scope")
                }
            }
        }
    }

    /// `{low: 0.3, mode: 0.5, high: 0.8, grade: C, source: ...}`, or `{value: 0.5, ...}`.
    static func parameter(
        _ field: Field, named name: String, in bounds: ClosedRange<Double>
    ) -> RangedParameter {
        let grade = field.required("grade").choice(of: EvidenceGrade.self) { $0.rawValue }
        let source = field.required("source").text()
        if let value = field.optional("value") {
            let constant = value.number(in: bounds)
            return RangedParameter(
                name: name, low: constant, mode: constant, high: constant, grade: grade,
                source: source)
        }
        let low = field.required("low").number(in: bounds)
        let mode = field.required("mode").number(in: bounds)
        let high = field.required("high").number(in: bounds)
        if !(low <= mode && mode <= high) {
            field.refuse(
                "range-reversed", expected: "low ≤ mode ≤ high",
                hint: "write the three in rising order, or `value` for a constant")
        }
        return RangedParameter(
            name: name, low: low, mode: mode, high: high, grade: grade, source: source)
    }
}
