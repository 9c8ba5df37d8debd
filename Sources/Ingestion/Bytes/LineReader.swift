// Lines of a file whose records are lines and nothing else, as JSON Lines: no quotes hold line
// ends together, and a line may be longer than a record of delimited text. Gzip is read as it is.

/// Where one line lies.
package struct FileLine {
    /// In the reader's buffer, without the line end; valid until the next line is asked for.
    package var range: Range<Int>
    /// From 1.
    package var number: Int
    /// Of the uncompressed file, from 0.
    package var byteOffset: Int
    /// Longer than the reader's limit; only its beginning is at hand.
    package var isTooLong: Bool
}

/// Reads a file line by line. Memory is bounded by the limit, whatever the file holds.
package struct LineReader: ~Copyable {
    /// The longest line that is taken whole.
    package static let limitBytes = 16 << 20

    private var window: FileWindow
    private var nextNumber = 1
    /// The line that was given last was too long, and the rest of it is still to be passed over.
    private var skipsLine = false

    package init(
        path: String, limitBytes: Int = LineReader.limitBytes, bufferBytes: Int = 524_288
    ) throws(IngestionError) {
        self.init(try ByteSource(path: path), limitBytes: limitBytes, bufferBytes: bufferBytes)
    }

    init(
        _ source: consuming ByteSource, limitBytes: Int = LineReader.limitBytes,
        bufferBytes: Int = 524_288
    ) {
        window = FileWindow(source, limitBytes: limitBytes, sizeBytes: bufferBytes)
    }

    /// Reads a compressed file to its end and checks its checksums; does nothing for others.
    package static func verify(path: String) throws(IngestionError) {
        try ByteSource.verify(path: path)
    }

    /// Holds the current line; see ``FileLine/range``.
    package var buffer: [UInt8] { window.bytes }

    /// Bytes of the file consumed so far, compressed ones where it is compressed.
    package var bytesRead: Int { window.bytesRead }

    /// Where the buffer begins in the uncompressed file.
    var bufferOffset: Int { window.offset }

    /// The next line, or `nil` at the end of the file. A file that ends with a line end has no
    /// empty line behind it; a mark of the byte order at its beginning belongs to no line.
    package mutating func next() throws(IngestionError) -> FileLine? {
        try begin()
        var scan = window.start
        while true {
            if let lineEnd = window.lineEnd(from: scan) { return line(endingAt: lineEnd) }
            if window.count > window.limitBytes || window.isAtEnd {
                return window.count > 0 ? line(endingAt: window.end) : nil
            }
            let scanned = window.count
            try window.fill()
            scan = window.start + scanned
        }
    }

    /// The next line if it is in the buffer as a whole, so that all lines taken so since the buffer
    /// was filled stay where they are.
    mutating func nextBuffered() -> FileLine? {
        bufferedEnd.map { line(endingAt: $0) }
    }

    /// Whether the next line is in the buffer as a whole.
    var hasBuffered: Bool { bufferedEnd != nil }

    private var bufferedEnd: Int? {
        guard !skipsLine, let lineEnd = window.lineEnd(from: window.start),
            lineEnd - window.start <= window.limitBytes
        else { return nil }
        return lineEnd
    }

    /// Puts back the line that was just taken, or one before it.
    mutating func putBack(_ line: FileLine) {
        window.start = line.range.lowerBound
        nextNumber = line.number
    }

    /// Reads more behind what is left, unless there is no more.
    mutating func refill() throws(IngestionError) {
        try begin()
        if !window.isAtEnd, window.count <= window.limitBytes { try window.fill() }
    }

    /// Passes over the rest of a line that was too long.
    private mutating func begin() throws(IngestionError) {
        if skipsLine { try window.skipLine() }
        skipsLine = false
    }

    /// The line up to its end, as far as it is within the limit.
    private mutating func line(endingAt lineEnd: Int) -> FileLine {
        let start = window.start
        let isTooLong = lineEnd - start > window.limitBytes
        var contentEnd = isTooLong ? start + window.limitBytes : lineEnd
        if !isTooLong, contentEnd > start, window.bytes[contentEnd - 1] == UInt8(ascii: "\r") {
            contentEnd -= 1
        }
        let line = FileLine(
            range: start..<contentEnd, number: nextNumber, byteOffset: window.offset + start,
            isTooLong: isTooLong)
        nextNumber += 1
        skipsLine = isTooLong
        window.start = isTooLong ? contentEnd : min(lineEnd + 1, window.end)
        return line
    }
}
