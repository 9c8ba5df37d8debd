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
        let resolver = CostResolver(costs, dictionary: table.dictionary, dimensions: dimensions)
        var starts: [Int32] = [0]
        var items: [Charge] = []
        var unknownMinutes = 0
        var uncovered = 0
        for contact in table.contacts {
            if contact.isServed {
                if let handle = contact.handleMicroseconds {
                    if let charge = resolver.charge(.handle, handle, team: contact.team) {
                        items.append(charge)
                    } else {
                        uncovered += 1
                    }
                } else {
                    unknownMinutes += 1
                }
            }
            if contact.automation > 0,
                let charge = resolver.charge(.automation, contact.automation, team: contact.team)
            {
                items.append(charge)
            }
            starts.append(Int32(items.count))
        }
        self.starts = starts
        self.items = items
        self.resolver = resolver
        unknownMinutesCount = unknownMinutes
        uncoveredCount = uncovered
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

/// Cost rules by symbol of the team instead of by name.
private struct CostResolver: Sendable {
    private let handle: [CostRule?]
    private let automation: [CostRule?]
    private let payers: [String]

    init(_ costs: CostRules, dictionary: Interner, dimensions: LedgerDimensions) {
        func table(_ activity: CostedActivity) -> [CostRule?] {
            let rules = costs.rules.filter { $0.activity == activity }
            return (0..<dictionary.count).map { symbol in
                let team = dictionary.string(Symbol(UInt32(symbol)))
                return rules.first { $0.teams.isEmpty || $0.teams.contains(team) }
            }
        }
        handle = table(.handle)
        automation = table(.automation)
        payers = dimensions.payers
    }

    func charge(_ activity: CostedActivity, _ microseconds: Int64, team: TeamID) -> Charge? {
        let rules = activity == .handle ? handle : automation
        guard let rule = rules[Int(team.symbol.rawValue)],
            let payer = payers.firstIndex(of: rule.payer)
        else { return nil }
        let amount = Money.cost(
            of: TimeSpan(microseconds: microseconds), perMinute: rule.perMinute)
        return Charge(
            payer: payer, activity: activity, amount: amount, perMinute: rule.perMinute)
    }
}
