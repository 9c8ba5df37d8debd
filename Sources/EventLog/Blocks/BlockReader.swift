// A block's bytes to values. Nothing here trusts the bytes: what cannot be is an error with its
// place, whatever was done to the file. Bytes are passed to each call, since they belong to a
// transaction; what is kept is the header.

import Digests
package import Events

/// A block's header, checked against the value's length.
package struct BlockHeader: Sendable {
    package let count: Int
    let used: Int
    package let firstPosition: LogPosition
    package let leastAt: Int64
    package let greatestAt: Int64
    package let leastRecordedAt: Int64
    package let greatestRecordedAt: Int64
    let families: UInt64

    package var lastPosition: LogPosition {
        LogPosition(firstPosition.rawValue &+ UInt64(count) &- 1)
    }

    /// Bytes that a dictionary's codes take before its entries.
    private var codesByteCount: Int { (count + 3) & ~3 }

    /// The row of a position in the block.
    func row(of position: LogPosition) -> Int {
        Int(position.rawValue - firstPosition.rawValue)
    }

    init(_ bytes: Span<UInt8>) throws(BlockError) {
        guard bytes.count >= BlockFormat.columnsOffset else {
            throw .truncated(found: bytes.count, expected: BlockFormat.columnsOffset)
        }
        guard RawBytes.load32(bytes, at: BlockFormat.magicOffset) == BlockFormat.magic else {
            throw .notABlock
        }
        let version = RawBytes.load16(bytes, at: BlockFormat.versionOffset)
        guard version == BlockFormat.version else { throw .unsupportedVersion(version) }
        guard
            Int(RawBytes.load16(bytes, at: BlockFormat.columnCountOffset)) == ColumnSlot.count
        else { throw .header(field: "number of columns") }
        count = Int(RawBytes.load32(bytes, at: BlockFormat.countOffset))
        guard (1...BlockFormat.capacity).contains(count) else { throw .header(field: "count") }
        used = Int(RawBytes.load32(bytes, at: BlockFormat.usedOffset))
        guard used >= BlockFormat.columnsOffset, used <= bytes.count else {
            throw .header(field: "length")
        }
        let first = RawBytes.load64(bytes, at: BlockFormat.firstPositionOffset)
        guard first > 0, first <= UInt64(Int64.max) - UInt64(count) else {
            throw .header(field: "position")
        }
        firstPosition = LogPosition(first)
        func signed(_ offset: Int) -> Int64 {
            Int64(bitPattern: RawBytes.load64(bytes, at: offset))
        }
        leastAt = signed(BlockFormat.leastAtOffset)
        greatestAt = signed(BlockFormat.greatestAtOffset)
        leastRecordedAt = signed(BlockFormat.leastRecordedAtOffset)
        greatestRecordedAt = signed(BlockFormat.greatestRecordedAtOffset)
        families = RawBytes.load64(bytes, at: BlockFormat.familiesOffset)
    }

    static func hash(_ bytes: Span<UInt8>, at offset: Int) -> Digest {
        guard let digest = Digest(bytes: RawBytes.array(bytes, offset..<(offset + 32))) else {
            preconditionFailure("32 bytes are a hash")
        }
        return digest
    }

    /// The entry of a column, checked so that every value of it can be read.
    func entry(_ slot: Int, _ bytes: Span<UInt8>) throws(BlockError) -> ColumnEntry {
        let place = ColumnSlot.entryOffset(slot)
        let word = RawBytes.load64(bytes, at: place)
        guard let encoding = ColumnEncoding(rawValue: UInt8(truncatingIfNeeded: word)),
            word & 0xffff_ff00 == 0
        else { throw .column(slot: slot, reason: "unknown encoding") }
        var entry = ColumnEntry(encoding: encoding)
        entry.divisor = UInt32(truncatingIfNeeded: word >> 32)
        entry.base = Int64(bitPattern: RawBytes.load64(bytes, at: place + 8))
        let extent = RawBytes.load64(bytes, at: place + 16)
        entry.offset = Int(UInt32(truncatingIfNeeded: extent))
        entry.byteCount = Int(extent >> 32)
        let isRaw = ColumnSlot.isRaw(slot)
        let isCode = slot < ColumnSlot.numberBase
        let expected: Int
        switch encoding {
        case .raw where isRaw: expected = entry.byteCount
        case .dictionary1 where isCode && (1...256).contains(entry.divisor):
            expected = codesByteCount + 4 * Int(entry.divisor)
        case .constant where !isRaw, .width1 where !isRaw, .width2 where !isRaw,
            .width4 where !isRaw, .width8 where !isRaw && !isCode:
            expected = count * encoding.width
        default: throw .column(slot: slot, reason: "unfit encoding")
        }
        guard !isCode || encoding == .dictionary1 || entry.divisor == 1 else {
            throw .column(slot: slot, reason: "codes with a divisor")
        }
        guard entry.byteCount == expected, entry.offset <= used,
            entry.byteCount <= used - entry.offset
        else { throw .column(slot: slot, reason: "impossible extent") }
        return entry
    }
}

