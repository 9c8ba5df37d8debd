// What a writer keeps from commit to commit: everything that would be dear to read anew. It mirrors
// what is committed; after a failure it is dropped, and the next commit reads it again.

import Events
import LMDB

/// The writer's memory of the log.
struct WriterState: Sendable {
    /// The dictionary; `nil` where it has to be read.
    private var names: Interner?
    private var identities: IdentityIndex?

    init() {}

    /// Takes dictionary and ids out, up to date with the log. Give them back with
    /// ``keep(_:_:)`` when the commit has succeeded.
    mutating func take(
        _ log: Log, _ head: StoredHead, _ transaction: borrowing ReadTransaction
    ) throws -> (names: Interner, identities: IdentityIndex) {
        var names = self.names ?? Interner()
        var identities =
            self.identities
            ?? IdentityIndex(
                expecting: Int(head.position.rawValue), mask: log.options.identityHashMask)
        // Out of here, so that changing them copies nothing.
        self.names = nil
        self.identities = nil
        try log.readNames(through: head.nameCount, into: &names, transaction)
        try identities.catchUp(log, to: head, names, transaction)
        return (names, identities)
    }

    mutating func keep(_ names: consuming Interner, _ identities: consuming IdentityIndex) {
        self.names = names
        self.identities = identities
    }
}
