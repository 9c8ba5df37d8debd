// The strings behind symbols, handed on while more of them are made.

/// Strings by their symbols, from the empty one on.
///
/// They lie in pieces, so that a copy that is kept while the list grows costs a piece and not the
/// list.
package struct NameList: Sendable {
    private static let pieceCount = 4_096

    /// All full but the last.
    private var pieces: [[String]] = [[""]]
    /// The empty string included: the next symbol's raw value.
    package private(set) var count = 1

    package init() {}

    /// The string behind a symbol.
    /// - Precondition: the symbol is one of these.
    package func string(_ symbol: Symbol) -> String {
        let index = Int(symbol.rawValue)
        return pieces[index / NameList.pieceCount][index % NameList.pieceCount]
    }

    /// The string behind a typed identifier; empty where unknown.
    package func string(_ identifier: some SymbolIdentifier) -> String {
        string(identifier.symbol)
    }

    mutating func append(_ string: String) {
        if count % NameList.pieceCount == 0 { pieces.append([]) }
        pieces[pieces.count - 1].append(string)
        count += 1
    }

    /// - Precondition: there is more than the empty string.
    mutating func removeLast() {
        precondition(count > 1, "the empty string stays")
        pieces[pieces.count - 1].removeLast()
        if pieces[pieces.count - 1].isEmpty { pieces.removeLast() }
        count -= 1
    }
}
