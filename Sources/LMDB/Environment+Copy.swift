// A copy of a live environment, made by the library itself: it sees one commit, whatever is
// written meanwhile.

import CLMDB
import Glibc

extension Environment {
    /// How a copy is laid out.
    package enum CopyForm: Sendable, Hashable {
        /// Page by page, free pages and what they still hold included.
        case asItIs
        /// Only what is in use, in the order of the keys; no byte of a free page is copied.
        case compacted
    }

    /// Writes the state of the last commit to a new file, durable when the call returns. What
    /// fails half-way, on a full disk above all, is removed again.
    ///
    /// Readers and writers go on; the copy is a long reader, so that the file copied from grows
    /// while writing goes on beside it. A copy as it is waits for a writer at its start.
    ///
    /// - Precondition: the calling thread is not inside ``withWrite(_:)``.
    /// - Throws: reason `exists` where something has this name already.
    package func copy(to path: String, form: CopyForm) throws(LMDBError) {
        let descriptor = try File.openNew(path, permissions: 0o600)
        do throws(LMDBError) {
            try write(to: descriptor, form, path)
            try File.synchronise(descriptor, path)
        } catch {
            Glibc.close(descriptor)
            unsafe unlink(path)
            throw error
        }
        Glibc.close(descriptor)
        try Folder.synchronise(Folder.parent(of: path))
    }

    private func write(
        to descriptor: Int32, _ form: CopyForm, _ path: String
    ) throws(LMDBError) {
        // A reader in no table keeps writers away while it copies.
        let lock = access == .readOnly ? writerLock : nil
        try lock?.acquireShared()
        defer { lock?.release() }
        let flags = form == .compacted ? UInt32(MDB_CP_COMPACT) : 0
        let code = unsafe mdb_env_copyfd2(handle, descriptor, flags)
        guard code == 0 else { throw .folder(operation: "copy to", path: path, code: code) }
    }
}
