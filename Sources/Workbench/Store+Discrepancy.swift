// The model's error over what a scenario reaches, measured before its result is shown.

import EventLog
import Events
import Modeling
import Projections
import Scenarios
import Simulation

extension Store {
    /// Replications of the generative mode behind a discrepancy.
    private static let discrepancyReplications = 200

    /// Generative less recorded on weeks that were not fitted, over needs that begin with a
    /// contact that the scenario reaches.
    func discrepancy(
        _ prepared: PreparedRun, _ request: SimulationRequest, progress: ProgressReport?
    ) throws -> Discrepancy {
        let quarter = prepared.quarter
        guard request.measuresDiscrepancy else {
            return .notMeasured(reason: "it was not asked for")
        }
        let parts: HeldOutSplit
        do {
            parts = try quarter.heldOut(from: quarter.defaultSplit(), costs: prepared.costs)
        } catch {
            return .notMeasured(reason: error.reason)
        }
        let reached = ScopeOfWeeks.contacts(
            prepared.scenario.intervention, table: quarter.table, book: quarter.book)
        let heldOut = HeldOutWeeks(
            laws: JourneyLaws(parts.history, index: parts.index),
            weeks: RecordedWeeks(
                quarter.table, book: quarter.book, charges: parts.charges, index: parts.index,
                period: parts.predicted, isInScope: { reached[$0] }),
            seed: request.seed)
        let range = ReplicationRange(lower: 0, upper: Store.discrepancyReplications)
        let outcomes = ParallelDraws.run(range, threads: request.threads, progress: progress) {
            heldOut.outcomes(draw: $0, of: range)
        }
        let contacts = quarter.table.contacts
        let count = contacts.indices.count {
            reached[$0] && parts.predicted.contains(contacts[$0].at)
        }
        guard count > 0, outcomes.contains(where: { $0.hasNeeds }) else {
            return .notMeasured(
                reason: "no need of the held-out weeks begins with a contact that the scenario "
                    + "reaches")
        }
        return .measured(
            MeasuredDiscrepancy(
                outcomes, Store.days(quarter, parts),
                contactsInScope: (count, prepared.plan.inScopeCount)))
    }

    private static func days(_ quarter: Quarter, _ parts: HeldOutSplit) -> DiscrepancyDays {
        func text(_ moment: Instant) -> String {
            "\(CivilDate(dayNumber: quarter.day(of: moment)))"
        }
        let fitted = parts.fitted.to - parts.fitted.from
        return DiscrepancyDays(
            fittedFrom: text(parts.fitted.from), foretoldFrom: text(parts.split),
            foretoldTo: text(parts.predicted.to - TimeSpan(microseconds: 1)),
            fittedWeeks: Double(fitted.microseconds) / Double(HeldOutWeeks.weekMicroseconds))
    }
}
