// One batch, one transaction: events, indexes, rejects, the source's numbers and new names become
// durable together or not at all.

import Digests
import Events
import LMDB
import Synchronization

extension Log {
    /// Appends a planned batch in one transaction.
    func commit(
        _ plan: AppendPlan, of source: SourceDescription, after progress: SourceProgress
    ) throws -> AppendResult {
        do {
            return try tryCommit(plan, of: source, after: progress)
        } catch {
            // What was planned since counts on this.
            planner.withLock { $0.undo(self) }
            throw error
        }
    }

    private func tryCommit(
        _ plan: AppendPlan, of source: SourceDescription, after progress: SourceProgress
    ) throws -> AppendResult {
        let batch = plan.batch
        batch.checkRecords(after: progress.recordsReadThrough)
        let key = try Layout.source(source)
        try settle()
        let merged = merger.takeResult()
        let (result, head, plan) = try writing { transaction in
            var head = try readHead(transaction.reading)
            try checkExpectations(batch, source, progress, key, head, transaction.reading)
            let plan = try current(plan, of: source, head, transaction.reading)
            if let names = plan.names {
                let first = Layout.symbol(UInt32(head.nameCount + 1))
                try transaction.append(layout.dictionary, first, names.span)
            }
            try write(plan.events, behind: plan.base, &head, transaction)
            head.end = plan.end
            for record in batch.retried {
                guard
                    try remove(
                        Layout.reject(key, record: record), .rejects, &head, transaction)
                else {
                    throw EventLogError.notRejected(file: source.fileName, record: record)
                }
            }
            for reject in plan.rejects {
                let place = Layout.reject(key, record: reject.record)
                try put(reject.encoded, place, .rejects, &head, transaction)
            }
            let next = Log.advance(progress, source, plan)
            try put(next.encoded, key, .sources, &head, transaction)
            if let merged { try adopt(merged, &head, transaction) }
            try write(head, transaction)
            let result = AppendResult(
                accepted: plan.accepted,
                duplicates: next.counts.duplicates - progress.counts.duplicates,
                conflicts: plan.fates.conflicting, head: head.position, progress: next)
            return (result, head, plan)
        }
        lastCommittedPlan.store(plan.number, ordering: .releasing)
        committed(head, sealed: !plan.events.blocks.isEmpty)
        return result
    }

    /// The plan, or another where the log does not end where it counts on.
    private func current(
        _ plan: AppendPlan, of source: SourceDescription, _ head: StoredHead,
        _ transaction: borrowing ReadTransaction
    ) throws -> AppendPlan {
        guard plan.base != head.end else { return plan }
        return try planner.withLock {
            try $0.planAnew(plan.batch, of: source, self, head, transaction)
        }
    }

    private func checkExpectations(
        _ batch: AppendBatch, _ source: SourceDescription, _ progress: SourceProgress,
        _ key: OrderedKey, _ head: StoredHead, _ transaction: borrowing ReadTransaction
    ) throws {
        if let expected = batch.expectedHead, expected != head.position {
            throw EventLogError.headMoved(expected: expected, actual: head.position)
        }
        if let expected = batch.expectedStream {
            let names = try refreshedDictionary(transaction, isForLookUp: true)
            let actual = try streamHead(names.symbol(of: expected.customer), transaction)
            guard actual == expected.head else {
                throw EventLogError.streamMoved(expected: expected.head, actual: actual)
            }
        }
        let through = try storedProgress(key, transaction)?.recordsReadThrough ?? 0
        guard through == progress.recordsReadThrough else {
            throw EventLogError.sourceMoved(
                file: source.fileName, expected: progress.recordsReadThrough, actual: through)
        }
    }

    /// The source's numbers after the batch.
    private static func advance(
        _ progress: SourceProgress, _ source: SourceDescription, _ plan: AppendPlan
    ) -> SourceProgress {
        let batch = plan.batch
        var next = progress
        next.source = source
        var counts = RecordCounts(leftOut: batch.leftOut)
        counts.accepted = plan.fates.accepted
        counts.rejected = plan.rejects.count - batch.retried.count
        counts.duplicates = plan.fates.duplicates
        counts.read = batch.recordsReadThrough - progress.recordsReadThrough
        next.counts = progress.counts + counts
        next.eventCount += plan.accepted
        next.recordsReadThrough = batch.recordsReadThrough
        next.isComplete = batch.isFileComplete || !batch.retried.isEmpty && progress.isComplete
        next.add(warnings: batch.warnings)
        next.add(notes: batch.notes)
        next.firstRecordedAt = progress.firstRecordedAt ?? batch.recordedAt
        next.lastRecordedAt = batch.recordedAt
        precondition(
            next.contradictions.isEmpty,
            "\(source.fileName): \(next.contradictions.joined(separator: "; "))")
        return next
    }
}

// MARK: - Small writes

extension Log {
    func write(_ head: StoredHead, _ transaction: borrowing WriteTransaction) throws {
        try transaction.put(layout.meta, Layout.headKey, head.bytes.span)
    }

    /// Writes an entry of a small table, and keeps the head's digest of the table in step.
    func put(
        _ value: [UInt8], _ key: OrderedKey, _ name: DigestedTable, _ head: inout StoredHead,
        _ transaction: borrowing WriteTransaction
    ) throws {
        let table = layout.table(name)
        try forget(key, name, &head, transaction.reading)
        head.digests[name.rawValue].insert(key.bytes.span, value.span)
        try transaction.put(table, key, value.span)
    }

    /// Removes an entry of a small table, and says whether there was one.
    func remove(
        _ key: OrderedKey, _ name: DigestedTable, _ head: inout StoredHead,
        _ transaction: borrowing WriteTransaction
    ) throws -> Bool {
        try forget(key, name, &head, transaction.reading)
        return try transaction.remove(layout.table(name), key)
    }

    private func forget(
        _ key: OrderedKey, _ name: DigestedTable, _ head: inout StoredHead,
        _ transaction: borrowing ReadTransaction
    ) throws {
        var digest = head.digests[name.rawValue]
        _ = try transaction.withValue(layout.table(name), key) { old in
            digest.remove(key.bytes.span, old)
        }
        head.digests[name.rawValue] = digest
    }

    /// What is done after a commit, outside its transaction. The events are in the log whatever
    /// happens here, so nothing is thrown; the next append does it again first, and throws.
    private func committed(_ head: StoredHead, sealed: Bool) {
        let isDone: Bool
        do {
            try headFile.write(head, isDurable: sealed)
            if sealed { try startMergeIfDue() }
            isDone = true
        } catch {
            isDone = false
        }
        isSettled.withLock { $0 = isDone }
    }

    /// Does what could not be done after a commit. Whoever appends calls it at the end, so that a
    /// head file that could not be written is not passed over in silence.
    /// - Throws: where it cannot be done now either; what was acknowledged is in the log.
    package func settle() throws {
        guard !isSettled.withLock({ $0 }) else { return }
        try translatingStorageErrors {
            try headFile.write(try reading { try readHead($0) }, isDurable: true)
            try startMergeIfDue()
        }
        isSettled.withLock { $0 = true }
    }
}
