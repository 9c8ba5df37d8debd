// The gate for the file of guardrails that the board owns: what automation may not do.

package import Configuration
import Events
package import Projections

package enum PolicyFile {
    /// - Throws: ``RefusedFile`` with every finding.
    package static func read(text: String, file: String) throws(RefusedFile) -> Policy {
        try YAMLDocument.read(text: text, file: file) { root in
            var check = PolicyCheck()
            return Policy(
                id: root.required("policy").name(), owner: root.required("owner").text(),
                rules: root.required("rules").list(counts: 1...1_000) { check.rule($0) },
                note: root.required("note").text())
        }
    }
}

/// What rules of one file must not say against each other.
private struct PolicyCheck {
    private var ids: Set<String> = []
    /// By intent: the rule that says what it is, for everybody and from the first contact on.
    private var owners: [String: (id: String, guardrail: GuardrailClass)] = [:]

    mutating func rule(_ field: Field) -> GuardrailRule {
        let idField = field.required("id")
        let id = idField.name()
        if !id.isEmpty, !ids.insert(id).inserted {
            idField.refuse("repeated-name", expected: "a name that no other rule has")
        }
        let classField = field.required("class")
        let guardrail = classField.choice(of: GuardrailClass.self) { $0.rawValue }
        let segments = field.optional("segments")?.list(counts: 1...1_000) { $0.text() } ?? []
        let failedAttempts =
            field.optional("after_failed_automation")?.integer(in: 1...100) ?? 0
        let isForAll = segments.isEmpty && failedAttempts == 0
        let intents =
            field.optional("intents")?.list(counts: 1...10_000) { item in
                intent(item, of: id, isForAll ? guardrail : .personReachable)
            } ?? []
        if intents.isEmpty, guardrail == .simple || guardrail == .assisted {
            classField.refuse(
                "no-intents", expected: "intents, which this class is said of",
                hint: "name them: a rule without intents is for all")
        }
        return GuardrailRule(
            id: id, title: field.required("title").text(), guardrail: guardrail,
            intents: intents, segments: segments, failedAttempts: failedAttempts,
            reason: field.required("reason").text(), source: field.required("source").text())
    }

    /// One intent cannot be simple and a person's at once.
    private mutating func intent(
        _ item: Field, of id: String, _ guardrail: GuardrailClass
    ) -> String {
        let name = item.text()
        guard guardrail.isOfIntents, !name.isEmpty else { return name }
        if let owner = owners[name], owner.guardrail != guardrail {
            item.refuse(
                "intent-in-two-classes",
                expected: "an intent of one class; \(owner.id) says that it is "
                    + owner.guardrail.rawValue)
        }
        owners[name] = (id, guardrail)
        return name
    }
}
