// A large JSON document taken apart without a tree of it: the elements of its arrays, one after the
// other.

/// Where one element lies.
struct JSONElement {
    /// The key of the outermost object whose array has the element; empty where the file is an
    /// array, or documents one behind the other.
    var section: String
    /// In the reader's buffer; valid until the next element is asked for.
    var range: Range<Int>
    /// From 1.
    var line: Int
    /// Of the uncompressed file, from 0.
    var byteOffset: Int
}

/// Finds the objects of a file that is an array of objects, objects behind each other, or an object
/// whose members are arrays of objects. Only brackets and quotes are looked at here: what an
/// element holds is for its reader.
struct JSONElementReader: ~Copyable {
    /// The longest element that is taken.
    static let limitBytes = 16 << 20

    /// How the file is built; found by its first bracket, where the caller allows both.
    enum Shape {
        /// Objects, in an array or one behind the other.
        case objects
        /// An object of arrays.
        case sections
    }

    private var source: ByteSource
    private let shape: Shape
    private let path: String
    private(set) var buffer = [UInt8](repeating: 0, count: 262_144)
    private var next = 0
    private var end = 0
    private var isAtEnd = false
    private var offsetOfBuffer = 0
    private var line = 1
    /// Brackets that are open around elements; 0 outside of everything.
    private var depth = 0
    private var isInArray = false
    private var isFirst = true
    private var section = ""
    /// The last text at the level of sections: a key, if an array follows.
    private var lastText = ""

    init(_ source: consuming ByteSource, shape: Shape, path: String) {
        self.source = source
        self.shape = shape
        self.path = path
    }

    var bytesRead: Int { source.bytesRead }

    /// The next element, or `nil` at the end of the file.
    /// - Throws: where the file is not built so.
    mutating func nextElement() throws(IngestionError) -> JSONElement? {
        if isFirst { try skipByteOrderMark() }
        while let byte = try peek() {
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: ","),
                UInt8(ascii: ":"):
                next += 1
            case UInt8(ascii: "\n"):
                next += 1
                line += 1
            case UInt8(ascii: "{") where isElement:
                return try element()
            case UInt8(ascii: "{") where shape == .sections && depth == 0:
                next += 1
                depth = 1
            case UInt8(ascii: "[") where canOpenArray:
                next += 1
                isInArray = true
                section = lastText
            case UInt8(ascii: "]") where isInArray:
                next += 1
                isInArray = false
            case UInt8(ascii: "}") where depth == 1 && !isInArray:
                next += 1
                depth = 0
            case UInt8(ascii: "\"") where depth == 1 && !isInArray:
                lastText = try text()
            case UInt8(ascii: "{") where depth == 1:
                // A member that is an object is none of the arrays.
                _ = try element()
            case _ where depth == 1 && !isInArray && JSONElementReader.isScalar(byte):
                next += 1
            default:
                throw unexpected("a JSON array of objects")
            }
        }
        guard !isInArray, depth == 0 else {
            throw unexpected("the rest of the document, found its end")
        }
        return nil
    }

    /// Whether a number, a flag or null may have this byte.
    private static func isScalar(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte)
            || (0x61...0x7a).contains(byte) || "+-.".utf8.contains(byte)
    }

    private var isElement: Bool {
        shape == .objects ? true : isInArray
    }

    private var canOpenArray: Bool {
        !isInArray && (shape == .objects || depth == 1)
    }

    /// The object that begins here, up to its closing bracket.
    private mutating func element() throws(IngestionError) -> JSONElement {
        var length = 0
        var open = 0
        var isInText = false
        var isEscaped = false
        let firstLine = line
        repeat {
            if next + length == end { try fill() }
            guard next + length < end else {
                throw unexpected("the rest of an object that begins in line \(firstLine)")
            }
            guard length < JSONElementReader.limitBytes else {
                throw unexpected(
                    "objects of at most \(JSONElementReader.limitBytes) bytes, one in line "
                        + "\(firstLine) is longer")
            }
            let byte = buffer[next + length]
            length += 1
            if byte == UInt8(ascii: "\n") { line += 1 }
            if isInText {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isInText = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): isInText = true
            case UInt8(ascii: "{"), UInt8(ascii: "["): open += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): open -= 1
            default: break
            }
        } while open > 0
        let element = JSONElement(
            section: section, range: next..<(next + length), line: firstLine,
            byteOffset: offsetOfBuffer + next)
        next += length
        return element
    }

    /// A short text without escapes, as keys are.
    private mutating func text() throws(IngestionError) -> String {
        next += 1
        var bytes: [UInt8] = []
        while let byte = try peek(), byte != UInt8(ascii: "\"") {
            guard byte >= 0x20, bytes.count < 1_000 else { throw unexpected("a key") }
            bytes.append(byte)
            next += 1
        }
        next += 1
        return String(decoding: bytes, as: UTF8.self)
    }

    private mutating func peek() throws(IngestionError) -> UInt8? {
        if next == end { try fill() }
        return next < end ? buffer[next] : nil
    }

    private mutating func fill() throws(IngestionError) {
        let left = end - next
        for index in 0..<left { buffer[index] = buffer[next + index] }
        offsetOfBuffer += next
        next = 0
        end = left
        if end == buffer.count {
            buffer += [UInt8](repeating: 0, count: buffer.count)
        }
        guard !isAtEnd else { return }
        let count = try source.read(into: &buffer, from: end)
        end += count
        isAtEnd = count == 0
    }

    private mutating func skipByteOrderMark() throws(IngestionError) {
        isFirst = false
        while end < 3, !isAtEnd { try fill() }
        if end >= 3, buffer[0] == 0xef, buffer[1] == 0xbb, buffer[2] == 0xbf { next = 3 }
    }

    private func unexpected(_ expected: String) -> IngestionError {
        .damagedDocument(
            path: path, line: line, byteOffset: offsetOfBuffer + next, expected: expected)
    }
}
