// Where things lie in a sealed block. README.md of this target describes the same for people; the
// goldens in the tests hold both against real bytes.

import Digests
package import Events

/// The places of a block's header. All integers are little-endian.
enum BlockFormat {
    static let magic: UInt32 = 0x6b42_7344  // "DsBk"
    static let version: UInt16 = 1

    /// The chain's hash before the block, and the hash of everything from ``magicOffset`` on.
    static let previousHashOffset = 0
    static let contentHashOffset = 32
    static let magicOffset = 64
    static let versionOffset = 68
    static let columnCountOffset = 70
    static let countOffset = 72
    /// Bytes from the beginning through the last column; zeros follow.
    static let usedOffset = 76
    static let firstPositionOffset = 80
    static let leastAtOffset = 88
    static let greatestAtOffset = 96
    static let leastRecordedAtOffset = 104
    static let greatestRecordedAtOffset = 112
    static let familiesOffset = 120
    static let directoryOffset = 128

    static let entrySize = 24
    static let columnsOffset = directoryOffset + entrySize * ColumnSlot.count

    /// Most events in one block. Larger blocks scan no faster and make a single event dearer.
    static let capacity = 4_096

    /// Values of k pages less the library's page header fill their pages exactly.
    static func paddedSize(_ used: Int) -> Int {
        let pageSize = 4_096
        let header = 16
        return (used + header + pageSize - 1) / pageSize * pageSize - header
    }

    /// The chain's hash after a block.
    static func chain(_ hasher: inout SHA256, _ previous: Digest, _ content: Digest) -> Digest {
        hasher.update(previous.bytes)
        hasher.update(content.bytes)
        return hasher.finish()
    }

    /// A bit for the family of a kind.
    static func familyBit(_ kind: EventKind) -> UInt64 { familyBit(kind.family) }

    static func familyBit(_ family: EventKind.Family) -> UInt64 {
        guard let index = EventKind.Family.allCases.firstIndex(of: family) else {
            preconditionFailure("a family that is none")
        }
        return 1 << UInt64(index)
    }
}

/// The columns' places in a block's directory.
enum ColumnSlot {
    // Numbers, not sums over `allCases`: those would be looked up at each use. A test holds them
    // against the columns.
    static let numberBase = 16
    static let bytesBase = 26
    /// Each column of bytes has two: lengths, and the bytes.
    static let count = 32

    /// Whether the slot holds bytes, and not numbers.
    static func isRaw(_ slot: Int) -> Bool {
        slot >= bytesBase && (slot - bytesBase) % 2 == 1
    }

    /// Where a slot's entry begins in a block.
    static func entryOffset(_ slot: Int) -> Int {
        BlockFormat.directoryOffset + BlockFormat.entrySize * slot
    }

    static func of(_ column: CodeColumn) -> Int { column.rawValue }
    static func of(_ column: NumberColumn) -> Int { numberBase + column.rawValue }
    static func lengths(of column: BytesColumn) -> Int { bytesBase + 2 * column.rawValue }
    static func bytes(of column: BytesColumn) -> Int { bytesBase + 2 * column.rawValue + 1 }
}

/// How the values of a column lie in a block.
package enum ColumnEncoding: UInt8, Sendable {
    /// Every value is the base; no bytes.
    case constant = 0
    /// `base + divisor * integer`, integers of so many bytes.
    case width1 = 1
    case width2 = 2
    case width4 = 4
    case width8 = 8
    /// A byte each, the number of an entry of a dictionary that follows the bytes.
    case dictionary1 = 0x11
    /// Bytes as they are.
    case raw = 0x20

    /// Bytes an integer takes.
    package var width: Int {
        switch self {
        case .constant, .raw: 0
        case .width1, .dictionary1: 1
        case .width2: 2
        case .width4: 4
        case .width8: 8
        }
    }
}

/// One entry of a block's directory.
package struct ColumnEntry: Hashable, Sendable {
    package var encoding: ColumnEncoding
    /// Of numbers: what integers are multiplied by. Of dictionaries: how many entries.
    package var divisor: UInt32 = 1
    package var base: Int64 = 0
    /// From the block's beginning.
    package var offset = 0
    package var byteCount = 0
}

/// Why bytes are not a block.
package enum BlockError: Error, Hashable, CustomStringConvertible {
    case truncated(found: Int, expected: Int)
    case notABlock
    case unsupportedVersion(UInt16)
    case header(field: String)
    case column(slot: Int, reason: String)
    case row(Int, EventFormatError)

    package var description: String {
        switch self {
        case .truncated(let found, let expected): "\(found) bytes, expected \(expected)"
        case .notABlock: "not a block of this program"
        case .unsupportedVersion(let found): "a block of format \(found), expected 1"
        case .header(let field): "impossible \(field) in its header"
        case .column(let slot, let reason): "column \(slot): \(reason)"
        case .row(let row, let error): "event \(row) of the block: \(error)"
        }
    }
}
