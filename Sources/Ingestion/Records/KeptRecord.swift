// What is kept of a record that was rejected, sealed by the caller, so that it can be read again on
// its own when the mapping has been mended.

/// A record's bytes, and what has to stand before them.
package struct KeptRecord: Hashable, Sendable {
    /// As the line with the names of the columns; empty where nothing has to.
    package var prefix: [UInt8]
    /// As they are in the file, without the line end.
    package var bytes: [UInt8]

    package init(prefix: [UInt8] = [], bytes: [UInt8]) {
        self.prefix = prefix
        self.bytes = bytes
    }

    /// The prefix's length, seven bits a byte from the lowest on, the prefix, the bytes.
    package var encoded: [UInt8] {
        var result: [UInt8] = []
        var count = prefix.count
        while count >= 0x80 {
            result.append(UInt8(truncatingIfNeeded: count) | 0x80)
            count >>= 7
        }
        result.append(UInt8(count))
        return result + prefix + bytes
    }

    /// `nil` for bytes that ``encoded`` does not give.
    package init?(decoding encoded: [UInt8]) {
        var count = 0
        var start = 0
        repeat {
            guard start < min(encoded.count, 4) else { return nil }
            count |= Int(encoded[start] & 0x7f) << (7 * start)
            start += 1
        } while encoded[start - 1] >= 0x80
        guard count <= encoded.count - start else { return nil }
        prefix = Array(encoded[start..<(start + count)])
        bytes = Array(encoded[(start + count)...])
    }
}
