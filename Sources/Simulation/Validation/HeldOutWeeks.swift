// Weeks that were not fitted, drawn beside what happened in them.

package import Randomness

/// Fitted laws and the weeks that they are asked about.
package struct HeldOutWeeks: Sendable {
    package let laws: JourneyLaws
    package let weeks: RecordedWeeks
    package let seed: UInt64
    private let families: [Bool]
    private let purpose = DrawPurpose("journey")
    private let weekPurpose = DrawPurpose("generative week")

    package init(laws: JourneyLaws, weeks: RecordedWeeks, seed: UInt64) {
        self.laws = laws
        self.weeks = weeks
        self.seed = seed
        families = weeks.families(laws.index)
    }

    package static let weekMicroseconds: Int64 = 7 * 86_400_000_000

    /// Whole weeks among them.
    package var weekCount: Int { Int((weeks.to - weeks.from) / HeldOutWeeks.weekMicroseconds) }

    /// The chain of a parameter draw.
    package func chain(draw: Int) -> JourneyChain {
        laws.chain(Draws(seed: seed, replication: UInt32(draw)), families: families)
    }

    package func draws(_ replication: Int) -> Draws {
        Draws(seed: seed, replication: UInt32(replication))
    }

    /// The recorded needs of a replication, with what is drawn to follow them.
    func run(
        _ roots: [JourneyRoot], _ chain: JourneyChain, draws: Draws,
        into sink: inout some JourneySink
    ) {
        var chain = chain
        chain.weeksFrom = weeks.from
        chain.weeks = weekEffects(draws)
        chain.run(roots[...], draws: draws, purpose: purpose, until: weeks.to, into: &sink)
    }

    /// Each week is as fast as a fitted one, drawn with replacement: nobody knows how busy, or how
    /// well staffed, a week to come will be, and whole weeks keep together what goes together.
    private func weekEffects(_ draws: Draws) -> [WeekEffect] {
        let fitted = laws.weekEffects
        guard !fitted.isEmpty else { return [] }
        return (0...weekCount).map { week in
            let uniform = draws.uniform(address: UInt64(week), purpose: weekPurpose)
            return fitted[Int(uniform * Double(fitted.count))]
        }
    }

    /// What is recorded and what is drawn, added up week by week; what comes after the last whole
    /// week is in neither.
    package func weekly(
        _ replication: Int, _ chain: JourneyChain
    ) -> (recorded: [JourneyTotals], drawn: [JourneyTotals], needs: Int) {
        let draws = draws(replication)
        let told = weeks.tell(draws)
        var recorded = WeeklyTotals(from: weeks.from, count: weekCount)
        for step in told.steps { recorded.take(step) }
        var drawn = WeeklyTotals(from: weeks.from, count: weekCount)
        run(told.roots, chain, draws: draws, into: &drawn)
        return (recorded.weeks, drawn.weeks, told.roots.count)
    }
}

/// Totals by week.
struct WeeklyTotals: JourneySink {
    let from: Int64
    private(set) var weeks: [JourneyTotals]

    init(from: Int64, count: Int) {
        self.from = from
        weeks = [JourneyTotals](repeating: JourneyTotals(), count: count)
    }

    mutating func take(_ step: JourneyStep) {
        let week = Int((step.at - from) / HeldOutWeeks.weekMicroseconds)
        if week >= 0, week < weeks.count { weeks[week].take(step) }
    }
}

/// The figures of a week that are foretold.
package enum WeeklyFigure: String, CaseIterable, Sendable, Codable {
    case interactions, contacts
    case served = "served_contacts"
    case rework = "rework_contacts"
    case escalations = "escalations"
    case abandoned = "abandoned_contacts"
    case handleMinutes = "handle_minutes"
    case cost = "cash_cost"

    package var title: String {
        switch self {
        case .interactions: "interactions, work too"
        case .contacts: "contacts"
        case .served: "contacts served by people"
        case .rework: "contacts caused by a failure"
        case .escalations: "contacts after an escalation"
        case .abandoned: "contacts that customers left unserved"
        case .handleMinutes: "minutes of people handling"
        case .cost: "cost"
        }
    }

    /// Cost in major units.
    package func value(_ totals: JourneyTotals) -> Double {
        switch self {
        case .interactions: Double(totals.interactions)
        case .contacts: Double(totals.contacts)
        case .served: Double(totals.served)
        case .rework: Double(totals.caused)
        case .escalations: Double(totals.escalations)
        case .abandoned: Double(totals.abandoned)
        case .handleMinutes: Double(totals.handle) / 60_000_000
        case .cost: Double(totals.cost) / 100_000
        }
    }
}
