// Lines in bulk on standard output, and the end of a program that is told to stop while it writes
// or waits.

import Glibc
import Synchronization
import Workbench

enum StandardOutput {
    private static let pauseMilliseconds: Int32 = 100
    private static let isStopped = Atomic(false)

    /// Whether standard output is a terminal.
    static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

    /// From here on an interrupt or a request to terminate ends the program after what it is
    /// writing, and a reader that leaves ends it quietly.
    static func stopWhenAsked() {
        isStopped.store(false, ordering: .relaxed)
        signal(SIGPIPE, SIG_IGN)
        var action = sigaction()
        unsafe action.__sigaction_handler.sa_handler = { _ in
            StandardOutput.isStopped.store(true, ordering: .relaxed)
        }
        // Without SA_RESTART: a write that waits for its reader is called off too.
        var asked = sigset_t()
        unsafe sigemptyset(&asked)
        for number in [SIGINT, SIGTERM] {
            unsafe sigaction(number, &action, nil)
            unsafe sigaddset(&asked, number)
        }
        // Whoever started the program may have had them blocked, and that is inherited.
        unsafe pthread_sigmask(SIG_UNBLOCK, &asked, nil)
    }

    /// Waits a little; `false` where the program was asked to stop, or nobody reads any more.
    static func pause() -> Bool {
        guard !isStopped.load(ordering: .relaxed) else { return false }
        // No event is waited for; errors and a closed pipe are reported all the same.
        var output = pollfd(fd: STDOUT_FILENO, events: 0, revents: 0)
        let count = unsafe poll(&output, 1, pauseMilliseconds)
        let isClosed = count > 0 && output.revents & Int16(POLLERR | POLLNVAL) != 0
        if isClosed { return false }
        // A terminal that hung up answers at once.
        if count > 0, output.revents & Int16(POLLHUP) != 0 { return false }
        return !isStopped.load(ordering: .relaxed)
    }

    /// Writes all bytes. Ends the program with status 0 where the reader has left or the program
    /// was asked to stop.
    /// - Throws: ``WorkbenchError/unwritable(path:reason:)``.
    static func write(_ bytes: [UInt8]) throws {
        var written = 0
        while written < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { buffer in
                let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[written...])
                return unsafe Glibc.write(STDOUT_FILENO, rest.baseAddress, rest.count)
            }
            if count < 0, errno == EINTR {
                if isStopped.load(ordering: .relaxed) { Glibc.exit(0) }
                continue
            }
            if count < 0, errno == EPIPE { Glibc.exit(0) }
            guard count > 0 else {
                throw WorkbenchError.unwritable(
                    path: "standard output", reason: unsafe String(cString: strerror(errno)))
            }
            written += count
        }
    }
}
