// A small file of fixed places that are written in place: what must be noted beside the mapped file
// without the cost of a file made anew each time.

import CLMDB
import Glibc
import Synchronization

/// A file of places. It is opened when it is first written, and stays open: a class, because an
/// open file must be closed once.
package final class SlotFile: Sendable {
    /// Places lie in sectors of their own, so that a torn write harms one of them.
    package static let slotByteCount = 512

    package let path: String
    private let descriptor = Mutex<Int32>(-1)

    package init(path: String) { self.path = path }

    deinit {
        let opened = descriptor.withLock { $0 }
        if opened >= 0 { close(opened) }
    }

    /// The bytes of each place; none where the file is missing or ends before it.
    package func read(slotCount: Int) throws(LMDBError) -> [[UInt8]] {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return [] }
            throw .folder(operation: "open", path: path, code: errno)
        }
        defer { close(descriptor) }
        var slots: [[UInt8]] = []
        for slot in 0..<slotCount {
            var bytes = [UInt8](repeating: 0, count: SlotFile.slotByteCount)
            let count = unsafe pread(
                descriptor, &bytes, bytes.count, off_t(slot * SlotFile.slotByteCount))
            guard count >= 0 else {
                throw .folder(operation: "read", path: path, code: errno)
            }
            slots.append(Array(bytes[..<count]))
        }
        return slots
    }

    /// Writes one place, and makes the file where there is none.
    package func write(
        slot: Int, _ content: [UInt8], isDurable: Bool
    ) throws(LMDBError) {
        precondition(content.count <= SlotFile.slotByteCount, "\(content.count) bytes")
        let padding = SlotFile.slotByteCount - content.count
        let padded = content + [UInt8](repeating: 0, count: padding)
        let path = path
        let code: Int32 = descriptor.withLock { descriptor in
            if descriptor < 0 {
                descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
                if descriptor < 0 { return errno }
            }
            let place = off_t(slot * SlotFile.slotByteCount)
            let count = unsafe pwrite(descriptor, padded, padded.count, place)
            guard count == padded.count else { return count < 0 ? errno : ENOSPC }
            return isDurable && fdatasync(descriptor) != 0 ? errno : 0
        }
        guard code == 0 else { throw .folder(operation: "write", path: path, code: code) }
    }
}
