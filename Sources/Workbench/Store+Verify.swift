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
    package static func ended(by signal: String, directory: String) throws -> Verification {
        let pages = try Log.checkPages(directory: directory)
        var answer = Answer()
        answer.fact("sound", "sound", .flag(false))
        answer.fact("problems", "problems", .integer(1 + pages.count))
        answer.note(
            "the store is damaged: reading it ended the process (\(signal)); restore it from a "
                + "backup")
        for problem in pages { answer.note(problem.description) }
        return Verification(isSound: false, answer: answer)
    }
}

extension Store {
    /// Checks the log against itself.
    /// - Parameters:
    ///   - anchor: a head hash noted elsewhere.
    ///   - isDeep: decodes every event and looks for ids that are there twice.
    ///   - looksAtProjections: makes the kept journeys anew, aside, and compares every byte.
    package func verify(
        anchor: String? = nil, isDeep: Bool = false, looksAtProjections: Bool = false,
        progress: ProgressReport? = nil
    ) throws -> Verification {
        let pages = try Log.checkPages(directory: directory)
        let request = VerificationRequest(anchor: anchor, isDeep: isDeep)
        let report = try log.verifyChain(request) { done, total in
            progress?(
                Progress(activity: "verifying", done: done, total: total, unit: "events"))
        }
        var answer = Answer()
        let isSound = report.isSound && pages.isEmpty
        answer.fact("sound", "sound", .flag(isSound))
        answer.fact("events", "events", .integer(report.eventCount))
        answer.fact("head", "head hash", .text(report.storedHash))
        answer.fact("computed", "computed anew", .text(report.computedHash))
        answer.fact("good_through", "good through", .integer(Int(report.goodThrough.rawValue)))
        if anchor != nil {
            answer.fact(
                "anchored_at", "anchor found at",
                report.anchoredAt.map { .integer(Int($0.rawValue)) } ?? .none)
        }
        answer.fact("problems", "problems", .integer(report.problemCount + pages.count))
        for problem in report.problems + pages { answer.note(problem.description) }
        if !isSound { answer.note(Store.stillGood(report)) }
        guard looksAtProjections else { return Verification(isSound: isSound, answer: answer) }
        let isSame = try verifyKept(progress: progress, to: &answer)
        return Verification(isSound: isSound && isSame, answer: answer)
    }

    private func verifyKept(
        progress: ProgressReport?, to answer: inout Answer
    ) throws -> Bool {
        let state = try keptState()
        guard state == .current else {
            answer.fact("projections", "journeys kept", .text(state.description))
            return true
        }
        let difference = try keptDifference(progress: progress)
        answer.fact(
            "projections", "journeys kept",
            .text(difference == nil ? "the same bytes as made anew" : "differ"))
        if let difference {
            answer.note(
                "what is kept of the journeys is not what the log gives: \(difference); remove "
                    + "\(directory)/derived, and the next view makes it anew")
        }
        return difference == nil
    }

    private static func stillGood(_ report: ChainReport) -> String {
        if report.goodThrough == report.head {
            return "all \(report.head) events are as they were written; what is damaged beside "
                + "them can be made anew: restore a backup, or export the log and import it"
        }
        return report.goodThrough == .beforeFirst
            ? "no event is certain to be what was written; restore a backup"
            : "events 1 to \(report.goodThrough) are as they were written; restore a backup for "
                + "those behind them"
    }
}
