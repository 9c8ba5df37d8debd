// Working memory of one thread, made once and reused by its replications.

import Projections

/// What became of a contact's recorded return, or of its absence.
enum ReturnChange: UInt8 {
    case asRecorded
    case prevented
    case created
    /// Somebody mended the failure before the customer came back, or gave up.
    case recovered

    /// Whether a recorded return does not come.
    var isWithoutReturn: Bool { self == .prevented || self == .recovered }
}

/// A recorded contact in the replication under way.
struct ContactState {
    /// Its root: where the drawn chain of what brought it about begins, as a place in its tree.
    var root: Int32 = -1
    /// Whether this replication takes it for brought about by the one before.
    var isLinked = false
    /// The same, by that one's failure.
    var isCaused = false
    /// Its failure brought another one about.
    var isReturnedFrom = false
    /// The first of these came so much later.
    var firstReturnAfter: Int64 = 0
    /// An escalation goes on with it.
    var isEscalatedFrom = false
    /// What its cost is caused by in the record: the intent at which the chain of failures begins,
    /// and the failure there, 0 where there is none.
    var originIntent: Int32 = -1
    var originFailure: UInt8 = 0
    /// The step comes before it, or before the contact that it goes on with.
    var isOfStep = false
    /// In the scenario: it, or the contact that it goes on with, takes place later and again,
    /// because the step left the need unmet.
    var isAgain = false
    /// In the scenario: automation met the need before it, so that it does not happen.
    var isMet = false
    /// In the scenario: though it does not happen, work that was planned for its need is done.
    var keepsPlannedWork = false
    /// In the scenario: whether it happens, and how much later than recorded it arrives and ends,
    /// in microseconds. What it causes follows its end.
    var happens = true
    var arrivalShift: Int64 = 0
    var endShift: Int64 = 0
    var returnChange = ReturnChange.asRecorded
    var isEscalationPrevented = false
    /// People take so much longer for it, or less, than recorded, in microseconds; and how much of
    /// that is the customer's time too.
    var handleChange: Int64 = 0
    var customerTimeChange: Int64 = 0
    /// Microseconds that people take for it beside that: what was left out, or the wrong team.
    var addedHandling: Int64 = 0
    /// It, or what it goes on with, was led into another channel, at whose rate it is charged and
    /// where people need so much longer.
    var isMoved = false
    var movedFactor = 1.0
    /// Microseconds that it, and the next contact of its need, take because of what was left out.
    var inheritedPenalty: Int64 = 0
    var penaltyForNext: Int64 = 0
    /// The failure of the automation that it, or what it brings about, hangs on; or 0.
    var automationFailure: UInt8 = 0

    /// Whether, where it happens, it takes place at another time or takes people longer or less.
    var isOfOtherEffort: Bool { arrivalShift != 0 || handleChange != 0 || addedHandling != 0 }
}

package struct ReplayScratch: ~Copyable {
    struct CustomerMarks: OptionSet {
        let rawValue: UInt8
        static let reached = CustomerMarks(rawValue: 1)
        static let gaveUp = CustomerMarks(rawValue: 2)
    }

    /// What a customer's replication adds up to.
    struct CustomerState {
        /// What the books say and what the classes say of the change in cash.
        var booked: Int64 = 0
        var classed: Int64 = 0
        /// Change of own time in microseconds.
        var time: Int64 = 0
        /// What that change would be more, had the contacts that a scenario changes fresh chance
        /// terms in its world.
        var timeAnew: Int64 = 0
        /// Change of the number of contacts.
        var contacts: Int32 = 0
        var marks: CustomerMarks = []

        /// Of those whom the scenario reaches: more of their own time spent, or given up.
        var isWorseOff: Bool { marks.contains(.gaveUp) || time > 0 }
        var isWorseOffAnew: Bool { marks.contains(.gaveUp) || time + timeAnew > 0 }
        var isBetterOff: Bool { !isWorseOff && time < 0 }
    }

    /// By place in the tree under way.
    var contacts: FixedBuffer<ContactState>
    /// By payer × weeks + week: scenario minus baseline of what a pool is charged for handling.
    var poolChange: FixedBuffer<Int64>
    /// By number in ``RecordedTrees/customers`` + 1, of customers in the reached trees; the first
    /// holds what has no customer.
    var customers: FixedBuffer<CustomerState>
    /// Scenario minus baseline by day, and of the effort that contacts took.
    var profile: DayProfile
    var effort = EffortMoments()
    /// The sums of the replication before, until the next one takes their memory over.
    var running: RunningResult?

    package init(_ plan: ReplayPlan) {
        poolChange = FixedBuffer(
            repeating: 0, count: plan.tables.payerCount * plan.tables.weekCount)
        contacts = FixedBuffer(repeating: ContactState(), count: plan.trees.longest)
        customers = FixedBuffer(
            repeating: CustomerState(), count: plan.trees.reachedCustomerCount + 1)
        profile = DayProfile(days: plan.tables.days)
        running = nil
    }

    mutating func reset() {
        poolChange.fill(0)
        customers.fill(CustomerState())
        profile.reset()
        effort = EffortMoments()
    }

    mutating func keep(_ running: consuming RunningResult) { self.running = .some(running) }

    /// Sums that are all zero.
    mutating func takeRunning(_ dimensions: LedgerDimensions) -> RunningResult {
        guard var running = running.take() else { return RunningResult(dimensions) }
        running.reset()
        return running
    }
}
