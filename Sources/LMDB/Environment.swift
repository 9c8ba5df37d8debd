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

    package static let dataFileName = "data.mdb"
    package static let lockFileName = "lock.mdb"

    /// Processes and threads that may read at the same time.
    private static let maximumReaders: UInt32 = 510

    package let path: String
    package let access: Access
    private let identity: FileIdentity
    /// Safe to share: the library's functions on an environment may be called by any thread,
    /// and transactions are confined to the closures below.
    let handle: OpaquePointer
    /// Held by writers, and shared by readers that stand in no table; `nil` for other readers.
    let writerLock: WriterLock?

    private init(
        path: String, access: Access, identity: FileIdentity, handle: OpaquePointer,
        writerLock: WriterLock?
    ) {
        self.path = path
        self.access = access
        self.identity = identity
        unsafe self.handle = handle
        self.writerLock = writerLock
    }

    deinit {
        unsafe mdb_env_close(handle)
        let released = identity
        openEnvironments.withLock { _ = $0.remove(released) }
    }

    /// Opens the environment in a folder that exists; with write access its files are made.
    ///
    /// A reader that may not write the table of readers, as on a read-only file system, is let
    /// in too; while it reads, writers wait for it, and it for them.
    ///
    /// - Parameters:
    ///   - mapSizeBytes: the largest size that the file may grow to.
    ///   - mustExist: whether a data file that is missing or empty is an error, with write access
    ///     too. A store that is known to exist is then never begun anew.
    ///   - patience: how long a writer waits for another.
    /// - Throws: ``LMDBError``; a second opening of the same folder in one process is refused.
    package static func open(
        path: String, access: Access, mapSizeBytes: Int = defaultMapSizeBytes,
        maximumTables: Int = 32, mustExist: Bool = false,
        patience: WriterPatience = WriterPatience()
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
            let preparation = try prepare(path, access, mustExist: mustExist)
            let isWriter = access == .readWrite
            if isWriter { try makeDataFile(in: path, mapSizeBytes: mapSizeBytes) }
            try refuseEmptyDataFile(in: path)
            let lock =
                isWriter || !preparation.hasReaderTable
                ? try WriterLock.open(folder: path, isWriter: isWriter, patience: patience) : nil
            let handle = try unsafe openHandle(
                path, access, preparation, mapSizeBytes, maximumTables)
            return unsafe Environment(
                path: path, access: access, identity: identity, handle: handle, writerLock: lock)
        } catch {
            openEnvironments.withLock { _ = $0.remove(identity) }
            throw error
        }
    }

    private static func openHandle(
        _ path: String, _ access: Access, _ preparation: Preparation, _ mapSizeBytes: Int,
        _ maximumTables: Int
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
            if !preparation.hasReaderTable { flags |= UInt32(MDB_NOLOCK) }
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
        try access == .readOnly ? writerLock?.acquireShared() : writerLock?.acquireExclusive()
        defer { writerLock?.release() }
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
        try unsafe commit(transaction, "open the tables")
        return tables
    }

    /// Runs `body` on the state of the last commit; it does not change meanwhile.
    ///
    /// Keep it short: while it runs no page freed by writers can be used again.
    package func withRead<Result>(
        _ body: (borrowing ReadTransaction) throws -> Result
    ) throws -> Result {
        let lock = access == .readOnly ? writerLock : nil
        try lock?.acquireShared()
        defer { lock?.release() }
        let handle = unsafe try begin(isReadOnly: true)
        defer { unsafe mdb_txn_abort(handle) }
        return try body(unsafe ReadTransaction(handle: handle))
    }

    /// Runs `body` alone among writers and commits durably when it returns; if it throws,
    /// nothing is written. A second writer waits, as long as the environment's patience lasts.
    ///
    /// - Precondition: the calling thread is not inside another ``withWrite(_:)``: it would wait
    ///   for itself and give up.
    package func withWrite<Result>(
        _ body: (borrowing WriteTransaction) throws -> Result
    ) throws -> Result {
        guard access == .readWrite else {
            throw LMDBError.failed(operation: "begin writing", code: EACCES)
        }
        try writerLock?.acquireExclusive()
        defer { writerLock?.release() }
        let handle = unsafe try begin(isReadOnly: false)
        let result: Result
        do {
            result = try body(unsafe WriteTransaction(handle: handle))
        } catch let error as LMDBError {
            unsafe mdb_txn_abort(handle)
            throw explained(error)
        } catch {
            unsafe mdb_txn_abort(handle)
            throw error
        }
        try unsafe commit(handle, "commit")
        return result
    }

    private func commit(
        _ transaction: OpaquePointer, _ operation: String
    ) throws(LMDBError) {
        let code = unsafe mdb_txn_commit(transaction)
        if code != MDB_SUCCESS { throw explained(.failed(operation: operation, code: code)) }
    }

    private func begin(isReadOnly: Bool) throws(LMDBError) -> OpaquePointer {
        var transaction: OpaquePointer?
        let flags = isReadOnly ? UInt32(MDB_RDONLY) : 0
        let operation = isReadOnly ? "begin reading" : "begin writing"
        var code = unsafe mdb_txn_begin(handle, nil, flags, &transaction)
        if code == MDB_READERS_FULL, try clearStaleReaders() > 0 {
            code = unsafe mdb_txn_begin(handle, nil, flags, &transaction)
        }
        try check(code, operation)
        guard let started = unsafe transaction else {
            throw .failed(operation: operation, code: ENOMEM)
        }
        return unsafe started
    }
}
