// The chain of contacts that the generative mode draws journeys from: what was fitted as flat
// tables, so that a step is a handful of look-ups.

import Randomness

/// A place in a list of another list's rows.
struct ChainSlice: Sendable {
    static let empty = ChainSlice(start: 0, count: 0)

    var start: Int32
    var count: Int32

    var indices: Range<Int> { Int(start)..<Int(start + count) }
}

/// One column of Walker's alias table (see `AliasTable`): its own choice or the other one.
struct ChainSlot: Sendable {
    /// Below this of 2³² the column's own choice.
    var keep: UInt32
    var own: Int32
    var other: Int32
}

/// Contacts that are drawn alike.
struct ChainCell: Sendable {
    /// Of 2³²: how many wait in a queue, where their patience may end before their wait does.
    var queued: UInt64 = 0
    /// How contacts end: without a queue, served from it, and given up in it.
    var unqueued = ChainSlice.empty
    var served = ChainSlice.empty
    var abandoned = ChainSlice.empty
    /// The first of the laws of offered waits by local hour of the week; -1 for none.
    var waits: Int32 = -1
    var patience: Int32 = -1
}

/// One way in which contacts of a cell end.
struct ChainEnd: Sendable {
    var marks: StepMarks = []
    /// What it is in a sequence of steps.
    var activity: Int32 = 0
    /// Law of handle times; -1 where nobody handles it.
    var handle: Int32 = -1
    /// Thousandths of a minor unit: for a microsecond of handling, and in any case.
    var perMicrosecond = 0.0
    var fixed: Int64 = 0
    /// What comes next.
    var moves = ChainSlice.empty
}

/// What comes after an end.
struct ChainMove: Sendable {
    /// The next contact's cell; -1 for none.
    var cell: Int32
    var marks: StepMarks
    /// Law of the time from arrival to arrival.
    var delay: Int32
}

/// What a contact is, beside its times.
package struct StepMarks: OptionSet, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// A contact that the customer made.
    package static let inbound = StepMarks(rawValue: 1)
    package static let served = StepMarks(rawValue: 2)
    package static let abandoned = StepMarks(rawValue: 4)
    /// Brought about by a named failure.
    package static let caused = StepMarks(rawValue: 8)
    package static let escalation = StepMarks(rawValue: 16)
    /// The customer came back on their own.
    package static let back = StepMarks(rawValue: 32)
    /// It waited in a queue, or its wait was recorded.
    package static let queued = StepMarks(rawValue: 64)
    /// The record would show who came back after it.
    package static let followed = StepMarks(rawValue: 128)

    /// What the way to a contact says of it, rather than its end.
    static let ofMove: StepMarks = [.caused, .escalation, .back]
}

/// How one week differs from the mean of all: factors on offered waits and on handle times.
package struct WeekEffect: Hashable, Sendable {
    var wait: Double
    var handle: Double

    static let none = WeekEffect(wait: 1, handle: 1)
}

/// Tables of a chain. Rows are added once; the chances between them may be drawn anew.
package struct JourneyChain: Sendable {
    var cells: [ChainCell] = []
    var ends: [ChainEnd] = []
    var moves: [ChainMove] = []
    var slots: [ChainSlot] = []
    var laws: [ChainSlice] = []
    /// Quantiles at equal steps of probability, law by law.
    var knots: [Double] = []

    /// Weeks from this moment on, in microseconds since 1970, and their effects; what comes before
    /// or after takes the first one's or the last one's. None where weeks do not differ.
    var weeksFrom: Int64 = 0
    var weeks: [WeekEffect] = []

    package static let hoursOfWeek = 168
    static let weekMicroseconds: Int64 = 7 * 86_400_000_000
    /// A journey of so many contacts is cut off: no chain that was fitted comes near it.
    static let mostSteps: UInt32 = 10_000

    init() {}

    /// The effect of the week of a moment.
    @inline(__always)
    func effect(at moment: Int64) -> WeekEffect {
        guard !weeks.isEmpty else { return .none }
        let week = Int((moment - weeksFrom) / JourneyChain.weekMicroseconds)
        return weeks[min(max(0, week), weeks.count - 1)]
    }

    /// - Parameter quantiles: at equal steps of probability, ascending; at least two.
    mutating func addLaw(_ quantiles: [Double]) -> Int32 {
        precondition(quantiles.count > 1, "a law of \(quantiles.count) knots")
        laws.append(ChainSlice(start: Int32(knots.count), count: Int32(quantiles.count - 1)))
        knots += quantiles
        return Int32(laws.count - 1)
    }

    /// A choice among rows by weights, which need not add up to one.
    /// - Precondition: as many rows as weights, which are not negative and not all zero.
    mutating func addChoice(_ rows: [Int32], weights: [Double]) -> ChainSlice {
        precondition(rows.count == weights.count, "\(rows.count) rows, \(weights.count) weights")
        let table: AliasTable
        do { table = try AliasTable(weights: weights) } catch { preconditionFailure("\(error)") }
        let start = Int32(slots.count)
        for column in rows.indices {
            let (keep, alias) = table.column(column)
            let isWhole = keep >= 1
            slots.append(
                ChainSlot(
                    keep: isWhole ? .max : UInt32(keep * 0x1p32), own: rows[column],
                    other: rows[isWhole ? column : alias]))
        }
        return ChainSlice(start: start, count: Int32(rows.count))
    }
}

/// One need: with its first contact everything of it begins that is drawn.
package struct JourneyRoot: Hashable, Sendable {
    package var address: UInt64
    /// Microseconds since 1970, and by how much the local clock is ahead.
    package var at: Int64
    package var localOffset: Int64
    package var cell: Int32
    /// Whether the record would show what follows; if not, only the first contact is drawn.
    package var isFollowed: Bool

    package init(address: UInt64, at: Int64, localOffset: Int64, cell: Int32, isFollowed: Bool) {
        self.address = address
        self.at = at
        self.localOffset = localOffset
        self.cell = cell
        self.isFollowed = isFollowed
    }
}

/// One contact of a drawn journey.
package struct JourneyStep: Sendable {
    /// Place of its root among those that were given, and its own in the journey, from 0.
    package var root: Int
    package var ordinal: UInt32
    package var at: Int64
    package var localOffset: Int64
    package var marks: StepMarks
    package var cell: Int32
    package var activity: Int32
    /// Microseconds; 0 without a queue.
    package var wait: Int64
    package var handle: Int64
    /// Thousandths of a minor unit.
    package var cost: Int64
    /// Of it, what people's minutes come to.
    package var handlingCost: Int64 = 0
}

/// What is done with the contacts of drawn journeys.
package protocol JourneySink {
    mutating func take(_ step: JourneyStep)
}
