// The end of the log and what holds everything before it together: one small value that every
// commit writes, with a checksum of its own.

import Digests
import Events
import LMDB

/// Tables of small entries whose content the head vouches for by a digest each.
enum DigestedTable: Int, CaseIterable {
    case sources, rejects, models, runs, settings, streamRuns
}

/// Where events and names end: two logs with the same end hold the same of both.
struct LogEnd: Hashable, Sendable {
    /// The last event, and the hash of everything through it.
    var position = LogPosition.beforeFirst
    var hash = Digest.zero
    /// The last event of the last block, and the chain's hash there; the tail follows.
    var sealedThrough = LogPosition.beforeFirst
    var sealedHash = Digest.zero
    /// Names in the dictionary, the empty one not counted, and the hash of their chain.
    var nameCount = 0
    var namesHash = Digest.zero

    var tailCount: Int { Int(position.rawValue - sealedThrough.rawValue) }
}

/// The head as of a commit.
@dynamicMemberLookup
struct StoredHead: Hashable, Sendable {
    private static let formatVersion: UInt8 = 2

    var end = LogEnd()
    /// The number of the next run of the stream index.
    var nextRun: UInt64 = 1
    var digests = [SetDigest](repeating: SetDigest(), count: DigestedTable.allCases.count)

    init() {}

    subscript<Value>(dynamicMember member: WritableKeyPath<LogEnd, Value>) -> Value {
        get { end[keyPath: member] }
        set { end[keyPath: member] = newValue }
    }

    var tailCount: Int { end.tailCount }

    /// Spelled out, since `Hashable` has a function of that name.
    var hash: Digest {
        get { end.hash }
        set { end.hash = newValue }
    }

    var bytes: [UInt8] {
        var writer = ByteWriter()
        writer.byte(StoredHead.formatVersion)
        writer.fixed(end.position.rawValue)
        writer.bytes += end.hash.bytes
        writer.fixed(end.sealedThrough.rawValue)
        writer.bytes += end.sealedHash.bytes
        writer.fixed(UInt64(end.nameCount))
        writer.bytes += end.namesHash.bytes
        writer.fixed(nextRun)
        for digest in digests { writer.bytes += digest.bytes }
        return writer.bytes + SHA256.digest(of: writer.bytes).bytes
    }

    /// `nil` where the bytes are no head, or were changed.
    init?(_ bytes: Span<UInt8>) {
        let expected = 1 + 4 * 8 + 3 * 32 + DigestedTable.allCases.count * 32 + 32
        guard bytes.count == expected, bytes[0] == StoredHead.formatVersion else { return nil }
        let content = RawBytes.array(bytes, 0..<(expected - 32))
        guard SHA256.digest(of: content) == BlockHeader.hash(bytes, at: expected - 32) else {
            return nil
        }
        end.position = LogPosition(RawBytes.load64(bytes, at: 1))
        end.hash = BlockHeader.hash(bytes, at: 9)
        end.sealedThrough = LogPosition(RawBytes.load64(bytes, at: 41))
        end.sealedHash = BlockHeader.hash(bytes, at: 49)
        guard let names = UInt32(exactly: RawBytes.load64(bytes, at: 81)) else { return nil }
        end.nameCount = Int(names)
        end.namesHash = BlockHeader.hash(bytes, at: 89)
        nextRun = RawBytes.load64(bytes, at: 121)
        for index in digests.indices {
            let start = 129 + 32 * index
            guard let digest = SetDigest(bytes: RawBytes.array(bytes, start..<(start + 32)))
            else { return nil }
            digests[index] = digest
        }
        guard end.sealedThrough <= end.position, end.position.rawValue <= UInt64(Int64.max)
        else { return nil }
    }
}

extension LogEnd {
    /// The running hash after one event of the tail.
    static func tailHash(
        _ hasher: inout SHA256, _ previous: Digest, _ position: LogPosition,
        _ value: Span<UInt8>
    ) -> Digest {
        hasher.update(previous.bytes)
        hasher.update(Layout.position(position).bytes)
        hasher.update(value)
        return hasher.finish()
    }

    /// The dictionary's own chain: a changed name would be another customer or another intent in
    /// every event that uses its symbol, and the events' bytes would not tell.
    static func namesHash(after hash: Digest, _ segment: Span<UInt8>) -> Digest {
        var hasher = SHA256()
        hasher.update(hash.bytes)
        hasher.update(segment)
        return hasher.finish()
    }

    /// Takes names in.
    /// - Returns: their value in the dictionary; `nil` for none.
    mutating func add(names: [String]) -> [UInt8]? {
        guard !names.isEmpty else { return nil }
        let segment = NameSegment.encode(names[...])
        nameCount += names.count
        namesHash = LogEnd.namesHash(after: namesHash, segment.span)
        return segment
    }
}
