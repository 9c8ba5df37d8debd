// What stands beside the ledger's cash: what automation costs to run, customers' value, risk with
// its tail, and where every stated figure comes from.

import Events
import Modeling
import Parallelism
import Projections

extension CostRules {
    /// The events that risks begin with.
    var riskEvents: Set<EventKind> {
        Set(
            risks.compactMap { risk in
                if case .event(let kind) = risk.trigger { kind } else { nil }
            })
    }
}

extension ViewInput {
    func addRuns(_ ledger: Ledger, _ costs: CostRules, to answer: inout Answer) {
        guard !costs.runs.isEmpty else { return }
        answer.table(
            "runs",
            Table(
                title: "What automation costs to run",
                columns: [
                    .init("run", "run of"), .init("payer", "payer"), .init("per", "per"),
                    .init("units", "days or sessions"), .init("amount", "amount"),
                ],
                rows: zip(costs.runs, ledger.runs).map { run, total in
                    [
                        .text(run.title), .text(run.payer), .text(run.unit.rawValue),
                        .integer(total.units), .money(total.amount.thousandths),
                    ]
                }))
        if request.channel != nil || request.intent != nil || request.segment != nil
            || request.team != nil
        {
            answer.note(
                "running costs of a period are in a part of the operation only where they serve "
                    + "nothing else")
        }
    }

    func addValue(
        _ ledger: Ledger, _ costs: CostRules, _ caused: [Int], to answer: inout Answer
    ) {
        guard let value = ledger.value, let rules = costs.value else { return }
        answer.fact("customers_left", "customers who left", .integer(value.leftCount))
        answer.fact(
            "value_left", "  their value (hidden book)", .money(value.left.total))
        if rules.leaving != nil {
            answer.fact(
                "customers_at_risk", "customers who gave up and may leave",
                .integer(value.atRiskCount))
            answer.fact(
                "value_at_risk", "  value expected to leave with them (hidden book)",
                .money(value.atRisk.total))
        }
        let rows = caused.compactMap { row -> [Cell]? in
            let amounts = [
                value.left.byRule[row], value.left.weighted[row], value.atRisk.byRule[row],
                value.atRisk.weighted[row],
            ]
            guard amounts.contains(where: { $0 != 0 }) else { return nil }
            let name = ledger.dimensions.causedName(row)
            return [.text(name.intent), .text(name.failure)] + amounts.map { Cell.money($0) }
        }
        answer.table(
            "value",
            Table(
                title: "Customers' value, by what caused that they left or may leave",
                columns: [
                    .init("intent", "caused by intent"), .init("failure", "kind of failure"),
                    .init("left_by_rule", "left, by rule"),
                    .init("left_weighted", "left, weighted"),
                    .init("at_risk_by_rule", "at risk, by rule"),
                    .init("at_risk_weighted", "at risk, weighted"),
                ], rows: rows))
        answer.note(
            "customers' value is a hidden book, each customer's once, and never netted against "
                + "cash; journeys without a stated value: \(value.unvaluedCount)")
    }

    func addRisk(_ ledger: Ledger, _ caused: [Int], to answer: inout Answer) throws {
        guard let book = ledger.risk else { return }
        let tail = try RiskTailBook(book, seed: request.seed)
        answer.fact("risk_balanced", "risk caused equals risk borne", .flag(book.holds))
        answer.fact(
            "expected_loss", "expected loss (risk, nothing of it is paid)",
            .money(book.expectedLosses.reduce(0, +)))
        answer.fact("drawn_loss", "  mean of what was drawn", .money(tail.tail.mean))
        answer.fact(
            "loss_var_95", "  not exceeded with 95 % (value at risk)",
            .money(tail.tail.valueAtRisk))
        answer.fact(
            "loss_cvar_95", "  mean of those that reach it (tail)",
            .money(tail.tail.conditionalMean))
        answer.fact("draws", "  replications", .integer(tail.tail.replicationCount))
        answer.fact(
            "seed", "  seed",
            Int(exactly: request.seed).map { .ordinal($0) } ?? .text("\(request.seed)"))
        answer.table("risks", risksTable(book, tail))
        answer.table("risk", riskTable(book, tail, caused))
        answer.note(
            "risks are cases that come to a loss each by itself; what strikes many at once is "
                + "not in the tail")
        for rule in book.rules {
            if case .failure(let id) = rule.trigger,
                !quarter.book.rules.rules.failures.contains(where: { $0.id == id })
            {
                answer.note("risk \(rule.id): the link rules name no failure \(id)")
            }
        }
    }

    private func risksTable(_ book: RiskBook, _ tail: RiskTailBook) -> Table {
        Table(
            title: "Risks",
            columns: [
                .init("risk", "risk"), .init("bearer", "borne by"),
                .init("begins_with", "begins with"), .init("cases", "cases"),
                .init("probability", "probability"), .init("severity", "expected severity"),
                .init("expected_loss", "expected loss"), .init("tail", "in the tail"),
            ],
            rows: book.rules.enumerated().map { number, rule in
                [
                    .text(rule.title), .text(rule.bearer), .text(rule.trigger.text),
                    .integer(book.caseCounts[number]),
                    .share(Double(rule.probability) / 1_000_000),
                    .money(roundedQuotient(rule.severity.sixMeans, 1, 6)),
                    .money(book.expectedLosses[number]), .money(tail.byRisk[number]),
                ]
            })
    }

