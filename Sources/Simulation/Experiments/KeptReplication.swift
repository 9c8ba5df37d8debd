// One replication's result as it goes into a file and comes back: integers, so that what is merged
// is what one run would have given.

/// A replication's result on its way through a file.
package struct KeptReplication: Hashable, Sendable, Codable {
    package let replication: Int
    /// By ``Counter``.
    private let baseline: [Int64]
    private let scenario: [Int64]
    /// Cells of the ledger that are not zero, by world.
    private let baselineCells: Cells
    private let scenarioCells: Cells
    private let classes: Classes
    private let provenance: Provenance
    private let customers: Customers
    private let unexplained: Int64
    private let avertedUnidentified: Int64
    private let createdContacts: Int
    private let weeks: [Int64]
    private let segments: [SegmentTotals]
    private let spread: Spread?

    private struct Cells: Hashable, Codable {
        let places: [Int32]
        let amounts: [Int64]

        init(_ matrix: PostedMatrix) {
            places = matrix.places
            amounts = matrix.amounts
        }
    }

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
        let worseOffAnew: Int
        let betterOff: Int
        let unexplained: Int
    }

    package init(_ result: ReplicationResult, replication: Int) {
        self.replication = replication
        baseline = result.baseline.counters
        scenario = result.scenario.counters
        baselineCells = Cells(result.baseline.matrix)
        scenarioCells = Cells(result.scenario.matrix)
        classes = Classes(
            grossSaving: result.classes.grossSaving, runCost: result.classes.runCost,
            unreleased: result.classes.unreleased, redistributed: result.classes.redistributed,
            deferred: result.classes.deferred)
        provenance = Provenance(
            supported: result.provenance.supported, extrapolated: result.provenance.extrapolated,
            assumed: result.provenance.assumed)
        customers = Customers(
            reached: result.customersReached, worseOff: result.customersWorseOff,
            worseOffAnew: result.customersWorseOffAnew,
            betterOff: result.customersBetterOff, unexplained: result.customersUnexplained)
        unexplained = result.unexplained
        avertedUnidentified = result.avertedUnidentified
        createdContacts = result.createdContacts
        weeks = result.weeks
        segments = result.segments
        spread = result.spread
    }

    /// The result that was kept; `nil` where it has not the shape that `plan` gives.
    package func result(of plan: ReplayPlan) -> ReplicationResult? {
        func world(_ counters: [Int64], _ cells: Cells) -> WorldTotals? {
            guard counters.count == Counter.count,
                let matrix = PostedMatrix(plan.dimensions, cells.places, cells.amounts)
            else { return nil }
            return WorldTotals(counters, matrix)
        }
        guard let before = world(baseline, baselineCells),
            let after = world(scenario, scenarioCells),
            weeks.count == plan.tables.weekCount * DayFigure.count,
            segments.count == plan.profile.segments.count
        else { return nil }
        var result = ReplicationResult(baseline: before, scenario: after)
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
        result.customersWorseOffAnew = customers.worseOffAnew
        result.customersBetterOff = customers.betterOff
        result.customersUnexplained = customers.unexplained
        result.unexplained = unexplained
        result.avertedUnidentified = avertedUnidentified
        result.createdContacts = createdContacts
        result.weeks = weeks
        result.segments = segments
        result.spread = spread
        return result
    }
}
