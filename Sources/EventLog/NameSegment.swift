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

    static func decode(_ bytes: Span<UInt8>) throws(EventFormatError) -> [String] {
        var reader = ByteReader(position: 0)
        try reader.version(bytes, formatVersion)
        let count = try reader.count(bytes)
        var names: [String] = []
        names.reserveCapacity(count)
        for _ in 0..<count { names.append(try reader.text(bytes)) }
        try reader.end(bytes)
        return names
    }
}
