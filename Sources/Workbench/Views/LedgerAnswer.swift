// The redistribution view of the record: caused × paid, and the proof that it balances.

import Events
import Projections

extension ViewInput {
    func ledger(costs: CostRules) -> Answer {
        let ledger = Ledger(
            quarter.table, book: quarter.book, costs: costs, selection: selection)
        var answer = Answer()
        answer.fact("currency", "currency", .text(ledger.currency))
        answer.fact("total", "total cost", .money(ledger.balance.charged))
        answer.fact(
            "failure_by_rule", "  caused by a failure, by rule",
            .money(failureTotal(ledger.cashByRule, ledger.dimensions)))
        answer.fact(
            "failure_weighted", "  the same, weighted by probability",
            .money(failureTotal(ledger.cashWeighted, ledger.dimensions)))
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
        answer.table("caused", causedTable(ledger))
        answer.table("matrix", matrixTable(ledger))
        answer.note("costs: \(costs.id). \(costs.note)")
        answer.note(
            "unknown minutes: \(ledger.unknownMinutesCount) served contacts; no rate: "
                + "\(ledger.uncoveredCount)")
        answer.note("the customers' own time is a book of its own and never netted against cash")
        return answer
    }

    private func failureTotal(
        _ matrix: LedgerMatrix, _ dimensions: LedgerDimensions
    ) -> Int64 {
        (0..<matrix.rowCount).filter { $0 % dimensions.failures.count != 0 }
            .reduce(0) { $0 + matrix.causedTotal($1) }
    }

    private func causedTable(_ ledger: Ledger) -> Table {
        let dimensions = ledger.dimensions
        let rows = (0..<dimensions.causedCount).compactMap { row -> [Cell]? in
            let byRule = ledger.cashByRule.causedTotal(row)
            let weighted = ledger.cashWeighted.causedTotal(row)
            guard byRule != 0 || weighted != 0 else { return nil }
            let name = dimensions.causedName(row)
            return [
                .text(name.intent), .text(name.failure), .money(byRule), .money(weighted),
                .number(Double(ledger.customerTimeByRule[row]) / 3.6e9, decimals: 1),
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

    private func matrixTable(_ ledger: Ledger) -> Table {
        let dimensions = ledger.dimensions
        var rows: [[Cell]] = []
        for row in 0..<dimensions.causedCount {
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
        let total = ledger.cashByRule.total
        rows.append([
            .text("total"), .none, .none, .none, .money(total), .money(ledger.cashWeighted.total),
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
