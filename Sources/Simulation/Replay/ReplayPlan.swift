// Everything about a replay that no replication changes: computed once, read by all threads.

import Events
package import Modeling
package import Projections
import Randomness

/// The recorded quarter, the fitted model and one intervention, laid out for replay.
package struct ReplayPlan: Sendable {
    package let table: ContactTable
    package let book: JourneyBook
    package let model: Model
    package let intervention: Intervention
    package let dimensions: LedgerDimensions
    package let seed: UInt64

    let charges: Charges
    let difficulty: Difficulty
    /// By contact: it lies in the intervention's days, by its own local date. Issues whose root
    /// does are the cohort.
    let inWindow: [Bool]
    /// By contact: the intervention reaches it.
    let inScope: [Bool]
    /// Contacts of every journey that touches the window, in order of time: whole journeys, so
    /// that burn-in and follow-up are exact and not a number of days.
    let active: [Int32]
    let rows: AddedRows
    let purposes: Purposes
    /// The failure whose return law holds for leaving automation.
    let automationFailure: Int
    /// By family: mean cost of an identified rework contact, what a prevented return is worth.
    let meanReworkCost: [Int64]

    /// - Throws: ``ReplayError`` where the intervention reaches nothing of the log.
    package init(
        table: ContactTable, book: JourneyBook, costs: CostRules, model: Model,
        intervention: Intervention, seed: UInt64
    ) throws(ReplayError) {
        let dimensions = LedgerDimensions(
            table: table, rules: book.rules.rules, costs: costs,
            addedFailures: AddedRows.failures, addedPayers: AddedRows.payers(intervention))
        let days = intervention.firstDay...intervention.lastDay
        let inWindow = table.contacts.map { contact in
            let offset = Int(contact.offsetMinutes)
            return days.contains(contact.at.local(offsetMinutes: offset).date.dayNumber)
        }
        let named = Set(intervention.intents)
        let reached = Set(table.intents.filter { named.contains(table.dictionary.string($0)) })
        let inScope = zip(table.contacts, inWindow).map { $1 && reached.contains($0.intent) }
        guard inScope.contains(true) else {
            throw .nothingInScope(intents: intervention.intents)
        }
        let charges = Charges(table, costs: costs, dimensions: dimensions)
        self.table = table
        self.book = book
        self.model = model
        self.intervention = intervention
        self.dimensions = dimensions
        self.inWindow = inWindow
        self.seed = seed
        self.charges = charges
        self.inScope = inScope
        difficulty = Difficulty(table, book: book)
        active = ReplayPlan.activeContacts(book, inWindow: inWindow)
        rows = AddedRows(dimensions, rules: book.rules.rules)
        purposes = Purposes(intervention.automation)
        automationFailure = ReplayPlan.automationFailure(book.rules.rules)
        meanReworkCost = ReplayPlan.meanReworkCosts(table, book: book, charges: charges)
    }

    /// Contacts that the intervention reaches.
    package var inScopeCount: Int { inScope.count { $0 } }

    /// Of these, contacts without a customer.
    package var inScopeUnidentifiedCount: Int {
        table.contacts.indices.count { inScope[$0] && !table.contacts[$0].isIdentified }
    }

    private static func activeContacts(
        _ book: JourneyBook, inWindow: [Bool]
    ) -> [Int32] {
        var touches = [Bool](repeating: false, count: book.journeys.count)
        for index in inWindow.indices where inWindow[index] {
            touches[Int(book.journeyOf[index])] = true
        }
        return inWindow.indices.filter { touches[Int(book.journeyOf[$0])] }.map(Int32.init)
    }

    private static func automationFailure(_ rules: LinkRules) -> Int {
        let failures = rules.failures
        let match =
            failures.firstIndex { $0.outcome == .contained }
            ?? failures.firstIndex { $0.outcome == .abandoned }
        return match.map { $0 + 1 } ?? 0
    }

    private static func meanReworkCosts(
        _ table: ContactTable, book: JourneyBook, charges: Charges
    ) -> [Int64] {
        var sums = [Int64](repeating: 0, count: book.rules.familyCount)
        var counts = sums
        for index in table.contacts.indices where book.role[index] == .rework {
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

    package var description: String {
        switch self {
        case .nothingInScope(let intents):
            "the scenario reaches no contact of the log: none of the intents "
                + intents.joined(separator: ", ") + " within its period"
        }
    }
}

/// Dense numbers of the causes and payers that a scenario adds to the ledger.
struct AddedRows: Sendable {
    static let falselyContained = "falsely contained"
    static let leftAutomation = "hung up in automation"
    static let handedOver = "context lost at hand-over"
    static let automation = "the automation itself"
    static let keptCapacity = "roster kept"
    static let rosterPayer = "roster beyond minutes used"

    static let failures = [
        falselyContained, leftAutomation, handedOver, automation, keptCapacity,
    ]

    static func payers(_ intervention: Intervention) -> [String] {
        [intervention.payer, rosterPayer]
    }

    let falselyContained: Int
    let leftAutomation: Int
    let handedOver: Int
    let automation: Int
    let keptCapacity: Int
    let automationPayer: Int
    let rosterPayer: Int

    init(_ dimensions: LedgerDimensions, rules: LinkRules) {
        let first = rules.failures.count + 1
        falselyContained = first
        leftAutomation = first + 1
        handedOver = first + 2
        automation = first + 3
        keptCapacity = first + 4
        automationPayer = dimensions.payers.count - 2
        rosterPayer = dimensions.payers.count - 1
    }
}

/// What each draw is for. Draws that belong to the automation carry its name.
struct Purposes: Sendable {
    let link = DrawPurpose("link")
    let difficulty = DrawPurpose("difficulty")
    let unseenReturn = DrawPurpose("return")
    let takeUp: DrawPurpose
    let success: DrawPurpose
    let failedEnd: DrawPurpose
    let falseReturn: DrawPurpose
    let leftReturn: DrawPurpose
    let returnDelay: DrawPurpose
    let contextLost: DrawPurpose
    let created: DrawPurpose
    let createdHandle: DrawPurpose
    let createdWait: DrawPurpose
    let createdDelay: DrawPurpose

    init(_ automation: String) {
        takeUp = DrawPurpose("take-up", of: automation)
        success = DrawPurpose("success", of: automation)
        failedEnd = DrawPurpose("failed end", of: automation)
        falseReturn = DrawPurpose("return after false containment", of: automation)
        leftReturn = DrawPurpose("return after leaving", of: automation)
        returnDelay = DrawPurpose("delay of return", of: automation)
        contextLost = DrawPurpose("context lost", of: automation)
        created = DrawPurpose("created contact", of: automation)
        createdHandle = DrawPurpose("created contact's handle time", of: automation)
        createdWait = DrawPurpose("created contact's wait", of: automation)
        createdDelay = DrawPurpose("created contact's delay", of: automation)
    }
}
