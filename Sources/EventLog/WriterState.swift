// What a writer keeps from commit to commit because it would be dear to read anew. It mirrors what
// is committed; after a failure it is dropped, and the next commit reads it again.

import Events
import LMDB
import Synchronization

/// The writer's memory of the log.
struct WriterState: Sendable {
    private var identities: IdentityIndex?

    init() {}

    /// Takes the ids out, up to date with the log. Give them back with ``keep(_:)`` when the
    /// commit has succeeded.
    mutating func take(
        _ log: Log, _ head: StoredHead, _ transaction: borrowing ReadTransaction
    ) throws -> IdentityIndex {
        var identities =
            self.identities
            ?? IdentityIndex(
                expecting: Int(head.position.rawValue), mask: log.options.identityHashMask)
        // Out of here, so that changing them copies nothing.
        self.identities = nil
        guard identities.coveredThrough < head.position else { return identities }
        try log.names.withLock { book in
            try book.withNames(log, head, transaction) { names in
                try identities.catchUp(log, to: head, names, transaction)
            }
        }
        return identities
    }

    mutating func keep(_ identities: consuming IdentityIndex) { self.identities = identities }
}
