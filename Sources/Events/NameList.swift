// The strings behind symbols, handed on while more of them are made.

/// Strings by their symbols, from the empty one on.
///
/// Their bytes lie in pieces, so that a copy that is kept while the list grows costs a piece and
/// not the list, and millions of names cost little more than their bytes.
package struct NameList: Sendable {
    private static let pieceCount = 4_096

    /// All full but the last.
    private var pieces = [PackedBytes()]
    /// The empty string included: the next symbol's raw value.
    package private(set) var count = 0

    package init() { append("") }

    /// The string behind a symbol.
    /// - Precondition: the symbol is one of these.
    package func string(_ symbol: Symbol) -> String {
        let piece = pieces[Int(symbol.rawValue) / NameList.pieceCount]
        let range = piece.range(Int(symbol.rawValue) % NameList.pieceCount)
        return String(decoding: piece.bytes[range], as: UTF8.self)
    }

    /// The string behind a typed identifier; empty where unknown.
    package func string(_ identifier: some SymbolIdentifier) -> String {
        string(identifier.symbol)
    }

    /// Whether this is the string behind a symbol, byte by byte.
    func isString(_ text: String, behind symbol: UInt32) -> Bool {
        let piece = pieces[Int(symbol) / NameList.pieceCount]
        let range = piece.range(Int(symbol) % NameList.pieceCount)
        guard text.utf8.count == range.count else { return false }
        var place = range.lowerBound
        for byte in text.utf8 {
            if piece.bytes[place] != byte { return false }
            place += 1
        }
        return true
    }

    /// FNV-1a of the string behind a symbol, mixed as ``Interner`` needs it.
    func hash(_ symbol: UInt32) -> UInt64 {
        let piece = pieces[Int(symbol) / NameList.pieceCount]
        var state = Interner.hashStart
        for place in piece.range(Int(symbol) % NameList.pieceCount) {
            Interner.hash(piece.bytes[place], into: &state)
        }
        return Interner.mixed(state)
    }

    mutating func append(_ string: String) {
        startPiece()
        pieces[pieces.count - 1].append(string.utf8)
        count += 1
    }

    /// - Precondition: the bytes are UTF-8.
    mutating func append(_ bytes: Span<UInt8>, _ range: Range<Int>) {
        startPiece()
        let last = pieces.count - 1
        for place in range { pieces[last].bytes.append(bytes[place]) }
        pieces[last].ends.append(UInt32(pieces[last].bytes.count))
        count += 1
    }

    private mutating func startPiece() {
        if count % NameList.pieceCount == 0, count > 0 { pieces.append(PackedBytes()) }
    }

    /// - Precondition: there is more than the empty string.
    mutating func removeLast() {
        precondition(count > 1, "the empty string stays")
        let last = pieces.count - 1
        let range = pieces[last].range(pieces[last].count - 1)
        pieces[last].bytes.removeLast(range.count)
        pieces[last].ends.removeLast()
        if pieces[last].count == 0 { pieces.removeLast() }
        count -= 1
    }
}
