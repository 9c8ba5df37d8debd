// Lines that one system writes look alike: between their values stand the same bytes, line after
// line. Once a document has been understood, those like it need only a comparison.

/// A document apart from its values: a document that has the same bytes between them, plain values
/// in their places, and nothing else, is one too, and has its values at the same paths.
struct LineShape: Equatable {
    /// Longer documents are seldom alike, and their shapes would take much memory.
    private static let longestBytes = 65_536

    private enum Kind {
        /// Between quotes, without a backslash, a control character or one outside ASCII.
        case text
        case number
        /// True, false or null.
        case word
    }

    /// A value that is no object or list.
    private struct Leaf: Equatable {
        /// The bytes before it, in words.
        var words: Range<Int>
        /// How many bytes that are.
        var literalLength: Int
        var kind: Kind
        /// What it becomes; nothing where it is negative.
        var field: Int
    }

    /// Eight bytes, the first one lowest, and which of them count.
    private struct Word: Equatable {
        var bits: UInt64
        var mask: UInt64
    }

    private var words: [Word] = []
    private var leaves: [Leaf] = []
    /// The bytes behind the last value.
    private var tail = 0..<0
    private var tailLength = 0
    /// Fields that the document has no value for.
    private var absent: [Int] = []

    /// - Parameters:
    ///   - line: where a document lies in `bytes`.
    ///   - places: where the values of the fields begin in the line; 0 for what is not there.
    /// - Returns: `nil` where two fields have one value, or the document is long.
    init?(_ bytes: Span<UInt8>, _ line: Range<Int>, places: [Int]) {
        guard line.count <= LineShape.longestBytes else { return nil }
        var fields: [Int: Int] = [:]
        for (field, place) in places.enumerated() {
            if place == 0 {
                absent.append(field)
            } else if fields.updateValue(field, forKey: line.lowerBound + place) != nil {
                return nil
            }
        }
        var literalStart = line.lowerBound
        var index = line.lowerBound
        while index < line.upperBound {
            guard let value = LineShape.value(bytes, at: index, end: line.upperBound) else {
                index += 1
                continue
            }
            index = value.end
            if value.kind == .text, LineShape.isKey(bytes, endingAt: value.end, line) { continue }
            // The opening quote belongs to what stands before the value; the closing one to what
            // stands behind it.
            let quote = value.kind == .text ? 1 : 0
            let literal = literalStart..<(value.start + quote)
            leaves.append(
                Leaf(
                    words: append(bytes, literal), literalLength: literal.count,
                    kind: value.kind, field: fields[value.start] ?? -1))
            literalStart = value.end - quote
        }
        let rest = literalStart..<line.upperBound
        tail = append(bytes, rest)
        tailLength = rest.count
    }

    /// A text, number or word that begins here, with its quotes.
    private static func value(
        _ bytes: Span<UInt8>, at start: Int, end: Int
    ) -> (kind: Kind, start: Int, end: Int)? {
        var index = start + 1
        switch bytes[start] {
        case UInt8(ascii: "\""):
            while index < end, bytes[index] != UInt8(ascii: "\"") {
                index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
            }
            return (.text, start, min(index + 1, end))
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            let length = numberLength(bytes, start..<end)
            return length > 0 ? (.number, start, start + length) : nil
        case UInt8(ascii: "a")...UInt8(ascii: "z"):
            let length = wordLength(bytes, start..<end)
            return length > 0 ? (.word, start, start + length) : nil
        default: return nil
        }
    }

    private static func isKey(_ bytes: Span<UInt8>, endingAt end: Int, _ line: Range<Int>) -> Bool {
        var index = end
        while index < line.upperBound, " \t\r\n".utf8.contains(bytes[index]) { index += 1 }
        return index < line.upperBound && bytes[index] == UInt8(ascii: ":")
    }

    private mutating func append(_ bytes: Span<UInt8>, _ literal: Range<Int>) -> Range<Int> {
        let first = words.count
        for start in stride(from: literal.lowerBound, to: literal.upperBound, by: 8) {
            var word = Word(bits: 0, mask: 0)
            for index in start..<min(start + 8, literal.upperBound) {
                word.bits |= UInt64(bytes[index]) << UInt64(8 * (index - start))
                word.mask |= 0xff << UInt64(8 * (index - start))
            }
            words.append(word)
        }
        return first..<words.count
    }

