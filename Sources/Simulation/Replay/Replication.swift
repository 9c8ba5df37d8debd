// One replication: the recorded contacts once more, in order of time, in the world as it was and
// in the world of the scenario, with the same chance terms.

import Events
package import Modeling
import Projections
import Randomness

/// The state of one replication under way.
struct Replication {
    let tables: ReplayTables
    let draws: Draws
    let returnProbability: [Double]
    /// In the scenario's order.
    let automations: [ActiveAutomation]
    /// Hours a week that automations release and that are used again, for coaching.
    let reusedHoursPerWeek: Double
    var result: ReplicationResult

    init(_ plan: ReplayPlan, parameters: DrawnParameters, replication: UInt32) {
        tables = plan.tables
        returnProbability = parameters.returnProbability
        let draws = Draws(seed: plan.seed, replication: replication)
        self.draws = draws
        automations = zip(plan.tables.automations, parameters.automations).map {
            ActiveAutomation($0, $1, draws: draws)
        }
        reusedHoursPerWeek = automations.reduce(0) {
            $0 + ($1.table.mechanism.act == .hours ? HoursReleased($1).reusedPerWeek : 0)
        }
        result = ReplicationResult(
            baseline: WorldTotals(plan.dimensions), scenario: WorldTotals(plan.dimensions))
    }
}

extension ReplayPlan {
    /// Replays the cohort once in both worlds.
    ///
    /// - Parameter replication: r; it uses parameter draw ⌊r / 2⌋ and its own chance terms.
    /// - Complexity: O(contacts of journeys that touch the window + customers).
    package func replicate(
        _ replication: Int, parameters: DrawnParameters, scratch: inout ReplayScratch
    ) -> ReplicationResult {
        scratch.reset()
        var state = Replication(self, parameters: parameters, replication: UInt32(replication))
        let recorded = recorded
        state.drawLinks(recorded, &scratch)
        for index in recorded.indices { state.replay(index, recorded, &scratch) }
        state.releaseHours(&scratch)
        state.chargeFixedCosts(&scratch)
        state.keepCapacity(&scratch)
        state.close(&scratch)
        return state.result
    }

    /// Parameter draw k, for the replications 2k and 2k + 1.
    package func parameters(draw: Int) -> DrawnParameters {
        DrawnParameters(intervention, model: model, seed: seed, draw: UInt32(draw))
    }
}

/// A recorded contact, and where in the cohort it stands in this replication.
struct Place {
    let index: Int
    let root: Int
    let isCaused: Bool
    let isInCohort: Bool
    /// What its costs are caused by in the record; no failure where it is its own need.
    let originIntent: Int32
    let originFailure: UInt8
    /// Until when costs are paid in the root's window.
    let rootWindowEnd: Int64

    var isRoot: Bool { index == root }
}

extension Replication {
    /// Which recorded contacts were brought about by the one before, drawn with the links'
    /// probabilities; the others are needs of their own.
    func drawLinks(_ recorded: [RecordedContact], _ scratch: inout ReplayScratch) {
        for index in recorded.indices where recorded[index].cause >= 0 {
            let uniform = draws.uniform(
                address: recorded[index].address, purpose: tables.purposes.link)
            let isLinked = uniform * 1_000_000 < Double(recorded[index].linkMillionths)
            scratch.contacts[index].isLinked = isLinked
            guard isLinked else { continue }
            let parent = Int(recorded[index].cause)
            if recorded[index].marks.contains(.escalation) {
                scratch.contacts[parent].isEscalatedFrom = true
            }
            guard !recorded[index].marks.contains(.fulfilment) else { continue }
            scratch.contacts[index].isCaused = true
            if !scratch.contacts[parent].isReturnedFrom {
                scratch.contacts[parent].isReturnedFrom = true
                scratch.contacts[parent].firstReturnAfter =
                    recorded[index].at - recorded[parent].at
            }
        }
    }

    /// One recorded contact in both worlds.
    mutating func replay(
        _ index: Int, _ recorded: [RecordedContact], _ scratch: inout ReplayScratch
    ) {
        let contact = recorded[index]
        var state = scratch.contacts[index]
        state.root = Int32(index)
        state.originIntent = contact.intent
        if state.isLinked { followParent(of: contact, recorded, &state, scratch) }
        if contact.isInScope { state.isOfStep = true }
        scratch.contacts[index] = state
        let root = Int(state.root)
        let rootContact = recorded[root]
        let place = Place(
            index: index, root: root, isCaused: state.isCaused,
            isInCohort: rootContact.marks.contains(.inWindow), originIntent: state.originIntent,
            originFailure: state.originFailure,
            rootWindowEnd: rootContact.at + rootContact.window)
        if state.happens, contact.isInScope {
            act(on: contact, place, root: rootContact, &scratch)
        }
        if scratch.contacts[index].happens, scratch.contacts[index].inheritedPenalty > 0 {
            payInheritedPenalty(contact, place, &scratch)
        }
        if scratch.contacts[index].isMoved { handleElsewhere(contact, place, &scratch) }
        guard place.isInCohort else { return }
        bookBaseline(contact, place, &scratch)
        bookScenario(contact, place, &scratch)
    }

    /// What a contact takes over from the one that brought it about.
    private func followParent(
        of contact: RecordedContact, _ recorded: [RecordedContact], _ state: inout ContactState,
        _ scratch: borrowing ReplayScratch
    ) {
        let parent = scratch.contacts[Int(contact.cause)]
        state.root = parent.root
        state.arrivalShift = parent.endShift
        state.endShift = parent.endShift
        state.automationFailure = parent.automationFailure
        state.originIntent = parent.originIntent
        state.originFailure = parent.originFailure
        state.inheritedPenalty = parent.penaltyForNext
        let isKept = !contact.marks.contains(.escalation) || !parent.isEscalationPrevented
        if state.isCaused {
            if parent.originFailure == 0 {
                state.originIntent = recorded[Int(contact.cause)].intent
                state.originFailure = recorded[Int(contact.cause)].namedFailure
            }
            state.happens = parent.happens && !parent.returnChange.isWithoutReturn && isKept
        } else if contact.marks.contains(.planned) {
            // The need was met by other means, and what is planned for it may be done all the same.
            state.happens = parent.happens || parent.keepsPlannedWork
        } else {
            // A hand-over is the same contact going on.
            state.happens = parent.happens && isKept
            state.isMet = parent.isMet
            state.keepsPlannedWork = parent.keepsPlannedWork
            state.isOfStep = parent.isOfStep
            state.isAgain = parent.isAgain
            state.isMoved = parent.isMoved
            state.movedFactor = parent.movedFactor
        }
    }

    func returnProbability(_ family: Int32, _ failure: Int) -> Double {
        returnProbability[Int(family) * tables.modelFailureCount + failure]
    }
}
