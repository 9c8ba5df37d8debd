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
        backgroundPerHour: [Double], week: WeekProfile, starts: [Int32]
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
                walk.add(
                    streams, streams.places(stream), week, starts, to: &families[family])
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
                ? Double(placebo.placeboStartMillionths) / 1_000_000 / placebo.placeboExpected : 1
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
        placeboStartMillionths += part.placeboStartMillionths
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
        _ streams: ContactStreams, _ members: Range<Int>, _ week: WeekProfile,
        _ starts: [Int32], to sums: inout LinkHazards.Placebo
    ) {
        var moving = StartWindow(members.lowerBound)
        for place in members {
            let at = streams.at[place]
            if at + window < end {
                sums.base += 1
                let next = place + 1
                if next < members.upperBound, streams.at[next] <= at + window { sums.linked += 1 }
            }
            let moved = at + shift
            guard moved + window < end else { continue }
            moving.move(after: moved, through: moved + window, streams.at, members, starts)
            sums.placeboBase += 1
            sums.placeboContacts += moving.count
            sums.placeboStartMillionths += moving.starts
            if moving.count > 0 { sums.placeboFollowed += 1 }
            let offset = streams.offsetMinutes[place]
            sums.placeboExpected +=
                rate
                * week.hours(
                    from: week.moment(moved, offsetMinutes: offset),
                    to: week.moment(moved + window, offsetMinutes: offset))
        }
    }
}
