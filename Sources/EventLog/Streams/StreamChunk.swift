// A piece of a sorted run of the stream index: which events belong to which customer or issue. A
// piece lists symbols in rising order, and for each the positions in rising order, so that a stream
// is found by two searches and read as one stretch.

import Events
import LMDB

/// An entry of the index in one word: the symbol above, the position (less a base) below.
struct StreamEntry {
    static func pack(_ symbol: UInt32, _ relative: UInt32) -> UInt64 {
        UInt64(symbol) << 32 | UInt64(relative)
    }

    static func symbol(_ entry: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: entry >> 32) }
    static func relative(_ entry: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: entry) }

    /// Sorts by symbol; entries of one symbol keep their order.
    /// - Complexity: O(count), up to three passes of eleven bits.
    static func sort(_ entries: inout [UInt64]) {
        var other = [UInt64](repeating: 0, count: entries.count)
        for shift in [UInt64(32), 43, 54] {
            var starts = [Int](repeating: 0, count: 2_048)
            for entry in entries { starts[Int(entry >> shift & 0x7ff)] += 1 }
            if starts.contains(entries.count) { continue }
            var sum = 0
            for digit in starts.indices {
                let count = starts[digit]
                starts[digit] = sum
                sum += count
            }
            for entry in entries {
                let digit = Int(entry >> shift & 0x7ff)
                other[starts[digit]] = entry
                starts[digit] += 1
            }
            swap(&entries, &other)
        }
    }
}

/// The stored pieces of a run.
struct StreamChunk {
    static let version: UInt32 = 1
    static let headerSize = 24
    /// Most entries in one piece: between 32 and 96 KiB.
    static let capacity = 8_000

    let lastSymbol: UInt32
    let lastPosition: UInt64
    let bytes: [UInt8]

    /// - Parameters:
    ///   - symbols: rising.
    ///   - ends: where each symbol's positions end.
    ///   - positions: less the base.
    init(symbols: [UInt32], ends: [UInt32], positions: [UInt32], base: UInt64) {
        guard let lastSymbol = symbols.last, let last = positions.last else {
            preconditionFailure("a piece without entries")
        }
        let size = StreamChunk.headerSize + 8 * symbols.count + 4 * positions.count
        var bytes = [UInt8](repeating: 0, count: size)
        RawBytes.store32(StreamChunk.version, into: &bytes, at: 0)
        RawBytes.store32(UInt32(symbols.count), into: &bytes, at: 4)
        RawBytes.store32(UInt32(positions.count), into: &bytes, at: 8)
        RawBytes.store64(base, into: &bytes, at: 16)
        var place = StreamChunk.headerSize
        for values in [symbols, ends, positions] {
            RawBytes.narrow(values.span, base: 0, width: 4, into: &bytes, at: place)
            place += 4 * values.count
        }
        self.bytes = bytes
        self.lastSymbol = lastSymbol
        lastPosition = base + UInt64(last)
    }
}

/// A piece's header, checked against the length of the value.
struct StreamChunkHeader {
    let symbolCount: Int
    let entryCount: Int
    let base: UInt64

    init?(_ bytes: Span<UInt8>) {
        guard bytes.count >= StreamChunk.headerSize,
            RawBytes.load32(bytes, at: 0) == StreamChunk.version,
            RawBytes.load32(bytes, at: 12) == 0
        else { return nil }
        symbolCount = Int(RawBytes.load32(bytes, at: 4))
        entryCount = Int(RawBytes.load32(bytes, at: 8))
        base = RawBytes.load64(bytes, at: 16)
        guard bytes.count == StreamChunk.headerSize + 8 * symbolCount + 4 * entryCount,
            base <= UInt64(Int64.max)
        else { return nil }
    }

    func symbol(_ index: Int, _ bytes: Span<UInt8>) -> UInt32 {
        RawBytes.load32(bytes, at: StreamChunk.headerSize + 4 * index)
    }

