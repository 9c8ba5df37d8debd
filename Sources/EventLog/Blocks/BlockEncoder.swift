// Columns to the bytes of a block. First every column is planned, so that the size is known and
// the bytes are written once; then they are written.

import Digests
import Events

/// A block ready to be chained and stored.
struct EncodedBlock: Sendable {
    /// The stored value; the hash before it is still missing.
    var bytes: [UInt8]
    var contentHash: Digest
    var count: Int
}

/// Turns a run of rows into a block.
///
/// The bytes depend on the rows and on nothing else.
struct BlockEncoder {
    private let columns: EventColumns
    private let rows: Range<Int>
    private var entries: [ColumnEntry] = []
    private var dictionaries: [[UInt32]] = []
    private var lengths: [[Int64]] = []
    private var used = BlockFormat.columnsOffset

    /// - Precondition: 1 to ``BlockFormat/capacity`` rows.
    static func encode(
        _ columns: EventColumns, rows: Range<Int>, firstPosition: LogPosition
    ) -> EncodedBlock {
        precondition((1...BlockFormat.capacity).contains(rows.count), "\(rows.count) rows")
        var encoder = BlockEncoder(columns: columns, rows: rows)
        encoder.plan()
        return encoder.write(firstPosition)
    }

    private init(columns: EventColumns, rows: Range<Int>) {
        self.columns = columns
        self.rows = rows
    }

    // MARK: - Planning

    private mutating func plan() {
        entries.reserveCapacity(ColumnSlot.count)
        dictionaries.reserveCapacity(ColumnSlot.numberBase)
        for column in CodeColumn.allCases {
            let values = columns.codes[column.rawValue]
            planCodes(values.span.extracting(rows))
        }
        for column in NumberColumn.allCases {
            let values = columns.numbers[column.rawValue]
            planNumbers(values.span.extracting(rows))
        }
        for column in BytesColumn.allCases {
            let packed = columns.bytes[column.rawValue]
            let lengths = lengths(of: packed)
            planNumbers(lengths.span)
            self.lengths.append(lengths)
            let start = packed.range(rows.lowerBound).lowerBound
            let end = packed.range(rows.upperBound - 1).upperBound
            place(ColumnEntry(encoding: .raw), byteCount: end - start)
        }
    }

    private func lengths(of packed: PackedBytes) -> [Int64] {
        var previous = packed.range(rows.lowerBound).lowerBound
        return rows.map { row in
            let end = Int(packed.ends[row])
            defer { previous = end }
            return Int64(end - previous)
        }
    }

    /// Columns begin at multiples of eight.
    private mutating func place(_ entry: ColumnEntry, byteCount: Int) {
        var entry = entry
        entry.byteCount = byteCount
        if byteCount > 0 {
            used = (used + 7) & ~7
            entry.offset = used
            used += byteCount
        }
        entries.append(entry)
    }

    private mutating func planCodes(_ values: Span<UInt32>) {
        var least = values[0]
        var greatest = values[0]
        for index in values.indices {
            least = min(least, values[index])
            greatest = max(greatest, values[index])
        }
        let range = greatest - least
        var entry = ColumnEntry(encoding: .constant, base: Int64(least))
        if range == 0 {
            dictionaries.append([])
            return place(entry, byteCount: 0)
        }
        if range > 0xff, let dictionary = LocalDictionary(values) {
            entry = ColumnEntry(
                encoding: .dictionary1, divisor: UInt32(dictionary.entries.count))
            dictionaries.append(dictionary.entries)
            let codes = (values.count + 3) & ~3
            return place(entry, byteCount: codes + 4 * dictionary.entries.count)
        }
        dictionaries.append([])
        entry.encoding = range <= 0xff ? .width1 : range <= 0xffff ? .width2 : .width4
        place(entry, byteCount: values.count * entry.encoding.width)
    }

    private mutating func planNumbers(_ values: Span<Int64>) {
        var least = values[0]
        var greatest = values[0]
        for index in values.indices {
            least = min(least, values[index])
            greatest = max(greatest, values[index])
        }
        let range = UInt64(bitPattern: greatest &- least)
        var entry = ColumnEntry(encoding: .constant, base: least)
        guard range > 0 else { return place(entry, byteCount: 0) }
        entry.divisor = range <= 0xff ? 1 : BlockEncoder.divisor(values, least)
        switch range / UInt64(entry.divisor) {
        case ...0xff: entry.encoding = .width1
        case ...0xffff: entry.encoding = .width2
        case ...0xffff_ffff: entry.encoding = .width4
        default: entry.encoding = .width8
        }
        place(entry, byteCount: values.count * entry.encoding.width)
    }

