// What a replication looks up beside the contacts: small, flat, the same for all of them.

import Events
import Modeling
import Projections
import Randomness

/// What a replication looks up of one automation.
struct AutomationTable: Sendable {
    let mechanism: Mechanism
    /// Of the mechanism: asked for each contact, and a call into another module there.
    let act: Mechanism.Act
    let isOfAgents: Bool
    let purposes: AutomationPurposes
    let firstDay: Int64
    let lastDay: Int64
    let rampDays: Int64
    let isFirstContactOnly: Bool
    /// Column of who pays for it.
    let payer: Int
    /// Costs of grade D are an assumption in the change's provenance.
    let isRunCostAssumed: Bool
    let isFixedCostAssumed: Bool

    init(
        _ automation: Automation, rows: AddedRows, registry: inout DrawPurposeRegistry
    ) throws(RandomnessError) {
        mechanism = automation.mechanism
        act = automation.mechanism.act
        isOfAgents = automation.mechanism.isOfAgents
        purposes = try AutomationPurposes(automation.id, &registry)
        firstDay = Int64(automation.scope.firstDay)
        lastDay = Int64(automation.scope.lastDay)
        rampDays = Int64(automation.rampDays)
        isFirstContactOnly = automation.scope.isFirstContactOnly
        payer = rows.payer(automation.payer)
        isRunCostAssumed = automation[.runPerUse]?.grade ?? .d == .d
        isFixedCostAssumed = automation[.fixed]?.grade ?? .d == .d
    }

    /// How much of its full reach it has on a local day, from 0 to 1.
    func ramp(_ day: Int64) -> Double {
        rampDays == 0 ? 1 : min(1, Double(day - firstDay + 1) / Double(rampDays + 1))
    }

    /// How much of its full effect it has, where that takes `days` to grow.
    func growth(_ day: Int64, days: Double) -> Double {
        days > 1 ? min(1, Double(day - firstDay + 1) / days) : 1
    }
}

struct ReplayTables: Sendable {
    let rows: AddedRows
    let purposes: Purposes
    let automations: [AutomationTable]
    /// Sizes of the ledger's axes, to number its rows and columns.
    let failureCount: Int
    let payerCount: Int
    let firstPaidOfNoIntent: Int
    /// Failures of the model's cells: those of the rules, and none.
    let modelFailureCount: Int
    /// The failure whose return law holds for leaving automation, and for wrong answers.
    let automationFailure: Int
    let unresolvedFailure: Int
    /// By failure, and by family.
    let delays: [DelayLaw]
    let hours: OpeningHours
    let durations: [DurationLaws]
    /// By ``ownTimeLaw(of:)``: customers' own time in recorded contacts.
    let ownTimes: [EmpiricalLaw]
    /// By family: mean cost of an identified rework contact, what a prevented return is worth; and
    /// the share of served contacts that are escalated.
    let meanReworkCost: [Int64]
    let servedRate: [HandlingRate]
    let escalationShare: [Double]
    /// Weeks begin on Mondays at 0 h local time; the first is the one before the first contact's in
    /// the plan, the last holds everything later.
    let firstWeek: Int64
    let weekCount: Int
    /// Returns come after the last recorded contact; a year is more than any chain of them.
    private static let weeksAfter = 52

    init(
        _ dimensions: LedgerDimensions, rules: LinkRules, model: Model,
        intervention: Intervention, meanReworkCost: [Int64], servedRate: [HandlingRate],
        hours: OpeningHours,
        trees: RecordedTrees
    ) throws(RandomnessError) {
        let rows = AddedRows(dimensions, rules: rules, intervention: intervention)
        var registry = DrawPurposeRegistry()
        self.rows = rows
        purposes = try Purposes(&registry)
        var automations: [AutomationTable] = []
        for automation in intervention.automations {
            automations.append(
                try AutomationTable(
                    automation, rows: rows, registry: &registry))
        }
        self.automations = automations
        failureCount = dimensions.failures.count
        payerCount = dimensions.payers.count
        firstPaidOfNoIntent = dimensions.paid(ofNoIntent: 0)
        modelFailureCount = model.failureTitles.count
        automationFailure = ReplayTables.failure(rules, [.contained, .abandoned])
        unresolvedFailure = ReplayTables.failure(rules, [.unresolved, .contained, .abandoned])
        delays = model.delays
        self.hours = hours
        durations = model.durations
        self.meanReworkCost = meanReworkCost
        self.servedRate = servedRate
        escalationShare = ReplayTables.escalationShares(
            trees, familyCount: model.familyNames.count)
        ownTimes = ReplayTables.ownTimes(trees, familyCount: model.familyNames.count)
        let moments = trees.contacts.lazy.map(\.at)
        firstWeek = ReplayTables.mondayWeek(moments.min() ?? 0) - 1
        let lastWeek = ReplayTables.mondayWeek(moments.max() ?? 0)
        weekCount = Int(lastWeek - firstWeek) + 1 + ReplayTables.weeksAfter
    }

