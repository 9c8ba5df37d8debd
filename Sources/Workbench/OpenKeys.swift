// An unlocked key file with what is derived from it: names for persons, places for sealed values.

import Digests
import EventLog
import Events
import Ingestion
import Keys
import Synchronization

/// The keys while a store is open. Its users take turns through ``exclusively(_:)``, which makes
/// it safe to share.
final class OpenKeys: @unchecked Sendable {
    let file: KeyFile
    private let naming: HMACKey
    private var sealer: Sealer
    private let turn = Mutex(())

    /// - Throws: ``KeysError``.
    init(
        path: String, log: Log, passphrase: [UInt8]?, onWaiting: WaitingReport?
    ) throws {
        file = try KeyFile(
            path: path, isWritable: log.isWritable,
            lockWaitMilliseconds: Int(Waiting.limitSeconds * 1_000)
        ) { milliseconds, holder in
            onWaiting?(Waiting(seconds: Double(milliseconds) / 1_000, holder: holder))
        }
        try file.unlock(passphrase: passphrase)
        naming = HMACKey(try file.derivedKey(for: "name persons"))
        sealer = try Sealer()
        let erasures = try Erasure.all(in: log)
        try file.destroyAgain(persons: erasures.persons, records: erasures.records)
    }

    func exclusively<Result>(_ body: () throws -> Result) throws -> Result {
        try turn.withLock { _ in try body() }
    }

    /// - Parameter customer: as the log names the person; empty for the one key that stands for
    ///   all whom no source names.
    func personTag(_ customer: String) throws(KeysError) -> KeyTag {
        try file.tag(.person, of: Array(customer.utf8))
    }

    /// A name that is the same for the same value and does not tell it. Of customers, of whom
    /// there may be very many, it has 80 bits: `p-` and 16 letters and digits.
    func pseudonym(kind: String, value: String) -> String {
        let digest = sealer.authenticate(
            OpenKeys.place(name: kind, source: value, event: ""), key: naming)
        guard kind == "customer" else { return kind + "-" + digest.hexadecimal.prefix(12) }
        return "p-" + OpenKeys.base32(Array(digest.bytes.prefix(10)))
    }

    /// A sealed value's text, by the key with a tag.
    func opened(_ sealed: [UInt8], by tag: KeyTag, place: [UInt8]) throws -> PersonalText {
        switch try file.find(tag) {
        case .destroyed: return .erased
        case .none: return .sealed
        case .key(let key):
            let bytes = try sealer.open(sealed, key: key, place: place)
            return .text(String(decoding: bytes, as: UTF8.self))
        }
    }

    /// A rejected record; `nil` where its key is gone.
    func kept(_ record: SealedRecord) throws -> KeptRecord? {
        guard case .key(let key) = try file.find(record.tag) else { return nil }
        let bytes = try sealer.open(record.sealed, key: key, place: record.tag.bytes)
        guard let kept = KeptRecord(decoding: bytes) else {
            throw WorkbenchError.damaged(
                what: "a rejected record", reason: "it is not what an ingest keeps")
        }
        return kept
    }

    /// Where a sealed value belongs: it can be opened for no other place.
    static func place(name: String, source: String, event: String) -> [UInt8] {
        var writer = ByteWriter()
        writer.text(name)
        writer.text(source)
        writer.text(event)
        return writer.bytes
    }

    /// RFC 4648, in lower case and without padding: five bits a character.
    private static func base32(_ bytes: [UInt8]) -> String {
        let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)
        var text: [UInt8] = []
        var bits: UInt32 = 0
        var bitCount = 0
        for byte in bytes {
            bits = bits << 8 | UInt32(byte)
            bitCount += 8
            while bitCount >= 5 {
                bitCount -= 5
                text.append(alphabet[Int(bits >> UInt32(bitCount)) & 31])
            }
            bits &= (1 << UInt32(bitCount)) - 1
        }
        return String(decoding: text, as: UTF8.self)
    }
}
