// The report as plain text that a repository, a mail or a review tool can show and compare line
// by line. The numbers are those of the page: both print the same cells.

/// Writes a report as Markdown.
package enum MarkdownReport {
    /// Equal reports give equal bytes.
    /// - Complexity: O(size of the report).
    package static func render(_ report: ImpactReport) -> String {
        var lines = ["# " + escaped(report.title), "", escaped(report.subtitle), ""]
        lines += report.particulars.map { "- " + fact($0) }
        lines += ["", "Figures carry the sign of where they come from:", ""]
        lines += ProvenanceMark.allCases.map { "- \($0.sign) \($0.meaning)" }
        for section in report.sections {
            lines += ["", "## " + escaped(section.heading), ""]
            for block in section.blocks { lines += written(block) + [""] }
        }
        return joined(lines)
    }

    /// Lines with never more than one empty one between them, and an end of line at the end.
    private static func joined(_ lines: [String]) -> String {
        var text = ""
        var wasEmpty = true
        for line in lines {
            if line.isEmpty && wasEmpty { continue }
            text += line + "\n"
            wasEmpty = line.isEmpty
        }
        return text
    }

    private static func written(_ block: ReportBlock) -> [String] {
        switch block {
        case .heading(let text): return ["### " + escaped(text)]
        case .paragraph(let text): return [escaped(text)]
        case .callout(let callout):
            let lead = callout.weight == .warning ? "Warning \u{2013} " : ""
            return ["> **\(lead)\(escaped(callout.title))**", ">", "> " + escaped(callout.text)]
        case .list(let items): return items.map { "- " + escaped($0) }
        case .facts(let facts):
            return [title(facts.id, facts.title), ""] + facts.rows.map { "- " + fact($0) }
                + ["", origin(facts.origin)]
        case .table(let table): return written(table)
        case .chart(let chart): return written(chart)
        case .verbatim(let verbatim):
            let fence = fence(around: verbatim.text)
            let body = verbatim.text.hasSuffix("\n") ? verbatim.text : verbatim.text + "\n"
            // One element: the empty lines of what is quoted are its own.
            return ["### " + escaped(verbatim.title), "", fence + "\n" + body + fence]
        }
    }

    private static func fact(_ fact: ReportFact) -> String {
        "\(escaped(fact.label)): \(escaped(fact.value.sentence))"
    }

    private static func title(_ id: String, _ title: String) -> String {
        "**\(id)** **\(escaped(title))**"
    }

    private static func origin(_ origin: String) -> String {
        "From the run record: \(escaped(origin))"
    }

    private static func written(_ table: ReportTable) -> [String] {
        var lines = [title(table.id, table.title), ""]
        lines.append(row(table.columns.map { escaped($0.title) }))
        lines.append(row(table.columns.map { $0.isNumeric ? "---:" : "---" }))
        for group in table.groups {
            if !group.title.isEmpty {
                let rest = [String](repeating: "", count: table.columns.count - 1)
                lines.append(row(["**\(escaped(group.title))**"] + rest))
            }
            lines += group.rows.map { row($0.cells.map { escaped($0.sentence) }) }
        }
        for note in table.notes { lines += ["", escaped(note)] }
        return lines + ["", origin(table.origin)]
    }

    private static func row(_ cells: [String]) -> String {
        "| " + cells.joined(separator: " | ") + " |"
    }

    /// A picture as the numbers it is drawn from.
    private static func written(_ chart: ReportChart) -> [String] {
        var lines = [title(chart.id, chart.title) + " \(chart.mark.sign)", ""]
        lines += [escaped(chart.summary), ""]
        lines += ChartWords.lines(chart).map { "- " + escaped($0) }
        for note in chart.notes { lines += ["", escaped(note)] }
        return lines + ["", origin(chart.origin)]
    }

    /// A fence longer than any run of its sign in the text.
    private static func fence(around text: String) -> String {
        var longest = 2
        var run = 0
        for character in text {
            run = character == "`" ? run + 1 : 0
            longest = max(longest, run)
        }
        return String(repeating: "`", count: longest + 1)
    }

    /// Text that Markdown takes for text: on one line, its signs escaped, no markup.
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\\", "`", "*", "_", "[", "]", "|", "#", "~":
                result += "\\"
                result.unicodeScalars.append(scalar)
            case _ where scalar.value < 0x20 || scalar.value == 0x7F: result += " "
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
