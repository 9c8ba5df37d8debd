// Bytes to records: lines, or runs of lines where quotes hold line ends together. Memory is
// bounded whatever the file holds.

/// Where one record lies.
struct RecordPlace {
    enum State: Equatable {
        case whole
        /// Longer than ``RecordReader/limitBytes``; only its beginning is at hand.
        case tooLong
        /// A quote opens and does not close; the place is its first line only.
        case unclosedQuote
    }

    /// In the reader's buffer, without the line end; valid until the next record is asked for.
    var range: Range<Int>
    /// From 1.
    var line: Int
    /// Of the uncompressed file, from 0.
    var byteOffset: Int
    var state: State
}

/// Reads a file record by record.
struct RecordReader: ~Copyable {
    /// The longest record that is taken; longer ones are rejected.
    static let limitBytes = 1_048_576

    private var source: ByteSource
    private let quote: UInt8?
    /// Holds the current record; see ``RecordPlace/range``.
    private(set) var buffer: [UInt8]
    private var start = 0
    private var end = 0
    private var isAtEnd = false
    private var isFirst = true
    private var offsetOfBuffer = 0
    private var nextLine = 1
    private var skipsToLineEnd = false

    init(path: String, quote: UInt8?, bufferBytes: Int = 262_144) throws(IngestionError) {
        source = try ByteSource(path: path)
        self.quote = quote
        buffer = [UInt8](repeating: 0, count: bufferBytes)
    }

    /// Bytes of the file consumed so far, compressed ones where it is compressed.
    var bytesRead: Int { source.bytesRead }

    /// The next record, or `nil` at the end of the file.
    mutating func next() throws(IngestionError) -> RecordPlace? {
        if isFirst { try skipByteOrderMark() }
        if skipsToLineEnd { try skipToLineEnd() }
        var scan = start
        var isQuoted = false
        while true {
            if let lineEnd = findEnd(from: &scan, isQuoted: &isQuoted) {
                return place(endingAt: lineEnd)
            }
            let isTooLong = end - start > RecordReader.limitBytes
            if isQuoted, isTooLong || isAtEnd { return placeOfFirstLine() }
            if isTooLong { return placeOfBeginning() }
            if isAtEnd {
                guard start < end else { return nil }
                return place(endingAt: end)
            }
            let moved = start
            try fill()
            scan -= moved
        }
    }

    /// The line end that ends the record, looking from `scan` on.
    private func findEnd(from scan: inout Int, isQuoted: inout Bool) -> Int? {
        let bytes = buffer.span
        let lineFeed = UInt8(ascii: "\n")
        var index = scan
        if let quote {
            while index < end {
                let byte = bytes[index]
                if byte == quote { isQuoted.toggle() }
                if byte == lineFeed, !isQuoted { return index }
                index += 1
            }
        } else {
            while index < end {
                if bytes[index] == lineFeed { return index }
                index += 1
            }
        }
        scan = end
        return nil
    }

    /// The record from `start` to a line end, or to the end of the file.
    private mutating func place(endingAt lineEnd: Int) -> RecordPlace {
        guard lineEnd - start <= RecordReader.limitBytes else { return placeOfBeginning() }
        var contentEnd = lineEnd
        if contentEnd > start, buffer[contentEnd - 1] == UInt8(ascii: "\r") { contentEnd -= 1 }
        let place = RecordPlace(
            range: start..<contentEnd, line: nextLine, byteOffset: offsetOfBuffer + start,
            state: .whole)
        nextLine += 1
        if quote != nil {
            for index in start..<contentEnd where buffer[index] == UInt8(ascii: "\n") {
                nextLine += 1
            }
        }
        start = min(lineEnd + 1, end)
        return place
    }

    /// A quote never closes: its first line alone is given up, and reading goes on after it.
    private mutating func placeOfFirstLine() -> RecordPlace {
        let lineEnd = buffer[start..<end].firstIndex(of: UInt8(ascii: "\n")) ?? end
        guard lineEnd - start <= RecordReader.limitBytes else { return placeOfBeginning() }
        let place = RecordPlace(
            range: start..<lineEnd, line: nextLine, byteOffset: offsetOfBuffer + start,
            state: .unclosedQuote)
        nextLine += 1
        start = min(lineEnd + 1, end)
        return place
    }

    private mutating func placeOfBeginning() -> RecordPlace {
        let place = RecordPlace(
            range: start..<(start + RecordReader.limitBytes), line: nextLine,
            byteOffset: offsetOfBuffer + start, state: .tooLong)
        start += RecordReader.limitBytes
        skipsToLineEnd = true
        return place
    }

    private mutating func skipToLineEnd() throws(IngestionError) {
        skipsToLineEnd = false
        nextLine += 1
        while true {
            if let lineEnd = buffer[start..<end].firstIndex(of: UInt8(ascii: "\n")) {
                start = lineEnd + 1
                return
            }
            start = end
            if isAtEnd { return }
            try fill()
        }
    }

    private mutating func skipByteOrderMark() throws(IngestionError) {
        isFirst = false
        while end < 3, !isAtEnd { try fill() }
        if end >= 3, buffer[0] == 0xef, buffer[1] == 0xbb, buffer[2] == 0xbf { start = 3 }
    }

    /// Moves what is left to the front and reads more behind it; grows the buffer where one
    /// record fills it.
    private mutating func fill() throws(IngestionError) {
        let left = end - start
        for index in 0..<left { buffer[index] = buffer[start + index] }
        offsetOfBuffer += start
        start = 0
        end = left
        if end == buffer.count {
            let larger = min(buffer.count * 2, RecordReader.limitBytes + 262_144)
            buffer += [UInt8](repeating: 0, count: larger - buffer.count)
        }
        let count = try source.read(into: &buffer, from: end)
        end += count
        isAtEnd = count == 0
    }
}
