// Aim: what is written comes back, whatever the values and the names are.

import Foundation
import SQLite
import Testing

@Suite struct RoundTripTests {
    private func roundTrip(_ kind: SQLiteColumn.Kind, _ values: [SQLiteValue]) throws
        -> [SQLiteValue]
    {
        let folder = try TemporaryFolder()
        let path = folder.path + "/a.sqlite"
        let table = SQLiteTable(
            name: "values", columns: [.init("value", kind)], rows: values.map { [$0] })
        try SQLiteFile.write([table], to: path)
        try expectSound(path)
        let found = try rows(of: path, "values")
        #expect(found.allSatisfy { $0.count == 1 })
        return found.compactMap(\.first)
    }

    @Test func `whole numbers come back to the last bit`() throws {
        let numbers: [Int64] = [
            .min, .min + 1, -(1 << 53) - 1, -(1 << 31) - 1, -129, -1, 0, 1, 127, 128, 32_768,
            1 << 24, 1 << 47, (1 << 53) + 1, .max - 1, .max,
        ]
        let values = numbers.map { SQLiteValue.integer($0) } + [.null]
        #expect(try roundTrip(.integer, values) == values)
    }

    @Test func `numbers in floating point come back to the last bit, infinities too`() throws {
        let numbers: [Double] = [
            0, 1, -1, 0.1, 1 / 3, -2.5, 1e15, 1e16, 9_007_199_254_740_993.0.nextUp, 1e300,
            .greatestFiniteMagnitude, -.greatestFiniteMagnitude, .leastNormalMagnitude,
            .leastNonzeroMagnitude, .infinity, -.infinity, .pi,
        ]
        let found = try roundTrip(.real, numbers.map { .real($0) } + [.null])
        #expect(found.count == numbers.count + 1)
        #expect(found.last == .null)
        for (number, value) in zip(numbers, found) {
            guard case .real(let back) = value else {
                Issue.record("\(number) came back as \(value)")
                continue
            }
            #expect(back.bitPattern == number.bitPattern)
        }
    }

    @Test func `a NaN becomes null, and negative zero becomes zero`() throws {
        let found = try roundTrip(
            .real, [.real(.nan), .real(-.nan), .real(.signalingNaN), .real(-0.0)])
        #expect(found.prefix(3) == [.null, .null, .null])
        guard case .real(let zero) = found[3] else {
            Issue.record("found \(found[3])")
            return
        }
        #expect(zero.bitPattern == 0)
    }

    @Test func `texts come back byte for byte`() throws {
        let texts = [
            "", " ", "plain", "it's", "say \"no\"", "'; DROP TABLE \"values\"; --", "a\0b", "\0",
            "\0\0end", "line\r\nline\n", "\t", "naïve", "nai\u{308}ve", "🙂",
            "👩‍👩‍👧‍👦", "🇨🇭", "שלום", "\u{FEFF}x", "\u{FFFD}",
            "\u{10FFFF}", "12", "0x1f", "1e3", "NULL", "%_?", "a\\b",
            String(repeating: "long é ", count: 5_000),
        ]
        let found = try roundTrip(.text, texts.map { .text($0) } + [.null])
        #expect(found.count == texts.count + 1)
        #expect(found.last == .null)
        for (text, value) in zip(texts, found) {
            guard case .text(let back) = value else {
                Issue.record("\(text.debugDescription) came back as \(value)")
                continue
            }
            // A string is equal to one with other code points for the same letter.
            #expect(Array(back.utf8) == Array(text.utf8))
        }
    }

