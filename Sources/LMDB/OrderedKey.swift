// Keys sort as their values do: integers are written big-endian, signed ones with the sign bit
// turned over, so that the order of bytes is the order of numbers.

/// The bytes of a key, put together from fields.
package struct OrderedKey: Hashable, Sendable {
    /// The library's limit, in bytes.
    package static let maximumLength = 511

    package private(set) var bytes: [UInt8]

    package init(bytes: [UInt8] = []) { self.bytes = bytes }

    /// The key of one number.
    package init(_ value: UInt64) {
        bytes = unsafe withUnsafeBytes(of: value.bigEndian) { unsafe Array($0) }
    }

    /// An empty key with room for so many bytes.
    package init(capacity: Int) {
        bytes = []
        bytes.reserveCapacity(capacity)
    }

    /// The key of a text, its UTF-8 bytes; texts sort by code point.
    package init(_ text: String) { bytes = Array(text.utf8) }

    package mutating func append(_ value: UInt64) {
        unsafe withUnsafeBytes(of: value.bigEndian) { unsafe bytes.append(contentsOf: $0) }
    }

    package mutating func append(_ value: UInt32) {
        unsafe withUnsafeBytes(of: value.bigEndian) { unsafe bytes.append(contentsOf: $0) }
    }

    /// A signed number; negative ones sort before positive ones.
    package mutating func append(signed value: Int64) {
        append(UInt64(bitPattern: value) ^ (1 << 63))
    }

    package mutating func append(bytes more: [UInt8]) { bytes += more }
}

extension OrderedKey {
    /// The number at `offset` of a key, or `nil` where the key ends before it does.
    package static func unsigned64(_ key: Span<UInt8>, at offset: Int) -> UInt64? {
        bigEndian(key, at: offset, byteCount: 8)
    }

    package static func unsigned32(_ key: Span<UInt8>, at offset: Int) -> UInt32? {
        bigEndian(key, at: offset, byteCount: 4).map { UInt32(truncatingIfNeeded: $0) }
    }

    package static func signed64(_ key: Span<UInt8>, at offset: Int) -> Int64? {
        bigEndian(key, at: offset, byteCount: 8).map { Int64(bitPattern: $0 ^ (1 << 63)) }
    }

    private static func bigEndian(_ key: Span<UInt8>, at offset: Int, byteCount: Int) -> UInt64? {
        guard offset >= 0, key.count - offset >= byteCount else { return nil }
        var value: UInt64 = 0
        for index in offset..<(offset + byteCount) { value = value << 8 | UInt64(key[index]) }
        return value
    }

    /// Whether `key` begins with these bytes.
    package func isPrefix(of key: Span<UInt8>) -> Bool {
        guard key.count >= bytes.count else { return false }
        for index in bytes.indices where bytes[index] != key[index] { return false }
        return true
    }
}
