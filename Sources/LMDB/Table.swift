// A named table of an environment. Handles are opened once, with the environment, and never
// closed: the library does not guard against a handle that is closed while in use.

/// A table: keys in byte order, one value each.
package struct Table: Hashable, Sendable {
    package let name: String
    let handle: UInt32
}

/// The size of a table.
package struct TableStatistics: Hashable, Sendable {
    package let entryCount: Int
    /// Pages that lead to others.
    package let branchPageCount: Int
    /// Pages of keys and small values.
    package let leafPageCount: Int
    /// Pages of values that are too large for a leaf.
    package let overflowPageCount: Int
    /// Levels of the tree; zero where it is empty.
    package let depth: Int

    /// Pages of every sort that the table takes up.
    package var pageCount: Int { branchPageCount + leafPageCount + overflowPageCount }
}