    @Test(arguments: [
        "select", "table", "Group", "order by", "say \"no\"", "\"", "\"\"", "it's", "[x]", "`x`",
        "a.b", "a;b", "--", "/* x */", "?", "1", " ", "naïve", "🙂", "rowid", "STRICT", "x) --",
        "a\r\nb", "\"\u{301}", "%s", "main", "temp",
    ])
    func `a name may be any text`(name: String) throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/a.sqlite"
        let table = SQLiteTable(
            name: name, columns: [.init(name, .text), .init("other", .integer)],
            rows: [[.text("x"), .integer(1)], [.null, .null]])
        try SQLiteFile.write([table], to: path)
        try expectSound(path)
        #expect(
            try SQLiteFile.rows(of: path, sql: "SELECT type, name FROM sqlite_schema")
                == [[.text("table"), .text(name)]])
        let text = quoted(name, UInt8(ascii: "'"))
        let columns = try SQLiteFile.rows(
            of: path, sql: "SELECT name, type FROM pragma_table_info(\(text)) ORDER BY cid")
        #expect(
            columns == [[.text(name), .text("TEXT")], [.text("other"), .text("INTEGER")]])
        let column = quoted(name)
        let values = try SQLiteFile.rows(
            of: path, sql: "SELECT \(column), other FROM \(column) ORDER BY other DESC")
        #expect(values == table.rows)
    }

    @Test func `tables that are empty, and a file without tables, are sound`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/a.sqlite"
        let tables = ["one", "two"].map { SQLiteTable(name: $0, columns: [.init("a", .real)]) }
        try SQLiteFile.write(tables, to: path)
        try expectSound(path)
        #expect(try rows(of: path, "two") == [])
        #expect(
            try SQLiteFile.rows(of: path, sql: "SELECT name FROM sqlite_schema ORDER BY rowid")
                == [[.text("one")], [.text("two")]])
        let empty = folder.path + "/empty.sqlite"
        try SQLiteFile.write([], to: empty)
        try expectSound(empty)
        #expect(try bytes(of: empty).count == 4096)
        #expect(try SQLiteFile.rows(of: empty, sql: "SELECT * FROM sqlite_schema") == [])
    }

    @Test func `tables hold their kinds`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/a.sqlite"
        try SQLiteFile.write([sample(rowCount: 3)], to: path)
        #expect(
            try SQLiteFile.rows(of: path, sql: "SELECT sql FROM sqlite_schema") == [
                [
                    .text(
                        "CREATE TABLE \"sample\" (\"number\" INTEGER, \"share\" REAL, "
                            + "\"text\" TEXT)")
                ]
            ])
        #expect(
            try SQLiteFile.rows(
                of: path,
                sql: "SELECT DISTINCT typeof(number), typeof(share), typeof(text) FROM sample "
                    + "WHERE share IS NOT NULL")
                == [[.text("integer"), .text("real"), .text("text")]])
    }

    @Test func `random tables come back`() throws {
        let folder = try TemporaryFolder()
        for seed in UInt64(0)..<40 {
            var generator = SeededGenerator(seed: seed)
            let tables = (0..<generator.number(below: 4)).map { randomTable($0, &generator) }
            let path = folder.path + "/\(seed).sqlite"
            try SQLiteFile.write(tables, to: path)
            try expectSound(path)
            for table in tables {
                #expect(try rows(of: path, table.name) == table.rows, "seed \(seed)")
            }
        }
    }

    private func randomTable(_ number: Int, _ generator: inout SeededGenerator) -> SQLiteTable {
        func text(_ longest: Int) -> String {
            let letters = ["a", "\"", "'", "\0", "é", "🙂", " ", ";", "\n", "B"]
            return (0..<generator.number(below: longest + 1))
                .map { _ in letters[generator.number(below: letters.count)] }.joined()
        }
        let kinds = SQLiteColumn.Kind.allCases
        let columns = (0...generator.number(below: 8)).map { index in
            SQLiteColumn(
                "\(index)" + text(5).filter { $0 != "\0" },
                kinds[generator.number(below: kinds.count)])
        }
        // Some rows take more than a page.
        let longest = [3, 30, 9_000][generator.number(below: 3)]
        let rows = (0..<generator.number(below: 60)).map { _ in
            columns.map { column -> SQLiteValue in
                if generator.number(below: 6) == 0 { return .null }
                switch column.kind {
                case .integer:
                    let bits = Int64(bitPattern: generator.next())
                    return .integer(bits >> generator.number(below: 64))
                case .real: return .real(Double(generator.number(below: 1_000)) / 8 - 20)
                case .text: return .text(text(longest))
                }
            }
        }
        return SQLiteTable(
            name: "\(number)" + text(5).filter { $0 != "\0" },
            columns: columns, rows: rows)
    }
}
