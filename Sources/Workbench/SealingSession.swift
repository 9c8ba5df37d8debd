// How one ingest makes persons unreadable: each customer's fields with the customer's own key,
// each rejected record with a key of its own.
//
// Sealing is repeatable: the same field of the same event gives the same bytes, so that a record
// read twice is a duplicate and not a conflict. Of a person who was erased nothing is kept: the
// field stands there without bytes.

import Digests
import EventLog
import Events
import Ingestion
import Keys

/// The sealing of one ingest's values. Used by one thread at a time.
final class SealingSession {
    private let keys: StoreKeys
    private var sealer: Sealer
    private var ring = KeyRing()
    /// Identifies the file and the mapping at hand.
    private var recordOrigin: () throws -> [UInt8] = { [] }
    private let mayMeetErased: Bool

    /// - Throws: ``WorkbenchError/noKeys(path:)`` or ``KeysError``: without keys nothing is taken
    ///   in.
    init(_ keys: StoreKeys) throws {
        self.keys = keys
        sealer = try Sealer()
        mayMeetErased = try keys.using { $0.file.facts.destroyedPersonCount > 0 }
    }

    var dataSealer: PersonalDataSealer {
        PersonalDataSealer(
            sealFields: { [self] rows, source, names in try seal(&rows, source, names) },
            pseudonym: { [keys] kind, value in
                try keys.using { $0.pseudonym(kind: kind, value: value) }
            },
            sealRecord: { [self] kept, _, record in try sealRecord(kept, record) })
    }

    /// Records that follow are of this file, whose hash is asked for when one is rejected.
    func begin(fileHash: @escaping () throws -> String, mappingHash: String) {
        recordOrigin = { Array((try fileHash() + mappingHash).utf8) }
    }

    /// Records that follow are of this source.
    func begin(_ source: SourceDescription) {
        let fileHash = source.fileHash
        begin(fileHash: { fileHash }, mappingHash: source.mappingHash)
    }

    /// Puts new keys on the disk. To be called before the log commits what is sealed with them.
    func flush() throws { try keys.using { try $0.file.flush() } }

    private func seal(
        _ rows: inout RecordRows, _ source: String, _ names: NameList
    ) throws {
        var batch = FieldBatch()
        let customers = rows.columns[.customer]
        let keys = rows.columns[.key]
        for value in rows.personal {
            batch.append(person: customers[value.row], plaintext: value.bytes) { place in
                SealingSession.add(names.string(value.name), to: &place)
                SealingSession.add(source, to: &place)
                SealingSession.add(keys.bytes[keys.range(value.row)], to: &place)
            }
        }
        guard batch.count > 0 else { return }
        let sealed = try self.keys.using { keys in
            try ring.learn(batch, from: keys.file) { names.string(Symbol($0)) }
            return try ring.seal(batch, flushing: keys.file)
        }
        for index in rows.personal.indices {
            rows.personal[index].bytes = Array(sealed.bytes[sealed.range(index)])
        }
    }

    /// As ``OpenKeys/place(name:source:event:)`` does, without an array for each field.
    private static func add(_ text: String, to place: inout [UInt8]) {
        add(text.utf8, to: &place)
    }

    private static func add(_ text: some Collection<UInt8>, to place: inout [UInt8]) {
        var count = text.count
        while count >= 0x80 {
            place.append(UInt8(truncatingIfNeeded: count) | 0x80)
            count >>= 7
        }
        place.append(UInt8(count))
        place.append(contentsOf: text)
    }

    /// A rejected record, whatever is in it, with a key of its own.
    func sealRecord(_ kept: KeptRecord, _ record: Int) throws -> [UInt8] {
        let origin = try recordOrigin() + Array("/\(record)".utf8)
        let isUnwanted = mayMeetErased ? try namesErased(kept.bytes) : false
        let (tag, found) = try keys.using { keys in
            let tag = try keys.file.tag(.record, of: origin)
            return (tag, isUnwanted ? .none : try keys.file.findOrMake(tag, .record))
        }
        guard case .key(let key) = found else { return [] }
        let sealed = try sealer.sealRepeatably(kept.encoded, key: key, place: tag.bytes)
        return SealedRecord(tag: tag, sealed: sealed).bytes
    }

    /// Whether a part of the record is the id of somebody who was erased.
    private func namesErased(_ bytes: [UInt8]) throws -> Bool {
        try keys.using { keys in
            for token in RecordTokens.readings(of: bytes).flatMap(RecordTokens.all) {
                guard let text = String(validating: token, as: UTF8.self) else { continue }
                for name in [text, keys.pseudonym(kind: "customer", value: text)] {
                    let tag = try keys.personTag(name)
                    if keys.file.isDestroyed(tag) { return true }
                }
            }
            return false
        }
    }
}