    private func riskTable(_ book: RiskBook, _ tail: RiskTailBook, _ caused: [Int]) -> Table {
        let dimensions = book.dimensions
        var rows: [[Cell]] = []
        for row in caused {
            for column in 0..<dimensions.paidCount {
                let cell = row * dimensions.paidCount + column
                let amounts = [
                    book.expected.byRule[row, column], book.expected.weighted[row, column],
                    tail.byRule[cell], tail.weighted[cell],
                ]
                guard amounts.contains(where: { $0 != 0 }) else { continue }
                let (caused, borne) = (dimensions.causedName(row), dimensions.paidName(column))
                rows.append(
                    [
                        .text(caused.intent), .text(caused.failure), .text(borne.intent),
                        .text(borne.payer),
                    ] + amounts.map { .money($0) })
            }
        }
        return Table(
            title: "Risk, caused × borne",
            columns: [
                .init("caused_intent", "caused by intent"),
                .init("caused_failure", "kind of failure"),
                .init("borne_intent", "borne in intent"), .init("bearer", "borne by"),
                .init("expected_by_rule", "expected, by rule"),
                .init("expected_weighted", "expected, weighted"),
                .init("tail_by_rule", "tail, by rule"),
                .init("tail_weighted", "tail, weighted"),
            ], rows: rows)
    }

    /// Every figure that the cost rules state, with where it comes from.
    func figuresTable(_ costs: CostRules) -> Table {
        var rows: [[Cell]] = []
        func add(
            _ what: String, _ whose: String, _ value: Cell, _ unit: String,
            _ grade: EvidenceGrade, _ source: String
        ) {
            rows.append([
                .text(what), .text(whose), value, .text(unit), .text(grade.rawValue),
                .text(source),
            ])
        }
        for rule in costs.rules {
            let whom = [rule.teams, rule.tiers.map { "tier \($0)" }, rule.channels]
                .flatMap { $0 }.joined(separator: ", ")
            add(
                "\(rule.activity.rawValue) of \(whom.isEmpty ? "all others" : whom)",
                rule.payer, .money(rule.perMinute.thousandths), "a minute", rule.grade,
                rule.source)
        }
        if let refunds = costs.refunds {
            add(
                "refunds", refunds.payer, .none, "as recorded", refunds.grade, refunds.source)
        }
        for run in costs.runs {
            add(
                "run of \(run.title)", run.payer, .money(run.amount.thousandths),
                "a \(run.unit.rawValue)", run.grade, run.source)
        }
        for value in costs.value?.values ?? [] {
            let whose =
                value.segments.isEmpty ? "all others" : value.segments.joined(separator: ", ")
            add(
                "value of a customer", whose, .money(value.amount.thousandths), "a customer",
                value.grade, value.source)
        }
        if let leaving = costs.value?.leaving {
            add(
                "leaving after giving up", "", .share(Double(leaving.probability) / 1_000_000),
                "a journey", leaving.grade, leaving.source)
        }
        for risk in costs.risks {
            let severity = risk.severity
            add(
                "probability of \(risk.title)", risk.bearer,
                .share(Double(risk.probability) / 1_000_000), "a case", risk.probabilityGrade,
                risk.probabilitySource)
            add(
                "severity of \(risk.title)", risk.bearer, .money(severity.mode.thousandths),
                severity.isConstant
                    ? "a loss"
                    : "a loss; \(severity.low.inMajorUnits) to \(severity.high.inMajorUnits)",
                severity.grade, severity.source)
        }
        return Table(
            title: "Stated figures",
            columns: [
                .init("figure", "figure"), .init("whose", "whose"), .init("value", "value"),
                .init("unit", "for"), .init("grade", "grade"), .init("source", "source"),
            ], rows: rows)
    }
}

/// The tail of a record's risks, cell by cell, drawn on all cores: each part of the cases has sums
/// of its own, so any number of threads gives the same bytes.
struct RiskTailBook {
    let tail: RiskTail
    /// By cell of the risk book, `E[L_cell | L ≥ VaR]`; both sum to the tail's mean exactly.
    let byRule: [Int64]
    let weighted: [Int64]
    let byRisk: [Int64]

    /// - Throws: where two risks would share their draws.
    init(_ book: RiskBook, seed: UInt64) throws {
        let draws = try RiskDraws(
            book.rules, seed: seed, replicationCount: RiskDraws.replicationCount(book))
        let cases = book.cases
        let size = max(1_024, (cases.count + 15) / 16)
        let parts = inPieces(of: cases.count, size: size) { draws.totals(cases[$0]) }
        var totals = [Int64](repeating: 0, count: draws.replicationCount)
        for part in parts {
            for replication in totals.indices { totals[replication] += part[replication] }
        }
        let tail = RiskTail(totals)
        let sums = inPieces(of: cases.count, size: size) {
            draws.sums(cases[$0], over: tail.isTail)
        }.flatMap { $0 }
        let posted = book.posted(sums)
        byRule = tail.conditionalMeans(posted.byRule.cells)
        weighted = tail.conditionalMeans(posted.weighted.cells)
        var ofRisks = [Int64](repeating: 0, count: book.rules.count)
        for (found, sum) in zip(cases, sums) { ofRisks[Int(found.risk)] += sum }
        byRisk = tail.conditionalMeans(ofRisks)
        self.tail = tail
    }
}
