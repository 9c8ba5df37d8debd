// The fast way through plain rows: many at once, eight bytes at a time. Rows that are anything but
// plain are left to the reader that takes them one by one.

extension DelimitedReader {
    /// Rows of a run: so many that their bytes and fields stay in the processor's own caches.
    private static let rowLimit = 2_048

    mutating func nextRun(
        _ fields: inout FieldTable, limit: Int
    ) throws(IngestionError) -> RecordRun? {
        guard canRun else { return nil }
        if let run = scan(&fields, limit: min(limit, DelimitedReader.rowLimit)) { return run }
        guard !isAtEnd, end - start < DelimitedReader.limitBytes else { return nil }
        try fill()
        return scan(&fields, limit: min(limit, DelimitedReader.rowLimit))
    }

    /// The plain rows that the buffer begins with; `nil` where its first row is none.
    ///
    /// Plain is a row with as many fields as there are columns, without a quote, without characters
    /// of another encoding, that ends within the buffer.
    private mutating func scan(_ fields: inout FieldTable, limit: Int) -> RecordRun? {
        let columnCount = columnNames.count
        fields.beginRun(fieldCount: columnCount)
        var starts: [UInt32] = []
        starts.reserveCapacity(limit + 1)
        let first = start
        var scanner = RowScanner(format: format, start: start)
        scanner.scan(
            buffer.span, end: end, columnCount: columnCount, limit: limit,
            longest: DelimitedReader.limitBytes, &fields, &starts)
        fields.dropUnfinishedRow()
        guard fields.rowCount > 0 else { return nil }
        starts.append(UInt32(scanner.rowStart))
        let run = RecordRun(
            starts: starts, firstLine: nextLine, bufferOffset: offsetOfBuffer)
        skipRows(through: scanner.rowStart, count: fields.rowCount)
        precondition(start > first, "a run of no bytes")
        return run
    }
}

/// Finds the ends of rows and fields.
private struct RowScanner {
    private let delimiter: UInt8
    private let quote: UInt8
    private let transcodes: Bool
    private let trims: Bool
    /// Where the row begins that is not whole yet.
    private(set) var rowStart: Int
    private var fieldStart: Int
    private var field = 0

    init(format: DelimitedFormat, start: Int) {
        delimiter = format.delimiter
        quote = format.quote ?? format.delimiter
        transcodes = format.encoding != .utf8
        trims = format.trimsPadding
        rowStart = start
        fieldStart = start
    }

    /// Each byte that equals the pattern's becomes 0x80, all others zero.
    /// Source: H. S. Warren, Hacker's Delight, second edition, section 6-1.
    @inline(__always)
    private static func matches(_ word: UInt64, _ pattern: UInt64) -> UInt64 {
        let difference = word ^ pattern
        let sum = (difference & 0x7f7f_7f7f_7f7f_7f7f) &+ 0x7f7f_7f7f_7f7f_7f7f
        return ~(sum | difference | 0x7f7f_7f7f_7f7f_7f7f)
    }

    private static func pattern(_ byte: UInt8) -> UInt64 { 0x0101_0101_0101_0101 &* UInt64(byte) }

    mutating func scan(
        _ bytes: Span<UInt8>, end: Int, columnCount: Int, limit: Int, longest: Int,
        _ fields: inout FieldTable, _ starts: inout [UInt32]
    ) {
        let delimiters = RowScanner.pattern(delimiter)
        let quotes = RowScanner.pattern(quote)
        let lineFeeds = RowScanner.pattern(UInt8(ascii: "\n"))
        let raw = unsafe bytes.bytes
        var index = rowStart
        while index &+ 8 <= end {
            let word = UInt64(
                littleEndian: unsafe raw.unsafeLoadUnaligned(
                    fromByteOffset: index, as: UInt64.self))
            if transcodes, word & 0x8080_8080_8080_8080 != 0 { return }
            var found =
                RowScanner.matches(word, delimiters) | RowScanner.matches(word, lineFeeds)
                | RowScanner.matches(word, quotes)
            while found != 0 {
                let place = index &+ found.trailingZeroBitCount &>> 3
                found &= found &- 1
                let byte = bytes[place]
                if byte == delimiter {
                    field &+= 1
                    guard field < columnCount else { return }
                    append(bytes, place, &fields)
                } else if byte == UInt8(ascii: "\n") {
                    guard field &+ 1 == columnCount, place &- rowStart <= longest,
                        place > rowStart
                    else { return }
                    let hasReturn = bytes[place &- 1] == UInt8(ascii: "\r")
                    guard !hasReturn || place &- 1 > rowStart else { return }
                    append(bytes, hasReturn ? max(place &- 1, fieldStart) : place, &fields)
                    fields.endRow()
                    starts.append(UInt32(truncatingIfNeeded: rowStart))
                    rowStart = place &+ 1
                    fieldStart = rowStart
                    field = 0
                    if fields.rowCount == limit { return }
                } else {
                    return
                }
            }
            index &+= 8
        }
    }

    /// The field that ends at a place; the next one begins behind it.
    @inline(__always)
    private mutating func append(
        _ bytes: Span<UInt8>, _ place: Int, _ fields: inout FieldTable
    ) {
        let space = UInt8(ascii: " ")
        let isPadded =
            trims && place > fieldStart
            && (bytes[fieldStart] == space || bytes[place &- 1] == space)
        if isPadded {
            let range = FieldTable.trimmed(bytes, fieldStart..<place, isTrimmed: true)
            fields.appendToRun(range.lowerBound, range.upperBound)
        } else {
            fields.appendToRun(fieldStart, place)
        }
        fieldStart = place &+ 1
    }
}
