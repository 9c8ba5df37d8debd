// Everything about a replay that no replication changes: computed once, read by all threads.

import Events
package import Modeling
package import Projections
import Randomness

/// The recorded quarter, the fitted model and one scenario, laid out for replay.
package struct ReplayPlan: Sendable {
    package let table: ContactTable
    package let book: JourneyBook
    package let model: Model
    package let intervention: Intervention
    package let dimensions: LedgerDimensions
    package let seed: UInt64

    /// The contacts of whole journeys that touch the window.
    let trees: RecordedTrees
    let tables: ReplayTables
    let fixed: FixedTotals
    let profile: RecordedProfile
    /// By replication from 0: recorded worlds that are known from runs of the same log, model, seed
    /// and days. Results are the same with and without them.
    package var recordedWorlds: [RecordedWorld] = []

    /// - Throws: ``ReplayError`` where the intervention reaches nothing of the log, or its draws
    ///   cannot be told apart.
    package init(
        table: ContactTable, book: JourneyBook, costs: CostRules, model: Model,
        intervention: Intervention, agents: AgentFacts = AgentFacts(), seed: UInt64
    ) throws(ReplayError) {
        let dimensions = LedgerDimensions(
            table: table, rules: book.rules.rules, costs: costs,
            addedFailures: AddedRows.failures, addedPayers: AddedRows.payers(intervention),
            addedRows: AddedRows.unplaced)
        let charges = Charges(table, costs: costs, dimensions: dimensions)
        let hours = OpeningHours(table)
        let trees = RecordedContact.all(
            table: table, book: book, charges: charges, dimensions: dimensions,
            intervention: intervention, agents: agents, hours: hours)
        let needsContact = intervention.automations.contains { $0.mechanism.act != .hours }
        guard !needsContact || !trees.reached.isEmpty else {
            throw .nothingInScope(intents: intervention.intents)
        }
        self.table = table
        self.book = book
        self.model = model
        self.intervention = intervention
        self.dimensions = dimensions
        self.seed = seed
        self.trees = trees
        do {
            tables = try ReplayTables(
                dimensions, rules: book.rules.rules, model: model, intervention: intervention,
                meanReworkCost: ReplayPlan.meanReworkCosts(table, book: book, charges: charges),
                servedRate: RecordedContact.servedRates(table, book: book, charges: charges),
                hours: hours, trees: trees)
            fixed = FixedTotals(trees, tables, dimensions)
            profile = RecordedProfile(
                trees, tables, table: table,
                window: intervention.firstDay...intervention.lastDay)
        } catch {
            throw .sharedDraws(reason: error.description)
        }
    }

    /// How unevenly contacts and effort fall in the record.
    package var recordedSpread: Spread { profile.spread }

    /// Contacts that the intervention reaches.
    package var inScopeCount: Int { reachedContacts.count { $0.isInScope } }

    /// Of these, contacts without a customer.
    package var inScopeUnidentifiedCount: Int {
        reachedContacts.count { $0.isInScope && !$0.isIdentified }
    }

    /// Contacts that hang together with one that the intervention reaches, and all others.
    package var replayedCount: Int { trees.reachedContacts.count }
    package var untouchedCount: Int { trees.contacts.count - replayedCount }

    private var reachedContacts: ArraySlice<RecordedContact> {
        trees.contacts[trees.reachedContacts]
    }

    /// What the law of returns from the automation rests on.
    package var returnSupport: RunRecord.ReturnSupport {
        let failure = model.failureTitles[tables.automationFailure]
        let cells = model.returns.filter { $0.failure == failure }
        return RunRecord.ReturnSupport(
            failure: failure, contacts: cells.reduce(0) { $0 + $1.contactCount },
            links: cells.reduce(0) { $0 + $1.linkedCount })
    }

    private static func meanReworkCosts(
        _ table: ContactTable, book: JourneyBook, charges: Charges
    ) -> [Int64] {
        var sums = [Int64](repeating: 0, count: book.rules.familyCount)
        var counts = sums
        for index in table.contacts.indices
        where book.role[index] == .rework && table.contacts[index].isInbound {
            let family = book.rules.family(of: table.contacts[index].intent)
            sums[family] += charges.total(index).thousandths
            counts[family] += 1
        }
        return zip(sums, counts).map { $1 == 0 ? 0 : roundedQuotient($0, 1, $1) }
    }
}

/// Why a scenario cannot be replayed over a log.
package enum ReplayError: Error, Hashable, CustomStringConvertible {
    case nothingInScope(intents: [String])
    /// Two kinds of choice would be decided by the same draws.
    case sharedDraws(reason: String)

    package var description: String {
        switch self {
        case .nothingInScope(let intents):
            "the scenario reaches no contact of the log: none of the intents "
                + intents.joined(separator: ", ") + " within its period"
        case .sharedDraws(let reason): reason + "; give the automation another id"
        }
    }
}
