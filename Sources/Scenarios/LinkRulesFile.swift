// The gate for files of link rules: which contacts make a journey, which failures are causes.

package import Configuration
import Events
package import Projections

package enum LinkRulesFile {
    /// - Throws: ``RefusedFile`` with every finding.
    package static func read(text: String, file: String) throws(RefusedFile) -> LinkRules {
        try YAMLDocument.read(text: text, file: file) { root in
            let families =
                root.optional("families")?.list { field in
                    IntentFamily(
                        id: field.required("id").name(),
                        intents: field.required("intents").list { $0.text() })
                } ?? []
            var rules = LinkRules(
                id: root.required("rules").name(),
                families: families,
                links: root.required("links").list(counts: 1...100) { link($0) },
                failures: root.required("failures").list(counts: 0...100) { failure($0) },
                background: root.optional("background").map { background($0) }
                    ?? BackgroundRule())
            if let handOff = root.optional("hand_off") {
                rules.handOff = handOff.duration(in: .zero...(.days(31)))
            }
            rules.asynchronousChannels =
                root.optional("asynchronous")?.list { $0.text() } ?? []
            rules.lines = lines(root.optional("lines"))
            return rules
        }
    }

    /// Lines of business. An intent that two of them claim would be counted in one and missing in
    /// the other, so it is refused at its second place.
    private static func lines(_ field: Field?) -> [LineOfBusiness] {
        var owners: [String: String] = [:]
        var ids: Set<String> = []
        guard let field else { return [] }
        return field.list(counts: 0...1_000) { field in
            let idField = field.required("id")
            let id = idField.name()
            if id == IntentLines.unknownName {
                idField.refuse(
                    "reserved-name", expected: "another name: intents of no line are unknown")
            } else if !id.isEmpty, !ids.insert(id).inserted {
                idField.refuse("repeated-name", expected: "a name that no other line has")
            }
            let intents = field.required("intents").list(counts: 1...10_000) { item -> String in
                let intent = item.text()
                if let owner = owners[intent], !intent.isEmpty {
                    item.refuse(
                        "intent-in-two-lines",
                        expected: "an intent that no other line has; \(owner) has it")
                }
                owners[intent] = id
                return intent
            }
            return LineOfBusiness(id: id, intents: intents)
        }
    }

    private static func link(_ field: Field) -> LinkRule {
        LinkRule(
            id: field.required("id").name(),
            families: field.optional("families")?.list { $0.text() } ?? [],
            window: field.required("window").duration(in: .seconds(1)...(.days(365))))
    }

    private static func failure(_ field: Field) -> FailureRule {
        let when = field.required("when")
        let rule = FailureRule(
            id: field.required("id").name(),
            title: field.required("title").text(),
            outcome: when.optional("outcome")?.choice(of: Outcome.self) { $0.name },
            actor: when.optional("actor")?.choice(of: ActorKind.self) { $0.name },
            talkBelow: when.optional("talk_below")?.duration(),
            returnedWithin: when.optional("returned_within")?.duration(
                in: .seconds(1)...(.days(365))))
        if rule.outcome == nil, rule.actor == nil, rule.talkBelow == nil,
            rule.returnedWithin == nil
        {
            when.refuse(
                "empty-condition",
                expected: "at least one of outcome, actor, talk_below, returned_within")
        }
        return rule
    }

    private static func background(_ field: Field) -> BackgroundRule {
        var rule = BackgroundRule()
        if let from = field.optional("from") { rule.from = from.duration() }
        if let to = field.optional("to") {
            rule.to = to.duration()
            if rule.to <= rule.from {
                to.refuse("range-reversed", expected: "a time longer than `from`")
            }
        }
        if let prior = field.optional("prior") {
            rule.prior = prior.duration(in: .seconds(1)...(.days(3_650)))
        }
        if let shift = field.optional("placebo_shift") { rule.placeboShift = shift.duration() }
        return rule
    }
}
