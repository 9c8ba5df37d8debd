// The secret of a store, in a file of its own beside the log: names of persons become keyed
// pseudonyms and sealed fields with it. Without the file the log is readable, the persons in it
// are not.

import Digests
import Events
import Ingestion

/// The keys derived from a store's one secret; absent where the file is.
struct StoreKeys: Sendable {
    static let fileName = "store.key"

    private let sealing: SecretKey?
    private let naming: SecretKey?

    static func load(directory: String, mayCreate: Bool) throws -> StoreKeys {
        let path = directory + "/" + fileName
        if let bytes = try Files.readIfPresent(path) {
            do {
                return try StoreKeys(secret: SecretKey(bytes: bytes))
            } catch let error as DigestsError {
                throw WorkbenchError.damaged(what: path, reason: error.description)
            }
        }
        guard mayCreate else { return StoreKeys(sealing: nil, naming: nil) }
        // Whoever makes a store at the same time may have been first: the file decides.
        try Files.write(try SecretKey.random().secretBytes, to: path, isPrivate: true)
        return try load(directory: directory, mayCreate: false)
    }

    private init(sealing: SecretKey?, naming: SecretKey?) {
        self.sealing = sealing
        self.naming = naming
    }

    private init(secret: SecretKey) throws {
        sealing = try secret.derived(for: "seal personal fields")
        naming = try secret.derived(for: "name persons")
    }
}

extension StoreKeys {
    /// A rejected record as it was read.
    func openedRecord(_ sealed: [UInt8], source: String) throws -> String {
        guard let sealing else { throw StoreKeys.missing }
        let bytes = try AESGCM.open(
            sealed, key: sealing,
            associatedData: StoreKeys.place(name: "record", source: source, event: ""))
        return String(decoding: bytes, as: UTF8.self)
    }

    /// How ingestion makes persons unreadable.
    ///
    /// Sealing is repeatable: the same field of the same event gives the same bytes, so that a
    /// record read twice is a duplicate and not a conflict.
    var sealer: PersonalDataSealer {
        PersonalDataSealer(
            seal: { name, plaintext, context in
                guard let sealing else { throw StoreKeys.missing }
                return try AESGCM.sealRepeatably(
                    plaintext, key: sealing,
                    associatedData: StoreKeys.place(
                        name: name, source: context.source, event: context.eventKey))
            },
            pseudonym: { kind, value in
                guard let naming else { throw StoreKeys.missing }
                let digest = HMACSHA256.authenticate(
                    StoreKeys.place(name: kind, source: value, event: ""),
                    key: naming.secretBytes)
                return kind + "-" + digest.hexadecimal.prefix(12)
            })
    }

    /// Where a sealed value belongs: it can be opened for no other place.
    private static func place(name: String, source: String, event: String) -> [UInt8] {
        var writer = ByteWriter()
        writer.text(name)
        writer.text(source)
        writer.text(event)
        return writer.bytes
    }

    private static var missing: WorkbenchError {
        .unreadable(
            path: fileName, reason: "the store's key is missing, so nothing personal can be sealed")
    }
}
