// A table that goes on where it ended: later events of the log put among the interactions that are
// there.

package import Events

/// Takes events that came after a table was made.
package struct ContactCatchUp: Sendable {
    private var table: ContactTable
    private var numbers: [CustomerID: Int32] = [:]
    private var added: [Contact] = []
    private var churns: [(customer: CustomerID, at: Instant)] = []
    /// Whether anything that journeys are made of has changed.
    package private(set) var changesJourneys = false
    /// Customers who are in touch for the first time: whether they left is to be looked for among
    /// the events that came before.
    package private(set) var newlyInTouch: Set<CustomerID> = []

    /// - Parameters:
    ///   - table: as the log stood; without corrections, which change what came before.
    ///   - names: of all symbols now.
    /// - Complexity: O(customers).
    package init(_ table: ContactTable, names: Interner) {
        self.table = table
        self.table.dictionary = names
        numbers.reserveCapacity(table.customers.count)
        for (number, customer) in table.customers.enumerated() {
            numbers[customer] = Int32(number)
        }
    }

    /// Takes an event; they come in the order of the log.
    package mutating func add(_ recorded: RecordedEvent) {
        let event = recorded.event
        guard let kind = ContactKind(event.kind), let detail = event.interaction else {
            if event.kind == .phantom { table.phantomCount += 1 }
            if event.kind == .customerChurned { addChurn(event) }
            return
        }
        changesJourneys = true
        added.append(
            Contact(
                event, detail, kind: kind, position: recorded.position,
                address: event.address(sourceName: table.dictionary.string(event.source)),
                customer: number(event.customer)))
    }

    /// Takes a departure that the log had before.
    package mutating func addEarlier(_ recorded: RecordedEvent) {
        guard recorded.event.kind == .customerChurned,
            newlyInTouch.contains(recorded.event.customer)
        else { return }
        addChurn(recorded.event)
    }

    private mutating func addChurn(_ event: Event) {
        changesJourneys = true
        churns.append((event.customer, event.at))
    }

    /// A customer who is new is one after all others: so they are numbered in a table that is made
    /// at once.
    private mutating func number(_ customer: CustomerID) -> Int32 {
        guard customer.isKnown else { return -1 }
        if let known = numbers[customer] { return known }
        let number = Int32(table.customers.count)
        numbers[customer] = number
        newlyInTouch.insert(customer)
        table.customers.append(customer)
        return number
    }

    /// The table with everything that was taken; its coverage is from its first interaction to just
    /// after its last.
    /// - Throws: ``AddressCollision``.
    /// - Complexity: O(n) moves, and O(k log k) for k new interactions.
    package mutating func finish() throws(AddressCollision) -> ContactTable {
        // Whoever left may have been in touch only later in the log.
        for churn in churns {
            guard let number = numbers[churn.customer] else { continue }
            table.churnedAt[number] = min(table.churnedAt[number] ?? churn.at, churn.at)
        }
        added.sort { ($0.at, $0.position) < ($1.at, $1.position) }
        return try ContactTable(
            sorted: merged(), customers: table.customers, names: table.dictionary,
            phantomCount: table.phantomCount, churnedAt: table.churnedAt)
    }

    /// Both in the order of time; of the same moment, what was there stands first: its position is
    /// the lower one.
    private mutating func merged() -> [Contact] {
        var contacts = table.contacts
        table.contacts = []
        guard let earliest = added.first else { return contacts }
        var later: [Contact] = []
        var place = contacts.count
        while place > 0, contacts[place - 1].at > earliest.at { place -= 1 }
        later = Array(contacts[place...])
        contacts.removeSubrange(place...)
        contacts.reserveCapacity(contacts.count + later.count + added.count)
        var (old, new) = (0, 0)
        while old < later.count || new < added.count {
            if new == added.count || (old < later.count && later[old].at <= added[new].at) {
                contacts.append(later[old])
                old += 1
            } else {
                contacts.append(added[new])
                new += 1
            }
        }
        return contacts
    }
}
