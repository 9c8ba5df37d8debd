// Tables and the cells in them, with their interval below the mean and their sign beside it.

enum HTMLTable {
    static func write(_ table: ReportTable, _ writer: inout HTMLWriter) {
        let name = table.isForm ? "table form" : "table"
        writer.block("figure", [("id", table.id), ("class", name)]) { figure in
            figure.block(
                "div",
                [
                    ("class", "scroll"), ("role", "region"), ("tabindex", "0"),
                    ("aria-label", "\(table.id) \(table.title)"),
                ]
            ) { box in
                box.block("table") { element in
                    element.markup(
                        "caption",
                        HTMLWriter.element("span", [("class", "figure-id")], table.id) + " "
                            + HTMLWriter.marked(table.title))
                    head(table, &element)
                    for group in table.groups { write(group, of: table, &element) }
                }
            }
            for note in table.notes { figure.line("p", [("class", "note")], note) }
            if !table.isForm { HTMLReport.origin(table.origin, &figure) }
        }
    }

    private static func head(_ table: ReportTable, _ writer: inout HTMLWriter) {
        writer.block("thead") { head in
            head.block("tr") { row in
                for column in table.columns {
                    let kind = column.isNumeric ? [("class", "number")] : []
                    row.line("th", [("scope", "col")] + kind, column.title)
                }
            }
        }
    }

    private static func write(
        _ group: ReportTable.Group, of table: ReportTable, _ writer: inout HTMLWriter
    ) {
        writer.block("tbody") { body in
            if !group.title.isEmpty {
                body.block("tr", [("class", "group")]) { row in
                    row.line(
                        "th",
                        [("scope", "rowgroup"), ("colspan", "\(table.columns.count)")],
                        group.title)
                }
            }
            for row in group.rows {
                body.block("tr", row.isTotal ? [("class", "total")] : []) { line in
                    for (column, cell) in zip(table.columns, row.cells).enumerated() {
                        write(cell.1, isFirst: column == 0, isNumeric: cell.0.isNumeric, &line)
                    }
                }
            }
        }
    }

    private static func write(
        _ cell: ReportCell, isFirst: Bool, isNumeric: Bool, _ writer: inout HTMLWriter
    ) {
        if isFirst {
            writer.markup("th", [("scope", "row")], inline(cell))
        } else {
            writer.markup("td", isNumeric ? [("class", "number")] : [], inline(cell))
        }
    }

    /// The cell's words, its sign, and its interval as a line of its own.
    static func inline(_ cell: ReportCell) -> String {
        var words = HTMLWriter.marked(cell.text)
        if isDigest(cell.text) { words = HTMLWriter.element("code", words) }
        var markup = words
        if let mark = cell.mark {
            markup = HTMLWriter.element(
                "span", [("class", "value")], words + " " + HTMLWriter.sign(mark))
        }
        if let range = cell.range {
            markup +=
                " "
                + HTMLWriter.element(
                    "span", [("class", "range")], "(" + HTMLWriter.escaped(range) + ")")
        }
        return markup
    }

    /// Hashes and ids in hexadecimal are set in a fixed pitch.
    private static func isDigest(_ text: String) -> Bool {
        text.utf8.count >= 32
            && text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
    }
}
