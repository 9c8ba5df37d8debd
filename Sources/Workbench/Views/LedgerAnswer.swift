// The redistribution view of the record: caused × paid, and the proof that it balances.

import Events
import Projections

extension ViewInput {
    func ledger(costs: CostRules) throws -> Answer {
        let failure = try request.failurePlace(quarter.book.rules.rules)
        let kinds = costs.riskEvents.union([.refundPaid])
        let wanted = facts.filter { kinds.contains($0.kind) }
        let places = FactPlaces(record, wanted).indices
        let paidCount = wanted.count { $0.kind == .refundPaid }
        var posted = LedgerFacts()
        for (fact, place) in zip(wanted, places) where place >= 0 {
            posted.events.append(LedgerEvent(kind: fact.kind, contact: Int(place)))
            guard fact.kind == .refundPaid else { continue }
            posted.refunds.append(
                LedgerRefund(
                    contact: Int(place), amount: Money(thousandths: fact.money ?? 0)))
        }
        let ledger = Ledger(
            quarter.table, book: quarter.book, costs: costs, facts: posted, selection: selection,
            runs: try request.runScope(quarter.table))
        var answer = Answer()
        addTotals(ledger, costs, to: &answer)
        // Rows are intents times kinds of failure, of which the first is none; no failure causes
        // what automation costs to run.
        let interactions = ledger.dimensions.interactionRows
        let rows = (0..<ledger.dimensions.causedCount).filter { row in
            failure.map {
                interactions.contains(row)
                    && row % ledger.dimensions.failures.count == $0 + 1
            } ?? true
        }
        if let failure {
            let title = quarter.book.rules.rules.failures[failure].title
            answer.fact("failure", "only what was caused by", .text(title))
        }
        answer.table("caused", causedTable(ledger, rows))
        answer.table("payers", payersTable(ledger, rows))
        answer.table("matrix", matrixTable(ledger, rows))
        addRuns(ledger, costs, to: &answer)
        let shown = rows.filter { interactions.contains($0) }
        addValue(ledger, costs, shown, to: &answer)
        try addRisk(ledger, shown, to: &answer)
        answer.table("figures", figuresTable(costs))
        answer.note("costs: \(costs.id). \(costs.note)")
        answer.note(
            "unknown minutes: \(ledger.unknownMinutesCount) served contacts; no rate: "
                + "\(ledger.uncoveredCount)")
        if paidCount > 0 {
            let count = paidCount - posted.refunds.count
            answer.note(
                costs.refunds == nil
                    ? "\(paidCount) refunds are not in it: the cost rules name nobody who pays "
                        + "them"
                    : "refunds are in it, but for \(count) of customers without an interaction "
                        + "before")
        }
        answer.note("the customers' own time is a book of its own and never netted against cash")
        return answer
    }

    /// The whole, and beside it what it achieved.
    private func addTotals(_ ledger: Ledger, _ costs: CostRules, to answer: inout Answer) {
        answer.fact("currency", "currency", .text(ledger.currency))
        answer.fact("total", "total cost", .money(ledger.balance.charged))
        answer.fact(
            "failure_by_rule", "  caused by a failure, by rule",
            .money(failureTotal(ledger.cashByRule, ledger.dimensions)))
        answer.fact(
            "failure_weighted", "  the same, weighted by probability",
            .money(failureTotal(ledger.cashWeighted, ledger.dimensions)))
        if !costs.runs.isEmpty {
            let runs = ledger.runs.reduce(Money.zero) { $0 + $1.amount }
            answer.fact("run", "  running automation", .money(runs.thousandths))
        }
        answer.fact("balanced", "caused equals paid", .flag(ledger.balance.holds))
        answer.fact(
            "customers_out_of_balance", "customers out of balance",
            .integer(ledger.balance.customersOutOfBalance))
        let time = ledger.customerTimeByRule.reduce(0, +)
        answer.fact(
            "customer_hours", "customers' own hours (hidden book)",
            .number(Double(time) / 3.6e9, decimals: 0))
        let outcome = ResolutionView(record, selection).total
        answer.fact("journeys", "journeys", .integer(outcome.journeys))
        answer.fact("settled", "  settled (read from silence)", .integer(outcome.settled))
        answer.fact("given_up", "  given up in silence", .integer(outcome.givenUp))
        answer.fact(
            "failure_demand_share", "contacts that a failure caused",
            Cell(share: outcome.failureDemandShare))
    }

