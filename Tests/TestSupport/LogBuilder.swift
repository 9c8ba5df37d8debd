// Logs written by hand in a test, one line a contact: the same path from recorded events to the
// table of contacts that a stored log takes.

import Events
import Projections

/// One contact as a test states it. Times are since ``LogBuilder/start``.
package struct ContactSpec {
    /// Empty where the source does not know the customer.
    package var customer: String
    package var intent: String
    package var at: TimeSpan
    package var outcome: Outcome
    package var actor: ActorKind
    package var team: String
    package var channel = "telephone"
    package var segment = "private"
    package var tier = ""
    package var automation: TimeSpan?
    package var wait: TimeSpan?
    package var talk: TimeSpan?
    package var hold: TimeSpan?
    package var wrapUp: TimeSpan?
    /// Empty where the source does not name the need.
    package var issue = ""
    package var direction = Direction.unknown
    package var kind = EventKind.contact
    package var offsetMinutes: Int16 = 120

    /// A contact that a person served for three minutes without a queue, unless said otherwise.
    package init(
        _ customer: String, _ intent: String = "service", at: TimeSpan,
        outcome: Outcome = .resolved, actor: ActorKind = .agent, team: String = "desk",
        wait: TimeSpan? = .zero, talk: TimeSpan? = .minutes(3)
    ) {
        self.customer = customer
        self.intent = intent
        self.at = at
        self.outcome = outcome
        self.actor = actor
        self.team = team
        self.wait = wait
        self.talk = talk
    }

    /// A caller who left the queue.
    package static func abandoned(
        _ customer: String, _ intent: String = "service", at: TimeSpan,
        wait: TimeSpan = .minutes(2)
    ) -> ContactSpec {
        ContactSpec(
            customer, intent, at: at, outcome: .abandoned, actor: .unknown, wait: wait, talk: nil)
    }
}

/// A log under construction. Positions are given in the order in which contacts are added.
package struct LogBuilder {
    /// Monday 4 January 1999, midnight of the clocks two hours east of Greenwich.
    package static let firstDay = 10_595
    package static let start =
        Instant(microseconds: Int64(firstDay) * 86_400_000_000)
        - TimeSpan.hours(2)

    package private(set) var events: [RecordedEvent] = []
    package private(set) var dictionary = Interner()
    private let source: SourceID

    package init() { source = SourceID(dictionary.intern("calls")) }

    package init(_ contacts: [ContactSpec]) {
        self.init()
        for contact in contacts { add(contact) }
    }

    package mutating func intern(_ text: String) { _ = dictionary.intern(text) }

    package mutating func add(_ spec: ContactSpec, kind: EventKind? = nil) {
        var detail = Interaction()
        detail.channel = ChannelID(dictionary.intern(spec.channel))
        detail.intent = IntentID(dictionary.intern(spec.intent))
        detail.segment = SegmentID(dictionary.intern(spec.segment))
        detail.team = TeamID(dictionary.intern(spec.team))
        detail.tier = dictionary.intern(spec.tier)
        detail.actor = spec.actor
        detail.direction = spec.direction
        detail.outcome = spec.outcome
        detail.automation = spec.automation
        detail.wait = spec.wait
        detail.talk = spec.talk
        detail.hold = spec.hold
        detail.wrapUp = spec.wrapUp
        let number = events.count + 1
        var event = Event(
            kind: kind ?? spec.kind, source: source, key: "call-\(number)",
            at: LogBuilder.start + spec.at,
            offsetMinutes: spec.offsetMinutes)
        event.customer = CustomerID(dictionary.intern(spec.customer))
        event.issue = IssueID(dictionary.intern(spec.issue))
        event.interaction = detail
        events.append(
            RecordedEvent(
                position: LogPosition(UInt64(number)), recordedAt: LogBuilder.start, event: event))
    }

    /// What an event, by its place from 0, should have been; `nil` for nothing.
    package mutating func correct(_ place: Int, _ spec: ContactSpec?) {
        let key = events[place].event.key
        if let spec {
            add(spec, kind: .corrected)
        } else {
            add(ContactSpec("", at: .zero), kind: .corrected)
            events[events.count - 1].event.interaction = nil
        }
        let name = dictionary.intern(Correction.attribute)
        events[events.count - 1].event.attributes = [Attribute(name: name, value: .text(key))]
    }

    /// The corrections, in the order of the log.
    package var corrections: [Correction] {
        events.filter { $0.event.kind == .corrected }.compactMap {
            Correction($0, names: dictionary)
        }
    }

    /// The customer leaves.
    package mutating func addChurn(_ customer: String, at: TimeSpan) {
        let number = events.count + 1
        var event = Event(
            kind: .customerChurned, source: source, key: "churn-\(number)",
            at: LogBuilder.start + at, offsetMinutes: 120)
        event.customer = CustomerID(dictionary.intern(customer))
        events.append(
            RecordedEvent(
                position: LogPosition(UInt64(number)), recordedAt: LogBuilder.start, event: event))
    }

    /// Gives an event, by its place from 0, the id of another one.
    package mutating func repeatKey(of place: Int, in other: Int) {
        events[other].event.key = events[place].event.key
    }

    /// The table of the contacts, with the events added in the order given, else in log order.
    package func table(
        coverage: Coverage? = nil, order: [RecordedEvent]? = nil
    ) throws -> ContactTable {
        var fold = ContactFold(dictionary: dictionary)
        for event in order ?? events { fold.add(event) }
        return try fold.finish(coverage: coverage)
    }

    /// Whole days from ``start`` on.
    package static func coverage(days: Int64) -> Coverage {
        Coverage(from: start, to: start + .days(days))
    }
}
