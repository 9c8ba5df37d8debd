// The two written forms: well formed, safe against what files contain, the same every time, and
// with the same numbers in both.

import Reports
import Simulation
import Testing

@Suite struct ReportRenderingTests {
    private static let hostile =
        "<script>alert(\"x\")</script> & 'quoted' | `code` *star* ]]> \u{0}"

    private func page(_ options: SampleOptions = SampleOptions()) throws -> String {
        HTMLReport.render(ReportBuilder.build(run: try SampleRun.make(options)))
    }

    private func markdown(_ options: SampleOptions = SampleOptions()) throws -> String {
        MarkdownReport.render(ReportBuilder.build(run: try SampleRun.make(options)))
    }

    @Test(arguments: [
        SampleOptions(), SampleOptions(replications: 20), SampleOptions(changesNothing: true),
        SampleOptions(title: hostile, note: hostile, violations: [hostile]),
    ])
    func thePageIsWellFormed(options: SampleOptions) throws {
        #expect(MarkupChecker(try page(options)).problems == [])
    }

    @Test(arguments: [
        "<p>open", "<p></b>", "<p id=\"a\"></p><p id=\"a\"></p>", "<a href=\"#x\"></a>",
        "<a href=\"https://example.org\"></a>", "text > text", "<p",
    ])
    func theCheckerFindsWhatIsNotWellFormed(markup: String) {
        #expect(MarkupChecker(markup).problems != [])
    }

    @Test func textFromFilesNeverBecomesMarkup() throws {
        let options = SampleOptions(
            title: Self.hostile, note: Self.hostile, violations: [Self.hostile])
        let page = try page(options)
        #expect(!MarkupChecker(page).names.contains("script"))
        #expect(page.contains("&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp;"))
        #expect(!page.unicodeScalars.contains("\u{0}"))
        let text = try markdown(options)
        #expect(!text.contains("<script>"))
        #expect(text.contains(#"\| \`code\` \*star\* \]\]&gt;"#))
        #expect(!text.unicodeScalars.contains("\u{0}"))
    }

    @Test func thePageNeedsNothingElse() throws {
        let page = try page()
        let names = Set(MarkupChecker(page).names)
        #expect(names.isDisjoint(with: ["script", "link", "img", "iframe", "object", "base"]))
        for part in ["url(", "@import", "src=", "javascript:", " onload="] {
            #expect(!page.contains(part), "\(part)")
        }
        #expect(page.contains("<html lang=\"en-GB\">"))
        #expect(page.contains("@media print"))
    }

    @Test func everyTableHasACaptionAndScopedHeaders() throws {
        let page = try page()
        let names = MarkupChecker(page).names
        let tables = names.count { $0 == "table" }
        #expect(tables > 10)
        #expect(names.count { $0 == "caption" } == tables)
        #expect(page.split(separator: "<th ").count - 1 == names.count { $0 == "th" })
        #expect(!page.contains("<th>"))
        #expect(page.split(separator: "<th scope=").count == page.split(separator: "<th ").count)
    }

    @Test func headingsHaveNoGapsInTheirLevels() throws {
        let levels = MarkupChecker(try page()).names.compactMap { name in
            name.count == 2 && name.hasPrefix("h") ? name.last?.wholeNumberValue : nil
        }
        #expect(levels.first == 1)
        #expect(levels.count { $0 == 1 } == 1)
        #expect(zip(levels, levels.dropFirst()).allSatisfy { $1 <= $0 + 1 })
    }

    @Test func chartsAreDrawnWithNameAndDescription() throws {
        let names = MarkupChecker(try page()).names
        #expect(names.count { $0 == "svg" } == 6)
        #expect(names.count { $0 == "desc" } == 6)
    }

    @Test func equalRunsGiveEqualBytes() throws {
        #expect(try page() == page())
        #expect(try markdown() == markdown())
        #expect(try page() != page(SampleOptions(replications: 500)))
    }

    @Test func bothFormsPrintTheSameNumbers() throws {
        let report = ReportBuilder.build(run: try SampleRun.make())
        let words = MarkupChecker(HTMLReport.render(report)).words.joined()
        let text = MarkdownReport.render(report)
        var compared = 0
        for section in report.sections {
            for block in section.blocks {
                guard case .table(let table) = block else { continue }
                for cell in table.groups.flatMap(\.rows).flatMap(\.cells) {
                    guard cell.amount != nil else { continue }
                    #expect(text.contains("| \(cell.sentence) |"))
                    #expect(words.contains(cell.text))
                    if let range = cell.range { #expect(words.contains("(\(range))")) }
                    compared += 1
                }
            }
        }
        #expect(compared > 100)
    }

    @Test func numbersAreGroupedSignedAndInTheCurrency() throws {
        let text = try markdown()
        #expect(text.contains("GBP 31,870 (22,309 to 43,343) ◐"))
        #expect(text.contains("GBP \u{2212}26,204 (\u{2212}35,637 to \u{2212}14,884) ◐"))
        #expect(text.contains("+6,870"))
        #expect(text.contains("+2.6 pp"))
        #expect(text.contains("74,812 ●"))
        #expect(!text.contains("GBP -"))
    }

    @Test func belowTwoHundredReplicationsNoIntervalIsWritten() throws {
        for written in [
            try page(SampleOptions(replications: 199)),
            try markdown(SampleOptions(replications: 199)),
        ] {
            #expect(written.contains("No interval below 200 replications"))
            #expect(written.contains("(no interval)"))
            #expect(!written.contains("22,309 to 43,343"))
        }
    }

    @Test func everyFigureIdCanBeLinkedTo() throws {
        let ids = MarkupChecker(try page()).ids
        for id in ["F1.1", "F3.1", "F4.1", "F4.2", "F4.5", "F11.1", "F18.1", "F19.1"] {
            #expect(ids.contains(id), "\(id)")
        }
    }

    @Test func markdownTablesHaveTheSameWidthInEveryRow() throws {
        var width = 0
        var rows = 0
        for line in try markdown().split(separator: "\n", omittingEmptySubsequences: false) {
            guard line.hasPrefix("|") else {
                width = 0
                continue
            }
            let cells = line.replacing("\\|", with: "").count { $0 == "|" }
            if width == 0 { width = cells }
            #expect(cells == width, "\(line)")
            rows += 1
        }
        #expect(rows > 80)
    }

    @Test func aFenceIsLongerThanAnyInTheScenario() throws {
        var run = try SampleRun.make()
        run.scenario.text = "a: |\n  ````\n  <b>\n"
        let text = MarkdownReport.render(ReportBuilder.build(run: run))
        #expect(text.contains("`````\na: |\n  ````\n  <b>\n`````"))
    }
}
