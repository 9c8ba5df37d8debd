// A recorded interaction with everything that a replay asks of it side by side in memory, so that
// the loop over contacts and replications reads one array and follows no reference.

import Events
import Modeling
import Projections

/// What one payer is charged for a recorded contact; no payer, no charge.
struct RecordedCharge: Sendable {
    static let none = RecordedCharge(payer: -1, isHandling: false, amount: 0)

    var payer: Int32
    /// People's minutes, and so a pool's capacity.
    var isHandling: Bool
    /// Thousandths of a minor unit.
    var amount: Int64
}

/// One contact of a journey that touches the window.
struct RecordedContact: Sendable {
    struct Marks: OptionSet, Sendable {
        let rawValue: UInt16
        static let identified = Marks(rawValue: 1)
        static let served = Marks(rawValue: 2)
        /// The customer left before anybody served them.
        static let abandoned = Marks(rawValue: 4)
        /// The intervention reaches it.
        static let inScope = Marks(rawValue: 8)
        /// It lies in the intervention's days, by its own local date.
        static let inWindow = Marks(rawValue: 16)
        /// A contact that the customer made, and no work or message of the organisation.
        static let inbound = Marks(rawValue: 32)
        /// It was begun by the one before and not caused by its failure.
        static let fulfilment = Marks(rawValue: 64)
        /// Of these: planned work, that is done for a need which automation met, too.
        static let planned = Marks(rawValue: 128)
        /// The record shows whether the customer came back.
        static let followed = Marks(rawValue: 256)
    }

    var address: UInt64
    /// Microseconds since 1970.
    var at: Int64
    /// Microseconds that its local clock is ahead of UTC.
    var localOffset: Int64
    /// Dense customer, or -1.
    var customer: Int32
    /// The contact that brought this one about, by its named failure or as what it began, or -1;
    /// numbers are places in the plan.
    var cause: Int32
    /// Probability that the link to ``cause`` is real.
    var linkMillionths: Int32
    /// Dense intent of the ledger's dimensions.
    var intent: Int32
    var family: Int32
    /// The failure that it showed itself, on which returns are fitted; and any, a return's too.
    var failure: UInt8
    var namedFailure: UInt8
    var marks: Marks
    /// Normal score of the recorded path; NaN where nothing was observed.
    var difficulty: Double
    /// Microseconds that people spent on it.
    var handleTime: Int64
    /// Microseconds that the customer spent on it.
    var customerTime: Int64
    /// The link window of its family in microseconds.
    var window: Int64
    var charges: (RecordedCharge, RecordedCharge)
    /// Who pays for another handling of the contact, by its team and tier and in its channel, and
    /// per minute; payer -1 where no rule says.
    var handlePayer: Int32
    var handleRate: Money

    var isIdentified: Bool { marks.contains(.identified) }
    var isFollowed: Bool { marks.contains(.followed) }
    var isServed: Bool { marks.contains(.served) }
    var isInScope: Bool { marks.contains(.inScope) }
}

extension RecordedContact {
    /// The contacts of whole journeys that touch the intervention's days, in order of time: so
    /// burn-in and follow-up are exact and not a number of days.
    static func all(
        table: ContactTable, book: JourneyBook, charges: Charges, dimensions: LedgerDimensions,
        intervention: Intervention
    ) -> [RecordedContact] {
        let inWindow = windowMembers(table, intervention: intervention)
        let named = Set(intervention.intents)
        let reached = Set(table.intents.filter { named.contains(table.dictionary.string($0)) })
        var touches = [Bool](repeating: false, count: book.journeys.count)
        for index in inWindow.indices where inWindow[index] {
            touches[Int(book.journeyOf[index])] = true
        }
        let active = inWindow.indices.filter { touches[Int(book.journeyOf[$0])] }
        var placeOf = [Int32](repeating: -1, count: table.contacts.count)
        for (place, index) in active.enumerated() { placeOf[index] = Int32(place) }
        // A contact that goes on with another is no attempt of its own: its step was that one's.
        let inScope = table.contacts.indices.map { index in
            let contact = table.contacts[index]
            return inWindow[index] && contact.isInbound && book.edge(of: index) != .fulfilment
                && reached.contains(contact.intent)
        }
        let difficulty = Difficulty(table, book: book, among: inScope)
        return active.map { index in
            let contact = table.contacts[index]
            var marks: Marks = []
            if contact.isIdentified { marks.insert(.identified) }
            if contact.isServed { marks.insert(.served) }
            if contact.isFollowed { marks.insert(.followed) }
            if contact.isInbound, contact.outcome == .abandoned { marks.insert(.abandoned) }
            if inWindow[index] { marks.insert(.inWindow) }
            if inScope[index] { marks.insert(.inScope) }
            if contact.isInbound { marks.insert(.inbound) }
            let edge = book.edge(of: index)
            if edge == .fulfilment {
                marks.insert(.fulfilment)
                if book.role[index] == .followUp { marks.insert(.planned) }
            }
            let family = book.rules.family(of: contact.intent)
            let cause = edge == .none ? -1 : book.predecessor[index]
            let minute = charges.handleCharge(microseconds: 60_000_000, of: contact)
            return RecordedContact(
                address: contact.address, at: contact.at.microseconds,
                localOffset: Int64(contact.offsetMinutes) * 60_000_000,
                customer: contact.customer,
                cause: cause < 0 ? -1 : placeOf[Int(cause)],
                linkMillionths: book.probability[index],
                intent: Int32(dimensions.intent(contact.intent)), family: Int32(family),
                failure: book.rules.stated(book.failure[index]),
                namedFailure: book.failure[index], marks: marks,
                difficulty: difficulty.scores[index],
                handleTime: contact.isHandled ? contact.handleMicroseconds ?? 0 : 0,
                customerTime: book.rules.ownTime(contact),
                window: book.rules.windowMicroseconds(ofFamily: family),
                charges: recorded(charges.of(index)),
                handlePayer: Int32(minute?.payer ?? -1), handleRate: minute?.perMinute ?? .zero)
        }
    }

    private static func windowMembers(
        _ table: ContactTable, intervention: Intervention
    ) -> [Bool] {
        let days = intervention.firstDay...intervention.lastDay
        return table.contacts.map { days.contains($0.localDay) }
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
