// One customer's journeys, or one journey, out of the kept ones: a small table and book of their
// own, which read as the whole ones do.

package import Events

extension KeptJourneys {
    /// What of the kept interactions is asked for.
    package enum Part: Sendable {
        /// The journeys in which a customer took part.
        case customer(CustomerID)
        /// The journey of the interaction at a position of the log, whose customer is this one.
        case interaction(LogPosition, CustomerID)
    }

    /// The journeys of a part, whole; `nil` where there are none.
    /// - Parameter names: the names behind symbols of the log.
    /// - Complexity: O(chunks that hold the interactions); of an interaction without a customer one
    ///   pass over a column.
    package static func part(
        _ part: Part, of kept: some KeptColumns, rules: LinkRules,
        names: (Set<Symbol>) throws -> [Symbol: String]
    ) throws -> (table: ContactTable, book: JourneyBook)? {
        let counts = try KeptCounts(kept)
        let rows = try KeptPart.rows(part, kept, counts)
        guard !rows.isEmpty else { return nil }
        return try KeptPart(rows, kept, counts).restored(rules: rules, names: names)
    }
}

/// Whole journeys among the kept ones.
private struct KeptPart<Kept: KeptColumns> {
    let kept: Kept
    let counts: KeptCounts
    /// Of all interactions of the journeys, in time order.
    let rows: [Int]
    /// The journeys' numbers, in order.
    let journeys: [Int]
    let contacts: [Contact]

    /// The kept rows that a part names.
    static func rows(
        _ part: KeptJourneys.Part, _ kept: Kept, _ counts: KeptCounts
    ) throws -> [Int] {
        switch part {
        case .customer(let customer): return try rows(of: customer, kept, counts)
        case .interaction(let position, let customer):
            if customer.isKnown {
                let own = try rows(of: customer, kept, counts)
                let positions = try kept.values(ContactColumn.position.name, at: own)
                return zip(own, positions).filter { UInt64(bitPattern: $1) == position.rawValue }
                    .map(\.0)
            }
            var found: [Int] = []
            var first = 0
            try kept.read(
                [ContactColumn.position.name], count: counts.interactions,
                { columns in
                    let places = columns[0].firstIndex {
                        UInt64(bitPattern: $0) == position.rawValue
                    }
                    return (columns[0].count, places)
                },
                take: { count, place in
                    if let place { found.append(first + place) }
                    first += count
                })
            return found
        }
    }

    private static func rows(
        of customer: CustomerID, _ kept: Kept, _ counts: KeptCounts
    ) throws -> [Int] {
        let symbol = Int(customer.symbol.rawValue)
        // A name that came later is no customer of what is kept.
        guard symbol < counts.names else { return [] }
        let number = Int(try kept.values(KeptIndex.customerOfName, at: [symbol])[0]) - 1
        guard number >= 0 else { return [] }
        return try members(number, KeptIndex.customerStarts, KeptIndex.byCustomerName, kept)
    }

    private static func members(
        _ group: Int, _ starts: String, _ rows: String, _ kept: Kept
    ) throws -> [Int] {
        let bounds = try kept.values(starts, at: [group, group + 1])
        return try kept.values(rows, at: Array(Int(bounds[0])..<Int(bounds[1]))).map { Int($0) }
    }

    init(_ rows: [Int], _ kept: Kept, _ counts: KeptCounts) throws {
        let numbers = try kept.values(LinkColumn.journey.name, at: rows).map { Int($0) }
        journeys = Set(numbers).sorted()
        let members = try journeys.flatMap {
            try KeptPart.members($0, KeptIndex.journeyStarts, KeptIndex.byJourneyName, kept)
        }.sorted()
        contacts = try ContactColumn.contacts(
            try ContactColumn.names.map { try kept.values($0, at: members) })
        self.rows = members
        self.kept = kept
        self.counts = counts
    }

