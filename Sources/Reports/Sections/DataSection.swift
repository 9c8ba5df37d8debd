// Section 10: what the figures were made from, how much of it could be used, and how much of it
// could be joined at all.

import Simulation

enum DataSection {
    /// Every record read is accepted, a duplicate, left out or rejected.
    static func isBalanced(_ reader: RunReader) -> Bool {
        let log = reader.run.log
        return log.accepted + log.duplicates + log.leftOut + log.rejected == log.read
    }

    static func section(_ reader: RunReader) -> ReportSection {
        let log = reader.run.log
        var blocks: [ReportBlock] = [
            .facts(records(reader)), .table(sources(log)),
        ]
        if !log.warnings.isEmpty { blocks.append(.table(warnings(log))) }
        // Files of one mapping share its notes.
        let notes = log.sources.flatMap { source in
            source.notes.map { "\(source.mapping): \($0)" }
        }.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        if !notes.isEmpty {
            blocks += [.heading("What the mappings say must be known"), .list(notes)]
        }
        blocks += [
            .heading("Joining contacts to needs"),
            .paragraph(
                "A link between two contacts is a guess where the source does not name the need. "
                    + "Each carries the probability that it is more than coincidence; the placebo "
                    + "is how often the same customers are back in the same window two weeks "
                    + "later, when nothing links the contacts. A recontact figure without these "
                    + "is not a result."),
            .table(links(log)),
        ]
        return ReportSection(number: 10, title: "Data", blocks: blocks)
    }

    private static func records(_ reader: RunReader) -> ReportFacts {
        let log = reader.run.log
        func count(_ value: Int) -> ReportCell {
            ReportCell(
                NumberWords.count(value), amount: .init(mean: Double(value), unit: "count"),
                mark: .measured)
        }
        return ReportFacts(
            id: "F10.1", title: "The log",
            rows: [
                ReportFact("Covers", "\(log.from) to \(log.to)"),
                ReportFact("Events in the log", count(log.events)),
                ReportFact("Records read", count(log.read)),
                ReportFact("of these accepted", count(log.accepted)),
                ReportFact("of these duplicates", count(log.duplicates)),
                ReportFact("of these left out by the mapping", count(log.leftOut)),
                ReportFact("of these rejected", count(log.rejected)),
                ReportFact(
                    "Balance",
                    isBalanced(reader)
                        ? "accepted + duplicates + left out + rejected = read"
                        : "does not hold"),
                ReportFact("Contacts", count(log.contacts)),
                ReportFact(
                    "Stitch rate: contacts with a known customer",
                    ReportCell(
                        NumberWords.part(log.identified, of: log.contacts),
                        amount: .init(mean: Double(log.identified), unit: "count"),
                        mark: .measured)),
                ReportFact(
                    "Phantoms: records the source itself calls no contact", count(log.phantoms)),
            ], origin: "log")
    }

    private static func sources(_ log: RunRecord.LogFacts) -> ReportTable {
        ReportTable(
            id: "F10.2", title: "Sources",
            columns: [
                .init("File"), .number("Read"), .number("Rejected"), .init("SHA-256"),
                .init("Mapping"), .init("SHA-256 of the mapping"),
            ],
            rows: log.sources.map { source in
                .init([
                    ReportCell(source.file),
                    ReportCell(NumberWords.count(source.read), mark: .measured),
                    ReportCell(NumberWords.count(source.rejected), mark: .measured),
                    ReportCell(source.sha256), ReportCell(source.mapping),
                    ReportCell(source.mappingSHA256),
                ])
            }, origin: "log.sources")
    }

    private static func warnings(_ log: RunRecord.LogFacts) -> ReportTable {
        let sorted = log.warnings.sorted { $0.key < $1.key }
        return ReportTable(
            id: "F10.3", title: "Warnings at ingestion",
            columns: [.init("Code"), .number("Records")],
            rows: sorted.map { code, count in
                .init([
                    ReportCell(code), ReportCell(NumberWords.count(count), mark: .measured),
                ])
            }, origin: "log.warnings")
    }

    private static func links(_ log: RunRecord.LogFacts) -> ReportTable {
        ReportTable(
            id: "F10.4", title: "Link rules beside their placebo",
            columns: [
                .init("Rule"), .init("Window"), .number("Linked contacts"),
                .number("Of these expected to be true"), .number("Rate"), .number("Placebo rate"),
            ],
            rows: log.links.map { link in
                .init([
                    ReportCell(link.rule),
                    ReportCell(NumberWords.span(seconds: link.windowSeconds)),
                    ReportCell(NumberWords.count(link.linked), mark: .measured),
                    ReportCell(
                        NumberWords.decimal(link.expectedTrue, decimals: 0), mark: .modelled),
                    ReportCell(NumberWords.percent(link.rate), mark: .measured),
                    ReportCell(NumberWords.percent(link.placeboRate), mark: .measured),
                ])
            },
            notes: [
                "Rates are over contacts of known customers whose whole window lies within the "
                    + "log. Expected to be true: the sum of the links\u{2019} probabilities."
            ], origin: "log.links")
    }
}
