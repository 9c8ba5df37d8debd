// One customer's or one issue's events, by the stream index.

package import Events
import LMDB
import Synchronization

extension Log {
    /// Gives one customer's events to `body`, in the order of the log, until it returns false.
    /// - Complexity: O(runs + events of the customer + tail).
    package func forEachEvent(
        of customer: CustomerID, through end: LogPosition? = nil,
        _ body: (RecordedEvent) throws -> Bool
    ) throws {
        try forEachEvent(
            ofStream: customer.symbol, through: end, isInside: { $0.customer == customer }, body)
    }

    /// Gives the events of an issue that its source names to `body`, in the order of the log,
    /// until it returns false.
    package func forEachEvent(
        of issue: IssueID, through end: LogPosition? = nil,
        _ body: (RecordedEvent) throws -> Bool
    ) throws {
        try forEachEvent(
            ofStream: issue.symbol, through: end, isInside: { $0.issue == issue }, body)
    }

    /// The position of a customer's last event; zero where there is none.
    /// - Parameter customer: the id, as the log has it.
    package func streamHead(ofCustomer customer: String) throws -> LogPosition {
        try reading { transaction in
            let names = try refreshedDictionary(transaction, isForLookUp: true)
            return try streamHead(names.symbol(of: customer), transaction)
        }
    }

    func streamHead(
        _ symbol: Symbol?, _ transaction: borrowing ReadTransaction
    ) throws -> LogPosition {
        guard let symbol, !symbol.isNone else { return .beforeFirst }
        let head = try readHead(transaction)
        // A symbol may name an issue as well as a customer; only the latter counts here.
        for position in try positions(of: symbol, head, transaction).reversed() {
            let event = try storedEvent(position, head, transaction).event
            if event.customer.symbol == symbol { return position }
        }
        return .beforeFirst
    }

    private func forEachEvent(
        ofStream symbol: Symbol, through end: LogPosition?, isInside: (Event) -> Bool,
        _ body: (RecordedEvent) throws -> Bool
    ) throws {
        guard !symbol.isNone else { return }
        let last = end ?? LogPosition(.max)
        // Events of one stream are few: one transaction reads them where they fit a page.
        var rest: [LogPosition] = []
        let page = try reading { transaction in
            let head = try readHead(transaction)
            let all = try positions(of: symbol, head, transaction).filter { $0 <= last }
            rest = Array(all.dropFirst(Log.pageSize))
            return try storedEvents(all.prefix(Log.pageSize), head, transaction)
        }
        for event in page where isInside(event.event) {
            guard try body(event) else { return }
        }
        try forEachEvent(at: rest) { isInside($0.event) ? try body($0) : true }
    }

    /// Where the events of a stream are, in rising order.
    private func positions(
        of symbol: Symbol, _ head: StoredHead, _ transaction: borrowing ReadTransaction
    ) throws -> [LogPosition] {
        var found: [LogPosition] = []
        let runs = try streamRuns(head, transaction)
        try transaction.withCursor(layout.streams) { cursor in
            // Every run's piece lies elsewhere: they are fetched together.
            let pieces = try runs.map { run in
                try piece(of: run, holding: symbol.rawValue, &cursor)
            }
            for piece in pieces {
                guard let piece else { continue }
                transaction.withEntry(at: piece) { key, bytes in
                    let last = OrderedKey.unsigned32(key, at: 8) ?? symbol.rawValue
                    StreamChunkHeader(bytes)?.prefetch(symbol.rawValue, last: last, bytes)
                }
            }
            for (run, piece) in zip(runs, pieces) {
                guard let piece else { continue }
                let isMore = try transaction.withEntry(at: piece) { _, bytes in
                    try appendPositions(of: symbol.rawValue, in: run, bytes, to: &found)
                }
                if isMore {
                    try appendLaterPositions(of: symbol.rawValue, in: run, to: &found, &cursor)
                }
            }
        }
        let tail = try tail(head, transaction)
        return found + tail.positions(of: symbol, through: head.position)
    }

    /// The runs of the index. They are read once, and again where a commit has changed them, which
    /// never goes without a new run.
    private func streamRuns(
        _ head: StoredHead, _ transaction: borrowing ReadTransaction
    ) throws -> [StreamRun] {
        try knownRuns.withLock { known in
            if let known, known.nextRun == head.nextRun { return known.runs }
            let runs = try streamIndex.runs(transaction)
            known = (head.nextRun, runs)
            return runs
        }
    }

    /// The first piece of a run that may hold a symbol.
    private func piece(
        of run: StreamRun, holding symbol: UInt32, _ cursor: inout Cursor
    ) throws -> EntryPlace? {
        let key = Layout.chunk(run: run.number, symbol: symbol, position: 0)
        guard try cursor.move(to: .atOrAfter(key)) else { return nil }
        return try cursor.withEntry { key, bytes in
            guard OrderedKey.unsigned64(key, at: 0) == run.number else { return nil }
            RawBytes.prefetch(bytes, at: 0)
            return try cursor.place()
        }
    }

    /// Appends what a piece has of a symbol, and says whether the next one may have more.
    private func appendPositions(
        of symbol: UInt32, in run: StreamRun, _ bytes: Span<UInt8>,
        to found: inout [LogPosition]
    ) throws -> Bool {
        let header = try run.header(of: bytes)
        guard let range = try header.range(of: symbol, bytes) else { return false }
        for index in range {
            let position = LogPosition(header.position(index, bytes))
            // A symbol that is customer and issue of one event is listed twice.
            if found.last != position { found.append(position) }
        }
        // It goes on in the next piece only where it ends this one.
        return range.upperBound == header.entryCount
    }

    /// Appends what the pieces behind the first one have of a symbol.
    private func appendLaterPositions(
        of symbol: UInt32, in run: StreamRun, to found: inout [LogPosition],
        _ cursor: inout Cursor
    ) throws {
        let key = Layout.chunk(run: run.number, symbol: symbol, position: 0)
        guard try cursor.move(to: .atOrAfter(key)) else { return }
        var isMore = true
        while isMore, try cursor.move(to: .next) {
            isMore = try cursor.withEntry { key, bytes in
                guard OrderedKey.unsigned64(key, at: 0) == run.number else { return false }
                return try appendPositions(of: symbol, in: run, bytes, to: &found)
            }
        }
    }
}
