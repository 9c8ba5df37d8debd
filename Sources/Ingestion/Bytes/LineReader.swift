// Lines of a file whose records are lines and nothing else, as JSON Lines: no quotes hold line
// ends together, and a line may be longer than a record of delimited text. Gzip is read as it is.

import Glibc

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

    private var source: ByteSource
    private let limitBytes: Int
    /// Holds the current line; see ``FileLine/range``.
    package private(set) var buffer: [UInt8]
    private var start = 0
    private var end = 0
    private var isAtEnd = false
    private var offsetOfBuffer = 0
    private var nextNumber = 1

    package init(
        path: String, limitBytes: Int = LineReader.limitBytes, bufferBytes: Int = 524_288
    ) throws(IngestionError) {
        self.init(try ByteSource(path: path), limitBytes: limitBytes, bufferBytes: bufferBytes)
    }

    init(
        _ source: consuming ByteSource, limitBytes: Int = LineReader.limitBytes,
        bufferBytes: Int = 524_288
    ) {
        self.source = source
        self.limitBytes = limitBytes
        buffer = [UInt8](repeating: 0, count: bufferBytes)
    }

    /// Reads a compressed file to its end and checks its checksums; does nothing for others.
    package static func verify(path: String) throws(IngestionError) {
        try ByteSource.verify(path: path)
    }

    /// Bytes of the file consumed so far, compressed ones where it is compressed.
    package var bytesRead: Int { source.bytesRead }

    /// The next line, or `nil` at the end of the file. A file that ends with a line end has no
    /// empty line behind it.
    package mutating func next() throws(IngestionError) -> FileLine? {
        var scan = start
        while true {
            if let lineEnd = findEnd(from: scan) { return line(endingAt: lineEnd) }
            if end - start > limitBytes { return try beginning() }
            if isAtEnd { return start < end ? line(endingAt: end) : nil }
            scan = end - start
            try fill()
        }
    }

    /// The next line if it is in the buffer as a whole, so that all lines taken so since the buffer
    /// was filled stay where they are.
    mutating func nextBuffered() -> FileLine? {
        guard let lineEnd = findEnd(from: start), lineEnd - start <= limitBytes else { return nil }
        return line(endingAt: lineEnd)
    }

    /// Puts back the line that was just taken.
    mutating func putBack(_ line: FileLine) {
        start = line.range.lowerBound
        nextNumber = line.number
    }

    /// Reads more behind what is left, unless there is no more.
    mutating func refill() throws(IngestionError) {
        if !isAtEnd, end - start <= limitBytes { try fill() }
    }

    /// Where the buffer begins in the uncompressed file.
    var bufferOffset: Int { offsetOfBuffer }

    private func findEnd(from scan: Int) -> Int? {
        guard scan < end else { return nil }
        return unsafe buffer.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress,
                let found = unsafe memchr(base + scan, Int32(UInt8(ascii: "\n")), end - scan)
            else { return nil }
            return unsafe UnsafeRawPointer(found) - base
        }
    }

    private mutating func line(endingAt lineEnd: Int) -> FileLine {
        let isTooLong = lineEnd - start > limitBytes
        var contentEnd = isTooLong ? start + limitBytes : lineEnd
        if contentEnd > start, buffer[contentEnd - 1] == UInt8(ascii: "\r") { contentEnd -= 1 }
        let line = FileLine(
            range: start..<contentEnd, number: nextNumber, byteOffset: offsetOfBuffer + start,
            isTooLong: isTooLong)
        nextNumber += 1
        start = min(lineEnd + 1, end)
        return line
    }

    /// The beginning of a line that is too long; what follows it is read and forgotten.
    private mutating func beginning() throws(IngestionError) -> FileLine {
        let kept = Array(buffer[start..<(start + limitBytes)])
        let offset = offsetOfBuffer + start
        var lineEnd = findEnd(from: start)
        while lineEnd == nil, !isAtEnd {
            start = end
            try fill()
            lineEnd = findEnd(from: start)
        }
        // The beginning goes back in front of what comes next.
        let rest = Array(buffer[(lineEnd.map { $0 + 1 } ?? end)..<end])
        offsetOfBuffer += end - rest.count - kept.count
        if buffer.count < kept.count + rest.count {
            buffer += [UInt8](repeating: 0, count: kept.count + rest.count - buffer.count)
        }
        for index in kept.indices { buffer[index] = kept[index] }
        for index in rest.indices { buffer[kept.count + index] = rest[index] }
        start = kept.count
        end = kept.count + rest.count
        nextNumber += 1
        return FileLine(
            range: 0..<kept.count, number: nextNumber - 1, byteOffset: offset, isTooLong: true)
    }

    /// Moves what is left to the front and reads more behind it; grows the buffer where one line
    /// fills it.
    private mutating func fill() throws(IngestionError) {
        let left = end - start
        for index in 0..<left { buffer[index] = buffer[start + index] }
        offsetOfBuffer += start
        start = 0
        end = left
        if end == buffer.count {
            let larger = min(buffer.count * 2, limitBytes + 262_144)
            buffer += [UInt8](repeating: 0, count: max(larger - buffer.count, 262_144))
        }
        let count = try source.read(into: &buffer, from: end)
        end += count
        isAtEnd = count == 0
    }
}
