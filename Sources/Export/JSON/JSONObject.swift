// The members of an object whose names are known: found in one comparison where they come in the
// order in which they are written, refused where they are unknown or come twice.

/// The names that an object may have. A class, so that handing them on counts one reference.
final class MemberNames: Sendable {
    let names: [String]
    private let bytes: [UInt8]
    /// Where each name begins in `bytes`, and the end of the last.
    private let starts: [Int]

    /// - Precondition: at most 32 names.
    init(_ names: [String]) {
        precondition(names.count <= 32, "\(names.count) members in one object")
        self.names = names
        var bytes: [UInt8] = []
        var starts = [0]
        for name in names {
            bytes += name.utf8
            starts.append(bytes.count)
        }
        self.bytes = bytes
        self.starts = starts
    }

    /// The number of a name, looked for from `hint` on.
    func index(of line: Span<UInt8>, _ range: Range<Int>, from hint: Int) -> Int? {
        let count = starts.count - 1
        var candidate = hint
        for _ in 0..<count {
            if candidate >= count { candidate = 0 }
            if isName(candidate, line, range) { return candidate }
            candidate += 1
        }
        return nil
    }

    @inline(__always)
    private func isName(_ index: Int, _ line: Span<UInt8>, _ range: Range<Int>) -> Bool {
        let start = starts[index]
        guard starts[index + 1] - start == range.count else { return false }
        for offset in 0..<range.count
        where bytes[start + offset] != line[range.lowerBound + offset] { return false }
        return true
    }
}

/// The reading of one object.
struct JSONObject {
    private var list = JSONList(isObject: true)
    private var seen: UInt32 = 0
    private var hint = 0

    /// The number of the next member; the cursor stands before its value. `nil` at the end.
    mutating func next(
        _ line: Span<UInt8>, _ cursor: inout JSONCursor, _ names: MemberNames
    ) throws(LineProblem) -> Int? {
        guard try list.next(line, &cursor) else { return nil }
        cursor.skipSpace(line)
        let place = cursor.position
        let key = try cursor.text(line)
        guard let index = try JSONObject.index(line, key, names, hint) else {
            throw LineProblem(
                "unknown-member", at: place, field: JSONObject.shown(line, key),
                expected: names.names.joined(separator: ", "),
                hint: "what has no place in the log is not dropped silently")
        }
        guard seen & (1 << UInt32(index)) == 0 else {
            throw LineProblem(
                "duplicate-member", at: place, field: names.names[index], found: "it twice",
                expected: "each member once")
        }
        seen |= 1 << UInt32(index)
        hint = index + 1
        try cursor.separator(UInt8(ascii: ":"), line, expected: "a colon")
        return index
    }

    /// The first of some members that was not there.
    /// - Parameter needed: a bit for each.
    func firstMissing(of needed: UInt32) -> Int? {
        let missing = needed & ~seen
        return missing == 0 ? nil : missing.trailingZeroBitCount
    }

    func has(_ index: Int) -> Bool { seen & (1 << UInt32(index)) != 0 }

    private static func index(
        _ line: Span<UInt8>, _ key: TextRange, _ names: MemberNames, _ hint: Int
    ) throws(LineProblem) -> Int? {
        guard key.isEscaped else { return names.index(of: line, key.range, from: hint) }
        let decoded = try JSONCursor.decoded(line, key.range)
        return names.index(of: decoded.span, 0..<decoded.count, from: hint)
    }

    /// A name that looks like one; anything else may be a value in the wrong place.
    private static func shown(_ line: Span<UInt8>, _ key: TextRange) -> String? {
        guard key.range.count <= 40, !key.isEscaped else { return nil }
        for index in key.range {
            let byte = line[index]
            let isWord =
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || byte == UInt8(ascii: "_")
            guard isWord else { return nil }
        }
        return Utf8Text.string(line, key.range)
    }
}
