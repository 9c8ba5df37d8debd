// An erasure as the store remembers it: what was decided, before anything is destroyed, so that
// an erasure that was stopped goes on, and one that was undone by an old copy of the key file is
// done again. It names nobody.

import Digests
import EventLog
import Events
import Keys

/// One person's erasure.
struct Erasure: Hashable, Codable {
    private static let prefix = "erasure/"

    /// Tags of the person's keys, hexadecimal.
    var persons: [String]
    /// Tags of rejected records' keys.
    var records: [String]
    /// Microseconds since 1970.
    var at: Int64
    var reason: String
    /// How often this person was erased, this time included: data may have come in since.
    var turn: Int
    var isDone: Bool

    /// The erasure of the person whose first tag this is.
    static func kept(_ tag: KeyTag, in log: Log) throws -> Erasure? {
        guard let bytes = try log.bytes(on: .settings, name: prefix + tag.hexadecimal) else {
            return nil
        }
        return try JSONCoding.decode(Erasure.self, from: bytes, what: "the note of an erasure")
    }

    func keep(_ tag: KeyTag, in log: Log) throws {
        try log.put(
            try JSONCoding.encode(self), on: .settings, name: Erasure.prefix + tag.hexadecimal)
    }

    /// The tags of everything that was ever erased.
    static func all(in log: Log) throws -> (persons: Set<KeyTag>, records: Set<KeyTag>) {
        var persons: Set<KeyTag> = []
        var records: Set<KeyTag> = []
        for name in try log.names(on: .settings) where name.hasPrefix(prefix) {
            guard let tag = KeyTag(hexadecimal: String(name.dropFirst(prefix.count))),
                let erasure = try kept(tag, in: log)
            else { throw WorkbenchError.damaged(what: "the note of an erasure", reason: name) }
            persons.formUnion(erasure.persons.compactMap(KeyTag.init(hexadecimal:)))
            records.formUnion(erasure.records.compactMap(KeyTag.init(hexadecimal:)))
        }
        return (persons, records)
    }
}

extension SourceDescription {
    private static let ownName = "downstream"

    /// The source of facts that the program itself states, such as erasures. Not a file: it is
    /// left out where files and their records are counted.
    static var own: SourceDescription {
        SourceDescription(
            fileName: ownName, fileHash: SHA256.digest(of: "facts of downstream").hexadecimal,
            mappingName: ownName, mappingHash: Digest.zero.hexadecimal, sourceName: ownName)
    }

    var isOwn: Bool { self == .own }
}
