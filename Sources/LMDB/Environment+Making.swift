// Making a data file so that a power cut leaves either none or a whole one. The library writes the
// first two pages of a new file without synchronising them, and refuses the file for good where
// only a part of them arrived.

import CLMDB
import Glibc

extension Environment {
    /// Makes the data file of a folder that has none: beside its place, synchronised, and then
    /// given its name. Whoever makes one at the same time may be first; then theirs stays.
    static func makeDataFile(in folder: String, mapSizeBytes: Int) throws(LMDBError) {
        let path = folder + "/data.mdb"
        guard unsafe Glibc.access(path, F_OK) != 0, errno == ENOENT else {
            try removeUnfinished(in: folder)
            return
        }
        // A folder, because an environment in a file of its own says so in the file for good.
        let temporary = "\(path).\(getpid()).new"
        let made = temporary + "/data.mdb"
        do throws(LMDBError) {
            // Of a process that had our number and was killed.
            unsafe unlink(made)
            unsafe rmdir(temporary)
            try Folder.createNew(temporary)
            try writeEmpty(temporary, mapSizeBytes)
            guard unsafe link(made, path) == 0 || errno == EEXIST else {
                throw .folder(operation: "make", path: path, code: errno)
            }
        } catch {
            unsafe unlink(made)
            unsafe rmdir(temporary)
            // Somebody was quicker, and has removed ours as unfinished.
            guard File.exists(path) else { throw error }
        }
        try removeUnfinished(in: folder)
        try Folder.synchronise(folder)
    }

    /// Removes what processes that were killed while they made the data file left behind. Called
    /// only where there is a data file: whoever still makes one then makes it in vain, and says
    /// nothing where it is gone.
    private static func removeUnfinished(in folder: String) throws(LMDBError) {
        for name in try Folder.contents(of: folder) {
            let middle = name.dropFirst("data.mdb.".count).dropLast(".new".count)
            guard name == "data.mdb.\(middle).new", !middle.isEmpty,
                middle.utf8.allSatisfy({ (48...57).contains($0) })
            else { continue }
            unsafe unlink(folder + "/" + name + "/data.mdb")
            unsafe rmdir(folder + "/" + name)
        }
    }

    /// An empty file is never one of ours that is still being made, and the library would begin it
    /// anew: whatever emptied it must not pass for a store without events.
    static func refuseEmptyDataFile(in folder: String) throws(LMDBError) {
        guard Folder.byteCount(of: folder + "/data.mdb") == 0 else { return }
        throw .failed(operation: "open \(folder): its data file is empty", code: MDB_INVALID)
    }

    /// An environment without tables, without a lock: nobody else knows its name.
    private static func writeEmpty(_ path: String, _ mapSizeBytes: Int) throws(LMDBError) {
        var created: OpaquePointer?
        try check(unsafe mdb_env_create(&created), "create an environment")
        guard let handle = unsafe created else {
            throw .failed(operation: "create an environment", code: ENOMEM)
        }
        defer { unsafe mdb_env_close(handle) }
        try check(unsafe mdb_env_set_mapsize(handle, mapSizeBytes), "reserve the map")
        try check(unsafe mdb_env_open(handle, path, UInt32(MDB_NOLOCK), 0o600), "make \(path)")
        try check(unsafe mdb_env_sync(handle, 1), "synchronise \(path)")
    }
}
