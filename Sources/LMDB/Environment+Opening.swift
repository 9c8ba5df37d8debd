// What is looked at before the library opens a file, because the library would not: that the
// file is as long as its last commit, that a full disk leaves room for the readers' table, and
// that a reader who may not write that table keeps writers away by other means.

import CLMDB
import Glibc

extension Environment {
    /// How a folder's files may be used.
    struct Preparation {
        /// Whether the library keeps its table of readers; if not, nothing is written at all.
        let hasReaderTable: Bool
    }

    /// Bytes of the readers' table, its locks included, rounded up.
    private static let readerTableBytes = 40 << 10

    static func prepare(
        _ path: String, _ access: Access, mustExist: Bool
    ) throws(LMDBError) -> Preparation {
        try checkLength(path, access, mustExist: mustExist)
        if access == .readOnly, !mayWriteLock(path) { return Preparation(hasReaderTable: false) }
        let code = reserveReaderTable(path, access)
        if code == 0 || code == ENOENT { return Preparation(hasReaderTable: true) }
        guard access == .readOnly else {
            throw .folder(
                operation: "make the table of readers", path: path + "/" + lockFileName, code: code)
        }
        return Preparation(hasReaderTable: false)
    }

    /// A map over the end of a file kills whoever reads there, so that a file that is shorter
    /// than its last commit is refused.
    private static func checkLength(
        _ folder: String, _ access: Access, mustExist: Bool
    ) throws(LMDBError) {
        let path = folder + "/" + dataFileName
        guard File.exists(path) else {
            // Where it is to be read the library says so itself.
            if mustExist { throw .missing(path: path) }
            return
        }
        let file = try PageFile.open(path: path)
        let metas = file.metaPages()
        // After the pages: a commit beside us writes these last.
        let size = file.sizeBytes()
        if size == 0 {
            // The library would begin a new file.
            guard mustExist || access == .readOnly else { return }
            throw .truncated(path: path, foundBytes: 0, expectedBytes: 2 * 4096)
        }
        let plausible = metas.compactMap { $0 }.filter(\.isPlausible)
        guard let newest = plausible.max(by: { $0.commit < $1.commit }) else { return }
        let pagesInFile = UInt64(size / newest.pageSize)
        guard newest.lastPage >= pagesInFile else { return }
        // Pages that were freed before they were ever written may be missing.
        if pagesInFile >= PageFormat.metaPageCount,
            SnapshotAudit.areFree(from: pagesInFile, newest, file)
        {
            return
        }
        let (bytes, overflow) = (newest.lastPage &+ 1).multipliedReportingOverflow(
            by: UInt64(newest.pageSize))
        throw .truncated(
            path: path, foundBytes: size,
            expectedBytes: overflow ? Int.max : Int(clamping: bytes))
    }

    private static func mayWriteLock(_ path: String) -> Bool {
        if unsafe Glibc.access(path + "/" + lockFileName, W_OK) == 0 { return true }
        guard errno == ENOENT else { return false }
        return unsafe Glibc.access(path, W_OK | X_OK) == 0
    }

    /// The library maps the table of readers over a file with holes. On a full disk a hole
    /// cannot be filled, and whoever writes to it is killed: the blocks are got here, where
    /// their lack is an error. Returns the system's error number.
    ///
    /// No other environment of this process has the file: closing a descriptor would drop its
    /// locks.
    private static func reserveReaderTable(_ path: String, _ access: Access) -> Int32 {
        // The library makes the file too, once it knows of data; not in an empty folder.
        let makes = access == .readWrite || File.exists(path + "/" + dataFileName)
        let flags = makes ? O_RDWR | O_CREAT : O_RDWR
        let descriptor = unsafe Glibc.open(
            path + "/" + lockFileName, flags | O_CLOEXEC, mode_t(0o600))
        guard descriptor >= 0 else { return errno }
        defer { close(descriptor) }
        while clmdb_allocate_blocks(descriptor, readerTableBytes) != 0 {
            let code = errno
            if code == EINTR { continue }
            // File systems that cannot say are trusted.
            return code == EOPNOTSUPP || code == ENOSYS ? 0 : code
        }
        return 0
    }
}

extension Environment {
    /// The library calls a write that ended early an input/output error. Mostly the disk is
    /// full, which the user can mend: then it is said so.
    func explained(_ error: LMDBError) -> LMDBError {
        guard case .failed(let operation, let code) = error, code == EIO else { return error }
        let found = Folder.writingFailure(path)
        return found == 0 ? error : .failed(operation: operation, code: found)
    }
}

extension Folder {
    /// Why a small file could not be written here now: ENOSPC, EDQUOT, or 0 where it could.
    static func writingFailure(_ path: String) -> Int32 {
        let probeBytes = 64 << 10
        var information = statvfs()
        if unsafe statvfs(path, &information) == 0,
            Int(information.f_bavail) * Int(information.f_frsize) < probeBytes
        {
            return ENOSPC
        }
        // Quotas show only when something is written.
        let probe = path + "/.space-\(getpid())"
        do throws(LMDBError) {
            try File.create(probe, [UInt8](repeating: 0xa5, count: probeBytes))
            try File.remove(probe)
            return 0
        } catch {
            guard case .folder(_, _, let code) = error, code == ENOSPC || code == EDQUOT else {
                return 0
            }
            return code
        }
    }
}
