// One open file, closed exactly once. Every return code of the library is looked at here or in
// Statement, and nowhere else.

import CSQLite
import Glibc

/// An open database, for the thread that opened it.
@safe struct Connection: ~Copyable {
    enum Access {
        case readOnly
        /// For a file that is there and that nobody else knows of. No locks are taken: on file
        /// systems that other machines share they are often refused.
        case alone
    }

    private let path: String
    private var handle: OpaquePointer?

    /// That the file holds a database is seen at the first statement only.
    init(path: String, _ access: Access) throws(SQLiteError) {
        var opened: OpaquePointer?
        let rights = access == .readOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE
        // What stands here is reported as the system's reason, also where the system had none.
        errno = 0
        let code = unsafe sqlite3_open_v2(
            Connection.place(path), &opened, rights | SQLITE_OPEN_NOMUTEX,
            access == .alone ? "unix-none" : nil)
        self.path = path
        unsafe handle = opened
        // There is a handle all the same, unless memory has run out; it knows why.
        try check(code, "open")
    }

    deinit { unsafe sqlite3_close_v2(handle) }

    /// Closes the file and says so where that fails; left alone, a connection closes silently.
    consuming func close() throws(SQLiteError) {
        try check(unsafe sqlite3_close(handle), "close")
        unsafe handle = nil
    }

    /// Runs statements whose rows, if they give any, say nothing.
    func run(_ sql: String, _ operation: String) throws(SQLiteError) {
        try check(unsafe sqlite3_exec(handle, sql, nil, nil, nil), operation)
    }

    /// - Throws: ``SQLiteError/notOneStatement(path:)``, or what the library says against it.
    func prepare(_ sql: String, _ operation: String) throws(SQLiteError) -> Statement {
        var prepared: OpaquePointer?
        try check(unsafe sqlite3_prepare_v2(handle, sql, -1, &prepared, nil), operation)
        guard let prepared = unsafe prepared, let used = unsafe sqlite3_sql(prepared) else {
            throw .notOneStatement(path: path)
        }
        let statement = unsafe Statement(handle: prepared, path: path)
        let rest = sql.utf8.dropFirst(unsafe String(cString: used).utf8.count)
        guard rest.allSatisfy({ [0x20, 0x09, 0x0a, 0x0d].contains($0) }) else {
            throw .notOneStatement(path: path)
        }
        return statement
    }

    private func check(_ code: Int32, _ operation: String) throws(SQLiteError) {
        guard code != SQLITE_OK else { return }
        throw unsafe SQLiteError.library(handle, code, operation, path)
    }

    /// A path that the library takes for nothing else: by themselves "file:..." is an address with
    /// options, ":memory:" no file, and an empty path a temporary one.
    private static func place(_ path: String) -> String {
        path.utf8.first == UInt8(ascii: "/") ? path : "./" + path
    }
}

extension SQLiteError {
    /// The error of a call on a connection, before any other call on it.
    static func library(
        _ handle: OpaquePointer?, _ code: Int32, _ operation: String, _ path: String
    ) -> SQLiteError {
        let message = unsafe handle == nil ? sqlite3_errstr(code) : sqlite3_errmsg(handle)
        // The library keeps the number of the last such failure for ever.
        let isOfSystem = [SQLITE_IOERR, SQLITE_CANTOPEN].contains(code & 0xff)
        return .library(
            operation: operation, path: path,
            code: unsafe handle == nil ? code : sqlite3_extended_errcode(handle),
            message: unsafe message.map { unsafe String(cString: $0) } ?? "unknown error",
            systemCode: isOfSystem ? unsafe sqlite3_system_errno(handle) : 0)
    }
}
