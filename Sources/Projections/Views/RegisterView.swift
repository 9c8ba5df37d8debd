// The register of high-impact interactions: which needs carry the consequences, whatever their
// share of the volume.

package import Events

/// What follows from one intent in one group. Money in thousandths of a minor unit.
package struct RegisterFigures: Hashable, Sendable {
    /// Visits and journeys that begin here: the volume.
    package var visits = 0
    package var journeys = 0
    /// Of the journeys: still open, so that what follows from them is not all in the log yet.
    package var open = 0
    /// Visits that a named failure here caused, whole and by probability in millionths.
    package var failureDemand = 0
    package var failureDemandMillionths: Int64 = 0
    /// Complaints and redress that go back to here.
    package var complaints = 0
    package var refunds = 0
    package var refunded: Int64 = 0
    /// Journeys that began here, whose customer left.
    package var churned = 0
    /// What interactions cost that a failure here caused; and their customers' own time in
    /// microseconds.
    package var downstreamCost: Int64 = 0
    package var ownTimeLost: Int64 = 0

    package init() {}

    package var failureDemandWeighted: Double { Double(failureDemandMillionths) / 1e6 }

    /// The amounts of each kind of consequence, in one order.
    fileprivate var consequences: [Double] {
        [
            Double(failureDemand), Double(complaints), Double(churned), Double(refunded),
            Double(downstreamCost), Double(ownTimeLost),
        ]
    }

    fileprivate mutating func add(_ other: RegisterFigures) {
        visits += other.visits
        journeys += other.journeys
        open += other.open
        failureDemand += other.failureDemand
        failureDemandMillionths += other.failureDemandMillionths
        complaints += other.complaints
        refunds += other.refunds
        refunded += other.refunded
        churned += other.churned
        downstreamCost += other.downstreamCost
        ownTimeLost += other.ownTimeLost
    }
}

/// One line of the register.
package struct RegisterRow: Sendable {
    package var intent: IntentID
    package var group: Int
    package var figures: RegisterFigures
    /// The mean of its shares in each kind of consequence that the record has any of; `nil` where
    /// it has none at all.
    package var consequenceShare: Double?
    /// The same over its share of the journeys: 1 is as much as its volume; `nil` where no journey
    /// begins here.
    package var consequencePerJourney: Double?
}

/// How few journeys carry most of an amount.
package struct RegisterTail: Sendable {
    /// Of all journeys that begin in the selection.
    package let shape: BurdenShape
    /// Journeys with any of it.
    package let carriers: Int
    /// The smallest number of journeys that carry half, and eight tenths, of it; `nil` where there
    /// is none of it.
    package let half: Int?
    package let eightTenths: Int?

    init(_ amounts: [Int64]) {
        shape = BurdenShape(amounts)
        carriers = amounts.count { $0 > 0 }
        let descending = amounts.sorted(by: >)
        let total = amounts.reduce(Int128(0)) { $0 + Int128($1) }
        func count(tenths: Int128) -> Int? {
            guard total > 0 else { return nil }
            var sum = Int128(0)
            let place = descending.firstIndex { amount in
                sum += Int128(amount)
                return sum * 10 >= total * tenths
            }
            return place.map { $0 + 1 }
        }
        half = count(tenths: 5)
        eightTenths = count(tenths: 8)
    }
}

