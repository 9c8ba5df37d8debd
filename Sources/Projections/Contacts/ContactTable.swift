// The first fold: the interactions of a log in time order, customers as dense numbers. Everything
// else in this target starts from here.

package import Events
import Parallelism

/// All contacts, and the work done for customers, of a log in order of time, then of position.
package struct ContactTable: Sendable {
    package var contacts: [Contact]
    /// The dense customers, in order of first sight in the log.
    package var customers: [CustomerID]
    /// What the log's symbols mean.
    package var dictionary: Interner
    /// From when and up to when the sources cover what happened.
    package var coverage: Coverage
    /// Events that the source itself calls no contact.
    package var phantomCount: Int
    /// By dense customer: when they left, for those who did.
    package var churnedAt: [Int32: Instant]
}

extension ContactTable {
    /// Contacts that customers made, and those of them whose customer is known.
    package var inboundCounts: (all: Int, identified: Int) {
        let contacts = contacts
        let parts = inPieces(of: contacts.count, size: 262_144) { rows in
            var (all, identified) = (0, 0)
            for row in rows where contacts[row].isInbound {
                all += 1
                if contacts[row].isIdentified { identified += 1 }
            }
            return (all: all, identified: identified)
        }
        return parts.reduce((0, 0)) { ($0.0 + $1.all, $0.1 + $1.identified) }
    }

    /// The intents that occur, in dictionary order.
    package var intents: [IntentID] { occurring(\.intent.symbol).map { IntentID($0) } }

    /// The segments that occur, none among them where one is not stated.
    package var segments: [Symbol] { occurring(\.segment.symbol) }

    /// The teams, tiers and channels that occur, in one look at all contacts.
    package var desks: (teams: [Symbol], tiers: [Symbol], channels: [Symbol]) {
        let contacts = contacts
        let parts = inPieces(of: contacts.count, size: 262_144) { rows in
            var (teams, tiers, channels) = (SeenSymbols(), SeenSymbols(), SeenSymbols())
            for row in rows {
                teams.add(contacts[row].team.symbol)
                tiers.add(contacts[row].tier)
                channels.add(contacts[row].channel.symbol)
            }
            return (teams, tiers, channels)
        }
        return (
            SeenSymbols.all(parts.map(\.0)), SeenSymbols.all(parts.map(\.1)),
            SeenSymbols.all(parts.map(\.2))
        )
    }

    private func occurring(_ symbol: @Sendable (Contact) -> Symbol) -> [Symbol] {
        let contacts = contacts
        return SeenSymbols.all(
            inPieces(of: contacts.count, size: 262_144) { rows in
                var seen = SeenSymbols()
                for row in rows { seen.add(symbol(contacts[row])) }
                return seen
            })
    }
}

/// Symbols that were seen, of which there are few.
private struct SeenSymbols: Sendable {
    private var seen: Set<UInt32> = []
    /// Nearly all have been noted just before.
    private var noted = [UInt32](repeating: .max, count: 64)

    @inline(__always)
    mutating func add(_ symbol: Symbol) {
        let symbol = symbol.rawValue
        guard noted[Int(symbol & 63)] != symbol else { return }
        noted[Int(symbol & 63)] = symbol
        seen.insert(symbol)
    }

    /// In dictionary order.
    static func all(_ parts: [SeenSymbols]) -> [Symbol] {
        parts.reduce(into: Set<UInt32>()) { $0.formUnion($1.seen) }.sorted().map { Symbol($0) }
    }
}

/// The half-open period for which a log is complete. Windows that run past its end are censored.
package struct Coverage: Hashable, Sendable {
    package var from: Instant
    package var to: Instant

    package init(from: Instant, to: Instant) {
        self.from = from
        self.to = to
    }

    package func contains(_ instant: Instant) -> Bool { instant >= from && instant < to }
}

/// Two events whose addresses are the same: draws for them would be the same draws.
package struct AddressCollision: Error, Hashable, CustomStringConvertible {
    package var first: LogPosition
    package var second: LogPosition

    package var description: String {
        "events at positions \(first) and \(second) share one draw address; "
            + "give one of their sources another name"
    }
}