// MARK: - Whole columns

extension BlockHeader {
    /// Where the integers of a column lie in the block and what they mean, for reading them in
    /// place.
    package func entry(
        of column: NumberColumn, _ bytes: Span<UInt8>
    ) throws(BlockError) -> ColumnEntry {
        try entry(ColumnSlot.of(column), bytes)
    }

    /// As ``entry(of:_:)-(NumberColumn,_)`` for a column of codes.
    package func entry(
        of column: CodeColumn, _ bytes: Span<UInt8>
    ) throws(BlockError) -> ColumnEntry {
        try entry(ColumnSlot.of(column), bytes)
    }

    /// The values of a column of codes; `values` becomes as long as the block.
    package func codes(
        _ column: CodeColumn, _ bytes: Span<UInt8>, into values: inout [UInt32]
    ) throws(BlockError) {
        let slot = ColumnSlot.of(column)
        let entry = try entry(slot, bytes)
        values.resize(to: count, filler: 0)
        let base = UInt32(truncatingIfNeeded: entry.base)
        switch entry.encoding {
        case .constant, .raw:
            for index in values.indices { values[index] = base }
        case .width1, .width2, .width4, .width8:
            RawBytes.widen(
                bytes.extracting(entry.offset..<(entry.offset + entry.byteCount)),
                width: entry.encoding.width, count: count, base: base, into: &values)
        case .dictionary1:
            let start = entry.offset + codesByteCount
            let dictionary = (0..<Int(entry.divisor)).map { index in
                RawBytes.load32(bytes, at: start + 4 * index)
            }
            let codes = bytes.extracting(entry.offset..<(entry.offset + count))
            for index in values.indices {
                let code = Int(codes[index])
                guard code < dictionary.count else {
                    throw .column(slot: slot, reason: "a code outside its dictionary")
                }
                values[index] = dictionary[code]
            }
        }
    }

    /// The values of a column of numbers; `values` becomes as long as the block.
    package func numbers(
        _ column: NumberColumn, _ bytes: Span<UInt8>, into values: inout [Int64]
    ) throws(BlockError) {
        try numbers(slot: ColumnSlot.of(column), bytes, into: &values)
    }

    private func numbers(
        slot: Int, _ bytes: Span<UInt8>, into values: inout [Int64]
    ) throws(BlockError) {
        let entry = try entry(slot, bytes)
        values.resize(to: count, filler: 0)
        guard entry.encoding.width > 0 else {
            for index in values.indices { values[index] = entry.base }
            return
        }
        RawBytes.widen(
            bytes.extracting(entry.offset..<(entry.offset + entry.byteCount)),
            width: entry.encoding.width, count: count, base: entry.base,
            scale: Int64(entry.divisor), into: &values)
    }

    /// The strings of a column of bytes.
    package func strings(
        _ column: BytesColumn, _ bytes: Span<UInt8>, into packed: inout PackedBytes,
        _ scratch: inout [Int64]
    ) throws(BlockError) {
        let slot = ColumnSlot.bytes(of: column)
        try numbers(slot: ColumnSlot.lengths(of: column), bytes, into: &scratch)
        let entry = try entry(slot, bytes)
        packed.ends.resize(to: count, filler: 0)
        var end = 0
        for index in 0..<count {
            let length = scratch[index]
            guard length >= 0, length <= Int64(entry.byteCount - end) else {
                throw .column(slot: slot, reason: "lengths that do not fit")
            }
            end += Int(length)
            packed.ends[index] = UInt32(end)
        }
        guard end == entry.byteCount else {
            throw .column(slot: slot, reason: "lengths that do not fit")
        }
        packed.bytes.resize(to: end, filler: 0)
        RawBytes.copy(
            bytes, entry.offset..<(entry.offset + end), into: &packed.bytes, at: 0)
    }

    /// Every column.
    package func columns(
        _ bytes: Span<UInt8>, into columns: inout EventColumns, _ scratch: inout [Int64]
    ) throws(BlockError) {
        for column in CodeColumn.allCases {
            try codes(column, bytes, into: &columns.codes[column.rawValue])
        }
        for column in NumberColumn.allCases {
            try numbers(column, bytes, into: &columns.numbers[column.rawValue])
        }
        for column in BytesColumn.allCases {
            try strings(column, bytes, into: &columns.bytes[column.rawValue], &scratch)
        }
    }
}

