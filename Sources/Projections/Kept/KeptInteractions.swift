// The table of interactions as kept columns.

import Events

/// The fields of an interaction that are kept, one column each.
enum ContactColumn: String, CaseIterable {
    case position, address, at, offset, customer, intent, segment, channel, team, tier, actor,
        outcome
    case kind, direction, issue, automation, wait, talk, hold, wrapUp

    var name: String { "interaction." + rawValue }
    static let names = allCases.map(\.name)

    private var field: @Sendable (Contact) -> Int64 {
        switch self {
        case .position: { Int64(bitPattern: $0.position.rawValue) }
        case .address: { Int64(bitPattern: $0.address) }
        case .at: { $0.at.microseconds }
        case .offset: { Int64($0.offsetMinutes) }
        case .customer: { Int64($0.customer) }
        case .intent: { Int64($0.intent.symbol.rawValue) }
        case .segment: { Int64($0.segment.symbol.rawValue) }
        case .channel: { Int64($0.channel.symbol.rawValue) }
        case .team: { Int64($0.team.symbol.rawValue) }
        case .tier: { Int64($0.tier.rawValue) }
        case .actor: { Int64($0.actor.rawValue) }
        case .outcome: { Int64($0.outcome.rawValue) }
        case .kind: { Int64($0.kind.rawValue) }
        case .direction: { Int64($0.direction.rawValue) }
        case .issue: { Int64($0.issue.symbol.rawValue) }
        case .automation: { $0.automation }
        case .wait: { $0.wait }
        case .talk: { $0.talk }
        case .hold: { $0.hold }
        case .wrapUp: { $0.wrapUp }
        }
    }

    func column(_ contacts: [Contact]) -> KeptColumn {
        let field = field
        return KeptColumn(name, count: contacts.count) { rows in
            contacts[rows].map { field($0) }
        }
    }

    /// Puts a kept value where ``field`` takes it from.
    private var put: @Sendable (Int64, inout Contact) throws -> Void {
        switch self {
        case .position: { $1.position = LogPosition(UInt64(bitPattern: $0)) }
        case .address: { $1.address = UInt64(bitPattern: $0) }
        case .at: { $1.at = Instant(microseconds: $0) }
        case .offset: { $1.offsetMinutes = Int16(truncatingIfNeeded: $0) }
        case .customer: { $1.customer = Int32(truncatingIfNeeded: $0) }
        case .intent: { $1.intent = IntentID(ContactColumn.symbol($0)) }
        case .segment: { $1.segment = SegmentID(ContactColumn.symbol($0)) }
        case .channel: { $1.channel = ChannelID(ContactColumn.symbol($0)) }
        case .team: { $1.team = TeamID(ContactColumn.symbol($0)) }
        case .tier: { $1.tier = ContactColumn.symbol($0) }
        case .actor: { $1.actor = try code($0) }
        case .outcome: { $1.outcome = try code($0) }
        case .kind: { $1.kind = try code($0) }
        case .direction: { $1.direction = try code($0) }
        case .issue: { $1.issue = IssueID(ContactColumn.symbol($0)) }
        case .automation: { $1.automation = $0 }
        case .wait: { $1.wait = $0 }
        case .talk: { $1.talk = $0 }
        case .hold: { $1.hold = $0 }
        case .wrapUp: { $1.wrapUp = $0 }
        }
    }

    private static func symbol(_ value: Int64) -> Symbol {
        Symbol(UInt32(truncatingIfNeeded: value))
    }

    private func code<Code: RawRepresentable<UInt8>>(_ value: Int64) throws -> Code {
        guard let code = UInt8(exactly: value).flatMap(Code.init(rawValue:)) else {
            throw KeptValueError(column: name, value: value)
        }
        return code
    }

    /// The interactions of some rows.
    /// - Parameter columns: in the order of ``names``.
    static func contacts(_ columns: [[Int64]]) throws -> [Contact] {
        let blank = Contact(
            position: .beforeFirst, address: 0, at: Instant(microseconds: 0), offsetMinutes: 0,
            customer: -1, intent: .unknown, segment: .unknown, channel: .unknown, team: .unknown,
            actor: .unknown, outcome: .unknown, automation: 0, wait: 0, talk: 0, hold: 0,
            wrapUp: 0)
        var contacts = [Contact](repeating: blank, count: columns[0].count)
        for (column, values) in zip(allCases, columns) {
            let put = column.put
            for row in values.indices { try put(values[row], &contacts[row]) }
        }
        return contacts
    }
}

extension ContactTable {
    static let customer = "customer"
    private static let churnCustomer = "churn.customer"
    private static let churnAt = "churn.at"

    /// Everything but the names.
    var keptColumns: [KeptColumn] {
        let customers = customers
        let churns = churnedAt.sorted { $0.key < $1.key }
        return ContactColumn.allCases.map { $0.column(contacts) } + [
            KeptColumn(ContactTable.customer, count: customers.count) { rows in
                customers[rows].map { Int64($0.symbol.rawValue) }
            },
            KeptColumn(ContactTable.churnCustomer, churns.map { Int64($0.key) }),
            KeptColumn(ContactTable.churnAt, churns.map(\.value.microseconds)),
        ]
    }

    init(_ kept: some KeptColumns, _ counts: KeptCounts, names: Interner) throws {
        var contacts: [Contact] = []
        contacts.reserveCapacity(counts.interactions)
        try kept.read(
            ContactColumn.names, count: counts.interactions, { try ContactColumn.contacts($0) },
            take: { contacts += $0 })
        let customers = try kept.int32s(ContactTable.customer, count: counts.customers)
        let churned = try kept.int32s(ContactTable.churnCustomer, count: counts.churns)
        let churnedAt = try kept.int64s(ContactTable.churnAt, count: counts.churns).map {
            Instant(microseconds: $0)
        }
        self.init(
            contacts: contacts,
            customers: customers.map { CustomerID(Symbol(UInt32(bitPattern: $0))) },
            dictionary: names,
            coverage: counts.coverage, phantomCount: counts.phantoms,
            churnedAt: Dictionary(zip(churned, churnedAt)) { first, _ in first })
    }
}
