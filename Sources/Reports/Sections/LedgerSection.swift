// Section 4: the downstream ledger. Gross saving to net by the class of each change, the proof
// that nothing is left over, and beside it, never netted, what customers pay in their own time.

import Simulation
import Statistics

enum LedgerSection {
    /// Costs subtracted from the gross saving, in the order in which people read them.
    static let costNames = ["run_cost", "unreleased", "redistributed", "deferred"]

    static func section(_ reader: RunReader) -> ReportSection {
        var blocks: [ReportBlock] = [
            .paragraph(
                "Every change of cost is sorted by what the posting is, never by its sign. "
                    + "Origin: contacts in scope, at their recorded minutes. Unreleased: minutes "
                    + "of people that are freed over a pool\u{2019}s week while the roster "
                    + "stays; a week that needs more minutes is paid for. Redistributed: paid "
                    + "within the recontact window of the need\u{2019}s first contact. Deferred: "
                    + "paid later. Net = gross \u{2212} run \u{2212} unreleased \u{2212} "
                    + "redistributed \u{2212} deferred is an identity over every posting.")
        ]
        if let chart = waterfall(reader) { blocks.append(.chart(chart)) }
        blocks.append(.table(lines(reader)))
        blocks.append(.paragraph(balance(reader)))
        blocks.append(.facts(hidden(reader)))
        blocks.append(.facts(leakage(reader)))
        blocks += Redistribution.blocks(reader)
        return ReportSection(number: 4, title: "Downstream ledger", blocks: blocks)
    }

    /// The books and the classes agree, in total and for every customer. Amounts are sums of
    /// integers divided once, so their means agree to rounding of the last bits.
    static func isBalanced(_ reader: RunReader) -> Bool {
        guard reader.summary.customersUnexplained == 0 else { return false }
        if let unexplained = reader.line("unexplained") {
            let ends = [unexplained.mean, unexplained.low ?? 0, unexplained.high ?? 0]
            guard ends.allSatisfy({ $0 == 0 }) else { return false }
        }
        guard let residual = residual(reader) else { return true }
        let gross = abs(reader.line("gross_saving")?.mean ?? 0)
        return abs(residual) <= 0.005 + 1e-9 * gross
    }

    /// Net minus (gross minus the costs), of the means; `nil` where a line is missing.
    static func residual(_ reader: RunReader) -> Double? {
        guard let gross = reader.line("gross_saving"), let net = reader.line("net") else {
            return nil
        }
        var rest = gross.mean
        for name in costNames {
            guard let cost = reader.line(name) else { return nil }
            rest -= cost.mean
        }
        return net.mean - rest
    }

    private static func waterfall(_ reader: RunReader) -> ReportChart? {
        let labels = [
            "run_cost": "run, build, supervision", "unreleased": "unreleased",
            "redistributed": "redistributed", "deferred": "deferred",
        ]
        guard let gross = reader.line("gross_saving"), let net = reader.line("net") else {
            return nil
        }
        var steps = [ReportChart.Step("gross saving", change: gross.mean, isTotal: true)]
        for name in costNames {
            guard let cost = reader.line(name), let label = labels[name] else { return nil }
            steps.append(.init(label, change: -cost.mean))
        }
        steps.append(.init("net", change: net.mean, isTotal: true))
        return ReportChart(
            id: "F4.1", title: "From gross saving to net, \(reader.currency), means",
            summary: "Each bar takes away from the gross saving what the change costs elsewhere; "
                + "what is left is the net. Intervals are in figure F4.2, outcomes for customers "
                + "in figure F4.3.",
            kind: .waterfall(unit: reader.currency, steps: steps), origin: "summary.ledger",
            mark: .modelled, isOfChanges: true)
    }

    private static func lines(_ reader: RunReader) -> ReportTable {
        let all = reader.summary.ledger
        let style = QuantityStyle(unit: reader.currency, together: all.map(\.amount))
        func row(_ line: LedgerLine) -> ReportTable.Row {
            let sign = costNames.contains(line.name) ? "\u{2212} " : ""
            let cell = style.cell(line.amount, mark: .modelled)
            return ReportTable.Row(
                [ReportCell(sign + line.title), cell], isTotal: line.name == "net")
        }
        let inside = ["gross_saving"] + costNames + ["net", "unexplained"]
        let outside = all.filter { !inside.contains($0.name) }
        return ReportTable(
            id: "F4.2", title: "The ledger by class of change, \(reader.currency)",
            columns: [.init("Class"), .number("Amount")],
            groups: [
                .init("", rows: inside.compactMap { reader.summary.line($0) }.map(row)),
                .init("Outside the net", rows: outside.map(row)),
            ].filter { !$0.rows.isEmpty },
            notes: [
                reader.intervalNote,
                "A line marked \u{2212} is subtracted; a negative amount in such a line adds to "
                    + "the net. Intervals of lines are not added: the identity holds within each "
                    + "replication, and so for the means.",
                "Outside the net: what the net would be if a roster were changed, which is a "
                    + "decision not in this scenario, and returns of callers without a customer "
                    + "id, which no log can show.",
            ],
            origin: "summary.ledger")
    }

    private static func balance(_ reader: RunReader) -> String {
        let customers = reader.summary.customersUnexplained
        let whole =
            isBalanced(reader)
            ? "The ledger balances: nothing is unexplained, in total or for any customer"
            : "The ledger does not balance"
        return whole + " (customers, over all replications, whose books and classes differ: "
            + "\(NumberWords.count(customers)))."
    }

    private static func hidden(_ reader: RunReader) -> ReportFacts {
        let names = ["customer_minutes", "silent_give_ups"]
        return ReportFacts(
            id: "F4.3", title: "Hidden book, in its own units and never netted against money",
            rows: names.compactMap { reader.metric($0) }.map { metric in
                let style = QuantityStyle(
                    unit: metric.unit, together: [metric.delta], isDifference: true)
                return ReportFact(
                    "Change in \(metric.title)", style.cell(metric.delta, mark: .modelled))
            } + [
                ReportFact(
                    "Not measured",
                    "Churned value, detriment, and the strain on the people who take the harder "
                        + "contacts that remain.")
            ], origin: "summary.metrics")
    }

    /// Ratios of means: the run keeps no interval for them.
    private static func leakage(_ reader: RunReader) -> ReportFacts {
        var rows: [ReportFact] = []
        if let gross = reader.line("gross_saving")?.mean, gross > 0,
            let moved = reader.line("redistributed")?.mean,
            let later = reader.line("deferred")?.mean,
            let kept = reader.line("unreleased")?.mean
        {
            rows = [
                ReportFact(
                    "Leakage ratio: (redistributed + deferred) \u{00F7} gross",
                    share((moved + later) / gross)),
                ReportFact(
                    "Unreleased share: unreleased \u{00F7} gross", share(kept / gross)),
                ReportFact(
                    "Intervals", "None: these are ratios of means, and the run keeps no ratio."),
            ]
        } else {
            rows = [
                ReportFact(
                    "Leakage ratio", "Not defined: there is no gross saving that could leak.")
            ]
        }
        rows.append(
            ReportFact(
                "Hidden part of the leakage",
                "Not in the ratio: it is in figure F4.3, in minutes and needs."))
        return ReportFacts(
            id: "F4.4", title: "How much of the gross saving leaks", rows: rows,
            origin: "summary.ledger")
    }

    private static func share(_ value: Double) -> ReportCell {
        ReportCell(
            NumberWords.percent(value), amount: .init(mean: value, unit: "share"), mark: .modelled)
    }
}