/// Folds events into a ``ContactTable``, one by one, in any order: the plain way, against which
/// ``ContactPlan`` is held.
package struct ContactFold: Sendable {
    private var contacts: [Contact] = []
    private var denseCustomers: [CustomerID: Int32] = [:]
    private var customers: [CustomerID] = []
    /// By dense customer: the position of their first contact in the log.
    private var firstPositions: [LogPosition] = []
    private var phantomCount = 0
    private var churns: [(customer: CustomerID, at: Instant)] = []
    private let dictionary: Interner

    /// - Parameter dictionary: what the symbols of the events mean.
    package init(dictionary: Interner) { self.dictionary = dictionary }

    package mutating func add(_ recorded: RecordedEvent) {
        let event = recorded.event
        guard let kind = ContactKind(event.kind), let detail = event.interaction else {
            if event.kind == .phantom { phantomCount += 1 }
            if event.kind == .customerChurned { churns.append((event.customer, event.at)) }
            return
        }
        contacts.append(
            Contact(
                event, detail, kind: kind, position: recorded.position,
                address: event.address(sourceName: dictionary.string(event.source)),
                customer: dense(event.customer, at: recorded.position)))
    }

    private mutating func dense(_ customer: CustomerID, at position: LogPosition) -> Int32 {
        guard customer.isKnown else { return -1 }
        if let known = denseCustomers[customer] {
            firstPositions[Int(known)] = min(firstPositions[Int(known)], position)
            return known
        }
        let number = Int32(customers.count)
        denseCustomers[customer] = number
        customers.append(customer)
        firstPositions.append(position)
        return number
    }

    /// Numbers customers by their first contact in the log, whatever order events came in: sums
    /// over customers are taken in this order.
    private mutating func numberCustomers() {
        let order = customers.indices.sorted { firstPositions[$0] < firstPositions[$1] }
        var number = [Int32](repeating: 0, count: order.count)
        for (place, customer) in order.enumerated() { number[customer] = Int32(place) }
        customers = order.map { customers[$0] }
        for index in contacts.indices where contacts[index].customer >= 0 {
            contacts[index].customer = number[Int(contacts[index].customer)]
        }
    }

    /// The table, sorted. Where no source states a coverage, it is from the first event to just
    /// after the last.
    /// - Throws: ``AddressCollision``.
    /// - Complexity: O(n log n), and O(customers × churns).
    package consuming func finish(
        coverage: Coverage? = nil
    ) throws(AddressCollision) -> ContactTable {
        numberCustomers()
        var churnedAt: [Int32: Instant] = [:]
        for (number, customer) in customers.enumerated() {
            let times = churns.filter { $0.customer == customer }.map(\.at)
            if let earliest = times.min() { churnedAt[Int32(number)] = earliest }
        }
        var sorted = contacts
        sorted.sort { ($0.at, $0.position) < ($1.at, $1.position) }
        var table = try ContactTable(
            sorted: sorted, customers: customers, names: dictionary, phantomCount: phantomCount,
            churnedAt: churnedAt)
        if let coverage { table.coverage = coverage }
        return table
    }
}

extension ContactTable {
    /// - Parameter contacts: in order of time, then of position.
    /// - Throws: ``AddressCollision``.
    init(
        sorted contacts: [Contact], customers: [CustomerID], names: Interner, phantomCount: Int,
        churnedAt: [Int32: Instant]
    ) throws(AddressCollision) {
        try ContactTable.refuseCollisions(contacts)
        let first = contacts.first?.at ?? Instant(microseconds: 0)
        let end = (contacts.last?.at ?? first) + TimeSpan(microseconds: 1)
        self.init(
            contacts: contacts, customers: customers, dictionary: names,
            coverage: Coverage(from: first, to: end), phantomCount: phantomCount,
            churnedAt: churnedAt)
    }

    /// Bits of a filter for each contact: so many that few addresses share one by chance.
    private static let filterBitsPerContact = 32

    /// Two addresses that are the same set the same bit of a filter; only those that share one are
    /// compared.
    private static func refuseCollisions(_ contacts: [Contact]) throws(AddressCollision) {
        var words = 1
        while words * 64 < contacts.count * filterBitsPerContact { words *= 2 }
        var seen = [UInt64](repeating: 0, count: words)
        var shared = seen
        func place(_ address: UInt64) -> (word: Int, bit: UInt64) {
            (Int(truncatingIfNeeded: address >> 6) & (words - 1), 1 << (address & 63))
        }
        for contact in contacts {
            let (word, bit) = place(contact.address)
            shared[word] |= seen[word] & bit
            seen[word] |= bit
        }
        let suspects = contacts.indices.filter { index in
            let (word, bit) = place(contacts[index].address)
            return shared[word] & bit != 0
        }
        let order = suspects.sorted {
            (contacts[$0].address, $0) < (contacts[$1].address, $1)
        }
        for (earlier, later) in zip(order, order.dropFirst())
        where contacts[earlier].address == contacts[later].address {
            throw AddressCollision(
                first: contacts[earlier].position, second: contacts[later].position)
        }
    }
}
