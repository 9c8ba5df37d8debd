// One prepared statement: values in, values out, freed exactly once.

import CSQLite

/// A statement of an open connection, which must be open as long: errors are asked of it.
@safe struct Statement: ~Copyable {
    private let handle: OpaquePointer
    private let path: String

    /// - Parameter handle: belongs to the new value.
    init(handle: OpaquePointer, path: String) {
        unsafe self.handle = handle
        self.path = path
    }

    /// What this returns is the error of the last step, which was thrown then.
    deinit { unsafe sqlite3_finalize(handle) }

    /// Runs the statement once, for one value at each of its marks from the first on.
    func run(_ values: [SQLiteValue], _ operation: String) throws(SQLiteError) {
        for (index, value) in values.enumerated() {
            try check(bind(value, Int32(index + 1)), operation)
        }
        try check(unsafe sqlite3_step(handle), operation, expected: SQLITE_DONE)
        try check(unsafe sqlite3_reset(handle), operation)
    }

    /// The next row; `nil` after the last one, and then the first one again.
    func next(_ operation: String) throws(SQLiteError) -> [SQLiteValue]? {
        let code = unsafe sqlite3_step(handle)
        guard code != SQLITE_DONE else { return nil }
        try check(code, operation, expected: SQLITE_ROW)
        var row: [SQLiteValue] = []
        for column in 0..<(unsafe sqlite3_data_count(handle)) { row.append(try value(column)) }
        return row
    }

    private func bind(_ value: SQLiteValue, _ place: Int32) -> Int32 {
        switch value {
        case .integer(let number): unsafe sqlite3_bind_int64(handle, place, number)
        case .real(let number):
            // The library does the same with a NaN; here it is our promise.
            number.isNaN
                ? unsafe sqlite3_bind_null(handle, place)
                : unsafe sqlite3_bind_double(handle, place, number)
        case .text(let text):
            unsafe csqlite_bind_text(handle, place, text, UInt64(text.utf8.count))
        case .null: unsafe sqlite3_bind_null(handle, place)
        }
    }

    private func value(_ column: Int32) throws(SQLiteError) -> SQLiteValue {
        switch unsafe sqlite3_column_type(handle, column) {
        case SQLITE_INTEGER: return .integer(unsafe sqlite3_column_int64(handle, column))
        case SQLITE_FLOAT: return .real(unsafe sqlite3_column_double(handle, column))
        case SQLITE_NULL: return .null
        case SQLITE_TEXT:
            // No pointer for a text that is there: memory has run out.
            guard let bytes = unsafe sqlite3_column_text(handle, column) else {
                throw error(SQLITE_NOMEM, "read")
            }
            // Counted after the text was asked for, as the library wants it.
            let count = Int(unsafe sqlite3_column_bytes(handle, column))
            return .text(
                unsafe String(
                    decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self))
        default: throw .bytesInResult(path: path, column: Int(column) + 1)
        }
    }

    private func check(
        _ code: Int32, _ operation: String, expected: Int32 = SQLITE_OK
    ) throws(SQLiteError) {
        guard code == expected else { throw error(code, operation) }
    }

    private func error(_ code: Int32, _ operation: String) -> SQLiteError {
        unsafe SQLiteError.library(sqlite3_db_handle(handle), code, operation, path)
    }
}
