// The report's content: what a board must find in it, and what it must never be told.

import Foundation
import Modeling
import Projections
import Reports
import Simulation
import Statistics
import Testing

@Suite struct ReportBuilderTests {
    private func tables(_ report: ImpactReport) -> [ReportTable] {
        report.sections.flatMap(\.blocks).compactMap {
            if case .table(let table) = $0 { table } else { nil }
        }
    }

    private func table(_ id: String, _ report: ImpactReport) throws -> ReportTable {
        try #require(tables(report).first { $0.id == id })
    }

    private func callouts(_ section: ReportSection?) -> [ReportCallout] {
        (section?.blocks ?? []).compactMap {
            if case .callout(let callout) = $0 { callout } else { nil }
        }
    }

    private func lists(_ section: ReportSection?) -> [String] {
        (section?.blocks ?? []).flatMap { block -> [String] in
            if case .list(let items) = block { items } else { [] }
        }
    }

    @Test func nothingIsRecommendedWhileTheModelErrorIsNotMeasured() throws {
        let report = ReportBuilder.build(run: try SampleRun.make())
        let first = try #require(report.sections.first)
        #expect(first.number == 1)
        guard case .callout(let verdict) = try #require(first.blocks.first) else {
            Issue.record("the decision sheet does not begin with its verdict")
            return
        }
        #expect(verdict.weight == .verdict)
        #expect(verdict.title == "Recommendation: none")
        #expect(verdict.text.contains("not yet measured, so nothing is recommended"))
    }

    /// Rows of the outcomes whose change is said to be below the model's error.
    private func marked(_ run: RunRecord) throws -> Int {
        try table("F3.1", ReportBuilder.build(run: run)).groups.flatMap(\.rows)
            .count { $0.cells[0].text.contains("below model error") }
    }

    @Test func aMeasuredModelErrorIsPrintedBeforeEveryResult() throws {
        let plain = try SampleRun.make()
        let metric = try #require(plain.summary.metric("handle_minutes"))
        func measured(modelError: Double) -> Discrepancy {
            .measured(
                MeasuredDiscrepancy(
                    fittedFrom: "1999-01-01", foretoldFrom: "1999-05-31",
                    foretoldTo: "1999-07-31", fittedWeeks: 21.4, foretoldWeeks: 8, needs: 900,
                    replications: 200,
                    figures: [
                        .init(
                            name: metric.name, title: metric.title, recorded: 1_000,
                            generative: 1_125, difference: 0.125, noiseLow: 0.1, noiseHigh: 0.15,
                            modelError: modelError, noise: modelError)
                    ]))
        }
        let change = metric.delta.mean.magnitude
        let small = try SampleRun.make(SampleOptions(discrepancy: measured(modelError: change / 2)))
        #expect(try marked(small) == 0)
        let run = try SampleRun.make(SampleOptions(discrepancy: measured(modelError: change * 2)))
        #expect(try marked(run) == 1)
        let first = try #require(ReportBuilder.build(run: run).sections.first)
        guard case .callout(let verdict) = try #require(first.blocks.first) else {
            Issue.record("the decision sheet does not begin with its verdict")
            return
        }
        #expect(verdict.text.contains("12.5 %") && verdict.text.contains("1999-05-31"))
        #expect(verdict.text.contains("smaller than this error"))
        #expect(!verdict.text.contains("not yet measured"))
    }

    @Test func everyParameterAppearsWithRangeGradeAndSource() throws {
        let run = try SampleRun.make()
        let rows = try table("F11.1", ReportBuilder.build(run: run)).groups.flatMap(\.rows)
        let parameters = run.scenario.intervention.automations[0].parameters.map(\.value)
        #expect(rows.count == parameters.count)
        for (row, parameter) in zip(rows, parameters) {
            #expect(row.cells[0].text == parameter.name)
            #expect(row.cells[1].amount?.mean == parameter.low)
            #expect(row.cells[2].amount?.mean == parameter.mode)
            #expect(row.cells[3].amount?.mean == parameter.high)
            #expect(row.cells[1...3].allSatisfy { $0.mark == .assumed })
            #expect(row.cells[4].text == parameter.grade.rawValue)
            #expect(row.cells[5].text == parameter.source)
        }
    }

    @Test func parametersArePrintedAsTheyWereStated() throws {
        let rows = try table("F11.1", ReportBuilder.build(run: try SampleRun.make()))
            .groups.flatMap(\.rows)
        #expect(rows[3].cells[1...3].map(\.text) == ["0.05", "0.125", "0.25"])
        #expect(try #require(rows.last).cells[1...3].map(\.text) == ["10,000", "20,000", "40,000"])
    }

    @Test func everyCostRateAppearsWithGradeAndSource() throws {
        let run = try SampleRun.make()
        let rows = try table("F11.2", ReportBuilder.build(run: run)).groups.flatMap(\.rows)
        #expect(rows.map { $0.cells[4].text } == run.costs.charges.map(\.grade))
        #expect(rows.map { $0.cells[5].text } == run.costs.charges.map(\.source))
        #expect(rows.map { $0.cells[3].amount?.mean } == run.costs.charges.map(\.perMinute))
    }

    @Test func theLedgerIsThatOfTheRunAndItsIdentityHolds() throws {
        let run = try SampleRun.make()
        let ledger = try table("F4.2", ReportBuilder.build(run: run))
        let cells = ledger.groups.flatMap(\.rows).map { $0.cells[1] }
        #expect(cells.count == run.summary.ledger.count)
        for line in run.summary.ledger {
            let amount = ReportCell.Amount(
                mean: line.amount.mean, low: line.amount.low, high: line.amount.high, unit: "GBP")
            #expect(cells.contains { $0.amount == amount }, "\(line.name) is not in the report")
        }
        let means = ledger.groups[0].rows.map { $0.cells[1].amount?.mean ?? .nan }
        #expect(means[0] - means[1] - means[2] - means[3] - means[4] == means[5])
        #expect(means[6] == 0)
        #expect(ledger.groups[1].title == "Outside the net")
        #expect(ledger.groups[0].rows[5].isTotal)
    }

    @Test func aLedgerThatDoesNotBalanceIsCalledOutOnTheFirstPage() throws {
        let sound = ReportBuilder.build(run: try SampleRun.make())
        #expect(!callouts(sound.section(1)).contains { $0.title.contains("does not balance") })
        var wrongNet = try SampleRun.make()
        wrongNet.summary.ledger[5].amount.mean += 1
        var oneCustomer = try SampleRun.make()
        oneCustomer.summary.customersUnexplained = 1
        let unexplained = try SampleRun.make(SampleOptions(netError: 1))
        for run in [unexplained, wrongNet, oneCustomer] {
            let broken = ReportBuilder.build(run: run)
            #expect(callouts(broken.section(1)).contains { $0.title.contains("does not balance") })
        }
    }

    @Test func recordsThatDoNotAddUpAreCalledOutOnTheFirstPage() throws {
        let broken = ReportBuilder.build(run: try SampleRun.make(SampleOptions(rejected: 210)))
        #expect(callouts(broken.section(1)).contains { $0.title.contains("do not add up") })
    }

    @Test func breachesOfGuardrailsAreCalledOutOnTheFirstPage() throws {
        let options = SampleOptions(violations: ["never-automate/N3: bereavement"])
        let report = ReportBuilder.build(run: try SampleRun.make(options))
        #expect(callouts(report.section(1)).contains { $0.text.contains("never-automate/N3") })
    }

    @Test func changesByPayerSumToTheNetWithItsSignTurned() throws {
        let run = try SampleRun.make()
        let matrix = try table("F4.6", ReportBuilder.build(run: run))
        let total = try #require(matrix.groups[0].rows.last?.cells.last?.amount?.mean)
        let net = try #require(run.summary.line("net")?.amount.mean)
        #expect(abs(total + net) < 1e-6)
        #expect(matrix.columns.count == 6)
    }

    @Test func sumsOverSeveralCellsCarryNoIntervalThatNobodyComputed() throws {
        let rows = try table("F4.6", ReportBuilder.build(run: try SampleRun.make()))
            .groups[0].rows
        let totals = try #require(rows.last)
        #expect(totals.cells[1].range == nil)
        #expect(totals.cells[5].range == nil)
        #expect(rows[0].cells[5].range == nil)
        // Sums of one cell are that cell.
        #expect(totals.cells[3].range == rows[5].cells[3].range)
        #expect(rows[5].cells[5] == rows[5].cells[3])
        #expect(rows[0].cells[1].range != nil)
    }

    @Test func containmentIsNotDefinedWhereNobodyUsedTheAutomation() throws {
        let options = SampleOptions(changesNothing: true)
        let rows = try table("F3.1", ReportBuilder.build(run: try SampleRun.make(options)))
            .groups.flatMap(\.rows)
        let row = try #require(rows.first { $0.cells[0].text == "true containment" })
        #expect(row.cells[2...4].map(\.text) == ["\u{2013}", "\u{2013}", "\u{2013}"])
        #expect(row.cells[2...4].allSatisfy { $0.amount == nil })
    }

    @Test func customersWorseOffAreGivenAsARange() throws {
        let report = ReportBuilder.build(run: try SampleRun.make())
        let cell = try table("F5.1", report).groups[0].rows[0].cells[1]
        #expect(cell.text == "31.2 %")
        #expect(try table("F5.1", report).groups[0].rows[1].cells[1].text == "41.8 %")
    }

    @Test func fewCustomersOfASegmentAreNotShown() throws {
        let report = ReportBuilder.build(run: try SampleRun.make())
        let rows = try table("F5.2", report).groups[0].rows
        #expect(rows[0].cells[1].text == "14,202")
        #expect(rows[1].cells[1].text == "fewer than 10")
        #expect(rows[1].cells.dropFirst(1).allSatisfy { $0.amount == nil })
    }

    @Test func weeksAreChartsOfChangesAndTheirLuckStandsBesideTheLayers() throws {
        let report = ReportBuilder.build(run: try SampleRun.make())
        let charts = (report.section(3)?.blocks ?? []).compactMap { block -> ReportChart? in
            if case .chart(let chart) = block { chart } else { nil }
        }
        let weeks = try #require(charts.first { $0.id == "F3.4" })
        guard case .intervals(_, let points) = weeks.kind else {
            Issue.record("no intervals")
            return
        }
        #expect(points.map(\.label).prefix(2) == ["1999-04-02", "1999-04-09"])
        #expect(points.allSatisfy { $0.mean == -1_080 && $0.low != nil })
        let facts = (report.section(13)?.blocks ?? []).flatMap { block -> [String] in
            if case .facts(let facts) = block { facts.rows.map(\.value.text) } else { [] }
        }
        #expect(facts.contains { $0.hasPrefix("GBP 812.50, standard deviation") })
    }

    @Test(arguments: [(0.59, true), (0.47, true), (0.45, false), (0.36, false)])
    func containmentFarAboveTrueContainmentIsFlagged(reported: Double, isFlagged: Bool) throws {
        let options = SampleOptions(reportedContainment: reported)
        let report = ReportBuilder.build(run: try SampleRun.make(options))
        let flags = callouts(report.section(3)).filter { $0.title.hasPrefix("Divergence") }
        #expect(flags.isEmpty != isFlagged)
    }

    @Test func everyMetricOfTheRunStandsInTheTableOfOutcomesAndCosts() throws {
        let run = try SampleRun.make()
        let rows = try table("F3.1", ReportBuilder.build(run: run)).groups.flatMap(\.rows)
        #expect(rows.count == run.summary.metrics.count)
        for metric in run.summary.metrics {
            #expect(rows.contains { $0.cells[0].text.hasPrefix(metric.title) })
        }
        // Each topic has an outcome, so no cost stands without one.
        for group in try table("F3.1", ReportBuilder.build(run: run)).groups {
            #expect(group.rows.contains { $0.cells[1].text == "outcome" }, "\(group.title)")
        }
    }

    @Test func aBaselineIsMeasuredOnlyWhereItIsCountedAndNotDrawn() throws {
        let rows = try table("F3.1", ReportBuilder.build(run: try SampleRun.make()))
            .groups.flatMap(\.rows)
        func mark(_ title: String) -> ProvenanceMark? {
            rows.first { $0.cells[0].text.hasPrefix(title) }?.cells[2].mark
        }
        #expect(mark("contacts served by people") == .measured)
        #expect(mark("needs (issues)") == .modelled)
        #expect(mark("contacts caused by a failure") == .modelled)
        #expect(mark("cash cost") == .modelled)
        #expect(rows.allSatisfy { $0.cells[3].mark == .modelled })
        #expect(rows.allSatisfy { $0.cells[4].amount == nil || $0.cells[4].mark == .modelled })
    }

    @Test func belowTwoHundredReplicationsThereIsNoIntervalAndTheReportSaysSo() throws {
        let report = ReportBuilder.build(run: try SampleRun.make(SampleOptions(replications: 199)))
        let cells = tables(report).flatMap(\.groups).flatMap(\.rows).flatMap(\.cells)
        let ranges = Set(cells.compactMap(\.range))
        #expect(ranges == ["no interval"])
        #expect(cells.allSatisfy { $0.amount?.low == nil })
        #expect(try table("F4.2", report).notes[0].hasPrefix("No interval below 200"))
    }

    @Test func fromTwoHundredReplicationsEveryFigureOverThemHasItsInterval() throws {
        let report = ReportBuilder.build(run: try SampleRun.make(SampleOptions(replications: 200)))
        for id in ["F3.1", "F4.2", "F4.7", "F5.1", "F5.2"] {
            let cells = try table(id, report).groups.flatMap(\.rows).flatMap(\.cells)
            for cell in cells where cell.amount != nil {
                #expect(cell.range != nil && cell.range != "no interval", "\(id) \(cell.text)")
            }
        }
    }

    @Test func layersOfUncertaintyAreGivenOrSaidToBeUnknown() throws {
        func layers(_ run: RunRecord) -> [String] {
            (ReportBuilder.build(run: run).section(13)?.blocks ?? []).flatMap { block in
                if case .facts(let facts) = block {
                    facts.rows.map(\.value.text)
                } else {
                    [String]()
                }
            }
        }
        var run = try SampleRun.make()
        #expect(layers(run).contains("GBP 9,864; 98.7 % of the variance"))
        #expect(layers(run).contains("GBP 1,114; 1.3 % of the variance"))
        run.summary.netParameterVariance = nil
        #expect(layers(run).count { $0.hasPrefix("not known") } == 2)
    }

    @Test func whatIsMissingIsListedAndNothingStandsInForIt() throws {
        let report = ReportBuilder.build(run: try SampleRun.make())
        let present = report.sections.compactMap(\.number)
        #expect(present == present.sorted())
        let missing = try #require(report.sections.last { $0.number == nil })
        for number in 1...20 where !present.contains(number) {
            #expect(lists(missing).contains { $0.hasPrefix("\(number). ") }, "\(number)")
        }
        for number in present {
            #expect(!lists(missing).contains { $0.hasPrefix("\(number). ") }, "\(number)")
        }
    }

    @Test func figureIdsAreUniqueAndBelongToTheirSection() throws {
        let report = ReportBuilder.build(run: try SampleRun.make())
        var seen: Set<String> = []
        for section in report.sections {
            for block in section.blocks {
                let id: String? =
                    switch block {
                    case .facts(let facts): facts.id
                    case .table(let table): table.id
                    case .chart(let chart): chart.id
                    default: nil
                    }
                guard let id else { continue }
                #expect(seen.insert(id).inserted, "\(id) twice")
                #expect(id.hasPrefix("F\(section.number ?? 0)."))
            }
        }
        #expect(seen.count > 15)
    }

    @Test func theCommandsRepeatSeedAndReplications() throws {
        let report = ReportBuilder.build(run: try SampleRun.make())
        let commands = try #require(report.section(19)).blocks.compactMap { block -> String? in
            if case .verbatim(let verbatim) = block { verbatim.text } else { nil }
        }
        #expect(commands[0].contains("--replications 400 --seed 1"))
        #expect(commands[0].contains("downstream report regular-calls-self-service-4f1d2a90bc"))
        #expect(commands[1] == (try SampleRun.make()).scenario.text)
    }

    @Test func aScenarioThatChangesNothingGivesAReportOfZeros() throws {
        let run = try SampleRun.make(SampleOptions(changesNothing: true))
        let report = ReportBuilder.build(run: run)
        let ledger = try table("F4.2", report).groups.flatMap(\.rows).map { $0.cells[1] }
        #expect(ledger.allSatisfy { $0.amount?.mean == 0 && $0.range == "the same in all" })
        #expect(!tables(report).contains { $0.id == "F4.6" })
        #expect(HTMLReport.render(report).contains("Nothing to draw."))
    }

    @Test func theReportSurvivesItsJSONForm() throws {
        let report = ReportBuilder.build(run: try SampleRun.make())
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let bytes = try encoder.encode(report)
        #expect(try JSONDecoder().decode(ImpactReport.self, from: bytes) == report)
        #expect(try encoder.encode(ReportBuilder.build(run: try SampleRun.make())) == bytes)
    }

    @Test(arguments: ["{}", #"{"poem": "x"}"#, #"{"heading": "a", "paragraph": "b"}"#])
    func aBlockOfNoKnownKindIsRefused(text: String) {
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(ReportBlock.self, from: Data(text.utf8))
        }
    }
}
