// Reading inside a closure. Values are spans over the mapped file: they end with the closure
// that gets them, and the compiler sees to it.

import CLMDB

/// One consistent view of the environment, lent to a closure.
@safe package struct ReadTransaction: ~Copyable {
    let handle: OpaquePointer

    init(handle: OpaquePointer) { unsafe self.handle = handle }

    /// Gives the value under `key` to `body`, or returns `nil` where there is none.
    /// - Complexity: O(log n).
    package func withValue<Result>(
        _ table: Table, _ key: OrderedKey, _ body: (Span<UInt8>) throws -> Result
    ) throws -> Result? {
        var value = unsafe MDB_val()
        let code = try unsafe withKey(key, table) { key in
            unsafe mdb_get(handle, table.handle, &key, &value)
        }
        guard code != MDB_NOTFOUND else { return nil }
        try check(code, "read table \"\(table.name)\"")
        return try unsafe withSpan(value, body)
    }

    /// A copy of the value under `key`.
    package func bytes(_ table: Table, _ key: OrderedKey) throws -> [UInt8]? {
        try withValue(table, key) { Array(copying: $0) }
    }

    package func contains(_ table: Table, _ key: OrderedKey) throws -> Bool {
        try withValue(table, key) { _ in true } ?? false
    }

    package func statistics(_ table: Table) throws(LMDBError) -> TableStatistics {
        var tree = MDB_stat()
        try check(
            unsafe mdb_stat(handle, table.handle, &tree), "measure table \"\(table.name)\"")
        return TableStatistics(
            entryCount: Int(tree.ms_entries),
            branchPageCount: Int(tree.ms_branch_pages), leafPageCount: Int(tree.ms_leaf_pages),
            overflowPageCount: Int(tree.ms_overflow_pages),
            depth: Int(tree.ms_depth))
    }

    package func entryCount(_ table: Table) throws(LMDBError) -> Int {
        try statistics(table).entryCount
    }

    /// Lends a cursor over the table to `body`.
    package func withCursor<Result>(
        _ table: Table, _ body: (inout Cursor) throws -> Result
    ) throws -> Result {
        var opened: OpaquePointer?
        try check(
            unsafe mdb_cursor_open(handle, table.handle, &opened),
            "open a cursor on table \"\(table.name)\"")
        guard let started = unsafe opened else {
            throw LMDBError.failed(operation: "open a cursor", code: MDB_BAD_TXN)
        }
        defer { unsafe mdb_cursor_close(started) }
        var cursor = unsafe Cursor(handle: started, table: table)
        return try body(&cursor)
    }

    /// Gives key and value of each entry to `body` in the order of keys, from `start` (or the
    /// first) on, until it returns false or the table ends.
    package func forEachEntry(
        _ table: Table, from start: OrderedKey? = nil,
        _ body: (_ key: Span<UInt8>, _ value: Span<UInt8>) throws -> Bool
    ) throws {
        try withCursor(table) { cursor in
            var isThere = try cursor.move(to: start.map { .atOrAfter($0) } ?? .first)
            while isThere {
                guard try cursor.withEntry(body) else { return }
                isThere = try cursor.move(to: .next)
            }
        }
    }
}

extension Array where Element == UInt8 {
    /// A copy of what a span shows, to keep after the span ends.
    package init(copying span: Span<UInt8>) {
        self.init()
        reserveCapacity(span.count)
        for index in span.indices { append(span[index]) }
    }
}

/// Lends the library a key. The library refuses what is empty or too long with a code that says
/// nothing of lengths, so they are looked at here.
func withKey<Result>(
    _ key: OrderedKey, _ table: Table, _ body: (inout MDB_val) -> Result
) throws(LMDBError) -> Result {
    guard (1...OrderedKey.maximumLength).contains(key.bytes.count) else {
        throw .keyLength(table: table.name, count: key.bytes.count)
    }
    return unsafe key.bytes.withUnsafeBytes { bytes in
        var value = unsafe MDB_val(
            mv_size: bytes.count,
            mv_data: UnsafeMutableRawPointer(mutating: bytes.baseAddress))
        return unsafe body(&value)
    }
}

/// Shows what the library points at; valid while the transaction is and nothing is written.
func withSpan<Result>(
    _ value: MDB_val, _ body: (Span<UInt8>) throws -> Result
) rethrows -> Result {
    let bytes = unsafe UnsafeRawBufferPointer(start: value.mv_data, count: value.mv_size)
    return try unsafe bytes.withMemoryRebound(to: UInt8.self) { try unsafe body($0.span) }
}
