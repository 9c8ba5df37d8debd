// Bytes of files as they lie on the disk, with the system's own calls: the libraries below the
// faces do without Foundation.

import Glibc

/// An open file, closed exactly once.
struct FileDescriptor: ~Copyable {
    let path: String
    private let number: Int32

    init(path: String) throws(IngestionError) {
        number = try FileDescriptor.openForReading(path)
        self.path = path
    }

    deinit { close(number) }

    private static func openForReading(_ path: String) throws(IngestionError) -> Int32 {
        let number = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard number >= 0 else {
            let code = errno
            if code == ENOENT || code == ENOTDIR { throw .missingFile(path: path) }
            throw .unreadable(path: path, operation: "open", reason: systemReason(code))
        }
        var status = stat()
        guard unsafe fstat(number, &status) == 0 else {
            let code = errno
            close(number)
            throw .unreadable(path: path, operation: "fstat", reason: systemReason(code))
        }
        // A compressed file is read twice, and a pipe can be read only once.
        guard status.st_mode & S_IFMT == S_IFREG else {
            close(number)
            throw .notAFile(path: path)
        }
        return number
    }

    /// Reads into `buffer` from index `start` on; the number of bytes read, zero at the end.
    func read(into buffer: inout [UInt8], from start: Int) throws(IngestionError) -> Int {
        while true {
            let count = unsafe buffer.withUnsafeMutableBytes { bytes in
                let free = unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[start...])
                return unsafe Glibc.read(number, free.baseAddress, free.count)
            }
            if count >= 0 { return count }
            guard errno == EINTR else {
                throw .unreadable(path: path, operation: "read", reason: systemReason(errno))
            }
        }
    }
}

/// The system's words for an error number, in the C locale.
func systemReason(_ code: Int32) -> String {
    unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
}

/// Whole files and their raw chunks, for mapping texts and for digests of data files.
package enum FileBytes {
    /// The bytes of a file that has at most `limitBytes`.
    package static func read(
        path: String, limitBytes: Int
    ) throws(IngestionError) -> [UInt8] {
        var whole: [UInt8] = []
        let file = try FileDescriptor(path: path)
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = try file.read(into: &chunk, from: 0)
            if count == 0 { return whole }
            whole += chunk[..<count]
            guard whole.count <= limitBytes else {
                throw .tooLarge(path: path, limitBytes: limitBytes)
            }
        }
    }

    /// Every byte of a file as it lies on the disk, compressed or not, in order and in chunks.
    package static func forEachChunk(
        path: String, _ body: ([UInt8]) throws -> Void
    ) throws {
        let file = try FileDescriptor(path: path)
        var chunk = [UInt8](repeating: 0, count: 262_144)
        while true {
            let count = try file.read(into: &chunk, from: 0)
            if count == 0 { return }
            if count == chunk.count { try body(chunk) } else { try body(Array(chunk[..<count])) }
        }
    }

    /// The size of a file on the disk, for progress.
    package static func sizeBytes(path: String) throws(IngestionError) -> Int {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else {
            if errno == ENOENT || errno == ENOTDIR { throw .missingFile(path: path) }
            throw .unreadable(path: path, operation: "stat", reason: systemReason(errno))
        }
        return Int(status.st_size)
    }
}
