// How often a customer is in touch anyway: the rate in days 15 to 28 after their contacts, when
// whatever brought them to a contact is over.

import Events

enum BackgroundRates {
    /// Rates per hour by customer × families + family.
    ///
    /// A customer's own rate is (n + κ·m) / (T + κ): n contacts seen in T of background windows,
    /// m the mean rate over customers of that family, κ the prior time of the rule. This is the
    /// mean of a gamma posterior (A. Gelman et al., Bayesian Data Analysis, 3rd ed., section 2.6).
    static func perHour(
        _ table: ContactTable, rules: ResolvedLinkRules, streams: ContactStreams
    ) -> [Double] {
        let width = rules.familyCount
        let background = rules.rules.background
        var counts = [Double](repeating: 0, count: table.customers.count * width)
        var hours = counts
        for members in streams.ranges {
            let first = table.contacts[Int(streams.order[members.lowerBound])]
            let slot = Int(first.customer) * width + rules.family(of: first.intent)
            var low = members.lowerBound
            var high = members.lowerBound
            for place in members {
                let at = table.contacts[Int(streams.order[place])].at
                let start = at + background.from
                let end = min(at + background.to, table.coverage.to)
                guard end > start else { break }
                while low < members.upperBound,
                    table.contacts[Int(streams.order[low])].at <= start
                {
                    low += 1
                }
                high = max(high, low)
                while high < members.upperBound,
                    table.contacts[Int(streams.order[high])].at <= end
                {
                    high += 1
                }
                counts[slot] += Double(high - low)
                hours[slot] += Double((end - start).microseconds) / 3_600_000_000
            }
        }
        let prior = Double(background.prior.microseconds) / 3_600_000_000
        let means = populationMeans(counts: counts, hours: hours, width: width)
        return counts.indices.map { slot in
            (counts[slot] + prior * means[slot % width]) / (hours[slot] + prior)
        }
    }

    /// The mean over customers of their own rates, by family; each customer counts once.
    private static func populationMeans(
        counts: [Double], hours: [Double], width: Int
    ) -> [Double] {
        var sums = [Double](repeating: 0, count: width)
        var customers = [Double](repeating: 0, count: width)
        for slot in counts.indices where hours[slot] > 0 {
            sums[slot % width] += counts[slot] / hours[slot]
            customers[slot % width] += 1
        }
        return (0..<width).map { customers[$0] > 0 ? sums[$0] / customers[$0] : 0 }
    }
}
