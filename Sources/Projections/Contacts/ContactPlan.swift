// Contacts from columns, many at once: a first look at every event says where each contact will
// stand, and a second one puts it there. ``ContactFold`` is the plain way to the same table.

package import Events
import Parallelism

/// The first look at a run of consecutive events: who was in touch, and when.
package struct ContactOutline: Sendable {
    /// By contact.
    fileprivate private(set) var at: [Int64] = []
    fileprivate private(set) var customers: [UInt32] = []
    fileprivate private(set) var phantomCount = 0
    /// Customers who left, and when.
    fileprivate private(set) var churns: [(customer: UInt32, at: Int64)] = []

    package init() {}

    /// Adds rows; the columns of kind, presence, customer and time are looked at.
    package mutating func add(_ columns: EventColumns, _ rows: Range<Int>) {
        let kinds = columns[.kind]
        let presence = columns[.presence]
        let symbols = columns[.customer]
        let times = columns[.at]
        for row in rows {
            if ContactRows.isContact(kind: kinds[row], presence: presence[row]) {
                at.append(times[row])
                customers.append(symbols[row])
            } else if kinds[row] == ContactRows.phantom {
                phantomCount += 1
            } else if kinds[row] == ContactRows.churn {
                churns.append((symbols[row], times[row]))
            }
        }
    }
}

/// Where each contact of a log stands in the table.
package struct ContactPlan: Sendable {
    private struct Arrival {
        var at: Int64
        /// In the order of the log.
        var number: Int32
    }

    /// Contacts that a bucket of arrivals holds, more or less.
    private static let bucketSize = 128

    /// By number: the place in the table.
    private let places: [Int32]
    /// By run of events: the number of its first contact.
    private let firstNumbers: [Int]
    /// By symbol: the dense number, or -1.
    private let customerNumbers: [Int32]
    private let customers: [CustomerID]
    private let phantomCount: Int
    private let churnedAt: [Int32: Instant]

    /// - Parameters:
    ///   - outlines: of all events, in the order of the log.
    ///   - nameCount: how many symbols there are.
    /// - Complexity: O(n) where arrivals spread over time; O(n log n) where they do not.
    package init(_ outlines: [ContactOutline], nameCount: Int) {
        var firstNumbers: [Int] = []
        var count = 0
        for outline in outlines {
            firstNumbers.append(count)
            count += outline.at.count
        }
        var numbers = [Int32](repeating: -1, count: nameCount)
        var customers: [CustomerID] = []
        for symbol in outlines.lazy.flatMap(\.customers)
        where symbol != 0 && numbers[Int(symbol)] < 0 {
            numbers[Int(symbol)] = Int32(customers.count)
            customers.append(CustomerID(Symbol(symbol)))
        }
        var places = [Int32](repeating: 0, count: count)
        var place: Int32 = 0
        for numbers in ContactPlan.sorted(outlines, count: count) {
            for number in numbers {
                places[Int(number)] = place
                place += 1
            }
        }
        self.places = places
        self.firstNumbers = firstNumbers
        customerNumbers = numbers
        self.customers = customers
        phantomCount = outlines.reduce(0) { $0 + $1.phantomCount }
        var churnedAt: [Int32: Instant] = [:]
        for churn in outlines.lazy.flatMap(\.churns) where numbers[Int(churn.customer)] >= 0 {
            let at = Instant(microseconds: churn.at)
            let number = numbers[Int(churn.customer)]
            churnedAt[number] = min(churnedAt[number] ?? at, at)
        }
        self.churnedAt = churnedAt
    }

    /// The contacts' numbers by time, then in the order of the log: buckets of time, each sorted.
    private static func sorted(_ outlines: [ContactOutline], count: Int) -> [[Int32]] {
        let low = outlines.compactMap { $0.at.min() }.min() ?? 0
        let high = outlines.compactMap { $0.at.max() }.max() ?? 0
        var shift = UInt64(0)
        while UInt64(bitPattern: high &- low) >> shift > UInt64(count / bucketSize) { shift += 1 }
        func bucket(_ at: Int64) -> Int { Int(UInt64(bitPattern: at &- low) >> shift) }
        var starts = [Int](repeating: 0, count: bucket(high) + 2)
        for outline in outlines { for at in outline.at { starts[bucket(at) + 1] += 1 } }
        for index in starts.indices.dropFirst() { starts[index] += starts[index - 1] }
        var next = starts
        var arrivals = [Arrival](repeating: Arrival(at: 0, number: 0), count: count)
        var number: Int32 = 0
        for outline in outlines {
            for at in outline.at {
                let bucket = bucket(at)
                arrivals[next[bucket]] = Arrival(at: at, number: number)
                next[bucket] += 1
                number += 1
            }
        }
        let (unsorted, bounds) = (arrivals, starts)
        return inPieces(of: bounds.count - 1, size: 512) { buckets in
            var numbers: [Int32] = []
            for bucket in buckets {
                var own = Array(unsorted[bounds[bucket]..<bounds[bucket + 1]])
                own.sort { ($0.at, $0.number) < ($1.at, $1.number) }
                numbers += own.lazy.map(\.number)
            }
            return numbers
        }
    }

    /// The table, once every contact has been put into its place.
    /// - Parameters:
    ///   - names: what the symbols mean.
    ///   - put: reads the runs of events again, as many at once as it likes, each with a
    ///     ``ContactRows`` of its own, and gives those back.
    /// - Throws: ``AddressCollision``, and what `put` throws.
    package func table(
        names: Interner, _ put: (ContactSlots) throws -> [ContactRows]
    ) throws -> ContactTable {
        let contacts = try unsafe [Contact](unsafeUninitializedCapacity: places.count) {
            buffer, count in
            let runs = try put(unsafe ContactSlots(plan: self, start: buffer.baseAddress))
            precondition(
                runs.reduce(0) { $0 + $1.count } == places.count, "contacts without a place")
            count = places.count
        }
        return try ContactTable(
            sorted: contacts, customers: customers, names: names, phantomCount: phantomCount,
            churnedAt: churnedAt)
    }

    fileprivate func place(_ number: Int) -> Int { Int(places[number]) }

    fileprivate func customer(_ symbol: UInt32) -> Int32 {
        symbol == 0 ? -1 : customerNumbers[Int(symbol)]
    }

    fileprivate func range(ofRun run: Int) -> Range<Int> {
        let end = run + 1 < firstNumbers.count ? firstNumbers[run + 1] : places.count
        return firstNumbers[run]..<end
    }
}

