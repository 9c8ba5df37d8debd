// How a delimited text is cut into fields.

/// How bytes of 0x80 and above are read.
package enum TextEncoding: Hashable, Sendable {
    case utf8
    /// ISO 8859-1: each byte is the character of its number.
    case latin1
    /// As Latin-1, but for 0x80 to 0x9f, which are quotes, dashes, the euro sign and others.
    case windows1252

    /// The characters of 0x80 to 0x9f in Windows-1252; zero where there is none.
    /// Source: Unicode, `MAPPINGS/VENDORS/MICSFT/WINDOWS/CP1252.TXT`.
    private static let windowsCharacters: [UInt16] = [
        0x20ac, 0, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021,
        0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017d, 0,
        0, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
        0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0, 0x017e, 0x0178,
    ]

    /// Appends a byte of 0x80 or above as UTF-8. What stands for no character becomes a byte that
    /// is not UTF-8, so that the field is refused.
    func append(_ byte: UInt8, to bytes: inout [UInt8]) {
        var scalar = UInt16(byte)
        if self == .windows1252, byte < 0xa0 {
            scalar = TextEncoding.windowsCharacters[Int(byte) - 0x80]
            guard scalar != 0 else { return bytes.append(byte) }
        }
        if scalar < 0x800 {
            bytes.append(UInt8(0xc0 | scalar >> 6))
        } else {
            bytes.append(UInt8(0xe0 | scalar >> 12))
            bytes.append(UInt8(0x80 | scalar >> 6 & 0x3f))
        }
        bytes.append(UInt8(0x80 | scalar & 0x3f))
    }
}

/// How the fields of a delimited text are told apart.
package struct DelimitedFormat: Hashable, Sendable {
    package var delimiter: UInt8
    /// The quote of RFC 4180, or `nil` where the source does not quote.
    package var quote: UInt8?
    /// Whether spaces around a value are padding.
    package var trimsPadding: Bool
    package var encoding: TextEncoding
    /// Lines in front of everything else that are no records.
    package var skippedLineCount: Int
    /// The names of the columns where the file does not have them in a line of its own.
    package var columnNames: [String]?

    package init(
        delimiter: UInt8, quote: UInt8? = nil, trimsPadding: Bool = true,
        encoding: TextEncoding = .utf8, skippedLineCount: Int = 0, columnNames: [String]? = nil
    ) {
        self.delimiter = delimiter
        self.quote = quote
        self.trimsPadding = trimsPadding
        self.encoding = encoding
        self.skippedLineCount = skippedLineCount
        self.columnNames = columnNames
    }
}
