// One mapped file and its lock. The class exists because the mapping is a resource with an
// identity: it is opened once, shared by every thread, and closed exactly once.
//
// Durability is the library's default: each commit is synchronised before it returns. The
// faster modes were seen to leave silently wrong files after a power cut and are not offered.

import CLMDB
import Glibc
import Synchronization

/// Folders that this process has open. The library's locks are the process's, so that closing
/// a second mapping of the same file would drop the first one's: the one rule that is the
/// process's own, and so the one value here that lives as long as it.
private let openEnvironments = Mutex<Set<FileIdentity>>([])

/// An open environment: a folder with one data file and one lock file.
@safe package final class Environment: @unchecked Sendable {
    package enum Access: Sendable, Hashable {
        case readOnly, readWrite
    }

    /// Address space only; the file grows as it is written.
    package static let defaultMapSizeBytes = 256 << 30

    /// Processes and threads that may read at the same time.
    private static let maximumReaders: UInt32 = 510

    package let path: String
    package let access: Access
    private let identity: FileIdentity
    /// Safe to share: the library's functions on an environment may be called by any thread,
    /// and transactions are confined to the closures below.
    private let handle: OpaquePointer

    private init(path: String, access: Access, identity: FileIdentity, handle: OpaquePointer) {
        self.path = path
        self.access = access
        self.identity = identity
        unsafe self.handle = handle
    }

    deinit {
        unsafe mdb_env_close(handle)
        let released = identity
        openEnvironments.withLock { _ = $0.remove(released) }
    }

    /// Opens the environment in a folder that exists; with write access its files are made.
    ///
    /// - Parameter mapSizeBytes: the largest size that the file may grow to.
    /// - Throws: ``LMDBError``; a second opening of the same folder in one process is refused.
    package static func open(
        path: String, access: Access, mapSizeBytes: Int = defaultMapSizeBytes,
        maximumTables: Int = 32
    ) throws(LMDBError) -> Environment {
        guard Folder.exists(path) else { throw .missing(path: path) }
        guard let identity = Folder.identity(of: path) else {
            throw .folder(operation: "look at folder", path: path, code: errno)
        }
        if let type = Folder.networkType(of: path) {
            throw .networkFileSystem(path: path, type: type)
        }
        guard openEnvironments.withLock({ $0.insert(identity).inserted }) else {
            throw .alreadyOpen(path: path)
        }
        do throws(LMDBError) {
            if access == .readWrite {
                try makeDataFile(in: path, mapSizeBytes: mapSizeBytes)
            }
            try refuseEmptyDataFile(in: path)
            let handle = try unsafe openHandle(path, access, mapSizeBytes, maximumTables)
            return unsafe Environment(
                path: path, access: access, identity: identity, handle: handle)
        } catch {
            openEnvironments.withLock { _ = $0.remove(identity) }
            throw error
        }
    }

    private static func openHandle(
        _ path: String, _ access: Access, _ mapSizeBytes: Int, _ maximumTables: Int
    ) throws(LMDBError) -> OpaquePointer {
        var created: OpaquePointer?
        try check(unsafe mdb_env_create(&created), "create an environment")
        guard let handle = unsafe created else {
            throw .failed(operation: "create an environment", code: ENOMEM)
        }
        do throws(LMDBError) {
            try check(unsafe mdb_env_set_mapsize(handle, mapSizeBytes), "reserve the map")
            try check(unsafe mdb_env_set_maxdbs(handle, UInt32(maximumTables)), "allow tables")
            try check(unsafe mdb_env_set_maxreaders(handle, maximumReaders), "allow readers")
            var flags = UInt32(MDB_NOTLS)
            if access == .readOnly { flags |= UInt32(MDB_RDONLY) }
            try check(unsafe mdb_env_open(handle, path, flags, 0o600), "open \(path)")
            var cleared: Int32 = 0
            try check(unsafe mdb_reader_check(handle, &cleared), "clear stale readers")
        } catch {
            unsafe mdb_env_close(handle)
            throw error
        }
        return unsafe handle
    }
}

extension Environment {
    /// Opens tables by name, all in one transaction; with write access new ones are made.
    package func tables(named names: [String]) throws -> [Table] {
        let isReadOnly = access == .readOnly
        let transaction = unsafe try begin(isReadOnly: isReadOnly)
        var tables: [Table] = []
        do {
            for name in names {
                var table: UInt32 = 0
                let flags = isReadOnly ? 0 : UInt32(MDB_CREATE)
                let code = unsafe mdb_dbi_open(transaction, name, flags, &table)
                guard code != MDB_NOTFOUND else { throw LMDBError.missingTable(name: name) }
                try check(code, "open table \"\(name)\"")
                tables.append(Table(name: name, handle: table))
            }
        } catch {
            unsafe mdb_txn_abort(transaction)
            throw error
        }
        // Handles opened in a transaction outlive it only if it is committed, a reader's too.
        try check(unsafe mdb_txn_commit(transaction), "open the tables")
        return tables
    }

    /// Runs `body` on the state of the last commit; it does not change meanwhile.
    ///
    /// Keep it short: while it runs no page freed by writers can be used again.
    package func withRead<Result>(
        _ body: (borrowing ReadTransaction) throws -> Result
    ) throws -> Result {
        let handle = unsafe try begin(isReadOnly: true)
        defer { unsafe mdb_txn_abort(handle) }
        return try body(unsafe ReadTransaction(handle: handle))
    }

    /// Runs `body` alone among writers and commits durably when it returns; if it throws,
    /// nothing is written. A second writer waits.
    ///
    /// - Precondition: the calling thread is not inside another ``withWrite(_:)``.
    package func withWrite<Result>(
        _ body: (borrowing WriteTransaction) throws -> Result
    ) throws -> Result {
        let handle = unsafe try begin(isReadOnly: false)
        let result: Result
        do {
            result = try body(unsafe WriteTransaction(handle: handle))
        } catch {
            unsafe mdb_txn_abort(handle)
            throw error
        }
        try check(unsafe mdb_txn_commit(handle), "commit")
        return result
    }

    private func begin(isReadOnly: Bool) throws(LMDBError) -> OpaquePointer {
        var transaction: OpaquePointer?
        let flags = isReadOnly ? UInt32(MDB_RDONLY) : 0
        let operation = isReadOnly ? "begin reading" : "begin writing"
        try check(unsafe mdb_txn_begin(handle, nil, flags, &transaction), operation)
        guard let started = unsafe transaction else {
            throw .failed(operation: operation, code: ENOMEM)
        }
        return unsafe started
    }
}

/// The size of an environment's file.
package struct EnvironmentStatistics: Hashable, Sendable {
    /// Bytes that the data file takes up on the disk.
    package let allocatedBytes: Int
    /// Pages from the first to the last ever used.
    package let usedPageCount: Int
    package let pageSizeBytes: Int
    package let mapSizeBytes: Int
}

extension Environment {
    package func statistics() throws(LMDBError) -> EnvironmentStatistics {
        var information = unsafe MDB_envinfo()
        try check(unsafe mdb_env_info(handle, &information), "read the sizes")
        var tree = MDB_stat()
        try check(unsafe mdb_env_stat(handle, &tree), "read the sizes")
        return unsafe EnvironmentStatistics(
            allocatedBytes: Folder.allocatedBytes(of: path + "/data.mdb"),
            usedPageCount: Int(information.me_last_pgno) + 1,
            pageSizeBytes: Int(tree.ms_psize), mapSizeBytes: Int(information.me_mapsize))
    }
}
