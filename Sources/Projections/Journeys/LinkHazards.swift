// How much of a link is coincidence.
//
// After a contact of a cell (intent family × failure) the next contact of that family comes with
// hazard h(lag). Some of it would have come anyway: the customer's own background rate h0, seen
// in days 15 to 28 after their contacts, shrunk to the population's. It follows the week (a caller
// at noon could call again at one; at three in the night nobody calls) and the customers' habits
// (who called on Monday at ten tends to call on Mondays at ten): the habit factor of a family is
// the count of contacts in the placebo windows over what rate and week alone expect there, so the
// background adds up to the placebo. What h has beyond
// the background of those at risk is the excess g(lag) = max(0, h − mean h0). For a customer with
// background h0 the hazard at that lag is h0 + g, and the probability that a contact found there
// is more than coincidence is π = g / (h0 + g) = 1 − h0 / (h0 + g).
//
// Only sums, products and quotients are used: the same bits on every machine.

import Events

/// Fitted hazards of the next contact, and each customer's background.
package struct LinkHazards: Sendable {
    /// Upper edges of the lag bins as fractions of the window, in sixtieths.
    package static let binSixtieths: [Double] = [1, 2, 3, 5, 7.5, 10, 15, 20, 30, 45, 60]
    /// Weight of a failure's pooled hazard in a cell's own, in expected contacts.
    package static let pooledPriorContacts = 20.0

    /// One bin of one cell.
    package struct Bin: Hashable, Sendable {
        /// Next contacts that came in this bin.
        package var contacts = 0
        /// Time at risk in hours.
        package var exposureHours = 0.0
        /// Contacts expected from the background alone over that exposure.
        package var expectedBackground = 0.0
        /// Hazard per hour beyond the background.
        package var excessPerHour = 0.0
    }

    package let binCount: Int
    package let failureCount: Int
    /// By (family × failures + failure) × bins + bin.
    package internal(set) var bins: [Bin]
    /// Background rate per hour by stream of a customer and a family; none where the measurement
    /// was kept and read back.
    let backgroundPerHour: [Double]
    /// Intensity of contacts over the local week.
    let week: WeekProfile
    /// By family: how much likelier customers are in touch at the hours at which they were.
    package let habitFactors: [Double]
    package let placebo: [Placebo]

    let familyCount: Int

    /// For one link rule: how often the same customers are back in the same window two weeks
    /// later, when nothing links the two contacts.
    package struct Placebo: Hashable, Sendable {
        package var rule: String
        /// Identified contacts whose link window lies within the coverage, and those linked.
        package var base = 0
        package var linked = 0
        /// Identified contacts whose moved window lies within the coverage, and those followed.
        package var placeboBase = 0
        package var placeboFollowed = 0
        /// Contacts in the moved windows, several in one counted each; the needs that they begin,
        /// each contact by how likely it does; and what the customers' rates and the week alone
        /// expect there.
        package var placeboContacts = 0
        package var placeboStartMillionths: Int64 = 0
        package var placeboExpected = 0.0

        package var linkedRate: Double { base == 0 ? 0 : Double(linked) / Double(base) }
        package var placeboRate: Double {
            placeboBase == 0 ? 0 : Double(placeboFollowed) / Double(placeboBase)
        }
    }
}

extension LinkHazards {
    /// How often the background is measured again once links have probabilities.
    package static let rounds = 3

    /// What comes by coincidence is a new need; the contacts that follow within that need do not
    /// come by coincidence. So the background counts needs: each contact by how likely no link
    /// leads to it, which the links' own probabilities say. At first every contact counts whole.
    static func fit(
        _ table: ContactTable, rules: ResolvedLinkRules, streams: ContactStreams
    ) -> LinkHazards {
        let week = WeekProfile(table)
        var hazards = LinkHazards(
            rules, streams, end: table.coverage.to, week: week,
            starts: [Int32](repeating: 1_000_000, count: streams.order.count))
        // Where the sources name every need there is nothing to weigh.
        let isGuess = streams.isNamed.contains(false)
        for _ in 0..<(isGuess ? rounds : 0) {
            hazards = LinkHazards(
                rules, streams, end: table.coverage.to, week: week,
                starts: hazards.starts(rules, streams))
        }
        return hazards
    }

    /// By place: how likely no link leads to it, in millionths.
    private func starts(_ rules: ResolvedLinkRules, _ streams: ContactStreams) -> [Int32] {
        streams.inPieces { pieces in
            var starts: [Int32] = []
            for stream in pieces {
                let window = rules.windowMicroseconds(ofFamily: Int(streams.family[stream]))
                let places = streams.places(stream)
                starts.append(1_000_000)
                for place in places.dropFirst() {
                    let isLinked = streams.at[place] - streams.at[place - 1] <= window
                    let probability =
                        isLinked && window > 0
                        ? probabilityMillionths(
                            endingAt: place, of: stream, streams, window: window) : 0
                    starts.append(1_000_000 - probability)
                }
            }
            return starts
        }.flatMap { $0 }
    }

