// The events that the log is measured with. The programs in tools/peers store the same ones, so
// that their figures can be set beside ours; tools/peers/README.md states the workload in words.

package import Events

/// Makes the events of the log's workload, any of them from its index alone.
///
/// The names are interned once and the interner only grows, so that one generator can serve all
/// batches of a session.
package struct LogEventGenerator {
    /// The names of all events made so far.
    package private(set) var interner = Interner()
    private let customerCount: Int
    private let source: SourceID
    private let refName: Symbol
    private let channels: [Symbol]
    private let intents: [Symbol]
    private let segments: [Symbol]
    private let teams: [Symbol]
    private let agents: [Symbol]
    /// By number; none where no event of the customer was made yet.
    private var customers: [Symbol]
    /// Kept between texts, so that making one allocates nothing.
    private var bytes: [UInt8] = []

    /// - Parameter customers: how many customers there are; at least one.
    package init(customers: Int = 500_000) {
        precondition(customers > 0, "\(customers) customers")
        customerCount = customers
        self.customers = [Symbol](repeating: .none, count: customers)
        var interner = Interner()
        source = SourceID(interner.intern("bench"))
        refName = interner.intern("ref")
        func names(_ prefix: String, _ count: Int, digits: Int) -> [Symbol] {
            (0..<count).map { interner.intern(prefix + LogEventGenerator.decimal($0, digits)) }
        }
        channels = names("channel", 6, digits: 1)
        intents = names("intent", 40, digits: 2)
        segments = names("segment", 4, digits: 1)
        teams = names("team", 30, digits: 2)
        agents = names("agent", 2_000, digits: 4)
        self.interner = interner
    }

    /// Events `first` to `first + count - 1`, in this order.
    package mutating func events(from first: Int, count: Int) -> [Event] {
        var events: [Event] = []
        events.reserveCapacity(count)
        for index in first..<(first + count) { events.append(event(UInt64(index))) }
        return events
    }

    private mutating func event(_ index: UInt64) -> Event {
        func draw(_ purpose: UInt64, below limit: UInt64) -> Int {
            Int(LogEventGenerator.mix(index, purpose) % limit)
        }
        var interaction = Interaction()
        interaction.channel = ChannelID(channels[draw(3, below: 6)])
        interaction.intent = IntentID(intents[draw(4, below: 40)])
        interaction.segment = SegmentID(segments[draw(5, below: 4)])
        interaction.team = TeamID(teams[draw(6, below: 30)])
        interaction.agent = AgentID(agents[draw(7, below: 2_000)])
        interaction.outcome = Outcome.allCases[draw(8, below: 8)]
        interaction.direction = Direction.allCases[draw(9, below: 3)]
        interaction.actor = ActorKind.allCases[draw(10, below: 6)]
        interaction.wait = .seconds(Int64(draw(11, below: 600)))
        interaction.talk = .seconds(Int64(draw(12, below: 900)))
        interaction.wrapUp = .seconds(Int64(draw(13, below: 120)))
        let milliseconds = Int64(index) * 777 + Int64(draw(2, below: 60_000))
        var event = Event(
            kind: .contact, source: source,
            key: text("e", LogEventGenerator.scatter(index), digits: 12),
            at: Instant(microseconds: 1_767_225_600_000_000 + milliseconds * 1_000),
            offsetMinutes: 0)
        event.customer = customer(draw(1, below: UInt64(customerCount)))
        event.interaction = interaction
        event.money = Money(thousandths: Int64(draw(14, below: 5_000)) * 1_000)
        let ref = text("", LogEventGenerator.mix(index, 15), digits: 10)
        event.attributes = [Attribute(name: refName, value: .text(ref))]
        return event
    }

    private mutating func customer(_ number: Int) -> CustomerID {
        if customers[number].isNone {
            let name = "c" + LogEventGenerator.decimal(number, 7)
            customers[number] = interner.intern(name)
        }
        return CustomerID(customers[number])
    }

    /// The last hexadecimal digits of a number behind a prefix.
    private mutating func text(_ prefix: StaticString, _ value: UInt64, digits: Int) -> String {
        bytes.removeAll(keepingCapacity: true)
        bytes.append(contentsOf: prefix.description.utf8)
        for place in (0..<digits).reversed() {
            let digit = UInt8((value >> UInt64(place * 4)) & 15)
            bytes.append(digit < 10 ? 0x30 + digit : 0x61 + digit - 10)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    static func decimal(_ value: Int, _ digits: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
    }

    /// Word `purpose` (1 to 15) of event `index`: splitmix64 of `16 * index + purpose`.
    ///
    /// Source: S. Vigna's `splitmix64.c`, after G. L. Steele, D. Lea, C. H. Flood, "Fast splittable
    /// pseudorandom number generators", OOPSLA (2014).
    static func mix(_ index: UInt64, _ purpose: UInt64) -> UInt64 {
        var z = 16 &* index &+ purpose &+ 0x9e37_79b9_7f4a_7c15
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    /// A bijection on 48 bits, so that keys are unique and in no order.
    private static func scatter(_ index: UInt64) -> UInt64 {
        let mask: UInt64 = (1 << 48) - 1
        var x = (index &* 0x9e37_79b9_7f4b) & mask
        x ^= x >> 24
        x = (x &* 0xbf58_476d_1ce5) & mask
        return x ^ (x >> 24)
    }
}
