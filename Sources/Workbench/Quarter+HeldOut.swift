// A log in two: weeks that are fitted, and weeks that are held out to see how well.

import EventLog
import Events
import Modeling
import Projections
import Simulation

/// Weeks that a model is fitted to, and those that it is asked about.
struct HeldOutSplit {
    /// The earlier part, with journeys and links made of it alone.
    let history: JourneyHistory
    let index: JourneyIndex
    let charges: Charges
    /// Midnight of a local Monday, or of the day that was asked for.
    let split: Instant
    let fitted: Projections.Coverage
    let predicted: Projections.Coverage
}

/// Why weeks cannot be held out.
struct TooShort: Error {
    let reason: String
}

extension Quarter {
    /// Both parts need this many weeks.
    static let fewestWeeks = 2

    /// The last Monday before two thirds of the needs had begun: of a log that grows, two thirds
    /// of its weeks may hold hardly anything.
    /// - Throws: ``TooShort``.
    func defaultSplit() throws(TooShort) -> Instant {
        guard let need = book.journeys.dropFirst(book.journeys.count * 2 / 3).first else {
            throw TooShort(reason: "the log has no interactions")
        }
        return monday(before: table.contacts[Int(need.first)])
    }

    /// The midnight that begins the local week of a contact.
    private func monday(before contact: Contact) -> Instant {
        let weekday = CivilDate(dayNumber: contact.localDay).weekday
        return Instant(
            date: CivilDate(dayNumber: contact.localDay - weekday), secondsOfDay: 0,
            offsetMinutes: Int(contact.offsetMinutes))
    }

    /// The two halves of the fitted weeks: up to the last Monday before half of their needs had
    /// begun, and from there on.
    func halves(
        _ parts: HeldOutSplit
    ) -> (Projections.Coverage, Projections.Coverage) {
        let history = parts.history
        let needs = history.book.journeys
        var middle = monday(before: history.table.contacts[Int(needs[needs.count / 2].first)])
        // A week that holds more than half of them is the first half by itself.
        if middle <= parts.fitted.from { middle = middle + .days(7) }
        middle = min(middle, parts.fitted.to)
        return (
            .init(from: parts.fitted.from, to: middle), .init(from: middle, to: parts.fitted.to)
        )
    }

    /// The log in two, and what the earlier part alone says of journeys.
    /// - Throws: ``TooShort``.
    func heldOut(from split: Instant, costs: CostRules) throws(TooShort) -> HeldOutSplit {
        let fitted = Projections.Coverage(from: table.coverage.from, to: split)
        let predicted = Projections.Coverage(from: split, to: table.coverage.to)
        for (name, part) in [("before", fitted), ("after", predicted)]
        where part.to - part.from < TimeSpan.days(Int64(7 * Quarter.fewestWeeks)) {
            throw TooShort(
                reason: "there are fewer than \(Quarter.fewestWeeks) weeks \(name) "
                    + "\(CivilDate(dayNumber: day(of: split)))")
        }
        guard let first = table.contacts.first, first.at < split else {
            throw TooShort(reason: "nothing came before the split")
        }
        var earlier = table
        earlier.contacts = Array(table.contacts.prefix { $0.at < split })
        earlier.coverage = fitted
        earlier.churnedAt = table.churnedAt.filter { $0.value < split }
        let rules = book.rules.rules
        let earlierBook = JourneyBook(earlier, rules: rules)
        let model = ModelFit.fit(
            earlier, book: earlierBook, logHead: snapshot.headHash,
            eventCount: earlier.contacts.count)
        func charges(_ table: ContactTable) -> Charges {
            Charges(
                table, costs: costs,
                dimensions: LedgerDimensions(table: table, rules: rules, costs: costs))
        }
        return HeldOutSplit(
            history: JourneyHistory(
                table: earlier, book: earlierBook, charges: charges(earlier), model: model),
            index: JourneyIndex(table, book: book), charges: charges(table), split: split,
            fitted: fitted, predicted: predicted)
    }

    /// The local day of a moment, by the clock of the last interaction before it.
    func day(of moment: Instant) -> Int {
        let before = table.contacts.last { $0.at <= moment } ?? table.contacts.first
        return moment.local(offsetMinutes: Int(before?.offsetMinutes ?? 0)).date.dayNumber
    }
}
