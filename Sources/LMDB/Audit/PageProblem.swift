// What the audit of a file can find, as values.

/// One thing that a sound file would not have.
package struct PageProblem: Hashable, Sendable {
    /// Which state of the file has it.
    package enum Snapshot: String, Sendable, Hashable {
        /// The last commit: what every reader sees.
        case newest
        /// The commit before, which the file still leads to. Only a roll-back would show it.
        case previous
    }

    package let snapshot: Snapshot
    /// The page's number; its bytes begin at this many times the page size.
    package let page: UInt64
    /// The table that the page belongs to, where that is known.
    package let table: String?
    /// What is wrong, in a few words that are the same for the same sort of damage.
    package let what: String
    package let expected: String
    package let found: String
}

extension PageProblem: CustomStringConvertible {
    package var description: String {
        let owner = table.map { " of table \"\($0)\"" } ?? ""
        let state = snapshot == .previous ? " (the commit before the last)" : ""
        return "page \(page)\(owner)\(state): \(what): expected \(expected), found \(found)"
    }
}

/// What a table's tree was found to have.
package struct TableAudit: Hashable, Sendable {
    package let name: String
    package var entryCount = 0
    package var branchPageCount = 0
    package var leafPageCount = 0
    package var overflowPageCount = 0
    package var depth = 0
    /// Separators that are not the first key behind them, as they become where first keys are
    /// removed: a table that only grows at its end has none. One flipped bit may hide in them,
    /// without harm: it leads every search to the same place.
    package var looseSeparatorCount = 0
    /// Overflow pages more than their values need, as a value has them that was written twice
    /// in one transaction, the second time shorter.
    package var spareOverflowPageCount = 0

    package var pageCount: Int { branchPageCount + leafPageCount + overflowPageCount }

    mutating func add(_ other: TableAudit) {
        entryCount += other.entryCount
        branchPageCount += other.branchPageCount
        leafPageCount += other.leafPageCount
        overflowPageCount += other.overflowPageCount
        looseSeparatorCount += other.looseSeparatorCount
        spareOverflowPageCount += other.spareOverflowPageCount
    }
}

/// What a byte of the file is there for.
package enum ByteUse: UInt8, Sendable, Hashable, CaseIterable {
    /// Nothing: free pages, gaps within pages, what follows the last page.
    case unused
    /// What only the commit before the last leads to: free pages that the next commit leaves
    /// alone. The audit looks at them too.
    case previous
    /// What the audit answers for: any flipped bit is found.
    case structure
    /// How long a key or value is. The audit finds what does not fit; one byte more or less may
    /// hide in the padding of a node, so that who reads the contents has to look at lengths.
    case length
    /// A key. Its order is the audit's, its bytes are for who reads the contents.
    case key
    /// A key that only leads to others, or the commit that freed some pages: what is still in
    /// its order leads to the same place and does no harm.
    case separator
    /// A value, for who reads the contents.
    case value
}

/// Which bytes of a file are in use, one mark a byte: for the small files of tests.
package struct ByteUseMap: Sendable, Hashable {
    private(set) var marks: [UInt8]

    init(byteCount: Int) { marks = [UInt8](repeating: 0, count: byteCount) }

    mutating func mark(_ range: Range<Int>, _ use: ByteUse) {
        for offset in range.clamped(to: marks.indices) { marks[offset] = use.rawValue }
    }

    /// Marks what has no mark yet.
    mutating func markUnused(_ range: Range<Int>, _ use: ByteUse) {
        for offset in range.clamped(to: marks.indices)
        where marks[offset] == ByteUse.unused.rawValue {
            marks[offset] = use.rawValue
        }
    }

    package var byteCount: Int { marks.count }

    /// What the byte at this offset of the file is there for.
    package func use(at offset: Int) -> ByteUse {
        guard marks.indices.contains(offset) else { return .unused }
        return ByteUse(rawValue: marks[offset]) ?? .unused
    }

    /// Whether the last commit has anything here.
    package func isUsed(_ offset: Int) -> Bool {
        let use = use(at: offset)
        return use != .unused && use != .previous
    }
}
