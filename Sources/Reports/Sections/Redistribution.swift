// The redistribution view: who causes and who pays, before and after. Changes only, because the
// cost that stays where it was would drown them.

import Simulation
import Statistics

enum Redistribution {
    static func blocks(_ reader: RunReader) -> [ReportBlock] {
        let changed = reader.summary.matrix.filter { isChanged($0.delta) }
        guard !changed.isEmpty else {
            return [
                .heading("Who saves, who pays"),
                .paragraph("No cell of the caused \u{00D7} paid matrix changes."),
            ]
        }
        let sums = PayerSums(changed)
        return [
            .heading("Who saves, who pays"),
            .paragraph(
                "Each change of cost once by the kind of failure that causes it and once by the "
                    + "budget that pays it. Less to pay is a saving of that payer; more to pay is "
                    + "a cost moved to it. All changes together are the net with its sign "
                    + "turned. What it means for customers is in figures F3.1 and F4.3."),
            .chart(flow(sums, reader)), .table(matrix(sums, reader)),
            .table(cells(changed, reader)),
        ]
    }

    private static func isChanged(_ delta: Interval) -> Bool {
        delta.mean != 0 || (delta.low ?? 0) != 0 || (delta.high ?? 0) != 0
    }

    /// Changes summed over intents, by kind of failure and payer, in order of first sight.
    struct PayerSums {
        var failures: [String] = []
        var payers: [String] = []
        /// By failure × payers + payer. `nil` where no cell changes.
        var cells: [Cell?] = []

        struct Cell {
            var change: Interval
            var count: Int
        }

        init(_ changed: [MatrixCell]) {
            for cell in changed {
                if !failures.contains(cell.caused.failure) { failures.append(cell.caused.failure) }
                if !payers.contains(cell.paid.payer) { payers.append(cell.paid.payer) }
            }
            cells = [Cell?](repeating: nil, count: failures.count * payers.count)
            for cell in changed {
                guard let row = failures.firstIndex(of: cell.caused.failure),
                    let column = payers.firstIndex(of: cell.paid.payer)
                else { continue }
                add(cell.delta, at: row * payers.count + column)
            }
        }

        /// A sum of two intervals has no interval: it depends on how they move together, which
        /// the run does not keep.
        private mutating func add(_ change: Interval, at place: Int) {
            guard let sum = cells[place] else {
                cells[place] = Cell(change: change, count: 1)
                return
            }
            cells[place] = Cell(
                change: Interval(mean: sum.change.mean + change.mean), count: sum.count + 1)
        }

        func cell(_ row: Int, _ column: Int) -> Cell? { cells[row * payers.count + column] }
        func mean(_ row: Int, _ column: Int) -> Double { cell(row, column)?.change.mean ?? 0 }

        func rowTotal(_ row: Int) -> Double {
            payers.indices.reduce(0) { $0 + mean(row, $1) }
        }
        func columnTotal(_ column: Int) -> Double {
            failures.indices.reduce(0) { $0 + mean($1, column) }
        }
        /// The one cell that alone makes a sum, whose interval is then the sum's.
        func onlyCell(_ cells: [Cell?]) -> Interval? {
            let present = cells.compactMap { $0 }
            guard present.count == 1, present[0].count == 1 else { return nil }
            return present[0].change
        }
        func onlyCell(row: Int) -> Interval? {
            onlyCell(payers.indices.map { cell(row, $0) })
        }
        func onlyCell(column: Int) -> Interval? {
            onlyCell(failures.indices.map { cell($0, column) })
        }
        var total: Double { failures.indices.reduce(0) { $0 + rowTotal($1) } }
        var amounts: [Interval] { cells.compactMap { $0?.change } }
    }

    private static func flow(_ sums: PayerSums, _ reader: RunReader) -> ReportChart {
        var flows: [ReportChart.Flow] = []
        for row in sums.failures.indices {
            for column in sums.payers.indices where sums.mean(row, column) != 0 {
                flows.append(
                    .init(
                        caused: sums.failures[row], paid: sums.payers[column],
                        amount: sums.mean(row, column)))
            }
        }
        return ReportChart(
            id: "F4.5", title: "Changes from cause to payer, \(reader.currency), means",
            summary: "Left: what causes the change. Right: who pays. Less to pay and more to pay "
                + "are told apart by sign and by tone.",
            kind: .flow(unit: reader.currency, flows: flows), origin: "summary.matrix",
            mark: .modelled, isOfChanges: true)
    }

    private static func matrix(_ sums: PayerSums, _ reader: RunReader) -> ReportTable {
        let style = QuantityStyle(
            unit: reader.currency, together: sums.amounts, isDifference: true)
        func total(_ value: Double, same interval: Interval? = nil) -> ReportCell {
            if let interval { return style.cell(interval, mark: .modelled) }
            return ReportCell(
                style.text(value), amount: .init(mean: value, unit: reader.currency),
                mark: .modelled)
        }
        var rows = sums.failures.indices.map { row in
            let cells = sums.payers.indices.map { column -> ReportCell in
                guard let cell = sums.cell(row, column) else { return ReportCell("\u{2013}") }
                guard cell.count == 1 else { return total(cell.change.mean) }
                return style.cell(cell.change, mark: .modelled)
            }
            return ReportTable.Row(
                [ReportCell(sums.failures[row])] + cells
                    + [total(sums.rowTotal(row), same: sums.onlyCell(row: row))])
        }
        rows.append(
            ReportTable.Row(
                [ReportCell("all causes")]
                    + sums.payers.indices.map {
                        total(sums.columnTotal($0), same: sums.onlyCell(column: $0))
                    }
                    + [total(sums.total)], isTotal: true))
        return ReportTable(
            id: "F4.6", title: "Caused \u{00D7} paid, change in \(reader.currency)",
            columns: [.init("Caused by")] + sums.payers.map { .number($0) }
                + [.number("all payers")],
            rows: rows,
            notes: [
                "Negative: this payer is charged less. Positive: more. What agents are charged "
                    + "less for minutes is kept by their roster (the last column) until a "
                    + "roster changes: their pool\u{2019}s budget pays both.",
                "Sums over several cells are means: the run keeps intervals by cell (figure "
                    + "F4.7), and for the sum of all, the net (figure F4.2).",
            ], origin: "summary.matrix")
    }

    private static func cells(_ changed: [MatrixCell], _ reader: RunReader) -> ReportTable {
        let unchanged = reader.summary.matrix.count - changed.count
        let style = QuantityStyle(
            unit: reader.currency,
            together: changed.flatMap { [$0.baseline, $0.scenario, $0.delta] })
        return ReportTable(
            id: "F4.7", title: "Every cell that changes, \(reader.currency)",
            columns: [
                .init("Caused by"), .init("Paid in"), .number("Baseline"), .number("Scenario"),
                .number("Change"),
            ],
            rows: changed.map { cell in
                ReportTable.Row([
                    ReportCell("\(cell.caused.intent): \(cell.caused.failure)"),
                    ReportCell("\(cell.paid.intent): \(cell.paid.payer)"),
                    style.cell(cell.baseline, mark: .modelled),
                    style.cell(cell.scenario, mark: .modelled),
                    style.asDifference.cell(cell.delta, mark: .modelled),
                ])
            },
            notes: [
                reader.intervalNote,
                "Cells of the matrix that stay as they were: \(NumberWords.count(unchanged)).",
            ], origin: "summary.matrix")
    }
}
