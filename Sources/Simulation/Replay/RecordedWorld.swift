// The recorded world of a replication, apart from any scenario: what one run found, a run of
// another scenario over the same days need not find again.

import Projections

/// Totals of the recorded world in one replication, in the log's own rows and columns.
///
/// It hangs on the log, the rules, the costs, the model, the seed, the replication and the days;
/// on nothing else of a scenario. Whoever keeps it keeps these with it.
package struct RecordedWorld: Hashable, Sendable {
    package let counters: [Int64]
    /// Places in the ledger without the payers that a scenario adds, ascending, and what is there.
    package let places: [Int32]
    package let amounts: [Int64]

    /// - Returns: `nil` for what is no such totals.
    package init?(counters: [Int64], places: [Int32], amounts: [Int64]) {
        guard counters.count == Counter.count, places.count == amounts.count else { return nil }
        self.counters = counters
        self.places = places
        self.amounts = amounts
    }
}

extension ReplayPlan {
    /// Payers of the log's own costs.
    private var recordedPayerCount: Int { dimensions.payers.count - tables.rows.payerCount }

    /// The recorded world of a replication of this plan. What a scenario posts to it, hours of
    /// people that an automation releases, is in a scenario's payers and left out.
    package func recordedWorld(of result: ReplicationResult) -> RecordedWorld {
        let matrix = result.baseline.matrix
        let (payers, own) = (dimensions.payers.count, recordedPayerCount)
        var places: [Int32] = []
        var amounts: [Int64] = []
        for (place, amount) in zip(matrix.places, matrix.amounts) {
            let (row, column) = Int(place).quotientAndRemainder(dividingBy: matrix.columnCount)
            let (intent, payer) = column.quotientAndRemainder(dividingBy: payers)
            guard payer < own else { continue }
            places.append(Int32((row * dimensions.intents.count + intent) * own + payer))
            amounts.append(amount)
        }
        return RecordedWorld(result.baseline.counters, places, amounts)
    }

    /// The same cell in the ledger of this plan; `nil` where there is none.
    func cell(_ place: Int32) -> Int? {
        let (rest, payer) = Int(place).quotientAndRemainder(dividingBy: recordedPayerCount)
        let (row, intent) = rest.quotientAndRemainder(dividingBy: dimensions.intents.count)
        guard place >= 0, row < dimensions.causedCount else { return nil }
        return row * dimensions.paidCount + intent * dimensions.payers.count + payer
    }
}

extension RecordedWorld {
    fileprivate init(_ counters: [Int64], _ places: [Int32], _ amounts: [Int64]) {
        self.counters = counters
        self.places = places
        self.amounts = amounts
    }
}

extension Replication {
    /// What the trees come to that no automation reaches: the recorded world less those that one
    /// does, which have been replayed.
    mutating func take(_ world: RecordedWorld, _ plan: ReplayPlan) {
        for counter in Counter.allCases {
            result.untouched.add(counter, world.counters[counter.rawValue])
        }
        for (place, amount) in zip(world.places, world.amounts) {
            guard let cell = plan.cell(place) else { continue }
            result.untouched.matrix.post(cell: cell, amount)
        }
        result.untouched.subtract(result.baseline)
    }
}
