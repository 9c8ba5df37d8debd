// The system's own calls on the one file whose bytes must be overwritten where they lie: the
// only file of this target that speaks to the system, and so the only one with `unsafe`.

import Digests
import Glibc

/// An open file that only its owner may use, closed with its last user. It holds nothing that
/// changes: several threads may use it at once.
final class PrivateFile: Sendable {
    let path: String
    let isWritable: Bool
    private let descriptor: Int32

    /// Opens a file that is there.
    /// - Throws: ``KeysError/missing(path:)``, ``KeysError/openToOthers(path:mode:)``.
    init(path: String, isWritable: Bool) throws(KeysError) {
        descriptor = try PrivateFile.openPrivate(path, isWritable)
        self.path = path
        self.isWritable = isWritable
    }

    private static func openPrivate(
        _ path: String, _ isWritable: Bool
    ) throws(KeysError) -> Int32 {
        let number = unsafe open(path, (isWritable ? O_RDWR : O_RDONLY) | O_CLOEXEC)
        guard number >= 0 else {
            let code = errno
            if code == ENOENT || code == ENOTDIR { throw .missing(path: path) }
            if code == EACCES || code == EPERM { throw .notPermitted(path: path) }
            throw failure(path, "open", code)
        }
        var problem: KeysError?
        var status = stat()
        if unsafe fstat(number, &status) == 0 {
            let mode = status.st_mode & 0o777
            if status.st_mode & S_IFMT != S_IFREG {
                problem = .notAKeyFile(path: path, reason: "something else than a file")
            } else if mode & 0o077 != 0 {
                problem = .openToOthers(path: path, mode: "0" + String(mode, radix: 8))
            }
        } else {
            problem = failure(path, "fstat", errno)
        }
        guard let problem else { return number }
        close(number)
        throw problem
    }

    deinit { close(descriptor) }

