// Text as bytes, written without the cost of strings: millions of rows pass here.

/// Bytes under construction.
struct ByteText {
    private(set) var bytes: [UInt8] = []

    mutating func reserve(_ count: Int) { bytes.reserveCapacity(count) }

    mutating func add(_ text: String) { bytes.append(contentsOf: text.utf8) }

    mutating func add(_ word: [UInt8]) { bytes.append(contentsOf: word) }

    mutating func add(byte: UInt8) { bytes.append(byte) }

    /// A whole number in decimal.
    mutating func add(_ value: Int) {
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        var rest = value.magnitude
        var digits = InlineArray<20, UInt8>(repeating: 0)
        var first = 20
        repeat {
            // Divisions by a constant are multiplications.
            let tenth = rest / 10
            first -= 1
            digits[first] = UInt8(truncatingIfNeeded: 48 + (rest - tenth * 10))
            rest = tenth
        } while rest > 0
        for place in first..<20 { bytes.append(digits[place]) }
    }

    /// Two digits.
    mutating func addTwo(_ value: Int) {
        bytes.append(UInt8(truncatingIfNeeded: 48 + value / 10))
        bytes.append(UInt8(truncatingIfNeeded: 48 + value % 10))
    }

    /// `hh:mm:ss`, hours without a limit, a sign where it is negative.
    mutating func addClock(_ seconds: Int) {
        if seconds < 0 { bytes.append(UInt8(ascii: "-")) }
        let magnitude = Int(seconds.magnitude)
        let hours = magnitude / 3_600
        if hours < 100 { addTwo(hours) } else { add(hours) }
        bytes.append(UInt8(ascii: ":"))
        addTwo(magnitude / 60 % 60)
        bytes.append(UInt8(ascii: ":"))
        addTwo(magnitude % 60)
    }

    /// A random word as a quantile with six decimals.
    mutating func addQuantile(_ word: UInt32) {
        let millionths = Int((UInt64(word) * 1_000_000) >> 32)
        bytes.append(UInt8(ascii: "0"))
        bytes.append(UInt8(ascii: "."))
        addTwo(millionths / 10_000)
        addTwo(millionths / 100 % 100)
        addTwo(millionths % 100)
    }

    private static let digits = Array("0123456789abcdef".utf8)

    /// Sixteen hexadecimal digits.
    mutating func addHexadecimal(_ value: UInt64) {
        for shift in stride(from: 60, through: 0, by: -4) {
            bytes.append(ByteText.digits[Int(value >> UInt64(shift) & 0xf)])
        }
    }

    var count: Int { bytes.count }

    /// Takes back what was written after a place.
    mutating func cut(to count: Int) { bytes.removeSubrange(count...) }

    /// Writes once more what was written after a place.
    mutating func repeatFrom(_ place: Int) {
        let again = Array(bytes[place...])
        bytes.append(contentsOf: again)
    }
}
