// Strings become dense integers once, at the gate; behind it tables are arrays.

/// A two-way table of strings and symbols. The empty string is ``Symbol/none``.
///
/// Symbols are given in the order of first sight, from 1, without gaps.
package struct Interner: Sendable {
    private var strings: [String] = [""]
    private var symbols: [InternedText: Symbol] = [InternedText(""): .none]

    package init() {}

    /// How many symbols exist, the empty one included: the next symbol's raw value.
    package var count: Int { strings.count }

    /// The symbol of `string`, made if it is new.
    /// - Complexity: O(length) on average.
    package mutating func intern(_ string: String) -> Symbol {
        let key = InternedText(string)
        if let known = symbols[key] { return known }
        let symbol = Symbol(UInt32(strings.count))
        strings.append(string)
        symbols[key] = symbol
        return symbol
    }

    /// The symbol of `string` if it is known already.
    package func symbol(of string: String) -> Symbol? { symbols[InternedText(string)] }

    /// The string behind a symbol.
    /// - Precondition: the symbol came from this interner.
    package func string(_ symbol: Symbol) -> String { strings[Int(symbol.rawValue)] }

    /// The string behind a typed identifier; empty where unknown.
    package func string(_ identifier: some SymbolIdentifier) -> String {
        string(identifier.symbol)
    }
}

/// A string compared by its bytes. The standard library's comparison takes canonically equivalent
/// texts for one, and two customers whose ids differ only so would become one.
private struct InternedText: Hashable, Sendable {
    let text: String

    init(_ text: String) { self.text = text }

    static func == (left: InternedText, right: InternedText) -> Bool {
        left.text.utf8.elementsEqual(right.text.utf8)
    }

    func hash(into hasher: inout Hasher) {
        for byte in text.utf8 { hasher.combine(byte) }
        hasher.combine(0xff as UInt8)
    }
}