    private init(
        _ rules: ResolvedLinkRules, _ streams: ContactStreams, end: Instant, week: WeekProfile,
        starts: [Int32]
    ) {
        familyCount = rules.familyCount
        failureCount = rules.rules.failures.count + 1
        binCount = LinkHazards.binSixtieths.count
        self.week = week
        backgroundPerHour = BackgroundRates.perHour(
            streams, rules: rules, end: end, starts: starts)
        let measured = PlaceboMeasurement(
            streams, rules: rules, end: end, backgroundPerHour: backgroundPerHour,
            week: week, starts: starts)
        placebo = measured.byRule
        habitFactors = measured.habitFactors
        let exposure = Exposure(
            streams: streams, windows: rules.windowsMicroseconds, end: end.microseconds,
            failureCount: failureCount, backgroundPerHour: backgroundPerHour,
            week: week, habitFactors: habitFactors)
        let nothing = [Bin](repeating: Bin(), count: familyCount * failureCount * binCount)
        // Pieces are summed in their order, so that the sums have the same bits on any machine.
        bins = streams.inPieces { pieces in
            var bins = nothing
            for stream in pieces { exposure.add(stream, to: &bins) }
            return bins
        }.reduce(into: nothing) { sums, part in
            for bin in sums.indices { sums[bin].add(part[bin]) }
        }
        fitExcess()
    }

    private mutating func fitExcess() {
        for failure in 0..<failureCount {
            for bin in 0..<binCount {
                let members = (0..<familyCount).map {
                    ($0 * failureCount + failure) * binCount + bin
                }
                let pooledContacts = members.reduce(0.0) { $0 + Double(bins[$1].contacts) }
                let pooledHours = members.reduce(0.0) { $0 + bins[$1].exposureHours }
                guard pooledContacts > 0, pooledHours > 0 else { continue }
                let pooled = pooledContacts / pooledHours
                let prior = LinkHazards.pooledPriorContacts
                for member in members {
                    let own = bins[member]
                    let hazard =
                        (Double(own.contacts) + prior) / (own.exposureHours + prior / pooled)
                    let background =
                        own.exposureHours > 0 ? own.expectedBackground / own.exposureHours : 0
                    bins[member].excessPerHour = max(0, hazard - background)
                }
            }
        }
    }

    /// π in millionths, rounded to the nearest, of the link that ends at a place of a stream.
    func probabilityMillionths(
        endingAt place: Int, of stream: Int, _ streams: ContactStreams, window: Int64
    ) -> Int32 {
        let family = Int(streams.family[stream])
        let lag = Double(streams.at[place] - streams.at[place - 1])
        let window = Double(window)
        var bin = 0
        while bin < binCount - 1, lag > window * LinkHazards.binSixtieths[bin] / 60 { bin += 1 }
        let cell = (family * failureCount + Int(streams.failure[place - 1])) * binCount
        let excess = bins[cell + bin].excessPerHour
        guard excess > 0 else { return 0 }
        let hour = WeekProfile.hour(
            of: streams.at[place], offsetMinutes: streams.offsetMinutes[place])
        let own = backgroundPerHour[stream] * week.intensity[hour] * habitFactors[family]
        return Int32((excess / (excess + own) * 1_000_000).rounded())
    }
}

extension LinkHazards.Bin {
    fileprivate mutating func add(_ part: LinkHazards.Bin) {
        contacts += part.contacts
        exposureHours += part.exposureHours
        expectedBackground += part.expectedBackground
    }
}

/// Time at risk after each contact, bin by bin, until its successor, the window's end or the end
/// of the log.
private struct Exposure: Sendable {
    let streams: ContactStreams
    /// By family.
    let windows: [Int64]
    /// Of the coverage.
    let end: Int64
    let failureCount: Int
    let backgroundPerHour: [Double]
    let week: WeekProfile
    let habitFactors: [Double]

    func add(_ stream: Int, to bins: inout [LinkHazards.Bin]) {
        let family = Int(streams.family[stream])
        let window = Double(windows[family])
        guard window > 0 else { return }
        let rate = backgroundPerHour[stream]
        let binCount = LinkHazards.binSixtieths.count
        let members = streams.places(stream)
        for place in members {
            let next = place + 1
            let lag =
                next < members.upperBound
                ? Double(streams.at[next] - streams.at[place]) : Double.infinity
            let cell = (family * failureCount + Int(streams.failure[place])) * binCount
            add(place, window, lag: lag, rate: rate, habitFactors[family], cell, to: &bins)
        }
    }

    private func add(
        _ place: Int, _ window: Double, lag: Double, rate: Double, _ habit: Double, _ cell: Int,
        to bins: inout [LinkHazards.Bin]
    ) {
        let at = streams.at[place]
        let offset = streams.offsetMinutes[place]
        let censored = Double(end - at)
        var low = 0.0
        var start = week.moment(at, offsetMinutes: offset)
        for (bin, sixtieths) in LinkHazards.binSixtieths.enumerated() {
            let high = window * sixtieths / 60
            let until = min(high, lag, censored)
            if until > low || lag == low {
                bins[cell + bin].exposureHours += max(0, until - low) / 3_600_000_000
                if until > low {
                    let end = week.moment(at + Int64(until), offsetMinutes: offset)
                    bins[cell + bin].expectedBackground +=
                        week.hours(from: start, to: end) * rate * habit
                    start = end
                }
                if lag <= high {
                    bins[cell + bin].contacts += 1
                    return
                }
            }
            low = high
            if censored <= high { return }
        }
    }
}
