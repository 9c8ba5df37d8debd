// Records cut into fields. Fields are ranges of bytes; no string is made here.

/// The fields of one record, or of a run of records of which one is looked at; used again for the
/// next.
struct FieldTable {
    /// More fields than this in a record are not told apart; the record is wrong anyway.
    static let limit = 4_096

    /// Fields of the record that is looked at.
    private(set) var count = 0
    /// Of all records, one behind the other.
    private var starts: [UInt32] = []
    private var ends: [UInt32] = []
    /// The first field of the record that is looked at.
    private var base = 0
    /// Where each field of a single record begins in it, in bytes from 0, padding included.
    private var places: [Int] = []
    /// The fields' bytes where they are not those of the file: quotes undone, characters of another
    /// encoding, values of a document.
    private(set) var arena: [UInt8] = []
    /// Whether ``range(_:)`` is in ``arena``; otherwise it is in the buffer that was cut.
    private(set) var isInArena = false
    /// Records of a run.
    private(set) var rowCount = 0

    /// The field's bytes.
    @inline(__always)
    func range(_ field: Int) -> Range<Int> {
        let index = base &+ field
        return unsafe Range(uncheckedBounds: (Int(starts[index]), Int(ends[index])))
    }

    /// The column in which a field begins, from 1.
    func column(_ field: Int) -> Int { field < places.count ? places[field] + 1 : 1 }

    // MARK: - Records of documents

    /// Empties the table for a record whose fields are given one by one.
    mutating func begin() {
        clear()
        arena.removeAll(keepingCapacity: true)
        isInArena = true
    }

    private mutating func clear() {
        count = 0
        base = 0
        rowCount = 0
        starts.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
        places.removeAll(keepingCapacity: true)
        isInArena = false
    }

    /// Adds a field. A field without bytes is one that is not there.
    mutating func append(_ bytes: some Collection<UInt8>, place: Int) {
        let start = arena.count
        arena.append(contentsOf: bytes)
        append(start..<arena.count, place: place)
    }

    // MARK: - Runs of records

    /// Empties the table for a run of records with so many fields each, and keeps the room it has.
    mutating func beginRun(fieldCount: Int) {
        base = 0
        places.removeAll(keepingCapacity: true)
        isInArena = false
        rowCount = 0
        count = fieldCount
    }

    /// Looks at a record of a run.
    @inline(__always)
    mutating func select(_ row: Int) { base = row &* count }

    /// Lets `body` write the fields of a run's records where they belong, and takes as many records
    /// as it says.
    /// - Parameter body: gets room for the beginnings and ends of the fields of `limit` records and
    ///   one more.
    mutating func fillRun(
        limit: Int, _ body: (inout MutableSpan<UInt32>, inout MutableSpan<UInt32>) -> Int
    ) {
        let room = (limit + 1) * count
        // Out of their place while they are written: two parts of one value cannot be at once.
        var (starts, ends) = (self.starts, self.ends)
        (self.starts, self.ends) = ([], [])
        if starts.count < room {
            starts = [UInt32](repeating: 0, count: room)
            ends = starts
        }
        var startSpan = starts.mutableSpan
        var endSpan = ends.mutableSpan
        rowCount = body(&startSpan, &endSpan)
        (self.starts, self.ends) = (starts, ends)
    }

    /// As ``fillRun(limit:_:)`` for records whose bytes go to the arena, which has this size.
    mutating func fillRun(
        limit: Int, arenaBytes: Int,
        _ body: (inout [UInt8], inout MutableSpan<UInt32>, inout MutableSpan<UInt32>) -> Int
    ) {
        var arena = self.arena
        self.arena = []
        if arena.count < arenaBytes { arena = [UInt8](repeating: 0, count: arenaBytes) }
        fillRun(limit: limit) { body(&arena, &$0, &$1) }
        self.arena = arena
        isInArena = true
    }

