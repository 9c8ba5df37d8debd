// When, for whom and how unevenly things change: a run by week and by segment, and how contacts
// and effort are spread before and after.

import Modeling
package import Statistics

/// A local week, from Monday on: what is recorded of the needs that touch the scenario's days, and
/// what changes, by when it takes place.
package struct WeekSummary: Hashable, Sendable, Codable {
    /// Its Monday, in days since 1970.
    package var monday: Int
    package var recordedContacts: Int64
    package var recordedHandleMinutes: Double
    /// Of contacts and work, in major units.
    package var recordedCash: Double
    package var contacts: Interval
    package var reworkContacts: Interval
    package var silentGiveUps: Interval
    package var handleMinutes: Interval
    /// Contacts, work and each use of an automation, in major units, without fixed costs and the
    /// roster that is kept.
    package var cash: Interval
}

/// How far a change may be from what it would be over other weeks like these.
package struct WeekLuck: Hashable, Sendable, Codable {
    /// As of the figures of ``WeekSummary``.
    package var name: String
    package var title: String
    package var unit: String
    /// Of whole weeks in the scenario's days.
    package var weeks: Int
    /// Of the change over all of the scenario's days, where its weeks are drawn anew from those
    /// that were: √(n·s²), with the n weeks' mean changes and their variance s².
    package var standardDeviation: Double
}

/// Reached customers of a segment.
package struct SegmentSummary: Hashable, Sendable, Codable {
    package var segment: String
    package var reached: Interval
    package var worseOffShare: Interval
    package var betterOffShare: Interval
    /// Change of the cash charged for them, in major units, and of their own time.
    package var cash: Interval
    package var ownMinutes: Interval
}

/// How unevenly contacts fall on customers and effort on contacts and days, in both worlds.
package struct SpreadSummary: Hashable, Sendable, Codable {
    package var name: String
    package var title: String
    /// `nil` where there is too little to say it of.
    package var recorded: Double?
    package var scenario: Interval?
}

/// A run seen from its sides.
package struct ProfileSummary: Hashable, Sendable, Codable {
    package var weeks: [WeekSummary]
    /// Empty of fewer than ``ProfileSummary/leastWeeks`` whole weeks.
    package var luck: [WeekLuck]
    package var segments: [SegmentSummary]
    package var spread: [SpreadSummary]

    /// Fewer weeks say nothing of how weeks differ.
    package static let leastWeeks = 4
}

extension ReplayPlan {
    /// - Parameter results: by replication, from 0; at least one.
    /// - Complexity: O(replications × (weeks + segments)).
    func profile(of results: [ReplicationResult]) -> ProfileSummary {
        ProfileSummary(
            weeks: weekSummaries(results), luck: luck(results),
            segments: segmentSummaries(results), spread: spreadSummaries(results))
    }

    private func change(
        _ result: ReplicationResult, _ week: Int, _ figure: DayFigure
    ) -> Double {
        Double(result.weeks[week * DayFigure.count + figure.rawValue])
    }

    private func monday(_ week: Int) -> Int { tables.days.lowerBound + 7 * week }

    /// Weeks of the scenario's days, and others in which something changes.
    private func weekSummaries(_ results: [ReplicationResult]) -> [WeekSummary] {
        (0..<tables.weekCount).compactMap { week in
            let first = monday(week)
            let isOfScenario =
                first <= intervention.lastDay && first + 6 >= intervention.firstDay
            let isChanged = results.contains { result in
                DayFigure.allCases.contains { change(result, week, $0) != 0 }
            }
            guard isOfScenario || isChanged else { return nil }
            func figure(_ figure: DayFigure, per unit: Double = 1) -> Interval {
                interval(results.map { change($0, week, figure) / unit })
            }
            return WeekSummary(
                monday: first, recordedContacts: profile.week(week, .contacts),
                recordedHandleMinutes: Double(profile.week(week, .handleTime)) / 60_000_000,
                recordedCash: Double(profile.week(week, .charges)) / 100_000,
                contacts: figure(.contacts), reworkContacts: figure(.reworkContacts),
                silentGiveUps: figure(.silentGiveUps),
                handleMinutes: figure(.handleTime, per: 60_000_000),
                cash: figure(.charges, per: 100_000))
        }
    }

