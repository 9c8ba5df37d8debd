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
    let parameters: DrawnParameters
    /// Φ⁻¹ of the stated success, and the weights of difficulty and of luck in it.
    let successThreshold: Double
    let luckWeight: Double
    let observedWeight: Double
    let unobservedWeight: Double
    var result: ReplicationResult

    init(_ plan: ReplayPlan, parameters: DrawnParameters, replication: UInt32) {
        tables = plan.tables
        self.parameters = parameters
        draws = Draws(seed: plan.seed, replication: replication)
        let resolved = parameters.resolved
        successThreshold =
            resolved <= 0
            ? -.infinity : resolved >= 1 ? .infinity : ExactMath.inverseNormal(resolved)
        let strength = parameters.selectionStrength
        luckWeight = (1 - strength * strength).squareRoot()
        observedWeight = parameters.reliability.squareRoot()
        unobservedWeight = (1 - parameters.reliability).squareRoot()
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
        state.chargeFixedCost(&scratch)
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
            guard isLinked, !recorded[index].marks.contains(.fulfilment) else { continue }
            scratch.contacts[index].isCaused = true
            scratch.contacts[Int(recorded[index].cause)].isReturnedFrom = true
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
        let isPresent = state.happens
        scratch.contacts[index] = state
        let root = Int(state.root)
        let rootContact = recorded[root]
        let place = Place(
            index: index, root: root, isCaused: state.isCaused, originIntent: state.originIntent,
            originFailure: state.originFailure,
            rootWindowEnd: rootContact.at + rootContact.window)
        let isInCohort = rootContact.marks.contains(.inWindow)
        let step: StepEnd =
            isPresent && contact.isInScope ? takeStep(contact, root: rootContact) : .notTaken
        apply(step, contact, at: place, isInCohort: isInCohort, &scratch)
        guard isInCohort else { return }
        bookBaseline(contact, place, &scratch)
        bookScenario(contact, place, step, &scratch)
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
        if state.isCaused {
            if parent.originFailure == 0 {
                state.originIntent = recorded[Int(contact.cause)].intent
                state.originFailure = recorded[Int(contact.cause)].namedFailure
            }
            state.happens = parent.happens && parent.returnChange != .prevented
        } else if contact.marks.contains(.planned) {
            // The need was met by other means, and what is planned for it is done all the same.
            state.happens = parent.happens || parent.isMet
        } else {
            // A hand-over is the same contact going on.
            state.happens = parent.happens
            state.isMet = parent.isMet
            state.isOfStep = parent.isOfStep
            state.isAgain = parent.isAgain
        }
    }

    /// Moves the scenario's state of a contact to where the step's end leaves it.
    private mutating func apply(
        _ step: StepEnd, _ contact: RecordedContact, at place: Place, isInCohort: Bool,
        _ scratch: inout ReplayScratch
    ) {
        let duration = parameters.stepMicroseconds
        switch step {
        case .notTaken: break
        case .resolved:
            scratch.contacts[place.index].happens = false
            scratch.contacts[place.index].isMet = true
        case .handedOver(let lostContext):
            postpone(contact, by: duration, isLonger: lostContext, place, &scratch)
            settleReturn(contact, place, isInCohort: isInCohort, &scratch)
        case .unmet(let kind, let returnDelay):
            guard let returnDelay else {
                scratch.contacts[place.index].happens = false
                return
            }
            scratch.contacts[place.index].isAgain = true
            postpone(
                contact, by: duration + returnDelay, isLonger: kind == .falselyContained, place,
                &scratch)
            if place.originFailure == 0, scratch.contacts[place.index].automationFailure == 0 {
                scratch.contacts[place.index].automationFailure = UInt8(failureRow(kind))
            }
        }
    }

    /// - Parameter isLonger: the step's context is lost, and a person who serves the contact has
    ///   to ask again.
    private func postpone(
        _ contact: RecordedContact, by delay: Int64, isLonger: Bool, _ place: Place,
        _ scratch: inout ReplayScratch
    ) {
        scratch.contacts[place.index].arrivalShift += delay
        scratch.contacts[place.index].endShift += delay
        if isLonger, contact.isServed {
            scratch.contacts[place.index].endShift += parameters.contextPenaltyMicroseconds
        }
    }

    func failureRow(_ kind: UnmetKind) -> Int {
        kind == .falselyContained ? tables.rows.falselyContained : tables.rows.leftAutomation
    }
}
