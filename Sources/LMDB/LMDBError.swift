// What can go wrong below the log, in words that say what to do. Every return code of the
// library becomes one of these; none is looked at by number anywhere else.

import CLMDB
import Glibc

/// Why a call of the storage library could not be carried out.
package enum LMDBError: Error, Hashable {
    /// The library's own code, and what was being done.
    case failed(operation: String, code: Int32)
    /// The folder is open already, in this process.
    case alreadyOpen(path: String)
    /// There is no such folder.
    case missing(path: String)
    /// The folder lies on a file system that other machines share.
    case networkFileSystem(path: String, type: UInt64)
    /// The data file ends before its last commit does.
    case truncated(path: String, foundBytes: Int, expectedBytes: Int)
    /// Another writer did not end in time; its process, where it is known.
    case writerBusy(path: String, waitedSeconds: Double, holder: Int?)
    /// Another process works in a folder that is given its place when it is whole.
    case beingMade(path: String)
    /// A table that the reader needs is not there.
    case missingTable(name: String)
    /// A key is empty or longer than ``OrderedKey/maximumLength``.
    case keyLength(table: String, count: Int)
    /// An operation on a folder: the system's error number.
    case folder(operation: String, path: String, code: Int32)

    /// What a failed call means for whoever has to act on it.
    package enum Reason: String, Sendable, CaseIterable {
        case mapFull, diskFull, notADatabase, versionMismatch, permissionDenied, damaged
        case tooManyReaders, outOfMemory, inputOutput, missing, keyExists, valueSize, exists
        case truncated, writerBusy, beingMade, mustReopen, other
    }

    /// The reason behind the code.
    package var reason: Reason {
        switch self {
        case .failed(_, let code): LMDBError.reason(of: code)
        case .alreadyOpen, .networkFileSystem: .other
        case .missing, .missingTable: .missing
        case .truncated: .truncated
        case .writerBusy: .writerBusy
        case .beingMade: .beingMade
        case .keyLength: .valueSize
        case .folder(_, _, let code): LMDBError.reason(of: code)
        }
    }

    private static func reason(of code: Int32) -> Reason {
        switch code {
        case MDB_MAP_FULL: .mapFull
        case ENOSPC, EDQUOT, EFBIG: .diskFull
        case MDB_INVALID: .notADatabase
        case MDB_VERSION_MISMATCH: .versionMismatch
        case EACCES, EPERM, EROFS: .permissionDenied
        case MDB_CORRUPTED, MDB_PAGE_NOTFOUND: .damaged
        case MDB_PANIC: .mustReopen
        case MDB_READERS_FULL: .tooManyReaders
        case ENOMEM: .outOfMemory
        case EIO: .inputOutput
        case ENOENT, MDB_NOTFOUND: .missing
        case MDB_KEYEXIST: .keyExists
        case EEXIST, ENOTEMPTY: .exists
        case MDB_BAD_VALSIZE: .valueSize
        default: .other
        }
    }
}

extension LMDBError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .failed(let operation, let code):
            "could not \(operation): \(LMDBError.text(of: code)) (code \(code))" + advice
        case .alreadyOpen(let path):
            "\(path) is open already in this process; use that one, or close it first"
        case .missing(let path):
            "there is no folder \(path)"
        case .networkFileSystem(let path, let type):
            "\(path) lies on a network file system (type 0x\(String(type, radix: 16))), where "
                + "locks and memory maps are not safe; choose a folder on a local disk"
        case .truncated(let path, let foundBytes, let expectedBytes):
            "\(path) has been cut: found \(foundBytes) bytes, expected \(expectedBytes); restore "
                + "the store from a backup"
        case .writerBusy(let path, let waitedSeconds, let holder):
            "another writer\(holder.map { " (process \($0))" } ?? "") holds \(path) for more than "
                + "\(Int(waitedSeconds)) s; let it end, or end it, and run again. Nothing was "
                + "written"
        case .beingMade(let path):
            "another process is working in \(path); wait until it has ended and run again"
        case .missingTable(let name):
            "table \"\(name)\" is missing; the folder holds no store of this program"
        case .keyLength(let table, let count):
            "a key of \(count) bytes for table \"\(table)\"; expected 1 to "
                + "\(OrderedKey.maximumLength)"
        case .folder(let operation, let path, let code):
            "could not \(operation) \(path): \(LMDBError.text(of: code)) (code \(code))" + advice
        }
    }

    private var advice: String {
        switch reason {
        case .mapFull: "; open the store with a larger map size. Nothing was written"
        case .diskFull: "; free some space and run again. Nothing was written"
        case .notADatabase: "; the file is damaged or is no database"
        case .versionMismatch: "; the file was written by another version of the library"
        case .permissionDenied: "; check who owns the store and what may be written"
        case .damaged: "; the store is damaged: restore it from a backup"
        case .tooManyReaders: "; end some of the programs that read this store"
        case .outOfMemory: "; allow the process more address space (ulimit -v)"
        case .inputOutput: "; the disk reports an error"
        case .exists: "; choose another name, or move what is there out of the way"
        case .mustReopen: "; a write failed before: look at the disk, then open the store again"
        case .truncated, .writerBusy, .beingMade, .missing, .keyExists, .valueSize, .other: ""
        }
    }

    /// The library's text for its own codes, the system's for the others.
    private static func text(of code: Int32) -> String {
        guard let text = unsafe mdb_strerror(code) else { return "unknown error" }
        return unsafe String(cString: text)
    }
}

/// Turns every code but success into an error.
func check(_ code: Int32, _ operation: @autoclosure () -> String) throws(LMDBError) {
    guard code == MDB_SUCCESS else { throw .failed(operation: operation(), code: code) }
}
