// What goes into a file: tables as values, so that whoever makes them knows nothing of SQL.

/// One value of a row.
package enum SQLiteValue: Hashable, Sendable {
    /// A whole number, all 64 bits of it.
    case integer(Int64)
    /// A number in binary floating point. SQLite has no NaN: it is written as ``null``. Infinities
    /// are written as they are. Negative zero comes back as zero.
    case real(Double)
    /// A text, written as UTF-8 without normalising. One that holds NUL comes back whole; functions
    /// of SQL and many programs see only what is in front of it.
    case text(String)
    /// No value. A column of any kind may hold it.
    case null
}

/// A named column of one kind.
package struct SQLiteColumn: Hashable, Sendable {
    /// The kind of value that a column holds. Values of another kind are refused and not converted:
    /// SQLite would make a number of the text "12" without a word.
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        /// Holds ``SQLiteValue/integer(_:)``.
        case integer
        /// Holds ``SQLiteValue/real(_:)``.
        case real
        /// Holds ``SQLiteValue/text(_:)``.
        case text
    }

    /// Any text, words of SQL and quotes too; not empty, and without NUL.
    package let name: String
    /// What the column holds.
    package let kind: Kind

    /// A column of this name and kind. The name is looked at when a file is written.
    package init(_ name: String, _ kind: Kind) {
        self.name = name
        self.kind = kind
    }
}

/// A table: its columns from left to right, its rows in the order that they are stored in.
package struct SQLiteTable: Hashable, Sendable {
    /// As a column's name; names that begin with "sqlite_" are the library's own.
    package let name: String
    /// At least one. No two names differ by the case of ASCII letters only.
    package let columns: [SQLiteColumn]
    /// Each has one value for each column, in the order of the columns.
    package var rows: [[SQLiteValue]]

    /// A table as it is given. It is looked at when a file is written.
    package init(name: String, columns: [SQLiteColumn], rows: [[SQLiteValue]] = []) {
        self.name = name
        self.columns = columns
        self.rows = rows
    }
}
