// The compact form in which every fold and the simulator see an interaction: integers only, so
// that an array of them is scanned at the speed of memory.

package import Events

/// What kind of interaction a contact is.
package enum ContactKind: UInt8, CaseIterable, Sendable {
    /// The customer and the organisation in touch.
    case contact
    /// Work done for the customer behind the scenes.
    case task
    /// Such work that its source calls rework.
    case rework
    /// Work on a complaint, on redress, on goodwill.
    case recovery
    /// A complaint that is an interaction of its own.
    case complaint

    /// The kind of an event that is an interaction; `nil` for the other kinds.
    init?(_ kind: EventKind) {
        switch kind {
        case .contact: self = .contact
        // A step of work may be the one that says how the issue stands.
        case .workTask, .issueResolved, .issueReopened, .journeyCompleted, .journeyAbandoned:
            self = .task
        case .rework: self = .rework
        case .recovery: self = .recovery
        case .complaintOpened: self = .complaint
        default: return nil
        }
    }
}

/// One interaction, a contact or a piece of work for a customer, reduced to what journeys, ledger
/// and replay need.
package struct Contact: Hashable, Sendable {
    /// What a duration holds that the source did not state.
    package static let unknownMicroseconds: Int64 = -1

    package var position: LogPosition
    /// 64-bit hash of source and event id: the address of every draw made for this contact.
    package var address: UInt64
    package var at: Instant
    package var offsetMinutes: Int16
    /// Dense number of the customer, or -1 where the source does not know them.
    package var customer: Int32
    package var intent: IntentID
    package var segment: SegmentID
    package var channel: ChannelID
    package var team: TeamID
    /// The level of skill or authority, as its source names it; none where it does not.
    package var tier = Symbol.none
    package var actor: ActorKind
    package var outcome: Outcome
    package var kind = ContactKind.contact
    package var direction = Direction.unknown
    /// The need, where the source names it.
    package var issue = IssueID.unknown
    /// Microseconds, or ``unknownMicroseconds``.
    package var automation: Int64
    package var wait: Int64
    package var talk: Int64
    /// Where stated; zero where not.
    package var hold: Int64
    package var wrapUp: Int64

    package var isIdentified: Bool { customer >= 0 }
    /// Whether what followed it can be found: by its customer, or by the issue that its source
    /// names.
    package var isFollowed: Bool { customer >= 0 || issue.isKnown }
    /// The customer came to the organisation: only such contacts wait in queues, and are linked by
    /// a rule.
    package var isInbound: Bool {
        kind == .contact && (direction == .inbound || direction == .unknown)
    }
    package var isServed: Bool { actor == .agent && outcome != .abandoned }
    /// Held by self-service or a bot.
    package var isAutomated: Bool { actor == .selfService || actor == .bot }
    /// What the customer had with automation.
    package var isSession: Bool { isInbound && isAutomated }
    /// Ended by going on elsewhere.
    package var isHandedOn: Bool {
        outcome == .transferred || outcome == .escalated || outcome == .deferred
    }
    /// Whether people's minutes went into it.
    package var isHandled: Bool {
        (actor == .agent || actor == .backOffice) && outcome != .abandoned
    }

    /// Talk, hold and wrap-up in microseconds; `nil` where the talk is unknown.
    package var handleMicroseconds: Int64? {
        talk == Contact.unknownMicroseconds ? nil : talk + hold + wrapUp
    }

    /// From its beginning to its end in microseconds, before wrap-up: automation, queue, talk and
    /// hold; what is unknown counts as zero.
    package var spanMicroseconds: Int64 {
        max(0, automation) + max(0, wait) + max(0, talk) + hold
    }
}

extension Contact {
    /// - Parameter customer: dense, or -1.
    init(
        _ event: Event, _ detail: Interaction, kind: ContactKind, position: LogPosition,
        address: UInt64, customer: Int32
    ) {
        let unknown = Contact.unknownMicroseconds
        self.init(
            position: position, address: address, at: event.at,
            offsetMinutes: event.offsetMinutes, customer: customer, intent: detail.intent,
            segment: detail.segment, channel: detail.channel, team: detail.team,
            tier: detail.tier, actor: detail.actor, outcome: detail.outcome, kind: kind,
            direction: detail.direction, issue: event.issue,
            automation: detail.automation?.microseconds ?? unknown,
            wait: detail.wait?.microseconds ?? unknown,
            talk: detail.talk?.microseconds ?? unknown,
            hold: detail.hold?.microseconds ?? 0, wrapUp: detail.wrapUp?.microseconds ?? 0)
    }
}

extension Event {
    /// The address of this event's draws: a hash of its source's name and its id, the same
    /// wherever the event lands in whatever log.
    package func address(sourceName: String) -> UInt64 {
        var hash = StableHash()
        hash.combine(sourceName)
        hash.combine(key)
        return hash.value
    }
}
