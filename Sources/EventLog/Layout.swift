// The tables and the keys of the log's format, version 2. README.md describes them; nothing
// outside this module knows them.

import Digests
import Events
import LMDB

/// The log's tables.
struct Layout: Sendable {
    static let formatVersion: UInt32 = 2

    static let formatKey = OrderedKey("format")
    static let storeKey = OrderedKey("store")
    static let headKey = OrderedKey("head")
    static let metaKeys = [formatKey, storeKey, headKey]

    static let names = [
        "meta", "blocks", "tail", "dictionary", "streams", "streamRuns", "sources", "rejects",
        "models", "runs", "settings",
    ]

    let meta: Table
    let blocks: Table
    let tail: Table
    let dictionary: Table
    let streams: Table
    let streamRuns: Table
    let sources: Table
    let rejects: Table
    let models: Table
    let runs: Table
    let settings: Table
    let all: [Table]

    init(_ environment: Environment) throws {
        all = try environment.tables(named: Layout.names)
        meta = all[0]
        blocks = all[1]
        tail = all[2]
        dictionary = all[3]
        streams = all[4]
        streamRuns = all[5]
        sources = all[6]
        rejects = all[7]
        models = all[8]
        runs = all[9]
        settings = all[10]
    }

    func table(_ digested: DigestedTable) -> Table {
        switch digested {
        case .sources: sources
        case .rejects: rejects
        case .models: models
        case .runs: runs
        case .settings: settings
        case .streamRuns: streamRuns
        }
    }
}

extension Layout {
    /// Bytes before the event in a value of `tail`: when it was recorded.
    static let recordedAtByteCount = 8

    /// The key of an event of the tail. A block has the key of its last event, so that the first
    /// key at or after a position is that of the block that holds it.
    static func position(_ position: LogPosition) -> OrderedKey { OrderedKey(position.rawValue) }

    static func symbol(_ raw: UInt32) -> OrderedKey {
        var key = OrderedKey()
        key.append(raw)
        return key
    }

    /// The key of a piece of the stream index, by its last entry, for the same reason.
    static func chunk(run: UInt64, symbol: UInt32, position: UInt64) -> OrderedKey {
        var key = OrderedKey(capacity: 20)
        key.append(run)
        key.append(symbol)
        key.append(position)
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

    /// The stored value of an event in the tail.
    static func value(_ event: Event, recordedAt: Instant) -> [UInt8] {
        var writer = ByteWriter()
        writer.fixed(UInt64(bitPattern: recordedAt.microseconds))
        var bytes = writer.bytes
        EventCodec.encode(event, into: &bytes)
        return bytes
    }

    /// The event behind a value of the tail.
    static func recordedEvent(
        _ value: Span<UInt8>, at position: LogPosition
    ) throws(EventFormatError) -> RecordedEvent {
        var reader = ByteReader(position: 0)
        let recordedAt = Instant(microseconds: Int64(bitPattern: try reader.fixed(value)))
        let event = try EventCodec.decode(value.extracting(recordedAtByteCount..<value.count))
        return RecordedEvent(position: position, recordedAt: recordedAt, event: event)
    }

    /// The store's identity is kept with a checksum, since nothing else is derived from it.
    static func identityRecord(_ identity: [UInt8]) -> [UInt8] {
        identity + SHA256.digest(of: identity).bytes
    }

    static func identity(of record: [UInt8]) -> [UInt8]? {
        let identity = Array(record.prefix(16))
        return record == identityRecord(identity) ? identity : nil
    }
}
