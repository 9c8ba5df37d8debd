// The ledger a second time, by names and fractions instead of dense numbers and millionths.

import Events
import Projections

struct PlainLedger {
    struct Cell: Hashable {
        var intent: String
        var failure: String
        var paidIntent: String
        var payer: String
    }

    struct Cause: Hashable {
        var intent: String
        var failure: String
    }

    private(set) var byRule: [Cell: Int64] = [:]
    /// Amounts as fractions, and what rounding may have moved.
    private(set) var weighted: [Cell: (amount: Double, rounding: Double)] = [:]
    private(set) var customerTime: [Cause: Int64] = [:]
    private(set) var unknownMinutes = 0
    private(set) var uncovered = 0

    init(
        _ journeys: PlainJourneys, costs: CostRules, probability: [Int32],
        refunds: [LedgerRefund] = []
    ) {
        for index in journeys.contacts.indices {
            let contact = journeys.contacts[index]
            let path = journeys.path(index)
            let cause = PlainLedger.cause(journeys, journeys.origin(path))
            if contact.kind == .contact {
                customerTime[cause, default: 0] +=
                    max(0, contact.automation) + max(0, contact.wait) + max(0, contact.talk)
                    + contact.hold
            }
            var charges: [(payer: String, amount: Int64)] = []
            let team = journeys.table.dictionary.string(contact.team)
            if contact.actor == .agent || contact.actor == .backOffice,
                contact.outcome != .abandoned
            {
                if contact.talk < 0 {
                    unknownMinutes += 1
                } else if let rule = PlainLedger.rule(costs, .handle, team) {
                    let minutes = contact.talk + contact.hold + contact.wrapUp
                    charges.append((rule.payer, PlainLedger.cost(minutes, rule.perMinute)))
                } else {
                    uncovered += 1
                }
            }
            if contact.automation > 0, let rule = PlainLedger.rule(costs, .automation, team) {
                charges.append((rule.payer, PlainLedger.cost(contact.automation, rule.perMinute)))
            }
            if let rule = costs.refunds {
                charges += refunds.filter { $0.contact == index }.map {
                    (rule.payer, $0.amount.thousandths)
                }
            }
            for charge in charges {
                let paidIntent = PlainLedger.intent(journeys, index)
                func cell(_ cause: Cause) -> Cell {
                    Cell(
                        intent: cause.intent, failure: cause.failure, paidIntent: paidIntent,
                        payer: charge.payer)
                }
                byRule[cell(cause), default: 0] += charge.amount
                for (length, share) in PlainLedger.shares(path, probability) {
                    let origin = journeys.origin(Array(path.prefix(length)))
                    let place = cell(PlainLedger.cause(journeys, origin))
                    var sum = weighted[place] ?? (0, 0.001)
                    sum.amount += share * Double(charge.amount)
                    sum.rounding += 6 + 4e-6 * Double(charge.amount)
                    weighted[place] = sum
                }
            }
        }
    }

    static func rule(_ costs: CostRules, _ activity: CostedActivity, _ team: String) -> CostRule? {
        costs.rules.first {
            $0.activity == activity && ($0.teams.isEmpty || $0.teams.contains(team))
        }
    }

    /// Half to even, by remainders.
    static func cost(_ microseconds: Int64, _ perMinute: Money) -> Int64 {
        let (whole, rest) = (Int128(microseconds) * Int128(perMinute.thousandths))
            .quotientAndRemainder(dividingBy: 60_000_000)
        if rest * 2 == 60_000_000 { return Int64(whole + whole % 2) }
        return Int64(rest * 2 > 60_000_000 ? whole + 1 : whole)
    }

    private static func intent(_ journeys: PlainJourneys, _ index: Int) -> String {
        let name = journeys.table.dictionary.string(journeys.contacts[index].intent)
        return name.isEmpty ? "unknown" : name
    }

    private static func cause(
        _ journeys: PlainJourneys, _ origin: (index: Int, failure: Int?)
    ) -> Cause {
        Cause(
            intent: intent(journeys, origin.index),
            failure: origin.failure.map { journeys.rules.failures[$0].title } ?? "own need")
    }

    /// How likely the path holds for so many of its steps and no more: each link with its own
    /// probability.
    private static func shares(
        _ path: [Int], _ probability: [Int32]
    ) -> [(length: Int, share: Double)] {
        var reach = 1.0
        return path.indices.map { place in
            let isLast = place == path.count - 1
            let back = isLast ? 0 : Double(probability[path[place]]) / 1_000_000
            defer { reach *= back }
            return (place + 1, reach * (1 - back))
        }
    }
}

extension Ledger {
    /// The cells of the matrix by rule that hold something, as `intent, failure > paid intent`.
    var cellsByName: [String: Int64] {
        var cells: [String: Int64] = [:]
        for row in 0..<dimensions.causedCount {
            for column in 0..<dimensions.paidCount where cashByRule[row, column] != 0 {
                let cause = dimensions.causedName(row)
                let paid = dimensions.paidName(column)
                cells["\(cause.intent), \(cause.failure) > \(paid.intent)"] =
                    cashByRule[row, column]
            }
        }
        return cells
    }
}
