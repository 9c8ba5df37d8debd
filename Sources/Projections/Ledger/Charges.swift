// What each contact is charged, computed once from the record: the same with and without any
// scenario.

package import Events

/// The charges of every contact of a table, by index of contact.
package struct Charges: Sendable {
    /// Offsets into ``items``; contact `i` has `items[starts[i]..<starts[i + 1]]`.
    private let starts: [Int32]
    private let items: [Charge]
    private let resolver: CostResolver
    /// Contacts that a person served and whose minutes the source does not state.
    package let unknownMinutesCount: Int
    /// Served contacts that no cost rule covers.
    package let uncoveredCount: Int

    package init(_ table: ContactTable, costs: CostRules, dimensions: LedgerDimensions) {
        let resolver = CostResolver(costs, table: table, dimensions: dimensions)
        var starts: [Int32] = [0]
        var items: [Charge] = []
        var gaps = ChargeGaps()
        starts.reserveCapacity(table.contacts.count + 1)
        items.reserveCapacity(table.contacts.count)
        for contact in table.contacts {
            resolver.charge(contact, gaps: &gaps) { items.append($0) }
            starts.append(Int32(items.count))
        }
        self.starts = starts
        self.items = items
        self.resolver = resolver
        unknownMinutesCount = gaps.unknownMinutes
        uncoveredCount = gaps.uncovered
    }

    /// At most two: people's minutes or a session, which no contact is both of, and automation's
    /// minutes.
    package func of(_ contact: Int) -> ArraySlice<Charge> {
        items[Int(starts[contact])..<Int(starts[contact + 1])]
    }

    /// What another handling of a contact that long, by its own team and tier and in its own
    /// channel, would be charged; `nil` where no rule covers it.
    package func handleCharge(microseconds: Int64, of contact: Contact) -> Charge? {
        resolver.charge(.handle, microseconds, of: contact)
    }

    /// Everything a contact costs.
    package func total(_ contact: Int) -> Money {
        of(contact).reduce(Money.zero) { $0 + $1.amount }
    }
}

/// Served contacts that could not be charged.
struct ChargeGaps: Sendable {
    /// The source does not state their minutes.
    var unknownMinutes = 0
    /// No cost rule covers them.
    var uncovered = 0
}

/// Cost rules by symbol instead of by name.
struct CostResolver: Sendable {
    private let handle: RateTable
    private let automation: RateTable
    private let sessions: SessionRates

    init(_ costs: CostRules, table: ContactTable, dimensions: LedgerDimensions) {
        let words = RuleWords(costs, table: table, dimensions: dimensions)
        func rates(_ activity: CostedActivity) -> RateTable {
            RateTable(
                costs.rules.filter { $0.activity == activity }, words: words,
                payers: dimensions.payers)
        }
        handle = rates(.handle)
        automation = rates(.automation)
        sessions = SessionRates(costs.runs, words: words, payers: dimensions.payers)
    }

    /// Everything that a contact is charged.
    @inline(__always)
    func charge(_ contact: Contact, gaps: inout ChargeGaps, _ take: (Charge) -> Void) {
        if contact.isHandled {
            if let minutes = contact.handleMicroseconds {
                if let charge = charge(.handle, minutes, of: contact) {
                    take(charge)
                } else {
                    gaps.uncovered += 1
                }
            } else {
                gaps.unknownMinutes += 1
            }
        }
        if contact.automation > 0,
            let charge = charge(.automation, contact.automation, of: contact)
        {
            take(charge)
        }
        if !sessions.isEmpty, contact.isSession, let charge = sessions.charge(contact) {
            take(charge)
        }
    }

    /// `nil` where no rule covers the contact.
    func charge(
        _ activity: CostedActivity, _ microseconds: Int64, of contact: Contact
    ) -> Charge? {
        // Each is asked where it is: a copy would count references that all threads share.
        let found =
            activity == .handle ? handle.rate(of: contact) : automation.rate(of: contact)
        guard let rate = found else { return nil }
        let amount = Money.cost(
            of: TimeSpan(microseconds: microseconds), perMinute: rate.perMinute)
        return Charge(
            payer: rate.payer, activity: activity, amount: amount, perMinute: rate.perMinute)
    }
}
