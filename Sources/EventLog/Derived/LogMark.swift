// A place in a log that can be found again: what was derived from the log up to there stands as
// long as the log up to there is the same.

import Digests
package import Events
import LMDB

/// The end of a log at one moment, by hashes over everything before it.
package struct LogMark: Hashable, Sendable {
    package let position: LogPosition
    let storeID: String
    let end: LogEnd

    init(storeID: String, end: LogEnd) {
        self.storeID = storeID
        self.end = end
        position = end.position
    }
}

extension LogMark {
    static let byteCount = 16 + 2 * 8 + 2 * Digest.byteCount

    /// The store's identity, position, hash, position through which events were in blocks, hash
    /// there.
    var bytes: [UInt8] {
        var writer = ByteWriter()
        writer.bytes = Hexadecimal.bytes(of: storeID) ?? []
        writer.fixed(end.position.rawValue)
        writer.bytes += end.hash.bytes
        writer.fixed(end.sealedThrough.rawValue)
        writer.bytes += end.sealedHash.bytes
        return writer.bytes
    }

    init?(_ bytes: Span<UInt8>) {
        guard bytes.count == LogMark.byteCount else { return nil }
        var end = LogEnd()
        end.position = LogPosition(RawBytes.load64(bytes, at: 16))
        end.hash = BlockHeader.hash(bytes, at: 24)
        end.sealedThrough = LogPosition(RawBytes.load64(bytes, at: 56))
        end.sealedHash = BlockHeader.hash(bytes, at: 64)
        self.init(storeID: Hexadecimal.text(of: RawBytes.array(bytes, 0..<16)), end: end)
    }
}

extension Log {
    /// Whether the log through a mark is the one that the mark was made of.
    /// - Complexity: O(1), and the events of one tail.
    package func isUnchanged(through mark: LogMark) throws -> Bool {
        guard mark.storeID == storeID else { return false }
        let head = try reading { try readHead($0).end }
        guard mark.position <= head.position else { return false }
        if mark.position == head.position { return mark.end.hash == head.hash }
        guard try chainHash(through: mark.end.sealedThrough) == mark.end.sealedHash else {
            return false
        }
        var hash = mark.end.sealedHash
        var hasher = SHA256()
        try forEachEvent(from: mark.end.sealedThrough.next, through: mark.position) { recorded in
            let value = Layout.value(recorded.event, recordedAt: recorded.recordedAt)
            hash = LogEnd.tailHash(&hasher, hash, recorded.position, value.span)
            return true
        }
        return hash == mark.end.hash
    }

    /// The chain's hash after the block that ends at a position; `nil` where none does.
    private func chainHash(through position: LogPosition) throws -> Digest? {
        guard position > .beforeFirst else { return .zero }
        return try reading { transaction in
            try transaction.withValue(layout.blocks, Layout.position(position)) { bytes in
                guard bytes.count >= BlockFormat.columnsOffset else { return nil }
                var hasher = SHA256()
                hasher.update(
                    BlockHeader.hash(bytes, at: BlockFormat.previousHashOffset).bytes)
                hasher.update(BlockHeader.hash(bytes, at: BlockFormat.contentHashOffset).bytes)
                return hasher.finish()
            } ?? nil
        }
    }
}
