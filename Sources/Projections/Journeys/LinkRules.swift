// Which contacts belong to one need, and which failures bring a customer back: the rules a user
// writes down, as values. Their file is read in Scenarios.

package import Events

/// A named failure of a contact: it can be the cause of the next one.
package struct FailureRule: Hashable, Sendable {
    package var id: String
    /// What is shown to people: "abandoned in the queue".
    package var title: String
    package var outcome: Outcome?
    package var actor: ActorKind?
    /// The contact was served for less than this.
    package var talkBelow: TimeSpan?
    /// The customer was back for the same need within this time, or complained of it, whatever was
    /// noted. Such a rule names the failure of an interaction only where no other rule does.
    package var returnedWithin: TimeSpan?

    package init(
        id: String, title: String, outcome: Outcome? = nil, actor: ActorKind? = nil,
        talkBelow: TimeSpan? = nil, returnedWithin: TimeSpan? = nil
    ) {
        self.id = id
        self.title = title
        self.outcome = outcome
        self.actor = actor
        self.talkBelow = talkBelow
        self.returnedWithin = returnedWithin
    }
}

/// What a rule asks of a contact, without its names: it is asked of every contact.
private struct FailureCondition {
    private let outcome: Outcome?
    private let actor: ActorKind?
    private let talkBelow: Int64?
    let returnedWithin: Int64?

    init(_ rule: FailureRule) {
        outcome = rule.outcome
        actor = rule.actor
        talkBelow = rule.talkBelow?.microseconds
        returnedWithin = rule.returnedWithin?.microseconds
    }

    /// Whether what is asked of the contact itself holds. An unknown talk time is not below
    /// anything.
    func holds(_ contact: Contact) -> Bool {
        if let outcome, contact.outcome != outcome { return false }
        if let actor, contact.actor != actor { return false }
        if let talkBelow {
            guard contact.talk >= 0, contact.talk < talkBelow else { return false }
        }
        return true
    }
}

/// Links a contact to the same customer's last one of the same intent family within a window.
package struct LinkRule: Hashable, Sendable {
    package var id: String
    /// The families it is for; empty means all that no earlier rule took.
    package var families: [String]
    /// Runs from the arrival of the last contact.
    package var window: TimeSpan

    package init(id: String, families: [String], window: TimeSpan) {
        self.id = id
        self.families = families
        self.window = window
    }
}

/// How the customers' own background rate is measured.
package struct BackgroundRule: Hashable, Sendable {
    /// Contacts this long after a contact, up to ``to``, count as background.
    package var from = TimeSpan.days(15)
    package var to = TimeSpan.days(28)
    /// Weight of the population's rate in a customer's own, as time observed.
    package var prior = TimeSpan.days(13)
    /// The placebo window is the link window moved by this.
    package var placeboShift = TimeSpan.days(14)

    package init() {}
}

/// Intents that are one kind of need.
package struct IntentFamily: Hashable, Sendable {
    package var id: String
    package var intents: [String]

    package init(id: String, intents: [String]) {
        self.id = id
        self.intents = intents
    }
}

/// A whole file of link rules.
package struct LinkRules: Hashable, Sendable {
    package var id: String
    /// Intents that no family names are families of their own.
    package var families: [IntentFamily]
    /// The first rule that takes a family links its contacts.
    package var links: [LinkRule]
    /// The first rule that matches names the failure.
    package var failures: [FailureRule]
    package var background: BackgroundRule
    /// An interaction this long after one that was transferred or escalated, at most, is the
    /// hand-over under way and no return.
    package var handOff = TimeSpan.hours(1)
    /// Channels in which the customer does not wait or talk: an e-mail takes none of their time
    /// while it lies there.
    package var asynchronousChannels: [String] = []
    /// Parts of the business, by their intents; no intent is in two.
    package var lines: [LineOfBusiness] = []

    package init(
        id: String, families: [IntentFamily], links: [LinkRule], failures: [FailureRule],
        background: BackgroundRule = BackgroundRule()
    ) {
        self.id = id
        self.families = families
        self.links = links
        self.failures = failures
        self.background = background
    }
}

