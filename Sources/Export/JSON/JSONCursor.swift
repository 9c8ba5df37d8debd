// A strict reader of JSON (RFC 8259) over the bytes of one line. It goes where its caller asks and
// builds no tree, so that a line costs one pass and no allocation of its own. The bytes are passed
// to each call: a borrowed span cannot be kept.

/// A text in the line, without its quotes.
struct TextRange: Hashable {
    var range: Range<Int>
    /// Whether escapes stand in it; without them the bytes are the text.
    var isEscaped: Bool
}

/// A place in a line.
struct JSONCursor {
    /// How deep values that are passed over may be nested.
    static let depthLimit = 32

    private(set) var position: Int

    init(position: Int = 0) { self.position = position }

    /// - Precondition: the line is valid UTF-8.
    mutating func text(_ line: Span<UInt8>) throws(LineProblem) -> TextRange {
        try begin(UInt8(ascii: "\""), line, expected: "a text")
        let start = position
        var isEscaped = false
        while position < line.count {
            let byte = line[position]
            if byte == UInt8(ascii: "\"") {
                position += 1
                return TextRange(range: start..<(position - 1), isEscaped: isEscaped)
            }
            if byte == UInt8(ascii: "\\") {
                isEscaped = true
                position += try JSONEscape(line, at: position).length
                continue
            }
            guard byte >= 0x20 else {
                throw LineProblem(
                    "not-json", at: position, found: "a control character",
                    expected: "a text with control characters escaped")
            }
            position += 1
        }
        throw LineProblem(
            "not-json", at: position, found: "the end of the line", expected: "a closing quote")
    }

    /// The UTF-8 of a text in which escapes stand.
    static func decoded(
        _ line: Span<UInt8>, _ range: Range<Int>
    ) throws(LineProblem) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(range.count)
        var index = range.lowerBound
        while index < range.upperBound {
            guard line[index] == UInt8(ascii: "\\") else {
                bytes.append(line[index])
                index += 1
                continue
            }
            let escape = try JSONEscape(line, at: index)
            bytes.append(contentsOf: String(escape.scalar).utf8)
            index += escape.length
        }
        return bytes
    }

    mutating func flag(_ line: Span<UInt8>) throws(LineProblem) -> Bool {
        skipSpace(line)
        let isTrue = position < line.count && line[position] == UInt8(ascii: "t")
        try word(isTrue ? "true" : "false", line, expected: "true or false")
        return isTrue
    }

    /// Whether a text begins here.
    mutating func isAtText(_ line: Span<UInt8>) -> Bool {
        skipSpace(line)
        return position < line.count && line[position] == UInt8(ascii: "\"")
    }

    /// Nothing but white space follows.
    mutating func finish(_ line: Span<UInt8>) throws(LineProblem) {
        skipSpace(line)
        guard position == line.count else {
            throw LineProblem(
                "not-json", at: position, found: "more", expected: "the end of the line")
        }
    }

    /// Goes past a value of any kind, checking that it is one.
    mutating func skipValue(_ line: Span<UInt8>, depth: Int = 0) throws(LineProblem) {
        guard depth < JSONCursor.depthLimit else {
            throw LineProblem(
                "too-deep", at: position, found: "more",
                expected: "at most \(JSONCursor.depthLimit) values in one another")
        }
        skipSpace(line)
        guard position < line.count else { throw unexpected(line, "a value") }
        switch line[position] {
        case UInt8(ascii: "\""): _ = try text(line)
        case UInt8(ascii: "t"), UInt8(ascii: "f"): _ = try flag(line)
        case UInt8(ascii: "n"): try word("null", line, expected: "a value")
        case UInt8(ascii: "["):
            var list = JSONList()
            while try list.next(line, &self) { try skipValue(line, depth: depth + 1) }
        case UInt8(ascii: "{"):
            var list = JSONList(isObject: true)
            while try list.next(line, &self) {
                _ = try text(line)
                try separator(UInt8(ascii: ":"), line, expected: "a colon")
                try skipValue(line, depth: depth + 1)
            }
        default: _ = try number(line)
        }
    }

    /// Goes past white space and one byte, which must be there.
    @inline(__always)
    mutating func begin(
        _ byte: UInt8, _ line: Span<UInt8>, expected: String
    ) throws(LineProblem) {
        guard take(byte, line) else { throw unexpected(line, expected) }
    }

    /// Goes past white space and the mark that must stand between values.
    @inline(__always)
    mutating func separator(
        _ byte: UInt8, _ line: Span<UInt8>, expected: String
    ) throws(LineProblem) {
        guard take(byte, line) else {
            var problem = unexpected(line, expected)
            problem.code = "not-json"
            throw problem
        }
    }

    /// Goes past white space and, where it is there, one byte.
    @inline(__always)
    mutating func take(_ byte: UInt8, _ line: Span<UInt8>) -> Bool {
        if position < line.count, line[position] == byte {
            position += 1
            return true
        }
        skipSpace(line)
        guard position < line.count, line[position] == byte else { return false }
        position += 1
        return true
    }

    @inline(__always)
    mutating func skipSpace(_ line: Span<UInt8>) {
        while position < line.count, line[position] <= 0x20 {
            switch line[position] {
            case 0x20, 0x09, 0x0a, 0x0d: position += 1
            default: return
            }
        }
    }

    mutating func move(to place: Int) { position = place }

    private mutating func word(
        _ word: String, _ line: Span<UInt8>, expected: String
    ) throws(LineProblem) {
        let start = position
        for byte in word.utf8 {
            guard position < line.count, line[position] == byte else {
                position = start
                throw unexpected(line, expected)
            }
            position += 1
        }
    }

    /// Says what stands here by its kind; a value itself is never shown.
    func unexpected(_ line: Span<UInt8>, _ expected: String) -> LineProblem {
        guard position < line.count else {
            return LineProblem(
                "not-json", at: position, found: "the end of the line", expected: expected)
        }
        let (kind, isValue): (String, Bool) =
            switch line[position] {
            case UInt8(ascii: "\""): ("a text", true)
            case UInt8(ascii: "{"): ("an object", true)
            case UInt8(ascii: "["): ("a list", true)
            case UInt8(ascii: "t"), UInt8(ascii: "f"): ("true or false", true)
            case UInt8(ascii: "n"): ("null", true)
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): ("a number", true)
            case let byte: ("byte " + String(byte), false)
            }
        return LineProblem(
            isValue ? "wrong-type" : "not-json", at: position, found: kind, expected: expected)
    }
}

