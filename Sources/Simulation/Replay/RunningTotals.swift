// One world's counts and ledger while a replication is under way, in memory that a thread keeps
// for all of its replications.

import Projections

/// A matrix over caused rows and paid columns that knows which cells were posted to, so that a
/// replication costs what it posts and not what the matrix could hold.
struct RunningMatrix: ~Copyable {
    private let columnCount: Int
    private var cells: FixedBuffer<Int64>
    private var isTouched: FixedBuffer<Bool>
    private var touched: [Int32] = []

    init(_ dimensions: LedgerDimensions) {
        columnCount = dimensions.paidCount
        let count = dimensions.causedCount * dimensions.paidCount
        cells = FixedBuffer(repeating: 0, count: count)
        isTouched = FixedBuffer(repeating: false, count: count)
    }

    mutating func post(caused: Int, paid: Int, _ amount: Int64) {
        post(cell: caused * columnCount + paid, amount)
    }

    mutating func post(cell: Int, _ amount: Int64) {
        cells[cell] += amount
        if !isTouched[cell] {
            isTouched[cell] = true
            touched.append(Int32(cell))
        }
    }

    /// Cells that are not zero, in order of place.
    var posted: [(cell: Int32, amount: Int64)] {
        touched.sorted().compactMap { cell in
            let amount = cells[Int(cell)]
            return amount == 0 ? nil : (cell, amount)
        }
    }

    /// - Complexity: O(cells posted to).
    mutating func reset() {
        for cell in touched {
            cells[Int(cell)] = 0
            isTouched[Int(cell)] = false
        }
        touched.removeAll(keepingCapacity: true)
    }
}

struct RunningTotals: ~Copyable {
    private var counters: FixedBuffer<Int64>
    private let payerCount: Int
    var matrix: RunningMatrix

    init(_ dimensions: LedgerDimensions) {
        counters = FixedBuffer(repeating: 0, count: Counter.count)
        payerCount = dimensions.payers.count
        matrix = RunningMatrix(dimensions)
    }

    var counts: [Int64] { counters.indices.map { counters[$0] } }

    mutating func add(_ counter: Counter, _ amount: Int64 = 1) {
        counters[counter.rawValue] += amount
    }

    mutating func add(_ other: FixedTotals) {
        for index in counters.indices { counters[index] += other.counters[index] }
        for (cell, amount) in other.cells { matrix.post(cell: Int(cell), amount) }
    }

    mutating func subtract(_ other: borrowing RunningTotals) {
        for index in counters.indices { counters[index] -= other.counters[index] }
        for (cell, amount) in other.matrix.posted { matrix.post(cell: Int(cell), -amount) }
    }

    /// Counts a contact that takes place in this world.
    mutating func count(_ contact: borrowing RecordedContact, isRework: Bool) {
        add(.handleTime, contact.handleTime)
        guard contact.marks.contains(.inbound) else { return }
        add(.contacts)
        if contact.isServed { add(.servedContacts) }
        if isRework { add(.reworkContacts) }
        if contact.marks.contains(.escalation) { add(.escalations) }
        if contact.marks.contains(.abandoned) { add(.abandonedContacts) }
    }

    mutating func post(_ charge: RecordedCharge, of contact: borrowing RecordedContact, cause: Int)
    {
        guard charge.payer >= 0 else { return }
        matrix.post(
            caused: cause, paid: Int(contact.intent) * payerCount + Int(charge.payer),
            charge.amount)
    }

    /// A contact of the cohort in the world as it was.
    /// - Parameter cause: the caused row.
    mutating func record(
        _ contact: borrowing RecordedContact, _ place: Place, cause: Int, isSilentEnd: Bool
    ) {
        if place.isRoot { add(.issues) }
        count(contact, isRework: place.isCaused)
        add(.customerTime, contact.customerTime)
        if isSilentEnd { add(.silentGiveUps) }
        post(contact.charges.0, of: contact, cause: cause)
        post(contact.charges.1, of: contact, cause: cause)
    }

    mutating func reset() {
        counters.fill(0)
        matrix.reset()
    }
}

/// What a replication adds up: both worlds over the trees that an automation reaches, and once
/// what both have in common, the trees that none reaches.
struct RunningResult: ~Copyable {
    var baseline: RunningTotals
    var scenario: RunningTotals
    var untouched: RunningTotals
    var classes = ChangeClasses()
    var provenance = ProvenanceWeights()
    var avertedUnidentified: Int64 = 0
    var createdContacts = 0

    init(_ dimensions: LedgerDimensions) {
        baseline = RunningTotals(dimensions)
        scenario = RunningTotals(dimensions)
        untouched = RunningTotals(dimensions)
    }

    mutating func reset() {
        baseline.reset()
        scenario.reset()
        untouched.reset()
        classes = ChangeClasses()
        provenance = ProvenanceWeights()
        avertedUnidentified = 0
        createdContacts = 0
    }
}
