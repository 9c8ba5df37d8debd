// The fast way through plain rows: many at once, eight bytes at a time. Rows that are anything but
// plain are left to the reader that takes them one by one.

extension DelimitedReader {
    /// Rows of a run: so many that their bytes and fields stay in the processor's own caches.
    private static let rowLimit = 2_048

    mutating func nextRun(
        _ fields: inout FieldTable, limit: Int
    ) throws(IngestionError) -> RecordRun? {
        guard canRun else { return nil }
        let limit = min(limit, DelimitedReader.rowLimit)
        var isCutOff = false
        if let run = scan(&fields, limit: limit, isCutOff: &isCutOff) { return run }
        // A row that is not plain is none with more of the file either.
        guard isCutOff, try readOn() else { return nil }
        return scan(&fields, limit: limit, isCutOff: &isCutOff)
    }

    /// The plain rows that the buffer begins with; `nil` where its first row is none.
    ///
    /// Plain is a row with as many fields as there are columns, without quotes or line ends within
    /// quotes, without characters of another encoding, that ends within the buffer.
    /// - Parameter isCutOff: becomes true where the first row goes on behind the buffer.
    private mutating func scan(
        _ fields: inout FieldTable, limit: Int, isCutOff: inout Bool
    ) -> RecordRun? {
        fields.beginRun(fieldCount: columnNames.count)
        var scanner = RowScanner(
            format: format, columnCount: columnNames.count, limit: limit,
            start: window.start)
        let first = window.start
        fields.fillRun(limit: limit) { starts, ends in
            scanner.scan(
                window.bytes.span, end: window.end, longest: window.limitBytes, &starts, &ends)
            return scanner.rowStarts.count
        }
        isCutOff = scanner.isCutOff
        guard fields.rowCount > 0 else { return nil }
        let run = RecordRun(
            starts: scanner.rowStarts + [UInt32(scanner.rowStart)], firstLine: nextLine,
            bufferOffset: window.offset)
        skipRows(through: scanner.rowStart, count: fields.rowCount)
        precondition(window.start > first, "a run of no bytes")
        return run
    }
}

/// Finds the ends of rows and fields.
private struct RowScanner {
    private let delimiter: UInt8
    private let quote: UInt8
    private let transcodes: Bool
    private let trims: Bool
    private let columnCount: Int
    private let limit: Int
    /// Where the row begins that is not whole yet.
    private(set) var rowStart: Int
    /// Where the rows begin that are.
    private(set) var rowStarts: [UInt32] = []
    /// Whether the buffer ended before a row did.
    private(set) var isCutOff = false

    init(format: DelimitedFormat, columnCount: Int, limit: Int, start: Int) {
        delimiter = format.delimiter
        quote = format.quote ?? format.delimiter
        transcodes = format.encoding != .utf8
        trims = format.trimsPadding
        self.columnCount = columnCount
        self.limit = limit
        rowStart = start
        rowStarts.reserveCapacity(limit + 1)
    }

    /// - Parameters:
    ///   - end: where the bytes end that are to be looked at.
    ///   - starts: where fields begin, row by row; `ends` likewise.
    mutating func scan(
        _ bytes: Span<UInt8>, end: Int, longest: Int, _ starts: inout MutableSpan<UInt32>,
        _ ends: inout MutableSpan<UInt32>
    ) {
        let delimiters = ByteWord.repeated(delimiter)
        let quotes = ByteWord.repeated(quote)
        let lineFeeds = ByteWord.repeated(UInt8(ascii: "\n"))
        let raw = unsafe bytes.bytes
        var index = rowStart
        var fieldStart = rowStart
        // The next field's number, of all rows.
        var next = 0
        var rowEnd = columnCount
        while index &+ 8 <= end {
            let word = UInt64(
                littleEndian: unsafe raw.unsafeLoadUnaligned(
                    fromByteOffset: index, as: UInt64.self))
            if transcodes, word & 0x8080_8080_8080_8080 != 0 { return }
            var found =
                ByteWord.matches(word, delimiters) | ByteWord.matches(word, lineFeeds)
                | ByteWord.matches(word, quotes)
            index &+= 8
            while found != 0 {
                var place = index &- 8 &+ found.trailingZeroBitCount &>> 3
                found &= found &- 1
                var isQuoted = false
                if bytes[place] == quote, quote != delimiter {
                    // Elsewhere than at its beginning, a field's quote is an ordinary byte.
                    guard place == fieldStart else { continue }
                    guard let behind = closingQuote(bytes, place &+ 1, end: end) else {
                        return
                    }
                    place = behind
                    isQuoted = true
                    // What was found in the word may lie within the quotes.
                    found = 0
                    index = place &+ 1
                }
                if bytes[place] == delimiter {
                    guard next &+ 1 < rowEnd else { return }
                    put(bytes, fieldStart, place, isQuoted, next, &starts, &ends)
                    next &+= 1
                    fieldStart = place &+ 1
                    continue
                }
                guard next &+ 1 == rowEnd, place > rowStart, place &- rowStart <= longest else {
                    return
                }
                let hasReturn = bytes[place &- 1] == UInt8(ascii: "\r")
                guard !hasReturn || place &- 1 > rowStart else { return }
                let fieldEnd = hasReturn ? max(place &- 1, fieldStart) : place
                put(bytes, fieldStart, fieldEnd, isQuoted, next, &starts, &ends)
                next &+= 1
                rowEnd &+= columnCount
                rowStarts.append(UInt32(truncatingIfNeeded: rowStart))
                rowStart = place &+ 1
                fieldStart = rowStart
                if rowStarts.count == limit { return }
            }
        }
        isCutOff = true
    }

    /// The delimiter or line feed behind a quoted field; `nil` where the field is not plain.
    private mutating func closingQuote(
        _ bytes: Span<UInt8>, _ start: Int, end: Int
    ) -> Int? {
        var index = start
        while index &+ 2 < end {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\n") || transcodes && byte >= 0x80 { return nil }
            guard byte == quote else {
                index &+= 1
                continue
            }
            let behind = bytes[index &+ 1]
            if behind == delimiter || behind == UInt8(ascii: "\n") { return index &+ 1 }
            let isEnd = behind == UInt8(ascii: "\r") && bytes[index &+ 2] == UInt8(ascii: "\n")
            return isEnd ? index &+ 2 : nil
        }
        isCutOff = true
        return nil
    }

    /// Notes a field without the quotes or the padding around it.
    @inline(__always)
    private func put(
        _ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ isQuoted: Bool, _ field: Int,
        _ starts: inout MutableSpan<UInt32>, _ ends: inout MutableSpan<UInt32>
    ) {
        let space = UInt8(ascii: " ")
        if isQuoted {
            starts[field] = UInt32(truncatingIfNeeded: start &+ 1)
            ends[field] = UInt32(truncatingIfNeeded: end &- 1)
            return
        }
        let isPadded =
            trims && end > start && (bytes[start] == space || bytes[end &- 1] == space)
        var range = start..<end
        if isPadded { range = FieldTable.trimmed(bytes, range, isTrimmed: true) }
        starts[field] = UInt32(truncatingIfNeeded: range.lowerBound)
        ends[field] = UInt32(truncatingIfNeeded: range.upperBound)
    }
}
