// Aim: facts of every shape from a seed, the same in every run. Names come from one small world, so
// that customers, issues and words meet again and again; a few names are several things at once.

import Events
import Foundation

/// Whether the long versions of tests run.
let isLongRun = ProcessInfo.processInfo.environment["DOWNSTREAM_LONG"] == "1"

/// The seeds of this run: some every day, many in the long run, or the one that is asked for.
func contractSeeds(everyDay: UInt64, long: UInt64) -> [UInt64] {
    if let text = ProcessInfo.processInfo.environment["DOWNSTREAM_SEED"] {
        return UInt64(text).map { [$0] } ?? []
    }
    return Array(0..<(isLongRun ? long : everyDay))
}

extension SeededGenerator {
    mutating func next() -> UInt64 {
        UInt64(below(1 << 32)) << 32 | UInt64(below(1 << 32))
    }

    mutating func isOne(in count: Int) -> Bool { below(count) == 0 }

    mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[below(elements.count)]
    }

    /// Small and huge numbers of both signs, and the ends of the range.
    mutating func integer() -> Int64 {
        switch below(12) {
        case 0: .min
        case 1: .max
        default: Int64(bitPattern: next()) >> Int64(below(64))
        }
    }

    mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8(below(256)) }
    }

    mutating func text() -> String {
        let pieces = ["", "a", "é", "e\u{301}", "日本", "\u{0}", "😀", "a longer text of words"]
        return (0..<below(4)).map { _ in pick(pieces) }.joined()
    }
}

/// The names that events are made of, and the numbers they have among the tests.
struct World {
    private(set) var names = Interner()
    let customers: [Symbol]
    let issues: [Symbol]
    let sources: [Symbol]
    let words: [Symbol]

    init() {
        var names = Interner()
        func symbols(_ texts: [String]) -> [Symbol] { texts.map { names.intern($0) } }
        // Two spellings that look the same are two customers; a case may be called as they are.
        let many = (0..<300).map { "customer \($0)" }
        customers = symbols(["", "", "ann", "bob", "eve", "é", "e\u{301}", "case 1"] + many)
        issues = symbols(["", "", "case 1", "case 2", "ann", "ticket é"])
        sources = symbols(["bank", "shop", "case 2"])
        words = symbols(["", "voice", "chat", "bank", "refund", "日本", "gold", "case 1", "tier 2"])
        self.names = names
    }

    func name(_ symbol: Symbol) -> String { names.string(symbol) }
}

/// Makes events from a seed.
struct FactMaker {
    let world: World
    /// Fewer customers make longer streams.
    let customerCount: Int
    /// What moments are multiples of, and how far apart they lie.
    private let stepMicroseconds: Int64
    private let stepCount: Int
    private var nextKey = 0

    init(world: World, _ generator: inout SeededGenerator) {
        self.world = world
        customerCount = generator.pick([4, 9, world.customers.count])
        stepMicroseconds = generator.pick([1, 1_000, 1_000_000, 777])
        stepCount = generator.pick([1, 20, 5_000])
    }

    mutating func moment(_ generator: inout SeededGenerator) -> Int64 {
        if generator.isOne(in: 400) { return generator.integer() }
        return (Int64(generator.below(2 * stepCount)) - Int64(stepCount)) * stepMicroseconds
    }

    /// An event with an id that is new; symbols are the world's.
    mutating func event(_ generator: inout SeededGenerator) -> Event {
        nextKey += 1
        var event = Event(
            kind: generator.pick(EventKind.allCases),
            source: SourceID(generator.pick(world.sources)),
            // Ids that differ in their spelling alone, and long ones.
            key: generator.pick(["k", "é", "e\u{301}", "a long key, longer than a word "])
                + String(nextKey),
            at: Instant(microseconds: moment(&generator)),
            offsetMinutes: generator.pick([0, 120, 180, -570, .min, .max]))
        event.customer = CustomerID(world.customers[generator.below(customerCount)])
        event.issue = IssueID(generator.pick(world.issues))
        if generator.isOne(in: 2) { event.interaction = interaction(&generator) }
        if generator.isOne(in: 3) { event.money = Money(thousandths: generator.integer()) }
        if generator.isOne(in: 4) {
            event.attributes = (0..<generator.below(4)).map { _ in attribute(&generator) }
        }
        if generator.isOne(in: 4) { event.personal = personal(&generator) }
        return event
    }

    mutating func personal(_ generator: inout SeededGenerator) -> [PersonalField] {
        (0..<(1 + generator.below(2))).map { _ in
            PersonalField(
                name: generator.pick(world.words), sealed: generator.bytes(generator.below(40)))
        }
    }

    private mutating func attribute(_ generator: inout SeededGenerator) -> Attribute {
        let value: AttributeValue =
            switch generator.below(4) {
            case 0: .text(generator.text())
            case 1: .integer(generator.integer())
            case 2: .number(Double(generator.integer()) / 7)
            default: .flag(generator.isOne(in: 2))
            }
        return Attribute(name: generator.pick(world.words), value: value)
    }

    private mutating func interaction(_ generator: inout SeededGenerator) -> Interaction {
        func span(_ generator: inout SeededGenerator) -> TimeSpan? {
            generator.isOne(in: 2)
                ? nil : TimeSpan(microseconds: Int64(generator.below(900)) * stepMicroseconds)
        }
        var detail = Interaction()
        detail.channel = ChannelID(generator.pick(world.words))
        detail.modality = generator.pick(world.words)
        detail.direction = generator.pick(Direction.allCases)
        detail.intent = IntentID(generator.pick(world.words))
        detail.segment = SegmentID(generator.pick(world.words))
        detail.actor = generator.pick(ActorKind.allCases)
        detail.team = TeamID(generator.pick(world.words))
        detail.tier = generator.pick(world.words)
        detail.agent = AgentID(generator.pick(world.words))
        detail.outcome = generator.pick(Outcome.allCases)
        detail.transferTarget = TeamID(generator.pick(world.words))
        detail.automation = span(&generator)
        detail.wait = span(&generator)
        detail.talk = span(&generator)
        detail.hold = span(&generator)
        detail.wrapUp = span(&generator)
        if generator.isOne(in: 2) {
            detail.ended = Instant(microseconds: moment(&generator))
        }
        return detail
    }

    /// The same id with something else about it.
    mutating func changed(_ event: Event, _ generator: inout SeededGenerator) -> Event {
        var other = event
        switch generator.below(7) {
        case 0: other.kind = event.kind == .contact ? .phantom : .contact
        case 1: other.at = Instant(microseconds: event.at.microseconds &+ 1)
        case 2: other.offsetMinutes = event.offsetMinutes == 60 ? 61 : 60
        case 3: other.customer = CustomerID(generator.pick(world.customers))
        case 4: other.money = event.money == nil ? .zero : nil
        case 5: other.attributes.append(attribute(&generator))
        default: other.personal = personal(&generator)
        }
        return other
    }
}
