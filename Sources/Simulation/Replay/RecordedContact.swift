// A recorded interaction with everything that a replay asks of it side by side in memory, so that
// the loop over contacts and replications reads one array and follows no reference.

import Events
import Modeling
import Projections

/// What one payer is charged for a recorded contact; no payer, no charge.
struct RecordedCharge: Sendable, Equatable {
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
        /// It begins no attempt of its own: another one goes on with it.
        static let handedOn = Marks(rawValue: 8)
        /// It lies in the scenario's days, by its own local date.
        static let inWindow = Marks(rawValue: 16)
        /// A contact that the customer made, and no work or message of the organisation.
        static let inbound = Marks(rawValue: 32)
        /// It was begun by the one before and not caused by its failure.
        static let fulfilment = Marks(rawValue: 64)
        /// Of these: planned work, that is done for a need which automation met, too.
        static let planned = Marks(rawValue: 128)
        /// The record shows whether the customer came back.
        static let followed = Marks(rawValue: 256)
        /// It goes on with another one at a higher level, or in another team.
        static let escalation = Marks(rawValue: 512)
        /// Held by automation, and closed there without a person.
        static let closedByAutomation = Marks(rawValue: 1_024)
    }

    var address: UInt64
    /// Microseconds since 1970.
    var at: Int64
    /// Microseconds that its local clock is ahead of UTC.
    var localOffset: Int64
    /// Its local day, in days since 1970.
    var day: Int32
    /// Number in ``RecordedTrees/customers``, or -1.
    var customer: Int32
    /// The contact that brought this one about, by its named failure or as what it began, or -1:
    /// its place in the tree of both.
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
    /// Which automations reach it, by their place in the scenario.
    var reach: AutomationSet
    /// Those in whose scope it lies and that act on what a step before it leaves.
    var aftermath: AutomationSet
    /// Where its channel's opening hours are found, or -1.
    var hours: Int32
    /// Who took up a tool of the trade once and for all: a hash of the agent, or of the contact
    /// where no agent is known.
    var agentAddress: UInt64
    var band: TenureBand
    /// Normal score of the recorded path; NaN where nothing was observed.
    var difficulty: Double
    /// Microseconds that people spent on it, in all and by part.
    var handleTime: Int64
    var hold: Int64
    var wrapUp: Int64
    /// Microseconds that the customer spent on it.
    var customerTime: Int64
    /// The link window of its family in microseconds.
    var window: Int64
    var charges: (RecordedCharge, RecordedCharge)
    /// What another handling of the contact costs, by its team and tier and in its channel; and in
    /// the channel that it can be led to.
    var rate: HandlingRate
    var movedRate: HandlingRate

    var isIdentified: Bool { marks.contains(.identified) }
    var isFollowed: Bool { marks.contains(.followed) }
    var isServed: Bool { marks.contains(.served) }
    var isInScope: Bool { !reach.isEmpty }
    var isInbound: Bool { marks.contains(.inbound) }
}

/// Who pays for handling, and per minute; payer -1 where no rule says.
struct HandlingRate: Sendable, Equatable {
    var payer: Int32
    var perMinute: Money

    static let none = HandlingRate(payer: -1, perMinute: .zero)

    func charge(_ microseconds: Int64) -> RecordedCharge {
        guard payer >= 0 else { return .none }
        let amount = Money.cost(of: TimeSpan(microseconds: microseconds), perMinute: perMinute)
        return RecordedCharge(payer: payer, isHandling: true, amount: amount.thousandths)
    }
}

/// Automations by their place in the scenario.
struct AutomationSet: Sendable, Equatable {
    var bits: UInt16 = 0

    var isEmpty: Bool { bits == 0 }
    func intersection(_ other: AutomationSet) -> AutomationSet {
        AutomationSet(bits: bits & other.bits)
    }
    func contains(_ place: Int) -> Bool { bits & (1 << UInt16(place)) != 0 }
    mutating func insert(_ place: Int) { bits |= 1 << UInt16(place) }
}
