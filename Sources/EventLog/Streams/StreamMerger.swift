// Runs are merged beside the appends: a thread of its own reads the old runs and sorts, while
// commits go on; the next commit stores what is ready and removes the old runs. Readers see one or
// the other.

import Dispatch
import Events
import LMDB
import Synchronization

/// Merged runs that wait for a commit to store them.
struct MergedRuns: Sendable {
    var replaced: [StreamRun]
    var run: EncodedRun
}

/// At most one merge at a time.
final class StreamMerger: Sendable {
    private enum State: Sendable {
        case idle
        case working
        case ready(MergedRuns)
        case stopped
    }

    private let state = Mutex(State.idle)
    private let queue = DispatchQueue(label: "stream-merger")

    /// The merge that is ready, if one is; it is handed out once.
    func takeResult() -> MergedRuns? {
        state.withLock { state in
            guard case .ready(let merged) = state else { return nil }
            state = .idle
            return merged
        }
    }

    /// Merges runs on another thread, unless a merge is under way or waiting.
    func start(_ runs: [StreamRun], _ index: StreamIndexReader) {
        let isFree = state.withLock { state in
            guard case .idle = state else { return false }
            state = .working
            return true
        }
        guard isFree else { return }
        queue.async { [self] in
            // A merge is work saved up for later: where it fails, the runs stay as they are, and
            // whatever made it fail meets the next reader of them, who can report it.
            let merged: MergedRuns?
            do {
                merged = try index.merge(runs, isWanted: isWanted)
            } catch {
                merged = nil
            }
            state.withLock { state in
                guard case .working = state else { return }
                state = merged.map(State.ready) ?? .idle
            }
        }
    }

    private func isWanted() -> Bool {
        state.withLock { state in
            if case .working = state { true } else { false }
        }
    }

    /// Waits until a merge that is under way is ready.
    func wait() { queue.sync {} }

    /// Ends a merge that is under way and waits until it has let go of the environment.
    func stop() {
        state.withLock { $0 = .stopped }
        queue.sync {}
    }
}

/// The stream index as stored; apart from the log, so that a merge keeps no log open.
struct StreamIndexReader: Sendable {
    let environment: Environment
    let layout: Layout

    /// The runs of the index, in the order of the log.
    func runs(_ transaction: borrowing ReadTransaction) throws -> [StreamRun] {
        var runs: [StreamRun] = []
        try transaction.forEachEntry(layout.streamRuns) { key, value in
            let number = OrderedKey.unsigned64(key, at: 0) ?? 0
            do {
                runs.append(try StreamRun(number: number, decoding: value))
            } catch {
                throw EventLogError.damaged(
                    table: "streamRuns", place: "run \(number)", reason: "\(error)")
            }
            return true
        }
        return runs.sorted { $0.firstPosition < $1.firstPosition }
    }

    /// Gives each piece of a run to `body`, in order.
    func forEachChunk(
        of run: StreamRun, _ transaction: borrowing ReadTransaction,
        _ body: (StreamChunkHeader, Span<UInt8>) throws -> Void
    ) throws {
        var found: UInt64 = 0
        try transaction.forEachEntry(
            layout.streams, from: Layout.chunk(run: run.number, symbol: 0, position: 0)
        ) { key, bytes in
            guard OrderedKey.unsigned64(key, at: 0) == run.number else { return false }
            try body(try run.header(of: bytes, under: key), bytes)
            found += 1
            return true
        }
        guard found == run.chunkCount else {
            throw run.damaged("\(found) pieces, expected \(run.chunkCount)")
        }
    }
}

extension StreamRun {
    /// The header of one of its pieces.
    func header(of bytes: Span<UInt8>) throws -> StreamChunkHeader {
        guard let header = StreamChunkHeader(bytes) else { throw damaged("not a piece of it") }
        return header
    }

    /// As ``header(of:)``, checked against the piece's key; not empty.
    func header(of bytes: Span<UInt8>, under key: Span<UInt8>) throws -> StreamChunkHeader {
        let header = try header(of: bytes)
        guard header.isLast(bytes, inKey: key) else {
            throw damaged("a piece under another's key")
        }
        return header
    }

    func damaged(_ reason: String) -> EventLogError {
        .damaged(table: "streams", place: "run \(number)", reason: reason)
    }
}

extension Log {
    var streamIndex: StreamIndexReader {
        StreamIndexReader(environment: environment, layout: layout)
    }

    /// Waits until a merge of the background is ready to be stored; for those who measure.
    package func waitForMerge() { merger.wait() }

    /// Starts a merge in the background where enough runs of a size have gathered.
    func startMergeIfDue() throws {
        let runs = try reading { try streamIndex.runs($0) }
        guard let due = StreamRun.nextMerge(runs) else { return }
        guard runs.count >= StreamRun.patienceCount else {
            return merger.start(Array(due), streamIndex)
        }
        // Processes that append a little and end never get to store a merge of the background.
        guard let merged = try streamIndex.merge(Array(due), isWanted: { true }) else { return }
        try writing { transaction in
            var head = try readHead(transaction.reading)
            try adopt(merged, &head, transaction)
            try write(head, transaction)
        }
    }

    /// Stores a finished merge in place of its runs, where they are still there.
    func adopt(
        _ merged: MergedRuns, _ head: inout StoredHead,
        _ transaction: borrowing WriteTransaction
    ) throws {
        let runs = Set(try streamIndex.runs(transaction.reading))
        guard merged.replaced.allSatisfy({ runs.contains($0) }) else { return }
        for run in merged.replaced {
            let keys = try streamIndex.keys(of: run, transaction.reading)
            for key in keys { _ = try transaction.remove(layout.streams, key) }
            _ = try remove(OrderedKey(run.number), .streamRuns, &head, transaction)
        }
        try write(merged.run, &head, transaction)
    }
}

extension StreamChunkHeader {
    /// Appends the piece's entries, positions counted from `base`.
    func appendEntries(
        to entries: inout [UInt64], base: UInt64, _ bytes: Span<UInt8>
    ) throws {
        var start = 0
        for index in 0..<symbolCount {
            let symbol = symbol(index, bytes)
            let end = end(index, bytes)
            guard start <= end, end <= entryCount else {
                throw EventLogError.damaged(
                    table: "streams", place: "symbol \(symbol)", reason: "impossible extent")
            }
            for place in start..<end {
                let position = position(place, bytes)
                guard position >= base, let relative = UInt32(exactly: position - base) else {
                    throw EventLogError.damaged(
                        table: "streams", place: "symbol \(symbol)",
                        reason: "a position outside the run")
                }
                entries.append(StreamEntry.pack(symbol, relative))
            }
            start = end
        }
    }
}