    /// Times are often whole seconds or milliseconds, money whole minor units.
    static func divisor(_ values: Span<Int64>, _ least: Int64) -> UInt32 {
        if isDivisible(values, least, { $0 % 1_000_000 == 0 }) { return 1_000_000 }
        return isDivisible(values, least, { $0 % 1_000 == 0 }) ? 1_000 : 1
    }

    @inline(__always)
    private static func isDivisible(
        _ values: Span<Int64>, _ least: Int64, _ test: (UInt64) -> Bool
    ) -> Bool {
        for index in values.indices
        where !test(UInt64(bitPattern: values[index] &- least)) { return false }
        return true
    }

    // MARK: - Writing

    private func write(_ firstPosition: LogPosition) -> EncodedBlock {
        var bytes = [UInt8](repeating: 0, count: BlockFormat.paddedSize(used))
        writeHeader(firstPosition, &bytes)
        for slot in entries.indices { writeEntry(slot, &bytes) }
        for column in CodeColumn.allCases { writeCodes(column, &bytes) }
        for column in NumberColumn.allCases {
            let values = columns.numbers[column.rawValue]
            writeNumbers(values.span.extracting(rows), entries[ColumnSlot.of(column)], &bytes)
        }
        for column in BytesColumn.allCases {
            let packed = columns.bytes[column.rawValue]
            let lengths = lengths[column.rawValue]
            writeNumbers(lengths.span, entries[ColumnSlot.lengths(of: column)], &bytes)
            let entry = entries[ColumnSlot.bytes(of: column)]
            guard entry.byteCount > 0 else { continue }
            let start = packed.range(rows.lowerBound).lowerBound
            RawBytes.copy(
                packed.bytes.span, start..<(start + entry.byteCount), into: &bytes,
                at: entry.offset)
        }
        var hasher = SHA256()
        hasher.update(bytes.span.extracting(BlockFormat.magicOffset..<bytes.count))
        let hash = hasher.finish()
        let hashBytes = hash.bytes
        RawBytes.copy(
            hashBytes.span, 0..<Digest.byteCount, into: &bytes,
            at: BlockFormat.contentHashOffset)
        return EncodedBlock(bytes: bytes, contentHash: hash, count: rows.count)
    }

    private func writeHeader(_ firstPosition: LogPosition, _ bytes: inout [UInt8]) {
        RawBytes.store32(BlockFormat.magic, into: &bytes, at: BlockFormat.magicOffset)
        let columnCount = UInt32(ColumnSlot.count) << 16
        RawBytes.store32(
            UInt32(BlockFormat.version) | columnCount, into: &bytes,
            at: BlockFormat.versionOffset)
        RawBytes.store32(UInt32(rows.count), into: &bytes, at: BlockFormat.countOffset)
        RawBytes.store32(UInt32(used), into: &bytes, at: BlockFormat.usedOffset)
        RawBytes.store64(
            firstPosition.rawValue, into: &bytes, at: BlockFormat.firstPositionOffset)
        let times = columns[.at]
        let at = BlockFacts.extremes(times.span.extracting(rows))
        let timesRecorded = columns[.recordedAt]
        let recordedAt = BlockFacts.extremes(timesRecorded.span.extracting(rows))
        for (value, offset) in [
            (at.least, BlockFormat.leastAtOffset),
            (at.greatest, BlockFormat.greatestAtOffset),
            (recordedAt.least, BlockFormat.leastRecordedAtOffset),
            (recordedAt.greatest, BlockFormat.greatestRecordedAtOffset),
        ] { RawBytes.store64(UInt64(bitPattern: value), into: &bytes, at: offset) }
        let kinds = columns[.kind]
        RawBytes.store64(
            BlockFacts.families(kinds.span.extracting(rows)), into: &bytes,
            at: BlockFormat.familiesOffset)
    }

