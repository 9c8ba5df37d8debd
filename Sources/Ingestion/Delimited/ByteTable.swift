// From the bytes of a field to a number, without making a string: the table behind value maps
// and behind the symbols of identifiers.

/// A hash table from byte strings to 32-bit values. Entries are never removed.
///
/// Strings of up to 16 bytes, as nearly all are, lie in their slot, so that a look-up waits for
/// memory once.
struct ByteTable {
    private struct Slot {
        /// The string, with zeros behind it; of a longer one its hash, and its place in the arena.
        var low: UInt64 = 0
        var high: UInt64 = 0
        /// The length plus one; zero where the slot is free.
        var size: UInt32 = 0
        var value: UInt32 = 0
    }

    private static let inlineLimit = 16

    private var arena: [UInt8] = []
    /// At most half full. The count is a power of two.
    private var slots = [Slot](repeating: Slot(), count: 16)
    private(set) var count = 0

    /// The value of `bytes[range]`, or `nil`.
    /// - Complexity: O(length) on average.
    @inline(__always)
    func find(_ bytes: Span<UInt8>, _ range: Range<Int>) -> UInt32? {
        guard range.count <= ByteTable.inlineLimit else { return findLong(bytes, range) }
        let (low, high) = ByteTable.words(bytes, range)
        let size = UInt32(truncatingIfNeeded: range.count) &+ 1
        let mask = slots.count &- 1
        var place = ByteTable.hash(low, high, size) & mask
        while true {
            let slot = slots[place]
            if slot.low == low, slot.high == high, slot.size == size { return slot.value }
            if slot.size == 0 { return nil }
            place = (place &+ 1) & mask
        }
    }

    /// Adds an entry.
    /// - Precondition: the bytes are not in the table yet.
    mutating func insert(_ bytes: Span<UInt8>, _ range: Range<Int>, value: UInt32) {
        if (count + 1) * 2 > slots.count { grow() }
        count += 1
        var slot = Slot(size: UInt32(range.count) + 1, value: value)
        if range.count <= ByteTable.inlineLimit {
            (slot.low, slot.high) = ByteTable.words(bytes, range)
        } else {
            slot.low = ByteTable.longHash(bytes, range)
            slot.high = UInt64(arena.count)
            for index in range { arena.append(bytes[index]) }
        }
        enter(slot)
    }

    mutating func insert(_ text: String, value: UInt32) {
        let bytes = Array(text.utf8)
        insert(bytes.span, 0..<bytes.count, value: value)
    }

    private func findLong(_ bytes: Span<UInt8>, _ range: Range<Int>) -> UInt32? {
        let hash = ByteTable.longHash(bytes, range)
        let size = UInt32(range.count) + 1
        let mask = slots.count - 1
        var place = ByteTable.hash(hash, 0, size) & mask
        while slots[place].size != 0 {
            let slot = slots[place]
            if slot.low == hash, slot.size == size, isEqual(Int(slot.high), bytes, range) {
                return slot.value
            }
            place = (place + 1) & mask
        }
        return nil
    }

    private mutating func grow() {
        let old = slots
        slots = [Slot](repeating: Slot(), count: slots.count * 2)
        for slot in old where slot.size != 0 { enter(slot) }
    }

    private mutating func enter(_ slot: Slot) {
        let isInline = slot.size <= ByteTable.inlineLimit + 1
        let mask = slots.count - 1
        var place = ByteTable.hash(slot.low, isInline ? slot.high : 0, slot.size) & mask
        while slots[place].size != 0 { place = (place + 1) & mask }
        slots[place] = slot
    }

    private func isEqual(_ start: Int, _ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        var index = 0
        while index < range.count {
            if arena[start + index] != bytes[range.lowerBound + index] { return false }
            index += 1
        }
        return true
    }

    /// A short string as two words, its first byte lowest.
    @inline(__always)
    private static func words(
        _ bytes: Span<UInt8>, _ range: Range<Int>
    ) -> (low: UInt64, high: UInt64) {
        let start = range.lowerBound
        let count = range.count
        guard start &+ 16 <= bytes.count else { return wordsByByte(bytes, range) }
        let raw = unsafe bytes.bytes
        let low = unsafe raw.unsafeLoadUnaligned(fromByteOffset: start, as: UInt64.self)
        if count <= 8 {
            // A shift by the whole width gives zero.
            return (UInt64(littleEndian: low) & ~(UInt64.max << UInt64(8 &* count)), 0)
        }
        let high = unsafe raw.unsafeLoadUnaligned(fromByteOffset: start &+ 8, as: UInt64.self)
        let rest = UInt64(8 &* (count &- 8))
        return (UInt64(littleEndian: low), UInt64(littleEndian: high) & ~(UInt64.max << rest))
    }

    private static func wordsByByte(
        _ bytes: Span<UInt8>, _ range: Range<Int>
    ) -> (low: UInt64, high: UInt64) {
        var words: (low: UInt64, high: UInt64) = (0, 0)
        for index in 0..<range.count {
            let byte = UInt64(bytes[range.lowerBound + index])
            if index < 8 {
                words.low |= byte << UInt64(8 * index)
            } else {
                words.high |= byte << UInt64(8 * (index - 8))
            }
        }
        return words
    }

    @inline(__always)
    private static func hash(_ low: UInt64, _ high: UInt64, _ size: UInt32) -> Int {
        var state = (low ^ UInt64(size)) &* 0x9e37_79b9_7f4a_7c15
        state = (state ^ (state >> 32) ^ high) &* 0xd6e8_feb8_6659_fd93
        return Int(truncatingIfNeeded: (state ^ (state >> 32)) & 0x7fff_ffff_ffff_ffff)
    }

    /// FNV-1a; see `StableHash` in Events for the source.
    private static func longHash(_ bytes: Span<UInt8>, _ range: Range<Int>) -> UInt64 {
        var state: UInt64 = 0xcbf2_9ce4_8422_2325
        for index in range {
            state = (state ^ UInt64(bytes[index])) &* 0x0000_0100_0000_01b3
        }
        return state
    }
}
