// The policy against the record as tables: what automation touched, what it must not have done, and
// what became of those customers.

import Events
import Projections

extension ViewInput {
    func guardrails(policy: Policy) -> Answer {
        let view = GuardrailView(record, selection, policy: policy, facts: facts)
        var answer = Answer()
        answer.fact("policy", "policy", .text(policy.id))
        answer.fact("owner", "owner", .text(policy.owner))
        let whole = view.any.last ?? GuardrailCell()
        answer.fact(
            "breaches", "contacts that break a rule", .integer(whole.figures.breaches))
        answer.fact("customers", "  customers concerned", .integer(whole.customers))
        let simplicity = view.simplicity.last ?? SimplicityFigures()
        answer.fact("automated", "contacts touched by automation", .integer(simplicity.touched))
        answer.fact(
            "not_simple_share", "  whose need no rule calls simple",
            Cell(share: simplicity.notSimpleShare))
        let rules = policy.rules.map { ($0.id, $0.title, $0.guardrail.rawValue) }
        var lines: [GuardrailLine] = []
        for ((id, title, guardrail), cells) in zip(
            rules + [("any", "any rule that forbids something", "")], view.rules + [view.any])
        {
            lines += named(cells).map {
                GuardrailLine(
                    id: id, title: title, guardrail: guardrail, group: $0.name, cell: $0.cell)
            }
        }
        answer.table("guardrails", guardrailTable(lines))
        let forbidding = Set(policy.rules.filter(\.guardrail.forbids).map(\.id) + ["any"])
        answer.table("harm", harmTable(lines.filter { forbidding.contains($0.id) }))
        answer.table("simplicity", simplicityTable(view))
        addNotes(on: policy, to: &answer)
        return answer
    }

    /// The rows of a rule: its groups with a contact, then all of them together; only these where
    /// there is one group for everything.
    private func named(_ cells: [GuardrailCell]) -> [(name: String, cell: GuardrailCell)] {
        let groups = scope.grouping == .all ? [] : Array(zip(selection.names, cells))
        return groups.filter { $0.1.figures.visits > 0 }.map { (name: $0.0, cell: $0.1) }
            + [(name: "total", cell: cells.last ?? GuardrailCell())]
    }

    private func guardrailTable(_ lines: [GuardrailLine]) -> Table {
        Table(
            title: "Contacts that the policy covers, by rule and \(groupTitle)",
            columns: [
                .init("rule", "rule"), .init("title", "of"), .init("class", "class"),
                .init("group", groupTitle), .init("contacts", "contacts"),
                .init("touched", "touched by automation"), .init("touched_share", "share"),
                .init("led", "led by it"), .init("closed", "closed by it"),
                .init("unreached", "passed on in vain"), .init("breaches", "breaches"),
                .init("breach_share", "of contacts"), .init("customers", "customers"),
            ],
            rows: lines.map { line in
                let figures = line.cell.figures
                return [
                    .text(line.id), .text(line.title),
                    line.guardrail.isEmpty ? .none : .text(line.guardrail), .text(line.group),
                    .integer(figures.visits), .integer(figures.touched),
                    Cell(share: figures.touchedShare), .integer(figures.led),
                    .integer(figures.closed), .integer(figures.unreached),
                    .integer(figures.breaches), Cell(share: figures.breachShare),
                    .integer(line.cell.customers),
                ]
            })
    }

    private func harmTable(_ lines: [GuardrailLine]) -> Table {
        Table(
            title: "Journeys after a breach, and journeys in scope without one",
            columns: [
                .init("rule", "rule"), .init("group", groupTitle),
                .init("journeys", "with a breach"), .init("open", "open"),
                .init("given_up", "given up"), .init("churned", "churned"),
                .init("complained", "complained"), .init("harmed", "harmed"),
                .init("harmed_base", "base"), .init("harmed_share", "share"),
                .init("kept_open", "without: open"), .init("kept_harmed", "harmed"),
                .init("kept_base", "base"), .init("kept_harmed_share", "share"),
            ],
            rows: lines.map { line in
                let (breached, kept) = (line.cell.breached, line.cell.kept)
                return [
                    .text(line.id), .text(line.group), .integer(breached.journeys),
                    .integer(breached.open), .integer(breached.givenUp),
                    .integer(breached.churned), .integer(breached.complained),
                    .integer(breached.harmed), .integer(breached.ended),
                    Cell(share: breached.harmedShare), .integer(kept.open),
                    .integer(kept.harmed), .integer(kept.ended), Cell(share: kept.harmedShare),
                ]
            })
    }

    private func simplicityTable(_ view: GuardrailView) -> Table {
        let groups = scope.grouping == .all ? [] : Array(zip(selection.names, view.simplicity))
        let total = view.simplicity.last ?? SimplicityFigures()
        return Table(
            title: "Automated volume against the test of simplicity, by \(groupTitle)",
            columns: [
                .init("group", groupTitle), .init("contacts", "contacts"),
                .init("touched", "touched by automation"),
                .init("not_simple", "need not simple"), .init("not_simple_share", "share"),
            ],
            rows: (groups.filter { $0.1.visits > 0 } + [("total", total)]).map { name, figures in
                [
                    .text(name), .integer(figures.visits), .integer(figures.touched),
                    .integer(figures.notSimple), Cell(share: figures.notSimpleShare),
                ]
            })
    }

    private func addNotes(on policy: Policy, to answer: inout Answer) {
        answer.note(
            "touched: a leg was automation's; led: automation had the last leg, and no person "
                + "served any; closed: automation had the last leg and closed it; passed on in "
                + "vain: automation passed it on, and no person served any leg. A breach is led or "
                + "closed (human-led), led (ai-informs-only), passed on in vain (person-reachable)")
        answer.note(
            "harmed: given up, churned, or a complaint at or after the first such contact; open "
                + "journeys are in none of these. Without: journeys in scope and without a breach, "
                + "for comparison; they differ in more than the breach, so the gap is no effect")
        let absent = policy.absentIntents(quarter.table)
        if !absent.isEmpty {
            answer.note(
                "the policy names intents that the log does not have: "
                    + absent.joined(separator: ", "))
        }
        let uncovered = policy.uncoveredIntents(quarter.table)
        if !uncovered.isEmpty {
            answer.note(
                "intents that no rule names, and that so count as not simple: "
                    + uncovered.joined(separator: ", "))
        }
        answer.note("policy \(policy.id): \(policy.note)")
    }
}

/// A row of the two tables by rule.
private struct GuardrailLine {
    var id: String
    var title: String
    var guardrail: String
    var group: String
    var cell: GuardrailCell
}
