// One writer at a time, and a limit to waiting. The library's own lock waits for ever and says
// nothing, so that a lock on a file beside the data is taken first: it can be tried, the one who
// holds it can be named, and the system drops it when its holder dies.
//
// Readers that may not write the library's table of readers take it too, shared: a writer that
// does not see them would use their pages again.

import CLMDB
import Glibc
import Synchronization

/// How long a writer waits for another, and who hears of it.
package struct WriterPatience: Sendable {
    /// Seconds until it gives up.
    package var limitSeconds: Double
    /// Seconds before the first report; each later one comes after twice the time.
    package var reportSeconds: Double
    package var onWaiting: (@Sendable (WriterWait) -> Void)?

    package init(
        limitSeconds: Double = 60, reportSeconds: Double = 1,
        onWaiting: (@Sendable (WriterWait) -> Void)? = nil
    ) {
        self.limitSeconds = limitSeconds
        self.reportSeconds = reportSeconds
        self.onWaiting = onWaiting
    }
}

/// A writer that waits for another one.
package struct WriterWait: Sendable, Hashable {
    /// Seconds so far.
    package let seconds: Double
    /// The process that writes, where the system tells.
    package let holder: Int?
}

/// The lock of one open environment. Threads of this process wait for one another by it too.
final class WriterLock: Sendable {
    static let fileName = "writer.lock"

    private enum Holding: Equatable {
        case nothing, exclusive
        case shared(count: Int)
    }

    private let path: String
    private let descriptor: Int32
    private let patience: WriterPatience
    private let holding = Mutex(Holding.nothing)

    private init(path: String, descriptor: Int32, patience: WriterPatience) {
        self.path = path
        self.descriptor = descriptor
        self.patience = patience
    }

    deinit { close(descriptor) }

    /// Opens the lock's file, which a writer makes where it is missing; `nil` for a reader of a
    /// store that has none.
    static func open(
        folder: String, isWriter: Bool, patience: WriterPatience
    ) throws(LMDBError) -> WriterLock? {
        let path = folder + "/" + fileName
        let flags = isWriter ? O_RDWR | O_CREAT : O_RDONLY
        let descriptor = unsafe Glibc.open(path, flags | O_CLOEXEC, mode_t(0o600))
        guard descriptor >= 0 else {
            if !isWriter && errno == ENOENT { return nil }
            throw .folder(operation: "open the lock", path: path, code: errno)
        }
        return WriterLock(path: path, descriptor: descriptor, patience: patience)
    }

    /// Waits until nobody else holds the lock.
    /// - Throws: ``LMDBError/writerBusy(path:waitedSeconds:holder:)`` when patience ends.
    func acquireExclusive() throws(LMDBError) { try acquire(isExclusive: true) }

    /// Waits until nobody writes; others who share it do not matter.
    func acquireShared() throws(LMDBError) { try acquire(isExclusive: false) }

    func release() {
        holding.withLock { holding in
            switch holding {
            case .shared(let count) where count > 1: holding = .shared(count: count - 1)
            case .nothing, .exclusive, .shared:
                holding = .nothing
                _ = flock(descriptor, LOCK_UN)
            }
        }
    }

    private func acquire(isExclusive: Bool) throws(LMDBError) {
        if try attempt(isExclusive) { return }
        let clock = ContinuousClock()
        let start = clock.now
        var nextReport = patience.reportSeconds
        var pauseNanoseconds = 50_000
        while true {
            let waited = WriterLock.seconds(start.duration(to: clock.now))
            if waited >= patience.limitSeconds {
                throw .writerBusy(path: path, waitedSeconds: waited, holder: holder())
            }
            if waited >= nextReport {
                patience.onWaiting?(WriterWait(seconds: waited, holder: holder()))
                nextReport *= 2
            }
            var pause = timespec(tv_sec: 0, tv_nsec: pauseNanoseconds)
            unsafe nanosleep(&pause, nil)
            pauseNanoseconds = min(2 * pauseNanoseconds, 10_000_000)
            if try attempt(isExclusive) { return }
        }
    }

    /// Takes the lock if that needs no waiting.
    private func attempt(_ isExclusive: Bool) throws(LMDBError) -> Bool {
        let code = holding.withLock { holding -> Int32 in
            switch holding {
            case .exclusive: return EWOULDBLOCK
            case .shared where isExclusive: return EWOULDBLOCK
            case .shared(let count):
                holding = .shared(count: count + 1)
                return 0
            case .nothing:
                let operation = isExclusive ? LOCK_EX : LOCK_SH
                guard flock(descriptor, operation | LOCK_NB) == 0 else { return errno }
                holding = isExclusive ? .exclusive : .shared(count: 1)
                return 0
            }
        }
        if code == EWOULDBLOCK || code == EINTR { return false }
        guard code == 0 else { throw .folder(operation: "lock", path: path, code: code) }
        return true
    }

    /// The process that the system's list names as the one that writes.
    private func holder() -> Int? {
        guard let identity = Folder.identity(of: path) else { return nil }
        do throws(LMDBError) {
            let text = String(decoding: try File.bytes(of: "/proc/locks"), as: UTF8.self)
            for line in text.split(separator: "\n") where !line.contains("->") {
                // 1: FLOCK  ADVISORY  WRITE 4711 08:01:123456 0 EOF
                let fields = line.split(separator: " ")
                guard fields.count >= 6, fields[1] == "FLOCK", fields[3] == "WRITE",
                    fields[5].hasSuffix(":\(identity.inode)"), let process = Int(fields[4])
                else { continue }
                return process > 0 ? process : nil
            }
            return nil
        } catch {
            // A system without the list: the message then names nobody.
            return nil
        }
    }

    private static func seconds(_ duration: Duration) -> Double {
        Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
    }
}
