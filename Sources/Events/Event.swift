// The one noun of the log: a fact, as a source system reported it.

/// A value of a free attribute.
package enum AttributeValue: Hashable, Sendable {
    case text(String)
    case integer(Int64)
    case number(Double)
    case flag(Bool)
}

/// A named extra value that no field of its own exists for.
package struct Attribute: Hashable, Sendable {
    package var name: Symbol
    package var value: AttributeValue

    package init(name: Symbol, value: AttributeValue) {
        self.name = name
        self.value = value
    }
}

/// A value that identifies a person, sealed before it reaches the log.
package struct PersonalField: Hashable, Sendable {
    package var name: Symbol
    /// Ciphertext: nonce, sealed text and tag.
    package var sealed: [UInt8]

    package init(name: Symbol, sealed: [UInt8]) {
        self.name = name
        self.sealed = sealed
    }
}

/// A fact. Symbols belong to the dictionary that the event was read from or is written with.
package struct Event: Hashable, Sendable {
    package var kind: EventKind
    package var source: SourceID
    /// Unique within its source.
    package var key: String
    package var at: Instant
    /// Minutes east of UTC of the clock that recorded ``at``.
    package var offsetMinutes: Int16
    package var customer = CustomerID.unknown
    package var issue = IssueID.unknown
    /// Present where the event is a whole contact or piece of work.
    package var interaction: Interaction?
    package var money: Money?
    package var attributes: [Attribute] = []
    package var personal: [PersonalField] = []

    package init(
        kind: EventKind, source: SourceID, key: String, at: Instant, offsetMinutes: Int16
    ) {
        self.kind = kind
        self.source = source
        self.key = key
        self.at = at
        self.offsetMinutes = offsetMinutes
    }
}

extension Event {
    /// The same event with every symbol replaced, for moving it between dictionaries.
    package func mapSymbols(_ map: (Symbol) -> Symbol) -> Event {
        var copy = self
        copy.source = SourceID(map(source.symbol))
        copy.customer = CustomerID(map(customer.symbol))
        copy.issue = IssueID(map(issue.symbol))
        if var detail = interaction {
            detail.channel = ChannelID(map(detail.channel.symbol))
            detail.modality = map(detail.modality)
            detail.intent = IntentID(map(detail.intent.symbol))
            detail.segment = SegmentID(map(detail.segment.symbol))
            detail.team = TeamID(map(detail.team.symbol))
            detail.tier = map(detail.tier)
            detail.agent = AgentID(map(detail.agent.symbol))
            detail.transferTarget = TeamID(map(detail.transferTarget.symbol))
            copy.interaction = detail
        }
        for index in copy.attributes.indices {
            copy.attributes[index].name = map(attributes[index].name)
        }
        for index in copy.personal.indices {
            copy.personal[index].name = map(personal[index].name)
        }
        return copy
    }
}

/// An event with its place in the log.
package struct RecordedEvent: Hashable, Sendable {
    package var position: LogPosition
    /// When the log took it in.
    package var recordedAt: Instant
    package var event: Event

    package init(position: LogPosition, recordedAt: Instant, event: Event) {
        self.position = position
        self.recordedAt = recordedAt
        self.event = event
    }
}