    func end(_ index: Int, _ bytes: Span<UInt8>) -> Int {
        Int(RawBytes.load32(bytes, at: StreamChunk.headerSize + 4 * (symbolCount + index)))
    }

    func position(_ index: Int, _ bytes: Span<UInt8>) -> UInt64 {
        let place = StreamChunk.headerSize + 8 * symbolCount + 4 * index
        return base + UInt64(RawBytes.load32(bytes, at: place))
    }

    /// Whether the piece's last entry is the one that its key states.
    func isLast(_ bytes: Span<UInt8>, inKey key: Span<UInt8>) -> Bool {
        guard symbolCount > 0, entryCount > 0 else { return false }
        return OrderedKey.unsigned32(key, at: 8) == symbol(symbolCount - 1, bytes)
            && OrderedKey.unsigned64(key, at: 12) == position(entryCount - 1, bytes)
            && key.count == 20
    }

    /// Where the positions of a symbol stand; `nil` where the piece has none.
    func range(of symbol: UInt32, _ bytes: Span<UInt8>) throws(EventLogError) -> Range<Int>? {
        guard var (low, high) = bracket(symbol, bytes) else { return nil }
        while low < high {
            let middle = (low + high) / 2
            if self.symbol(middle, bytes) < symbol { low = middle + 1 } else { high = middle }
        }
        guard low < symbolCount, self.symbol(low, bytes) == symbol else { return nil }
        let start = low == 0 ? 0 : end(low - 1, bytes)
        let end = end(low, bytes)
        guard start <= end, end <= entryCount else {
            throw .damaged(
                table: "streams", place: "symbol \(symbol)", reason: "impossible extent")
        }
        return start..<end
    }

    /// Fetches what ``range(of:_:)`` of a symbol and its positions will most likely look at.
    /// - Parameter last: the piece's last symbol, as its key has it.
    func prefetch(_ symbol: UInt32, last: UInt32, _ bytes: Span<UInt8>) {
        guard symbolCount > 0 else { return }
        let guess = guess(symbol, first: self.symbol(0, bytes), last: last)
        let ends = StreamChunk.headerSize + 4 * symbolCount
        RawBytes.prefetch(bytes, at: StreamChunk.headerSize + 4 * guess)
        RawBytes.prefetch(bytes, at: ends - 4)
        RawBytes.prefetch(bytes, at: ends + 4 * guess)
        let position = guess * entryCount / symbolCount
        RawBytes.prefetch(bytes, at: ends + 4 * symbolCount + 4 * position)
    }

    /// Where a symbol would stand if symbols were spread evenly; a place in any case.
    private func guess(_ symbol: UInt32, first: UInt32, last: UInt32) -> Int {
        guard first < last, first <= symbol, symbol <= last else { return 0 }
        return Int(symbol - first) * (symbolCount - 1) / Int(last - first)
    }

    /// A few places between which a symbol stands if it is there. Symbols are spread evenly more
    /// often than not, so a look near where it would then be saves most steps of a bisection,
    /// each of which waits for memory.
    private func bracket(_ symbol: UInt32, _ bytes: Span<UInt8>) -> (low: Int, high: Int)? {
        guard symbolCount > 0 else { return nil }
        let first = self.symbol(0, bytes)
        let last = self.symbol(symbolCount - 1, bytes)
        guard first <= symbol, symbol <= last else { return nil }
        let guess = guess(symbol, first: first, last: last)
        var step = 16
        if self.symbol(guess, bytes) < symbol {
            var low = guess + 1
            while guess + step < symbolCount, self.symbol(guess + step, bytes) < symbol {
                low = guess + step + 1
                step *= 4
            }
            return (low, min(guess + step, symbolCount))
        }
        var high = guess
        while guess - step >= 0, self.symbol(guess - step, bytes) >= symbol {
            high = guess - step
            step *= 4
        }
        return (max(guess - step, 0), high)
    }
}
