// What of a file is in memory while its records are looked for.

import Glibc

/// A part of a file's plain bytes that moves along it, and grows where one record fills it.
struct FileWindow: ~Copyable {
    private static let growthBytes = 262_144

    private var source: ByteSource
    /// The most bytes of one record; the window grows little beyond.
    let limitBytes: Int
    private(set) var bytes: [UInt8]
    /// Where the bytes begin that have not been taken.
    var start = 0
    /// Where they end.
    private(set) var end = 0
    /// Whether there is nothing behind ``end``.
    private(set) var isAtEnd = false
    /// Of the first byte in the uncompressed file.
    private(set) var offset = 0
    private var isBegun = false

    init(_ source: consuming ByteSource, limitBytes: Int, sizeBytes: Int = 524_288) {
        self.source = source
        self.limitBytes = limitBytes
        bytes = [UInt8](repeating: 0, count: sizeBytes)
    }

    /// Bytes of the file consumed so far, compressed ones where it is compressed.
    var bytesRead: Int { source.bytesRead }

    /// Bytes that have not been taken.
    var count: Int { end - start }

    /// Moves what has not been taken to the front and reads more behind it. The mark of the byte
    /// order that some systems begin a file of UTF-8 with is passed over: no reader meets it.
    mutating func fill() throws(IngestionError) {
        try readOn()
        guard !isBegun else { return }
        isBegun = true
        while count < 3, !isAtEnd { try readOn() }
        if count >= 3, bytes[start..<(start + 3)].elementsEqual([0xef, 0xbb, 0xbf]) { start += 3 }
    }

    private mutating func readOn() throws(IngestionError) {
        let left = count
        for index in 0..<left { bytes[index] = bytes[start + index] }
        offset += start
        start = 0
        end = left
        guard !isAtEnd else { return }
        if end == bytes.count {
            let larger = min(bytes.count * 2, limitBytes + FileWindow.growthBytes)
            bytes += [UInt8](
                repeating: 0, count: max(larger - bytes.count, FileWindow.growthBytes))
        }
        let read = try source.read(into: &bytes, from: end)
        end += read
        isAtEnd = read == 0
    }

    /// Where the next line ends, looking from `place` on.
    func lineEnd(from place: Int) -> Int? {
        guard place < end else { return nil }
        return unsafe bytes.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress,
                let found = unsafe memchr(base + place, Int32(UInt8(ascii: "\n")), end - place)
            else { return nil }
            return unsafe UnsafeRawPointer(found) - base
        }
    }

    /// Passes over the rest of a line that nobody wants.
    mutating func skipLine() throws(IngestionError) {
        while true {
            if let lineEnd = lineEnd(from: start) {
                start = lineEnd + 1
                return
            }
            start = end
            if isAtEnd { return }
            try fill()
        }
    }
}
