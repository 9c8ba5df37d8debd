// The keys of a store: whose fields are sealed with which, what persons are called in the log,
// and what is left to read where the key file is locked, missing, or a key was destroyed.

import Digests
import EventLog
import Events
import Ingestion
package import Keys
import Synchronization

/// A personal value as far as the keys allow to read it.
package enum PersonalText: Hashable, Sendable, CustomStringConvertible {
    case text(String)
    /// The keys are not there.
    case sealed
    /// The key was destroyed.
    case erased

    package var description: String {
        switch self {
        case .text(let text): text
        case .sealed: "sealed"
        case .erased: "erased"
        }
    }
}

/// The key file beside a log, read when it is first needed.
package final class StoreKeys: Sendable {
    static let fileName = "keys"
    private static let setting = "keys"

    let path: String
    let isPresent: Bool
    private let log: Log
    private let passphrase: [UInt8]?
    private let onWaiting: WaitingReport?
    private let opened = Mutex<OpenKeys?>(nil)

    private init(
        path: String, isPresent: Bool, log: Log, passphrase: [UInt8]?, onWaiting: WaitingReport?
    ) {
        self.onWaiting = onWaiting
        self.path = path
        self.isPresent = isPresent
        self.log = log
        self.passphrase = passphrase
    }

    /// Finds the key file, or makes it for a new log. No secret is read yet.
    /// - Parameter passphrase: opens the file; a new one is protected with it.
    /// - Throws: ``KeysError`` where the file cannot be used;
    ///   ``WorkbenchError/foreignKeys(path:)`` where it is another store's.
    static func open(
        directory: String, log: Log, mayCreate: Bool, passphrase: [UInt8]?,
        onWaiting: WaitingReport?
    ) throws -> StoreKeys {
        let path = directory + "/" + fileName
        var identity: String?
        do {
            identity = try identityIfPresent(path)
        } catch KeysError.notPermitted(let path) {
            // Who may read the log and not the keys reads it as one without keys.
            guard !log.isWritable else { throw KeysError.notPermitted(path: path) }
        }
        // New keys beside an old log would name persons anew and seal what is sealed already.
        if identity == nil, mayCreate {
            if try log.head() == .beforeFirst {
                try KeyFile.create(
                    path, protection: passphrase.map { .passphrase($0) } ?? .fileRights)
            }
            // There are keys before there are events: where another process has just brought in
            // the first ones, its keys are there by now.
            identity = try identityIfPresent(path)
        } else if identity != nil, log.isWritable {
            try KeyFile.removeUnfinished(of: path)
        }
        let keys = StoreKeys(
            path: path, isPresent: identity != nil, log: log, passphrase: passphrase,
            onWaiting: onWaiting)
        if let identity { try keys.checkOwner(identity) }
        return keys
    }

    private static func identityIfPresent(_ path: String) throws -> String? {
        do {
            return try KeyFile.inspect(path).identity
        } catch KeysError.missing {
            return nil
        }
    }

    /// The log remembers which key file it was written with.
    private func checkOwner(_ identity: String) throws {
        if let noted = try noted() {
            guard noted.identity == identity else {
                throw WorkbenchError.foreignKeys(path: path)
            }
        } else if log.isWritable {
            try note(KeyFileNote(identity: identity, slotCount: 0))
        }
    }

    private func noted() throws -> KeyFileNote? {
        guard let bytes = try log.bytes(on: .settings, name: StoreKeys.setting) else { return nil }
        return try JSONCoding.decode(KeyFileNote.self, from: bytes, what: "the note of the keys")
    }

    private func note(_ note: KeyFileNote) throws {
        try log.put(try JSONCoding.encode(note), on: .settings, name: StoreKeys.setting)
    }

    /// Notes how many keys there are by now, so that an older copy of the file is known as one.
    func noteCount() throws {
        let facts = try using { $0.file.facts }
        let note = KeyFileNote(identity: facts.identity, slotCount: facts.slotCount)
        if try noted() != note { try self.note(note) }
    }

    /// What the key file holds; `nil` where it is missing. Needs no secret.
    package func facts() throws -> StoreKeyFacts? {
        guard isPresent else { return nil }
        let file = try KeyFile(path: path, isWritable: false)
        let erasures = try Erasure.all(in: log)
        let facts = file.facts
        return StoreKeyFacts(
            file: facts, missingCount: max(0, (try noted()?.slotCount ?? 0) - facts.slotCount),
            returnedCount: file.undestroyedCount(
                persons: erasures.persons, records: erasures.records))
    }

    /// Whether the keys can be used; why not is thrown.
    func require() throws { try using { _ in } }

    /// Whether values can be read: a file that is there and opens.
    private func canRead() throws -> Bool {
        guard isPresent else { return false }
        do {
            try require()
            return true
        } catch KeysError.locked { return false }
    }

    /// Runs `body` with the opened keys, one thread at a time.
    /// - Throws: ``WorkbenchError/noKeys(path:)``, ``KeysError``.
    func using<Result>(_ body: (OpenKeys) throws -> Result) throws -> Result {
        guard isPresent else { throw WorkbenchError.noKeys(path: path) }
        let keys = try opened.withLock { current in
            if let current { return current }
            let keys = try OpenKeys(
                path: path, log: log, passphrase: passphrase, onWaiting: onWaiting)
            current = keys
            return keys
        }
        return try keys.exclusively { try body(keys) }
    }
}

