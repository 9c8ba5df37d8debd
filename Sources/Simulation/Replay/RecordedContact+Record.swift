// From the table of contacts to what a replay reads: which contacts it needs, what reaches them,
// and what is recorded of each.

import Events
import Modeling
import Projections

extension RecordedContact {
    /// The contacts of whole journeys that touch the scenario's days: so burn-in and follow-up are
    /// exact and not a number of days.
    static func all(
        table: ContactTable, book: JourneyBook, charges: Charges, dimensions: LedgerDimensions,
        intervention: Intervention, agents: AgentFacts, hours: OpeningHours
    ) -> RecordedTrees {
        let days = intervention.firstDay...intervention.lastDay
        let inWindow = table.contacts.map { days.contains($0.localDay) }
        let scopes = ScopeTable(intervention, table: table)
        let reach = table.contacts.indices.map { scopes.reach(table.contacts[$0], book, $0) }
        var touches = [Bool](repeating: false, count: book.journeys.count)
        for index in inWindow.indices where inWindow[index] {
            touches[Int(book.journeyOf[index])] = true
        }
        let active = inWindow.indices.filter { touches[Int(book.journeyOf[$0])] }
        var placeOf = [Int32](repeating: -1, count: table.contacts.count)
        for (place, index) in active.enumerated() { placeOf[index] = Int32(place) }
        let causes = active.map { index -> Int32 in
            let cause = book.edge(of: index) == .none ? -1 : book.predecessor[index]
            return cause < 0 ? -1 : placeOf[Int(cause)]
        }
        let layout = TreeLayout(
            cause: causes, linkMillionths: active.map { book.probability[$0] },
            isReached: active.map { !reach[$0].isEmpty },
            customer: active.map { table.contacts[$0].customer })
        let steps = scopes.places(of: .step)
        let difficulty = Difficulty(
            table, book: book,
            among: reach.map { reach in steps.contains { reach.contains($0) } })
        let channels = scopes.targetChannels
        return RecordedTrees(layout) { place in
            let index = active[Int(layout.order[place])]
            let contact = table.contacts[index]
            let family = book.rules.family(of: contact.intent)
            var moved = contact
            if let channel = channels.first?.channel { moved.channel = channel }
            return RecordedContact(
                address: contact.address, at: contact.at.microseconds,
                localOffset: Int64(contact.offsetMinutes) * 60_000_000,
                day: Int32(contact.localDay),
                customer: layout.number(contact.customer),
                cause: layout.slot(causes[Int(layout.order[place])]),
                linkMillionths: book.probability[index],
                intent: Int32(dimensions.intent(contact.intent)), family: Int32(family),
                failure: book.rules.stated(book.failure[index]),
                namedFailure: book.failure[index],
                marks: marks(contact, book, index, isInWindow: inWindow[index]),
                reach: reach[index], aftermath: scopes.aftermath(contact),
                hours: Int32(hours.place(of: contact.channel)),
                agentAddress: agents.address(index) ?? contact.address,
                band: agents.band(index, day: contact.localDay),
                difficulty: difficulty.scores[index],
                handleTime: contact.isHandled ? contact.handleMicroseconds ?? 0 : 0,
                hold: contact.hold, wrapUp: contact.wrapUp,
                customerTime: book.rules.ownTime(contact),
                window: book.rules.windowMicroseconds(ofFamily: family),
                charges: recorded(charges.of(index)), rate: rate(charges, of: contact),
                movedRate: rate(charges, of: moved))
        }
    }

    private static func marks(
        _ contact: Contact, _ book: JourneyBook, _ index: Int, isInWindow: Bool
    ) -> Marks {
        var marks: Marks = []
        if contact.isIdentified { marks.insert(.identified) }
        if contact.isServed { marks.insert(.served) }
        if contact.isFollowed { marks.insert(.followed) }
        if contact.isInbound, contact.outcome == .abandoned { marks.insert(.abandoned) }
        if isInWindow { marks.insert(.inWindow) }
        if contact.isInbound { marks.insert(.inbound) }
        if contact.isSession, !contact.isHandedOn { marks.insert(.closedByAutomation) }
        if book.edge(of: index) == .fulfilment {
            marks.insert(.fulfilment)
            if book.role[index] == .followUp { marks.insert(.planned) }
            if book.role[index] == .continuation { marks.insert(.handedOn) }
        }
        if book.role[index] == .escalation {
            marks.insert(.escalation)
            marks.insert(.handedOn)
        }
        return marks
    }

    /// By family: the rate at which most of its served contacts are charged, of equal ones the
    /// first in the record.
    static func servedRates(
        _ table: ContactTable, book: JourneyBook, charges: Charges
    ) -> [HandlingRate] {
        var seen = [[(rate: HandlingRate, count: Int)]](
            repeating: [], count: book.rules.familyCount)
        for contact in table.contacts where contact.isServed && contact.isInbound {
            let rate = rate(charges, of: contact)
            guard rate.payer >= 0 else { continue }
            let family = book.rules.family(of: contact.intent)
            if let place = seen[family].firstIndex(where: { $0.rate == rate }) {
                seen[family][place].count += 1
            } else {
                seen[family].append((rate, 1))
            }
        }
        return seen.map { rates in
            let most = rates.map(\.count).max()
            return rates.first { $0.count == most }?.rate ?? .none
        }
    }

    private static func rate(_ charges: Charges, of contact: Contact) -> HandlingRate {
        charges.handleCharge(microseconds: 60_000_000, of: contact).map {
            HandlingRate(payer: Int32($0.payer), perMinute: $0.perMinute)
        } ?? .none
    }

    /// - Precondition: a contact has at most two charges, one of handling or of a session, and one
    ///   of automation's minutes.
    private static func recorded(
        _ charges: ArraySlice<Charge>
    ) -> (RecordedCharge, RecordedCharge) {
        precondition(charges.count <= 2, "\(charges.count) charges of one contact")
        let all = charges.map {
            RecordedCharge(
                payer: Int32($0.payer), isHandling: $0.activity == .handle,
                amount: $0.amount.thousandths)
        }
        return (all.first ?? .none, all.count > 1 ? all[1] : .none)
    }
}
