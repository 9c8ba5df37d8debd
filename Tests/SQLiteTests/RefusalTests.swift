// Aim: what cannot be written is refused with words that say which, and no file is left; what is
// asked of a file and cannot be answered is an error too.

import Foundation
import SQLite
import Testing

@Suite struct RefusalTests {
    private func refusal(_ tables: [SQLiteTable]) throws -> SQLiteError? {
        let folder = try TemporaryFolder()
        let error = #expect(throws: SQLiteError.self) {
            try SQLiteFile.write(tables, to: folder.path + "/a.sqlite")
        }
        #expect(try folder.contents() == [])
        return error
    }

    private func table(_ name: String, _ columns: [String] = ["a"]) -> SQLiteTable {
        SQLiteTable(name: name, columns: columns.map { .init($0, .integer) })
    }

    @Test(arguments: [("a", "a"), ("Queues", "qUEUES"), ("Ärger A", "Ärger a")])
    func `two names that are one to the library are refused`(first: String, second: String) throws {
        #expect(
            try refusal([table(first), table("b"), table(second)]) == .duplicateTable(name: second))
        #expect(
            try refusal([table("t", [first, "b", second])])
                == .duplicateColumn(table: "t", name: second))
    }

    @Test func `names that are equal to a reader and not to the library are two`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/a.sqlite"
        let names = ["\u{E9}", "e\u{301}", "\u{C9}"]
        try SQLiteFile.write(names.map { table($0, names) }, to: path)
        try expectSound(path)
        let count = try SQLiteFile.rows(of: path, sql: "SELECT count(*) FROM sqlite_schema")
        #expect(count == [[.integer(3)]])
    }

    @Test func `a name that is none is refused`() throws {
        let cases: [(String, SQLiteError.NameProblem)] = [
            ("", .empty), ("\0", .containsNUL), ("a\0b", .containsNUL),
        ]
        for (name, problem) in cases {
            #expect(try refusal([table(name)]) == .badName(name, problem: problem))
            #expect(try refusal([table("t", ["a", name])]) == .badName(name, problem: problem))
        }
        for name in ["sqlite_", "sqlite_schema", "SQLite_Mine"] {
            #expect(try refusal([table(name)]) == .badName(name, problem: .reserved))
        }
    }

    @Test func `a column may have a name that a table may not`() throws {
        let folder = try TemporaryFolder()
        try SQLiteFile.write([table("sqlite", ["sqlite_x"])], to: folder.path + "/a.sqlite")
        try expectSound(folder.path + "/a.sqlite")
    }

    @Test func `a table without columns is refused, and one with too many`() throws {
        #expect(try refusal([table("t", [])]) == .noColumns(table: "t"))
        let error = try refusal([table("t", (0..<40_000).map { "c\($0)" })])
        guard case .library(_, _, _, let message, _) = error else {
            Issue.record("found \(String(describing: error))")
            return
        }
        #expect(message.contains("too many columns"))
    }

    @Test func `a row with another number of values is refused with its place`() throws {
        for count in [0, 2, 4] {
            var wrong = sample(rowCount: 4)
            wrong.rows[2] = Array(repeating: .null, count: count)
            let error = try refusal([table("before"), wrong])
            #expect(error == .valueCount(table: "sample", row: 3, found: count, expected: 3))
            #expect(error?.description.contains("row 3: found \(count) values") == true)
        }
    }

    @Test func `a value of another kind is refused, also where the library would convert`() throws {
        let values: [(SQLiteColumn.Kind, SQLiteValue)] = [
            (.integer, .integer(1)), (.real, .real(1)), (.text, .text("1")),
        ]
        for (kind, _) in values {
            for (other, value) in values where other != kind {
                let wrong = SQLiteTable(
                    name: "t", columns: [.init("a", kind), .init("b", kind)],
                    rows: [[.null, .null], [.null, value]])
                #expect(
                    try refusal([wrong])
                        == .valueKind(table: "t", row: 2, column: "b", found: other, expected: kind)
                )
            }
        }
    }

    @Test func `an error's words name the thing and no value`() throws {
        let wrong = SQLiteTable(
            name: "t", columns: [.init("a", .integer)], rows: [[.text("secret")]])
        let text = try #require(try refusal([wrong])).description
        #expect(text == "table \"t\", row 1, column \"a\": found text, expected integer")
        let name = try #require(try refusal([table("a\0b")])).description
        #expect(!name.utf8.contains(0))
    }

    @Test func `a query that is not one statement, or that fails, is an error`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/a.sqlite"
        try SQLiteFile.write([sample(rowCount: 3)], to: path)
        let before = try bytes(of: path)
        for sql in ["", ";", "-- nothing", "SELECT 1; SELECT 2", "SELECT 1\0 + 1"] {
            #expect(throws: SQLiteError.notOneStatement(path: path)) {
                try SQLiteFile.rows(of: path, sql: sql)
            }
        }
        #expect(try SQLiteFile.rows(of: path, sql: "SELECT 1 ; \n") == [[.integer(1)]])
        let wrong = [
            ("SELEC 1", "syntax error"), ("SELECT * FROM other", "no such table"),
            ("DELETE FROM sample", "readonly"), ("SELECT abs(-9223372036854775808)", "overflow"),
        ]
        for (sql, words) in wrong {
            let error = #expect(throws: SQLiteError.self) {
                try SQLiteFile.rows(of: path, sql: sql)
            }
            #expect(error?.description.contains(words) == true, "\(String(describing: error))")
        }
        #expect(throws: SQLiteError.bytesInResult(path: path, column: 2)) {
            try SQLiteFile.rows(of: path, sql: "SELECT 1, x'00'")
        }
        #expect(try bytes(of: path) == before)
        #expect(try folder.contents() == ["a.sqlite"])
    }

    @Test func `a file that is none or no database is an error and is not made`() throws {
        let folder = try TemporaryFolder()
        try write("no database, however long it is taken for one", to: folder.path + "/text")
        for name in ["missing", "text", "", "missing/a"] {
            #expect(throws: SQLiteError.self) {
                try SQLiteFile.rows(
                    of: folder.path + "/" + name, sql: "SELECT * FROM sqlite_schema")
            }
        }
        #expect(throws: SQLiteError.self) { try SQLiteFile.rows(of: "", sql: "SELECT 1") }
        #expect(try folder.contents() == ["text"])
    }
}
