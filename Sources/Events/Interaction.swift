// One contact, or one piece of work done for a customer behind the scenes, as it was reported.

/// How an interaction ended, as far as its source says. A source that does not say gets
/// ``unknown``, never a guess. Raw values are part of the stored format.
package enum Outcome: UInt8, CaseIterable, Sendable {
    case unknown = 0
    case resolved = 1
    /// Closed by automation; whether the need was met is not known.
    case contained = 2
    case unresolved = 3
    case transferred = 4
    case escalated = 5
    /// The customer left, in the queue or in automation.
    case abandoned = 6
    /// Put off to a call-back or to the back office.
    case deferred = 7

    package var name: String { "\(self)" }

    package init?(name: String) {
        guard let outcome = Outcome.allCases.first(where: { $0.name == name }) else { return nil }
        self = outcome
    }
}

/// Who handled an interaction. Raw values are part of the stored format.
package enum ActorKind: UInt8, CaseIterable, Sendable {
    case unknown = 0
    case selfService = 1
    case bot = 2
    case agent = 3
    case backOffice = 4
    case system = 5

    package var name: String { "\(self)" }

    package init?(name: String) {
        guard let actor = ActorKind.allCases.first(where: { $0.name == name }) else { return nil }
        self = actor
    }
}

/// Raw values are part of the stored format.
package enum Direction: UInt8, CaseIterable, Sendable {
    case unknown = 0
    case inbound = 1
    case outbound = 2
    case `internal` = 3

    package var name: String { "\(self)" }

    package init?(name: String) {
        guard let direction = Direction.allCases.first(where: { $0.name == name }) else {
            return nil
        }
        self = direction
    }
}

/// The measured part of one interaction. A duration that the source does not state, or states
/// impossibly, is `nil`; zero is a measurement. Known durations are not negative.
package struct Interaction: Hashable, Sendable {
    package var channel = ChannelID.unknown
    /// The form of the exchange within the channel (voice, text, video), where it is stated.
    package var modality = Symbol.none
    package var direction = Direction.unknown
    package var intent = IntentID.unknown
    package var segment = SegmentID.unknown
    package var actor = ActorKind.unknown
    package var team = TeamID.unknown
    package var tier = Symbol.none
    package var agent = AgentID.unknown
    package var outcome = Outcome.unknown
    package var transferTarget = TeamID.unknown
    /// Time the customer spent in automation before anybody or anything else.
    package var automation: TimeSpan?
    /// Time in the queue; zero where the source says that the contact never queued.
    package var wait: TimeSpan?
    package var talk: TimeSpan?
    package var hold: TimeSpan?
    package var wrapUp: TimeSpan?
    /// When the contact ended, where the source states a moment of its own.
    package var ended: Instant?

    package init() {}
}
