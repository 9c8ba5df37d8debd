// Reading and writing the primitive values of the stored format.

/// Appends primitive values to an array of bytes.
package struct ByteWriter {
    package var bytes: [UInt8]

    package init(bytes: [UInt8] = []) { self.bytes = bytes }

    package mutating func byte(_ value: UInt8) { bytes.append(value) }

    /// Base-128, seven bits a byte, least significant first.
    package mutating func unsigned(_ value: UInt64) { bytes.appendUnsigned(value) }

    /// Zigzag, so that small negative numbers stay short.
    package mutating func signed(_ value: Int64) {
        unsigned(UInt64(bitPattern: (value << 1) ^ (value >> 63)))
    }

    package mutating func fixed(_ value: UInt64) {
        for shift in stride(from: UInt64(0), to: 64, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: value >> shift))
        }
    }

    package mutating func text(_ value: String) {
        unsigned(UInt64(value.utf8.count))
        bytes += value.utf8
    }

    package mutating func symbol(_ value: Symbol) { unsigned(UInt64(value.rawValue)) }

}

extension [UInt8] {
    /// Base-128, seven bits a byte, least significant first.
    mutating func appendUnsigned(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(rest))
    }
}

/// A cursor over bytes that are passed to each call: a borrowed span cannot be kept.
package struct ByteReader {
    package private(set) var position: Int

    package init(position: Int) { self.position = position }

    package mutating func byte(_ bytes: Span<UInt8>) throws(EventFormatError) -> UInt8 {
        guard position < bytes.count else { throw .truncated(at: position) }
        defer { position += 1 }
        return bytes[position]
    }

    package mutating func unsigned(_ bytes: Span<UInt8>) throws(EventFormatError) -> UInt64 {
        let start = position
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let next = try byte(bytes)
            guard shift < 63 || next <= 1 else { throw .integerTooLong(at: start) }
            value |= UInt64(next & 0x7f) << shift
            if next < 0x80 { return value }
            shift += 7
            guard shift < 64 else { throw .integerTooLong(at: start) }
        }
    }

    package mutating func signed(_ bytes: Span<UInt8>) throws(EventFormatError) -> Int64 {
        let raw = try unsigned(bytes)
        return Int64(bitPattern: (raw >> 1) ^ (0 &- (raw & 1)))
    }

    package mutating func fixed(_ bytes: Span<UInt8>) throws(EventFormatError) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 8) {
            value |= UInt64(try byte(bytes)) << shift
        }
        return value
    }

    package mutating func symbol(_ bytes: Span<UInt8>) throws(EventFormatError) -> Symbol {
        let raw = try unsigned(bytes)
        guard let value = UInt32(exactly: raw) else {
            throw .unknownCode(field: "symbol", value: raw)
        }
        return Symbol(value)
    }

    /// A count of items of at least one byte each, so never above what is left.
    package mutating func count(_ bytes: Span<UInt8>) throws(EventFormatError) -> Int {
        let raw = try unsigned(bytes)
        guard raw <= UInt64(bytes.count - position) else { throw .truncated(at: bytes.count) }
        return Int(raw)
    }

    mutating func skip(_ length: Int, _ bytes: Span<UInt8>) throws(EventFormatError) {
        guard length <= bytes.count - position else { throw .truncated(at: bytes.count) }
        position += length
    }

    /// Passes over a text, and refuses what is none.
    mutating func skipText(_ bytes: Span<UInt8>) throws(EventFormatError) {
        var ahead = self
        let length = try ahead.count(bytes)
        var all: UInt8 = 0
        for index in ahead.position..<(ahead.position + length) { all |= bytes[index] }
        // Plain ASCII needs no closer look.
        if all < 0x80 {
            try ahead.skip(length, bytes)
            self = ahead
        } else {
            _ = try text(bytes)
        }
    }

    /// Passes over a text, and says where its bytes are.
    package mutating func textRange(
        _ bytes: Span<UInt8>
    ) throws(EventFormatError) -> Range<Int> {
        var ahead = self
        let length = try ahead.count(bytes)
        try skipText(bytes)
        return ahead.position..<(ahead.position + length)
    }

    package mutating func byteArray(_ bytes: Span<UInt8>) throws(EventFormatError) -> [UInt8] {
        let length = try count(bytes)
        var result: [UInt8] = []
        result.reserveCapacity(length)
        for index in position..<(position + length) { result.append(bytes[index]) }
        position += length
        return result
    }

    package mutating func text(_ bytes: Span<UInt8>) throws(EventFormatError) -> String {
        let start = position
        let length = try count(bytes)
        defer { position += length }
        do {
            let span = bytes.extracting(position..<(position + length))
            return String(copying: try UTF8Span(validating: span))
        } catch {
            throw .invalidText(at: start)
        }
    }
}
