// One event on its way into columns, for readers that never hold an ``Event``.

/// The codes and numbers of one event; what it does not have is zero.
package struct EventRow {
    fileprivate var codes = InlineArray<16, UInt32>(repeating: 0)
    fileprivate var numbers = InlineArray<10, Int64>(repeating: 0)

    package init() {}

    package subscript(column: CodeColumn) -> UInt32 {
        get { codes[column.rawValue] }
        set { codes[column.rawValue] = newValue }
    }

    package subscript(column: NumberColumn) -> Int64 {
        get { numbers[column.rawValue] }
        set { numbers[column.rawValue] = newValue }
    }

    /// States an optional field, with its bit of ``Presence``.
    package mutating func set(_ column: NumberColumn, _ value: Int64, _ presence: UInt32) {
        self[column] = value
        self[.presence] |= presence
    }
}

extension EventColumns {
    /// Appends a row whose strings are given as bytes.
    /// - Parameters:
    ///   - key: UTF-8.
    ///   - attributes: as ``EventCodec`` writes them; empty where there are none.
    ///   - personal: likewise.
    package mutating func append(
        _ row: borrowing EventRow, key: [UInt8], attributes: [UInt8], personal: [UInt8] = []
    ) {
        for index in codes.indices { codes[index].append(row.codes[index]) }
        for index in numbers.indices { numbers[index].append(row.numbers[index]) }
        self[.key].append(key)
        self[.attributes].append(attributes)
        self[.personal].append(personal)
    }

    /// Appends some rows of `other`.
    package mutating func append(_ other: EventColumns, _ rows: Range<Int>) {
        for index in codes.indices { codes[index].append(contentsOf: other.codes[index][rows]) }
        for index in numbers.indices {
            numbers[index].append(contentsOf: other.numbers[index][rows])
        }
        guard !rows.isEmpty else { return }
        for index in bytes.indices {
            let start = other.bytes[index].range(rows.lowerBound).lowerBound
            let end = Int(other.bytes[index].ends[rows.upperBound - 1])
            // What is behind the strings that were there, less what was before these.
            let shift = UInt32(truncatingIfNeeded: bytes[index].bytes.count &- start)
            bytes[index].bytes.append(contentsOf: other.bytes[index].bytes[start..<end])
            bytes[index].ends.append(
                contentsOf: other.bytes[index].ends[rows].lazy.map { $0 &+ shift })
        }
    }

    /// Makes room for so many rows in all.
    package mutating func reserveCapacity(_ count: Int) {
        for index in codes.indices { codes[index].reserveCapacity(count) }
        for index in numbers.indices { numbers[index].reserveCapacity(count) }
        for index in bytes.indices { bytes[index].ends.reserveCapacity(count) }
    }

    /// Takes back rows at the end.
    /// - Precondition: there are as many.
    package mutating func removeLast(_ count: Int) {
        guard count > 0 else { return }
        for index in codes.indices { codes[index].removeLast(count) }
        for index in numbers.indices { numbers[index].removeLast(count) }
        for index in bytes.indices {
            bytes[index].ends.removeLast(count)
            let end = Int(bytes[index].ends.last ?? 0)
            bytes[index].bytes.removeLast(bytes[index].bytes.count - end)
        }
    }
}