    /// What handling a contact costs that the record does not hold: as its parent's, and where
    /// nobody handles that one, as most served contacts of the family.
    func createdRate(_ parent: borrowing RecordedContact) -> HandlingRate {
        parent.rate.payer >= 0 ? parent.rate : servedRate[Int(parent.family)]
    }

    /// Microseconds that the contact's channel is still closed when it comes so much later than
    /// recorded.
    func untilOpen(_ contact: borrowing RecordedContact, shift: Int64) -> Int64 {
        hours.wait(Int(contact.hours), at: contact.at + shift + contact.localOffset)
    }

    /// Contacts of a family that were served, or that were not, have a law of their own.
    func ownTimeLaw(of contact: RecordedContact) -> Int {
        ReplayTables.ownTimeLaw(of: contact)
    }

    private static func ownTimeLaw(of contact: RecordedContact) -> Int {
        2 * Int(contact.family) + (contact.isServed ? 1 : 0)
    }

    private static func ownTimes(_ trees: RecordedTrees, familyCount: Int) -> [EmpiricalLaw] {
        var times = [[Int64]](repeating: [], count: 2 * familyCount)
        for contact in trees.contacts where contact.marks.contains(.inbound) {
            times[ownTimeLaw(of: contact)].append(contact.customerTime)
        }
        return times.map { EmpiricalLaw(observations: $0) }
    }

    func caused(intent: Int32, failure: Int) -> Int { Int(intent) * failureCount + failure }

    func paid(intent: Int32, payer: Int) -> Int { Int(intent) * payerCount + payer }

    func paid(ofNoIntent payer: Int) -> Int { firstPaidOfNoIntent + payer }

    /// The week of a local moment, as a place in tables by week.
    func week(_ microseconds: Int64) -> Int {
        let week = ReplayTables.mondayWeek(microseconds) - firstWeek
        return Int(min(max(0, week), Int64(weekCount - 1)))
    }

    /// The days of the weeks, local, since 1970.
    var days: Range<Int> {
        let first = Int(firstWeek) * 7 - 3
        return first..<(first + 7 * weekCount)
    }

    /// The day of a local moment, in days since 1970; what is later than all weeks is in the last.
    func day(local microseconds: Int64) -> Int {
        let day = Int(microseconds / 86_400_000_000)
        return min(max(days.lowerBound, day), days.upperBound - 1)
    }

    /// Weeks since the Monday of 1969-12-29, for moments since 1970.
    private static func mondayWeek(_ microseconds: Int64) -> Int64 {
        (microseconds + 3 * 86_400_000_000) / (7 * 86_400_000_000)
    }

    /// The first rule for the first of the outcomes that a rule names.
    private static func failure(_ rules: LinkRules, _ outcomes: [Outcome]) -> Int {
        for outcome in outcomes {
            if let place = rules.failures.firstIndex(where: { $0.outcome == outcome }) {
                return place + 1
            }
        }
        return 0
    }

    /// Of the served contacts of a family, the share that an escalation goes on with.
    private static func escalationShares(
        _ trees: RecordedTrees, familyCount: Int
    ) -> [Double] {
        var served = [Double](repeating: 0, count: familyCount)
        var escalated = served
        for tree in 0..<trees.certain.upperBound {
            let places = trees.places(tree)
            for contact in trees.contacts[places] {
                if contact.isServed { served[Int(contact.family)] += 1 }
                guard contact.marks.contains(.escalation), contact.cause >= 0 else { continue }
                let parent = trees.contacts[places.lowerBound + Int(contact.cause)]
                if parent.isServed { escalated[Int(parent.family)] += 1 }
            }
        }
        return zip(escalated, served).map { $1 == 0 ? 0 : min(1, $0 / $1) }
    }
}
