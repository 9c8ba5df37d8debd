// Risk is posted like cost: the expected loss of each case to where it was caused and to who bears
// it, with one integer on both sides. It is a book of its own; nothing of it has been paid.

package import Events

/// One case of one risk.
package struct RiskCase: Hashable, Sendable {
    /// Index into ``CostRules/risks``.
    package var risk: Int32
    /// Index of the interaction.
    package var contact: Int32
    /// The address of the interaction's draws.
    package var address: UInt64
    /// How many cases of the risk the interaction has before this one.
    package var ordinal: UInt32

    package init(risk: Int32, contact: Int32, address: UInt64, ordinal: UInt32) {
        self.risk = risk
        self.contact = contact
        self.address = address
        self.ordinal = ordinal
    }
}

/// An event about a customer and the interaction to which it belongs.
package struct LedgerEvent: Hashable, Sendable {
    package var kind: EventKind
    /// Index of the interaction.
    package var contact: Int

    package init(kind: EventKind, contact: Int) {
        self.kind = kind
        self.contact = contact
    }
}

/// Amounts caused × borne.
package struct RiskMatrices: Sendable {
    package fileprivate(set) var byRule: LedgerMatrix
    package fileprivate(set) var weighted: LedgerMatrix
}

/// The risks of a record, case by case.
package struct RiskBook: Sendable {
    package let rules: [RiskRule]
    /// The rows are those of interactions; columns are intents × who bears it.
    package let dimensions: LedgerDimensions
    /// By risk, then in the order of interactions.
    package let cases: [RiskCase]
    /// By risk: its cases, and what is expected of them in thousandths of a minor unit.
    package let caseCounts: [Int]
    package let expectedLosses: [Int64]
    package let expected: RiskMatrices
    private let poster: LedgerPoster
    private let bearers: [Int]

    /// - Parameters:
    ///   - selection: interactions whose failures and events are cases; journeys are looked at
    ///     where their first one is.
    /// - Complexity: O(n) for each risk that begins with a failure; O(journeys) with a state.
    init(
        _ rules: [RiskRule], events: [LedgerEvent], poster: LedgerPoster, selection: Selection?
    ) {
        var payers: [String] = []
        for rule in rules where !payers.contains(rule.bearer) { payers.append(rule.bearer) }
        let dimensions = LedgerDimensions(poster.dimensions, payers: payers)
        var poster = poster
        poster.dimensions = dimensions
        let finder = RiskCaseFinder(
            rules, events: events, poster: poster, selection: selection)
        var cases: [RiskCase] = []
        var counts: [Int] = []
        for number in rules.indices {
            let before = cases.count
            finder.forEachCase(of: number) { cases.append($0) }
            counts.append(cases.count - before)
        }
        self.rules = rules
        self.dimensions = dimensions
        self.cases = cases
        self.poster = poster
        caseCounts = counts
        expectedLosses = zip(rules, counts).map { $0.expectedLoss.thousandths * Int64($1) }
        bearers = rules.map { payers.firstIndex(of: $0.bearer) ?? 0 }
        let losses = rules.map(\.expectedLoss)
        expected = RiskBook.posted(cases, bearers: bearers, poster) { losses[Int(cases[$0].risk)] }
    }

    /// Any amounts of the cases, in their order, posted to where each case was caused and to who
    /// bears it.
    /// - Complexity: O(cases × length of their chains of uncertain links).
    package func posted(_ amounts: [Int64]) -> RiskMatrices {
        precondition(amounts.count == cases.count, "\(amounts.count) of \(cases.count) amounts")
        return RiskBook.posted(cases, bearers: bearers, poster) {
            Money(thousandths: amounts[$0])
        }
    }

    private static func posted(
        _ cases: [RiskCase], bearers: [Int], _ poster: LedgerPoster, _ amount: (Int) -> Money
    ) -> RiskMatrices {
        var byRule = LedgerMatrix(poster.dimensions)
        var weighted = byRule
        for (place, found) in cases.enumerated() {
            let (amount, contact) = (amount(place), Int(found.contact))
            let borne = poster.dimensions.paid(
                intent: poster.dimensions.intent(poster.table.contacts[contact].intent),
                payer: bearers[Int(found.risk)])
            byRule.post(caused: poster.row(of: contact), paid: borne, amount.thousandths)
            poster.forEachShare(of: amount, causedBy: contact) { row, part in
                weighted.post(caused: row, paid: borne, part)
            }
        }
        return RiskMatrices(byRule: byRule, weighted: weighted)
    }

    /// Whether every case's loss is caused once and borne once.
    package var holds: Bool {
        let sum = expectedLosses.reduce(0, +)
        return expected.byRule.total == sum && expected.weighted.total == sum
    }
}

/// Looks for the cases of risks.
private struct RiskCaseFinder {
    let rules: [RiskRule]
    let poster: LedgerPoster
    let selection: Selection?
    /// In the order of interactions.
    let events: [LedgerEvent]
    private var intents: [SymbolLists.Place] = []
    private var segments: [SymbolLists.Place] = []
    private var lists = SymbolLists()

    init(
        _ rules: [RiskRule], events: [LedgerEvent], poster: LedgerPoster, selection: Selection?
    ) {
        self.rules = rules
        self.poster = poster
        self.selection = selection
        self.events = events.enumerated().sorted {
            ($0.element.contact, $0.offset) < ($1.element.contact, $1.offset)
        }.map(\.element)
        let table = poster.table
        let names = table.dictionary
        let knownIntents = RuleWords.byName(
            poster.dimensions.intents.map(\.symbol), names: names)
        let isNamed = rules.contains { !$0.segments.isEmpty }
        let knownSegments = isNamed ? RuleWords.byName(table.segments, names: names) : [:]
        for rule in rules {
            intents.append(lists.add(rule.intents, known: knownIntents))
            segments.append(lists.add(rule.segments, known: knownSegments))
        }
    }

    func forEachCase(of number: Int, _ take: (RiskCase) -> Void) {
        var ordinal: (contact: Int, next: UInt32) = (-1, 0)
        func offer(_ contact: Int, lookedAtBy index: Int) {
            guard selection.map({ $0.group(of: index) != nil }) ?? true,
                lists.takes(poster.table.contacts[contact].intent.symbol, intents[number]),
                rules[number].segments.isEmpty
                    || lists.takes(poster.segment(of: contact), segments[number])
            else { return }
            if ordinal.contact != contact { ordinal = (contact, 0) }
            take(
                RiskCase(
                    risk: Int32(number), contact: Int32(contact),
                    address: poster.table.contacts[contact].address, ordinal: ordinal.next))
            ordinal.next += 1
        }
        let book = poster.book
        switch rules[number].trigger {
        case .state(let state):
            let journeys = book.journeys.filter { $0.state == state }
            for journey in journeys.sorted(by: { $0.last < $1.last }) {
                offer(Int(journey.last), lookedAtBy: Int(journey.first))
            }
        case .failure(let id):
            guard let place = book.rules.rules.failures.firstIndex(where: { $0.id == id }) else {
                return
            }
            let failure = UInt8(place + 1)
            for index in book.failure.indices where book.failure[index] == failure {
                offer(index, lookedAtBy: index)
            }
        case .event(let kind):
            for event in events where event.kind == kind {
                offer(event.contact, lookedAtBy: event.contact)
            }
        }
    }
}
