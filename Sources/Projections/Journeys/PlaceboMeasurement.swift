// The same customers, the same window, two weeks later: how often they are in touch when nothing
// links the two contacts.

import Events

/// Placebo windows counted and compared with the background that is expected in them.
struct PlaceboMeasurement {
    /// Contacts below which a family's habit factor is taken from all families together.
    static let leastContacts = 50

    let byRule: [LinkHazards.Placebo]
    let habitFactors: [Double]

    /// - Complexity: O(identified contacts), with two pointers along each stream.
    init(
        _ streams: ContactStreams, rules: ResolvedLinkRules, end: Instant,
        backgroundPerHour: [Double], weekProfile: [Double]
    ) {
        let nothing = [LinkHazards.Placebo](
            repeating: LinkHazards.Placebo(rule: ""), count: rules.familyCount)
        let parts = streams.inPieces { pieces in
            var families = nothing
            for stream in pieces {
                let family = Int(streams.family[stream])
                guard rules.ruleOfFamily[family] >= 0 else { continue }
                let walk = PlaceboWalk(
                    window: rules.windowMicroseconds(ofFamily: family),
                    shift: rules.rules.background.placeboShift.microseconds,
                    end: end.microseconds, rate: backgroundPerHour[stream])
                walk.add(streams, streams.places(stream), weekProfile, to: &families[family])
            }
            return families
        }
        let families = parts.reduce(into: nothing) { sums, part in
            for family in sums.indices { sums[family].add(part[family]) }
        }
        habitFactors = PlaceboMeasurement.factors(families)
        byRule = rules.rules.links.enumerated().map { rule, link in
            PlaceboMeasurement.sum(
                families.indices.filter { rules.ruleOfFamily[$0] == rule }.map { families[$0] },
                rule: link.id)
        }
    }

    private static func factors(_ families: [LinkHazards.Placebo]) -> [Double] {
        let all = sum(families, rule: "")
        func factor(_ placebo: LinkHazards.Placebo) -> Double {
            placebo.placeboExpected > 0
                ? Double(placebo.placeboContacts) / placebo.placeboExpected : 1
        }
        return families.map { factor($0.placeboContacts < leastContacts ? all : $0) }
    }

    private static func sum(
        _ parts: [LinkHazards.Placebo], rule: String
    ) -> LinkHazards.Placebo {
        parts.reduce(into: LinkHazards.Placebo(rule: rule)) { $0.add($1) }
    }
}

extension LinkHazards.Placebo {
    fileprivate mutating func add(_ part: LinkHazards.Placebo) {
        base += part.base
        linked += part.linked
        placeboBase += part.placeboBase
        placeboFollowed += part.placeboFollowed
        placeboContacts += part.placeboContacts
        placeboExpected += part.placeboExpected
    }
}

/// One stream's windows; times in microseconds.
private struct PlaceboWalk {
    let window: Int64
    let shift: Int64
    /// Of the coverage.
    let end: Int64
    /// The customer's own, per hour.
    let rate: Double

    func add(
        _ streams: ContactStreams, _ members: Range<Int>, _ weekProfile: [Double],
        to sums: inout LinkHazards.Placebo
    ) {
        var low = members.lowerBound
        var high = members.lowerBound
        for place in members {
            let at = streams.at[place]
            if at + window < end {
                sums.base += 1
                let next = place + 1
                if next < members.upperBound, streams.at[next] <= at + window { sums.linked += 1 }
            }
            let moved = at + shift
            guard moved + window < end else { continue }
            while low < members.upperBound, streams.at[low] <= moved { low += 1 }
            high = max(high, low)
            while high < members.upperBound, streams.at[high] <= moved + window { high += 1 }
            sums.placeboBase += 1
            sums.placeboContacts += high - low
            if high > low { sums.placeboFollowed += 1 }
            let hour = WeekProfile.hour(
                of: moved + window / 2, offsetMinutes: streams.offsetMinutes[place])
            sums.placeboExpected += Double(window) / 3_600_000_000 * rate * weekProfile[hour]
        }
    }
}
