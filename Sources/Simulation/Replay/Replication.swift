// One replication: the recorded contacts once more, in order of time, in the world as it was and
// in the world of the scenario, with the same chance terms.

import Events
package import Modeling
import Projections
import Randomness

/// Working memory of one thread, reused by its replications.
package struct ReplayScratch {
    /// By contact: its root in this replication.
    var root: [Int32]
    /// By contact, in the scenario: whether it happens, and how much later than recorded.
    var happens: [Bool]
    var shift: [Int64]
    /// By contact: what the scenario did to the return that followed it in the record.
    var returnChange: [ReturnChange]
    /// By root contact: the failure of the automation that its later contacts hang on, or 0.
    var automationFailure: [UInt8]
    /// By customer + 1: what the books say and what the classes say of the change in cash.
    var bookedChange: [Int64]
    var classedChange: [Int64]
    /// By customer: change of own time, and marks.
    var timeChange: [Int64]
    var marks: [CustomerMarks]

    struct CustomerMarks: OptionSet {
        let rawValue: UInt8
        static let reached = CustomerMarks(rawValue: 1)
        static let gaveUp = CustomerMarks(rawValue: 2)
    }

    package init(_ plan: ReplayPlan) {
        let contacts = plan.table.contacts.count
        let customers = plan.table.customers.count
        root = [Int32](repeating: -1, count: contacts)
        happens = [Bool](repeating: true, count: contacts)
        shift = [Int64](repeating: 0, count: contacts)
        returnChange = [ReturnChange](repeating: .asRecorded, count: contacts)
        automationFailure = [UInt8](repeating: 0, count: contacts)
        bookedChange = [Int64](repeating: 0, count: customers + 1)
        classedChange = bookedChange
        timeChange = [Int64](repeating: 0, count: customers)
        marks = [CustomerMarks](repeating: [], count: customers)
    }

    mutating func reset(_ plan: ReplayPlan) {
        for index in plan.active {
            returnChange[Int(index)] = .asRecorded
            automationFailure[Int(index)] = 0
        }
        for index in bookedChange.indices {
            bookedChange[index] = 0
            classedChange[index] = 0
        }
        for index in timeChange.indices {
            timeChange[index] = 0
            marks[index] = []
        }
    }
}

/// What became of a contact's recorded return, or of its absence.
enum ReturnChange: UInt8 {
    case asRecorded
    case prevented
    case created
}

/// The state of one replication under way.
struct Replication {
    let plan: ReplayPlan
    let draws: Draws
    let parameters: DrawnParameters
    /// Φ⁻¹ of the stated success, and the weights of difficulty and of luck in it.
    let successThreshold: Double
    let luckWeight: Double
    let observedWeight: Double
    let unobservedWeight: Double
    var result: ReplicationResult

    init(_ plan: ReplayPlan, parameters: DrawnParameters, replication: UInt32) {
        self.plan = plan
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
        scratch.reset(self)
        var state = Replication(self, parameters: parameters, replication: UInt32(replication))
        for index in active { state.replay(Int(index), &scratch) }
        state.chargeFixedCost(&scratch)
        state.close(&scratch)
        return state.result
    }

    /// Parameter draw k, for the replications 2k and 2k + 1.
    package func parameters(draw: Int) -> DrawnParameters {
        DrawnParameters(intervention, model: model, seed: seed, draw: UInt32(draw))
    }
}

extension Replication {
    /// One recorded contact in both worlds.
    mutating func replay(_ index: Int, _ scratch: inout ReplayScratch) {
        let contact = plan.table.contacts[index]
        let isCaused = isLinkDrawn(index)
        let parent = Int(plan.book.predecessor[index])
        let root = isCaused ? Int(scratch.root[parent]) : index
        scratch.root[index] = Int32(root)
        let isPresent =
            !isCaused || (scratch.happens[parent] && scratch.returnChange[parent] != .prevented)
        scratch.happens[index] = isPresent
        scratch.shift[index] = isCaused ? scratch.shift[parent] : 0
        let step: StepEnd =
            isPresent && plan.inScope[index] ? takeStep(index, contact) : .notTaken
        let isInCohort = plan.inWindow[root]
        let place = Place(index: index, root: root, isCaused: isCaused, isInCohort: isInCohort)
        apply(step, at: place, &scratch)
        guard isInCohort else { return }
        bookBaseline(place, &scratch)
        bookScenario(place, step, wasPresent: isPresent, &scratch)
    }

    /// Whether this replication takes the recorded contact for the consequence of its
    /// predecessor's failure; where not, it is a need of its own.
    func isLinkDrawn(_ index: Int) -> Bool {
        guard plan.book.role[index] == .rework else { return false }
        let uniform = draws.uniform(
            address: plan.table.contacts[index].address, purpose: plan.purposes.link)
        return uniform * 1_000_000 < Double(plan.book.probability[index])
    }

    /// Moves the scenario's state of a contact to where the step's end leaves it.
    private mutating func apply(
        _ step: StepEnd, at place: Place, _ scratch: inout ReplayScratch
    ) {
        let duration = parameters.stepMicroseconds
        switch step {
        case .notTaken: break
        case .resolved: scratch.happens[place.index] = false
        case .handedOver(let lostContext):
            scratch.shift[place.index] += duration
            if lostContext, plan.table.contacts[place.index].isServed {
                scratch.shift[place.index] += parameters.contextPenaltyMicroseconds
            }
            settleReturn(place, &scratch)
        case .unmet(let kind, let returnDelay):
            if let returnDelay {
                scratch.shift[place.index] += duration + returnDelay
                if !place.isCaused {
                    scratch.automationFailure[place.index] = UInt8(failureRow(kind))
                }
            } else {
                scratch.happens[place.index] = false
            }
        }
    }

    func failureRow(_ kind: UnmetKind) -> Int {
        kind == .falselyContained ? plan.rows.falselyContained : plan.rows.leftAutomation
    }
}

/// Where in the cohort a recorded contact stands in this replication.
struct Place {
    let index: Int
    let root: Int
    let isCaused: Bool
    let isInCohort: Bool
}
