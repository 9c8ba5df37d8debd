// Rules that name teams, tiers, channels, intents or segments, laid out over the symbols of a log:
// every interaction asks them.

import Events

/// The words of a log that rules can name, by what they are words of.
struct RuleWords: Sendable {
    let teams: [String: UInt32]
    let tiers: [String: UInt32]
    let channels: [String: UInt32]
    let intents: [String: UInt32]

    init(_ costs: CostRules, table: ContactTable, dimensions: LedgerDimensions) {
        let sessions = costs.runs.filter(\.isPerSession)
        let isAnyNamed =
            costs.rules.contains { !($0.teams + $0.tiers + $0.channels).isEmpty }
            || sessions.contains { !$0.channels.isEmpty }
        let desks: (teams: [Symbol], tiers: [Symbol], channels: [Symbol]) =
            isAnyNamed ? table.desks : ([], [], [])
        let names = table.dictionary
        teams = RuleWords.byName(desks.teams, names: names)
        tiers = RuleWords.byName(desks.tiers, names: names)
        channels = RuleWords.byName(desks.channels, names: names)
        intents = RuleWords.byName(dimensions.intents.map(\.symbol), names: names)
    }

    /// Symbols that occur, by their texts.
    static func byName(_ symbols: [Symbol], names: Interner) -> [String: UInt32] {
        var known: [String: UInt32] = [:]
        for symbol in symbols { known[names.string(symbol)] = symbol.rawValue }
        return known
    }
}

/// Lists of symbols one behind the other: rules hold places in it, and no arrays of their own.
struct SymbolLists: Sendable {
    /// One list; none at all takes any symbol.
    struct Place: Sendable {
        fileprivate let start: Int32
        fileprivate let end: Int32
    }

    private var symbols: [UInt32] = []

    /// - Parameters:
    ///   - names: nothing takes any; a name that the log does not know takes none.
    mutating func add(_ names: [String], known: [String: UInt32]) -> Place {
        guard !names.isEmpty else { return Place(start: -1, end: -1) }
        let start = Int32(symbols.count)
        symbols += names.compactMap { known[$0] }
        return Place(start: start, end: Int32(symbols.count))
    }

    @inline(__always)
    func takes(_ symbol: Symbol, _ place: Place) -> Bool {
        guard place.start >= 0 else { return true }
        for index in Int(place.start)..<Int(place.end) where symbols[index] == symbol.rawValue {
            return true
        }
        return false
    }
}

/// The rates of one activity: for each team, the rules that can be a contact's, in their order.
struct RateTable: Sendable {
    struct Rate: Sendable {
        let payer: Int
        let perMinute: Money
        fileprivate let tiers: SymbolLists.Place
        fileprivate let channels: SymbolLists.Place
    }

    /// By symbol of a team that a rule names: its place among the teams; 0 for all others.
    private var placeOfTeam: [Int32]
    /// By place: where its rates begin and, in the next one, end.
    private var starts: [Int32] = [0]
    private var rates: [Rate] = []
    private var lists = SymbolLists()

    init(_ rules: [CostRule], words: RuleWords, payers: [String]) {
        var teams: [String?] = [nil]
        placeOfTeam = []
        for name in Set(rules.flatMap(\.teams)).sorted() {
            guard let symbol = words.teams[name] else { continue }
            let missing = Int(symbol) + 1 - placeOfTeam.count
            if missing > 0 { placeOfTeam += [Int32](repeating: 0, count: missing) }
            placeOfTeam[Int(symbol)] = Int32(teams.count)
            teams.append(name)
        }
        for team in teams {
            for rule in rules where rule.takes(team: team) {
                guard let payer = payers.firstIndex(of: rule.payer) else { continue }
                rates.append(
                    Rate(
                        payer: payer, perMinute: rule.perMinute,
                        tiers: lists.add(rule.tiers, known: words.tiers),
                        channels: lists.add(rule.channels, known: words.channels)))
                // What comes after one that takes everything is never asked.
                if rule.tiers.isEmpty, rule.channels.isEmpty { break }
            }
            starts.append(Int32(rates.count))
        }
    }

    /// `nil` where no rule takes the contact.
    @inline(__always)
    func rate(of contact: Contact) -> Rate? {
        let team = Int(contact.team.symbol.rawValue)
        let place = team < placeOfTeam.count ? Int(placeOfTeam[team]) : 0
        for index in Int(starts[place])..<Int(starts[place + 1])
        where lists.takes(contact.tier, rates[index].tiers)
            && lists.takes(contact.channel.symbol, rates[index].channels)
        {
            return rates[index]
        }
        return nil
    }
}

extension CostRule {
    /// - Parameter team: `nil` for one that no rule names.
    fileprivate func takes(team: String?) -> Bool {
        teams.isEmpty || team.map { teams.contains($0) } ?? false
    }
}