// MARK: - One event

extension BlockHeader {
    /// The number of one row.
    @inline(__always)
    func number(_ slot: Int, row: Int, _ bytes: Span<UInt8>) throws(BlockError) -> Int64 {
        // The cases that most columns are, with the same checks in fewer steps.
        let place = ColumnSlot.entryOffset(slot)
        let word = RawBytes.load64(bytes, at: place)
        let encoding = Int(word & 0xffff_ffff)
        let divisor = Int(word >> 32)
        let base = Int64(bitPattern: RawBytes.load64(bytes, at: place + 8))
        let extent = RawBytes.load64(bytes, at: place + 16)
        let offset = Int(extent & 0xffff_ffff)
        let byteCount = Int(extent >> 32)
        let isCode = slot < ColumnSlot.numberBase
        if offset <= used, byteCount <= used - offset {
            if encoding <= 2, byteCount == count * encoding, !ColumnSlot.isRaw(slot),
                !isCode || divisor == 1
            {
                if encoding == 0 { return base }
                let integer =
                    encoding == 1
                    ? Int64(bytes[offset + row])
                    : Int64(RawBytes.load16(bytes, at: offset + 2 * row))
                return base &+ integer &* Int64(divisor)
            }
            if isCode, encoding == Int(ColumnEncoding.dictionary1.rawValue),
                (1...256).contains(divisor), byteCount == codesByteCount + 4 * divisor
            {
                let code = Int(bytes[offset + row])
                if code < divisor {
                    return Int64(RawBytes.load32(bytes, at: offset + codesByteCount + 4 * code))
                }
            }
        }
        return try anyNumber(slot, row: row, bytes)
    }

    @inline(never)
    private func anyNumber(
        _ slot: Int, row: Int, _ bytes: Span<UInt8>
    ) throws(BlockError) -> Int64 {
        let entry = try entry(slot, bytes)
        let place = entry.offset + row * entry.encoding.width
        let integer: UInt64
        switch entry.encoding {
        case .constant, .raw: return entry.base
        case .width1: integer = UInt64(bytes[place])
        case .width2: integer = UInt64(RawBytes.load16(bytes, at: place))
        case .width4: integer = UInt64(RawBytes.load32(bytes, at: place))
        case .width8: integer = RawBytes.load64(bytes, at: place)
        case .dictionary1:
            guard bytes[place] < entry.divisor else {
                throw .column(slot: slot, reason: "a code outside its dictionary")
            }
            let start = entry.offset + codesByteCount
            return Int64(RawBytes.load32(bytes, at: start + 4 * Int(bytes[place])))
        }
        // Codes have no divisor of their own, and wrap within 32 bits.
        return entry.base &+ Int64(bitPattern: integer) &* Int64(entry.divisor)
    }

    /// The range of one row's string within the block.
    func range(
        _ column: BytesColumn, row: Int, _ bytes: Span<UInt8>
    ) throws(BlockError) -> Range<Int> {
        let slot = ColumnSlot.bytes(of: column)
        let lengths = try entry(ColumnSlot.lengths(of: column), bytes)
        let entry = try entry(slot, bytes)
        // Products of values from the file: nothing that fits a block comes near the limits.
        let (bases, overflows) = lengths.base.multipliedReportingOverflow(by: Int64(row))
        guard !overflows else { throw .column(slot: slot, reason: "impossible lengths") }
        var start = bases
        if lengths.encoding.width > 0 {
            let integers = RawBytes.sum(
                bytes.extracting(lengths.offset..<(lengths.offset + lengths.byteCount)),
                width: lengths.encoding.width, count: row)
            start &+= Int64(bitPattern: integers) &* Int64(lengths.divisor)
        }
        let length = try number(ColumnSlot.lengths(of: column), row: row, bytes)
        guard start >= 0, length >= 0, start <= Int64(entry.byteCount),
            length <= Int64(entry.byteCount) - start
        else { throw .column(slot: slot, reason: "lengths that do not fit") }
        let first = entry.offset + Int(start)
        return first..<(first + Int(length))
    }
}

extension Array {
    /// Makes the array so long; what it held is of no use.
    mutating func resize(to count: Int, filler: Element) {
        if self.count == count { return }
        if self.count > count { return removeLast(self.count - count) }
        append(contentsOf: repeatElement(filler, count: count - self.count))
    }
}
