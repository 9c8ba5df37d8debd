// Work that may kill the process that does it, done in a child: a damaged file that is mapped
// into memory ends its reader by a signal, and then only the child's end is to be reported.
//
// A Swift program does not fork without exec, for other threads may hold locks at that moment.
// The child is therefore a program started with arguments: mostly this one again.

import Glibc

/// How a child ended.
package enum ChildOutcome: Hashable, Sendable {
    case exited(status: Int)
    /// Killed by a signal: its number.
    case signalled(Int)
    /// It was killed because its time was over.
    case timedOut

    package var isSuccess: Bool { self == .exited(status: 0) }
}

extension ChildOutcome: CustomStringConvertible {
    package var description: String {
        switch self {
        case .exited(let status): "ended with status \(status)"
        case .signalled(let number):
            "was killed by \(ChildOutcome.signalNames[number] ?? "signal \(number)")"
        case .timedOut: "did not end in time"
        }
    }

    private static let signalNames = [
        Int(SIGILL): "SIGILL (a failed check of its own)", Int(SIGTRAP): "SIGTRAP",
        Int(SIGABRT): "SIGABRT (it gave up)", Int(SIGBUS): "SIGBUS (a file ended too early)",
        Int(SIGFPE): "SIGFPE", Int(SIGSEGV): "SIGSEGV (memory that is not its own)",
        Int(SIGKILL): "SIGKILL", Int(SIGTERM): "SIGTERM", Int(SIGINT): "SIGINT",
        Int(SIGXFSZ): "SIGXFSZ (a file grew beyond its limit)",
    ]
}

/// What a child left behind.
package struct ChildResult: Hashable, Sendable {
    package let outcome: ChildOutcome
    package let output: [UInt8]
    package let errorOutput: [UInt8]
    /// Whether it wrote more than was kept.
    package let isOutputCut: Bool
}

/// A program to run and its limits.
package struct ChildRequest: Sendable {
    /// This program's own file, also where it has been replaced meanwhile.
    package static let thisProgram = "/proc/self/exe"

    package var executable: String
    /// Without the program's name.
    package var arguments: [String]
    /// Variables that are set, or left out where the value is `nil`; the others are this
    /// process's own.
    package var environment: [String: String?] = [:]
    /// Seconds until the child is killed; `nil` for as long as it takes.
    package var limitSeconds: Double?
    /// Whether it writes to this process's own outputs, as a person who waits for them wants;
    /// nothing is kept then.
    package var sharesOutputs = false
    /// Bytes kept of each of its outputs; what is beyond is read and dropped.
    package var maximumOutputBytes = 1 << 20

    package init(
        executable: String = thisProgram, arguments: [String], limitSeconds: Double?
    ) {
        self.executable = executable
        self.arguments = arguments
        self.limitSeconds = limitSeconds
        // A crash is an answer here, and drawing up its trace takes seconds.
        environment["SWIFT_BACKTRACE"] = "enable=no"
    }
}

/// Why no child could be run.
package enum ProcessesError: Error, Hashable, CustomStringConvertible {
    case failed(operation: String, code: Int32)

    package var description: String {
        switch self {
        case .failed(let operation, let code):
            guard let text = unsafe strerror(code) else { return "could not \(operation)" }
            return unsafe "could not \(operation): \(String(cString: text)) (code \(code))"
        }
    }
}

package enum ChildProcess {
    /// Runs a program to its end, or to the end of its time, and tells how it ended. Its input
    /// is empty.
    /// - Parameter onOutput: gets each piece of its output as it comes, beyond the limit too.
    /// - Throws: only where there is no child: a child's bad end is a value.
    package static func run(
        _ request: ChildRequest, onOutput: (Span<UInt8>) -> Void = { _ in }
    ) throws(ProcessesError) -> ChildResult {
        let output = try OutputPipe(limit: request.maximumOutputBytes)
        let errors: OutputPipe
        do throws(ProcessesError) {
            errors = try OutputPipe(limit: request.maximumOutputBytes)
        } catch {
            output.close()
            throw error
        }
        defer {
            output.close()
            errors.close()
        }
        let child = try Spawning.start(
            request, request.sharesOutputs ? nil : (output.writeEnd, errors.writeEnd))
        output.closeWriteEnd()
        errors.closeWriteEnd()
        let outcome = wait(
            for: child, limitSeconds: request.limitSeconds, output, errors, onOutput)
        return ChildResult(
            outcome: outcome, output: output.kept, errorOutput: errors.kept,
            isOutputCut: output.isCut || errors.isCut)
    }

    private static func wait(
        for child: pid_t, limitSeconds: Double?, _ output: OutputPipe, _ errors: OutputPipe,
        _ onOutput: (Span<UInt8>) -> Void
    ) -> ChildOutcome {
        let clock = ContinuousClock()
        let end = limitSeconds.map { clock.now.advanced(by: .milliseconds(Int($0 * 1000))) }
        while true {
            let isOpen = OutputPipe.wait(output, errors, milliseconds: 20)
            output.read(onOutput)
            errors.read { _ in }
            if let outcome = ended(child) {
                // What it wrote last; a child of its own may hold the pipes open for longer.
                output.read(onOutput)
                errors.read { _ in }
                return outcome
            }
            if let end, clock.now >= end {
                kill(child, SIGKILL)
                while ended(child) == nil { pause() }
                output.read(onOutput)
                errors.read { _ in }
                return .timedOut
            }
            if !isOpen { pause() }
        }
    }

    private static func pause() {
        var time = timespec(tv_sec: 0, tv_nsec: 1_000_000)
        unsafe nanosleep(&time, nil)
    }

    /// How the child ended, or `nil` while it runs.
    private static func ended(_ child: pid_t) -> ChildOutcome? {
        var status: Int32 = 0
        let found = unsafe waitpid(child, &status, WNOHANG)
        if found == 0 || (found < 0 && errno == EINTR) { return nil }
        // Somebody else has waited for it: how it ended is lost.
        if found < 0 { return .exited(status: 255) }
        let signal = Int(status & 0x7f)
        return signal == 0 ? .exited(status: Int(status >> 8 & 0xff)) : .signalled(signal)
    }
}
