// One of a child's outputs: read as it comes, so that the child never waits for us, and kept up
// to a limit, so that it cannot fill our memory.

import Glibc

final class OutputPipe {
    let writeEnd: Int32
    private let readEnd: Int32
    private let limit: Int
    private var isWriteEndOpen = true
    private var isAtEnd = false
    private(set) var kept: [UInt8] = []
    private(set) var isCut = false
    private var buffer = [UInt8](repeating: 0, count: 1 << 16)

    init(limit: Int) throws(ProcessesError) {
        var ends: [Int32] = [-1, -1]
        guard unsafe pipe(&ends) == 0 else {
            throw .failed(operation: "make a pipe", code: errno)
        }
        (readEnd, writeEnd) = (ends[0], ends[1])
        self.limit = limit
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        _ = fcntl(readEnd, F_SETFL, O_NONBLOCK)
    }

    func closeWriteEnd() {
        guard isWriteEndOpen else { return }
        Glibc.close(writeEnd)
        isWriteEndOpen = false
    }

    func close() {
        closeWriteEnd()
        Glibc.close(readEnd)
    }

    /// Reads what is there now.
    func read(_ onOutput: (Span<UInt8>) -> Void) {
        while !isAtEnd {
            let end = readEnd
            let count = unsafe buffer.withUnsafeMutableBytes {
                unsafe Glibc.read(end, $0.baseAddress, $0.count)
            }
            if count < 0 && errno == EINTR { continue }
            if count < 0 && errno == EAGAIN { return }
            guard count > 0 else {
                isAtEnd = true
                return
            }
            onOutput(buffer.span.extracting(..<count))
            let room = limit - kept.count
            kept += buffer[..<min(count, room)]
            if count > room { isCut = true }
        }
    }

    /// Waits until one of the two has something, or some time has passed; false where both have
    /// ended.
    static func wait(_ first: OutputPipe, _ second: OutputPipe, milliseconds: Int32) -> Bool {
        var waiting: [pollfd] = []
        for pipe in [first, second] where !pipe.isAtEnd {
            waiting.append(pollfd(fd: pipe.readEnd, events: Int16(POLLIN), revents: 0))
        }
        guard !waiting.isEmpty else { return false }
        _ = unsafe poll(&waiting, nfds_t(waiting.count), milliseconds)
        return true
    }
}
