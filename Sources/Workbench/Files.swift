// Whole small files, by name: the few that are not records and not the log.

import Glibc

/// Reading and writing of small files.
package enum Files {
    /// Longest file that is read whole, in bytes.
    package static let limitBytes = 64 << 20

    /// Whether there is anything at a path.
    static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

    /// The bytes of a file.
    /// - Throws: ``WorkbenchError/unreadable(path:reason:)``.
    package static func read(_ path: String) throws(WorkbenchError) -> [UInt8] {
        guard let bytes = try readIfPresent(path) else {
            throw .unreadable(path: path, reason: "no such file")
        }
        return bytes
    }

    /// The bytes of a file, or `nil` where there is none.
    package static func readIfPresent(_ path: String) throws(WorkbenchError) -> [UInt8]? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw .unreadable(path: path, reason: systemReason())
        }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = unsafe Glibc.read(descriptor, &buffer, buffer.count)
            guard count >= 0 else {
                if errno == EINTR { continue }
                throw .unreadable(path: path, reason: systemReason())
            }
            if count == 0 { return bytes }
            bytes += buffer[..<count]
            guard bytes.count <= limitBytes else {
                throw .unreadable(path: path, reason: "longer than \(limitBytes) bytes")
            }
        }
    }

    /// Writes a file beside its place and moves it there, so that no reader sees half of it. Bytes
    /// and name are on the disk when it returns.
    /// - Parameter isPrivate: only the owner may read it, and a file that is there already stays.
    package static func write(
        _ bytes: [UInt8], to path: String, isPrivate: Bool = false
    ) throws(WorkbenchError) {
        let temporary = "\(path).\(getpid()).new"
        let mode: mode_t = isPrivate ? 0o600 : 0o644
        let descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw .unwritable(path: path, reason: systemReason()) }
        var written = 0
        while written < bytes.count {
            let rest = Array(bytes[written...])
            let count = unsafe Glibc.write(descriptor, rest, rest.count)
            guard count > 0 else {
                if errno == EINTR { continue }
                let reason = systemReason()
                close(descriptor)
                unsafe unlink(temporary)
                throw .unwritable(path: path, reason: reason)
            }
            written += count
        }
        let isSynced = fsync(descriptor) == 0
        let isClosed = close(descriptor) == 0
        guard isSynced, isClosed, publish(temporary, path, isNew: isPrivate),
            synchroniseFolder(of: path)
        else {
            let reason = systemReason()
            unsafe unlink(temporary)
            throw .unwritable(path: path, reason: reason)
        }
    }

    /// - Parameter isNew: the file must not be there yet; one that is there stays.
    private static func publish(_ temporary: String, _ path: String, isNew: Bool) -> Bool {
        guard isNew else { return unsafe rename(temporary, path) == 0 }
        guard unsafe link(temporary, path) == 0 || errno == EEXIST else { return false }
        return unsafe unlink(temporary) == 0
    }

    /// Makes the names in a file's folder durable. Without it a power cut can take a key whose
    /// sealed fields are on the disk already.
    private static func synchroniseFolder(of path: String) -> Bool {
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        let descriptor = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        let code = fsync(descriptor) == 0 ? 0 : errno
        close(descriptor)
        errno = code
        return code == 0
    }

    /// Makes a folder and those above it where they are missing.
    package static func makeFolder(_ path: String) throws(WorkbenchError) {
        var prefix = path.hasPrefix("/") ? "/" : ""
        for part in path.split(separator: "/") {
            prefix += part
            guard unsafe mkdir(prefix, 0o755) == 0 || errno == EEXIST else {
                throw .unwritable(path: prefix, reason: systemReason())
            }
            prefix += "/"
        }
    }

    private static func systemReason() -> String {
        unsafe String(cString: strerror(errno))
    }
}
