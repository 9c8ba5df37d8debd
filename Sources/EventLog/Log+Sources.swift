// What is kept about each file that was taken in, and the records of it that were refused.

import Events
import LMDB

extension Log {
    /// How far a file was taken in with a mapping; `nil` where it never was.
    /// - Parameters: both are SHA-256 as 64 hexadecimal digits.
    package func progress(fileHash: String, mappingHash: String) throws -> SourceProgress? {
        let key = try Layout.source(fileHash: fileHash, mappingHash: mappingHash)
        return try reading { try storedProgress(key, $0) }
    }

    /// Every source, by file name, then by hashes.
    package func sources() throws -> [SourceProgress] {
        try reading { try storedSources($0).map(\.progress) }
    }

    /// The records refused so far, file by file in the order of ``sources()``, each file's in
    /// the order of its records.
    /// - Parameter limit: the greatest number returned.
    package func rejects(limit: Int = .max) throws -> [RejectedRecord] {
        var rejects: [RejectedRecord] = []
        try forEachReject { reject in
            guard rejects.count < limit else { return false }
            rejects.append(reject)
            return true
        }
        return rejects
    }

    /// Gives the records refused so far to `body`, in the order of ``rejects(limit:)``, until it
    /// returns false.
    package func forEachReject(_ body: (RejectedRecord) throws -> Bool) throws {
        try reading { transaction in
            for (key, _) in try storedSources(transaction) {
                guard try forEachReject(of: key, transaction, body) else { return }
            }
        }
    }

    /// The refused records of one file taken in with one mapping, in the order of its records.
    /// - Parameters: as for ``progress(fileHash:mappingHash:)``.
    package func rejects(fileHash: String, mappingHash: String) throws -> [RejectedRecord] {
        let key = try Layout.source(fileHash: fileHash, mappingHash: mappingHash)
        var rejects: [RejectedRecord] = []
        try reading { transaction in
            _ = try forEachReject(of: key, transaction) { reject in
                rejects.append(reject)
                return true
            }
        }
        return rejects
    }

    /// - Returns: whether `body` wants more.
    private func forEachReject(
        of source: OrderedKey, _ transaction: borrowing ReadTransaction,
        _ body: (RejectedRecord) throws -> Bool
    ) throws -> Bool {
        var isWanted = true
        var number = 0
        try transaction.forEachEntry(layout.rejects, from: source) { place, value in
            guard source.isPrefix(of: place) else { return false }
            let reject = try decoding("rejects", "reject \(number)") {
                () throws(EventFormatError) in try RejectedRecord(decoding: value)
            }
            number += 1
            isWanted = try body(reject)
            return isWanted
        }
        return isWanted
    }

    func storedProgress(
        _ key: OrderedKey, _ transaction: borrowing ReadTransaction
    ) throws -> SourceProgress? {
        try transaction.withValue(layout.sources, key) { value in
            let progress = try decoding("sources", "one source") {
                () throws(EventFormatError) in try SourceProgress(decoding: value)
            }
            if let contradiction = progress.contradictions.first {
                throw EventLogError.damaged(
                    table: "sources", place: progress.source.fileName, reason: contradiction)
            }
            return progress
        }
    }

    func storedSources(
        _ transaction: borrowing ReadTransaction
    ) throws -> [(key: OrderedKey, progress: SourceProgress)] {
        var sources: [(key: OrderedKey, progress: SourceProgress)] = []
        try transaction.forEachEntry(layout.sources) { key, value in
            let progress = try decoding("sources", "source \(sources.count)") {
                () throws(EventFormatError) in
                try SourceProgress(decoding: value)
            }
            sources.append((OrderedKey(bytes: Array(copying: key)), progress))
            return true
        }
        // The table is in the order of hashes, which stays where names are equal.
        let ordered = sources.indices.sorted { left, right in
            let names = (
                sources[left].progress.source.fileName, sources[right].progress.source.fileName
            )
            return names.0 == names.1 ? left < right : names.0 < names.1
        }
        return ordered.map { sources[$0] }
    }

    /// Gives what is wrong with stored bytes its place.
    func decoding<Value>(
        _ table: String, _ place: @autoclosure () -> String,
        _ body: () throws(EventFormatError) -> Value
    ) throws(EventLogError) -> Value {
        do {
            return try body()
        } catch {
            throw .damaged(table: table, place: place(), reason: "\(error)")
        }
    }

    /// As ``decoding(_:_:_:)`` for the rows of a batch.
    func decodingBatch<Value>(
        _ body: () throws(EventFormatError) -> Value
    ) throws(EventLogError) -> Value {
        try decoding("tail", "the batch", body)
    }
}
