// Sorted entries to the pieces of a run, whether they come from a commit's own events or from older
// runs that are merged.

import Events

/// A run that is ready to be stored.
struct EncodedRun: Sendable {
    let entryCount: Int
    /// What the run covers, whether an event there has a stream or not.
    let positions: ClosedRange<UInt64>
    let chunks: [StreamChunk]

    /// - Parameter entries: sorted; positions are the first of `positions` plus what each holds.
    init(_ entries: [UInt64], positions: ClosedRange<UInt64>) {
        var builder = RunBuilder(positions: positions)
        for entry in entries {
            builder.append(StreamEntry.symbol(entry), StreamEntry.relative(entry))
        }
        self = builder.finished()
    }

    fileprivate init(entryCount: Int, positions: ClosedRange<UInt64>, chunks: [StreamChunk]) {
        self.entryCount = entryCount
        self.positions = positions
        self.chunks = chunks
    }
}

/// Puts a run together, entry by entry.
struct RunBuilder {
    private let positions: ClosedRange<UInt64>
    private var entryCount = 0
    private var chunks: [StreamChunk] = []
    /// The piece under way: symbols that are complete, where each ends, all positions.
    private var symbols: [UInt32] = []
    private var ends: [UInt32] = []
    private var relatives: [UInt32] = []
    private var symbol: UInt32 = 0

    init(positions: ClosedRange<UInt64>) {
        self.positions = positions
        symbols.reserveCapacity(StreamChunk.capacity)
        ends.reserveCapacity(StreamChunk.capacity)
        relatives.reserveCapacity(StreamChunk.capacity)
    }

    /// - Precondition: symbols do not fall, and positions of one symbol do not.
    mutating func append(_ symbol: UInt32, _ relative: UInt32) {
        if symbol != self.symbol || relatives.count == StreamChunk.capacity {
            endSymbol()
            if relatives.count == StreamChunk.capacity { endChunk() }
            self.symbol = symbol
        }
        relatives.append(relative)
    }

    private mutating func endSymbol() {
        guard relatives.count > Int(ends.last ?? 0) else { return }
        symbols.append(symbol)
        ends.append(UInt32(relatives.count))
    }

    private mutating func endChunk() {
        guard !relatives.isEmpty else { return }
        chunks.append(
            StreamChunk(
                symbols: symbols, ends: ends, positions: relatives, base: positions.lowerBound))
        entryCount += relatives.count
        symbols.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
        relatives.removeAll(keepingCapacity: true)
    }

    consuming func finished() -> EncodedRun {
        endSymbol()
        endChunk()
        return EncodedRun(entryCount: entryCount, positions: positions, chunks: chunks)
    }
}
