// Whether the log is what was written: the chain of hashes, gapless positions, and every index
// against the events. The storage library has no checksums of its own, so this is where a
// changed byte shows.

package import Events
import Digests
import LMDB

/// Something in the store that cannot be what was written.
package struct ChainProblem: Hashable, Sendable, CustomStringConvertible {
    package let table: String
    package let position: LogPosition?
    package let reason: String

    package var description: String {
        let place = position.map { " at position \($0)" } ?? ""
        return "table \"\(table)\"\(place): \(reason)"
    }
}

/// What a verification found.
package struct ChainReport: Hashable, Sendable {
    /// The head that the verification was made through.
    package let head: LogPosition
    package let eventCount: Int
    /// The hash that the store states, and the one its events have.
    package let storedHash: String
    package let computedHash: String
    /// The first ones found, up to ``ChainReport/keptProblems``.
    package let problems: [ChainProblem]
    package let problemCount: Int

    package static let keptProblems = 100

    package var isSound: Bool { problemCount == 0 }
}

extension Log {
    /// Recomputes the chain over the whole log and holds every index against it, as of the
    /// head at the beginning.
    ///
    /// - Parameter progress: called once a page with events done and events in all.
    /// - Complexity: O(events · log events).
    /// - Throws: where the storage fails; damage is reported, not thrown.
    package func verifyChain(
        progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
    ) throws -> ChainReport {
        var verifier = try reading { try LogVerifier(self, $0) }
        var next = LogPosition(1)
        while next <= verifier.head.position {
            next = try reading { try verifier.verifyPage(from: next, self, $0) }
            progress(
                Int(min(next.rawValue - 1, verifier.head.position.rawValue)),
                Int(verifier.head.position.rawValue))
        }
        return verifier.finish()
    }
}

/// The state of a verification between pages.
private struct LogVerifier {
    let head: StoredHead
    private let dictionary: Interner
    /// Entries of the tables at the beginning, of the transaction that saw the head.
    private let identityCount: Int
    private let customerCount: Int
    private let timeCount: Int
    private let storedEventCount: Int
    private var hash = Digest.zero
    private var eventCount = 0
    private var customerEvents = 0
    private var problems: [ChainProblem] = []
    private var problemCount = 0

    init(_ log: Log, _ transaction: borrowing ReadTransaction) throws {
        head = try log.readHead(transaction)
        dictionary = try log.refreshedDictionary(transaction)
        identityCount = try transaction.entryCount(log.layout.ids)
        customerCount = try transaction.entryCount(log.layout.customers)
        timeCount = try transaction.entryCount(log.layout.times)
        storedEventCount = try transaction.entryCount(log.layout.events)
        try verifySources(log, transaction)
        try verifyNames(log, transaction)
    }

    private mutating func verifyNames(
        _ log: Log, _ transaction: borrowing ReadTransaction
    ) throws {
        let stored = try transaction.bytes(log.layout.meta, Layout.namesKey) ?? []
        let computed = (1..<max(1, dictionary.count)).reduce(Digest.zero) {
            StoredHead.namesHash(after: $0, dictionary.string(Symbol(UInt32($1))))
        }
        if (Digest(bytes: stored) ?? .zero) != computed {
            report("dictionary", nil, "a name was changed: the names' hash is \(computed)")
        }
    }

    private mutating func report(_ table: String, _ position: LogPosition?, _ reason: String) {
        problemCount += 1
        guard problems.count < ChainReport.keptProblems else { return }
        problems.append(ChainProblem(table: table, position: position, reason: reason))
    }

    private mutating func verifySources(
        _ log: Log, _ transaction: borrowing ReadTransaction
    ) throws {
        var rejected = 0
        var accepted = 0
        do {
            for (_, progress) in try log.storedSources(transaction) {
                rejected += progress.counts.rejected
                accepted += progress.eventCount
                for contradiction in progress.contradictions {
                    report("sources", nil, "\(progress.source.fileName): \(contradiction)")
                }
            }
        } catch let error as EventLogError {
            report("sources", nil, error.description)
            return
        }
        let stored = try transaction.entryCount(log.layout.rejects)
        if stored != rejected {
            report("rejects", nil, "\(stored) entries, expected \(rejected) by the sources")
        }
        if accepted != Int(head.position.rawValue) {
            report(
                "sources", nil, "\(accepted) events accepted, but the log has \(head.position)")
        }
    }

    /// Verifies up to a page of events, and returns the position to go on from.
    mutating func verifyPage(
        from start: LogPosition, _ log: Log, _ transaction: borrowing ReadTransaction
    ) throws -> LogPosition {
        var hasher = SHA256()
        var expected = start
        var done = 0
        try transaction.forEachEntry(log.layout.events, from: Layout.event(start)) { key, value in
            let raw = OrderedKey.unsigned64(key, at: 0) ?? .max
            guard raw <= head.position.rawValue, done < Log.pageSize else { return false }
            if raw != expected.rawValue {
                report("events", expected, "missing through \(raw - 1)")
            }
            let position = LogPosition(raw)
            hash = Layout.chain(&hasher, hash, position, value)
            try verifyEvent(value, position, log, transaction)
            eventCount += 1
            done += 1
            expected = position.next
            return true
        }
        guard done < Log.pageSize, expected <= head.position else { return expected }
        report("events", expected, "missing through \(head.position)")
        return head.position.next
    }

    private mutating func verifyEvent(
        _ value: Span<UInt8>, _ position: LogPosition, _ log: Log,
        _ transaction: borrowing ReadTransaction
    ) throws {
        let event: Event
        do {
            event = try Layout.recordedEvent(value, at: position).event
        } catch {
            report("events", position, "not an event: \(error)")
            return
        }
        var isNamed = true
        let count = dictionary.count
        _ = event.mapSymbols { symbol in
            if Int(symbol.rawValue) >= count { isNamed = false }
            return symbol
        }
        guard isNamed else {
            report("dictionary", position, "the event uses a symbol that has no name")
            return
        }
        let layout = log.layout
        let identity = log.identityHash(dictionary.string(event.source), event.key)
        if try !transaction.contains(layout.ids, Layout.identity(identity, position)) {
            report("ids", position, "the event's id is missing")
        }
        if try !transaction.contains(layout.times, Layout.time(event.at, position)) {
            report("times", position, "the event's time is missing")
        }
        guard event.customer.isKnown else { return }
        customerEvents += 1
        let key = Layout.customer(event.customer, position)
        if try !transaction.contains(layout.customers, key) {
            report("customers", position, "the event's customer is missing")
        }
    }

    consuming func finish() -> ChainReport {
        let total = Int(head.position.rawValue)
        for (table, found, expected) in [
            ("events", storedEventCount, total), ("ids", identityCount, total),
            ("times", timeCount, total), ("customers", customerCount, customerEvents),
        ] where found != expected {
            report(table, nil, "\(found) entries, expected \(expected)")
        }
        if hash != head.hash {
            report("events", nil, "the events' hash is \(hash), the head's \(head.hash)")
        }
        return ChainReport(
            head: head.position, eventCount: eventCount, storedHash: head.hash.hexadecimal,
            computedHash: hash.hexadecimal, problems: problems, problemCount: problemCount)
    }
}
