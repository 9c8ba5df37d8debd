// Two kept runs beside each other: what they were made from, and what they say.

import Events
import Modeling
package import Simulation
import Statistics

extension Store {
    /// Facts in which two runs differ, parameters in which their scenarios do, and the means of
    /// every figure and ledger line of both.
    package static func difference(_ first: RunRecord, _ second: RunRecord) -> Answer {
        var answer = Answer()
        answer.fact("first", "first", .text(first.id))
        answer.fact("second", "second", .text(second.id))
        answer.table("basis", basisTable(first, second))
        answer.table("parameters", parameterTable(first, second))
        answer.table(
            "metrics",
            figureTable(
                "Change that the scenario makes",
                first.summary.metrics.map { ($0.title, $0.delta, $0.unit) },
                second.summary.metrics.map { ($0.title, $0.delta, $0.unit) }))
        answer.table(
            "ledger",
            figureTable(
                "Ledger, \(first.costs.currency)",
                first.summary.ledger.map { ($0.title, $0.amount, "money") },
                second.summary.ledger.map { ($0.title, $0.amount, "money") }))
        if first.costs.currency != second.costs.currency {
            answer.note("the currencies differ: amounts cannot be held against each other")
        }
        return answer
    }

    private static func basisTable(_ first: RunRecord, _ second: RunRecord) -> Table {
        let facts: [(String, KeyPath<RunRecord, String>)] = [
            ("scenario", \.scenario.id), ("scenario file", \.scenario.sha256),
            ("days", \.days), ("intents", \.intents), ("channels", \.channels),
            ("log head", \.log.head), ("link rules", \.rulesSHA256),
            ("cost rules", \.costs.sha256), ("currency", \.costs.currency),
            ("model", \.modelID), ("version", \.softwareVersion), ("seed", \.seedText),
            ("replications", \.replicationText),
        ]
        return Table(
            title: "Made from",
            columns: [.init("what", "what"), .init("first", "first"), .init("second", "second")],
            rows: facts.map { title, path in
                let (left, right) = (first[keyPath: path], second[keyPath: path])
                return [
                    .text(title), .text(String(left.prefix(32))),
                    .text(left == right ? "the same" : String(right.prefix(32))),
                ]
            })
    }

    /// Parameters that only one scenario states, or that both state otherwise.
    private static func parameterTable(_ first: RunRecord, _ second: RunRecord) -> Table {
        func stated(_ run: RunRecord) -> [(name: String, range: String)] {
            run.scenario.intervention.automations.flatMap { automation in
                automation.parameters.map { parameter in
                    let value = parameter.value
                    return (
                        "\(automation.id): \(parameter.key.name)",
                        value.isConstant
                            ? "\(value.mode)" : "\(value.low), \(value.mode), \(value.high)"
                    )
                }
            }
        }
        let (left, right) = (stated(first), stated(second))
        let names = (left + right).map(\.name).reduce(into: [String]()) {
            if !$0.contains($1) { $0.append($1) }
        }
        let rows: [[Cell]] = names.compactMap { name in
            let one = left.first { $0.name == name }?.range
            let other = right.first { $0.name == name }?.range
            guard one != other else { return nil }
            return [
                .text(name), one.map { .text($0) } ?? .none, other.map { .text($0) } ?? .none,
            ]
        }
        return Table(
            title: "Parameters that differ (low, mode, high)",
            columns: [
                .init("parameter", "parameter"), .init("first", "first"),
                .init("second", "second"),
            ], rows: rows)
    }

    private typealias Figure = (title: String, amount: Interval, unit: String)

    private static func figureTable(
        _ title: String, _ first: [Figure], _ second: [Figure]
    ) -> Table {
        Table(
            title: title,
            columns: [
                .init("figure", "figure"), .init("first", "first"), .init("first_low", "5 %"),
                .init("first_high", "95 %"), .init("second", "second"),
                .init("second_low", "5 %"), .init("second_high", "95 %"),
                .init("difference", "difference"),
            ],
            rows: first.map { figure in
                let other = second.first { $0.title == figure.title }?.amount
                return [.text(figure.title)] + cells(figure.amount, figure.unit)
                    + (other.map { cells($0, figure.unit) } ?? [.none, .none, .none])
                    + [value(other.map { $0.mean - figure.amount.mean }, figure.unit)]
            })
    }
}

extension RunRecord {
    fileprivate var seedText: String { "\(seed)" }
    fileprivate var replicationText: String { "\(replications)" }

    fileprivate var days: String {
        let intervention = scenario.intervention
        return "\(CivilDate(dayNumber: intervention.firstDay)) to "
            + "\(CivilDate(dayNumber: intervention.lastDay))"
    }

    fileprivate var intents: String { scopes(\.intents) }
    fileprivate var channels: String { scopes(\.channels) }

    /// What the scopes of all automations name, once each; all where one names nothing.
    private func scopes(_ names: KeyPath<AutomationScope, [String]>) -> String {
        let named = scenario.intervention.automations.map { $0.scope[keyPath: names] }
        if named.contains(where: \.isEmpty) { return "all" }
        return Set(named.flatMap { $0 }).sorted().joined(separator: ", ")
    }
}
