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

    private var window: FileWindow
    private let shape: Shape
    private let path: String
    private var line = 1
    /// Brackets that are open around elements; 0 outside of everything.
    private var depth = 0
    private var isInArray = false
    private var section = ""
    /// The last text at the level of sections: a key, if an array follows.
    private var lastText = ""

    init(_ source: consuming ByteSource, shape: Shape, path: String) {
        window = FileWindow(source, limitBytes: JSONElementReader.limitBytes)
        self.shape = shape
        self.path = path
    }

    var buffer: [UInt8] { window.bytes }
    var bytesRead: Int { window.bytesRead }

    /// The next element, or `nil` at the end of the file.
    /// - Throws: where the file is not built so.
    mutating func nextElement() throws(IngestionError) -> JSONElement? {
        while let byte = try peek() {
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: ","),
                UInt8(ascii: ":"):
                window.start += 1
            case UInt8(ascii: "\n"):
                window.start += 1
                line += 1
            case UInt8(ascii: "{") where isElement:
                return try element()
            case UInt8(ascii: "{") where shape == .sections && depth == 0:
                window.start += 1
                depth = 1
            case UInt8(ascii: "[") where canOpenArray:
                window.start += 1
                isInArray = true
                section = lastText
            case UInt8(ascii: "]") where isInArray:
                window.start += 1
                isInArray = false
            case UInt8(ascii: "}") where depth == 1 && !isInArray:
                window.start += 1
                depth = 0
            case UInt8(ascii: "\"") where depth == 1 && !isInArray:
                lastText = try text()
            case UInt8(ascii: "{") where depth == 1:
                // A member that is an object is none of the arrays.
                _ = try element()
            case _ where depth == 1 && !isInArray && JSONElementReader.isScalar(byte):
                window.start += 1
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
            if length == window.count { try window.fill() }
            guard length < window.count else {
                throw unexpected("the rest of an object that begins in line \(firstLine)")
            }
            guard length < JSONElementReader.limitBytes else {
                throw unexpected(
                    "objects of at most \(JSONElementReader.limitBytes) bytes, one in line "
                        + "\(firstLine) is longer")
            }
            let byte = window.bytes[window.start + length]
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
            section: section, range: window.start..<(window.start + length), line: firstLine,
            byteOffset: window.offset + window.start)
        window.start += length
        return element
    }

    /// A short text without escapes, as keys are.
    private mutating func text() throws(IngestionError) -> String {
        window.start += 1
        var bytes: [UInt8] = []
        while let byte = try peek(), byte != UInt8(ascii: "\"") {
            guard byte >= 0x20, bytes.count < 1_000 else { throw unexpected("a key") }
            bytes.append(byte)
            window.start += 1
        }
        window.start += 1
        return String(decoding: bytes, as: UTF8.self)
    }

    private mutating func peek() throws(IngestionError) -> UInt8? {
        if window.count == 0 { try window.fill() }
        return window.count > 0 ? window.bytes[window.start] : nil
    }

    private func unexpected(_ expected: String) -> IngestionError {
        .damagedDocument(
            path: path, line: line, byteOffset: window.offset + window.start, expected: expected)
    }
}