/// Intents by group, with what follows from each.
package struct RegisterView: Sendable {
    /// Fewer journeys than this say little about a single one: such rows come after the others.
    package static let fewJourneys = 30

    /// Most consequence per journey first, of those with ``fewJourneys`` and more; then the others,
    /// by the same. Ties by intent and group.
    package let rows: [RegisterRow]
    package let total: RegisterFigures
    /// Cost that failures caused, and own time that they took, by journey.
    package let costByJourney: RegisterTail
    package let timeByJourney: RegisterTail
    /// Complaints and refunds of customers who have no interaction to which they belong.
    package let unplaced: Int

    /// Consequences are counted where they were caused, as the ledger follows causes by rule, and
    /// wherever and whenever they came; a journey, and that its customer left, where it began.
    /// - Complexity: O(n + facts log n).
    package init(_ record: ViewRecord, _ selection: Selection, facts: [CustomerFact]) {
        var tally = RegisterTally(record, selection)
        tally.addInteractions()
        let wanted = facts.filter { $0.kind == .complaintOpened || $0.kind == .refundPaid }
        let places = FactPlaces(record, wanted).indices
        unplaced = places.count { $0 < 0 }
        for (fact, place) in zip(wanted, places) where place >= 0 {
            tally.add(fact, at: Int(place))
        }
        total = tally.figures.values.reduce(into: RegisterFigures()) { $0.add($1) }
        rows = RegisterView.ordered(tally.figures, total, selection, record.table.dictionary)
        let members = record.book.journeys.indices.filter {
            selection.group(of: Int(record.book.journeys[$0].first)) != nil
        }
        costByJourney = RegisterTail(members.map { tally.costs[$0] })
        timeByJourney = RegisterTail(members.map { tally.times[$0] })
    }

    private static func ordered(
        _ figures: [RegisterKey: RegisterFigures], _ total: RegisterFigures,
        _ selection: Selection, _ names: Interner
    ) -> [RegisterRow] {
        let totals = total.consequences
        let kinds = totals.indices.filter { totals[$0] > 0 }
        let rows = figures.map { key, figures in
            let amounts = figures.consequences
            // Every kind weighs the same.
            let share = mean(kinds.map { amounts[$0] / totals[$0] })
            let volume = Double(figures.journeys) / Double(max(1, total.journeys))
            return RegisterRow(
                intent: IntentID(Symbol(key.intent)), group: Int(key.group), figures: figures,
                consequenceShare: share,
                consequencePerJourney: figures.journeys == 0 ? nil : share.map { $0 / volume })
        }
        func isThin(_ row: RegisterRow) -> Int {
            row.figures.journeys < RegisterView.fewJourneys ? 1 : 0
        }
        return rows.map { row in
            (row: row, name: row.intent.isKnown ? names.string(row.intent) : "unknown")
        }.sorted { left, right in
            let (first, second) = (left.row, right.row)
            return (
                isThin(first), -(first.consequencePerJourney ?? -1), left.name, first.group
            ) < (
                isThin(second), -(second.consequencePerJourney ?? -1), right.name, second.group
            )
        }.map(\.row)
    }
}

/// An intent in a group.
private struct RegisterKey: Hashable {
    let intent: UInt32
    let group: Int32
}

private struct RegisterTally {
    private let record: ViewRecord
    private let selection: Selection
    private let origins: CostPaths
    private(set) var figures: [RegisterKey: RegisterFigures] = [:]
    /// By journey: what failures in it cost, and the own time that they took.
    private(set) var costs: [Int64]
    private(set) var times: [Int64]

    init(_ record: ViewRecord, _ selection: Selection) {
        self.record = record
        self.selection = selection
        origins = CostOrigins(record.book).byRule
        costs = [Int64](repeating: 0, count: record.book.journeys.count)
        times = costs
    }

    /// Where an interaction stands; `nil` outside of the selection.
    private func key(_ index: Int) -> RegisterKey? {
        selection.group(of: index).map {
            RegisterKey(
                intent: record.table.contacts[index].intent.symbol.rawValue, group: Int32($0))
        }
    }

    private mutating func change(_ index: Int, _ body: (inout RegisterFigures) -> Void) {
        guard let key = key(index) else { return }
        body(&figures[key, default: RegisterFigures()])
    }

    mutating func addInteractions() {
        let (table, book) = (record.table, record.book)
        for first in record.visits.starts {
            change(first) { $0.visits += 1 }
            guard book.edge(of: first) == .failure else { continue }
            let probability = Int64(book.probability[first])
            change(Int(origins[first].contact)) { figures in
                figures.failureDemand += 1
                figures.failureDemandMillionths += probability
            }
        }
        for journey in book.journeys {
            change(Int(journey.first)) { figures in
                figures.journeys += 1
                if journey.state == .open { figures.open += 1 }
                if journey.state == .churned { figures.churned += 1 }
            }
        }
        for (index, contact) in table.contacts.enumerated() where origins[index].failure != 0 {
            let cost = record.cost(index)
            let time = book.rules.ownTime(contact)
            costs[Int(book.journeyOf[index])] += cost
            times[Int(book.journeyOf[index])] += time
            change(Int(origins[index].contact)) { figures in
                figures.downstreamCost += cost
                figures.ownTimeLost += time
            }
        }
    }

    mutating func add(_ fact: CustomerFact, at place: Int) {
        change(Int(origins[place].contact)) { figures in
            if fact.kind == .complaintOpened {
                figures.complaints += 1
            } else {
                figures.refunds += 1
                figures.refunded += fact.money ?? 0
            }
        }
    }
}
