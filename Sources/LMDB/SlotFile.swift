// A small file of fixed places that are written in place: what must be noted beside the mapped file
// without the cost of a file made anew each time.

import CLMDB
import Glibc

package enum SlotFile {
    /// Places lie in sectors of their own, so that a torn write harms one of them.
    package static let slotByteCount = 512

    /// The bytes of each place; none where the file is missing or ends before it.
    package static func read(_ path: String, slotCount: Int) throws(LMDBError) -> [[UInt8]] {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return [] }
            throw .folder(operation: "open", path: path, code: errno)
        }
        defer { close(descriptor) }
        var slots: [[UInt8]] = []
        for slot in 0..<slotCount {
            var bytes = [UInt8](repeating: 0, count: slotByteCount)
            let count = unsafe pread(
                descriptor, &bytes, slotByteCount, off_t(slot * slotByteCount))
            guard count >= 0 else {
                throw .folder(operation: "read", path: path, code: errno)
            }
            slots.append(Array(bytes[..<count]))
        }
        return slots
    }

    /// Writes one place, and makes the file where there is none.
    package static func write(
        _ path: String, slot: Int, _ content: [UInt8], isDurable: Bool
    ) throws(LMDBError) {
        precondition(content.count <= slotByteCount, "\(content.count) bytes")
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw .folder(operation: "open", path: path, code: errno)
        }
        let padded = content + [UInt8](repeating: 0, count: slotByteCount - content.count)
        let count = unsafe pwrite(
            descriptor, padded, padded.count, off_t(slot * slotByteCount))
        var code = count == padded.count ? 0 : count < 0 ? errno : ENOSPC
        if code == 0, isDurable, fdatasync(descriptor) != 0 { code = errno }
        if close(descriptor) != 0, code == 0 { code = errno }
        guard code == 0 else { throw .folder(operation: "write", path: path, code: code) }
    }
}
