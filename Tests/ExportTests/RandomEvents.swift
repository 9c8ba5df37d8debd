// Random events with every field and every oddity that the log can hold, found again by seed.

import Events
import TestSupport

/// Makes events and the dictionary of their symbols.
struct RandomEvents {
    private(set) var dictionary: Interner
    private var random: TestRandom
    private var position: UInt64 = 0

    /// Texts that a writer or a reader may stumble over.
    static let texts = [
        "", "telephone", "a", "regular service", "é", "e\u{301}", "\"quoted\"", "back\\slash",
        "tab\tline\nreturn\r", "\u{0}\u{1f}\u{7f}\u{85}", noncharacters, "%", "%25",
        "%4", "100 %", "/sources/x", "a/b?c#d", "\u{1f600} smile", "\u{2028}", " ", "c-17",
        "ends in slash/", "1999-01-01T00:00:00Z", "null", "0", "\u{8}\u{c}", "\u{feff}mark",
    ]

    /// U+FDD0, U+FFFF and U+10FFFF, which cannot be typed.
    private static let noncharacters = String(
        decoding: [0xef, 0xb7, 0x90, 0xef, 0xbf, 0xbf, 0xf4, 0x8f, 0xbf, 0xbf], as: UTF8.self)

    static let moments: [Int64] = [
        .min, .max, 0, -1, 1, 999_999, -62_135_596_800_000_000, -62_135_510_400_000_000,
        -62_135_510_400_000_001, 253_402_214_400_000_000, 253_402_214_400_000_001,
        951_782_400_000_000,
    ]

    static let offsets: [Int16] = [0, 120, -90, 345, 1, -1, 1_439, -1_439, 1_440, .min, .max]

    init(seed: UInt64) {
        random = TestRandom(seed: seed)
        var dictionary = Interner()
        for text in RandomEvents.texts { _ = dictionary.intern(text) }
        self.dictionary = dictionary
    }

    mutating func next() -> RecordedEvent {
        position += 1 + (random.chance(0.1) ? UInt64(random.below(1_000)) : 0)
        if random.chance(0.001) { position = .max - 50_000 }
        return RecordedEvent(
            position: LogPosition(position), recordedAt: moment(), event: event())
    }

    mutating func double() -> Double {
        random.pick([
            Double(bitPattern: random.next()), 0, -0.0, .infinity, -.infinity, .nan,
            .leastNonzeroMagnitude, .greatestFiniteMagnitude, 0.1, 1e22, 1e23, -1.5,
            Double(random.below(1_000)), Double(sign: .plus, exponent: 53, significand: 1),
        ])
    }

    private mutating func event() -> Event {
        var event = Event(
            kind: random.pick(EventKind.allCases), source: SourceID(name()), key: text(),
            at: moment(), offsetMinutes: random.pick(RandomEvents.offsets))
        event.customer = CustomerID(name())
        event.issue = IssueID(name())
        if random.chance(0.7) { event.interaction = interaction() }
        if random.chance(0.5) { event.money = Money(thousandths: integer()) }
        for _ in 0..<random.pick([0, 0, 1, 2, 5]) {
            event.attributes.append(Attribute(name: name(), value: value()))
        }
        for _ in 0..<random.pick([0, 0, 1, 3]) {
            let length = random.below(40)
            let sealed = (0..<length).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            event.personal.append(PersonalField(name: name(), sealed: sealed))
        }
        return event
    }

    private mutating func interaction() -> Interaction {
        var detail = Interaction()
        if random.chance(0.1) { return detail }
        detail.channel = ChannelID(name())
        detail.modality = name()
        detail.direction = random.pick(Direction.allCases)
        detail.intent = IntentID(name())
        detail.segment = SegmentID(name())
        detail.actor = random.pick(ActorKind.allCases)
        detail.team = TeamID(name())
        detail.tier = name()
        detail.agent = AgentID(name())
        detail.outcome = random.pick(Outcome.allCases)
        detail.transferTarget = TeamID(name())
        detail.automation = span()
        detail.wait = span()
        detail.talk = span()
        detail.hold = span()
        detail.wrapUp = span()
        if random.chance(0.5) { detail.ended = moment() }
        return detail
    }

    private mutating func value() -> AttributeValue {
        switch random.below(4) {
        case 0: .text(text())
        case 1: .integer(integer())
        case 2: .number(double())
        default: .flag(random.chance(0.5))
        }
    }

    private mutating func name() -> Symbol {
        Symbol(UInt32(random.below(dictionary.count)))
    }

    private mutating func text() -> String {
        random.pick(RandomEvents.texts) + (random.chance(0.5) ? "\(random.below(1_000_000))" : "")
    }

    private mutating func integer() -> Int64 {
        random.pick([
            .min, .max, 0, -1, 9, 10, 99, 100, Int64(bitPattern: random.next()),
            Int64(random.below(100_000)),
        ])
    }

    private mutating func span() -> TimeSpan? {
        random.pick([nil, .zero, .seconds(31), TimeSpan(microseconds: integer())])
    }

    private mutating func moment() -> Instant {
        let usual = Int64(915_148_800_000_000 + random.below(20_000_000_000_000))
        return Instant(
            microseconds: random.chance(0.6)
                ? usual
                : random.pick(RandomEvents.moments + [Int64(bitPattern: random.next())]))
    }
}