    func restored(
        rules: LinkRules, names: (Set<Symbol>) throws -> [Symbol: String]
    ) throws -> (table: ContactTable, book: JourneyBook) {
        let table = try table(names: names)
        let places = Dictionary(uniqueKeysWithValues: rows.enumerated().map { ($1, $0) })
        let numbers = Dictionary(uniqueKeysWithValues: journeys.enumerated().map { ($1, $0) })
        let resolved = ResolvedLinkRules(
            rules, dictionary: table.dictionary, intents: table.intents)
        func link(_ column: LinkColumn) throws -> [Int64] {
            try kept.values(column.name, at: rows)
        }
        /// Links stay within a journey.
        func place(_ row: Int64) -> Int32 { places[Int(row)].map { Int32($0) } ?? -1 }
        let book = JourneyBook(
            rules: resolved, predecessor: try link(.predecessor).map(place),
            successor: try link(.successor).map(place),
            failure: try link(.failure).map { UInt8(truncatingIfNeeded: $0) },
            role: try link(.role).map { try JourneyBook.role(kept: $0) },
            journeyOf: try link(.journey).map { Int32(numbers[Int($0)] ?? -1) },
            journeys: try journeys(table, resolved, place),
            probability: try link(.probability).map { Int32(truncatingIfNeeded: $0) },
            hazards: try LinkHazards(kept, counts, rules: rules),
            isNamed: try link(.named).map { $0 != 0 })
        return (table, book)
    }

    private func journeys(
        _ table: ContactTable, _ rules: ResolvedLinkRules, _ place: (Int64) -> Int32
    ) throws -> [Journey] {
        let columns = try JourneyColumn.names.map { try kept.values($0, at: journeys) }
        var found = try Journey.journeys(columns)
        for number in found.indices {
            found[number].first = place(Int64(found[number].first))
            found[number].last = place(Int64(found[number].last))
            let first = table.contacts[Int(found[number].first)]
            found[number].family = Int32(rules.family(of: first.intent))
            if found[number].customer >= 0 {
                let customers = try customers()
                found[number].customer =
                    customers.numbers[Int(found[number].customer)].map { Int32($0) } ?? -1
            }
        }
        return found
    }

    /// The customers of the interactions: their kept numbers, and their new ones by those.
    private func customers() throws -> (kept: [Int], numbers: [Int: Int]) {
        let all = Set(contacts.lazy.filter(\.isIdentified).map { Int($0.customer) }).sorted()
        return (all, Dictionary(uniqueKeysWithValues: all.enumerated().map { ($1, $0) }))
    }

    /// The interactions with symbols and customers of their own.
    private func table(
        names: (Set<Symbol>) throws -> [Symbol: String]
    ) throws -> ContactTable {
        let (known, numbers) = try customers()
        let customers = try kept.values(ContactTable.customer, at: known).map {
            Symbol(UInt32(truncatingIfNeeded: $0))
        }
        var symbols = Set(customers)
        for contact in contacts {
            symbols.formUnion([
                contact.intent.symbol, contact.segment.symbol, contact.channel.symbol,
                contact.team.symbol, contact.issue.symbol, contact.tier,
            ])
        }
        let texts = try names(symbols)
        var interner = Interner()
        var renamed: [Symbol: Symbol] = [:]
        // In the log's order, in which families are numbered.
        for symbol in symbols.sorted() {
            renamed[symbol] = symbol.isNone ? symbol : interner.intern(texts[symbol] ?? "")
        }
        func name<Identifier: SymbolIdentifier>(_ identifier: Identifier) -> Identifier {
            Identifier(renamed[identifier.symbol] ?? .none)
        }
        let own = contacts.map { contact in
            var contact = contact
            contact.customer = numbers[Int(contact.customer)].map { Int32($0) } ?? -1
            contact.intent = name(contact.intent)
            contact.segment = name(contact.segment)
            contact.channel = name(contact.channel)
            contact.team = name(contact.team)
            contact.issue = name(contact.issue)
            contact.tier = renamed[contact.tier] ?? .none
            return contact
        }
        return ContactTable(
            contacts: own, customers: customers.map { name(CustomerID($0)) },
            dictionary: interner, coverage: counts.coverage, phantomCount: 0, churnedAt: [:])
    }
}
