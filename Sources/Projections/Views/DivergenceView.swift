// Efficiency against outcome, week by week: whether the dashboard improves while customers fare
// worse.

import Events

/// One local week.
package struct DivergenceWeek: Hashable, Sendable {
    /// Of its Monday, as days since 1970.
    package var monday: Int
    package var visits = 0
    /// Efficiency: minutes of people per visit, cost per visit, sessions that were not handed over.
    package var handle: Int64 = 0
    package var cost: Int64 = 0
    package var sessions = 0
    package var contained = 0
    /// Outcome: visits that a failure caused, needs that ended in silence, customers' own time.
    package var failureDemand = 0
    package var givenUp = 0
    /// Journeys that began in it and have ended: the others may be given up yet.
    package var journeys = 0
    package var ownTime: Int64 = 0
    /// Mean of the standardised efficiencies, and of the standardised outcomes; above zero is
    /// better than the mean week.
    package var efficiency: Double?
    package var outcome: Double?
}

package struct DivergenceView: Sendable {
    /// Whole weeks within the coverage, in order.
    package private(set) var weeks: [DivergenceWeek]

    /// By how many standard errors the second half's mean week is above the first half's; a middle
    /// week is in neither. `nil` below three weeks a half.
    package var efficiencyChange: Double? { change(\.efficiency) }
    package var outcomeChange: Double? { change(\.outcome) }
    /// The divergence index: change of efficiency less change of outcome.
    package var divergence: Double? {
        guard let efficiencyChange, let outcomeChange else { return nil }
        return efficiencyChange - outcomeChange
    }
    /// Whether work got cheaper while customers fared worse, each beyond what weeks vary by: past
    /// the 95 % point of the normal law.
    package var isFlagged: Bool {
        guard let efficiencyChange, let outcomeChange else { return false }
        return efficiencyChange > DivergenceView.flagAt && outcomeChange < -DivergenceView.flagAt
    }

    /// Φ⁻¹(0.95).
    package static let flagAt = 1.645

    /// - Complexity: O(n + weeks log weeks).
    package init(_ record: ViewRecord, _ selection: Selection) {
        let (table, book, visits) = (record.table, record.book, record.visits)
        var weeks: [Int: DivergenceWeek] = [:]
        func monday(_ contact: Contact) -> Int { contact.localDay - contact.localWeekday }
        for (index, contact) in table.contacts.enumerated()
        where selection.group(of: index) != nil {
            let number = monday(contact)
            var week = weeks[number] ?? DivergenceWeek(monday: number)
            week.cost += record.cost(index)
            if contact.isHandled { week.handle += contact.handleMicroseconds ?? 0 }
            if contact.isInbound {
                week.ownTime += book.rules.ownTime(contact)
                if contact.isAutomated {
                    week.sessions += 1
                    if !contact.isHandedOn { week.contained += 1 }
                }
            }
            if visits.isStart(index) {
                week.visits += 1
                if book.edge(of: index) == .failure { week.failureDemand += 1 }
            }
            weeks[number] = week
        }
        for journey in book.journeys where selection.group(of: Int(journey.first)) != nil {
            let number = monday(table.contacts[Int(journey.first)])
            guard journey.state != .open else { continue }
            weeks[number]?.journeys += 1
            if journey.state == .givenUp { weeks[number]?.givenUp += 1 }
        }
        self.weeks = DivergenceView.whole(weeks.values.sorted { $0.monday < $1.monday }, table)
        standardise()
    }

    /// Weeks that the log covers only in part are other weeks than the rest.
    private static func whole(
        _ weeks: [DivergenceWeek], _ table: ContactTable
    ) -> [DivergenceWeek] {
        let offset = Int(table.contacts.first?.offsetMinutes ?? 0)
        let first = table.coverage.from.local(offsetMinutes: offset)
        let lastOffset = Int(table.contacts.last?.offsetMinutes ?? 0)
        let end = table.coverage.to.local(offsetMinutes: lastOffset).date.dayNumber
        let start = first.date.dayNumber + (first.microsecondOfDay > 0 ? 1 : 0)
        return weeks.filter { $0.monday >= start && $0.monday + 7 <= end }
    }

    private mutating func standardise() {
        let weeks = weeks
        func ratio(_ part: Double, _ whole: Int) -> Double? {
            whole == 0 ? nil : part / Double(whole)
        }
        let efficiencies = [
            scores(weeks.map { ratio(-Double($0.handle), $0.visits) }),
            scores(weeks.map { $0.cost == 0 ? nil : ratio(-Double($0.cost), $0.visits) }),
            scores(weeks.map { ratio(Double($0.contained), $0.sessions) }),
        ]
        let outcomes = [
            scores(weeks.map { ratio(-Double($0.failureDemand), $0.visits) }),
            scores(weeks.map { ratio(-Double($0.givenUp), $0.journeys) }),
            scores(weeks.map { ratio(-Double($0.ownTime), $0.visits) }),
        ]
        for index in weeks.indices {
            self.weeks[index].efficiency = mean(efficiencies.compactMap { $0[index] })
            self.weeks[index].outcome = mean(outcomes.compactMap { $0[index] })
        }
    }

    private func change(_ figure: KeyPath<DivergenceWeek, Double?>) -> Double? {
        let half = weeks.count / 2
        let before = weeks.prefix(half).compactMap { $0[keyPath: figure] }
        let after = weeks.suffix(half).compactMap { $0[keyPath: figure] }
        guard before.count > 2, after.count > 2, let first = mean(before),
            let second = mean(after)
        else { return nil }
        func squaredError(_ values: [Double], _ mean: Double) -> Double {
            sampleVariance(values, mean: mean) / Double(values.count)
        }
        let error = (squaredError(before, first) + squaredError(after, second)).squareRoot()
        return error > 0 ? (second - first) / error : nil
    }

    /// Distances from the mean in standard deviations; nothing where there is no spread.
    private func scores(_ values: [Double?]) -> [Double?] {
        let known = values.compactMap { $0 }
        guard known.count > 2, let mean = Projections.mean(known) else {
            return values.map { _ in nil }
        }
        let deviation = sampleVariance(known, mean: mean).squareRoot()
        guard deviation > 0 else { return values.map { _ in nil } }
        return values.map { value in value.map { ($0 - mean) / deviation } }
    }
}
