// State that was derived from the log, kept beside it in an environment of its own: its churn costs
// the log nothing, and whoever loses it makes it anew from the log. What it is made of is its
// maker's business; here it is columns of whole numbers and a checkpoint that vouches for them.

package import Digests
import Events
import LMDB
import Parallelism

/// Up to where, by which rules and in which form state was derived from a log.
package struct Checkpoint: Hashable, Sendable {
    /// Of the projection: state of another version is made anew.
    package var version: UInt32
    package var mark: LogMark
    /// A hash of everything else that the state depends on.
    package var inputs: Digest

    package init(version: UInt32, mark: LogMark, inputs: Digest) {
        self.version = version
        self.mark = mark
        self.inputs = inputs
    }
}

/// A column of whole numbers on its way into a ``DerivedStore``.
package struct DerivedColumn: Sendable {
    package let name: String
    package let count: Int
    /// The values of some rows.
    let values: @Sendable (Range<Int>) -> [Int64]

    package init(
        _ name: String, count: Int, values: @escaping @Sendable (Range<Int>) -> [Int64]
    ) {
        self.name = name
        self.count = count
        self.values = values
    }
}

/// Stored state that is not what was written: it is to be made anew.
package struct DamagedState: Error, Hashable, CustomStringConvertible {
    package let place: String
    package var description: String { "kept state, \(place), is not what was written" }
}

/// The derived state of one store.
package final class DerivedStore: Sendable {
    /// Rows of a chunk: in one, two or four bytes each, with what stands around them, they fill
    /// whole pages.
    package static let chunkSize = 16_320
    /// Bytes of chunks that one transaction writes, more or less: it holds them in memory.
    private static let batchByteLimit = 64 << 20
    static let folderName = "derived"
    private static let tableNames = ["checkpoints", "columns"]

    private let environment: Environment
    private let checkpoints: Table
    private let columns: Table
    package let isWritable: Bool

    private init(_ environment: Environment, isWritable: Bool) throws {
        self.environment = environment
        self.isWritable = isWritable
        let tables = try environment.tables(named: DerivedStore.tableNames)
        checkpoints = tables[0]
        columns = tables[1]
    }

    /// Opens what is kept beside the log in a store's folder; `nil` where nothing can be kept
    /// there, or another process is at it: whoever asks does without.
    /// - Parameter mayCreate: whether it is made where there is none.
    package static func open(directory: String, mayCreate: Bool) -> DerivedStore? {
        let folder = directory + "/" + folderName
        do {
            if mayCreate { try Folder.create(folder) }
            guard Folder.exists(folder) else { return nil }
            return try open(folder, mayWrite: mayCreate)
        } catch let error as LMDBError {
            guard mayCreate else { return nil }
            // A folder that cannot be written can be read still; what cannot be read is made anew.
            guard [.damaged, .notADatabase, .truncated, .versionMismatch].contains(error.reason)
            else {
                return open(directory: directory, mayCreate: false)
            }
            remove(directory: directory)
            do { return try open(folder, mayWrite: true) } catch { return nil }
        } catch {
            return nil
        }
    }

    private static func open(_ folder: String, mayWrite: Bool) throws -> DerivedStore {
        try DerivedStore(
            try Environment.open(
                path: folder, access: mayWrite ? .readWrite : .readOnly,
                patience: WriterPatience(limitSeconds: 0)),
            isWritable: mayWrite)
    }

    /// Removes what is kept beside the log in a store's folder, as far as that is possible; whoever
    /// reads it meanwhile keeps what they have.
    package static func remove(directory: String) {
        let folder = directory + "/" + folderName
        for name in [Environment.dataFileName, Environment.lockFileName] {
            do { try File.remove(folder + "/" + name) } catch {
                // Another one may have been quicker, or it is not ours to remove: nobody needs it.
                continue
            }
        }
    }

    /// The checkpoint of a projection; `nil` where there is none, or a damaged one.
    package func checkpoint(of projection: String) throws -> Checkpoint? {
        try DerivedStore.findingDamage {
            try environment.withRead { transaction in
                try transaction.withValue(checkpoints, OrderedKey(projection)) {
                    Checkpoint(stored: $0)
                } ?? nil
            }
        }
    }

    /// Bytes on disk of what is kept.
    package func byteCount() throws -> Int {
        try DerivedStore.findingDamage { try environment.statistics().allocatedBytes }
    }

    /// Chunks that are read at once: what comes of them is in memory together.
    private static let readAtOnce = 16

    /// Reads columns chunk by chunk, several chunks at once, and gives what came of each, in order.
    /// - Parameters:
    ///   - count: rows of each of the columns.
    ///   - make: takes the values by column.
    /// - Throws: ``DamagedState``.
    package func readChunks<Part: Sendable>(
        of projection: String, _ names: [String], count: Int,
        _ make: @Sendable (_ columns: [[Int64]]) throws -> Part, take: (Part) -> Void
    ) throws {
        let chunks = (count + DerivedStore.chunkSize - 1) / DerivedStore.chunkSize
        for start in stride(from: 0, to: chunks, by: DerivedStore.readAtOnce) {
            let end = min(start + DerivedStore.readAtOnce, chunks)
            let parts = try inPieces(of: end - start, size: 1) { pieces in
                let chunk = start + pieces.lowerBound
                let rows = min(DerivedStore.chunkSize, count - chunk * DerivedStore.chunkSize)
                let values = try names.map { try numbers(projection, $0, chunk) }
                guard values.allSatisfy({ $0.count == rows }) else {
                    throw DamagedState(place: "\(projection), chunk \(chunk)")
                }
                return try make(values)
            }
            for part in parts { take(part) }
        }
    }

    /// Some values of a column, by their rows.
    /// - Throws: ``DamagedState``, where a row is not there too.
    /// - Complexity: O(chunks that hold them).
    package func numbers(
        of projection: String, _ name: String, at rows: [Int]
    ) throws -> [Int64] {
        var latest: (chunk: Int, values: [Int64]) = (-1, [])
        return try rows.map { row in
            let chunk = row / DerivedStore.chunkSize
            if chunk != latest.chunk {
                latest = (chunk, try numbers(projection, name, chunk))
            }
            let place = row % DerivedStore.chunkSize
            guard row >= 0, place < latest.values.count else {
                throw DamagedState(place: "\(projection) \(name), row \(row)")
            }
            return latest.values[place]
        }
    }

    private func numbers(
        _ projection: String, _ name: String, _ chunk: Int
    ) throws -> [Int64] {
        var values: [Int64] = []
        let isSound = try DerivedStore.findingDamage {
            try environment.withRead { transaction in
                try transaction.withValue(
                    columns, DerivedStore.key(projection, name, chunk)
                ) { DerivedChunk.decode($0, into: &values) } ?? false
            }
        }
        guard isSound else {
            throw DamagedState(
                place: "\(projection) \(name), rows from \(chunk * DerivedStore.chunkSize)")
        }
        return values
    }

    /// What the storage library cannot read is damaged as well.
    private static func findingDamage<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as LMDBError {
            throw DamagedState(place: error.description)
        }
    }

    static func key(_ projection: String, _ name: String, _ chunk: Int) -> OrderedKey {
        var key = OrderedKey(projection + "/" + name + "/")
        key.append(UInt32(chunk))
        return key
    }
}

