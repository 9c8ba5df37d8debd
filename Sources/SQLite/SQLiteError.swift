// What can go wrong between tables and a file. Values of the tables are in no message: they may be
// personal.

import Glibc

/// Why a file could not be written or read.
package enum SQLiteError: Error, Hashable {
    /// What a name of a table or column must not be.
    package enum NameProblem: Hashable, Sendable {
        /// The name has no characters.
        case empty
        /// The name holds the character NUL.
        case containsNUL
        /// The name begins with "sqlite_", in any case of the letters.
        case reserved
    }

    /// Something has this name already; it was left as it is.
    case exists(path: String)
    /// A file of a former database stands beside the place and would be taken for a part of the
    /// new one.
    case leftover(path: String)
    /// The system refused; its error number.
    case system(operation: String, path: String, code: Int32)
    /// The library refused: its extended result code, its own words, and the system's error number
    /// where it has one, else zero.
    case library(
        operation: String, path: String, code: Int32, message: String, systemCode: Int32)
    /// A table or column cannot have this name.
    case badName(String, problem: NameProblem)
    /// Two tables have one name; SQLite does not look at the case of ASCII letters.
    case duplicateTable(name: String)
    /// Two columns of a table have one name, in the same sense.
    case duplicateColumn(table: String, name: String)
    /// A table has no column.
    case noColumns(table: String)
    /// A row, counted from one, has another number of values than there are columns.
    case valueCount(table: String, row: Int, found: Int, expected: Int)
    /// A value of a row, counted from one, is of another kind than its column.
    case valueKind(
        table: String, row: Int, column: String, found: SQLiteColumn.Kind,
        expected: SQLiteColumn.Kind)
    /// A query has given bytes, for which there is no value here. The column is counted from one.
    case bytesInResult(path: String, column: Int)
    /// A query is none, or has more behind its first statement.
    case notOneStatement(path: String)
}

extension SQLiteError: CustomStringConvertible {
    /// The error in words, with what to do about it.
    package var description: String {
        switch self {
        case .exists(let path):
            "\(path) exists already; choose another name, or move what is there out of the way"
        case .leftover(let path):
            "\(path) is left from another database of this name and would be taken for a part of "
                + "the new file; close the programs that use it, or move it out of the way"
        case .system(let operation, let path, let code):
            "could not \(operation) \(path): \(SQLiteError.systemText(code)) (code \(code))"
        case .library(let operation, let path, let code, let message, let systemCode):
            "could not \(operation) \(path): \(message) (sqlite code \(code))"
                + (systemCode == 0 ? "" : ": \(SQLiteError.systemText(systemCode))")
        case .badName(let name, let problem): SQLiteError.text(of: problem, name)
        case .duplicateTable(let name):
            "two tables are named \"\(name)\", the case of letters apart; rename one"
        case .duplicateColumn(let table, let name):
            "table \"\(table)\": two columns are named \"\(name)\", the case of letters apart; "
                + "rename one"
        case .noColumns(let table):
            "table \"\(table)\" has no columns; expected at least one"
        case .valueCount(let table, let row, let found, let expected):
            "table \"\(table)\", row \(row): found \(found) values, expected \(expected)"
        case .valueKind(let table, let row, let column, let found, let expected):
            "table \"\(table)\", row \(row), column \"\(column)\": found \(found.rawValue), "
                + "expected \(expected.rawValue)"
        case .bytesInResult(let path, let column):
            "\(path): column \(column) of the result holds bytes; expected a number or a text"
        case .notOneStatement(let path):
            "\(path): the query is not one statement of SQL"
        }
    }

    private static func text(of problem: NameProblem, _ name: String) -> String {
        switch problem {
        case .empty: "a table or column has an empty name"
        case .containsNUL:
            "the name \(name.debugDescription) holds the character NUL; leave it out"
        case .reserved:
            "the name \"\(name)\" begins with sqlite_, which is kept for the library; choose "
                + "another"
        }
    }

    private static func systemText(_ code: Int32) -> String {
        unsafe String(cString: strerror(code))
    }
}
