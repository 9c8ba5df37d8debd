// The few calls about folders that a store needs, kept with the library that maps its files:
// the layers above hold no pointers and call no system function.

import CLMDB
import Glibc

/// What a folder or file is, however it was named: two paths to it have one identity.
struct FileIdentity: Hashable, Sendable {
    let device: UInt64
    let inode: UInt64
}

package enum Folder {
    /// Whether a folder is at this path; a file is none. A path that may not be looked at counts
    /// as one: whoever opens it next is told why it cannot.
    package static func exists(_ path: String) -> Bool {
        guard let information = status(path) else { return errno == EACCES }
        return information.st_mode & S_IFMT == S_IFDIR
    }

    /// Makes the folder durably; one that exists is left as it is. Its parent must exist.
    ///
    /// The parent is synchronised in both cases: whoever made the folder may have been stopped
    /// before that, and a power cut would take the folder with all that was acknowledged in it.
    package static func create(_ path: String, permissions: UInt32 = 0o700) throws(LMDBError) {
        if !exists(path), unsafe mkdir(path, mode_t(permissions)) != 0 {
            let code = errno
            // Another process may have been quicker.
            guard code == EEXIST, exists(path) else {
                throw .folder(operation: "create folder", path: path, code: code)
            }
        }
        do throws(LMDBError) {
            try synchronise(parent(of: path))
        } catch {
            // A parent that may not be read cannot be synchronised by us; names in it can be made.
            guard error.reason == .permissionDenied else { throw error }
        }
    }

    package static func parent(of path: String) -> String {
        var end = path[...]
        while end.last == "/" { end.removeLast() }
        guard let slash = end.lastIndex(of: "/") else { return "." }
        return slash == end.startIndex ? "/" : String(end[..<slash])
    }

    /// Makes a folder that is not there yet; one that is there is an error with reason `exists`.
    package static func createNew(_ path: String, permissions: UInt32 = 0o700) throws(LMDBError) {
        guard unsafe mkdir(path, mode_t(permissions)) == 0 else {
            throw .folder(operation: "create folder", path: path, code: errno)
        }
    }

    /// The names in a folder, sorted, without the two that stand for folders themselves.
    package static func contents(of path: String) throws(LMDBError) -> [String] {
        guard let stream = unsafe opendir(path) else {
            throw .folder(operation: "open folder", path: path, code: errno)
        }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        errno = 0
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
                unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) {
                    unsafe String(cString: $0)
                }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        guard errno == 0 else {
            throw .folder(operation: "read folder", path: path, code: errno)
        }
        return names.sorted()
    }

    /// Makes the names in a folder durable; the library itself syncs only its file.
    package static func synchronise(_ path: String) throws(LMDBError) {
        let descriptor = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw .folder(operation: "open folder", path: path, code: errno)
        }
        let code = fsync(descriptor) == 0 ? 0 : errno
        close(descriptor)
        guard code == 0 else {
            throw .folder(operation: "synchronise folder", path: path, code: code)
        }
    }

    /// Removes an empty folder.
    package static func remove(_ path: String) throws(LMDBError) {
        guard unsafe rmdir(path) == 0 else {
            throw .folder(operation: "remove folder", path: path, code: errno)
        }
    }

    /// The last four octal digits of a folder's mode, or `nil` where there is none.
    package static func permissions(of path: String) -> UInt32? {
        status(path).map { UInt32($0.st_mode) & 0o7777 }
    }

    /// Bytes that a file takes up on the disk, holes not counted; zero where there is none.
    static func allocatedBytes(of path: String) -> Int {
        status(path).map { Int($0.st_blocks) * 512 } ?? 0
    }

    /// The length of a file; `nil` where there is none.
    static func byteCount(of path: String) -> Int? { status(path).map { Int($0.st_size) } }

    static func identity(of path: String) -> FileIdentity? {
        status(path).map { FileIdentity(device: UInt64($0.st_dev), inode: UInt64($0.st_ino)) }
    }

    /// File systems that other machines share, by the numbers of statfs(2).
    private static let networkTypes: Set<UInt64> = [
        0x6969, 0x517b, 0xff53_4d42, 0xfe53_4d42, 0x5346_414f, 0x0bd0_0bd0, 0x00c3_6400,
    ]

    /// The type of the network file system that holds `path`; `nil` where it is a local one.
    static func networkType(of path: String) -> UInt64? {
        var information = statfs()
        guard unsafe statfs(path, &information) == 0 else { return nil }
        let type = UInt64(UInt32(truncatingIfNeeded: information.f_type))
        return networkTypes.contains(type) ? type : nil
    }

    static func status(_ path: String) -> stat? {
        var information = stat()
        guard unsafe stat(path, &information) == 0 else { return nil }
        return information
    }
}
