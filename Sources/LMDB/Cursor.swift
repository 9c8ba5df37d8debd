// Walking a table in the order of its keys.

import CLMDB

/// A place in a table, lent to a closure.
@safe package struct Cursor: ~Copyable {
    /// Where a cursor can go.
    package enum Move: Hashable, Sendable {
        case first, last, next, previous
        /// The key itself, or the first one behind it.
        case atOrAfter(OrderedKey)
    }

    private let handle: OpaquePointer
    private let table: Table

    init(handle: OpaquePointer, table: Table) {
        unsafe self.handle = handle
        self.table = table
    }

    /// Moves, and says whether there is an entry; if not, the cursor must be moved again
    /// before it is read.
    package mutating func move(to place: Move) throws(LMDBError) -> Bool {
        let code: Int32
        switch place {
        case .first: code = step(MDB_FIRST)
        case .last: code = step(MDB_LAST)
        case .next: code = step(MDB_NEXT)
        case .previous: code = step(MDB_PREV)
        case .atOrAfter(let key):
            let handle = unsafe handle
            code = try unsafe withKey(key, table) { key in
                var value = unsafe MDB_val()
                return unsafe mdb_cursor_get(handle, &key, &value, MDB_SET_RANGE)
            }
        }
        if code == MDB_NOTFOUND { return false }
        try check(code, "walk table \"\(table.name)\"")
        return true
    }

    /// Gives key and value of the entry the cursor stands on to `body`.
    /// - Precondition: the last move found an entry; `body` does not write to the table.
    package func withEntry<Result>(
        _ body: (_ key: Span<UInt8>, _ value: Span<UInt8>) throws -> Result
    ) throws -> Result {
        try place().withEntry(body)
    }

    /// Where the entry lies that the cursor stands on.
    /// - Precondition: as for ``withEntry(_:)``.
    package func place() throws(LMDBError) -> EntryPlace {
        var key = unsafe MDB_val()
        var value = unsafe MDB_val()
        try check(
            unsafe mdb_cursor_get(handle, &key, &value, MDB_GET_CURRENT),
            "read table \"\(table.name)\"")
        return unsafe EntryPlace(key: key, value: value)
    }

    private func step(_ operation: MDB_cursor_op) -> Int32 {
        var key = unsafe MDB_val()
        var value = unsafe MDB_val()
        return unsafe mdb_cursor_get(handle, &key, &value, operation)
    }
}

/// Where an entry lies, for reading it again without looking for its key.
@safe package struct EntryPlace {
    fileprivate let key: MDB_val
    fileprivate let value: MDB_val

    fileprivate func withEntry<Result>(
        _ body: (_ key: Span<UInt8>, _ value: Span<UInt8>) throws -> Result
    ) rethrows -> Result {
        try unsafe withSpan(key) { key in
            try unsafe withSpan(value) { value in try body(key, value) }
        }
    }
}

extension ReadTransaction {
    /// Gives key and value at a place to `body`.
    /// - Precondition: the place is from this transaction, which has written nothing since.
    package func withEntry<Result>(
        at place: EntryPlace, _ body: (_ key: Span<UInt8>, _ value: Span<UInt8>) throws -> Result
    ) rethrows -> Result {
        try place.withEntry(body)
    }
}
