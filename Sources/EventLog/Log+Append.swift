// One batch, one transaction: events, indexes, rejects, the source's numbers and new names become
// durable together or not at all.

import Digests
import Events
import LMDB
import Synchronization

extension Log {
    /// Appends a prepared batch in one transaction.
    func commit(
        _ prepared: PreparedBatch, of source: SourceDescription, after progress: SourceProgress
    ) throws -> AppendResult {
        do {
            return try tryCommit(prepared, of: source, after: progress)
        } catch {
            // What was made ready since counts on names that did not reach the log.
            if !prepared.addedNames.isEmpty { names.withLock { $0.forget() } }
            throw error
        }
    }

    private func tryCommit(
        _ prepared: PreparedBatch, of source: SourceDescription, after progress: SourceProgress
    ) throws -> AppendResult {
        let batch = prepared.batch
        batch.checkRecords(after: progress.recordsReadThrough)
        let key = try Layout.source(source)
        try settle()
        let merged = merger.takeResult()
        let (result, head, sealed) = try writer.withLock { state in
            let (kept, result, head, sealed) = try writing { transaction in
                var head = try readHead(transaction.reading)
                let sealedBefore = head.sealedThrough
                try checkExpectations(batch, source, progress, key, head, transaction.reading)
                var identities = try state.take(self, head, transaction.reading)
                let current = try current(prepared, head, transaction.reading)
                let (rejects, accepted) = try appendEvents(
                    current, of: source, &identities, &head, transaction)
                try write(current.addedNames, &head, transaction)
                for reject in rejects {
                    let place = Layout.reject(key, record: reject.record)
                    try put(reject.encoded, place, .rejects, &head, transaction)
                }
                let next = Log.advance(
                    progress, source, batch, accepted: accepted,
                    conflicts: rejects.count - batch.rejects.count)
                try put(next.encoded, key, .sources, &head, transaction)
                if let merged { try adopt(merged, &head, transaction) }
                try write(head, transaction)
                return (
                    identities,
                    AppendResult(
                        accepted: accepted,
                        duplicates: next.counts.duplicates - progress.counts.duplicates,
                        conflicts: rejects.count - batch.rejects.count, head: head.position,
                        progress: next), head, head.sealedThrough > sealedBefore
                )
            }
            state.keep(kept)
            return (result, head, sealed)
        }
        committed(head, sealed: sealed)
        return result
    }

    /// The batch as it was prepared, or prepared anew where the log's names are not those that
    /// it counted on.
    private func current(
        _ prepared: PreparedBatch, _ head: StoredHead, _ transaction: borrowing ReadTransaction
    ) throws -> PreparedBatch {
        try names.withLock { book in
            if prepared.generation == book.generation, prepared.nameCount == head.nameCount + 1 {
                return prepared
            }
            return try book.prepareAnew(prepared.batch, self, head, transaction)
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
            let names = try refreshedDictionary(transaction)
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
        guard
            head.position.rawValue + UInt64(batch.eventCount) <= IdentityTable.greatestPosition
        else { throw EventLogError.full(limit: IdentityTable.greatestPosition) }
    }

    /// Appends what is new of the batch's events; returns the rejects, conflicts among them, and
    /// how many events were new.
    private func appendEvents(
        _ prepared: PreparedBatch, of source: SourceDescription,
        _ identities: inout IdentityIndex, _ head: inout StoredHead,
        _ transaction: borrowing WriteTransaction
    ) throws -> (rejects: [RejectedRecord], accepted: Int) {
        let batch = prepared.batch
        var incoming = prepared.incoming
        guard incoming.count > 0 else { return (batch.rejects, 0) }
        let judge = IdentityJudge(self, head, incoming.columns, erased: identities.erased)
        let judgement = try judge.judge(prepared.hashes, identities.lanes)
        let rejects =
            try batch.rejects
            + judgement.conflicts.map { row, other in
                RejectedRecord.conflict(
                    try incoming.pending(row), in: source,
                    with: Log.place(other, head, incoming, judgement))
            }
        let accepted = judgement.accepted
        if accepted.count < incoming.count { incoming.keep(accepted) }
        if !accepted.isEmpty {
            let first = head.position.next
            try write(incoming.columns, &head, transaction)
            identities.cover(incoming.columns, from: first)
        }
        return (rejects, accepted.count)
    }

    /// In words, what holds the id of a conflict already.
    private static func place(
        _ position: UInt64, _ head: StoredHead, _ incoming: IncomingEvents, _ judgement: Judgement
    ) -> String {
        guard position > head.position.rawValue else {
            return "the event at position \(position)"
        }
        let row = judgement.accepted[Int(position - head.position.rawValue) - 1]
        return "record \(incoming.record(row)) of the same file"
    }

    /// The source's numbers after the batch.
    private static func advance(
        _ progress: SourceProgress, _ source: SourceDescription, _ batch: AppendBatch,
        accepted: Int, conflicts: Int
    ) -> SourceProgress {
        var next = progress
        next.source = source
        var counts = RecordCounts(leftOut: batch.leftOut)
        counts.accepted = accepted
        counts.rejected = batch.rejects.count + conflicts
        counts.duplicates = batch.eventCount - accepted - conflicts
        counts.read = batch.recordsReadThrough - progress.recordsReadThrough
        next.counts = progress.counts + counts
        next.eventCount += counts.accepted
        next.recordsReadThrough = batch.recordsReadThrough
        next.isComplete = batch.isFileComplete
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
    private func write(
        _ addedNames: [String], _ head: inout StoredHead,
        _ transaction: borrowing WriteTransaction
    ) throws {
        guard !addedNames.isEmpty else { return }
        let first = UInt32(head.nameCount + 1)
        let segment = NameSegment.encode(addedNames[...])
        try transaction.append(layout.dictionary, Layout.symbol(first), segment.span)
        head.nameCount += addedNames.count
        head.namesHash = StoredHead.namesHash(after: head.namesHash, segment.span)
    }

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
