// Strings become dense integers once, at the gate; behind it tables are arrays.

/// A two-way table of strings and symbols. The empty string is ``Symbol/none``.
///
/// Symbols are given in the order of first sight, from 1, without gaps. Strings are compared by their
/// bytes: the standard library's comparison takes canonically equivalent texts for one, and two
/// customers whose ids differ only so would become one.
package struct Interner: Sendable {
    private var strings: [String] = [""]
    /// Open addressing, at most half full: one more than the symbol, or zero where a place is free.
    private var places = [UInt32](repeating: 0, count: 16)

    package init() { enter(0) }

    /// How many symbols exist, the empty one included: the next symbol's raw value.
    package var count: Int { strings.count }

    /// The symbol of `string`, made if it is new.
    /// - Complexity: O(length) on average.
    package mutating func intern(_ string: String) -> Symbol {
        if let known = symbol(of: string) { return known }
        let symbol = UInt32(strings.count)
        strings.append(string)
        if strings.count * 2 > places.count {
            places = [UInt32](repeating: 0, count: places.count * 2)
            for known in strings.indices { enter(UInt32(known)) }
        } else {
            enter(symbol)
        }
        return Symbol(symbol)
    }

    /// The symbol of `string` if it is known already.
    package func symbol(of string: String) -> Symbol? {
        let mask = places.count - 1
        var place = Interner.hash(string) & mask
        while places[place] != 0 {
            let known = places[place] - 1
            if Interner.isSame(strings[Int(known)], string) { return Symbol(known) }
            place = (place + 1) & mask
        }
        return nil
    }

    private mutating func enter(_ symbol: UInt32) {
        let mask = places.count - 1
        var place = Interner.hash(strings[Int(symbol)]) & mask
        while places[place] != 0 { place = (place + 1) & mask }
        places[place] = symbol + 1
    }

    private static func isSame(_ left: String, _ right: String) -> Bool {
        left.utf8.count == right.utf8.count && left.utf8.elementsEqual(right.utf8)
    }

    private static func hash(_ string: String) -> Int {
        var state: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in string.utf8 { state = (state ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        state = (state ^ (state >> 32)) &* 0x9e37_79b9_7f4a_7c15
        return Int(truncatingIfNeeded: state >> 24)
    }

    /// The string behind a symbol.
    /// - Precondition: the symbol came from this interner.
    package func string(_ symbol: Symbol) -> String { strings[Int(symbol.rawValue)] }

    /// The string behind a typed identifier; empty where unknown.
    package func string(_ identifier: some SymbolIdentifier) -> String {
        string(identifier.symbol)
    }
}
