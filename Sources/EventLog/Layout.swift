// The tables and the keys of the log's format, version 1. README.md describes them; nothing
// outside this module knows them.

import Digests
import Events
import LMDB

/// The log's tables.
struct Layout: Sendable {
    static let formatVersion: UInt32 = 1

    static let formatKey = OrderedKey("format")
    static let storeKey = OrderedKey("store")
    static let headKey = OrderedKey("head")
    static let namesKey = OrderedKey("names")

    static let names = [
        "meta", "events", "dictionary", "ids", "customers", "times", "sources", "rejects",
        "models", "runs", "settings",
    ]

    let meta: Table
    let events: Table
    let dictionary: Table
    let ids: Table
    let customers: Table
    let times: Table
    let sources: Table
    let rejects: Table
    let models: Table
    let runs: Table
    let settings: Table
    let all: [Table]

    init(_ environment: Environment) throws {
        all = try environment.tables(named: Layout.names)
        meta = all[0]
        events = all[1]
        dictionary = all[2]
        ids = all[3]
        customers = all[4]
        times = all[5]
        sources = all[6]
        rejects = all[7]
        models = all[8]
        runs = all[9]
        settings = all[10]
    }
}

extension Layout {
    /// Bytes before the event in a value of `events`: when it was recorded.
    static let recordedAtByteCount = 8

    static func event(_ position: LogPosition) -> OrderedKey { OrderedKey(position.rawValue) }

    static func symbol(_ raw: UInt32) -> OrderedKey {
        var key = OrderedKey()
        key.append(raw)
        return key
    }

    static func identity(_ hash: UInt64, _ position: LogPosition) -> OrderedKey {
        var key = OrderedKey(hash)
        key.append(position.rawValue)
        return key
    }

    static func customer(_ customer: CustomerID, _ position: LogPosition) -> OrderedKey {
        var key = symbol(customer.symbol.rawValue)
        key.append(position.rawValue)
        return key
    }

    static func time(_ at: Instant, _ position: LogPosition) -> OrderedKey {
        var key = OrderedKey()
        key.append(signed: at.microseconds)
        key.append(position.rawValue)
        return key
    }

    /// The identity of a source, from the texts of its two hashes.
    static func source(fileHash: String, mappingHash: String) throws -> OrderedKey {
        var key = OrderedKey()
        for (field, text) in [("file hash", fileHash), ("mapping hash", mappingHash)] {
            guard let digest = Digest(hexadecimal: text) else {
                throw EventLogError.invalidHash(field: field, found: text)
            }
            key.append(bytes: digest.bytes)
        }
        return key
    }

    static func source(_ source: SourceDescription) throws -> OrderedKey {
        try Layout.source(fileHash: source.fileHash, mappingHash: source.mappingHash)
    }

    static func reject(_ source: OrderedKey, record: Int) -> OrderedKey {
        var key = source
        key.append(UInt64(record))
        return key
    }

    /// The stored value of an event.
    static func value(_ event: Event, recordedAt: Instant) -> [UInt8] {
        var writer = ByteWriter()
        writer.fixed(UInt64(bitPattern: recordedAt.microseconds))
        var bytes = writer.bytes
        EventCodec.encode(event, into: &bytes)
        return bytes
    }

    static func recordedAt(_ value: Span<UInt8>) throws(EventFormatError) -> Instant {
        var reader = ByteReader(position: 0)
        return Instant(microseconds: Int64(bitPattern: try reader.fixed(value)))
    }

    /// The event behind a stored value.
    static func recordedEvent(
        _ value: Span<UInt8>, at position: LogPosition
    ) throws(EventFormatError) -> RecordedEvent {
        let recordedAt = try recordedAt(value)
        let event = try EventCodec.decode(value.extracting(recordedAtByteCount..<value.count))
        return RecordedEvent(position: position, recordedAt: recordedAt, event: event)
    }

    /// The hash of the log through `position`, from the one before it.
    static func chain(
        _ hasher: inout SHA256, _ previous: Digest, _ position: LogPosition, _ value: Span<UInt8>
    ) -> Digest {
        hasher.update(previous.bytes)
        hasher.update(event(position).bytes)
        hasher.update(value)
        return hasher.finish()
    }
}
