// What a simulation with fresh chance terms says of a scenario: the fitted law of journeys drawn
// twice, without and with the automations, and the difference of the two worlds.

import Events
import Modeling
package import Projections
import Randomness

/// Two worlds of drawn journeys from the same recorded needs.
///
/// Everything but the needs and the parameters is drawn in each world by itself, as a process
/// simulator draws it, or with chance terms that both worlds share; a replay shares the record too.
package struct GenerativeWorlds: Sendable {
    let plan: ReplayPlan
    let payers: JourneyPayers
    /// By address of the first contact: whom the scopes take, whatever the channel and the moment.
    let needs: [UInt64: AutomationSet]
    /// Novices, growing and experienced agents: of the minutes of people.
    let bandShares: [Double]
    private let laws: JourneyLaws
    private let weeks: RecordedWeeks
    private let families: [Bool]
    private let channels: [AutomationSet]
    private let recordedPurpose = DrawPurpose("journey")
    private let automatedPurpose: DrawPurpose

    /// - Parameters:
    ///   - history: the whole log.
    ///   - period: from the scenario's first day to where the log ends.
    ///   - sharesChance: whether both worlds draw the same chance terms.
    /// - Throws: ``GenerativeGap`` where the scenario states what drawn journeys cannot show.
    /// - Complexity: O(n log n) of the contacts.
    package init(
        _ plan: ReplayPlan, history: JourneyHistory, period: Coverage, sharesChance: Bool = false
    ) throws(GenerativeGap) {
        try GenerativeGap.check(plan.intervention)
        let index = JourneyIndex(history.table, book: history.book)
        let contacts = history.table.contacts
        let days = plan.intervention.firstDay...plan.intervention.lastDay
        self.plan = plan
        automatedPurpose =
            sharesChance ? recordedPurpose : DrawPurpose("journey with automation")
        laws = JourneyLaws(history, index: index)
        weeks = RecordedWeeks(
            history.table, book: history.book, charges: history.charges, index: index,
            period: period, isInScope: { days.contains(contacts[$0].localDay) })
        families = weeks.families(index)
        payers = JourneyPayers(history, index: index, period: period)
        let scopes = ScopeTable(plan.intervention, table: history.table)
        channels = index.places.map { scopes.channels($0.channel) }
        var needs: [UInt64: AutomationSet] = [:]
        for contact in contacts where days.contains(contact.localDay) {
            let set = scopes.needs(contact)
            if !set.isEmpty { needs[contact.address] = set }
        }
        self.needs = needs
        bandShares = GenerativeWorlds.bandShares(plan)
    }

    private static func bandShares(_ plan: ReplayPlan) -> [Double] {
        var minutes = [0.0, 0.0, 0.0]
        for contact in plan.trees.contacts where contact.isInScope {
            let place =
                switch contact.band {
                case .novice: 0
                case .growing: 1
                case .experienced: 2
                }
            minutes[place] += Double(contact.handleTime)
        }
        let all = minutes.reduce(0, +)
        return all > 0 ? minutes.map { $0 / all } : [0, 1, 0]
    }

    func channels(ofCell cell: Int32) -> AutomationSet {
        channels[Int(cell) % channels.count]
    }

    func family(ofCell cell: Int32) -> Int { laws.index.family(ofCell: cell) }

    /// The replications of a parameter draw that lie in a range.
    package func changes(draw: Int, of range: ReplicationRange) -> [GenerativeChange] {
        let parameters = plan.parameters(draw: draw)
        let chain = laws.chain(
            Draws(seed: plan.seed, replication: UInt32(draw)), families: families)
        return range.replications(ofDraw: draw).map {
            change($0, chain, parameters: parameters)
        }
    }

    private func change(
        _ replication: Int, _ chain: JourneyChain, parameters: DrawnParameters
    ) -> GenerativeChange {
        let draws = Draws(seed: plan.seed, replication: UInt32(replication))
        let roots = weeks.tell(draws).roots
        var without = PlainJourneys(sums: WorldSums(payers))
        chain.run(
            roots[...], draws: draws, purpose: recordedPurpose, until: weeks.to, into: &without)
        var with = AutomatedJourneys(self, parameters: parameters, draws: draws, roots: roots)
        chain.run(
            roots[...], draws: draws, purpose: automatedPurpose, until: weeks.to, into: &with)
        return GenerativeChange(
            without: without.sums.totals, with: with.sums.totals,
            unreleased: zip(without.sums.pools, with.sums.pools).reduce(0) {
                $0 + max(0, $1.0 - $1.1)
            })
    }
}

/// Two drawn worlds of one replication.
package struct GenerativeChange: Hashable, Sendable {
    package var without: JourneyTotals
    package var with: JourneyTotals
    /// What pools are charged less for people in a local week, in thousandths of a minor unit.
    package var unreleased: Int64

    /// The saving less what stays on the rosters, in thousandths of a minor unit.
    package var net: Int64 { without.cost - with.cost - unreleased }
}

/// Who pays for people's minutes, as far as drawn journeys show.
struct JourneyPayers: Sendable {
    let count: Int
    let weekCount: Int
    private let firstWeek: Int64
    /// By place: payers with their shares of what handling is charged there.
    private let byPlace: [[(payer: Int, share: Double)]]

    init(_ history: JourneyHistory, index: JourneyIndex, period: Coverage) {
        var sums = [[Int: Int64]](repeating: [:], count: index.places.count)
        var most = -1
        for (number, contact) in history.table.contacts.enumerated() {
            let before = Int(history.book.predecessor[number])
            let place = index.place(
                contact, after: before < 0 ? nil : history.table.contacts[before])
            for charge in history.charges.of(number) where charge.activity == .handle {
                sums[place][charge.payer, default: 0] += charge.amount.thousandths
                most = max(most, charge.payer)
            }
        }
        count = most + 1
        byPlace = sums.map { sums in
            let all = sums.values.reduce(0, +)
            return sums.sorted { $0.key < $1.key }.compactMap {
                $0.value > 0 ? ($0.key, Double($0.value) / Double(all)) : nil
            }
        }
        firstWeek = JourneyPayers.week(period.from.microseconds) - 1
        // What comes later than recorded may come after the log's end.
        weekCount = Int(JourneyPayers.week(period.to.microseconds) - firstWeek) + 9
    }

    private static func week(_ microseconds: Int64) -> Int64 {
        // 1970 began on a Thursday.
        (microseconds + 3 * 86_400_000_000) / JourneyChain.weekMicroseconds
    }

    /// Of a local moment: what is outside is in the first or the last one.
    func week(local: Int64) -> Int {
        Int(min(max(0, JourneyPayers.week(local) - firstWeek), Int64(weekCount - 1)))
    }

    func shares(ofCell cell: Int32) -> [(payer: Int, share: Double)] {
        byPlace[Int(cell) % byPlace.count]
    }
}