// MARK: - Writing

extension DerivedStore {
    /// A chunk on its way into the table.
    private struct Work: Sendable {
        var column: Int
        var chunk: Int
    }

    /// Somebody else has begun to replace the same state.
    private struct ClaimLost: Error {}

    /// Puts state in the place of what is there. Chunks that are there already as they are to be
    /// are not written again.
    ///
    /// While it is under way there is no checkpoint: what was interrupted is made anew. Of two at
    /// the same time the later one goes on, and the other one leaves it to that.
    package func replace(
        _ projection: String, _ checkpoint: Checkpoint, _ state: [DerivedColumn]
    ) throws {
        do {
            try replace(projection, checkpoint, state, claim: try SecureRandom.bytes(count: 16))
        } catch is ClaimLost {}
    }

    private func replace(
        _ projection: String, _ checkpoint: Checkpoint, _ state: [DerivedColumn], claim: [UInt8]
    ) throws {
        try translatingStorageErrors {
            try environment.withWrite { transaction in
                _ = try transaction.remove(checkpoints, OrderedKey(projection))
                try transaction.put(checkpoints, DerivedStore.claimKey(projection), claim.span)
            }
            let work = DerivedStore.work(state)
            let perBatch = max(1, DerivedStore.batchByteLimit / (8 * DerivedStore.chunkSize))
            for start in stride(from: 0, to: work.count, by: perBatch) {
                let batch = Array(work[start..<min(start + perBatch, work.count)])
                let chunks = inPieces(of: batch.count, size: 1) { places in
                    DerivedStore.encoded(batch[places.lowerBound], state)
                }
                try write(projection, zip(batch, chunks).map { ($0, $1) }, state, claim)
            }
            try removeOthers(
                projection, Set(work.map { "\(state[$0.column].name)/\($0.chunk)" }), claim)
            try withClaim(claim, projection) { transaction in
                try transaction.put(
                    checkpoints, OrderedKey(projection), checkpoint.bytes.span)
            }
        }
    }

    /// Moves a checkpoint on over events that change nothing of the state; does nothing where
    /// another one stands there.
    /// - Complexity: O(1).
    package func advance(
        _ projection: String, from old: Checkpoint, to new: Checkpoint
    ) throws {
        try translatingStorageErrors {
            try environment.withWrite { transaction in
                let key = OrderedKey(projection)
                guard try transaction.reading.bytes(checkpoints, key) == old.bytes else { return }
                try transaction.put(checkpoints, key, new.bytes.span)
            }
        }
    }

