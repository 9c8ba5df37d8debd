// What a scenario does to the operation. The file that states it is read in Scenarios.

/// The automations of a scenario, and the days whose needs are followed.
package struct Intervention: Hashable, Sendable, Codable {
    /// The cohort: needs whose first contact comes from this local day, counted from 1970-01-01 ...
    package var firstDay: Int
    /// ... to the end of this one.
    package var lastDay: Int
    /// In the order in which they meet a contact.
    package var automations: [Automation]

    package init(firstDay: Int, lastDay: Int, automations: [Automation]) {
        self.firstDay = firstDay
        self.lastDay = lastDay
        self.automations = automations
    }

    /// Most that one scenario can have: a contact notes in a word which of them reach it.
    package static let mostAutomations = 16

    /// The intents that are named by any of them, in the order of first mention; none where one
    /// takes all.
    package var intents: [String] {
        guard automations.allSatisfy({ !$0.scope.intents.isEmpty }) else { return [] }
        return automations.flatMap(\.scope.intents).reduce(into: []) { all, intent in
            if !all.contains(intent) { all.append(intent) }
        }
    }

    /// Those who pay, in the order of first mention.
    package var payers: [String] {
        automations.map(\.payer).reduce(into: []) { all, payer in
            if !all.contains(payer) { all.append(payer) }
        }
    }
}

/// One automation: how it acts, on what, since when, and what is stated of it.
package struct Automation: Hashable, Sendable, Codable {
    /// Its own id; draws made for it carry this name, never a place in a file.
    package var id: String
    package var catalogueID: String
    package var mechanism: Mechanism
    package var owner: String
    /// The budget that pays for it.
    package var payer: String
    package var scope: AutomationScope
    /// Days over which what it reaches grows evenly, from its first day on; 0 is all at once.
    package var rampDays: Int
    /// Factor on whom it reaches; 1 is as stated, and nothing reaches more than all.
    package var dose: Double
    /// The channel that it leads to, of ``Mechanism/channel``.
    package var targetChannel: String?
    /// What is stated, or taken from the domain reference, in the mechanism's order.
    package var parameters: [StatedParameter]

    package init(
        id: String, catalogueID: String, mechanism: Mechanism, owner: String, payer: String,
        scope: AutomationScope, rampDays: Int = 0, dose: Double = 1,
        targetChannel: String? = nil, parameters: [StatedParameter]
    ) {
        self.id = id
        self.catalogueID = catalogueID
        self.mechanism = mechanism
        self.owner = owner
        self.payer = payer
        self.scope = scope
        self.rampDays = rampDays
        self.dose = dose
        self.targetChannel = targetChannel
        self.parameters = parameters
    }

    /// What is stated under a key.
    package subscript(key: ParameterKey) -> RangedParameter? {
        get { parameters.first { $0.key == key }?.value }
        set {
            parameters.removeAll { $0.key == key }
            if let newValue { parameters.append(StatedParameter(key: key, value: newValue)) }
        }
    }
}

/// A figure with its key.
package struct StatedParameter: Hashable, Sendable, Codable {
    package var key: ParameterKey
    package var value: RangedParameter

    package init(key: ParameterKey, value: RangedParameter) {
        self.key = key
        self.value = value
    }
}

/// What an automation reaches; an empty list takes any.
package struct AutomationScope: Hashable, Sendable, Codable {
    package var intents: [String]
    package var channels: [String]
    package var segments: [String]
    package var teams: [String]
    /// Local days, counted from 1970-01-01, both included.
    package var firstDay: Int
    package var lastDay: Int
    /// Minutes of the local day: from the first on, up to and without the second.
    package var firstMinute: Int
    package var endMinute: Int
    /// Only a contact with which a need begins.
    package var isFirstContactOnly: Bool

    package init(
        intents: [String] = [], channels: [String] = [], segments: [String] = [],
        teams: [String] = [], firstDay: Int, lastDay: Int, firstMinute: Int = 0,
        endMinute: Int = 1_440, isFirstContactOnly: Bool = false
    ) {
        self.intents = intents
        self.channels = channels
        self.segments = segments
        self.teams = teams
        self.firstDay = firstDay
        self.lastDay = lastDay
        self.firstMinute = firstMinute
        self.endMinute = endMinute
        self.isFirstContactOnly = isFirstContactOnly
    }

    /// Whether some contact could lie in both.
    package func overlaps(_ other: AutomationScope) -> Bool {
        func meet(_ left: [String], _ right: [String]) -> Bool {
            left.isEmpty || right.isEmpty || !Set(left).isDisjoint(with: right)
        }
        return meet(intents, other.intents) && meet(channels, other.channels)
            && meet(segments, other.segments) && meet(teams, other.teams)
            && firstDay <= other.lastDay && other.firstDay <= lastDay
            && firstMinute < other.endMinute && other.firstMinute < endMinute
    }
}
