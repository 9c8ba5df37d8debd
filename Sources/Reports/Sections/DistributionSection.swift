// Section 5: a mean can hide that some pay for what others gain.

import Simulation
import Statistics

enum DistributionSection {
    static func section(_ reader: RunReader) -> ReportSection {
        let summary = reader.summary
        func share(_ interval: Interval) -> ReportCell {
            QuantityStyle(unit: "share", together: [interval]).cell(interval, mark: .modelled)
        }
        var worse = share(summary.worseOffShare)
        worse.text = "at least " + worse.text
        let unseen = NumberWords.part(
            reader.run.inScopeUnidentified, of: reader.run.inScopeContacts)
        let count = QuantityStyle(unit: "count", together: [summary.customersReached])
        return ReportSection(
            number: 5, title: "Distribution of effects",
            blocks: [
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
                            .init([ReportCell("worse off"), worse]),
                            .init([ReportCell("better off"), share(summary.betterOffShare)]),
                            .init([
                                ReportCell("base: known customers with a contact in scope"),
                                count.cell(summary.customersReached, mark: .modelled),
                            ]),
                        ],
                        notes: [reader.intervalNote],
                        origin: "summary.worseOffShare, betterOffShare, customersReached")),
                .list([
                    "\u{201C}At least\u{201D}: who is worse off depends on how chance is shared "
                        + "between the two worlds, which no log identifies. The coupling used "
                        + "here gives the least; the upper end, from independent chance, is not "
                        + "yet measured.",
                    "Contacts without a customer, \(unseen) of those in scope "
                        + "\(ProvenanceMark.measured.sign), cannot be followed and are in "
                        + "neither share.",
                    "Effects by customer segment, the vulnerable and the digitally excluded "
                        + "among them, are not in this version.",
                ]),
            ])
    }
}