/// Link rules laid out over a log's dictionary: tables instead of names.
package struct ResolvedLinkRules: Sendable {
    package let rules: LinkRules
    /// The families, those of the file first, then single intents in dictionary order.
    package let familyNames: [String]
    /// Index of the link rule of each family, or -1.
    package let ruleOfFamily: [Int]
    /// By family: its link window; 0 where nothing links it.
    let windowsMicroseconds: [Int64]
    /// Family by raw symbol of the intent; the unknown intent is a family of its own.
    private let familyOfSymbol: [Int32]
    private let failures: [FailureCondition]
    private let asynchronous: Set<Symbol>
    /// The lines of business of the log's intents.
    package let lines: IntentLines

    package init(_ rules: LinkRules, dictionary: Interner, intents: [IntentID]) {
        self.rules = rules
        var names = rules.families.map(\.id)
        var families = [Int32](repeating: -1, count: dictionary.count)
        for (index, family) in rules.families.enumerated() {
            for intent in family.intents {
                guard let symbol = dictionary.symbol(of: intent) else { continue }
                families[Int(symbol.rawValue)] = Int32(index)
            }
        }
        for intent in intents where families[Int(intent.symbol.rawValue)] < 0 {
            families[Int(intent.symbol.rawValue)] = Int32(names.count)
            names.append(intent.isKnown ? dictionary.string(intent) : "unknown")
        }
        familyNames = names
        familyOfSymbol = families
        ruleOfFamily = names.map { name in
            rules.links.firstIndex { $0.families.isEmpty || $0.families.contains(name) } ?? -1
        }
        windowsMicroseconds = ruleOfFamily.map { rule in
            rule < 0 ? 0 : rules.links[rule].window.microseconds
        }
        failures = rules.failures.map(FailureCondition.init)
        asynchronous = Set(rules.asynchronousChannels.compactMap { dictionary.symbol(of: $0) })
        lines = IntentLines(rules.lines, dictionary: dictionary)
    }

    package var familyCount: Int { familyNames.count }

    /// The family of an intent that occurs in the log.
    package func family(of intent: IntentID) -> Int {
        Int(familyOfSymbol[Int(intent.symbol.rawValue)])
    }

    /// The link window of a family in microseconds; 0 where nothing links it.
    package func windowMicroseconds(ofFamily family: Int) -> Int64 { windowsMicroseconds[family] }

    /// The customer's own time on an interaction in microseconds: automation, queue, talk and hold
    /// of a contact in a channel where they are present; what is unknown counts as zero.
    package func ownTime(_ contact: Contact) -> Int64 {
        contact.kind == .contact && !isAsynchronous(contact) ? contact.spanMicroseconds : 0
    }

    /// Whether the customer neither waits nor talks in its channel.
    @inline(__always)
    package func isAsynchronous(_ contact: Contact) -> Bool {
        !asynchronous.isEmpty && asynchronous.contains(contact.channel.symbol)
    }

    /// The failure of a contact that it shows itself: 0 for none, else the failure rule's index
    /// plus one.
    package func failure(of contact: Contact) -> UInt8 {
        for (index, condition) in failures.enumerated()
        where condition.returnedWithin == nil && condition.holds(contact) {
            return UInt8(index + 1)
        }
        return 0
    }

    /// The failure of a contact that a return so many microseconds later shows; 0 for none.
    func failure(of contact: Contact, returnedAfter lag: Int64) -> UInt8 {
        for (index, condition) in failures.enumerated() {
            if let within = condition.returnedWithin, lag <= within, condition.holds(contact) {
                return UInt8(index + 1)
            }
        }
        return 0
    }

    /// The same failure, or 0 where only a return shows it: what could be seen before.
    package func stated(_ failure: UInt8) -> UInt8 {
        failure != 0 && failures[Int(failure) - 1].returnedWithin != nil ? 0 : failure
    }
}
