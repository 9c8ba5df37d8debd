// What a verb answers, as data: facts, tables and notes in order. Faces write it as aligned text,
// as one JSON object or as CSV, and decide nothing.

/// One value of an answer, with what is needed to write it.
package enum Cell: Hashable, Sendable {
    case text(String)
    case integer(Int)
    /// A number that names something, as a line: written without separators.
    case ordinal(Int)
    /// Written with this many decimals in text; in full in JSON.
    case number(Double, decimals: Int)
    /// A share from 0 to 1, written as a percentage in text.
    case share(Double)
    /// Thousandths of a minor unit, written in major units.
    case money(Int64)
    case flag(Bool)
    /// Nothing to say: a dash in text, null in JSON.
    case none
}

/// A table with stable column keys.
package struct Table: Hashable, Sendable {
    package struct Column: Hashable, Sendable {
        package var key: String
        package var title: String

        package init(_ key: String, _ title: String) {
            self.key = key
            self.title = title
        }
    }

    package var title: String
    package var columns: [Column]
    package var rows: [[Cell]]

    package init(title: String, columns: [Column], rows: [[Cell]]) {
        precondition(
            rows.allSatisfy { $0.count == columns.count }, "a row of \(title) has other columns")
        self.title = title
        self.columns = columns
        self.rows = rows
    }
}

/// Facts, tables and notes, in the order in which they are written.
package struct Answer: Hashable, Sendable {
    package enum Item: Hashable, Sendable {
        case fact(key: String, title: String, value: Cell)
        case table(key: String, Table)
        case note(String)
    }

    package var items: [Item] = []

    package init() {}

    package mutating func fact(_ key: String, _ title: String, _ value: Cell) {
        items.append(.fact(key: key, title: title, value: value))
    }

    package mutating func table(_ key: String, _ table: Table) {
        items.append(.table(key: key, table))
    }

    package mutating func note(_ text: String) { items.append(.note(text)) }
}
