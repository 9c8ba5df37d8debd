// Strings become dense integers once, at the gate; behind it tables are arrays.

/// A two-way table of strings and symbols. The empty string is ``Symbol/none``.
///
/// Symbols are given in the order of first sight, from 1, without gaps. Strings are compared by
/// their bytes: the standard library's comparison takes canonically equivalent texts for one, and
/// two customers whose ids differ only so would become one.
package struct Interner: Sendable {
    /// The strings behind the symbols; a copy is cheap, and stays as it is.
    package private(set) var names = NameList()
    /// Open addressing, at most half full: the upper half of the hash, and one more than the
    /// symbol; zero where a place is free. Unlike strings are told apart by the hash alone.
    private var places = [UInt64](repeating: 0, count: 16)
    /// Symbols that have their place; the names behind them have been added without.
    private var enteredCount = 0

    package init() { enter(Interner.hash("")) }

    /// How many symbols exist, the empty one included: the next symbol's raw value.
    package var count: Int { names.count }

    /// The symbol of `string`, made if it is new.
    /// - Complexity: O(length) on average, after the first call behind ``append(_:_:)``.
    package mutating func intern(_ string: String) -> Symbol {
        enterAll()
        let hash = Interner.hash(string)
        if let known = find(string, hash) { return known }
        let symbol = UInt32(names.count)
        names.append(string)
        if names.count * 2 > places.count { resize(to: places.count * 2) }
        enter(hash)
        return Symbol(symbol)
    }

    /// The symbol of `string` if it is known already.
    /// - Complexity: O(length) on average; O(names) for those that ``append(_:_:)`` added.
    package func symbol(of string: String) -> Symbol? {
        if let entered = find(string, Interner.hash(string)) { return entered }
        let added = UInt32(enteredCount)..<UInt32(names.count)
        return added.first { names.isString(string, behind: $0) }.map { Symbol($0) }
    }

    /// Adds a name behind all others without looking whether it is there already: for names that
    /// were told apart when they were made, and of which few are looked for.
    /// - Precondition: the bytes are UTF-8.
    package mutating func append(_ bytes: Span<UInt8>, _ range: Range<Int>) {
        names.append(bytes, range)
    }

    /// Gives the names that were added without a place theirs, so that any is found at once.
    package mutating func enterAll() {
        guard enteredCount < names.count else { return }
        reserveCapacity(names.count)
        while enteredCount < names.count { enter(names.hash(UInt32(enteredCount))) }
    }

    private func find(_ string: String, _ hash: UInt64) -> Symbol? {
        let mask = places.count - 1
        var place = Int(truncatingIfNeeded: hash) & mask
        while places[place] != 0 {
            if places[place] >> 32 == hash >> 32 {
                let known = UInt32(truncatingIfNeeded: places[place]) - 1
                if names.isString(string, behind: known) { return Symbol(known) }
            }
            place = (place + 1) & mask
        }
        return nil
    }

    /// Enters the next symbol that has no place.
    private mutating func enter(_ hash: UInt64) {
        let mask = places.count - 1
        var place = Int(truncatingIfNeeded: hash) & mask
        while places[place] != 0 { place = (place + 1) & mask }
        places[place] = hash & 0xffff_ffff_0000_0000 | UInt64(enteredCount + 1)
        enteredCount += 1
    }

    /// Forgets the latest symbols, as if they had never been made, so that `count` are left.
    /// - Complexity: O(symbols forgotten) on average.
    package mutating func truncate(to count: Int) {
        precondition(count >= 1, "the empty string stays")
        enterAll()
        while names.count > count {
            remove(UInt32(names.count - 1))
            names.removeLast()
            enteredCount -= 1
        }
    }

    /// Frees a symbol's place, and closes the gap: what stands behind it and is not at home moves
    /// up.
    private mutating func remove(_ symbol: UInt32) {
        let mask = places.count - 1
        var gap = home(symbol)
        while UInt32(truncatingIfNeeded: places[gap]) != symbol + 1 { gap = (gap + 1) & mask }
        places[gap] = 0
        var place = (gap + 1) & mask
        while places[place] != 0 {
            let home = home(UInt32(truncatingIfNeeded: places[place]) - 1)
            if (place - home) & mask >= (place - gap) & mask {
                places[gap] = places[place]
                places[place] = 0
                gap = place
            }
            place = (place + 1) & mask
        }
    }

    private func home(_ symbol: UInt32) -> Int {
        Int(truncatingIfNeeded: names.hash(symbol)) & (places.count - 1)
    }

    /// Makes room for so many symbols in all, so that the table does not grow on the way there.
    package mutating func reserveCapacity(_ count: Int) {
        var size = places.count
        while count * 2 > size { size *= 2 }
        if size > places.count { resize(to: size) }
    }

    /// Makes the table anew. The lower half of a hash is not kept, so it is computed again.
    private mutating func resize(to size: Int) {
        let count = enteredCount
        places = [UInt64](repeating: 0, count: size)
        enteredCount = 0
        while enteredCount < count { enter(names.hash(UInt32(enteredCount))) }
    }

    static let hashStart: UInt64 = 0xcbf2_9ce4_8422_2325

    @inline(__always)
    static func hash(_ byte: UInt8, into state: inout UInt64) {
        state = (state ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
    }

    static func mixed(_ state: UInt64) -> UInt64 {
        let mixed = (state ^ (state >> 32)) &* 0x9e37_79b9_7f4a_7c15
        return mixed ^ (mixed >> 29)
    }

    private static func hash(_ string: String) -> UInt64 {
        var state = hashStart
        for byte in string.utf8 { hash(byte, into: &state) }
        return mixed(state)
    }

    /// The string behind a symbol.
    /// - Precondition: the symbol came from this interner.
    package func string(_ symbol: Symbol) -> String { names.string(symbol) }

    /// The string behind a typed identifier; empty where unknown.
    package func string(_ identifier: some SymbolIdentifier) -> String {
        string(identifier.symbol)
    }
}
