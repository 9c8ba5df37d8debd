// A long file written beside its place, chunk by chunk, and moved there when it is whole: no
// reader sees half of it, and a run that was stopped leaves the old one.

import Glibc

/// A file in the making. Without ``publish()`` it goes away again.
struct FileReplacement: ~Copyable {
    let path: String
    private let temporary: String
    private var descriptor: Int32

    /// - Throws: ``WorkbenchError/unwritable(path:reason:)``; also where something is at the path
    ///   that is no file, as a folder or a device.
    init(path: String) throws(WorkbenchError) {
        var status = stat()
        if unsafe stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
            throw .unwritable(
                path: path, reason: "it is no regular file; - stands for standard output")
        }
        let temporary = "\(path).\(getpid()).new"
        // The log's folder is its owner's alone, and so is what comes out of it.
        let descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw .unwritable(path: path, reason: FileReplacement.systemReason())
        }
        self.path = path
        self.temporary = temporary
        self.descriptor = descriptor
    }

    deinit {
        guard descriptor >= 0 else { return }
        close(descriptor)
        unsafe unlink(temporary)
    }

    func write(_ bytes: [UInt8]) throws(WorkbenchError) {
        var written = 0
        while written < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { buffer in
                let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[written...])
                return unsafe Glibc.write(descriptor, rest.baseAddress, rest.count)
            }
            guard count > 0 else {
                if count < 0, errno == EINTR { continue }
                throw .unwritable(path: path, reason: FileReplacement.systemReason())
            }
            written += count
        }
    }

    /// Makes the bytes durable and moves the file to its place.
    consuming func publish() throws(WorkbenchError) {
        let isSynced = fsync(descriptor) == 0
        guard isSynced, unsafe rename(temporary, path) == 0 else {
            throw .unwritable(path: path, reason: FileReplacement.systemReason())
        }
        close(descriptor)
        descriptor = -1
    }

    private static func systemReason() -> String {
        unsafe String(cString: strerror(errno))
    }
}

/// The same for a file that another library writes: a free name beside its place.
struct NameReplacement: ~Copyable {
    let path: String
    let temporary: String
    private var isPublished = false

    init(path: String) {
        self.path = path
        temporary = "\(path).\(getpid()).new"
        // What a run that was killed left there.
        unsafe unlink(temporary)
    }

    deinit {
        if !isPublished { unsafe unlink(temporary) }
    }

    /// Moves the file to its place; its bytes are durable already.
    consuming func publish() throws(WorkbenchError) {
        guard unsafe rename(temporary, path) == 0 else {
            throw .unwritable(path: path, reason: unsafe String(cString: strerror(errno)))
        }
        isPublished = true
    }
}
