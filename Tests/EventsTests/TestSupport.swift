// Aim: random events from a seed, the same in every run, so that a failure can be replayed.

import Events

/// SplitMix64 (Steele, Lea, Flood 2014).
struct SeededGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }
    mutating func flip() -> Bool { next() & 1 == 1 }
    mutating func symbol() -> Symbol { Symbol(UInt32(truncatingIfNeeded: next() >> next() % 33)) }

    /// Small and huge numbers of both signs.
    mutating func integer() -> Int64 { Int64(bitPattern: next()) >> Int64(below(64)) }

    mutating func text() -> String {
        let pieces = ["", "a", "é", "日本", "0", "/", "\u{0}", "😀", "long text of some words"]
        return (0..<below(4)).map { _ in pieces[below(pieces.count)] }.joined()
    }

    mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
    }

    mutating func span() -> TimeSpan? { flip() ? TimeSpan(microseconds: integer()) : nil }

    mutating func interaction() -> Interaction {
        var detail = Interaction()
        detail.channel = ChannelID(symbol())
        detail.modality = symbol()
        detail.direction = Direction.allCases[below(Direction.allCases.count)]
        detail.intent = IntentID(symbol())
        detail.segment = SegmentID(symbol())
        detail.actor = ActorKind.allCases[below(ActorKind.allCases.count)]
        detail.team = TeamID(symbol())
        detail.tier = symbol()
        detail.agent = AgentID(symbol())
        detail.outcome = Outcome.allCases[below(Outcome.allCases.count)]
        detail.transferTarget = TeamID(symbol())
        detail.automation = span()
        detail.wait = span()
        detail.talk = span()
        detail.hold = span()
        detail.wrapUp = span()
        detail.ended = flip() ? Instant(microseconds: integer()) : nil
        return detail
    }

    mutating func attribute() -> Attribute {
        let value: AttributeValue
        switch below(4) {
        case 0: value = .text(text())
        case 1: value = .integer(integer())
        case 2: value = .number(Double(integer()) / 7)
        default: value = .flag(flip())
        }
        return Attribute(name: symbol(), value: value)
    }

    mutating func event() -> Event {
        var event = Event(
            kind: EventKind.allCases[below(EventKind.allCases.count)],
            source: SourceID(symbol()), key: text(), at: Instant(microseconds: integer()),
            offsetMinutes: Int16(truncatingIfNeeded: next()))
        event.customer = CustomerID(symbol())
        event.issue = IssueID(symbol())
        if flip() { event.interaction = interaction() }
        if flip() { event.money = Money(thousandths: integer()) }
        event.attributes = (0..<below(4)).map { _ in attribute() }
        event.personal = (0..<below(3)).map { _ in
            PersonalField(name: symbol(), sealed: bytes(below(40)))
        }
        return event
    }
}

/// The event behind bytes, or why there is none.
func decode(_ bytes: [UInt8]) -> Result<Event, EventFormatError> {
    Result { () throws(EventFormatError) in try EventCodec.decode(bytes.span) }
}

func encode(_ event: Event) -> [UInt8] {
    var bytes: [UInt8] = []
    EventCodec.encode(event, into: &bytes)
    return bytes
}