    /// Cuts a line into fields, if it has this shape.
    /// - Parameters:
    ///   - arena: gets the values behind `arenaEnd`, which moves on.
    ///   - starts: where the fields begin in the arena, from the first on; `ends` likewise.
    /// - Returns: whether it has; there is nothing of it in the fields otherwise.
    func cut(
        _ bytes: Span<UInt8>, _ line: Range<Int>, arena: inout MutableSpan<UInt8>,
        arenaEnd: inout Int, starts: inout MutableSpan<UInt32>, ends: inout MutableSpan<UInt32>,
        firstField: Int
    ) -> Bool {
        var place = line.lowerBound
        var filled = arenaEnd
        let leaves = leaves.span
        for index in leaves.indices {
            let leaf = leaves[index]
            guard isNext(bytes, place, leaf.words) else { return false }
            place &+= leaf.literalLength
            // What stood between the values may go on behind the line, where it ends in a return.
            guard place <= line.upperBound else { return false }
            let end: Int?
            switch leaf.kind {
            case .text: end = LineShape.textEnd(bytes, place, copyTo: &arena, filled)
            case .number, .word:
                end = LineShape.shortEnd(
                    bytes, place..<line.upperBound, leaf.kind, copyTo: &arena, filled)
            }
            guard let end else { return false }
            if leaf.field >= 0 {
                starts[firstField &+ leaf.field] = UInt32(truncatingIfNeeded: filled)
                if !LineShape.isNull(bytes, place, leaf.kind) { filled &+= end &- place }
                ends[firstField &+ leaf.field] = UInt32(truncatingIfNeeded: filled)
            }
            place = end
        }
        guard isNext(bytes, place, tail), place + tailLength == line.upperBound else {
            return false
        }
        for field in absent {
            starts[firstField + field] = UInt32(truncatingIfNeeded: filled)
            ends[firstField + field] = UInt32(truncatingIfNeeded: filled)
        }
        arenaEnd = filled
        return true
    }

    @inline(__always)
    private func isNext(_ bytes: Span<UInt8>, _ place: Int, _ range: Range<Int>) -> Bool {
        guard place &+ 8 &* range.count <= bytes.count else { return false }
        let words = words.span
        let raw = unsafe bytes.bytes
        var offset = place
        for index in range {
            let bits = unsafe raw.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
            if (UInt64(littleEndian: bits) ^ words[index].bits) & words[index].mask != 0 {
                return false
            }
            offset &+= 8
        }
        return true
    }

    /// Where the text's closing quote is; `nil` where the text is not plain.
    @inline(__always)
    private static func textEnd(
        _ bytes: Span<UInt8>, _ start: Int, copyTo arena: inout MutableSpan<UInt8>, _ filled: Int
    ) -> Int? {
        let raw = unsafe bytes.bytes
        var room = unsafe arena.mutableBytes
        var offset = 0
        while start &+ offset &+ 8 <= bytes.count, filled &+ offset &+ 8 <= room.byteCount {
            let word = UInt64(
                littleEndian: unsafe raw.unsafeLoadUnaligned(
                    fromByteOffset: start &+ offset, as: UInt64.self))
            room.storeBytes(
                of: word.littleEndian, toByteOffset: filled &+ offset, as: UInt64.self)
            let special =
                ByteWord.matches(word, ByteWord.repeated(UInt8(ascii: "\"")))
                | ByteWord.matches(word, ByteWord.repeated(UInt8(ascii: "\\")))
                | ByteWord.controls(word) | (word & ByteWord.repeated(0x80))
            if special != 0 {
                let end = start &+ offset &+ special.trailingZeroBitCount &>> 3
                return bytes[end] == UInt8(ascii: "\"") ? end : nil
            }
            offset &+= 8
        }
        return nil
    }

