// One record cut into fields. Fields are ranges of bytes; no string is made here.

/// The fields of one record, used again for the next one.
struct FieldTable {
    /// More fields than this in a record are not told apart; the record is wrong anyway.
    static let limit = 4_096

    private(set) var count = 0
    private var starts: [Int] = []
    private var ends: [Int] = []
    /// Where each field begins in its record, in bytes from 0, padding included.
    private var places: [Int] = []
    /// The fields' bytes where they are not those of the file: quotes undone, characters of another
    /// encoding, values of a document.
    private(set) var arena: [UInt8] = []
    /// Whether ``range(_:)`` is in ``arena``; otherwise it is in the buffer that was cut.
    private(set) var isInArena = false

    /// The field's bytes.
    func range(_ field: Int) -> Range<Int> { starts[field]..<ends[field] }

    /// The column in which a field begins, from 1.
    func column(_ field: Int) -> Int { places[field] + 1 }

    // MARK: - Records of documents

    /// Empties the table for a record whose fields are given one by one.
    mutating func begin() {
        count = 0
        arena.removeAll(keepingCapacity: true)
        isInArena = true
    }

    /// Adds a field. A field without bytes is one that is not there.
    mutating func append(_ bytes: some Collection<UInt8>, place: Int) {
        let start = arena.count
        arena.append(contentsOf: bytes)
        append(start..<arena.count, place: place)
    }

    /// Takes all fields at once: their bytes, and where each lies in them and in the record.
    mutating func take(
        _ bytes: UnsafeBufferPointer<UInt8>, fields: Int,
        _ field: (Int) -> (range: Range<Int>, place: Int)
    ) {
        begin()
        unsafe arena.append(contentsOf: bytes)
        for index in 0..<fields {
            let (range, place) = field(index)
            append(range, place: place)
        }
    }

    // MARK: - Delimited text

    /// Cuts the record at `range` of `bytes`.
    /// - Complexity: O(length).
    mutating func split(_ bytes: Span<UInt8>, _ range: Range<Int>, format: DelimitedFormat) {
        count = 0
        isInArena = false
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
    private static func trimmed(
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
        if count == starts.count {
            starts.append(field.lowerBound)
            ends.append(field.upperBound)
            places.append(place)
        } else {
            starts[count] = field.lowerBound
            ends[count] = field.upperBound
            places[count] = place
        }
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
            starts[field] = arena.count
            for index in range { appendToArena(bytes[index], encoding) }
            ends[field] = arena.count
        }
    }
}
