// The two streams of the program: answers on standard output, messages on standard error.

import Glibc
import Workbench

enum Console {
    static func write(_ text: String) { put(text, on: STDOUT_FILENO) }

    static func line(_ text: String) { put(text + "\n", on: STDOUT_FILENO) }

    static func error(_ message: String) { put(message + "\n", on: STDERR_FILENO) }

    /// Whether a person is there to be asked.
    static var isTerminal: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1 }

    static func put(_ text: String, on descriptor: Int32) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let bytes = Array(rest)
            let count = unsafe Glibc.write(descriptor, bytes, bytes.count)
            if count < 0, errno == EINTR { continue }
            // A reader that left early (`| head`) ends the program quietly, as others do.
            guard count > 0 else {
                let code = errno
                if code == EPIPE { Glibc.exit(0) }
                if descriptor == STDOUT_FILENO {
                    error("error: the answer cannot be written: " + System.reason(of: code))
                }
                Glibc.exit(ExitStatus.inputOutput.rawValue)
            }
            rest = rest.dropFirst(count)
        }
    }
}
