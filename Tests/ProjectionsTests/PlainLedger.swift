// The ledger a second time, by names and fractions instead of dense numbers and millionths.

import Events
import Projections

struct PlainLedger {
    struct Cell: Hashable {
        var intent: String
        var failure: String
        var paidIntent: String
        var payer: String

        init(_ cause: Cause, _ paidIntent: String, _ payer: String) {
            intent = cause.intent
            failure = cause.failure
            self.paidIntent = paidIntent
            self.payer = payer
        }
    }

    /// A sum of amounts as fractions, and what rounding may have moved.
    struct Sum {
        var amount = 0.0
        var rounding = 0.001

        mutating func add(_ amount: Int64, _ share: Double) {
            self.amount += share * Double(amount)
            rounding += 6 + 4e-6 * Double(amount)
        }
    }

    struct Cause: Hashable {
        var intent: String
        var failure: String
    }

    private(set) var byRule: [Cell: Int64] = [:]
    private(set) var weighted: [Cell: Sum] = [:]
    private(set) var customerTime: [Cause: Int64] = [:]
    /// By running cost.
    private(set) var runs: [RunTotal]
    private(set) var unknownMinutes = 0
    private(set) var uncovered = 0

    init(
        _ journeys: PlainJourneys, costs: CostRules, probability: [Int32],
        refunds: [LedgerRefund] = []
    ) {
        runs = costs.runs.map { _ in RunTotal(units: 0, amount: .zero) }
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
            let names = journeys.table.dictionary
            if contact.actor == .agent || contact.actor == .backOffice,
                contact.outcome != .abandoned
            {
                if contact.talk < 0 {
                    unknownMinutes += 1
                } else if let rule = PlainLedger.rule(costs, .handle, contact, names) {
                    let minutes = contact.talk + contact.hold + contact.wrapUp
                    charges.append((rule.payer, PlainLedger.cost(minutes, rule.perMinute)))
                } else {
                    uncovered += 1
                }
            }
            if contact.automation > 0,
                let rule = PlainLedger.rule(costs, .automation, contact, names)
            {
                charges.append((rule.payer, PlainLedger.cost(contact.automation, rule.perMinute)))
            }
            if let place = PlainLedger.session(costs, contact, names) {
                let run = costs.runs[place]
                charges.append((run.payer, run.amount.thousandths))
                runs[place].units += 1
                runs[place].amount += run.amount
            }
            if let rule = costs.refunds {
                charges += refunds.filter { $0.contact == index }.map {
                    (rule.payer, $0.amount.thousandths)
                }
            }
            for charge in charges {
                let paidIntent = PlainLedger.intent(journeys, index)
                func cell(_ cause: Cause) -> Cell {
                    Cell(cause, paidIntent, charge.payer)
                }
                byRule[cell(cause), default: 0] += charge.amount
                for (length, share) in PlainLedger.shares(path, probability) {
                    let origin = journeys.origin(Array(path.prefix(length)))
                    let place = cell(PlainLedger.cause(journeys, origin))
                    weighted[place, default: Sum()].add(charge.amount, share)
                }
            }
        }
        postPeriods(costs, journeys)
    }

    /// What automation costs to run by period, day by day.
    private mutating func postPeriods(_ costs: CostRules, _ journeys: PlainJourneys) {
        let days = PlainLedger.days(journeys.table)
        for (place, run) in costs.runs.enumerated() where run.unit != .session {
            let paid = days.filter { $0 >= run.firstDay ?? $0 && $0 <= run.lastDay ?? $0 }
            // Over 7 and over every length of a month.
            let whole = 7 * 28 * 29 * 30 * 31
            let parts = paid.map { day in
                let date = CivilDate(dayNumber: day)
                switch run.unit {
                case .week: return whole / 7
                case .month: return whole / CivilDate.days(inMonth: date.month, year: date.year)
                default: return whole
                }
            }
            let amount = PlainLedger.rounded(
                Int128(run.amount.thousandths) * Int128(parts.reduce(0, +)), Int128(whole))
            runs[place] = RunTotal(units: paid.count, amount: Money(thousandths: amount))
            let cell = Cell(
                Cause(intent: "no intent", failure: "run of " + run.title), "no intent", run.payer)
            byRule[cell, default: 0] += amount
            weighted[cell, default: Sum()].add(amount, 1)
        }
    }

    /// From the local day of the beginning of the coverage to that of its last moment.
    private static func days(_ table: ContactTable) -> ClosedRange<Int> {
        func day(_ at: Int64, _ contact: Contact?) -> Int {
            let local = at + Int64(contact?.offsetMinutes ?? 0) * 60_000_000
            return Int((Double(local) / 86_400e6).rounded(.down))
        }
        let first = day(table.coverage.from.microseconds, table.contacts.first)
        return first...max(first, day(table.coverage.to.microseconds - 1, table.contacts.last))
    }

    static func rule(
        _ costs: CostRules, _ activity: CostedActivity, _ contact: Contact, _ names: Interner
    ) -> CostRule? {
        costs.rules.first {
            $0.activity == activity && takes($0.teams, names.string(contact.team))
                && takes($0.tiers, names.string(contact.tier))
                && takes($0.channels, names.string(contact.channel))
        }
    }

    /// What a session of automation costs as such.
    private static func session(
        _ costs: CostRules, _ contact: Contact, _ names: Interner
    ) -> Int? {
        guard contact.kind == .contact, contact.direction != .outbound,
            contact.direction != .internal,
            contact.actor == .selfService || contact.actor == .bot
        else { return nil }
        let local = contact.at.microseconds + Int64(contact.offsetMinutes) * 60_000_000
        let day = Int((Double(local) / 86_400e6).rounded(.down))
        return costs.runs.firstIndex {
            $0.unit == .session && takes($0.channels, names.string(contact.channel))
                && takes($0.intents, names.string(contact.intent))
                && day >= $0.firstDay ?? day && day <= $0.lastDay ?? day
        }
    }

    static func takes(_ list: [String], _ name: String) -> Bool {
        list.isEmpty || list.contains(name)
    }

    /// Half to even, by remainders.
    static func cost(_ microseconds: Int64, _ perMinute: Money) -> Int64 {
        rounded(Int128(microseconds) * Int128(perMinute.thousandths), 60_000_000)
    }

    static func rounded(_ number: Int128, _ divisor: Int128) -> Int64 {
        let (whole, rest) = number.quotientAndRemainder(dividingBy: divisor)
        if rest * 2 == divisor { return Int64(whole + whole % 2) }
        return Int64(rest * 2 > divisor ? whole + 1 : whole)
    }

    static func intent(_ journeys: PlainJourneys, _ index: Int) -> String {
        let name = journeys.table.dictionary.string(journeys.contacts[index].intent)
        return name.isEmpty ? "unknown" : name
    }

    static func cause(
        _ journeys: PlainJourneys, _ origin: (index: Int, failure: Int?)
    ) -> Cause {
        Cause(
            intent: intent(journeys, origin.index),
            failure: origin.failure.map { journeys.rules.failures[$0].title } ?? "own need")
    }

    /// How likely the path holds for so many of its steps and no more: each link with its own
    /// probability.
    static func shares(
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
