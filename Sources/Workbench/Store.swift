// One store: a folder with the log, the keys that seal personal data, and the settings given
// once. Every verb is an extension of it; faces open a store, call one verb and print its value.

package import EventLog
import Configuration
import Digests
import Events
import Synchronization

/// Receives a sentence for a person, on any thread.
package typealias NoticeReport = @Sendable (String) -> Void

/// An open store.
package final class Store: Sendable {
    /// As ``Log/Access``, for faces, which know the log through its store only.
    package enum Access: Sendable {
        case readOnly, readWrite, create

        var log: Log.Access {
            switch self {
            case .readOnly: .readOnly
            case .readWrite: .readWrite
            case .create: .create
            }
        }
    }

    package let directory: String
    package let log: Log
    package let keys: StoreKeys
    /// Hears what a person may want to know that changes no answer.
    let onNotice: NoticeReport?
    /// What is kept beside the log, once it was asked for.
    private let derived = Mutex<DerivedStore?>(nil)

    private init(directory: String, log: Log, keys: StoreKeys, onNotice: NoticeReport?) {
        self.directory = directory
        self.log = log
        self.keys = keys
        self.onNotice = onNotice
    }

    /// What is kept beside the log; `nil` where nothing is, or can be.
    /// - Parameter mayCreate: whether it is made where there is none.
    func derivedStore(mayCreate: Bool) -> DerivedStore? {
        derived.withLock { derived in
            if let known = derived, known.isWritable || !mayCreate { return known }
            derived = nil
            derived = DerivedStore.open(directory: directory, mayCreate: mayCreate)
            return derived
        }
    }

    /// Throws away what is kept beside the log.
    func forgetDerived() {
        derived.withLock { derived in
            derived = nil
            DerivedStore.remove(directory: directory)
        }
    }

    /// Whether there is anything at a path where a store would be.
    package static func exists(at directory: String) -> Bool {
        Files.exists(directory)
    }

    /// Opens a store. Without its keys it can be read, and persons in it cannot.
    /// - Parameter passphrase: of the keys; those of a new store are protected with it.
    /// - Throws: ``EventLogError``, ``KeysError``, ``WorkbenchError``.
    package static func open(
        directory: String, access: Access, passphrase: [UInt8]? = nil,
        onWaiting: WaitingReport? = nil, onNotice: NoticeReport? = nil
    ) throws -> Store {
        let log = try openLog(directory, access.log, onWaiting)
        let keys = try StoreKeys.open(
            directory: directory, log: log, mayCreate: access == .create,
            passphrase: passphrase, onWaiting: onWaiting)
        return Store(directory: directory, log: log, keys: keys, onNotice: onNotice)
    }

    static func openLog(
        _ directory: String, _ access: Log.Access, _ onWaiting: WaitingReport?
    ) throws -> Log {
        try Log.open(
            directory: directory, access: access, waitSeconds: Waiting.limitSeconds
        ) { seconds, holder in
            onWaiting?(Waiting(seconds: seconds, holder: holder))
        }
    }
}

/// Why a verb could not do its work.
package enum WorkbenchError: Error, Hashable, CustomStringConvertible {
    case noRules
    case noCosts
    case noPolicy
    case emptyLog
    case unknownJourney(String)
    case unknownCustomer(String)
    case unknownIntent(String, hint: String?)
    case unknownValue(of: String, String, hint: String?)
    /// A scenario that reads well and does not fit the log.
    case unfitScenario(file: String, reason: String)
    case unknownRun(String)
    case unknownModel(String)
    case unknownAutomation(String, known: [String])
    case noRuns
    case interrupted
    /// Partial results that make no run together.
    case unfitParts(String)
    case noFiles
    case noReject(file: String, record: Int)
    case fileOfOtherMapping(file: String, known: String, mapping: String)
    case settingInUse(setting: String, kept: String, given: String)
    case unreadable(path: String, reason: String)
    case unwritable(path: String, reason: String)
    case damaged(what: String, reason: String)
    /// A value given to a verb that no verb can use.
    case wrongValue(name: String, expected: String, found: String)
    /// The key file is missing.
    case noKeys(path: String)
    /// The key file is not the one that the log was written with.
    case foreignKeys(path: String)

    package var description: String {
        switch self {
        case .noRules:
            "the store has no link rules; give some: downstream settings --rules FILE"
        case .noCosts:
            "the store has no cost rules; give some: downstream settings --costs FILE"
        case .noPolicy:
            "the store has no policy; give one: downstream settings --policy FILE"
        case .emptyLog: "the log is empty; bring something in: downstream ingest --help"
        case .unknownJourney(let id):
            "no journey \(id); downstream journeys list shows their numbers"
        case .unknownCustomer(let name): "no contact of customer \(name) in the log"
        case .unknownIntent(let name, let hint):
            "no contact of intent \(name) in the log" + (hint.map { "; \($0)" } ?? "")
        case .unknownValue(let what, let name, let hint):
            "nothing of \(what) \(name) in the log" + (hint.map { "; \($0)" } ?? "")
        case .unfitScenario(let file, let reason): "\(file): \(reason)"
        case .unknownRun(let id): "no run \(id) is kept; downstream runs lists them"
        case .unknownModel(let id):
            "no model \(id) is kept; downstream calibrate makes it, downstream model list shows all"
        case .unknownAutomation(let id, let known):
            "the catalogue has no \(id)"
                + (Suggestion.hint(for: id, among: known).map { "; \($0)" } ?? "")
                + "; downstream catalogue lists all"
        case .noRuns: "no run is kept yet; make one: downstream simulate --help"
        case .interrupted: "interrupted before the first replications were done; nothing is kept"
        case .unfitParts(let reason): reason
        case .noFiles: "no file to read"
        case .fileOfOtherMapping(let file, let known, let mapping):
            "\(file) is in the log already\(file == known ? "" : " as \(known)"), taken in with "
                + "another mapping (\(mapping)) of the same source; nothing of it was read. "
                + "Rejected records are tried again with downstream rejects retry --mapping FILE; "
                + "to read the whole file once more, and count it once more, add --again"
        case .noReject(let file, let record):
            "no rejected record \(record) of \(file); downstream rejects list shows them all"
        case .settingInUse(let setting, let kept, let given):
            "the store already keeps \(setting) \(kept), not \(given); they are given once, so "
                + "that figures stay comparable; --replace changes them"
        case .unreadable(let path, let reason): "\(path): cannot be read: \(reason)"
        case .unwritable(let path, let reason): "\(path): cannot be written: \(reason)"
        case .wrongValue(let name, let expected, let found):
            "\(name): expected \(expected), found \(found)"
        case .damaged(let what, let reason): "\(what) is damaged: \(reason)"
        case .noKeys(let path):
            "\(path): the store's keys are missing, so nothing personal can be sealed or read; "
                + "bring the key file back from where it is kept apart"
        case .foreignKeys(let path):
            "\(path): these are not the keys that the log was written with; bring back the "
                + "store's own, or move this file away to read the store without them"
        }
    }
}
