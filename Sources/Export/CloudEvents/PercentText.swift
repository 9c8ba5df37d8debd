// Names and keys of the log are any text; a CloudEvents text is not: it is never empty, has no
// control characters and no noncharacters, and a source is a URI reference. What does not fit is
// written as percent and two digits for each byte, and so is the percent itself: two names never
// become one.

enum PercentText {
    enum Kind {
        /// An id or a subject: anything that CloudEvents allows in a text stays as it is.
        case text
        /// A part of a path: what RFC 3986 calls unreserved stays as it is.
        case path
    }

    private static let hexadecimal = Array("0123456789ABCDEF".utf8)
    private static let percent = UInt8(ascii: "%")

    /// Appends `text` as the inside of a JSON text.
    static func append(_ text: String, _ kind: Kind, to bytes: inout [UInt8]) {
        let source = text.utf8Span.span
        // A percent alone is the empty text: no escape is so short.
        if source.isEmpty, kind == .text { bytes.append(percent) }
        for index in source.indices {
            let byte = source[index]
            guard byte < 0x80 else {
                appendRest(text, from: index, kind, to: &bytes)
                return
            }
            append(ascii: byte, kind, to: &bytes)
        }
    }

    @inline(__always)
    private static func append(ascii byte: UInt8, _ kind: Kind, to bytes: inout [UInt8]) {
        let isPlain =
            kind == .path
            ? isUnreserved(byte) : byte >= 0x20 && byte != 0x7f && byte != percent
        if isPlain {
            JSONText.append(escaping: byte, to: &bytes)
        } else {
            append(escaped: byte, to: &bytes)
        }
    }

    private static func append(escaped byte: UInt8, to bytes: inout [UInt8]) {
        bytes.append(percent)
        bytes.append(hexadecimal[Int(byte >> 4)])
        bytes.append(hexadecimal[Int(byte & 0xf)])
    }

    /// The text from a byte on, scalar by scalar: whole ones stay or are escaped.
    private static func appendRest(
        _ text: String, from start: Int, _ kind: Kind, to bytes: inout [UInt8]
    ) {
        let utf8 = text.utf8
        let rest = text.unicodeScalars[utf8.index(utf8.startIndex, offsetBy: start)...]
        for scalar in rest {
            if scalar.isASCII {
                append(ascii: UInt8(scalar.value), kind, to: &bytes)
                continue
            }
            let isPlain = kind == .text && isAllowed(scalar)
            for byte in String(scalar).utf8 {
                if isPlain { bytes.append(byte) } else { append(escaped: byte, to: &bytes) }
            }
        }
    }

    /// Scalars beyond ASCII that a CloudEvents text may have.
    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        let value = scalar.value
        let isControl = (0x80...0x9f).contains(value)
        let isNoncharacter = (0xfdd0...0xfdef).contains(value) || value & 0xfffe == 0xfffe
        return !isControl && !isNoncharacter
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "_"), UInt8(ascii: "~"):
            true
        default: false
        }
    }

    static func hasEscapes(_ line: Span<UInt8>, _ range: Range<Int>) -> Bool {
        for index in range where line[index] == percent { return true }
        return false
    }

    /// The text's own bytes; `nil` where a percent stands without two digits after it, or where
    /// the bytes are no UTF-8.
    static func decoded(_ line: Span<UInt8>, _ range: Range<Int>) -> [UInt8]? {
        if range.count == 1, line[range.lowerBound] == percent { return [] }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(range.count)
        var index = range.lowerBound
        while index < range.upperBound {
            guard line[index] == percent else {
                bytes.append(line[index])
                index += 1
                continue
            }
            guard index + 2 < range.upperBound,
                let high = HexadecimalDigit.value(line[index + 1]),
                let low = HexadecimalDigit.value(line[index + 2])
            else { return nil }
            bytes.append(high << 4 | low)
            index += 3
        }
        return Utf8Text.string(bytes.span, 0..<bytes.count) == nil ? nil : bytes
    }
}