    private func writeEntry(_ slot: Int, _ bytes: inout [UInt8]) {
        let entry = entries[slot]
        let place = ColumnSlot.entryOffset(slot)
        bytes[place] = entry.encoding.rawValue
        RawBytes.store32(entry.divisor, into: &bytes, at: place + 4)
        RawBytes.store64(UInt64(bitPattern: entry.base), into: &bytes, at: place + 8)
        RawBytes.store32(UInt32(entry.offset), into: &bytes, at: place + 16)
        RawBytes.store32(UInt32(entry.byteCount), into: &bytes, at: place + 20)
    }

    private func writeCodes(_ column: CodeColumn, _ bytes: inout [UInt8]) {
        let all = columns.codes[column.rawValue]
        let values = all.span.extracting(rows)
        let entry = entries[ColumnSlot.of(column)]
        switch entry.encoding {
        case .constant, .raw, .width8: return
        case .width1, .width2, .width4:
            RawBytes.narrow(
                values, base: UInt32(truncatingIfNeeded: entry.base),
                width: entry.encoding.width, into: &bytes, at: entry.offset)
        case .dictionary1:
            let dictionary = dictionaries[column.rawValue]
            LocalDictionary.writeCodes(of: values, dictionary, into: &bytes, at: entry.offset)
            var place = entry.offset + (values.count + 3) & ~3
            for code in dictionary {
                RawBytes.store32(code, into: &bytes, at: place)
                place += 4
            }
        }
    }

    private func writeNumbers(
        _ values: Span<Int64>, _ entry: ColumnEntry, _ bytes: inout [UInt8]
    ) {
        guard entry.encoding.width > 0 else { return }
        RawBytes.narrow(
            values, base: entry.base, divisor: UInt64(entry.divisor),
            width: entry.encoding.width, into: &bytes, at: entry.offset)
    }
}

/// What a block's header says of its columns.
enum BlockFacts {
    static func extremes(_ values: Span<Int64>) -> (least: Int64, greatest: Int64) {
        var least = values[0]
        var greatest = values[0]
        for index in values.indices {
            least = min(least, values[index])
            greatest = max(greatest, values[index])
        }
        return (least, greatest)
    }

    /// A bit for each family among the kinds; codes that are no kind have none.
    static func families(_ kinds: Span<UInt32>) -> UInt64 {
        var seen: UInt32 = .max
        var bits: UInt64 = 0
        for index in kinds.indices where kinds[index] != seen {
            seen = kinds[index]
            guard let raw = UInt16(exactly: seen), let kind = EventKind(rawValue: raw) else {
                continue
            }
            bits |= BlockFormat.familyBit(kind)
        }
        return bits
    }
}

/// The distinct values of a column where they are at most 256, in the order of first sight.
struct LocalDictionary {
    private(set) var entries: [UInt32] = []

    init?(_ values: Span<UInt32>) {
        var table = CodeTable()
        for index in values.indices {
            let value = values[index]
            if table.find(value) != nil { continue }
            guard entries.count < 256 else { return nil }
            table.insert(value, UInt8(entries.count))
            entries.append(value)
        }
    }

    static func writeCodes(
        of values: Span<UInt32>, _ entries: [UInt32], into bytes: inout [UInt8], at offset: Int
    ) {
        var table = CodeTable()
        for (code, entry) in entries.enumerated() { table.insert(entry, UInt8(code)) }
        for index in values.indices {
            guard let code = table.find(values[index]) else {
                preconditionFailure("value \(values[index]) is not in its dictionary")
            }
            bytes[offset + index] = code
        }
    }
}

/// Up to 256 values to codes: open addressing over 1,024 places.
private struct CodeTable {
    private var keys = [UInt32](repeating: 0, count: 1_024)
    /// One more than the code; zero where the place is free.
    private var codes = [UInt16](repeating: 0, count: 1_024)

    private func place(_ value: UInt32) -> Int { Int((value &* 0x9e37_79b1) >> 22) }

    func find(_ value: UInt32) -> UInt8? {
        var place = place(value)
        while codes[place] != 0 {
            if keys[place] == value { return UInt8(codes[place] - 1) }
            place = (place + 1) & 1_023
        }
        return nil
    }

    mutating func insert(_ value: UInt32, _ code: UInt8) {
        var place = place(value)
        while codes[place] != 0 { place = (place + 1) & 1_023 }
        keys[place] = value
        codes[place] = UInt16(code) + 1
    }
}
