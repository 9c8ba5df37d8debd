// A scenario held against the board's policy before it is run: which contacts it would let
// automation lead that a person has to lead.

import Events
import Modeling
package import Projections

/// What a scenario breaks of one rule.
package struct GuardrailBreach: Hashable, Sendable {
    package let rule: GuardrailRule
    /// Ids of the automations that break it.
    package let automations: [String]
    package let contacts: Int
    /// Known customers among them.
    package let customers: Int

    /// For people: the rule, and whom it is about.
    package var text: String {
        "\(rule.id) (\(rule.title), \(rule.guardrail.rawValue)): "
            + "\(automations.joined(separator: ", ")) "
            + "reaches \(contacts) contacts of \(customers) known customers"
    }
}

extension ReplayPlan {
    /// Rules of which automation may not lead a contact, and the contacts in scope of a step of the
    /// scenario that they cover. A rule for contacts after failed automation looks at recorded
    /// sessions of the same journey that were not handed on.
    /// - Complexity: O(rules × contacts of the log).
    package func breaches(of policy: Policy) -> [GuardrailBreach] {
        let scopes = ScopeTable(intervention, table: table)
        let steps = scopes.places(of: .step).filter {
            intervention.automations[$0].mechanism == .step
        }
        guard !steps.isEmpty else { return [] }
        let attempts = failedSessionsBefore()
        let reach = table.contacts.indices.map { scopes.reach(table.contacts[$0], book, $0) }
        return policy.rules.compactMap { rule in
            guard rule.guardrail == .humanLed || rule.guardrail == .informsOnly else { return nil }
            var contacts = 0
            var customers: Set<Int32> = []
            var breaking: Set<Int> = []
            for index in reach.indices where !reach[index].isEmpty {
                let contact = table.contacts[index]
                guard attempts[index] >= rule.failedAttempts, covers(rule, contact) else {
                    continue
                }
                let here = steps.filter { reach[index].contains($0) }
                guard !here.isEmpty else { continue }
                contacts += 1
                breaking.formUnion(here)
                if contact.isIdentified { customers.insert(contact.customer) }
            }
            guard contacts > 0 else { return nil }
            return GuardrailBreach(
                rule: rule, automations: breaking.sorted().map { intervention.automations[$0].id },
                contacts: contacts, customers: customers.count)
        }
    }

    private func covers(_ rule: GuardrailRule, _ contact: Contact) -> Bool {
        func takes(_ names: [String], _ symbol: Symbol) -> Bool {
            names.isEmpty || names.contains(table.dictionary.string(symbol))
        }
        return takes(rule.intents, contact.intent.symbol)
            && takes(rule.segments, contact.segment.symbol)
    }

    /// By contact: earlier sessions with automation in its journey that nobody took over.
    private func failedSessionsBefore() -> [Int] {
        var counts = [Int](repeating: 0, count: book.journeys.count)
        return table.contacts.indices.map { index in
            let journey = Int(book.journeyOf[index])
            let before = counts[journey]
            let contact = table.contacts[index]
            if contact.isSession, !contact.isHandedOn { counts[journey] += 1 }
            return before
        }
    }
}
