// A run read symbol by symbol, a piece in memory at a time, so that merging the largest runs takes
// no more memory than the small ones, and no transaction stays open for long.

import Events
import LMDB

/// Where a merge stands in one run.
struct RunReader {
    private let run: StreamRun
    private let index: StreamIndexReader
    private let base: UInt64
    /// Keys of the pieces that are still to be read, the next one last.
    private var keys: [OrderedKey]
    private var bytes: [UInt8] = []
    private var header: StreamChunkHeader?
    private var next = 0
    private var start = 0
    /// The symbol to be taken next; beyond all of them at the run's end.
    private(set) var symbol = RunReader.end

    static let end = UInt64.max

    /// - Parameter base: what positions are counted from.
    init(_ run: StreamRun, _ index: StreamIndexReader, base: UInt64) throws {
        self.run = run
        self.index = index
        self.base = base
        keys = try index.environment.withRead { try index.keys(of: run, $0) }.reversed()
        try move()
    }

    /// Gives the positions of ``symbol`` to `builder`, and goes on to the next one. A symbol that
    /// goes on in the next piece is met again there.
    mutating func takeSymbol(_ builder: inout RunBuilder) throws {
        guard let header else { return }
        let end = header.end(next, bytes.span)
        guard start <= end, end <= header.entryCount else {
            throw run.damaged("impossible extent of symbol \(symbol)")
        }
        for place in start..<end {
            let position = header.position(place, bytes.span)
            guard position >= base, let relative = UInt32(exactly: position - base) else {
                throw run.damaged("a position outside the run")
            }
            builder.append(UInt32(symbol), relative)
        }
        start = end
        next += 1
        try move()
    }

    private mutating func move() throws {
        if next == header?.symbolCount ?? 0 { try readPiece() }
        guard let header else {
            symbol = RunReader.end
            return
        }
        let found = UInt64(header.symbol(next, bytes.span))
        guard symbol == RunReader.end || found >= symbol else {
            throw run.damaged("symbols that fall")
        }
        symbol = found
    }

    private mutating func readPiece() throws {
        guard let key = keys.popLast() else {
            header = nil
            return
        }
        let layout = index.layout
        let read = try index.environment.withRead { transaction in
            try transaction.withValue(layout.streams, key) { value in
                RawBytes.array(value, 0..<value.count)
            }
        }
        guard let read else { throw run.damaged("a piece that went missing") }
        header = try run.header(of: read.span, under: key.bytes.span)
        bytes = read
        next = 0
        start = 0
    }
}

extension StreamIndexReader {
    /// The keys of a run's pieces, in order.
    func keys(
        of run: StreamRun, _ transaction: borrowing ReadTransaction
    ) throws -> [OrderedKey] {
        var keys: [OrderedKey] = []
        try transaction.forEachEntry(
            layout.streams, from: Layout.chunk(run: run.number, symbol: 0, position: 0)
        ) { key, _ in
            guard OrderedKey.unsigned64(key, at: 0) == run.number else { return false }
            keys.append(OrderedKey(bytes: Array(copying: key)))
            return true
        }
        guard keys.count == run.chunkCount else {
            throw run.damaged("\(keys.count) pieces, expected \(run.chunkCount)")
        }
        return keys
    }

    /// Neighbouring runs as one, ready to be stored; `nil` where that is no longer wanted.
    ///
    /// - Complexity: O(entries + symbols × runs).
    func merge(_ runs: [StreamRun], isWanted: () -> Bool) throws -> MergedRuns? {
        guard let base = runs.first?.firstPosition, let end = runs.last?.lastPosition else {
            return nil
        }
        var readers = try runs.map { try RunReader($0, self, base: base) }
        var builder = RunBuilder(positions: base...end)
        var symbols = readers.map(\.symbol)
        var stepsToAsk = 0
        while let symbol = symbols.min(), symbol != RunReader.end {
            if stepsToAsk == 0 {
                guard isWanted() else { return nil }
                stepsToAsk = 65_536
            }
            stepsToAsk -= 1
            // Neighbours in the order of the log: each one's positions are behind the others'.
            for index in symbols.indices where symbols[index] == symbol {
                repeat {
                    try readers[index].takeSymbol(&builder)
                } while readers[index].symbol == symbol
                symbols[index] = readers[index].symbol
            }
        }
        return MergedRuns(replaced: runs, run: builder.finished())
    }
}