/// Room for the contacts of a table. Runs of events fill it from several threads: each contact has
/// a place of its own, which is why this may cross them.
@safe package struct ContactSlots: @unchecked Sendable {
    fileprivate let plan: ContactPlan
    private let start: UnsafeMutablePointer<Contact>?

    fileprivate init(plan: ContactPlan, start: UnsafeMutablePointer<Contact>?) {
        self.plan = plan
        unsafe self.start = start
    }

    fileprivate func put(_ contact: Contact, number: Int) {
        let place = plan.place(number)
        unsafe start?.advanced(by: place).initialize(to: contact)
    }
}

/// The contacts of a run of events on their way into the table.
package struct ContactRows: Sendable {
    static let phantom = UInt32(EventKind.phantom.rawValue)
    static let churn = UInt32(EventKind.customerChurned.rawValue)

    @inline(__always)
    static func isContact(kind: UInt32, presence: UInt32) -> Bool {
        presence & Presence.interaction != 0 && contactKind(kind) != nil
    }

    /// Nearly all events are contacts: they are asked for first.
    @inline(__always)
    fileprivate static func contactKind(_ kind: UInt32) -> ContactKind? {
        if kind == UInt32(EventKind.contact.rawValue) { return .contact }
        return UInt16(exactly: kind).flatMap(EventKind.init(rawValue:)).flatMap(ContactKind.init)
    }

    private let slots: ContactSlots
    private let names: Interner
    /// Contacts that have been put into their places.
    fileprivate private(set) var count = 0
    private let numbers: Range<Int>
    /// By source that came last: the hash of its name.
    private var source: (symbol: UInt32, hash: StableHash)?

    /// - Parameter run: which of the outlines' runs of events.
    package init(_ slots: ContactSlots, run: Int, names: Interner) {
        self.slots = slots
        self.names = names
        numbers = slots.plan.range(ofRun: run)
    }

    /// Puts the contacts of some rows into their places.
    /// - Parameter firstPosition: of row 0.
    /// - Throws: where a row holds a code that stands for nothing, as damaged bytes do.
    package mutating func add(
        _ columns: EventColumns, _ rows: Range<Int>, firstPosition: LogPosition
    ) throws(EventFormatError) {
        let fields = ContactFields(columns)
        for row in rows where fields.isContact(row) {
            // The log is the same at both looks.
            precondition(count < numbers.count, "more contacts than were planned")
            let contact = try fields.contact(
                row, position: LogPosition(firstPosition.rawValue + UInt64(row)),
                address: address(fields, row),
                customer: slots.plan.customer(fields.customer[row]))
            slots.put(contact, number: numbers.lowerBound + count)
            count += 1
        }
    }

    /// As ``Event/address(sourceName:)``.
    private mutating func address(_ fields: ContactFields, _ row: Int) -> UInt64 {
        let symbol = fields.source[row]
        var hash = StableHash()
        if let source, source.symbol == symbol {
            hash = source.hash
        } else {
            hash.combine(names.string(Symbol(symbol)))
            source = (symbol, hash)
        }
        hash.combine(fields.key.bytes, fields.key.range(row))
        return hash.value
    }
}

