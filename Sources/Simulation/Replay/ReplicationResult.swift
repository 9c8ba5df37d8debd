// What one replication says: integers only, so that sums over replications, threads and machines
// are the same bytes in any order.

import Projections

/// What is counted in both worlds.
package enum Counter: Int, CaseIterable, Sendable {
    /// Needs whose first contact lies in the window.
    case issues
    /// Contacts that reach the recorded operation (voice response, queue, people).
    case contacts
    case servedContacts
    /// Contacts that a failure brought about.
    case reworkContacts
    case abandonedContacts
    /// Contacts that go on with an escalated one.
    case escalations
    /// Steps of automation taken, and their four ends.
    case automationSessions
    case trulyResolved
    case falselyContained
    case handedOver
    case leftAutomation
    /// Contacts that the step led to the wrong team first.
    case misrouted
    /// Messages sent, and needs that they met before the customer came.
    case messages
    case preventedContacts
    /// Contacts and pieces of work that people handled with a tool, or a machine did.
    case assisted
    /// Failures that were noticed, and mended, before the customer was back.
    case failuresNoticed
    case failuresMended
    /// Needs that ended unmet and in silence.
    case silentGiveUps
    /// Microseconds that people spent handling.
    case handleTime
    /// Microseconds that customers spent.
    case customerTime

    package static var count: Int { allCases.count }
}

/// One world's counts and ledger in one replication.
package struct WorldTotals: Hashable, Sendable {
    package let counters: [Int64]
    package let matrix: PostedMatrix

    /// The trees that an automation reaches, and those that none does.
    init(
        _ own: borrowing RunningTotals, with untouched: borrowing RunningTotals,
        _ dimensions: LedgerDimensions
    ) {
        counters = zip(own.counts, untouched.counts).map { $0 + $1 }
        matrix = PostedMatrix(dimensions, own.matrix.posted, untouched.matrix.posted)
    }

    init(_ counters: [Int64], _ matrix: PostedMatrix) {
        self.counters = counters
        self.matrix = matrix
    }

    package subscript(counter: Counter) -> Int64 { counters[counter.rawValue] }
}

/// A matrix of integer amounts over caused rows and paid columns that holds only what was posted:
/// a run keeps two for each replication, and most causes and payers never meet.
package struct PostedMatrix: Hashable, Sendable {
    package let rowCount: Int
    package let columnCount: Int
    /// Places (row × columns + column) of the cells that are not zero, ascending, and what is
    /// there.
    package let places: [Int32]
    package let amounts: [Int64]

    /// The sum of two lists of cells, both in order of place.
    init(
        _ dimensions: LedgerDimensions, _ left: [(cell: Int32, amount: Int64)],
        _ right: [(cell: Int32, amount: Int64)]
    ) {
        rowCount = dimensions.causedCount
        columnCount = dimensions.paidCount
        var places: [Int32] = []
        var amounts: [Int64] = []
        var next = 0
        func append(_ cell: Int32, _ amount: Int64) {
            guard amount != 0 else { return }
            places.append(cell)
            amounts.append(amount)
        }
        for (cell, amount) in left {
            while next < right.count, right[next].cell < cell {
                append(right[next].cell, right[next].amount)
                next += 1
            }
            let isShared = next < right.count && right[next].cell == cell
            append(cell, amount + (isShared ? right[next].amount : 0))
            if isShared { next += 1 }
        }
        for (cell, amount) in right[next...] { append(cell, amount) }
        self.places = places
        self.amounts = amounts
    }

    /// Cells that were kept; `nil` where they are none of these dimensions, in order of place.
    init?(_ dimensions: LedgerDimensions, _ places: [Int32], _ amounts: [Int64]) {
        rowCount = dimensions.causedCount
        columnCount = dimensions.paidCount
        let isAscending = zip(places, places.dropFirst()).allSatisfy { $0 < $1 }
        guard places.count == amounts.count, isAscending, places.first ?? 0 >= 0,
            Int(places.last ?? 0) < rowCount * columnCount
        else { return nil }
        self.places = places
        self.amounts = amounts
    }

    package var total: Int64 { amounts.reduce(0, +) }

    package func causedTotal(_ row: Int) -> Int64 {
        (0..<columnCount).reduce(0) { $0 + self[row, $1] }
    }

    package subscript(caused: Int, paid: Int) -> Int64 { self[cell: caused * columnCount + paid] }

    /// - Complexity: O(log cells).
    package subscript(cell cell: Int) -> Int64 {
        var low = 0
        var high = places.count
        while low < high {
            let middle = (low + high) / 2
            if places[middle] < cell { low = middle + 1 } else { high = middle }
        }
        return low < places.count && places[low] == cell ? amounts[low] : 0
    }
}

/// The classes of change, in thousandths of a minor unit. Gross is a saving, the rest are costs.
package struct ChangeClasses: Hashable, Sendable {
    package internal(set) var grossSaving: Int64 = 0
    package internal(set) var runCost: Int64 = 0
    package internal(set) var unreleased: Int64 = 0
    package internal(set) var redistributed: Int64 = 0
    package internal(set) var deferred: Int64 = 0

    package var net: Int64 { grossSaving - runCost - unreleased - redistributed - deferred }
}

/// How much of the change rests on what, in absolute thousandths of a minor unit.
package struct ProvenanceWeights: Hashable, Sendable {
    /// Contacts of known customers that a recorded failure caused.
    package internal(set) var supported: Int64 = 0
    /// Recorded contacts of known customers, moved by effects stated from elsewhere.
    package internal(set) var extrapolated: Int64 = 0
    /// Contacts without a customer, created contacts, and costs that are assumptions.
    package internal(set) var assumed: Int64 = 0
}

/// The result of one replication.
package struct ReplicationResult: Hashable, Sendable {
    package internal(set) var baseline: WorldTotals
    package internal(set) var scenario: WorldTotals
    package internal(set) var classes = ChangeClasses()
    package internal(set) var provenance = ProvenanceWeights()
    /// Scenario minus baseline of every cash posting, plus net: zero, always.
    package internal(set) var unexplained: Int64 = 0
    /// Customers for whom that is not zero.
    package internal(set) var customersUnexplained = 0
    /// Known customers with a contact in scope; of these, those who spend more of their own time,
    /// or give up where the record shows that they were served or came back.
    package internal(set) var customersReached = 0
    package internal(set) var customersWorseOff = 0
    /// Worse off where the contacts that the scenario changes share no chance with the record.
    package internal(set) var customersWorseOffAnew = 0
    package internal(set) var customersBetterOff = 0
    /// Mean cost of returns that the scenario prevents among contacts without a customer: their
    /// returns were never recorded, so this stays outside the net.
    package internal(set) var avertedUnidentified: Int64 = 0
    package internal(set) var createdContacts = 0
    /// Scenario minus baseline by week and, within each, ``DayFigure``; the plan knows the weeks.
    package internal(set) var weeks: [Int64] = []
    /// By segment of ``ReplayPlan/segments``.
    package internal(set) var segments: [SegmentTotals] = []
    /// Of the scenario's world.
    package internal(set) var spread: Spread?
}
