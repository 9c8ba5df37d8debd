// From an error to a message and an exit status, in one place.

import ArgumentParser
import Glibc
import Workbench

/// The statuses of the program, after sysexits.h where it has one.
enum ExitStatus: Int32 {
    case couldNot = 1
    case wrongUsage = 64
    case refused = 65
    case inputMissing = 66
    case bug = 70
    case inputOutput = 74
    /// By the keyboard, as a shell says it: 128 + SIGINT.
    case interrupted = 130

    /// Ends the process: the argument parser's own errors as it wants them, ours with a message.
    static func leave(after error: any Error) -> Never {
        if let request = error as? ExitRequest { Glibc.exit(request.code) }
        let failure = Failure(error)
        let status: ExitStatus
        switch failure.kind {
        case .couldNot: status = .couldNot
        case .refusedFile: status = .refused
        case .inputMissing: status = .inputMissing
        case .inputOutput: status = .inputOutput
        case .wrongUsage: status = .wrongUsage
        case .interrupted: status = .interrupted
        case .other:
            // The argument parser knows its own errors by their status: success or wrong usage.
            let known = Downstream.exitCode(for: error)
            if known == .success || known == .validationFailure {
                Downstream.exit(withError: error)
            }
            status = .bug
        }
        Console.error(failure.message)
        leave(status)
    }

    private static func leave(_ status: ExitStatus) -> Never {
        Glibc.exit(status.rawValue)
    }
}

/// Asks to end with a status after everything was said.
struct ExitRequest: Error {
    let code: Int32

    init(status: ExitStatus) { code = status.rawValue }

    /// The status that a child ended with.
    init(code: Int32) { self.code = code }
}
