// Copies of a live log, and the same log in a smaller file. A copy is a store of its own and is
// verified before anyone relies on it. Keys are never copied: they lie outside the log.

import Digests
package import Events
import LMDB

/// A copy that was made and verified.
package struct LogCopy: Hashable, Sendable {
    package let head: LogPosition
    package let headHash: String
    /// Bytes of the file copied from and of the copy.
    package let bytesBefore: Int
    package let bytesAfter: Int
}

extension Log {
    /// Writes the log as of its last commit to a folder that must not exist yet, and verifies what
    /// it wrote. Readers and writers go on meanwhile. The folder is a store that opens; pages that
    /// are free, and whatever they still hold, are left out.
    ///
    /// The copy is made in a folder beside its place, `.partial` behind the name, and moved there
    /// when it is verified. What a call leaves that is stopped, the next one to the same folder
    /// takes over.
    /// - Throws: ``EventLogError/badCopy(path:reason:)`` where the copy is not sound; it is
    /// removed.
    package func copy(
        to folder: String, progress: @escaping @Sendable (_ done: Int, _ total: Int) -> Void
    ) throws -> LogCopy {
        var path = folder[...]
        while path.count > 1, path.last == "/" { path.removeLast() }
        let place = String(path)
        let working = place + ".partial"
        return try translatingStorageErrors {
            if Folder.exists(folder) || File.exists(folder) {
                guard Folder.exists(folder + "/log"), Folder.exists(working) else {
                    throw EventLogError.alreadyThere(path: folder)
                }
                return try finishStopped(folder, working, progress)
            }
            let claim = try FolderClaim(working, contents: Log.copyContents)
            let copy: LogCopy
            do {
                copy = try write(copyTo: claim.path + "/copy", progress)
            } catch {
                try claim.remove()
                throw error
            }
            try File.rename(claim.path + "/copy", to: place, replacing: false)
            try claim.remove()
            return copy
        }
    }

    /// What a copy may leave in the folder it is made in, what is within first.
    private static let copyContents =
        ["data.mdb", "lock.mdb", "writer.lock"].map { "copy/log/" + $0 }
        + ["copy/log", "copy/head", "copy"]

    private func write(
        copyTo folder: String, _ progress: @escaping @Sendable (Int, Int) -> Void
    ) throws -> LogCopy {
        let least = try head()
        try Folder.create(folder)
        try Folder.create(folder + "/log")
        try environment.copy(to: folder + "/log/data.mdb", form: .compacted)
        return try finishCopy(folder, holding: least, progress)
    }

    /// The copy of a call that was stopped when all was in place: verified once more, and what
    /// the call left is removed.
    private func finishStopped(
        _ folder: String, _ working: String,
        _ progress: @escaping @Sendable (Int, Int) -> Void
    ) throws -> LogCopy {
        let claim = try FolderClaim(working, contents: Log.copyContents)
        let copy = try finishCopy(folder, holding: .beforeFirst, progress)
        try claim.remove()
        return copy
    }

    /// Verifies a copy and gives it its head file.
    private func finishCopy(
        _ folder: String, holding least: LogPosition,
        _ progress: @escaping @Sendable (Int, Int) -> Void
    ) throws -> LogCopy {
        let copy = try Log.open(directory: folder, access: .readOnly, options: options)
        let report = try copy.verifyChain(progress: progress)
        guard report.isSound, report.head >= least, copy.storeID == storeID else {
            throw EventLogError.badCopy(
                path: folder,
                reason: report.problems.first?.description ?? "it is another store, or too short")
        }
        // The copy must continue this very log, not only be sound in itself.
        let head = try copy.reading { try copy.readHead($0) }
        let here = try verifiedHash(at: head.position)
        guard here == nil || here == head.hash else {
            throw EventLogError.badCopy(path: folder, reason: "it has another head hash")
        }
        try copy.headFile.write(head, isDurable: true)
        try Folder.synchronise(folder)
        return LogCopy(
            head: head.position, headHash: head.hash.hexadecimal,
            bytesBefore: try environment.statistics().allocatedBytes,
            bytesAfter: try copy.environment.statistics().allocatedBytes)
    }

    /// The head's hash where the log still ends at `position`; `nil` where it has gone on.
    private func verifiedHash(at position: LogPosition) throws -> Digest? {
        let head = try reading { try readHead($0) }
        return head.position == position ? head.hash : nil
    }

    /// Puts a compacted, verified copy in the place of the log's file. Nobody else may have the
    /// store open; afterwards this log is of no use and must be let go.
    ///
    /// A kill at any moment leaves the old file or the new one in place, both whole; what is left
    /// of an unfinished copy is removed by the next compaction.
    /// - Throws: ``EventLogError/inUse(path:)``.
    package func compact(
        progress: @escaping @Sendable (_ done: Int, _ total: Int) -> Void
    ) throws -> LogCopy {
        guard isWritable else { throw EventLogError.readOnly(path: directory) }
        let folder = directory + "/compacting"
        return try translatingStorageErrors {
            guard try environment.isUsedHereOnly() else {
                throw EventLogError.inUse(path: directory)
            }
            let claim = try FolderClaim(folder, contents: Log.copyContents)
            let made: LogCopy
            do {
                // Nothing is appended between the copy and the change of files.
                made = try environment.withWrite { _ in
                    let copy = try write(copyTo: folder + "/copy", progress)
                    try File.rename(
                        folder + "/copy/log/data.mdb", to: directory + "/log/data.mdb",
                        replacing: true)
                    return copy
                }
            } catch {
                try claim.remove()
                throw error
            }
            try claim.remove()
            return made
        }
    }
}

extension Log {
    /// Makes a store from this log, a backup: the folder may be there, with keys for instance, but
    /// must not have a log.
    ///
    /// The log is copied beside its place, verified, and then given its name: a kill leaves the
    /// folder without a log, or with a whole one.
    package func restore(
        to target: String, progress: @escaping @Sendable (_ done: Int, _ total: Int) -> Void
    ) throws -> LogCopy {
        try translatingStorageErrors {
            let folder = target + "/restoring"
            if Folder.exists(target + "/log") {
                guard Folder.exists(folder) else {
                    throw EventLogError.alreadyThere(path: target + "/log")
                }
                return try finishStopped(target, folder, progress)
            }
            try Folder.create(target)
            if let noted = try headFile.read() {
                let head = try reading { try readHead($0) }
                guard noted.position == head.position, noted.hash == head.hash else {
                    throw EventLogError.wentBack(
                        path: directory, noted: noted.position, found: head.position)
                }
            }
            let claim = try FolderClaim(folder, contents: Log.copyContents)
            let copy: LogCopy
            do {
                copy = try write(copyTo: folder + "/copy", progress)
            } catch {
                try claim.remove()
                throw error
            }
            try File.rename(folder + "/copy/head", to: target + "/head", replacing: true)
            try File.rename(folder + "/copy/log", to: target + "/log", replacing: false)
            try claim.remove()
            return copy
        }
    }
}
