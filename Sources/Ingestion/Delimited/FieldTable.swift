// One record cut into fields. Fields are ranges of bytes; no string is made here.

/// How the fields of a delimited text are told apart.
package struct DelimitedFormat: Hashable, Sendable {
    package var delimiter: UInt8
    /// The quote of RFC 4180, or `nil` where the source does not quote.
    package var quote: UInt8?
    /// Whether spaces around a value are padding.
    package var trimsPadding: Bool

    package init(delimiter: UInt8, quote: UInt8? = nil, trimsPadding: Bool = true) {
        self.delimiter = delimiter
        self.quote = quote
        self.trimsPadding = trimsPadding
    }
}

/// The fields of one record, used again for the next one.
struct FieldTable {
    /// More fields than this in a record are not told apart; the record is wrong anyway.
    static let limit = 4_096

    private(set) var count = 0
    private var starts: [Int] = []
    private var ends: [Int] = []
    /// Where each field begins in its line, in bytes from 0, padding included.
    private var places: [Int] = []
    /// The fields' bytes without their quotes, where the format has quotes.
    private(set) var unquoted: [UInt8] = []

    /// The field's bytes within the record's buffer, or within ``unquoted``.
    func range(_ field: Int) -> Range<Int> { starts[field]..<ends[field] }

    /// The column in which a field begins, from 1.
    func column(_ field: Int) -> Int { places[field] + 1 }

    /// Cuts the record at `range` of `bytes`.
    /// - Complexity: O(length).
    mutating func split(_ bytes: Span<UInt8>, _ range: Range<Int>, format: DelimitedFormat) {
        count = 0
        if let quote = format.quote {
            splitQuoted(bytes, range, format: format, quote: quote)
            return
        }
        var start = range.lowerBound
        var index = start
        while index < range.upperBound {
            if bytes[index] == format.delimiter {
                let field = FieldTable.trimmed(
                    bytes, start..<index, isTrimmed: format.trimsPadding)
                append(field, place: start - range.lowerBound)
                start = index + 1
            }
            index += 1
        }
        let last = FieldTable.trimmed(
            bytes, start..<range.upperBound, isTrimmed: format.trimsPadding)
        append(last, place: start - range.lowerBound)
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
        unquoted.removeAll(keepingCapacity: true)
        var index = range.lowerBound
        while true {
            let place = index - range.lowerBound
            let start = unquoted.count
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
                    if isDoubled { unquoted.append(quote) } else { isQuoted = false }
                    index += isDoubled ? 2 : 1
                    continue
                }
                if !isQuoted, byte == format.delimiter { break }
                unquoted.append(byte)
                index += 1
            }
            let field = FieldTable.trimmed(
                unquoted.span, start..<unquoted.count,
                isTrimmed: format.trimsPadding && !wasQuoted)
            append(field, place: place)
            guard index < range.upperBound else { return }
            index += 1
        }
    }
}
