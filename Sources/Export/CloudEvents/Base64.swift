// Base64 as RFC 4648 has it, section 4: with padding, and one text for each bytes.

enum Base64 {
    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let padding = UInt8(ascii: "=")
    private static let noDigit: UInt8 = 0xff
    /// The value of each byte as a digit.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: noDigit, count: 256)
        for (value, digit) in alphabet.enumerated() { values[Int(digit)] = UInt8(value) }
        return values
    }()

    static func append(_ data: [UInt8], to bytes: inout [UInt8]) {
        let alphabet = alphabet
        var index = 0
        while index < data.count {
            let left = data.count - index
            var group = UInt32(data[index]) << 16
            if left > 1 { group |= UInt32(data[index + 1]) << 8 }
            if left > 2 { group |= UInt32(data[index + 2]) }
            bytes.append(alphabet[Int(group >> 18)])
            bytes.append(alphabet[Int(group >> 12 & 63)])
            bytes.append(left > 1 ? alphabet[Int(group >> 6 & 63)] : padding)
            bytes.append(left > 2 ? alphabet[Int(group & 63)] : padding)
            index += 3
        }
    }

    /// The bytes behind a text; `nil` where it is not what ``append(_:to:)`` writes.
    static func decoded(_ line: Span<UInt8>, _ range: Range<Int>) -> [UInt8]? {
        guard range.count.isMultiple(of: 4) else { return nil }
        guard !range.isEmpty else { return [] }
        var end = range.upperBound
        while end > range.upperBound - 2, line[end - 1] == padding { end -= 1 }
        let values = values
        var data: [UInt8] = []
        data.reserveCapacity(range.count / 4 * 3)
        var group: UInt32 = 0
        var bitCount: UInt32 = 0
        for index in range.lowerBound..<end {
            let value = values[Int(line[index])]
            guard value != noDigit else { return nil }
            group = group << 6 | UInt32(value)
            bitCount += 6
            guard bitCount >= 8 else { continue }
            bitCount -= 8
            data.append(UInt8(truncatingIfNeeded: group >> bitCount))
            group &= (1 << bitCount) - 1
        }
        // Bits left over would make other texts of the same bytes.
        return group == 0 ? data : nil
    }
}