    private func failureTotal(
        _ matrix: LedgerMatrix, _ dimensions: LedgerDimensions
    ) -> Int64 {
        dimensions.interactionRows.filter { $0 % dimensions.failures.count != 0 }
            .reduce(0) { $0 + matrix.causedTotal($1) }
    }

    private func causedTable(_ ledger: Ledger, _ caused: [Int]) -> Table {
        let dimensions = ledger.dimensions
        let rows = caused.compactMap { row -> [Cell]? in
            let byRule = ledger.cashByRule.causedTotal(row)
            let weighted = ledger.cashWeighted.causedTotal(row)
            let time = ledger.customerTimeByRule[row]
            guard byRule != 0 || weighted != 0 || time != 0 else { return nil }
            let name = dimensions.causedName(row)
            return [
                .text(name.intent), .text(name.failure), .money(byRule), .money(weighted),
                .number(Double(time) / 3.6e9, decimals: 1),
            ]
        }
        return Table(
            title: "Caused, by intent and kind of failure",
            columns: [
                .init("intent", "caused by intent"), .init("failure", "kind of failure"),
                .init("by_rule", "cost by rule"), .init("weighted", "cost weighted"),
                .init("customer_hours", "customers' hours"),
            ], rows: rows)
    }

    /// Who pays, whatever the intent.
    private func payersTable(_ ledger: Ledger, _ caused: [Int]) -> Table {
        let dimensions = ledger.dimensions
        func sum(_ matrix: LedgerMatrix, _ payer: Int) -> Int64 {
            stride(from: payer, to: dimensions.paidCount, by: dimensions.payers.count)
                .reduce(0) { total, column in
                    caused.reduce(total) { $0 + matrix[$1, column] }
                }
        }
        return Table(
            title: "Paid, by payer",
            columns: [
                .init("payer", "payer"), .init("by_rule", "by rule"),
                .init("weighted", "weighted"),
            ],
            rows: dimensions.payers.enumerated().map { payer, name in
                [
                    .text(name), .money(sum(ledger.cashByRule, payer)),
                    .money(sum(ledger.cashWeighted, payer)),
                ]
            })
    }

    private func matrixTable(_ ledger: Ledger, _ caused: [Int]) -> Table {
        let dimensions = ledger.dimensions
        var rows: [[Cell]] = []
        for row in caused {
            for column in 0..<dimensions.paidCount {
                let byRule = ledger.cashByRule[row, column]
                let weighted = ledger.cashWeighted[row, column]
                guard byRule != 0 || weighted != 0 else { continue }
                let caused = dimensions.causedName(row)
                let paid = dimensions.paidName(column)
                rows.append([
                    .text(caused.intent), .text(caused.failure), .text(paid.intent),
                    .text(paid.payer), .money(byRule), .money(weighted),
                ])
            }
        }
        rows.append([
            .text("total"), .none, .none, .none,
            .money(caused.reduce(0) { $0 + ledger.cashByRule.causedTotal($1) }),
            .money(caused.reduce(0) { $0 + ledger.cashWeighted.causedTotal($1) }),
        ])
        return Table(
            title: "Caused × paid",
            columns: [
                .init("caused_intent", "caused by intent"),
                .init("caused_failure", "kind of failure"), .init("paid_intent", "paid in intent"),
                .init("payer", "payer"), .init("by_rule", "by rule"),
                .init("weighted", "weighted"),
            ], rows: rows)
    }
}
