// The report as one page that needs nothing else: no script, no font, no picture from anywhere.
// It reads on a telephone and prints on A4.

/// Writes a report as HTML.
package enum HTMLReport {
    /// One self-contained document in UTF-8. Equal reports give equal bytes.
    /// - Complexity: O(size of the report).
    package static func render(_ report: ImpactReport) -> String {
        var writer = HTMLWriter()
        writer.raw("<!DOCTYPE html>")
        writer.block("html", [("lang", "en-GB")]) { html in
            html.block("head") { head in
                head.void("meta", [("charset", "utf-8")])
                head.void(
                    "meta",
                    [("name", "viewport"), ("content", "width=device-width, initial-scale=1")])
                head.void("meta", [("name", "color-scheme"), ("content", "light")])
                head.line("title", report.title + " \u{2013} impact report")
                head.markup("style", "\n" + Stylesheet.text)
            }
            html.block("body") { body in
                masthead(report, &body)
                body.block("main") { main in
                    for section in report.sections { write(section, &main) }
                }
            }
        }
        return writer.text
    }

    private static func masthead(_ report: ImpactReport, _ writer: inout HTMLWriter) {
        writer.block("header") { header in
            header.line("p", [("class", "kind")], report.subtitle)
            header.line("h1", report.title)
            header.block("dl", [("class", "particulars")]) { list in
                for fact in report.particulars { write(fact, &list) }
            }
            header.block("aside", [("class", "legend"), ("aria-label", "Legend")]) { legend in
                legend.line("p", "Figures carry the sign of where they come from:")
                legend.block("ul") { list in
                    for mark in ProvenanceMark.allCases {
                        list.line("li", "\(mark.sign) \(mark.meaning)")
                    }
                }
            }
        }
        writer.block("nav", [("aria-label", "Contents")]) { nav in
            nav.line("h2", "Contents")
            nav.block("ul") { list in
                for section in report.sections {
                    list.markup(
                        "li",
                        HTMLWriter.element(
                            "a", [("href", "#" + section.anchor)],
                            HTMLWriter.escaped(section.heading)))
                }
            }
        }
    }

    private static func write(_ section: ReportSection, _ writer: inout HTMLWriter) {
        let heading = section.anchor + "-heading"
        writer.block("section", [("id", section.anchor), ("aria-labelledby", heading)]) { body in
            body.line("h2", [("id", heading)], section.heading)
            for block in section.blocks { write(block, &body) }
        }
    }

    private static func write(_ block: ReportBlock, _ writer: inout HTMLWriter) {
        switch block {
        case .heading(let text): writer.line("h3", text)
        case .paragraph(let text): writer.line("p", text)
        case .callout(let callout): write(callout, &writer)
        case .list(let items):
            writer.block("ul") { list in
                for item in items { list.line("li", item) }
            }
        case .facts(let facts): write(facts, &writer)
        case .table(let table): HTMLTable.write(table, &writer)
        case .chart(let chart): write(chart, &writer)
        case .verbatim(let verbatim):
            writer.line("h3", verbatim.title)
            writer.markup(
                "pre", [("tabindex", "0")],
                HTMLWriter.element("code", HTMLWriter.escaped(verbatim.text)))
        }
    }

    private static func write(_ callout: ReportCallout, _ writer: inout HTMLWriter) {
        let name = callout.weight == .verdict ? "verdict" : "warning"
        writer.block("div", [("class", "callout " + name), ("role", "note")]) { body in
            body.line("p", [("class", "callout-title")], callout.title)
            body.line("p", callout.text)
        }
    }

    private static func write(_ facts: ReportFacts, _ writer: inout HTMLWriter) {
        writer.block("figure", [("id", facts.id)]) { figure in
            caption(facts.id, facts.title, mark: nil, &figure)
            figure.block("dl") { list in
                for fact in facts.rows { write(fact, &list) }
            }
            origin(facts.origin, &figure)
        }
    }

    private static func write(_ fact: ReportFact, _ writer: inout HTMLWriter) {
        writer.block("div") { pair in
            pair.line("dt", fact.label)
            pair.markup("dd", HTMLTable.inline(fact.value))
        }
    }

    private static func write(_ chart: ReportChart, _ writer: inout HTMLWriter) {
        writer.block("figure", [("id", chart.id), ("class", "chart")]) { figure in
            caption(chart.id, chart.title, mark: chart.mark, &figure)
            figure.line("p", [("class", "summary")], chart.summary)
            if let drawing = ChartDrawing.svg(chart) {
                figure.block("div", [("class", "scroll picture")]) { $0.raw(drawing) }
            } else {
                figure.line("p", [("class", "empty")], "Nothing to draw.")
            }
            for note in chart.notes { figure.line("p", [("class", "note")], note) }
            origin(chart.origin, &figure)
        }
    }

    private static func caption(
        _ id: String, _ title: String, mark: ProvenanceMark?, _ writer: inout HTMLWriter
    ) {
        let sign = mark.map { " " + HTMLWriter.sign($0) } ?? ""
        writer.markup(
            "figcaption",
            HTMLWriter.element("span", [("class", "figure-id")], id) + " "
                + HTMLWriter.marked(title) + sign)
    }

    static func origin(_ origin: String, _ writer: inout HTMLWriter) {
        writer.line("p", [("class", "origin")], "From the run record: \(origin)")
    }
}
