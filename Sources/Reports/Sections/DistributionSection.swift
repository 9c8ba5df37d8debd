// Section 5: a mean can hide that some pay for what others gain.

import Simulation
import Statistics

enum DistributionSection {
    static func section(_ reader: RunReader) -> ReportSection {
        let summary = reader.summary
        func share(_ interval: Interval) -> ReportCell {
            QuantityStyle(unit: "share", together: [interval]).cell(interval, mark: .modelled)
        }
        let unseen = NumberWords.part(
            reader.run.inScopeUnidentified, of: reader.run.inScopeContacts)
        let count = QuantityStyle(unit: "count", together: [summary.customersReached])
        var blocks: [ReportBlock] = [
            .paragraph(
                "A known customer counts as worse off where the scenario costs more of their "
                    + "own time over the cohort, or where they give up in the automation "
                    + "though the record shows that they were served or came back; as "
                    + "better off where it costs less of their time and they do not."),
            .table(
                ReportTable(
                    id: "F5.1", title: "Customers better and worse off",
                    columns: [.init("Known customers"), .number("Share or number")],
                    rows: [
                        .init([
                            ReportCell("worse off, chance shared as far as it goes"),
                            share(summary.worseOffShare),
                        ]),
                        .init([
                            ReportCell("worse off, were chance not shared"),
                            share(summary.worseOffShareAnew),
                        ]),
                        .init([ReportCell("better off"), share(summary.betterOffShare)]),
                        .init([
                            ReportCell("base: known customers with a contact in scope"),
                            count.cell(summary.customersReached, mark: .modelled),
                        ]),
                    ],
                    notes: [reader.intervalNote],
                    origin: "summary.worseOffShare, betterOffShare, customersReached")),
            .list([
                "Who is worse off depends on how chance is shared between the two worlds, which "
                    + "no log identifies. Where it is shared as far as it goes, a small loss of "
                    + "time makes everybody worse off and a small gain nobody. Where it is not "
                    + "shared in the contacts that the scenario changes, people are worse and "
                    + "better off by chance, too. The truth lies between; either can be the "
                    + "larger.",
                "Contacts without a customer, \(unseen) of those in scope "
                    + "\(ProvenanceMark.measured.sign), cannot be followed and are in "
                    + "neither share.",
            ]),
        ]
        if let segments = segments(reader) { blocks.append(.table(segments)) }
        if let spread = spread(reader) { blocks.append(.table(spread)) }
        return ReportSection(number: 5, title: "Distribution of effects", blocks: blocks)
    }

    /// Fewer reached customers than this are not shown by segment: they could be recognised.
    static let leastCustomers = 10.0

    private static func segments(_ reader: RunReader) -> ReportTable? {
        let segments = reader.summary.profile.segments
        guard segments.count > 1 else { return nil }
        let rows = segments.map { segment -> ReportTable.Row in
            guard segment.reached.mean >= leastCustomers else {
                let few = ReportCell("\u{2013}")
                return .init([
                    ReportCell(segment.segment),
                    ReportCell("fewer than \(NumberWords.stated(leastCustomers))"), few, few, few,
                    few,
                ])
            }
            func cell(_ interval: Interval, _ unit: String, isChange: Bool = false) -> ReportCell {
                QuantityStyle(unit: unit, together: [interval], isDifference: isChange)
                    .cell(interval, mark: .modelled)
            }
            return .init([
                ReportCell(segment.segment), cell(segment.reached, "count"),
                cell(segment.worseOffShare, "share"), cell(segment.betterOffShare, "share"),
                cell(segment.ownMinutes, "minutes", isChange: true),
                cell(segment.cash, reader.currency, isChange: true),
            ])
        }
        return ReportTable(
            id: "F5.2", title: "Customers reached, by segment",
            columns: [
                .init("Segment"), .number("Reached"), .number("Worse off, chance shared"),
                .number("Better off"), .number("Own minutes, change"),
                .number("Charged for them, change, \(reader.currency)"),
            ],
            rows: rows,
            notes: [
                reader.intervalNote,
                "A customer is of the segment that the first of their contacts states. Whether the "
                    + "vulnerable and the digitally excluded are among them depends on the "
                    + "segments that the source systems state.",
            ],
            origin: "summary.profile.segments")
    }

    private static func spread(_ reader: RunReader) -> ReportTable? {
        let rows = reader.summary.profile.spread.compactMap { figure -> ReportTable.Row? in
            guard let scenario = figure.scenario else { return nil }
            let style = QuantityStyle(unit: "ratio", together: [scenario])
            return .init([
                ReportCell(figure.title),
                figure.recorded.map {
                    ReportCell(
                        style.text($0), amount: .init(mean: $0, unit: "ratio"), mark: .measured)
                } ?? ReportCell("\u{2013}"),
                style.cell(scenario, mark: .modelled),
            ])
        }
        guard !rows.isEmpty else { return nil }
        return ReportTable(
            id: "F5.3", title: "How evenly contacts and effort are spread",
            columns: [.init("Figure"), .number("Recorded"), .number("Scenario")], rows: rows,
            notes: [
                reader.intervalNote,
                "Variation: standard deviation over mean. Needs that touch the scenario\u{2019}s "
                    + "days; days are those of the scenario.",
            ],
            origin: "summary.profile.spread")
    }
}
