// Writing inside a closure: what it did is durable when the closure has returned, or is gone.

import CLMDB

/// The one writer's view of the environment, its own changes included, lent to a closure.
@safe package struct WriteTransaction: ~Copyable {
    /// For reading what is there, the changes so far included.
    package let reading: ReadTransaction

    init(handle: OpaquePointer) { unsafe reading = ReadTransaction(handle: handle) }

    /// Writes the value under `key`, over any that is there.
    package func put(_ table: Table, _ key: OrderedKey, _ value: Span<UInt8>) throws {
        try check(store(table, key, value, flags: 0), "write table \"\(table.name)\"")
    }

    /// Writes a value behind every other; much faster than ``put(_:_:_:)``.
    /// - Throws: with reason `keyExists` where the key is not greater than the last one.
    package func append(_ table: Table, _ key: OrderedKey, _ value: Span<UInt8>) throws {
        let code = try store(table, key, value, flags: UInt32(MDB_APPEND))
        try check(code, "append to table \"\(table.name)\"")
    }

    /// Writes the value where the key is new, and says whether it was.
    package func insert(_ table: Table, _ key: OrderedKey, _ value: Span<UInt8>) throws -> Bool {
        let code = try store(table, key, value, flags: UInt32(MDB_NOOVERWRITE))
        if code == MDB_KEYEXIST { return false }
        try check(code, "write table \"\(table.name)\"")
        return true
    }

    /// Removes an entry, and says whether there was one.
    package func remove(_ table: Table, _ key: OrderedKey) throws -> Bool {
        let handle = unsafe reading.handle
        let code = try unsafe withKey(key, table) { key in
            unsafe mdb_del(handle, table.handle, &key, nil)
        }
        if code == MDB_NOTFOUND { return false }
        try check(code, "remove from table \"\(table.name)\"")
        return true
    }

    private func store(
        _ table: Table, _ key: OrderedKey, _ value: Span<UInt8>, flags: UInt32
    ) throws(LMDBError) -> Int32 {
        let handle = unsafe reading.handle
        return try unsafe withKey(key, table) { key in
            unsafe value.withUnsafeBufferPointer { bytes in
                var data = unsafe MDB_val(
                    mv_size: bytes.count,
                    mv_data: UnsafeMutableRawPointer(mutating: bytes.baseAddress))
                return unsafe mdb_put(handle, table.handle, &key, &data, flags)
            }
        }
    }
}