    /// Makes a file with these bytes, durably, unless there is one already: whoever comes second
    /// takes the first one's. Nothing is ever seen half written.
    static func create(_ path: String, _ bytes: [UInt8]) throws(KeysError) {
        let suffix = try wrapped(path) { () throws(DigestsError) in
            Hexadecimal.text(of: try SecureRandom.bytes(count: 8))
        }
        let temporary = "\(path).\(suffix).new"
        let number = unsafe open(temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard number >= 0 else { throw failure(path, "open", errno) }
        var reason: KeysError?
        let written = unsafe pwrite(number, bytes, bytes.count, 0)
        if written != bytes.count {
            // A write that was cut short found no more room.
            reason = failure(path, "pwrite", written < 0 ? errno : ENOSPC)
        } else if fsync(number) != 0 {
            reason = failure(path, "fsync", errno)
        } else if unsafe link(temporary, path) != 0, errno != EEXIST {
            let linked = failure(path, "link", errno)
            // Where there is one by now, whoever made it may have removed ours.
            if unsafe access(path, F_OK) != 0 { reason = linked }
        }
        close(number)
        unsafe unlink(temporary)
        if let reason { throw reason }
        try removeUnfinished(of: path)
        try synchroniseFolder(of: path)
    }

    /// Removes what processes that were killed while they made the file left behind: files beside
    /// it with its name, 16 digits and `.new`. What they hold is overwritten first, unless it is
    /// the file itself under a second name. To be called only where the file is there: then
    /// whoever still makes one makes it in vain.
    static func removeUnfinished(of path: String) throws(KeysError) {
        let folder = folder(of: path)
        let prefix =
            (path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) }
                ?? path) + "."
        guard let stream = unsafe opendir(folder) else { throw failure(path, "opendir", errno) }
        var names: [String] = []
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
                unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) {
                    unsafe String(cString: $0)
                }
            }
            let middle = name.dropFirst(prefix.count).dropLast(".new".count)
            if name == prefix + middle + ".new", middle.utf8.count == 16,
                Hexadecimal.bytes(of: String(middle)) != nil
            {
                names.append(name)
            }
        }
        unsafe closedir(stream)
        guard !names.isEmpty else { return }
        for name in names { try wipe(folder + "/" + name, besides: path) }
        try synchroniseFolder(of: path)
    }

    private static func wipe(_ leftover: String, besides path: String) throws(KeysError) {
        var own = stat()
        var other = stat()
        let number = unsafe open(leftover, O_RDWR | O_NOFOLLOW | O_CLOEXEC)
        // Whoever made it has removed it meanwhile, or it is none of ours.
        guard number >= 0 else { return }
        defer { close(number) }
        guard unsafe fstat(number, &other) == 0, other.st_mode & S_IFMT == S_IFREG,
            other.st_uid == geteuid()
        else { return }
        guard unsafe stat(path, &own) == 0 else { throw failure(path, "stat", errno) }
        if own.st_ino != other.st_ino || own.st_dev != other.st_dev {
            let zeros = [UInt8](repeating: 0, count: Int(other.st_size))
            guard unsafe pwrite(number, zeros, zeros.count, 0) == zeros.count,
                fdatasync(number) == 0
            else { throw failure(leftover, "overwrite", errno) }
        }
        guard unsafe unlink(leftover) == 0 || errno == ENOENT else {
            throw failure(leftover, "unlink", errno)
        }
    }

    private static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private static func synchroniseFolder(of path: String) throws(KeysError) {
        let number = unsafe open(folder(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard number >= 0 else { throw failure(path, "open folder", errno) }
        defer { close(number) }
        guard fsync(number) == 0 else { throw failure(path, "fsync folder", errno) }
    }

    func sizeBytes() throws(KeysError) -> Int {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw failure("fstat") }
        return Int(status.st_size)
    }

    /// Up to `count` words from a place on; fewer at the end of the file, whose incomplete last
    /// word is left out.
    func words(at offset: Int, count: Int) throws(KeysError) -> [UInt64] {
        var words = [UInt64](repeating: 0, count: count)
        var done = 0
        while done < count * 8 {
            let got = unsafe words.withUnsafeMutableBytes { bytes in
                let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[done...])
                return unsafe pread(descriptor, rest.baseAddress, rest.count, off_t(offset + done))
            }
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else { throw failure("pread") }
            if got == 0 { break }
            done += got
        }
        if done / 8 < count { words.removeLast(count - done / 8) }
        return words
    }

    /// Writes words at a place, all of them. Not durable before ``synchronise()``.
    func write(_ words: [UInt64], at offset: Int) throws(KeysError) {
        var done = 0
        while done < words.count * 8 {
            let put = unsafe words.withUnsafeBytes { bytes in
                let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[done...])
                return unsafe pwrite(descriptor, rest.baseAddress, rest.count, off_t(offset + done))
            }
            if put < 0, errno == EINTR { continue }
            guard put > 0 else {
                throw PrivateFile.failure(path, "pwrite", put < 0 ? errno : ENOSPC)
            }
            done += put
        }
    }

    func synchronise() throws(KeysError) {
        guard fdatasync(descriptor) == 0 else { throw failure("fdatasync") }
    }

    /// Lets the system forget what it holds of the file in memory, so that what is read next
    /// comes from the disk. Only advice: where it is not taken, memory is read.
    func forgetCached() {
        _ = posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED)
    }

    /// Keeps other writers away until the file is closed.
    /// - Parameter onWaiting: hears of the wait after the first second, then after twice the
    ///   time each: milliseconds so far, and the process that has the lock.
    /// - Throws: ``KeysError/inUse(path:)`` after `waitMilliseconds`.
    func lock(
        waitMilliseconds: Int, onWaiting: (Int, Int?) -> Void
    ) throws(KeysError) {
        var waited = 0
        var nextReport = 1_000
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            let code = errno
            if code == EINTR { continue }
            guard code == EWOULDBLOCK else { throw PrivateFile.failure(path, "flock", code) }
            guard waited < waitMilliseconds else { throw .inUse(path: path) }
            if waited >= nextReport {
                onWaiting(waited, holder())
                nextReport *= 2
            }
            usleep(20_000)
            waited += 20
        }
    }

    /// The process that the system's list of locks names for this file.
    private func holder() -> Int? {
        var status = stat()
        let list = unsafe open("/proc/locks", O_RDONLY | O_CLOEXEC)
        guard list >= 0, unsafe fstat(descriptor, &status) == 0 else { return nil }
        defer { close(list) }
        var text = [UInt8](repeating: 0, count: 1 << 16)
        let count = unsafe read(list, &text, text.count)
        guard count > 0 else { return nil }
        let place = ":\(status.st_ino)"
        for line in String(decoding: text[..<count], as: UTF8.self).split(separator: "\n") {
            // 1: FLOCK  ADVISORY  WRITE 4711 08:01:123456 0 EOF
            let fields = line.split(separator: " ")
            guard fields.count >= 6, fields[1] == "FLOCK", fields[5].hasSuffix(place) else {
                continue
            }
            return Int(fields[4])
        }
        return nil
    }

    private func failure(_ operation: String) -> KeysError {
        PrivateFile.failure(path, operation, errno)
    }

    private static func failure(_ path: String, _ operation: String, _ code: Int32) -> KeysError {
        let reason = unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
        return .storage(path: path, operation: operation, reason: reason)
    }
}

/// Gives the cryptographic library's errors this module's form.
func wrapped<Result: ~Copyable>(
    _ path: String, _ body: () throws(DigestsError) -> Result
) throws(KeysError) -> Result {
    do {
        return try body()
    } catch {
        throw .library(path: path, reason: error.description)
    }
}
