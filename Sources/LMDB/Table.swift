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
    /// Pages of every sort that the table takes up.
    package let pageCount: Int
    /// Levels of the tree; zero where it is empty.
    package let depth: Int
}