    /// Where the number or the word ends.
    private static func shortEnd(
        _ bytes: Span<UInt8>, _ range: Range<Int>, _ kind: Kind,
        copyTo arena: inout MutableSpan<UInt8>, _ filled: Int
    ) -> Int? {
        guard !range.isEmpty else { return nil }
        let length =
            kind == .number ? numberLength(bytes, range) : wordLength(bytes, range)
        guard length > 0, filled + length <= arena.count else { return nil }
        for index in 0..<length { arena[filled + index] = bytes[range.lowerBound + index] }
        return range.lowerBound + length
    }

    private static func isNull(_ bytes: Span<UInt8>, _ place: Int, _ kind: Kind) -> Bool {
        kind == .word && bytes[place] == UInt8(ascii: "n")
    }

    /// Of a number at the beginning of a range; zero where there is none. Source: RFC 8259,
    /// section 6.
    private static func numberLength(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int {
        var index = range.lowerBound
        func digits() -> Int {
            let first = index
            while index < range.upperBound, isDigit(bytes[index]) { index += 1 }
            return index - first
        }
        func skip(_ wanted: UInt8, or other: UInt8) -> Bool {
            guard index < range.upperBound, bytes[index] == wanted || bytes[index] == other else {
                return false
            }
            index += 1
            return true
        }
        _ = skip(UInt8(ascii: "-"), or: UInt8(ascii: "-"))
        if !skip(UInt8(ascii: "0"), or: UInt8(ascii: "0")), digits() == 0 { return 0 }
        if skip(UInt8(ascii: "."), or: UInt8(ascii: ".")), digits() == 0 { return 0 }
        if skip(UInt8(ascii: "e"), or: UInt8(ascii: "E")) {
            _ = skip(UInt8(ascii: "+"), or: UInt8(ascii: "-"))
            if digits() == 0 { return 0 }
        }
        return index - range.lowerBound
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

    /// Of true, false or null at the beginning of a range; zero where there is none of them.
    private static func wordLength(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int {
        for word in ["true", "false", "null"] as [StaticString] {
            let count = word.utf8CodeUnitCount
            guard count <= range.count else { continue }
            var index = 0
            while index < count, unsafe word.utf8Start[index] == bytes[range.lowerBound + index] {
                index += 1
            }
            if index == count { return count }
        }
        return 0
    }
}

/// The shapes that a file's documents have had lately.
struct LineShapes {
    private static let limit = 4
    /// Documents that may differ from all before them, beyond those that did not, before shapes are
    /// no longer looked for.
    private static let patience = 256

    private var shapes: [LineShape] = []
    private var latest = 0
    private var credit = LineShapes.patience

    /// Whether it is worth while to look.
    var areUseful: Bool { credit > 0 }

    /// As ``LineShape/cut(_:_:arena:arenaEnd:starts:ends:firstField:)``, for any of the shapes.
    mutating func cut(
        _ bytes: Span<UInt8>, _ line: Range<Int>, arena: inout MutableSpan<UInt8>,
        arenaEnd: inout Int, starts: inout MutableSpan<UInt32>, ends: inout MutableSpan<UInt32>,
        firstField: Int
    ) -> Bool {
        for step in shapes.indices {
            let index = (latest + step) % shapes.count
            let isCut = shapes[index].cut(
                bytes, line, arena: &arena, arenaEnd: &arenaEnd, starts: &starts, ends: &ends,
                firstField: firstField)
            guard isCut else { continue }
            latest = index
            credit = min(credit + 1, LineShapes.patience)
            return true
        }
        return false
    }

    /// Notes the shape of a document that had none of these.
    mutating func learn(_ bytes: Span<UInt8>, _ line: Range<Int>, places: [Int]) {
        let shape = LineShape(bytes, line, places: places)
        // One of theirs with a value that is not plain says nothing against them.
        if let shape, shapes.contains(shape) { return }
        credit -= 1
        guard let shape else { return }
        if shapes.count < LineShapes.limit {
            shapes.append(shape)
            latest = shapes.count - 1
        } else {
            latest = (latest + 1) % shapes.count
            shapes[latest] = shape
        }
    }
}
