// One batch, one transaction: events, indexes, rejects, the source's numbers and new names
// become durable together or not at all.

import Digests
import Events
import LMDB

/// A pending event in the log's own terms.
private struct Candidate {
    let event: Event
    /// The bytes to store.
    let value: [UInt8]
    let hash: UInt64
}

private enum Verdict {
    case new
    case duplicate
    /// In words: what holds the id already.
    case conflict(with: String)
}

extension Log {
    func commit(
        _ batch: AppendBatch, of source: SourceDescription, after progress: SourceProgress,
        _ symbols: inout SymbolMap
    ) throws -> AppendResult {
        let key = try Layout.source(source)
        let (result, names, first) = try writing { transaction in
            let head = try readHead(transaction.reading)
            if let expected = batch.expectedHead, expected != head.position {
                throw EventLogError.headMoved(expected: expected, actual: head.position)
            }
            let stored = try storedProgress(key, transaction.reading)
            let through = stored?.recordsReadThrough ?? 0
            guard through == progress.recordsReadThrough else {
                throw EventLogError.sourceMoved(
                    file: source.fileName, expected: progress.recordsReadThrough,
                    actual: through)
            }
            var names = GrowingDictionary(base: try refreshedDictionary(transaction.reading))
            let candidates = translate(batch, &symbols, &names)
            let order = candidates.indices.sorted {
                (candidates[$0].hash, $0) < (candidates[$1].hash, $1)
            }
            let verdicts = try judge(candidates, order, batch, transaction.reading)
            let positions = try write(candidates, verdicts, order, head, transaction)
            try write(names.added, from: names.base.count, transaction)
            let rejects = batch.rejects + conflicts(candidates, verdicts, batch, source)
            for reject in rejects {
                let place = Layout.reject(key, record: reject.record)
                try transaction.put(layout.rejects, place, reject.encoded.span)
            }
            let next = advance(
                stored ?? SourceProgress(source: source), source, batch, verdicts)
            try transaction.put(layout.sources, key, next.encoded.span)
            let counts = (stored?.counts ?? RecordCounts())
            let result = AppendResult(
                accepted: next.counts.accepted - counts.accepted,
                duplicates: next.counts.duplicates - counts.duplicates,
                conflicts: rejects.count - batch.rejects.count,
                head: positions.last ?? head.position, progress: next)
            return (result, names.added, names.base.count)
        }
        try learn(names, from: first)
        return result
    }

    private func translate(
        _ batch: AppendBatch, _ symbols: inout SymbolMap, _ names: inout GrowingDictionary
    ) -> [Candidate] {
        symbols.prepare(for: batch.interner)
        var candidates: [Candidate] = []
        candidates.reserveCapacity(batch.events.count)
        for pending in batch.events {
            let event = pending.event.mapSymbols {
                symbols.target(of: $0, batch.interner, &names)
            }
            let hash = identityHash(names.string(event.source.symbol), event.key)
            candidates.append(
                Candidate(
                    event: event, value: Layout.value(event, recordedAt: batch.recordedAt),
                    hash: hash))
        }
        return candidates
    }

    /// The address of an event's id in the index.
    func identityHash(_ source: String, _ key: String) -> UInt64 {
        var hash = StableHash()
        hash.combine(source)
        hash.combine(key)
        return hash.value & options.identityHashMask
    }

    /// Decides for each candidate, in the order of the batch where hashes are equal: the first
    /// event with an id is the one that stays.
    private func judge(
        _ candidates: [Candidate], _ order: [Int], _ batch: AppendBatch,
        _ transaction: borrowing ReadTransaction
    ) throws -> [Verdict] {
        var verdicts = [Verdict](repeating: .new, count: candidates.count)
        try transaction.withCursor(layout.ids) { cursor in
            var groupStart = 0
            while groupStart < order.count {
                let hash = candidates[order[groupStart]].hash
                var groupEnd = groupStart + 1
                while groupEnd < order.count, candidates[order[groupEnd]].hash == hash {
                    groupEnd += 1
                }
                let stored = try positions(withHash: hash, &cursor)
                for place in groupStart..<groupEnd {
                    let index = order[place]
                    verdicts[index] =
                        try judge(candidates[index], against: stored, transaction)
                        ?? judge(
                            candidates[index], among: order[groupStart..<place], candidates,
                            batch)
                }
                groupStart = groupEnd
            }
        }
        return verdicts
    }

    private func positions(
        withHash hash: UInt64, _ cursor: inout Cursor
    ) throws -> [LogPosition] {
        var found: [LogPosition] = []
        var isThere = try cursor.move(to: .atOrAfter(Layout.identity(hash, .beforeFirst)))
        while isThere {
            let position = try cursor.withEntry { key, _ in
                OrderedKey.unsigned64(key, at: 0) == hash
                    ? OrderedKey.unsigned64(key, at: 8) : nil
            }
            guard let position else { break }
            found.append(LogPosition(position))
            isThere = try cursor.move(to: .next)
        }
        return found
    }

