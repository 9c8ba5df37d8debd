// Customers' value and risk a second time, by names and fractions: written from docs/method.md.

import Events
import Projections

struct PlainLedgerBooks {
    typealias Cause = PlainLedger.Cause

    struct Book<Place: Hashable> {
        var byRule: [Place: Int64] = [:]
        var weighted: [Place: PlainLedger.Sum] = [:]
        var count = 0
    }

    private let journeys: PlainJourneys
    private let probability: [Int32]
    private(set) var left = Book<Cause>()
    private(set) var atRisk = Book<Cause>()
    private(set) var unvalued = 0
    private(set) var risk = Book<PlainLedger.Cell>()
    /// By risk: the interactions of its cases, in order.
    private(set) var cases: [[Int]] = []

    init(
        _ journeys: PlainJourneys, costs: CostRules, probability: [Int32],
        events: [LedgerEvent] = []
    ) {
        self.journeys = journeys
        self.probability = probability
        if let value = costs.value { addValue(value) }
        for rule in costs.risks { add(rule, events) }
    }

    /// First and last interaction of every journey in a state, and its customer.
    private func journeys(
        in state: JourneyState
    ) -> [(first: Int, last: Int, customer: Int32)] {
        journeys.contacts.indices.filter { journeys.link[$0] == nil }.compactMap { first in
            let members = journeys.contacts.indices.filter { journeys.start($0) == first }
            guard let last = members.last,
                journeys.state(lastContact: last, family: journeys.families[first]) == state
            else { return nil }
            let customers = members.map { journeys.contacts[$0].customer }
            return (first, last, customers.first { $0 >= 0 } ?? -1)
        }
    }

    private func segment(_ index: Int) -> String {
        let name = journeys.table.dictionary.string(journeys.contacts[index].segment)
        guard name.isEmpty, let before = journeys.link[index] else { return name }
        return segment(before)
    }

    private mutating func addValue(_ rules: ValueRules) {
        func amount(_ index: Int) -> Int64? {
            let name = segment(index)
            return rules.values.first { PlainLedger.takes($0.segments, name) }?.amount.thousandths
        }
        let gone = journeys(in: .churned)
        for customer in Set(gone.map(\.customer)) {
            guard let last = gone.filter({ $0.customer == customer }).map(\.last).max() else {
                continue
            }
            guard let amount = amount(last) else {
                unvalued += 1
                continue
            }
            left.count += 1
            post(amount, last, to: \.left) { $0 }
        }
        guard let leaving = rules.leaving else { return }
        let stayed = journeys(in: .givenUp).filter {
            $0.customer >= 0 && journeys.table.churnedAt[$0.customer] == nil
        }
        for customer in Set(stayed.map(\.customer)) {
            var stays: Int64 = 1_000_000
            var isCounted = false
            for last in stayed.filter({ $0.customer == customer }).map(\.last).sorted() {
                let before = stays
                stays = PlainLedger.rounded(
                    Int128(stays) * Int128(1_000_000 - leaving.probability), 1_000_000)
                guard let amount = amount(last) else {
                    unvalued += 1
                    continue
                }
                if !isCounted { atRisk.count += 1 }
                isCounted = true
                let expected = PlainLedger.rounded(
                    Int128(amount) * Int128(before - stays), 1_000_000)
                post(expected, last, to: \.atRisk) { $0 }
            }
        }
    }

    private mutating func add(_ rule: RiskRule, _ events: [LedgerEvent]) {
        let names = journeys.table.dictionary
        let found: [Int] =
            switch rule.trigger {
            case .state(let state): journeys(in: state).map(\.last)
            case .failure(let id):
                journeys.contacts.indices.filter { index in
                    journeys.failure[index].map { journeys.rules.failures[$0].id } == id
                }
            case .event(let kind): events.filter { $0.kind == kind }.map(\.contact)
            }
        let taken = found.filter { index in
            PlainLedger.takes(rule.intents, names.string(journeys.contacts[index].intent))
                && PlainLedger.takes(rule.segments, segment(index))
        }.sorted()
        cases.append(taken)
        let six =
            rule.severity.low.thousandths + 4 * rule.severity.mode.thousandths
            + rule.severity.high.thousandths
        let loss = PlainLedger.rounded(Int128(six) * Int128(rule.probability), 6_000_000)
        for index in taken {
            let intent = PlainLedger.intent(journeys, index)
            post(loss, index, to: \.risk) { PlainLedger.Cell($0, intent, rule.bearer) }
        }
    }

    private mutating func post<Place: Hashable>(
        _ amount: Int64, _ index: Int, to book: WritableKeyPath<PlainLedgerBooks, Book<Place>>,
        _ place: (Cause) -> Place
    ) {
        let path = journeys.path(index)
        let whole = place(PlainLedger.cause(journeys, journeys.origin(path)))
        self[keyPath: book].byRule[whole, default: 0] += amount
        for (length, share) in PlainLedger.shares(path, probability) {
            let origin = journeys.origin(Array(path.prefix(length)))
            let part = place(PlainLedger.cause(journeys, origin))
            self[keyPath: book].weighted[part, default: PlainLedger.Sum()].add(amount, share)
        }
    }
}
