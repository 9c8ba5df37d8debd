// Which automations reach which contacts: scopes by symbol instead of by name, and what each
// mechanism can act on at all.

import Events
import Modeling
import Projections

struct ScopeTable {
    /// One automation's scope; an absent list takes any.
    private struct Scope {
        let automation: Automation
        let intents: Set<Symbol>?
        let channels: Set<Symbol>?
        let segments: Set<Symbol>?
        let teams: Set<Symbol>?
    }

    private let scopes: [Scope]
    /// The channels that automations lead to, by place; those only that the log knows.
    let targetChannels: [(place: Int, channel: ChannelID)]

    init(_ intervention: Intervention, table: ContactTable) {
        let dictionary = table.dictionary
        func named(_ names: [String]) -> Set<Symbol>? {
            names.isEmpty ? nil : Set(names.compactMap { dictionary.symbol(of: $0) })
        }
        scopes = intervention.automations.map {
            Scope(
                automation: $0, intents: named($0.scope.intents),
                channels: named($0.scope.channels), segments: named($0.scope.segments),
                teams: named($0.scope.teams))
        }
        targetChannels = intervention.automations.enumerated().compactMap { place, automation in
            automation.targetChannel.flatMap { dictionary.symbol(of: $0) }
                .map { (place, ChannelID($0)) }
        }
    }

    /// Places of the automations that act in a certain way.
    func places(of act: Mechanism.Act) -> [Int] {
        scopes.indices.filter { scopes[$0].automation.mechanism.act == act }
    }

    func reach(_ contact: Contact, _ book: JourneyBook, _ index: Int) -> AutomationSet {
        var reach = AutomationSet()
        for (place, scope) in scopes.enumerated() {
            if takes(scope, contact), canAct(scope.automation, on: contact, book, index) {
                reach.insert(place)
            }
        }
        return reach
    }

    /// Automations that act on what a step leaves, and whose scope takes the contact.
    func aftermath(_ contact: Contact) -> AutomationSet {
        var set = AutomationSet()
        for (place, scope) in scopes.enumerated() {
            let act = scope.automation.mechanism.act
            if act == .reach || act == .carryover, takes(scope, contact) { set.insert(place) }
        }
        return set
    }

    /// Automations whose scope takes a need by what its first contact says of it, whatever the
    /// channel and the moment of a contact are.
    func needs(_ first: Contact) -> AutomationSet { set { takesNeed($0, first) } }

    /// Automations whose scope takes a channel.
    func channels(_ channel: Symbol) -> AutomationSet {
        set { $0.channels?.contains(channel) ?? true }
    }

    private func set(_ takes: (Scope) -> Bool) -> AutomationSet {
        var set = AutomationSet()
        for (place, scope) in scopes.enumerated() where takes(scope) { set.insert(place) }
        return set
    }

    private func takes(_ scope: Scope, _ contact: Contact) -> Bool {
        takesNeed(scope, contact) && scope.channels?.contains(contact.channel.symbol) ?? true
            && scope.automation.scope.isOpen(
                local: contact.at.microseconds + Int64(contact.offsetMinutes) * 60_000_000,
                day: contact.localDay)
    }

    private func takesNeed(_ scope: Scope, _ contact: Contact) -> Bool {
        scope.intents?.contains(contact.intent.symbol) ?? true
            && scope.segments?.contains(contact.segment.symbol) ?? true
            && scope.teams?.contains(contact.team.symbol) ?? true
    }

    /// What the mechanism acts on at all: attempts of customers, what people handle, failures,
    /// work. A contact that goes on with another is no attempt of its own: its step was that one's.
    private func canAct(
        _ automation: Automation, on contact: Contact, _ book: JourneyBook, _ index: Int
    ) -> Bool {
        let edge = book.edge(of: index)
        // Which of the links by rule are real is drawn.
        let isCertainlyLater = book.probability[index] == 1_000_000
        if automation.scope.isFirstContactOnly, isCertainlyLater { return false }
        switch automation.mechanism.act {
        case .step: return contact.isInbound && edge != .fulfilment
        case .outbound: return contact.isInbound && edge == .none && !isCertainlyLater
        case .handling: return contact.isInbound && contact.isServed
        case .detection: return book.failure[index] != 0 && contact.isInbound
        case .hours: return false
        case .work: return contact.kind == .task && contact.isHandled
        case .carryover: return contact.isInbound && contact.isServed && edge == .fulfilment
        case .reach: return contact.isSession && edge != .fulfilment
        }
    }
}

extension AutomationScope {
    /// Whether a local moment, in microseconds, lies in its days and hours.
    func isOpen(local: Int64, day: Int) -> Bool {
        guard day >= firstDay, day <= lastDay else { return false }
        let minute = (local - Int64(day) * 86_400_000_000) / 60_000_000
        return minute >= firstMinute && minute < endMinute
    }
}
