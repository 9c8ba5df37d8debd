// Taking in one file: a session knows how far it is, and keeps the map from the reader's symbols
// to the log's, so that a name is looked up once and not for every event.

import Events
import LMDB

/// The appending of one file's records, batch after batch. Used by one thread at a time.
package final class AppendSession {
    package let log: Log
    package let source: SourceDescription
    /// The source's numbers as of the last commit; where a run that was stopped goes on.
    package private(set) var progress: SourceProgress
    private var symbols = SymbolMap()

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
        batch.checkRecords(after: progress.recordsReadThrough)
        // Out of here while it is changed, so that nothing is copied; a commit that fails leaves
        // a map to be filled anew, since its names may not be the log's.
        var updated = symbols
        symbols = SymbolMap()
        let result = try log.commit(batch, of: source, after: progress, &updated)
        symbols = updated
        progress = result.progress
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
    /// Each record between the last one known and the batch's last is accounted for.
    fileprivate func checkRecords(after last: Int) {
        let read = recordsReadThrough - last
        precondition(
            leftOut >= 0 && eventCount + rejects.count + leftOut == read,
            "\(eventCount) events + \(rejects.count) rejects + \(leftOut) left out is not "
                + "\(read) records read")
        var previous = last
        for record in columns?.records ?? events.map(\.record) {
            precondition(
                record > previous && record <= recordsReadThrough,
                "record \(record) after \(previous), through \(recordsReadThrough)")
            previous = record
        }
        previous = last
        for reject in rejects {
            precondition(
                reject.record > previous && reject.record <= recordsReadThrough,
                "reject \(reject.record) after \(previous), through \(recordsReadThrough)")
            previous = reject.record
        }
    }
}
