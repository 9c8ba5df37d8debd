// How often a customer is in touch anyway: the rate in days 15 to 28 after their contacts, when
// whatever brought them to a contact is over.

import Events

enum BackgroundRates {
    /// Contacts seen in background windows, and the hours of those windows.
    private struct Seen {
        var contacts = 0.0
        var hours = 0.0
    }

    /// Rates per hour by stream.
    ///
    /// A customer's own rate is (n + κ·m) / (T + κ): n contacts seen in T of background windows,
    /// m the mean rate over customers of that family, κ the prior time of the rule. This is the
    /// mean of a gamma posterior (A. Gelman et al., Bayesian Data Analysis, 3rd ed., section 2.6).
    static func perHour(
        _ streams: ContactStreams, rules: ResolvedLinkRules, end: Instant
    ) -> [Double] {
        let background = rules.rules.background
        let seen = streams.inPieces { pieces in
            pieces.map { windows(of: $0, streams, background, end: end.microseconds) }
        }.flatMap { $0 }
        let prior = Double(background.prior.microseconds) / 3_600_000_000
        let means = populationMeans(seen, streams, width: rules.familyCount)
        return seen.indices.map { stream in
            (seen[stream].contacts + prior * means[Int(streams.family[stream])])
                / (seen[stream].hours + prior)
        }
    }

    private static func windows(
        of stream: Int, _ streams: ContactStreams, _ background: BackgroundRule, end: Int64
    ) -> Seen {
        let members = streams.places(stream)
        var seen = Seen()
        var low = members.lowerBound
        var high = members.lowerBound
        for place in members {
            let windowStart = streams.at[place] + background.from.microseconds
            let windowEnd = min(streams.at[place] + background.to.microseconds, end)
            guard windowEnd > windowStart else { break }
            while low < members.upperBound, streams.at[low] <= windowStart { low += 1 }
            high = max(high, low)
            while high < members.upperBound, streams.at[high] <= windowEnd { high += 1 }
            seen.contacts += Double(high - low)
            seen.hours += Double(windowEnd - windowStart) / 3_600_000_000
        }
        return seen
    }

    /// The mean over customers of their own rates, by family; each customer counts once.
    private static func populationMeans(
        _ seen: [Seen], _ streams: ContactStreams, width: Int
    ) -> [Double] {
        var sums = [Double](repeating: 0, count: width)
        var customers = [Double](repeating: 0, count: width)
        for (stream, own) in seen.enumerated() where own.hours > 0 {
            let family = Int(streams.family[stream])
            sums[family] += own.contacts / own.hours
            customers[family] += 1
        }
        return (0..<width).map { customers[$0] > 0 ? sums[$0] / customers[$0] : 0 }
    }
}
