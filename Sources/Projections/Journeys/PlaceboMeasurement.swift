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
        _ table: ContactTable, rules: ResolvedLinkRules, streams: ContactStreams,
        backgroundPerHour: [Double], weekProfile: [Double]
    ) {
        var families = [LinkHazards.Placebo](
            repeating: LinkHazards.Placebo(rule: ""), count: rules.familyCount)
        let shift = rules.rules.background.placeboShift
        for members in streams.ranges {
            let first = table.contacts[Int(streams.order[members.lowerBound])]
            let family = rules.family(of: first.intent)
            guard rules.ruleOfFamily[family] >= 0 else { continue }
            let window = TimeSpan(microseconds: rules.windowMicroseconds(ofFamily: family))
            let rate = backgroundPerHour[Int(first.customer) * rules.familyCount + family]
            var low = members.lowerBound
            var high = members.lowerBound
            for place in members {
                let contact = table.contacts[Int(streams.order[place])]
                if contact.at + window < table.coverage.to {
                    families[family].base += 1
                    let next = place + 1
                    if next < members.upperBound,
                        table.contacts[Int(streams.order[next])].at <= contact.at + window
                    {
                        families[family].linked += 1
                    }
                }
                let start = contact.at + shift
                let end = start + window
                guard end < table.coverage.to else { continue }
                func time(_ place: Int) -> Instant { table.contacts[Int(streams.order[place])].at }
                while low < members.upperBound, time(low) <= start { low += 1 }
                high = max(high, low)
                while high < members.upperBound, time(high) <= end { high += 1 }
                families[family].placeboBase += 1
                families[family].placeboContacts += high - low
                if high > low { families[family].placeboFollowed += 1 }
                let middle = start + TimeSpan(microseconds: window.microseconds / 2)
                let hour = WeekProfile.hour(of: middle, offsetMinutes: contact.offsetMinutes)
                families[family].placeboExpected +=
                    Double(window.microseconds) / 3_600_000_000 * rate * weekProfile[hour]
            }
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
        parts.reduce(into: LinkHazards.Placebo(rule: rule)) { sum, part in
            sum.base += part.base
            sum.linked += part.linked
            sum.placeboBase += part.placeboBase
            sum.placeboFollowed += part.placeboFollowed
            sum.placeboContacts += part.placeboContacts
            sum.placeboExpected += part.placeboExpected
        }
    }
}
