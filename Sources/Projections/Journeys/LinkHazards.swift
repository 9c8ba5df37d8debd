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

package import Events

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
    package private(set) var bins: [Bin]
    /// Background rate per hour by customer × families + family.
    package let backgroundPerHour: [Double]
    /// Intensity of contacts by hour of the local week relative to its mean; Monday 0 h first.
    package let weekProfile: [Double]
    /// By family: how much likelier customers are in touch at the hours at which they were.
    package let habitFactors: [Double]
    package let placebo: [Placebo]

    private let familyCount: Int

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
        /// Contacts in the moved windows, several in one counted each, and what the customers'
        /// rates and the week alone expect there.
        package var placeboContacts = 0
        package var placeboExpected = 0.0

        package var linkedRate: Double { base == 0 ? 0 : Double(linked) / Double(base) }
        package var placeboRate: Double {
            placeboBase == 0 ? 0 : Double(placeboFollowed) / Double(placeboBase)
        }
    }
}

extension LinkHazards {
    package init(_ table: ContactTable, rules: ResolvedLinkRules, failure: [UInt8]) {
        familyCount = rules.familyCount
        failureCount = rules.rules.failures.count + 1
        binCount = LinkHazards.binSixtieths.count
        weekProfile = WeekProfile.relativeIntensity(table)
        let streams = ContactStreams(table, rules: rules)
        backgroundPerHour = BackgroundRates.perHour(table, rules: rules, streams: streams)
        let measured = PlaceboMeasurement(
            table, rules: rules, streams: streams, backgroundPerHour: backgroundPerHour,
            weekProfile: weekProfile)
        placebo = measured.byRule
        habitFactors = measured.habitFactors
        bins = [Bin](
            repeating: Bin(), count: rules.familyCount * failureCount * binCount)
        for stream in streams.ranges.indices {
            let members = streams.ranges[stream]
            for place in members {
                let next = place + 1 < members.upperBound ? streams.order[place + 1] : -1
                expose(
                    Int(streams.order[place]), next: Int(next), table: table, rules: rules,
                    failure: failure)
            }
        }
        fitExcess()
    }

    /// Adds one contact's time at risk, bin by bin, until its successor, the window's end or the
    /// end of the log.
    private mutating func expose(
        _ index: Int, next: Int, table: ContactTable, rules: ResolvedLinkRules,
        failure: [UInt8]
    ) {
        let contact = table.contacts[index]
        let family = rules.family(of: contact.intent)
        let window = Double(rules.windowMicroseconds(ofFamily: family))
        guard window > 0 else { return }
        let censored = Double((table.coverage.to - contact.at).microseconds)
        let lag =
            next < 0
            ? Double.infinity : Double((table.contacts[next].at - contact.at).microseconds)
        let background = backgroundPerHour[Int(contact.customer) * familyCount + family]
        let cell = (family * failureCount + Int(failure[index])) * binCount
        var low = 0.0
        for bin in 0..<binCount {
            let high = window * LinkHazards.binSixtieths[bin] / 60
            let end = min(high, lag, censored)
            if end > low || lag == low {
                let hours = max(0, end - low) / 3_600_000_000
                let middle = contact.at + TimeSpan(microseconds: Int64((low + end) / 2))
                let intensity = weekIntensity(middle, offsetMinutes: contact.offsetMinutes)
                bins[cell + bin].exposureHours += hours
                bins[cell + bin].expectedBackground +=
                    hours * background * intensity * habitFactors[family]
                if lag <= high {
                    bins[cell + bin].contacts += 1
                    return
                }
            }
            low = high
            if censored <= high { return }
        }
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

    /// π of a link in millionths, rounded to the nearest.
    package func probabilityMillionths(
        from earlier: Int, to later: Int, failure: UInt8, table: ContactTable,
        rules: ResolvedLinkRules
    ) -> Int32 {
        let contact = table.contacts[later]
        let family = rules.family(of: contact.intent)
        let lag = Double((contact.at - table.contacts[earlier].at).microseconds)
        let window = Double(rules.windowMicroseconds(ofFamily: family))
        let bin =
            LinkHazards.binSixtieths.firstIndex { lag <= window * $0 / 60 } ?? binCount - 1
        let cell = (family * failureCount + Int(failure)) * binCount
        let excess = bins[cell + bin].excessPerHour
        let own =
            backgroundPerHour[Int(contact.customer) * familyCount + family]
            * weekIntensity(contact.at, offsetMinutes: contact.offsetMinutes)
            * habitFactors[family]
        guard excess > 0 else { return 0 }
        return Int32((excess / (excess + own) * 1_000_000).rounded())
    }

    package func weekIntensity(_ instant: Instant, offsetMinutes: Int16) -> Double {
        weekProfile[WeekProfile.hour(of: instant, offsetMinutes: offsetMinutes)]
    }
}
