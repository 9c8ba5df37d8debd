// What in a record may be somebody's id. A record that was rejected does not fit its mapping, so
// nobody can say in which column the id stands; but an id stands as a whole, between separators.

/// Ids in the bytes of a record.
///
/// A word is letters, digits and underscores; hyphens, full stops and at-signs between them belong
/// to it, so that `4711` is no part of `NL-4711-0815` and is found in `of 4711.`
enum RecordTokens {
    private static let separators = Set("\t,;|\"'\n\r".utf8)
    private static let connectors = Set("-.@".utf8)

    /// The record as it is, and as a JSON document means it where that is something else: an id may
    /// stand there with characters by their numbers, or a backslash before a slash.
    static func readings(of bytes: [UInt8]) -> [[UInt8]] {
        guard bytes.contains(UInt8(ascii: "\\")) else { return [bytes] }
        var units: [UInt16] = []
        var plain: [UInt8] = []
        func flush() {
            plain += String(decoding: units, as: UTF16.self).utf8
            units.removeAll()
        }
        var index = 0
        while index < bytes.count {
            guard bytes[index] == UInt8(ascii: "\\"), index + 1 < bytes.count else {
                flush()
                plain.append(bytes[index])
                index += 1
                continue
            }
            let number = bytes[(index + 1)...].prefix(5)
            if number.count == 5, number.first == UInt8(ascii: "u"),
                let unit = UInt16(String(decoding: number.dropFirst(), as: UTF8.self), radix: 16)
            {
                units.append(unit)
                index += 6
            } else {
                flush()
                plain.append(bytes[index + 1])
                index += 2
            }
        }
        flush()
        return [bytes, plain]
    }

    /// The fields, without blanks around them, and the words within them.
    static func all(in bytes: [UInt8]) -> Set<[UInt8]> {
        var tokens: Set<[UInt8]> = []
        for field in bytes.split(whereSeparator: separators.contains) {
            guard let first = field.firstIndex(where: { $0 != UInt8(ascii: " ") }),
                let last = field.lastIndex(where: { $0 != UInt8(ascii: " ") })
            else { continue }
            tokens.insert(Array(field[first...last]))
            var start = first
            while start <= last {
                guard isWordPart(field[start]) else {
                    start += 1
                    continue
                }
                var end = start + 1
                while end <= last, goesOn(bytes, from: end - 1, by: 1) { end += 1 }
                // Where it ends in a connector, that one belongs to what follows or to nothing.
                tokens.insert(Array(field[start..<end]))
                start = end
            }
        }
        return tokens
    }

    /// Whether the id stands in the record as a whole: not as a part of a longer word.
    static func contain(_ id: [UInt8], in bytes: [UInt8]) -> Bool {
        guard !id.isEmpty, id.count <= bytes.count else { return false }
        for start in 0...(bytes.count - id.count)
        where bytes[start] == id[0] && bytes[start..<(start + id.count)].elementsEqual(id) {
            let end = start + id.count - 1
            if !goesOn(bytes, from: start, by: -1), !goesOn(bytes, from: end, by: 1) { return true }
        }
        return false
    }

    /// Whether the word that `bytes[place]` is a part of goes on beside it, in that direction.
    private static func goesOn(_ bytes: [UInt8], from place: Int, by step: Int) -> Bool {
        let next = place + step
        guard bytes.indices.contains(next) else { return false }
        if isWordPart(bytes[place]), isWordPart(bytes[next]) { return true }
        if connectors.contains(bytes[next]), isWordPart(bytes[place]) {
            return bytes.indices.contains(next + step) && isWordPart(bytes[next + step])
        }
        return connectors.contains(bytes[place]) && isWordPart(bytes[next])
    }

    /// Letters, digits, and every byte of a letter beyond ASCII.
    private static func isWordPart(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "_"), 0x80...0xff:
            true
        default: false
        }
    }
}
