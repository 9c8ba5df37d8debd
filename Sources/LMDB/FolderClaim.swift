// A folder to make something in, which is given its place when it is whole. Whoever works in it
// holds a lock on a file in it, which the system drops when its holder dies; so what a killed
// process left is told from what a living one is making, and from what is none of ours.

import CLMDB
import Glibc

/// A folder that only this process works in, until it is removed.
package struct FolderClaim: ~Copyable {
    /// What is in a folder of ours beside what the maker puts there.
    private static let markName = "in-the-making"

    package let path: String
    private let contents: [String]
    private var descriptor: Int32

    /// Makes the folder, or takes over one that a dead process left, emptied.
    /// - Parameter contents: paths of files and folders within it, folders behind what is in
    ///   them, that the maker may put there: nothing else is ever removed.
    /// - Throws: reason `exists` where something there is none of ours; `beingMade` where another
    ///   process works in it.
    package init(_ path: String, contents: [String]) throws(LMDBError) {
        self.path = path
        self.contents = contents
        descriptor = -1
        while descriptor < 0 {
            try FolderClaim.makeOrCheck(path, Set(contents))
            descriptor = try FolderClaim.lock(path)
        }
        try FolderClaim.removeAll(path, contents)
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Makes the folder where there is none; one that is there must be ours.
    private static func makeOrCheck(
        _ path: String, _ contents: Set<String>
    ) throws(LMDBError) {
        do throws(LMDBError) {
            try Folder.createNew(path)
            return
        } catch {
            guard error.reason == .exists, Folder.exists(path) else { throw error }
        }
        let found = try paths(in: path)
        guard found.isEmpty || found.contains(markName),
            found.allSatisfy({ $0 == markName || contents.contains($0) })
        else { throw .folder(operation: "make", path: path, code: EEXIST) }
    }

    /// What is in a folder and in the folders in it.
    private static func paths(in path: String, depth: Int = 3) throws(LMDBError) -> [String] {
        var found: [String] = []
        for name in try Folder.contents(of: path) {
            found.append(name)
            guard depth > 1, Folder.exists(path + "/" + name) else { continue }
            let inner = try paths(in: path + "/" + name, depth: depth - 1)
            found += inner.map { name + "/" + $0 }
        }
        return found
    }

    /// The mark's descriptor, locked; -1 where the folder went away meanwhile.
    private static func lock(_ path: String) throws(LMDBError) -> Int32 {
        let mark = path + "/" + markName
        let descriptor = unsafe open(mark, O_RDWR | O_CREAT | O_CLOEXEC, mode_t(0o600))
        guard descriptor >= 0 else {
            if errno == ENOENT { return -1 }
            throw .folder(operation: "make file", path: mark, code: errno)
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            close(descriptor)
            guard code == EWOULDBLOCK else {
                throw .folder(operation: "lock", path: mark, code: code)
            }
            throw .beingMade(path: path)
        }
        // The one who had it may have published or removed it between the two calls.
        var opened = stat()
        let isSame =
            unsafe fstat(descriptor, &opened) == 0
            && Folder.identity(of: mark)?.inode == UInt64(opened.st_ino)
        guard isSame else {
            close(descriptor)
            return -1
        }
        do throws(LMDBError) {
            // Before anything is made in it, so that it is known as ours after a power cut too.
            try Folder.synchronise(path)
        } catch {
            close(descriptor)
            throw error
        }
        return descriptor
    }

    private static func removeAll(_ path: String, _ contents: [String]) throws(LMDBError) {
        for name in contents {
            let place = path + "/" + name
            if Folder.exists(place) {
                try Folder.remove(place)
            } else if File.exists(place) {
                try File.remove(place)
            }
        }
    }

    /// Removes the folder with what the maker put there.
    package consuming func remove() throws(LMDBError) {
        try FolderClaim.removeAll(path, contents)
        // The mark goes last, after a power cut too.
        try Folder.synchronise(path)
        try File.remove(path + "/" + FolderClaim.markName)
        try Folder.remove(path)
    }
}
