// JSON written to bytes: texts, whole numbers, numbers. RFC 8259, nothing escaped that need not be.

/// Appends JSON values to an array of bytes.
enum JSONText {
    private static let hexadecimal = Array("0123456789abcdef".utf8)

    static func append(literal: String, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: literal.utf8)
    }

    /// A text in quotes.
    static func append(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        let source = text.utf8Span.span
        for index in source.indices { append(escaping: source[index], to: &bytes) }
        bytes.append(UInt8(ascii: "\""))
    }

    /// One byte of a text's UTF-8, escaped where JSON wants it.
    @inline(__always)
    static func append(escaping byte: UInt8, to bytes: inout [UInt8]) {
        if byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") {
            bytes.append(byte)
        } else {
            appendEscape(byte, to: &bytes)
        }
    }

    private static func appendEscape(_ byte: UInt8, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
        case 0x08: bytes.append(UInt8(ascii: "b"))
        case 0x09: bytes.append(UInt8(ascii: "t"))
        case 0x0a: bytes.append(UInt8(ascii: "n"))
        case 0x0c: bytes.append(UInt8(ascii: "f"))
        case 0x0d: bytes.append(UInt8(ascii: "r"))
        default:
            append(literal: "u00", to: &bytes)
            bytes.append(hexadecimal[Int(byte >> 4)])
            bytes.append(hexadecimal[Int(byte & 0xf)])
        }
    }

    static func append(_ value: Int64, to bytes: inout [UInt8]) {
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        append(digits: value.magnitude, width: 1, to: &bytes)
    }

    /// Decimal digits, with leading zeros to at least `width`.
    /// - Precondition: `width` is at most 20, the digits of the greatest number.
    static func append(digits value: UInt64, width: Int, to bytes: inout [UInt8]) {
        let start = bytes.count
        var length = 1
        var bound: UInt64 = 10
        while length < 20, value >= bound {
            length += 1
            guard length < 20 else { break }
            bound *= 10
        }
        length = max(length, width)
        for _ in 0..<length { bytes.append(UInt8(ascii: "0")) }
        var rest = value
        var place = start + length - 1
        while rest > 0 {
            let quotient = rest / 10
            bytes[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest &- quotient &* 10)
            rest = quotient
            place -= 1
        }
    }

    /// The shortest decimal that reads back as the same number; the bits in quotes for what JSON
    /// has no number for.
    static func append(_ value: Double, to bytes: inout [UInt8]) {
        guard value.isFinite else {
            append(literal: "\"0x", to: &bytes)
            for shift in stride(from: UInt64(60), through: 0, by: -4) {
                bytes.append(hexadecimal[Int((value.bitPattern >> shift) & 0xf)])
            }
            bytes.append(UInt8(ascii: "\""))
            return
        }
        append(literal: value.description, to: &bytes)
    }
}