    /// Appends a field, which lies in the buffer that is cut or in the arena.
    @inline(__always)
    private mutating func appendToRun(_ start: Int, _ end: Int) {
        starts.append(UInt32(truncatingIfNeeded: start))
        ends.append(UInt32(truncatingIfNeeded: end))
    }

    // MARK: - Delimited text

    /// Cuts the record at `range` of `bytes`.
    /// - Complexity: O(length).
    mutating func split(_ bytes: Span<UInt8>, _ range: Range<Int>, format: DelimitedFormat) {
        clear()
        var start = range.lowerBound
        var index = start
        var bits: UInt8 = 0
        let quote = format.quote ?? format.delimiter
        while index < range.upperBound {
            let byte = bytes[index]
            bits |= byte
            if byte == format.delimiter {
                append(
                    FieldTable.trimmed(bytes, start..<index, isTrimmed: format.trimsPadding),
                    place: start - range.lowerBound)
                start = index + 1
            } else if byte == quote {
                return splitQuoted(bytes, range, format: format, quote: quote)
            }
            index += 1
        }
        append(
            FieldTable.trimmed(
                bytes, start..<range.upperBound, isTrimmed: format.trimsPadding),
            place: start - range.lowerBound)
        if bits >= 0x80, format.encoding != .utf8 { transcode(bytes, format.encoding) }
    }

    /// The field without the padding around it.
    static func trimmed(
        _ bytes: Span<UInt8>, _ field: Range<Int>, isTrimmed: Bool
    ) -> Range<Int> {
        guard isTrimmed else { return field }
        let space = UInt8(ascii: " ")
        var start = field.lowerBound
        var end = field.upperBound
        while start < end, bytes[start] == space { start += 1 }
        while end > start, bytes[end - 1] == space { end -= 1 }
        return start..<end
    }

    private mutating func append(_ field: Range<Int>, place: Int) {
        guard count < FieldTable.limit else { return }
        appendToRun(field.lowerBound, field.upperBound)
        places.append(place)
        count += 1
    }

    /// RFC 4180: a field that begins with a quote ends with one, and a doubled quote within is
    /// one quote. A quote elsewhere is an ordinary byte.
    private mutating func splitQuoted(
        _ bytes: Span<UInt8>, _ range: Range<Int>, format: DelimitedFormat, quote: UInt8
    ) {
        begin()
        var index = range.lowerBound
        while true {
            let place = index - range.lowerBound
            let start = arena.count
            var isQuoted = false
            if index < range.upperBound, bytes[index] == quote {
                isQuoted = true
                index += 1
            }
            let wasQuoted = isQuoted
            while index < range.upperBound {
                let byte = bytes[index]
                if isQuoted, byte == quote {
                    let isDoubled = index + 1 < range.upperBound && bytes[index + 1] == quote
                    if isDoubled { arena.append(quote) } else { isQuoted = false }
                    index += isDoubled ? 2 : 1
                    continue
                }
                if !isQuoted, byte == format.delimiter { break }
                appendToArena(byte, format.encoding)
                index += 1
            }
            let field = FieldTable.trimmed(
                arena.span, start..<arena.count,
                isTrimmed: format.trimsPadding && !wasQuoted)
            append(field, place: place)
            guard index < range.upperBound else { return }
            index += 1
        }
    }

    private mutating func appendToArena(_ byte: UInt8, _ encoding: TextEncoding) {
        if byte < 0x80 || encoding == .utf8 {
            arena.append(byte)
        } else {
            encoding.append(byte, to: &arena)
        }
    }

    /// Moves all fields to the arena, in UTF-8.
    private mutating func transcode(_ bytes: Span<UInt8>, _ encoding: TextEncoding) {
        arena.removeAll(keepingCapacity: true)
        isInArena = true
        for field in 0..<count {
            let range = range(field)
            starts[field] = UInt32(arena.count)
            for index in range { appendToArena(bytes[index], encoding) }
            ends[field] = UInt32(arena.count)
        }
    }
}
