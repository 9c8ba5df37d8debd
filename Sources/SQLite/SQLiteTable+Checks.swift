// What is looked at before a file is made. SQLite would notice most of it, but late, in words about
// its own grammar, and after a file is there.

extension SQLiteTable {
    /// - Throws: ``SQLiteError`` of the first table that cannot be written.
    static func check(_ tables: [SQLiteTable]) throws(SQLiteError) {
        var names: Set<[UInt8]> = []
        for table in tables {
            try table.checkNames()
            guard names.insert(foldedName(table.name)).inserted else {
                throw .duplicateTable(name: table.name)
            }
            try table.checkRows()
        }
    }

    private func checkNames() throws(SQLiteError) {
        try SQLiteTable.check(name: name)
        guard !SQLiteTable.foldedName(name).starts(with: Array("sqlite_".utf8)) else {
            throw .badName(name, problem: .reserved)
        }
        guard !columns.isEmpty else { throw .noColumns(table: name) }
        var names: Set<[UInt8]> = []
        for column in columns {
            try SQLiteTable.check(name: column.name)
            guard names.insert(SQLiteTable.foldedName(column.name)).inserted else {
                throw .duplicateColumn(table: name, name: column.name)
            }
        }
    }

    private func checkRows() throws(SQLiteError) {
        for (index, row) in rows.enumerated() {
            guard row.count == columns.count else {
                throw .valueCount(
                    table: name, row: index + 1, found: row.count, expected: columns.count)
            }
            for (column, value) in zip(columns, row) {
                guard let kind = value.kind, kind != column.kind else { continue }
                throw .valueKind(
                    table: name, row: index + 1, column: column.name, found: kind,
                    expected: column.kind)
            }
        }
    }

    private static func check(name: String) throws(SQLiteError) {
        guard !name.isEmpty else { throw .badName(name, problem: .empty) }
        // The end of a statement, for the library.
        guard !name.utf8.contains(0) else { throw .badName(name, problem: .containsNUL) }
    }

    /// Two names are one to SQLite where these bytes are equal. A string's own equality will not
    /// do: it takes a letter with a mark and the letter followed by the mark for the same.
    private static func foldedName(_ name: String) -> [UInt8] {
        name.utf8.map { (65...90).contains($0) ? $0 + 32 : $0 }
    }
}

extension SQLiteValue {
    /// The kind of column that holds this value; `nil` where any does.
    var kind: SQLiteColumn.Kind? {
        switch self {
        case .integer: .integer
        case .real: .real
        case .text: .text
        case .null: nil
        }
    }
}
