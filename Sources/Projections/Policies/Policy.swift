// What automation may not do, as the board writes it down. The file is read in Scenarios.

import Events

/// How far automation may go with a contact. From the strictest to the freest.
package enum GuardrailClass: String, CaseIterable, Sendable {
    /// A person deals with it from the first answer to the last: automation neither leads it nor
    /// closes it.
    case humanLed = "human-led"
    /// Automation may inform; a person leads.
    case informsOnly = "ai-informs-only"
    /// Automation may lead; whom it passes on, a person serves.
    case personReachable = "person-reachable"
    /// Automation may lead, though the need is not simple.
    case assisted
    /// Genuinely simple: automation may lead and close.
    case simple

    /// Whether it forbids anything, so that there can be a breach of it.
    package var forbids: Bool { self != .assisted && self != .simple }
    /// Whether it says what intents are, so that one intent has one of these at most.
    package var isOfIntents: Bool { self != .personReachable }
}

/// One rule of a policy.
package struct GuardrailRule: Hashable, Sendable {
    package var id: String
    /// What is shown to people: "bereavement, job loss".
    package var title: String
    package var guardrail: GuardrailClass
    /// Empty means all.
    package var intents: [String]
    /// Empty means all.
    package var segments: [String]
    /// The rule is for contacts after at least this many failed attempts by automation in the same
    /// journey; 0 for all contacts.
    package var failedAttempts: Int
    package var reason: String
    package var source: String

    package init(
        id: String, title: String, guardrail: GuardrailClass, intents: [String] = [],
        segments: [String] = [], failedAttempts: Int = 0, reason: String, source: String
    ) {
        self.id = id
        self.title = title
        self.guardrail = guardrail
        self.intents = intents
        self.segments = segments
        self.failedAttempts = failedAttempts
        self.reason = reason
        self.source = source
    }
}

/// A whole file of guardrails.
package struct Policy: Hashable, Sendable {
    package var id: String
    /// Who may change it.
    package var owner: String
    package var rules: [GuardrailRule]
    /// What must be said wherever it is used.
    package var note: String

    package init(id: String, owner: String, rules: [GuardrailRule], note: String) {
        self.id = id
        self.owner = owner
        self.rules = rules
        self.note = note
    }

    /// Intents that rules name and the log does not have, by name.
    package func absentIntents(_ table: ContactTable) -> [String] {
        let here = Set(table.intents.map { table.dictionary.string($0) })
        return Set(rules.flatMap(\.intents)).subtracting(here).sorted()
    }

    /// Intents of the log that no rule names, by name; the unknown one as `unknown`.
    package func uncoveredIntents(_ table: ContactTable) -> [String] {
        let named = Set(rules.flatMap(\.intents))
        return table.intents.map { table.dictionary.string($0) }.filter { !named.contains($0) }
            .map { $0.isEmpty ? "unknown" : $0 }.sorted()
    }
}

/// A policy's rules by symbols: they are asked of every visit.
struct ResolvedPolicy: Sendable {
    struct Rule: Sendable {
        let guardrail: GuardrailClass
        let failedAttempts: Int32
        /// By raw symbol; `nil` for all.
        fileprivate let intents: Set<UInt32>?
        fileprivate let segments: Set<UInt32>?

        /// Whether a visit is in the rule's scope.
        /// - Parameter attempts: failed attempts by automation before it in its journey.
        func covers(_ contact: Contact, after attempts: Int32) -> Bool {
            if attempts < failedAttempts { return false }
            if let intents, !intents.contains(contact.intent.symbol.rawValue) { return false }
            if let segments, !segments.contains(contact.segment.symbol.rawValue) { return false }
            return true
        }
    }

    let rules: [Rule]

    init(_ policy: Policy, dictionary: Interner) {
        /// A name that the log does not have is one that no contact has.
        func symbols(_ names: [String]) -> Set<UInt32>? {
            names.isEmpty
                ? nil : Set(names.compactMap { dictionary.symbol(of: $0)?.rawValue })
        }
        rules = policy.rules.map { rule in
            Rule(
                guardrail: rule.guardrail, failedAttempts: Int32(rule.failedAttempts),
                intents: symbols(rule.intents), segments: symbols(rule.segments))
        }
    }
}
