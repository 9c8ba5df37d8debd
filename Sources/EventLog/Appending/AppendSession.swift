// Taking in one file: a session knows how far it is, and keeps the map from the reader's symbols
// to the log's, so that a name is looked up once and not for every event.

import Dispatch
import Events
import LMDB
import Synchronization

/// The appending of one file's records, batch after batch. Used by one thread at a time.
package final class AppendSession {
    package let log: Log
    package let source: SourceDescription
    /// The source's numbers as of the last commit; where a run that was stopped goes on.
    package fileprivate(set) var progress: SourceProgress
    private var symbols = SessionSymbols()

    init(log: Log, source: SourceDescription, progress: SourceProgress) {
        self.log = log
        self.source = source
        self.progress = progress
    }

    /// Appends a batch durably in one transaction, or throws and leaves the log as it was.
    ///
    /// - Precondition: the batch accounts for each record from the last one of ``progress``
    ///   through its own last, once, and its events are in the order of their records.
    /// - Throws: ``EventLogError/headMoved(expected:actual:)`` where the batch names another
    ///   head; ``EventLogError/sourceMoved(file:expected:actual:)`` where another session has
    ///   gone on with this file.
    package func append(_ batch: AppendBatch) throws -> AppendResult {
        let result = try log.commit(try plan(batch), of: source, after: progress)
        progress = result.progress
        return result
    }

    fileprivate func plan(_ batch: AppendBatch) throws -> AppendPlan {
        try log.planner.withLock { try $0.plan(behindAllOf: log, batch, of: source, &symbols) }
    }
}

/// A session's batches, each planned while the one before is being written: a commit is mostly
/// waiting for the disk.
///
/// Batches become durable one after the other, in their order, and each is acknowledged when it
/// is: by the result of the next call. Used by one thread at a time; end with ``finish()``.
package final class AppendPipeline {
    package let session: AppendSession
    private let queue = DispatchQueue(label: "append-pipeline")
    private var underway: Underway?

    /// A commit on its way, and what comes of it.
    private final class Underway: Sendable {
        let outcome = Mutex<Result<AppendResult, any Error>?>(nil)
        let group = DispatchGroup()
    }

    package init(_ session: AppendSession) { self.session = session }

    /// A commit that was begun is not left behind.
    deinit { underway?.group.wait() }

    /// Plans a batch, waits until the one before is durable, and begins to write this one.
    /// - Returns: what came of the batch before; `nil` at the first.
    /// - Throws: as ``AppendSession/append(_:)``: what the batch before met, in which case this
    ///   one is not begun.
    package func append(_ batch: AppendBatch) throws -> AppendResult? {
        let plan = try session.plan(batch)
        let result = try finish()
        let (log, source, progress) = (session.log, session.source, session.progress)
        let next = Underway()
        underway = next
        queue.async(group: next.group) {
            let outcome = Result { try log.commit(plan, of: source, after: progress) }
            next.outcome.withLock { $0 = outcome }
        }
        return result
    }

    /// Waits until everything is durable.
    /// - Returns: what came of the last batch; `nil` where that is known already.
    package func finish() throws -> AppendResult? {
        guard let last = underway else { return nil }
        underway = nil
        last.group.wait()
        let result = try last.outcome.withLock { $0 }?.get()
        if let result { session.progress = result.progress }
        return result
    }
}

extension Log {
    /// Begins or resumes the appending of a file.
    ///
    /// Look at the session's `progress`: records through `recordsReadThrough` are in the log
    /// already, and all of them if it `isComplete`.
    package func beginAppend(_ source: SourceDescription) throws -> AppendSession {
        guard isWritable else { throw EventLogError.readOnly(path: directory) }
        let key = try Layout.source(source)
        let stored = try reading { try storedProgress(key, $0) }
        return AppendSession(
            log: self, source: source, progress: stored ?? SourceProgress(source: source))
    }

    /// Appends a single batch; for several of one file, use a session.
    package func append(
        _ batch: AppendBatch, of source: SourceDescription
    ) throws -> AppendResult {
        try beginAppend(source).append(batch)
    }
}

extension AppendBatch {
    /// Number of each event's record.
    func eventRecord(_ row: Int) -> Int { columns?.records[row] ?? events[row].record }

    /// How many records the events come from.
    private var recordCount: Int {
        var count = 0
        var previous: Int?
        for row in 0..<eventCount {
            let record = eventRecord(row)
            if record != previous { count += 1 }
            previous = record
        }
        return count
    }

    /// Each record between the last one known and the batch's last is accounted for, or each one
    /// that is tried again.
    func checkRecords(after last: Int) {
        let read = retried.isEmpty ? recordsReadThrough - last : retried.count
        let recordCount = recordCount
        precondition(
            leftOut >= 0 && recordCount + rejects.count + leftOut == read,
            "\(recordCount) with events + \(rejects.count) rejects + \(leftOut) left out is not "
                + "\(read) records read")
        precondition(
            retried.isEmpty || recordsReadThrough == last,
            "records tried again, and others through \(recordsReadThrough) after \(last)")
        let first = retried.first ?? last + 1
        var previous = first
        for row in 0..<eventCount {
            let record = eventRecord(row)
            precondition(
                record >= previous && record <= recordsReadThrough,
                "record \(record) after \(previous), through \(recordsReadThrough)")
            previous = record
        }
        previous = first - 1
        for reject in rejects {
            precondition(
                reject.record > previous && reject.record <= recordsReadThrough,
                "reject \(reject.record) after \(previous), through \(recordsReadThrough)")
            previous = reject.record
        }
    }
}
