// Interactions and journeys as columns of whole numbers, to be kept and read back without the log.
// Where they are kept is not decided here.

import Events

/// A column on its way to where it is kept.
package struct KeptColumn: Sendable {
    package let name: String
    package let count: Int
    /// The values of some rows.
    package let values: @Sendable (Range<Int>) -> [Int64]

    init(_ name: String, count: Int, _ values: @escaping @Sendable (Range<Int>) -> [Int64]) {
        self.name = name
        self.count = count
        self.values = values
    }

    init(_ name: String, _ all: [Int64]) {
        self.init(name, count: all.count) { Array(all[$0]) }
    }
}

/// Where columns are read back from.
package protocol KeptColumns {
    /// Gives columns of equal length to `make`, some rows at a time and several at once, and what
    /// comes of them to `take`, in order.
    func read<Part: Sendable>(
        _ names: [String], count: Int, _ make: @Sendable ([[Int64]]) throws -> Part,
        take: (Part) -> Void) throws
    /// The values of some rows.
    func values(_ name: String, at rows: [Int]) throws -> [Int64]
}

// Spelled out for each width: a generic closure for each value would cost more than the reading.
extension KeptColumns {
    /// One column, whole.
    func int64s(_ name: String, count: Int) throws -> [Int64] {
        var all: [Int64] = []
        all.reserveCapacity(count)
        try read([name], count: count, { $0[0] }, take: { all += $0 })
        return all
    }

    /// One column, whole, of values that have 32 bits.
    func int32s(_ name: String, count: Int) throws -> [Int32] {
        var all: [Int32] = []
        all.reserveCapacity(count)
        try read(
            [name], count: count,
            { columns -> [Int32] in
                let values = columns[0]
                return values.indices.map { Int32(truncatingIfNeeded: values[$0]) }
            }, take: { all += $0 })
        return all
    }

    /// One column, whole, of values that have 8 bits.
    func uint8s(_ name: String, count: Int) throws -> [UInt8] {
        var all: [UInt8] = []
        all.reserveCapacity(count)
        try read(
            [name], count: count,
            { columns -> [UInt8] in
                let values = columns[0]
                return values.indices.map { UInt8(truncatingIfNeeded: values[$0]) }
            }, take: { all += $0 })
        return all
    }
}

/// A kept value that stands for nothing: it was not written by this version.
package struct KeptValueError: Error, Hashable, CustomStringConvertible {
    package let column: String
    package let value: Int64
    package var description: String { "kept column \(column): a value of \(value)" }
}

/// The lengths of what is kept, and what is one number.
struct KeptCounts {
    static let column = "counts"

    var interactions = 0
    var journeys = 0
    var customers = 0
    var churns = 0
    /// Symbols up to the last one that is a customer's, the empty one included.
    var names = 0
    var bins = 0
    var families = 0
    var placebos = 0
    var phantoms = 0
    var corrections = 0
    var unmatchedCorrections = 0
    var coverage = Coverage(from: Instant(microseconds: 0), to: Instant(microseconds: 0))

    private static var fields: [WritableKeyPath<KeptCounts, Int>] {
        [
            \.interactions, \.journeys, \.customers, \.churns, \.names, \.bins,
            \.families, \.placebos, \.phantoms, \.corrections, \.unmatchedCorrections,
        ]
    }

    init() {}

    init(_ kept: some KeptColumns) throws {
        let fields = KeptCounts.fields
        let values = try kept.values(KeptCounts.column, at: Array(0..<(fields.count + 2)))
        for (field, value) in zip(fields, values) { self[keyPath: field] = Int(value) }
        coverage = Coverage(
            from: Instant(microseconds: values[fields.count]),
            to: Instant(microseconds: values[fields.count + 1]))
    }

    var values: [Int64] {
        KeptCounts.fields.map { Int64(self[keyPath: $0]) }
            + [coverage.from.microseconds, coverage.to.microseconds]
    }
}
