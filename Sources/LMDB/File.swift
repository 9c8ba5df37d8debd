// The few calls about single files that a backup needs: made anew, put in place at once, durable
// when the call returns. They stand beside Folder for the same reason: the layers above call no
// system function.

import CLMDB
import Glibc

package enum File {
    /// Whether a file of the ordinary sort is at this path.
    package static func exists(_ path: String) -> Bool {
        guard let information = Folder.status(path) else { return false }
        return information.st_mode & S_IFMT == S_IFREG
    }

    /// The length of a file, or `nil` where there is none.
    package static func sizeBytes(of path: String) -> Int? {
        Folder.status(path).map { Int($0.st_size) }
    }

    /// The last four octal digits of a file's mode, or `nil` where there is none.
    package static func permissions(of path: String) -> UInt32? {
        Folder.permissions(of: path)
    }

    /// Makes a file that is not there yet and writes it durably, its name included. What fails
    /// half-way is removed.
    /// - Throws: reason `exists` where something has this name already.
    package static func create(
        _ path: String, _ bytes: [UInt8], permissions: UInt32 = 0o600
    ) throws(LMDBError) {
        let descriptor = try openNew(path, permissions: permissions)
        do throws(LMDBError) {
            try writeAll(descriptor, bytes, path)
            try synchronise(descriptor, path)
        } catch {
            close(descriptor)
            unsafe unlink(path)
            throw error
        }
        close(descriptor)
        try Folder.synchronise(Folder.parent(of: path))
    }

    /// Gives a file new contents: after a crash at any moment it holds the old ones or the new.
    package static func replace(
        _ path: String, _ bytes: [UInt8], permissions: UInt32 = 0o600
    ) throws(LMDBError) {
        let fresh = path + ".new"
        // Left by a crash between the two steps below.
        if exists(fresh) { try remove(fresh) }
        try create(fresh, bytes, permissions: permissions)
        try rename(fresh, to: path)
    }

    /// Gives a file or folder another name in the same file system, at once and durably.
    /// - Parameter replacing: whether a file that has the new name goes; if not, one that has it
    ///   is an error with reason `exists`.
    package static func rename(
        _ path: String, to newPath: String, replacing: Bool = true
    ) throws(LMDBError) {
        let code =
            replacing ? unsafe Glibc.rename(path, newPath) : unsafe clmdb_rename_new(path, newPath)
        guard code == 0 else {
            throw .folder(operation: "rename to \(newPath)", path: path, code: errno)
        }
        let folders = Set([Folder.parent(of: newPath), Folder.parent(of: path)])
        for folder in folders.sorted() { try Folder.synchronise(folder) }
    }

    /// Removes a file; one that is not there is an error with reason `missing`.
    package static func remove(_ path: String) throws(LMDBError) {
        guard unsafe unlink(path) == 0 else {
            throw .folder(operation: "remove file", path: path, code: errno)
        }
    }

    /// The whole contents of a file.
    /// - Parameter maximumBytes: a longer file is an error: it is not what was looked for.
    package static func bytes(
        of path: String, maximumBytes: Int = 16 << 20
    ) throws(LMDBError) -> [UInt8] {
        let descriptor = try openExisting(path)
        defer { close(descriptor) }
        var result: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = unsafe chunk.withUnsafeMutableBytes {
                unsafe read(descriptor, $0.baseAddress, $0.count)
            }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw .folder(operation: "read", path: path, code: errno) }
            if count == 0 { return result }
            result += chunk[..<count]
            guard result.count <= maximumBytes else {
                throw .folder(operation: "read", path: path, code: EFBIG)
            }
        }
    }

    // MARK: Descriptors, for this module

    static func openExisting(_ path: String) throws(LMDBError) -> Int32 {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .folder(operation: "open", path: path, code: errno) }
        return descriptor
    }

    static func openNew(_ path: String, permissions: UInt32) throws(LMDBError) -> Int32 {
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC
        let descriptor = unsafe open(path, flags, mode_t(permissions))
        guard descriptor >= 0 else {
            throw .folder(operation: "make file", path: path, code: errno)
        }
        return descriptor
    }

    static func writeAll(
        _ descriptor: Int32, _ bytes: [UInt8], _ path: String
    ) throws(LMDBError) {
        var start = 0
        while start < bytes.count {
            let count = unsafe bytes.withUnsafeBytes {
                unsafe write(descriptor, $0.baseAddress.map { unsafe $0 + start }, $0.count - start)
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else {
                throw .folder(
                    operation: "write", path: path, code: count < 0 ? errno : ENOSPC)
            }
            start += count
        }
    }

    static func synchronise(_ descriptor: Int32, _ path: String) throws(LMDBError) {
        guard fsync(descriptor) == 0 else {
            throw .folder(operation: "synchronise", path: path, code: errno)
        }
    }
}
