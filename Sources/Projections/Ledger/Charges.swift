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

    package func of(_ contact: Int) -> ArraySlice<Charge> {
        items[Int(starts[contact])..<Int(starts[contact + 1])]
    }

    /// What a team would be charged for handling a contact that long; `nil` where no rule covers
    /// it.
    package func handleCharge(microseconds: Int64, team: TeamID) -> Charge? {
        resolver.charge(.handle, microseconds, team: team)
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
    /// No cost rule covers their team.
    var uncovered = 0
}

/// Cost rules by symbol of the team instead of by name.
struct CostResolver: Sendable {
    private struct Rate {
        var payer: Int
        var perMinute: Money
    }

    private let handle: [Rate?]
    private let automation: [Rate?]

    init(_ costs: CostRules, table: ContactTable, dimensions: LedgerDimensions) {
        let teams = table.teams
        func rates(_ activity: CostedActivity) -> [Rate?] {
            let rules = costs.rules.filter { $0.activity == activity }
            var rates = [Rate?](
                repeating: nil, count: Int((teams.last?.symbol.rawValue ?? 0) + 1))
            for team in teams {
                let name = table.dictionary.string(team)
                let rule = rules.first { $0.teams.isEmpty || $0.teams.contains(name) }
                rates[Int(team.symbol.rawValue)] = rule.flatMap { rule in
                    dimensions.payers.firstIndex(of: rule.payer).map {
                        Rate(payer: $0, perMinute: rule.perMinute)
                    }
                }
            }
            return rates
        }
        handle = rates(.handle)
        automation = rates(.automation)
    }

    /// Everything that a contact is charged.
    func charge(_ contact: Contact, gaps: inout ChargeGaps, _ take: (Charge) -> Void) {
        if contact.isHandled {
            if let minutes = contact.handleMicroseconds {
                if let charge = charge(.handle, minutes, team: contact.team) {
                    take(charge)
                } else {
                    gaps.uncovered += 1
                }
            } else {
                gaps.unknownMinutes += 1
            }
        }
        if contact.automation > 0,
            let charge = charge(.automation, contact.automation, team: contact.team)
        {
            take(charge)
        }
    }

    /// `nil` where no rule covers the team, or no contact has it.
    func charge(_ activity: CostedActivity, _ microseconds: Int64, team: TeamID) -> Charge? {
        let rates = activity == .handle ? handle : automation
        let symbol = Int(team.symbol.rawValue)
        guard symbol < rates.count, let rate = rates[symbol] else { return nil }
        let amount = Money.cost(
            of: TimeSpan(microseconds: microseconds), perMinute: rate.perMinute)
        return Charge(
            payer: rate.payer, activity: activity, amount: amount, perMinute: rate.perMinute)
    }
}
