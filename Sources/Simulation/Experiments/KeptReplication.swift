// One replication's result as it goes into a file and comes back: integers, so that what is merged
// is what one run would have given.

import Projections

/// A replication's result on its way through a file.
package struct KeptReplication: Hashable, Sendable, Codable {
    package let replication: Int
    /// By ``Counter``.
    private let baseline: [Int64]
    private let scenario: [Int64]
    /// Cells of the ledger that are not zero in both worlds: place, baseline, scenario.
    private let cells: [[Int64]]
    private let classes: Classes
    private let provenance: Provenance
    private let customers: Customers
    private let unexplained: Int64
    private let avertedUnidentified: Int64
    private let createdContacts: Int

    private struct Classes: Hashable, Codable {
        let grossSaving: Int64
        let runCost: Int64
        let unreleased: Int64
        let redistributed: Int64
        let deferred: Int64
    }

    private struct Provenance: Hashable, Codable {
        let supported: Int64
        let extrapolated: Int64
        let assumed: Int64
    }

    private struct Customers: Hashable, Codable {
        let reached: Int
        let worseOff: Int
        let betterOff: Int
        let unexplained: Int
    }

    package init(_ result: ReplicationResult, replication: Int) {
        self.replication = replication
        baseline = result.baseline.counters
        scenario = result.scenario.counters
        let cellsBefore = result.baseline.matrix.cells
        let cellsAfter = result.scenario.matrix.cells
        cells = cellsBefore.indices.compactMap { cell in
            guard cellsBefore[cell] != 0 || cellsAfter[cell] != 0 else { return nil }
            return [Int64(cell), cellsBefore[cell], cellsAfter[cell]]
        }
        classes = Classes(
            grossSaving: result.classes.grossSaving, runCost: result.classes.runCost,
            unreleased: result.classes.unreleased, redistributed: result.classes.redistributed,
            deferred: result.classes.deferred)
        provenance = Provenance(
            supported: result.provenance.supported, extrapolated: result.provenance.extrapolated,
            assumed: result.provenance.assumed)
        customers = Customers(
            reached: result.customersReached, worseOff: result.customersWorseOff,
            betterOff: result.customersBetterOff, unexplained: result.customersUnexplained)
        unexplained = result.unexplained
        avertedUnidentified = result.avertedUnidentified
        createdContacts = result.createdContacts
    }

    /// The result that was kept; `nil` where it has not the shape that `plan` gives.
    package func result(of plan: ReplayPlan) -> ReplicationResult? {
        var worlds = (WorldTotals(plan.dimensions), WorldTotals(plan.dimensions))
        let columns = plan.dimensions.paidCount
        let cellCount = Int64(plan.dimensions.causedCount * columns)
        guard baseline.count == Counter.count, scenario.count == Counter.count,
            cells.allSatisfy({ $0.count == 3 && (0..<cellCount).contains($0[0]) })
        else { return nil }
        worlds.0.counters = baseline
        worlds.1.counters = scenario
        for cell in cells {
            let (caused, paid) = Int(cell[0]).quotientAndRemainder(dividingBy: columns)
            worlds.0.matrix.post(caused: caused, paid: paid, cell[1])
            worlds.1.matrix.post(caused: caused, paid: paid, cell[2])
        }
        var result = ReplicationResult(baseline: worlds.0, scenario: worlds.1)
        result.classes.grossSaving = classes.grossSaving
        result.classes.runCost = classes.runCost
        result.classes.unreleased = classes.unreleased
        result.classes.redistributed = classes.redistributed
        result.classes.deferred = classes.deferred
        result.provenance.supported = provenance.supported
        result.provenance.extrapolated = provenance.extrapolated
        result.provenance.assumed = provenance.assumed
        result.customersReached = customers.reached
        result.customersWorseOff = customers.worseOff
        result.customersBetterOff = customers.betterOff
        result.customersUnexplained = customers.unexplained
        result.unexplained = unexplained
        result.avertedUnidentified = avertedUnidentified
        result.createdContacts = createdContacts
        return result
    }
}
