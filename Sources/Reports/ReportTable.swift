// Tables of a report: words and numbers, each number with its interval and its provenance.

/// One cell: what is printed, and for programs the number behind it.
package struct ReportCell: Hashable, Sendable, Codable {
    /// What is printed, without interval and mark.
    package var text: String
    /// The interval as it is printed, where the cell has a number with one.
    package var range: String?
    package var amount: Amount?
    package var mark: ProvenanceMark?

    /// The number in full, in the unit of the run record.
    package struct Amount: Hashable, Sendable, Codable {
        package var mean: Double
        package var low: Double?
        package var high: Double?
        package var unit: String

        package init(mean: Double, low: Double? = nil, high: Double? = nil, unit: String) {
            self.mean = mean
            self.low = low
            self.high = high
            self.unit = unit
        }
    }

    package init(
        _ text: String, range: String? = nil, amount: Amount? = nil, mark: ProvenanceMark? = nil
    ) {
        self.text = text
        self.range = range
        self.amount = amount
        self.mark = mark
    }

    package static let empty = ReportCell("")

    /// The cell as running text: `12.3 (10.0 to 14.5) ◐`.
    package var sentence: String {
        var words = text
        if let range { words += " (\(range))" }
        if let mark { words += " \(mark.sign)" }
        return words
    }
}

/// A table with a caption, one header row and row headers in its first column.
package struct ReportTable: Hashable, Sendable, Codable {
    package struct Column: Hashable, Sendable, Codable {
        package var title: String
        package var isNumeric: Bool

        package init(_ title: String, isNumeric: Bool = false) {
            self.title = title
            self.isNumeric = isNumeric
        }

        package static func number(_ title: String) -> Column { Column(title, isNumeric: true) }
    }

    /// Rows that belong together, with a heading of their own where it is not empty.
    package struct Group: Hashable, Sendable, Codable {
        package var title: String
        package var rows: [Row]

        package init(_ title: String, rows: [Row]) {
            self.title = title
            self.rows = rows
        }
    }

    package struct Row: Hashable, Sendable, Codable {
        package var cells: [ReportCell]
        /// A sum or a result, set off from the rows above it.
        package var isTotal: Bool

        package init(_ cells: [ReportCell], isTotal: Bool = false) {
            self.cells = cells
            self.isTotal = isTotal
        }
    }

    /// As `F4.2`.
    package var id: String
    package var title: String
    package var columns: [Column]
    package var groups: [Group]
    package var notes: [String]
    /// What of the run record the figure was made from.
    package var origin: String
    /// Cells are to be filled in by hand: they are drawn tall and ruled.
    package var isForm: Bool

    /// - Precondition: every row has as many cells as there are columns.
    package init(
        id: String, title: String, columns: [Column], groups: [Group], notes: [String] = [],
        origin: String, isForm: Bool = false
    ) {
        for row in groups.flatMap(\.rows) {
            precondition(
                row.cells.count == columns.count,
                "a row of \(id) has \(row.cells.count) cells for \(columns.count) columns")
        }
        self.id = id
        self.title = title
        self.columns = columns
        self.groups = groups
        self.notes = notes
        self.origin = origin
        self.isForm = isForm
    }

    package init(
        id: String, title: String, columns: [Column], rows: [Row], notes: [String] = [],
        origin: String, isForm: Bool = false
    ) {
        self.init(
            id: id, title: title, columns: columns, groups: [Group("", rows: rows)],
            notes: notes, origin: origin, isForm: isForm)
    }
}