extension StoreKeys {
    /// The names under which the log may know a customer: the source's id, and its pseudonym
    /// where the keys are there.
    func customerNames(of id: String) throws -> [String] {
        guard try canRead() else { return [id] }
        return [id, try using { $0.pseudonym(kind: "customer", value: id) }]
    }

    /// The same, without asking the keys where the log knows the id as it is.
    func customerNames(of id: String, in dictionary: Interner) throws -> [String] {
        dictionary.symbol(of: id) == nil ? try customerNames(of: id) : [id]
    }

    /// A personal field of an event, as far as it can be read.
    package func personalText(
        field: String, sealed: [UInt8], source: String, eventKey: String, customer: String
    ) throws -> PersonalText {
        if sealed.isEmpty { return .erased }
        guard try canRead() else { return .sealed }
        return try using { keys in
            let place = OpenKeys.place(name: field, source: source, event: eventKey)
            return try keys.opened(sealed, by: try keys.personTag(customer), place: place)
        }
    }

    /// A rejected record as it was read, as far as it can be.
    func recordText(_ sealed: [UInt8]) throws -> PersonalText {
        guard let record = SealedRecord(sealed) else { return .erased }
        guard try canRead() else { return .sealed }
        return try using { keys in
            if keys.file.isDestroyed(record.tag) { return .erased }
            guard let kept = try keys.kept(record) else { return .sealed }
            return .text(String(decoding: kept.bytes, as: UTF8.self))
        }
    }
}

/// What the log notes of its key file.
private struct KeyFileNote: Hashable, Codable {
    var identity: String
    var slotCount: Int
}

/// A key file seen from its store.
package struct StoreKeyFacts: Hashable, Sendable {
    package var file: KeyFileFacts
    /// Keys that the file had and has no more: it is an older copy, or was cut off.
    package var missingCount: Int
    /// Keys that were destroyed and are there again: it is an older copy.
    package var returnedCount: Int
}

/// The bytes of a rejected record in the log: the tag of its key, then the sealed record.
struct SealedRecord {
    let tag: KeyTag
    let sealed: [UInt8]

    /// `nil` where nothing was kept.
    init?(_ bytes: [UInt8]) {
        guard let tag = KeyTag(bytes: Array(bytes.prefix(KeyTag.byteCount))) else { return nil }
        self.tag = tag
        sealed = Array(bytes.dropFirst(KeyTag.byteCount))
    }

    init(tag: KeyTag, sealed: [UInt8]) {
        self.tag = tag
        self.sealed = sealed
    }

    var bytes: [UInt8] { tag.bytes + sealed }
}
