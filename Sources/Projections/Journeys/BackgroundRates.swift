// How often a customer has a need anyway: the rate in days 15 to 28 after their contacts, when
// whatever brought them to a contact is over.

import Events

enum BackgroundRates {
    /// Needs seen to begin in background windows, and the hours of those windows.
    private struct Seen {
        var starts = 0.0
        var hours = 0.0
    }

    /// Rates per hour by stream.
    ///
    /// A customer's own rate is (n + κ·m) / (T + κ): n needs seen to begin in T of background
    /// windows, m the mean rate over customers of that family, κ the prior time of the rule. This
    /// is the mean of a gamma posterior (A. Gelman et al., Bayesian Data Analysis, 3rd ed., section
    /// 2.6).
    /// - Parameter starts: by place, how likely the contact begins a need, in millionths.
    static func perHour(
        _ streams: ContactStreams, rules: ResolvedLinkRules, end: Instant, starts: [Int32]
    ) -> [Double] {
        let background = rules.rules.background
        let seen = streams.inPieces { pieces in
            pieces.map { windows(of: $0, streams, background, end: end.microseconds, starts) }
        }.flatMap { $0 }
        let prior = Double(background.prior.microseconds) / 3_600_000_000
        let means = populationMeans(seen, streams, width: rules.familyCount)
        return seen.indices.map { stream in
            (seen[stream].starts + prior * means[Int(streams.family[stream])])
                / (seen[stream].hours + prior)
        }
    }

    private static func windows(
        of stream: Int, _ streams: ContactStreams, _ background: BackgroundRule, end: Int64,
        _ starts: [Int32]
    ) -> Seen {
        let members = streams.places(stream)
        var seen = Seen()
        var window = StartWindow(members.lowerBound)
        for place in members {
            let windowStart = streams.at[place] + background.from.microseconds
            let windowEnd = min(streams.at[place] + background.to.microseconds, end)
            guard windowEnd > windowStart else { break }
            window.move(after: windowStart, through: windowEnd, streams.at, members, starts)
            seen.starts += Double(window.starts) / 1_000_000
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
            sums[family] += own.starts / own.hours
            customers[family] += 1
        }
        return (0..<width).map { customers[$0] > 0 ? sums[$0] / customers[$0] : 0 }
    }
}

/// A window that moves along a stream, and the needs that are seen to begin in it.
struct StartWindow {
    private var low: Int
    private var high: Int
    /// In millionths.
    private(set) var starts: Int64 = 0
    var count: Int { high - low }

    init(_ first: Int) {
        low = first
        high = first
    }

    /// Moves on to what arrived later than one moment and not later than another; both may only
    /// grow.
    @inline(__always)
    mutating func move(
        after: Int64, through: Int64, _ at: [Int64], _ members: Range<Int>, _ weights: [Int32]
    ) {
        while low < members.upperBound, at[low] <= after {
            if low < high { starts -= Int64(weights[low]) }
            low += 1
        }
        high = max(high, low)
        while high < members.upperBound, at[high] <= through {
            starts += Int64(weights[high])
            high += 1
        }
    }
}
