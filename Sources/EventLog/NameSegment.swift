// The names that one commit added to the dictionary, as one value: a name a value would make a bulk
// append spend most of its time on names.

import Events

/// A stored run of names for consecutive symbols.
enum NameSegment {
    private static let formatVersion: UInt8 = 1

    static func encode(_ names: ArraySlice<String>) -> [UInt8] {
        var writer = ByteWriter()
        writer.byte(formatVersion)
        writer.unsigned(UInt64(names.count))
        for name in names { writer.text(name) }
        return writer.bytes
    }

    /// Gives where each name lies in the segment to `take`.
    static func forEachName(
        in bytes: Span<UInt8>, _ take: (Range<Int>) -> Void
    ) throws(EventFormatError) {
        var reader = ByteReader(position: 0)
        try reader.version(bytes, formatVersion)
        let count = try reader.count(bytes)
        for _ in 0..<count { take(try reader.textRange(bytes)) }
        try reader.end(bytes)
    }

    static func decode(_ bytes: Span<UInt8>) throws(EventFormatError) -> [String] {
        var names: [String] = []
        try forEachName(in: bytes) { names.append(name(bytes, $0)) }
        return names
    }

    /// The name that lies at a range which ``forEachName(in:_:)`` gave.
    static func name(_ bytes: Span<UInt8>, _ range: Range<Int>) -> String {
        String(decoding: RawBytes.array(bytes, range), as: UTF8.self)
    }
}