    /// Source: B. Efron, "Bootstrap methods: another look at the jackknife", Annals of Statistics 7
    /// (1979); the variance of a sum of n draws from n values has a closed form, and the divisor
    /// n − 1 makes it unbiased where weeks are independent.
    private func luck(_ results: [ReplicationResult]) -> [WeekLuck] {
        let weeks = (0..<tables.weekCount).filter {
            monday($0) >= intervention.firstDay && monday($0) + 6 <= intervention.lastDay
        }
        guard weeks.count >= ProfileSummary.leastWeeks else { return [] }
        let days = Double(intervention.lastDay - intervention.firstDay + 1)
        func luck(
            _ name: String, _ title: String, _ unit: String, _ figure: DayFigure, per scale: Double
        ) -> WeekLuck? {
            let means = weeks.map { week in
                Summation.sum(results.map { change($0, week, figure) / scale })
                    / Double(results.count)
            }
            guard let variance = Summation.variance(means) else { return nil }
            return WeekLuck(
                name: name, title: title, unit: unit, weeks: weeks.count,
                standardDeviation: (days / 7 * variance).squareRoot())
        }
        return [
            luck("contacts", "contacts reaching the operation", "count", .contacts, per: 1),
            luck(
                "rework_contacts", "contacts caused by a failure", "count", .reworkContacts,
                per: 1),
            luck(
                "silent_give_ups", "needs ended unmet and in silence", "count", .silentGiveUps,
                per: 1),
            luck("handle_minutes", "minutes of people handling", "minutes", .handleTime, per: 6e7),
            luck("cash", "cash by use, if the roster followed", "currency", .charges, per: 100_000),
        ].compactMap(\.self)
    }

    private func segmentSummaries(_ results: [ReplicationResult]) -> [SegmentSummary] {
        profile.segments.indices.compactMap { segment in
            let totals = results.map { $0.segments[segment] }
            guard totals.contains(where: { $0.reached > 0 }) else { return nil }
            func share(_ part: (SegmentTotals) -> Int) -> Interval {
                interval(totals.map { $0.reached == 0 ? 0 : Double(part($0)) / Double($0.reached) })
            }
            return SegmentSummary(
                segment: profile.segments[segment],
                reached: interval(totals.map { Double($0.reached) }),
                worseOffShare: share(\.worseOff), betterOffShare: share(\.betterOff),
                cash: interval(totals.map { Double($0.cash) / 100_000 }),
                ownMinutes: interval(totals.map { Double($0.time) / 60_000_000 }))
        }
    }

    private func spreadSummaries(_ results: [ReplicationResult]) -> [SpreadSummary] {
        let before = profile.spread
        func figure(
            _ name: String, _ title: String, recorded: Double?,
            _ value: (Spread) -> Double?
        ) -> SpreadSummary {
            let values = results.compactMap { $0.spread.flatMap(value) }
            return SpreadSummary(
                name: name, title: title, recorded: recorded,
                scenario: values.count == results.count ? interval(values) : nil)
        }
        return [
            figure(
                "gini", "Gini of contacts by known customer", recorded: before.gini, \.gini),
            figure(
                "top_tenth", "share of contacts of the tenth of customers with most",
                recorded: before.topTenth, \.topTenth),
            figure(
                "interaction_variation", "variation of handle time between contacts",
                recorded: before.interactionVariation, \.interactionVariation),
            figure(
                "aggregate_variation", "variation of its means between days",
                recorded: before.aggregateVariation, \.aggregateVariation),
            figure(
                "contacts_variation", "variation of contacts between days",
                recorded: before.contactsVariation, \.contactsVariation),
            figure(
                "stability_masking", "stability masking: above 1, volatility under a calm surface",
                recorded: nil
            ) { $0.masking(since: before) },
        ]
    }
}
