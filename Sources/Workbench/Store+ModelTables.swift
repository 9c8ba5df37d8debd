// What the fitted model says about contacts, as tables.

import Modeling

extension Store {
    /// Contacts by cell, their durations, patience, and what follows a failure.
    static func contactTables(_ model: Model) -> [(key: String, table: Table)] {
        [
            ("outcomes", outcomeTable(model)), ("durations", durationTable(model)),
            ("patience", patienceTable(model)), ("consequences", consequenceTable(model)),
        ]
    }

    private static func outcomeTable(_ model: Model) -> Table {
        Table(
            title: "Outcomes of contacts, by cell; thin cells lean on their family",
            columns: [
                .init("family", "intent family"), .init("channel", "channel"),
                .init("outcome", "outcome"), .init("contacts", "contacts"),
                .init("count", "seen"), .init("probability", "probability"),
            ],
            rows: model.cells.flatMap { cell in
                let start: [Cell] = [.text(cell.family), .text(cell.channel)]
                let failures = model.failureTitles.indices.map { failure in
                    let title = failure == 0 ? "no named failure" : model.failureTitles[failure]
                    return start + [
                        .text(title), .integer(cell.contactCount),
                        .integer(cell.failures.counts[failure]),
                        .share(cell.failures.probabilities[failure]),
                    ]
                }
                return failures + [
                    start + [
                        .text("served, handed on"), .integer(cell.handOvers.count),
                        .integer(cell.handOvers.counts[1]),
                        .share(cell.handOvers.probabilities[1]),
                    ]
                ]
            })
    }

    private static func durationTable(_ model: Model) -> Table {
        Table(
            title: "Durations in minutes, and their fit (Kolmogorov-Smirnov)",
            columns: [
                .init("family", "intent family"), .init("channel", "channel"),
                .init("duration", "duration"), .init("observed", "observed"),
                .init("median", "50 %"), .init("p90", "90 %"),
                .init("law_distance", "law to data"), .init("halves_distance", "half to half"),
            ],
            rows: model.cells.flatMap { cell in
                [("handle", cell.handle), ("wait", cell.wait)].map { name, fitted in
                    [.text(cell.family), .text(cell.channel), .text(name)]
                        + [.integer(fitted.law.observedCount)]
                        + [0.5, 0.9].map {
                            .number(Double(fitted.law.quantile($0)) / 6e7, decimals: 1)
                        }
                        + [fitted.lawDistance, fitted.halvesDistance].map { distance in
                            distance.map { .number($0, decimals: 3) } ?? .none
                        }
                }
            })
    }

    private static func patienceTable(_ model: Model) -> Table {
        Table(
            title: "Patience: customers who would leave within a wait (Kaplan-Meier)",
            columns: [
                .init("family", "intent family"), .init("left", "left"),
                .init("served", "served"), .init("minute1", "1 min"),
                .init("minute3", "3 min"), .init("minute10", "10 min"),
                .init("tail_minutes", "tail's mean, min"),
            ],
            rows: model.patience.map { law in
                [.text(law.family), .integer(law.abandonedCount), .integer(law.servedCount)]
                    + [1, 3, 10].map { .share(law.leftShare(within: $0 * 60_000_000)) }
                    + [law.tailRate > 0 ? .number(1 / law.tailRate / 6e7, decimals: 1) : .none]
            })
    }

    private static func consequenceTable(_ model: Model) -> Table {
        Table(
            title: "Complaints and customers lost after a contact, by its failure",
            columns: [
                .init("failure", "after"), .init("followed", "followed"),
                .init("complaints", "complaints"), .init("complaint", "probability"),
                .init("known", "of known customers"), .init("lost", "lost"),
                .init("churn", "probability"),
            ],
            rows: model.consequences.map { row in
                [
                    .text(row.failure), .integer(row.complaints.count),
                    .integer(row.complaints.counts[1]),
                    .share(row.complaints.probabilities[1]), .integer(row.churn.count),
                    .integer(row.churn.counts[1]), .share(row.churn.probabilities[1]),
                ]
            })
    }
}