/// The columns that a contact is made of.
private struct ContactFields {
    let kind: [UInt32]
    let presence: [UInt32]
    let source: [UInt32]
    let customer: [UInt32]
    let key: PackedBytes
    private let issue: [UInt32]
    private let direction: [UInt32]
    private let intent: [UInt32]
    private let segment: [UInt32]
    private let channel: [UInt32]
    private let team: [UInt32]
    private let tier: [UInt32]
    private let actor: [UInt32]
    private let outcome: [UInt32]
    private let at: [Int64]
    private let offsetMinutes: [Int64]
    private let automation: [Int64]
    private let wait: [Int64]
    private let talk: [Int64]
    private let hold: [Int64]
    private let wrapUp: [Int64]

    init(_ columns: EventColumns) {
        kind = columns[.kind]
        presence = columns[.presence]
        source = columns[.source]
        customer = columns[.customer]
        key = columns[.key]
        issue = columns[.issue]
        direction = columns[.direction]
        intent = columns[.intent]
        segment = columns[.segment]
        channel = columns[.channel]
        team = columns[.team]
        tier = columns[.tier]
        actor = columns[.actor]
        outcome = columns[.outcome]
        at = columns[.at]
        offsetMinutes = columns[.offsetMinutes]
        automation = columns[.automation]
        wait = columns[.wait]
        talk = columns[.talk]
        hold = columns[.hold]
        wrapUp = columns[.wrapUp]
    }

    @inline(__always)
    func isContact(_ row: Int) -> Bool {
        ContactRows.isContact(kind: kind[row], presence: presence[row])
    }

    @inline(__always)
    func contact(
        _ row: Int, position: LogPosition, address: UInt64, customer: Int32
    ) throws(EventFormatError) -> Contact {
        guard let offset = Int16(exactly: offsetMinutes[row]) else {
            throw .unknownCode(
                field: "offset", value: UInt64(bitPattern: offsetMinutes[row]))
        }
        guard let actor = UInt8(exactly: actor[row]).flatMap(ActorKind.init(rawValue:)) else {
            throw .unknownCode(field: "actor", value: UInt64(actor[row]))
        }
        guard let outcome = UInt8(exactly: outcome[row]).flatMap(Outcome.init(rawValue:)) else {
            throw .unknownCode(field: "outcome", value: UInt64(outcome[row]))
        }
        guard let direction = UInt8(exactly: direction[row]).flatMap(Direction.init(rawValue:))
        else { throw .unknownCode(field: "direction", value: UInt64(direction[row])) }
        guard let kind = ContactRows.contactKind(kind[row]) else {
            throw .unknownCode(field: "kind", value: UInt64(kind[row]))
        }
        let presence = presence[row]
        func span(_ column: [Int64], _ bit: UInt32, otherwise: Int64) -> Int64 {
            presence & bit == 0 ? otherwise : column[row]
        }
        let unknown = Contact.unknownMicroseconds
        return Contact(
            position: position, address: address, at: Instant(microseconds: at[row]),
            offsetMinutes: offset, customer: customer, intent: IntentID(Symbol(intent[row])),
            segment: SegmentID(Symbol(segment[row])), channel: ChannelID(Symbol(channel[row])),
            team: TeamID(Symbol(team[row])), tier: Symbol(tier[row]), actor: actor,
            outcome: outcome, kind: kind, direction: direction, issue: IssueID(Symbol(issue[row])),
            automation: span(automation, Presence.automation, otherwise: unknown),
            wait: span(wait, Presence.wait, otherwise: unknown),
            talk: span(talk, Presence.talk, otherwise: unknown),
            hold: span(hold, Presence.hold, otherwise: 0),
            wrapUp: span(wrapUp, Presence.wrapUp, otherwise: 0))
    }
}