    private func judge(
        _ candidate: Candidate, against stored: [LogPosition],
        _ transaction: borrowing ReadTransaction
    ) throws -> Verdict? {
        for position in stored {
            let isSame = try transaction.withValue(layout.events, Layout.event(position)) {
                hasSameContent(candidate.value.span, $0)
            }
            if isSame == true { return .duplicate }
            let other = try storedEvent(position, transaction).event
            if hasSameID(candidate.event, other) {
                return .conflict(with: "the event at position \(position)")
            }
        }
        return nil
    }

    /// The first one with the same id decides. It is a new event: were its id in the log
    /// already, so would be the candidate's, and that was looked at before.
    private func judge(
        _ candidate: Candidate, among earlier: ArraySlice<Int>, _ candidates: [Candidate],
        _ batch: AppendBatch
    ) -> Verdict {
        for index in earlier {
            let other = candidates[index]
            if hasSameContent(candidate.value.span, other.value.span) { return .duplicate }
            if hasSameID(candidate.event, other.event) {
                return .conflict(with: "record \(batch.events[index].record) of the same file")
            }
        }
        return .new
    }

    /// Byte for byte, the time of recording left out: both are encoded with the log's symbols.
    private func hasSameContent(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
        guard left.count == right.count else { return false }
        for index in Layout.recordedAtByteCount..<max(Layout.recordedAtByteCount, left.count)
        where left[index] != right[index] { return false }
        return true
    }

    private func hasSameID(_ left: Event, _ right: Event) -> Bool {
        left.source == right.source && left.key.utf8.elementsEqual(right.key.utf8)
    }
}

extension Log {
    /// Writes the new events behind the head, their index entries in the order of each index,
    /// and the new head. Sorted entries touch each page of a tree once.
    private func write(
        _ candidates: [Candidate], _ verdicts: [Verdict], _ order: [Int], _ head: StoredHead,
        _ transaction: borrowing WriteTransaction
    ) throws -> [LogPosition] {
        var head = head
        var hasher = SHA256()
        var accepted: [Int] = []
        var positions: [LogPosition] = []
        var positionByIndex = [LogPosition](repeating: .beforeFirst, count: candidates.count)
        for index in candidates.indices {
            guard case .new = verdicts[index] else { continue }
            let position = head.position.next
            let value = candidates[index].value
            try transaction.append(layout.events, Layout.event(position), value.span)
            head.hash = Layout.chain(&hasher, head.hash, position, value.span)
            head.position = position
            accepted.append(index)
            positions.append(position)
            positionByIndex[index] = position
        }
        let nothing: [UInt8] = []
        for index in order where positionByIndex[index] > .beforeFirst {
            let key = Layout.identity(candidates[index].hash, positionByIndex[index])
            try transaction.put(layout.ids, key, nothing.span)
        }
        let byCustomer = accepted.filter { candidates[$0].event.customer.isKnown }.sorted {
            (candidates[$0].event.customer.symbol, $0)
                < (candidates[$1].event.customer.symbol, $1)
        }
        for index in byCustomer {
            let key = Layout.customer(
                candidates[index].event.customer, positionByIndex[index])
            try transaction.put(layout.customers, key, nothing.span)
        }
        let byTime = accepted.sorted {
            (candidates[$0].event.at, $0) < (candidates[$1].event.at, $1)
        }
        for index in byTime {
            let key = Layout.time(candidates[index].event.at, positionByIndex[index])
            try transaction.put(layout.times, key, nothing.span)
        }
        try transaction.put(layout.meta, Layout.headKey, head.bytes.span)
        return positions
    }

    private func write(
        _ names: [String], from first: Int, _ transaction: borrowing WriteTransaction
    ) throws {
        guard !names.isEmpty else { return }
        let stored = try transaction.reading.bytes(layout.meta, Layout.namesKey) ?? []
        var hash = Digest(bytes: stored) ?? .zero
        for (offset, name) in names.enumerated() {
            let key = Layout.symbol(UInt32(first + offset))
            try transaction.append(layout.dictionary, key, Array(name.utf8).span)
            hash = StoredHead.namesHash(after: hash, name)
        }
        try transaction.put(layout.meta, Layout.namesKey, hash.bytes.span)
    }

    private func conflicts(
        _ candidates: [Candidate], _ verdicts: [Verdict], _ batch: AppendBatch,
        _ source: SourceDescription
    ) -> [RejectedRecord] {
        var rejects: [RejectedRecord] = []
        for index in candidates.indices {
            guard case .conflict(let other) = verdicts[index] else { continue }
            rejects.append(
                .conflict(
                    candidates[index].event, of: batch.events[index], in: source, with: other))
        }
        return rejects
    }

    /// The source's numbers after the batch.
    private func advance(
        _ progress: SourceProgress, _ source: SourceDescription, _ batch: AppendBatch,
        _ verdicts: [Verdict]
    ) -> SourceProgress {
        var next = progress
        next.source = source
        var counts = RecordCounts(leftOut: batch.leftOut, rejected: batch.rejects.count)
        for verdict in verdicts {
            switch verdict {
            case .new: counts.accepted += 1
            case .duplicate: counts.duplicates += 1
            case .conflict: counts.rejected += 1
            }
        }
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