/// The commas of a list or an object.
struct JSONList {
    private let open: UInt8
    private let close: UInt8
    private var isBegun = false

    init(isObject: Bool = false) {
        open = UInt8(ascii: isObject ? "{" : "[")
        close = UInt8(ascii: isObject ? "}" : "]")
    }

    /// Whether another element follows; the cursor stands before it then, else behind the list.
    mutating func next(
        _ line: Span<UInt8>, _ cursor: inout JSONCursor
    ) throws(LineProblem) -> Bool {
        guard isBegun else {
            isBegun = true
            try cursor.begin(
                open, line, expected: open == UInt8(ascii: "{") ? "an object" : "a list")
            return !cursor.take(close, line)
        }
        if cursor.take(close, line) { return false }
        try cursor.separator(
            UInt8(ascii: ","), line, expected: "a comma, or the closing bracket")
        return true
    }
}

/// One escape within a text, a pair of surrogates as one.
struct JSONEscape {
    let scalar: Unicode.Scalar
    /// In bytes, from its backslash on.
    let length: Int

    init(_ line: Span<UInt8>, at start: Int) throws(LineProblem) {
        guard start + 1 < line.count else { throw JSONEscape.problem(start, "an escape") }
        switch line[start + 1] {
        case UInt8(ascii: "\""): self.init("\"")
        case UInt8(ascii: "\\"): self.init("\\")
        case UInt8(ascii: "/"): self.init("/")
        case UInt8(ascii: "b"): self.init("\u{8}")
        case UInt8(ascii: "f"): self.init("\u{c}")
        case UInt8(ascii: "n"): self.init("\n")
        case UInt8(ascii: "r"): self.init("\r")
        case UInt8(ascii: "t"): self.init("\t")
        case UInt8(ascii: "u"): self = try JSONEscape.numbered(line, start)
        default: throw JSONEscape.problem(start, "one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u")
        }
    }

    private init(_ scalar: Unicode.Scalar, length: Int = 2) {
        self.scalar = scalar
        self.length = length
    }

    private static func numbered(
        _ line: Span<UInt8>, _ start: Int
    ) throws(LineProblem) -> JSONEscape {
        let first = try unit(line, start)
        if let scalar = Unicode.Scalar(first) { return JSONEscape(scalar, length: 6) }
        guard first < 0xdc00, start + 7 < line.count, line[start + 6] == UInt8(ascii: "\\"),
            line[start + 7] == UInt8(ascii: "u")
        else { throw problem(start, "a high surrogate and a low one after it") }
        let second = try unit(line, start + 6)
        guard (0xdc00..<0xe000).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xd800) << 10 + (second - 0xdc00))
        else { throw problem(start, "a low surrogate after a high one") }
        return JSONEscape(scalar, length: 12)
    }

    /// The four digits of `\uXXXX`.
    private static func unit(
        _ line: Span<UInt8>, _ start: Int
    ) throws(LineProblem) -> UInt32 {
        guard start + 6 <= line.count else { throw problem(start, "four hexadecimal digits") }
        var value: UInt32 = 0
        for index in (start + 2)..<(start + 6) {
            guard let digit = HexadecimalDigit.value(line[index]) else {
                throw problem(start, "four hexadecimal digits")
            }
            value = value << 4 | UInt32(digit)
        }
        return value
    }

    private static func problem(_ place: Int, _ expected: String) -> LineProblem {
        LineProblem("bad-escape", at: place, found: "another escape", expected: expected)
    }
}

enum HexadecimalDigit {
    static func value(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
