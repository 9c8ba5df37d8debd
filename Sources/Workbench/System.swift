// The few facts about the machine that verbs need.

import EventLog
import Glibc
import Processes

package enum System {
    /// Processors this process may use; at least one.
    package static var coreCount: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

    /// Microseconds since 1970, from the system's clock. Only faces ask for it.
    package static var nowMicroseconds: Int64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
    }

    /// The system's words for an error number.
    package static func reason(of code: Int32) -> String {
        unsafe String(cString: strerror(code))
    }

    /// How another process ended.
    package enum ChildEnd: Hashable, Sendable {
        case status(Int32)
        /// Ended by a signal, by its number and name.
        case signal(Int32, String)
    }

    /// Runs this program again with more arguments, on the same outputs, and waits for its end:
    /// for work that may be ended by what it reads.
    package static func runAgain(adding arguments: [String]) throws(WorkbenchError) -> ChildEnd {
        var request = ChildRequest(
            arguments: CommandLine.arguments.dropFirst() + arguments, limitSeconds: nil)
        request.sharesOutputs = true
        do throws(ProcessesError) {
            switch try ChildProcess.run(request).outcome {
            case .exited(let status): return .status(Int32(status))
            case .signalled(let number):
                let signal = Int32(number)
                return .signal(signal, unsafe String(cString: strsignal(signal)))
            case .timedOut: preconditionFailure("a child without a limit ran out of time")
            }
        } catch {
            throw .unreadable(path: request.executable, reason: error.description)
        }
    }

    /// Lets two signals that files cause end in words. A bus error means that a mapped file ends
    /// before its last page, or that the disk cannot give it. A file that grows beyond the limit
    /// of the process (ulimit -f) is reported by the write itself.
    package static func explainFileSignals() {
        Glibc.signal(SIGXFSZ, SIG_IGN)
        Glibc.signal(SIGBUS) { _ in
            // Only what a signal's handler may call.
            let text: StaticString =
                "error: a store's file ends too early or cannot be read; restore it from a backup\n"
            _ = unsafe write(STDERR_FILENO, text.utf8Start, text.utf8CodeUnitCount)
            _exit(74)
        }
    }

    /// Undoes the bus errors' part of ``explainFileSignals()``: for a process whose parent explains
    /// how it ended.
    package static func dieOfBusErrors() { Glibc.signal(SIGBUS, SIG_DFL) }

    /// Lets the process keep freed memory: what appends much is a fifth faster.
    package static func keepFreedMemory() { Log.keepFreedMemory() }
}
