// Copies of a store: made while it is in use, verified as they are written, and brought back.

import EventLog
import Events

extension Store {
    /// Writes a backup of the log to a folder that does not exist yet.
    ///
    /// The keys are not in it: a backup without them shows no person, and erasing a person reaches
    /// every backup.
    package func backup(to folder: String, progress: ProgressReport? = nil) throws -> Answer {
        let copy = try log.copy(to: folder, progress: Store.verifying(progress))
        var answer = Store.answer(copy)
        answer.fact("folder", "backup", .text(folder))
        answer.note(
            "the keys of personal fields are not in the backup; keep a copy of \(directory)/"
                + "\(StoreKeys.fileName) apart, and replace it after each erasure")
        return answer
    }

    /// Makes a store's log from a backup; the store must not have a log yet.
    package static func restore(
        from folder: String, to directory: String, progress: ProgressReport? = nil
    ) throws -> Answer {
        let backup = try Log.open(directory: folder, access: .readOnly)
        let copy = try backup.restore(to: directory, progress: verifying(progress))
        var answer = Store.answer(copy)
        answer.fact("store", "store", .text(directory))
        return answer
    }

    /// Writes the log's file anew without its free pages.
    package static func compact(
        directory: String, progress: ProgressReport? = nil, onWaiting: WaitingReport? = nil
    ) throws -> Answer {
        let log = try openLog(directory, .readWrite, onWaiting)
        let copy = try log.compact(progress: verifying(progress))
        var answer = Store.answer(copy)
        answer.fact("bytes_before", "bytes before", .integer(copy.bytesBefore))
        return answer
    }

    private static func answer(_ copy: LogCopy) -> Answer {
        var answer = Answer()
        answer.fact("events", "events", .integer(Int(copy.head.rawValue)))
        answer.fact("head", "head hash", .text(copy.headHash))
        answer.fact("verified", "verified", .flag(true))
        answer.fact("bytes", "bytes", .integer(copy.bytesAfter))
        return answer
    }

    private static func verifying(
        _ progress: ProgressReport?
    ) -> @Sendable (Int, Int) -> Void {
        { done, total in
            progress?(
                Progress(
                    activity: "verifying the copy", done: done, total: total, unit: "events"))
        }
    }
}