    private static func claimKey(_ projection: String) -> OrderedKey {
        OrderedKey(projection + "/claim")
    }

    private func withClaim(
        _ claim: [UInt8], _ projection: String, _ body: (borrowing WriteTransaction) throws -> Void
    ) throws {
        try environment.withWrite { transaction in
            let key = DerivedStore.claimKey(projection)
            guard try transaction.reading.bytes(checkpoints, key) == claim else {
                throw ClaimLost()
            }
            try body(transaction)
        }
    }

    /// The first difference between state and what is kept of it, in words; `nil` where every byte
    /// is the same.
    package func firstDifference(
        _ projection: String, _ state: [DerivedColumn]
    ) throws -> String? {
        try DerivedStore.findingDamage {
            let work = DerivedStore.work(state)
            for item in work {
                let bytes = DerivedStore.encoded(item, state)
                let name = state[item.column].name
                let isSame = try environment.withRead { transaction in
                    try transaction.withValue(
                        columns, DerivedStore.key(projection, name, item.chunk)
                    ) { DerivedStore.isSame($0, bytes) } ?? false
                }
                if !isSame {
                    return "\(projection) \(name), rows from \(item.chunk * DerivedStore.chunkSize)"
                }
            }
            let kept = try environment.withRead { try $0.entryCount(columns) }
            return kept == work.count ? nil : "\(projection): \(kept) chunks, not \(work.count)"
        }
    }

    private static func work(_ state: [DerivedColumn]) -> [Work] {
        state.indices.flatMap { column in
            (0..<(state[column].count + chunkSize - 1) / chunkSize).map {
                Work(column: column, chunk: $0)
            }
        }
    }

    private static func encoded(_ work: Work, _ state: [DerivedColumn]) -> [UInt8] {
        let column = state[work.column]
        let first = work.chunk * chunkSize
        return DerivedChunk.encode(column.values(first..<min(first + chunkSize, column.count)))
    }

    private func write(
        _ projection: String, _ chunks: [(work: Work, bytes: [UInt8])], _ state: [DerivedColumn],
        _ claim: [UInt8]
    ) throws {
        let keyed = chunks.map {
            (DerivedStore.key(projection, state[$0.work.column].name, $0.work.chunk), $0.bytes)
        }
        let changed = try environment.withRead { transaction in
            try keyed.filter { key, bytes in
                try
                    !(transaction.withValue(columns, key) { DerivedStore.isSame($0, bytes) }
                    ?? false)
            }
        }
        guard !changed.isEmpty else { return }
        try withClaim(claim, projection) { transaction in
            for (key, bytes) in changed { try transaction.put(columns, key, bytes.span) }
        }
    }

    /// By length and hash, which stands at the end.
    private static func isSame(_ stored: Span<UInt8>, _ bytes: [UInt8]) -> Bool {
        let end = bytes.count - Digest.byteCount
        return stored.count == bytes.count
            && BlockHeader.hash(stored, at: end) == BlockHeader.hash(bytes.span, at: end)
    }

    /// Removes chunks that are not part of the state any more.
    private func removeOthers(
        _ projection: String, _ names: Set<String>, _ claim: [UInt8]
    ) throws {
        let prefix = OrderedKey(projection + "/")
        var others: [OrderedKey] = []
        try environment.withRead { transaction in
            try transaction.forEachEntry(columns, from: prefix) { key, _ in
                guard prefix.isPrefix(of: key) else { return false }
                let whole = Array(copying: key)
                let text = String(
                    decoding: whole[prefix.bytes.count..<(whole.count - 4)], as: UTF8.self)
                let chunk = OrderedKey.unsigned32(key, at: key.count - 4) ?? 0
                if !names.contains(text + "\(chunk)") { others.append(OrderedKey(bytes: whole)) }
                return true
            }
        }
        guard !others.isEmpty else { return }
        try withClaim(claim, projection) { transaction in
            for key in others { _ = try transaction.remove(columns, key) }
        }
    }
}

extension Checkpoint {
    /// Version (8), inputs (32), mark, SHA-256 of all of it.
    var bytes: [UInt8] {
        var writer = ByteWriter()
        writer.fixed(UInt64(version))
        writer.bytes += inputs.bytes
        writer.bytes += mark.bytes
        return writer.bytes + SHA256.digest(of: writer.bytes).bytes
    }

    /// `nil` where the bytes are not what was written.
    init?(stored bytes: Span<UInt8>) {
        let end = 8 + Digest.byteCount + LogMark.byteCount
        guard bytes.count == end + Digest.byteCount,
            SHA256.digest(of: RawBytes.array(bytes, 0..<end)) == BlockHeader.hash(bytes, at: end),
            let version = UInt32(exactly: RawBytes.load64(bytes, at: 0)),
            let mark = LogMark(bytes.extracting((8 + Digest.byteCount)..<end))
        else { return nil }
        self.init(version: version, mark: mark, inputs: BlockHeader.hash(bytes, at: 8))
    }
}
