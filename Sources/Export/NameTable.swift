// From the bytes of a name to its symbol, without making a string: an event has a dozen names, and
// nearly all of them were seen before.

import Events

/// A hash table from byte strings to 32-bit values. Entries are never removed.
struct NameTable {
    private struct Entry {
        var start: Int
        var length: Int
        var hash: UInt64
        var value: UInt32
    }

    private var arena: [UInt8] = []
    private var entries: [Entry] = []
    /// Index of an entry plus one; zero is free. The count is a power of two.
    private var slots = [Int32](repeating: 0, count: 64)

    init() {}

    init(_ names: [(name: String, value: UInt32)]) {
        for (name, value) in names {
            let bytes = Array(name.utf8)
            insert(bytes.span, 0..<bytes.count, value)
        }
    }

    /// The value of `bytes[range]`, or `nil`.
    /// - Complexity: O(length) on average.
    func find(_ bytes: Span<UInt8>, _ range: Range<Int>) -> UInt32? {
        find(bytes, range, NameTable.hash(bytes, range))
    }

    /// The symbol of `bytes[range]`, made if it is new.
    /// - Precondition: the bytes are UTF-8, and all symbols of `interner` were made here.
    mutating func symbol(
        _ bytes: Span<UInt8>, _ range: Range<Int>, _ interner: inout Interner
    ) -> Symbol {
        if let known = find(bytes, range) { return Symbol(known) }
        guard let text = Utf8Text.string(bytes, range) else {
            preconditionFailure("a name that is no UTF-8, behind the check of its line")
        }
        let symbol = interner.intern(text)
        insert(bytes, range, symbol.rawValue)
        return symbol
    }

    private func find(_ bytes: Span<UInt8>, _ range: Range<Int>, _ hash: UInt64) -> UInt32? {
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: hash) & mask
        while slots[slot] != 0 {
            let entry = entries[Int(slots[slot]) - 1]
            if entry.hash == hash, isEqual(entry, bytes, range) { return entry.value }
            slot = (slot + 1) & mask
        }
        return nil
    }

    private mutating func insert(_ bytes: Span<UInt8>, _ range: Range<Int>, _ value: UInt32) {
        if (entries.count + 1) * 2 > slots.count { grow() }
        let hash = NameTable.hash(bytes, range)
        let start = arena.count
        for index in range { arena.append(bytes[index]) }
        entries.append(Entry(start: start, length: range.count, hash: hash, value: value))
        place(entryNumber: entries.count, hash: hash)
    }

    private mutating func grow() {
        slots = [Int32](repeating: 0, count: slots.count * 2)
        for (index, entry) in entries.enumerated() {
            place(entryNumber: index + 1, hash: entry.hash)
        }
    }

    private mutating func place(entryNumber: Int, hash: UInt64) {
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: hash) & mask
        while slots[slot] != 0 { slot = (slot + 1) & mask }
        slots[slot] = Int32(entryNumber)
    }

    private func isEqual(_ entry: Entry, _ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard entry.length == range.count else { return false }
        var offset = 0
        while offset < entry.length {
            if arena[entry.start + offset] != bytes[range.lowerBound + offset] { return false }
            offset += 1
        }
        return true
    }

    /// FNV-1a with a final mix; see `StableHash` in Events for the sources.
    private static func hash(_ bytes: Span<UInt8>, _ range: Range<Int>) -> UInt64 {
        var state: UInt64 = 0xcbf2_9ce4_8422_2325
        for index in range {
            state = (state ^ UInt64(bytes[index])) &* 0x0000_0100_0000_01b3
        }
        state = (state ^ (state >> 33)) &* 0xff51_afd7_ed55_8ccd
        return state ^ (state >> 33)
    }
}

/// A fixed set of words. A class, so that handing it on counts one reference.
final class WordTable: Sendable {
    private let table: NameTable

    init(_ words: [(name: String, value: UInt32)]) { table = NameTable(words) }

    func find(_ bytes: Span<UInt8>, _ range: Range<Int>) -> UInt32? { table.find(bytes, range) }
}
