// Standard input as a file: records are read more than once - to know the file again, to check its
// compression, to take its records - and a pipe can be read only once.

import Glibc

package enum StandardInput {
    /// Writes all of standard input to a new file that only its owner can read.
    /// - Parameter folder: where to; it has to be there.
    /// - Returns: the file's path. The caller removes it.
    /// - Throws: ``IngestionError/unreadable(path:operation:reason:)``, also where there is no
    ///   room.
    package static func spool(into folder: String) throws(IngestionError) -> String {
        var template = Array((folder + "/downstream-input-XXXXXX").utf8CString)
        let target = unsafe template.withUnsafeMutableBufferPointer { name in
            unsafe name.baseAddress.map { unsafe mkstemp($0) } ?? -1
        }
        let path = String(
            decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        guard target >= 0 else {
            throw .unreadable(path: path, operation: "mkstemp", reason: systemReason(errno))
        }
        defer { close(target) }
        do {
            try copy(to: target, path)
            return path
        } catch {
            remove(path)
            throw error
        }
    }

    /// Removes a file that ``spool(into:)`` made.
    package static func remove(_ path: String) { unsafe unlink(path) }

    private static func copy(to target: Int32, _ path: String) throws(IngestionError) {
        var chunk = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = unsafe chunk.withUnsafeMutableBytes {
                unsafe read(STDIN_FILENO, $0.baseAddress, $0.count)
            }
            if count == 0 { return }
            if count < 0 {
                if errno == EINTR { continue }
                throw .unreadable(
                    path: "standard input", operation: "read", reason: systemReason(errno))
            }
            var written = 0
            while written < count {
                let step = unsafe chunk.withUnsafeBytes { bytes in
                    unsafe write(
                        target, bytes.baseAddress.map { unsafe $0 + written }, count - written)
                }
                if step < 0, errno != EINTR {
                    throw .unreadable(path: path, operation: "write", reason: systemReason(errno))
                }
                written += max(0, step)
            }
        }
    }
}
