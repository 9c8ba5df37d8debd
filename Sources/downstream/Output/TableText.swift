// Tables with aligned columns: words to the left, numbers to the right.

import Workbench

enum TableText {
    static func text(_ table: Table) -> String {
        let cells = table.rows.map { $0.map(CellText.text) }
        let widths = table.columns.indices.map { column in
            max(table.columns[column].title.count, cells.map { $0[column].count }.max() ?? 0)
        }
        let isNumeric = table.columns.indices.map { column in
            !table.rows.isEmpty
                && table.rows.allSatisfy { CellText.isNumber($0[column]) || $0[column] == .none }
        }
        func line(_ texts: [String]) -> String {
            var line = ""
            for (column, text) in texts.enumerated() {
                let space = String(repeating: " ", count: widths[column] - text.count)
                line +=
                    (column == 0 ? "" : "  ") + (isNumeric[column] ? space + text : text + space)
            }
            while line.hasSuffix(" ") { line.removeLast() }
            return line
        }
        let rule = widths.map { String(repeating: "-", count: $0) }
        guard !table.rows.isEmpty else { return table.title + "\n(none)" }
        return ([table.title, line(table.columns.map(\.title)), line(rule)] + cells.map(line))
            .joined(separator: "\n")
    }
}

enum CellText {
    static func isNumber(_ cell: Cell) -> Bool {
        switch cell {
        case .integer, .ordinal, .number, .share, .money: true
        case .text, .flag, .none: false
        }
    }

    static func text(_ cell: Cell) -> String {
        switch cell {
        case .text(let text): text
        case .integer(let value): grouped(String(value))
        case .ordinal(let value): String(value)
        case .number(let value, let decimals): decimal(value, decimals)
        case .share(let value): decimal(value * 100, 2) + " %"
        case .money(let thousandths): decimal(Double(thousandths) / 100_000, 2)
        case .flag(let value): value ? "yes" : "no"
        case .none: "-"
        }
    }

    /// Fixed decimals and thousands separators; `n/a` for what is no number.
    static func decimal(_ value: Double, _ decimals: Int) -> String {
        guard value.isFinite else { return "n/a" }
        var scale = 1.0
        for _ in 0..<decimals { scale *= 10 }
        let scaled = (value.magnitude * scale).rounded()
        guard scaled < 9e15 else { return "\(value)" }
        let units = Int64(scaled)
        let whole = grouped(String(units / Int64(scale)))
        let sign = value < 0 && units != 0 ? "-" : ""
        guard decimals > 0 else { return sign + whole }
        let fraction = String(units % Int64(scale))
        return sign + whole + "."
            + String(repeating: "0", count: decimals - fraction.count) + fraction
    }

    private static func grouped(_ digits: String) -> String {
        let isNegative = digits.hasPrefix("-")
        let body = Array(isNegative ? digits.dropFirst() : digits[...])
        var text = ""
        for (place, digit) in body.enumerated() {
            if place > 0, (body.count - place) % 3 == 0 { text += "," }
            text.append(digit)
        }
        return isNegative ? "-" + text : text
    }
}
