// What can stop an operation on the log, with what to do about it.

package import Events
import LMDB

/// Why the log could not do what was asked.
package enum EventLogError: Error, Hashable {
    case noStore(path: String)
    case notAStore(path: String, reason: String)
    case unsupportedFormat(path: String, found: UInt32, supported: UInt32)
    /// Opened for reading only.
    case readOnly(path: String)
    /// The log does not end where the writer expected it to.
    case headMoved(expected: LogPosition, actual: LogPosition)
    /// A customer's stream does not end where the writer expected it to.
    case streamMoved(expected: LogPosition, actual: LogPosition)
    /// The log ends before the place that was acknowledged and noted beside it.
    case wentBack(path: String, noted: LogPosition, found: LogPosition)
    /// Positions are held in 32 bits where ids are looked up.
    case full(limit: UInt64)
    /// A copy goes to a folder that does not exist yet.
    case alreadyThere(path: String)
    /// Another process has the store open.
    case inUse(path: String)
    /// Another process has been writing for longer than this one waits, or makes the same copy;
    /// in words.
    case busy(String)
    /// A copy that does not hold what it was made from.
    case badCopy(path: String, reason: String)
    /// Somebody else went on with this file meanwhile.
    case sourceMoved(file: String, expected: Int, actual: Int)
    /// A record that was to be tried again is not among the rejected ones any more.
    case notRejected(file: String, record: Int)
    /// Not the 64 hexadecimal digits of a SHA-256.
    case invalidHash(field: String, found: String)
    /// A name of a model, run or setting that is empty or too long.
    case invalidName(byteCount: Int, limit: Int)
    /// What is stored cannot be what was written.
    case damaged(table: String, place: String, reason: String)
    /// The storage below failed; `reason` is its short name, such as `mapFull`.
    case storage(reason: String, message: String)
}

extension EventLogError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .noStore(let path):
            "no store at \(path); run ingest first"
        case .notAStore(let path, let reason):
            "\(path) is not a store: \(reason)"
        case .unsupportedFormat(let path, let found, let supported):
            "the store at \(path) has format \(found), this program reads \(supported); "
                + "use the program that wrote it, or a newer one"
        case .readOnly(let path):
            "the store at \(path) is open for reading only"
        case .headMoved(let expected, let actual):
            "the log ends at position \(actual), expected \(expected); read what was added and "
                + "decide again. Nothing was written"
        case .streamMoved(let expected, let actual):
            "the customer's last event is at position \(actual), expected \(expected); read what "
                + "was added and decide again. Nothing was written"
        case .wentBack(let path, let noted, let found):
            "the log at \(path) ends at position \(found), but \(noted) or another event there was "
                + "acknowledged: it was damaged, or replaced by an older copy. Run verify, then "
                + "restore it from a backup; to go on from here all the same, remove \(path)/head"
        case .full(let limit):
            "the log is full: \(limit) events are the most that one store holds; begin another"
        case .alreadyThere(let path):
            "\(path) is there already; give a folder that is not"
        case .inUse(let path):
            "another process has the store at \(path) open; end it and run this again"
        case .busy(let message): message
        case .badCopy(let path, let reason):
            "the copy at \(path) is not sound and was removed: \(reason); run verify on the store "
                + "itself"
        case .sourceMoved(let file, let expected, let actual):
            "\(file) has been read through record \(actual) by another run, expected "
                + "\(expected); start again, the rest will be resumed. Nothing was written"
        case .notRejected(let file, let record):
            "record \(record) of \(file) is not among the rejected ones any more: another run has "
                + "tried it again. Nothing was written"
        case .invalidHash(let field, let found):
            "\(field): expected 64 hexadecimal digits, found \(found.utf8.count) characters"
        case .invalidName(let byteCount, let limit):
            "a name of \(byteCount) bytes; expected 1 to \(limit)"
        case .damaged(let table, let place, let reason):
            "the store is damaged: table \"\(table)\", \(place): \(reason); run verify, and "
                + "restore it from a backup"
        case .storage(_, let message):
            message
        }
    }
}

/// Runs `body` and gives the storage library's errors this module's form.
func translatingStorageErrors<Result>(_ body: () throws -> Result) throws -> Result {
    do {
        return try body()
    } catch let error as LMDBError {
        if [.writerBusy, .beingMade].contains(error.reason) {
            throw EventLogError.busy(error.description)
        }
        throw EventLogError.storage(
            reason: error.reason.rawValue, message: error.description)
    }
}
