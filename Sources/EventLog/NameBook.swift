// The log's names as the next commit will find them, for making batches ready while an earlier one
// is still being written. A commit checks that it finds what was assumed; where it does not, the
// batch is made ready again inside its transaction.

import Events
import LMDB

/// A batch in the log's terms: everything that needs no look at the log's end.
struct PreparedBatch: Sendable {
    let batch: AppendBatch
    var incoming: IncomingEvents
    /// Of each row's id.
    let hashes: [UInt64]
    /// Names that the log does not have yet, and how many it has before them, the empty one
    /// included.
    let addedNames: [String]
    let nameCount: Int
    /// See ``NameBook/generation``.
    let generation: Int
}

/// A session's symbols, valid for one generation of the log's names.
struct SessionSymbols {
    fileprivate var map = SymbolMap()
    fileprivate var generation = -1

    init() {}
}

/// The names of everything that was appended or is about to be.
struct NameBook: Sendable {
    /// Goes up when names that were given out turn out not to be the log's.
    private(set) var generation = 0
    /// `nil` where they have to be read.
    private var names: Interner?
    private var hasher: IdentityHasher

    init(mask: UInt64) { hasher = IdentityHasher(mask: mask) }

    /// Drops names that did not reach the log.
    mutating func forget() {
        names = nil
        generation += 1
    }

    /// Gives a batch the log's symbols, as if all batches made ready before were in the log.
    mutating func prepare(
        _ batch: AppendBatch, _ symbols: inout SessionSymbols, _ log: Log, onAllCores: Bool
    ) throws -> PreparedBatch {
        if names == nil {
            try log.reading { transaction in
                try read(log, through: log.readHead(transaction).nameCount, transaction)
            }
        }
        return try translate(batch, &symbols, log, onAllCores: onAllCores)
    }

    /// As ``prepare(_:_:_:onAllCores:)``, from the names that the transaction finds.
    mutating func prepareAnew(
        _ batch: AppendBatch, _ log: Log, _ head: StoredHead,
        _ transaction: borrowing ReadTransaction
    ) throws -> PreparedBatch {
        forget()
        try read(log, through: head.nameCount, transaction)
        var symbols = SessionSymbols()
        return try translate(batch, &symbols, log, onAllCores: true)
    }

    /// Gives the names through the log's head to `body`; there may be more.
    mutating func withNames<Result>(
        _ log: Log, _ head: StoredHead, _ transaction: borrowing ReadTransaction,
        _ body: (Interner) throws -> Result
    ) throws -> Result {
        if let names, names.count > head.nameCount { return try body(names) }
        var read = Interner()
        try log.readNames(through: head.nameCount, into: &read, transaction)
        return try body(read)
    }

    private mutating func read(
        _ log: Log, through count: Int, _ transaction: borrowing ReadTransaction
    ) throws {
        var read = Interner()
        try log.readNames(through: count, into: &read, transaction)
        names = read
    }

    private mutating func translate(
        _ batch: AppendBatch, _ symbols: inout SessionSymbols, _ log: Log, onAllCores: Bool
    ) throws -> PreparedBatch {
        guard var names else { preconditionFailure("the names were not read") }
        // Out of here while they are changed, so that nothing is copied.
        self.names = nil
        var map = symbols.generation == generation ? symbols.map : SymbolMap()
        symbols = SessionSymbols()
        let count = names.count
        let incoming: IncomingEvents
        do {
            incoming = try log.decoding("tail", "the batch") { () throws(EventFormatError) in
                try IncomingEvents(batch, &map, &names, onAllCores: onAllCores)
            }
        } catch {
            forget()
            throw error
        }
        let hashes = hasher.hashes(of: incoming.columns, names)
        let added = (count..<names.count).map { names.string(Symbol(UInt32($0))) }
        self.names = names
        symbols.map = map
        symbols.generation = generation
        return PreparedBatch(
            batch: batch, incoming: incoming, hashes: hashes, addedNames: added,
            nameCount: count, generation: generation)
    }
}
