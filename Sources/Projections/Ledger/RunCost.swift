// What automation costs to run beside the minutes that customers spend in it: licences, usage,
// supervision, quality work, by period or by session.

package import Events

/// What a running cost is paid for.
package enum RunUnit: String, CaseIterable, Sendable {
    case day, week, month
    /// Each session of automation.
    case session
}

/// One running cost of automation.
package struct RunCost: Hashable, Sendable {
    package var id: String
    /// What is run, as people call it.
    package var title: String
    /// The budget that pays.
    package var payer: String
    /// For one unit; not negative.
    package var amount: Money
    package var unit: RunUnit
    /// Where it serves; an empty list is everywhere. Of sessions: which of them it is paid for, of
    /// which the first such cost takes each. Of periods: a view of one channel (intent) alone has
    /// those costs that serve nothing else.
    package var channels: [String]
    package var intents: [String]
    /// Local days on which it is paid, both included; `nil` where it has always been, or still is.
    package var firstDay: Int?
    package var lastDay: Int?
    package var grade: EvidenceGrade
    package var source: String

    package init(
        id: String, title: String, payer: String, amount: Money, unit: RunUnit,
        channels: [String] = [], intents: [String] = [], firstDay: Int? = nil,
        lastDay: Int? = nil, grade: EvidenceGrade, source: String
    ) {
        self.id = id
        self.title = title
        self.payer = payer
        self.amount = amount
        self.unit = unit
        self.channels = channels
        self.intents = intents
        self.firstDay = firstDay
        self.lastDay = lastDay
        self.grade = grade
        self.source = source
    }

    package var isPerSession: Bool { unit == .session }

    /// The days among some on which it is paid.
    package func paidDays(in days: Range<Int>) -> Range<Int> {
        let first = max(days.lowerBound, firstDay ?? days.lowerBound)
        let last = min(days.upperBound - 1, lastDay ?? days.upperBound - 1)
        return first..<max(first, last + 1)
    }

    /// What its days among some cost: a week pro rata by its seven days, a month by as many as it
    /// has. Rounded once, half to even.
    /// - Precondition: it is paid by period.
    /// - Complexity: O(days).
    package func amount(over days: Range<Int>) -> Money {
        let paid = paidDays(in: days)
        switch unit {
        case .session: preconditionFailure("\(id) is paid by session")
        case .day: return amount.share(Int64(paid.count), of: 1)
        case .week: return amount.share(Int64(paid.count), of: 7)
        case .month:
            let parts = paid.reduce(Int64(0)) { parts, day in
                let date = CivilDate(dayNumber: day)
                let length = CivilDate.days(inMonth: date.month, year: date.year)
                return parts + RunCost.partsOfMonth / Int64(length)
            }
            return amount.share(parts, of: RunCost.partsOfMonth)
        }
    }

    /// So many that 28, 29, 30 and 31 days are whole parts of it.
    private static let partsOfMonth: Int64 = 377_580
}

/// The part of a record for which running costs of periods are posted.
package struct RunScope: Sendable {
    /// Local days.
    package var days: Range<Int>
    /// Only what is of this channel, of this intent.
    package var channel: String?
    package var intent: String?
    /// Only a segment or a team is looked at: no running cost is one's alone.
    package var isOfPeople: Bool

    package init(
        days: Range<Int>, channel: String? = nil, intent: String? = nil, isOfPeople: Bool = false
    ) {
        self.days = days
        self.channel = channel
        self.intent = intent
        self.isOfPeople = isOfPeople
    }

    func takes(_ run: RunCost) -> Bool {
        guard !run.isPerSession, !isOfPeople else { return false }
        if let channel, run.channels != [channel] { return false }
        if let intent, run.intents != [intent] { return false }
        return true
    }
}

extension ContactTable {
    /// The local days that the coverage touches, by the clocks of the first interaction and of the
    /// last.
    package var coveredDays: Range<Int> {
        guard let first = contacts.first, let last = contacts.last else { return 0..<0 }
        func day(_ at: Instant, _ contact: Contact) -> Int {
            at.local(offsetMinutes: Int(contact.offsetMinutes)).date.dayNumber
        }
        let from = day(coverage.from, first)
        return from..<max(from, day(coverage.to - TimeSpan(microseconds: 1), last) + 1)
    }
}

/// What one running cost came to.
package struct RunTotal: Hashable, Sendable {
    /// Days of a period, or sessions.
    package var units: Int
    package var amount: Money

    package init(units: Int, amount: Money) {
        self.units = units
        self.amount = amount
    }
}

/// The running costs that are paid by session, by symbols.
struct SessionRates: Sendable {
    private struct Rate {
        let run: Int
        let payer: Int
        let amount: Money
        let channels: SymbolLists.Place
        let intents: SymbolLists.Place
        let firstDay: Int?
        let lastDay: Int?
    }

    private var rates: [Rate] = []
    private var lists = SymbolLists()

    var isEmpty: Bool { rates.isEmpty }

    init(_ runs: [RunCost], words: RuleWords, payers: [String]) {
        for (place, run) in runs.enumerated() where run.isPerSession {
            guard let payer = payers.firstIndex(of: run.payer) else { continue }
            rates.append(
                Rate(
                    run: place, payer: payer, amount: run.amount,
                    channels: lists.add(run.channels, known: words.channels),
                    intents: lists.add(run.intents, known: words.intents),
                    firstDay: run.firstDay, lastDay: run.lastDay))
        }
    }

    /// - Precondition: the contact is a session.
    func charge(_ contact: Contact) -> Charge? {
        for index in rates.indices
        where lists.takes(contact.channel.symbol, rates[index].channels)
            && lists.takes(contact.intent.symbol, rates[index].intents)
        {
            let rate = rates[index]
            if rate.firstDay != nil || rate.lastDay != nil {
                let day = contact.localDay
                guard day >= rate.firstDay ?? .min, day <= rate.lastDay ?? .max else { continue }
            }
            return Charge(
                payer: rate.payer, activity: .session, amount: rate.amount, perMinute: .zero,
                run: rate.run)
        }
        return nil
    }
}
