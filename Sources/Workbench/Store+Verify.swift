// Checking the log against itself.

import EventLog
import Events

/// What a verification found.
package struct Verification: Sendable {
    package var isSound: Bool
    package var answer: Answer
}

extension Verification {
    /// The reading process was ended by a signal: no page of a sound store does that.
    package static func ended(by signal: String) -> Verification {
        var answer = Answer()
        answer.fact("sound", "sound", .flag(false))
        answer.fact("problems", "problems", .integer(1))
        answer.note(
            "the store is damaged: reading it ended the process (\(signal)); restore it from a "
                + "backup")
        return Verification(isSound: false, answer: answer)
    }
}

extension Store {
    package func verify(progress: ProgressReport? = nil) throws -> Verification {
        let total = Int(try log.head().rawValue)
        let report = try log.verifyChain { done, _ in
            progress?(
                Progress(activity: "verifying", done: done, total: total, unit: "events"))
        }
        var answer = Answer()
        answer.fact("sound", "sound", .flag(report.isSound))
        answer.fact("events", "events", .integer(report.eventCount))
        answer.fact("head", "head hash", .text(report.storedHash))
        answer.fact("computed", "computed anew", .text(report.computedHash))
        answer.fact("problems", "problems", .integer(report.problemCount))
        for problem in report.problems { answer.note(problem.description) }
        return Verification(isSound: report.isSound, answer: answer)
    }
}
