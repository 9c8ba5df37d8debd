// How far two samples of journeys are apart, perspective by perspective: one score of all would
// hide which of them a model gets wrong.
//
// Source of the distances by n-grams and of absolute, circadian and relative event distributions
// and cycle times: D. Chapela-Campa, I. Benchekroun, O. Baron, M. Dumas, D. Krass, A. Senderovich,
// "Can I trust my simulation model? Measuring the quality of business process simulation models",
// BPM 2023.

import Statistics

/// A way of looking at journeys.
package enum JourneyPerspective: String, CaseIterable, Sendable {
    case pairs, triples, absolute, circadian, relative, cycle, recontact, abandonment
    case quarterWaits = "quarter_waits"
    case quarterAbandonment = "quarter_abandonment"

    package var title: String {
        switch self {
        case .pairs: "control flow, sequences of two"
        case .triples: "control flow, sequences of three"
        case .absolute: "when contacts come, absolute"
        case .circadian: "when contacts come, by hour of the weekday"
        case .relative: "when contacts come in their journey"
        case .cycle: "from a journey's first contact to its last"
        case .recontact: "recontact curve, largest gap"
        case .abandonment: "abandonment by wait, largest gap"
        case .quarterWaits: "mean wait by quarter-hour of the day"
        case .quarterAbandonment: "abandonment by quarter-hour of the day"
        }
    }

    /// Shares are from 0 to 1.
    package var unit: String {
        switch self {
        case .absolute, .circadian, .relative, .cycle: "hours"
        case .quarterWaits: "seconds"
        case .pairs, .triples, .recontact, .abandonment, .quarterAbandonment: "share"
        }
    }
}

extension JourneySample {
    /// The distance of a sample from this one, the recorded one; `nil` where either shows nothing
    /// of it.
    /// - Parameters:
    ///   - window: how long recontacts are looked for, in microseconds.
    ///   - hours: that both periods are stretched or shrunk to, where moments are compared.
    package func distance(
        to other: JourneySample, _ perspective: JourneyPerspective, window: Int64, hours: Double
    ) -> Double? {
        guard !steps.isEmpty, !other.steps.isEmpty else { return nil }
        switch perspective {
        case .pairs: return sequenceDistance(other, length: 2)
        case .triples: return sequenceDistance(other, length: 3)
        case .absolute:
            return Wasserstein.distance(absoluteTimes, other.absoluteTimes).map { $0 * hours }
        case .circadian: return circadianDistance(other)
        case .relative: return Wasserstein.distance(relativeTimes, other.relativeTimes)
        case .cycle: return Wasserstein.distance(cycleTimes, other.cycleTimes)
        case .recontact:
            return JourneySample.gap(recontact, other.recontact, within: Double(window))
        case .abandonment:
            // Where hardly anybody waits that long, the curves are chance alone.
            return JourneySample.gap(
                abandonment, other.abandonment, within: wait(atShare: 0.95))
        case .quarterWaits: return quarterDistance(other, \.waits)
        case .quarterAbandonment: return quarterDistance(other, \.abandoned)
        }
    }

    /// Half the sum of differences of shares: the share of sequences that would have to change.
    private func sequenceDistance(_ other: JourneySample, length: Int) -> Double {
        let own = sequenceShares(length: length)
        let others = other.sequenceShares(length: length)
        // In a fixed order: sums of floating-point numbers depend on theirs.
        let keys = Set(own.keys).union(others.keys).sorted { $0.lexicographicallyPrecedes($1) }
        return keys.reduce(0) { $0 + abs((own[$1] ?? 0) - (others[$1] ?? 0)) } / 2
    }

    /// The mean over weekdays, by how many contacts of this sample come on each; a weekday that
    /// the other sample lacks is half a day away.
    private func circadianDistance(_ other: JourneySample) -> Double? {
        var sum = 0.0
        var weight = 0.0
        for (own, others) in zip(hoursOfDay, other.hoursOfDay) where !own.isEmpty {
            sum += Double(own.count) * (Wasserstein.distance(own, others) ?? 12)
            weight += Double(own.count)
        }
        return weight > 0 ? sum / weight : nil
    }

    private static func gap(
        _ left: KaplanMeier, _ right: KaplanMeier, within limit: Double
    ) -> Double? {
        guard left.count > 0, right.count > 0 else { return nil }
        // Both are steps: the largest gap is at the end of one of them.
        var (i, j) = (0, 0)
        var (a, b) = (1.0, 1.0)
        var largest = 0.0
        while true {
            let first = i < left.steps.count ? left.steps[i].time : .infinity
            let second = j < right.steps.count ? right.steps[j].time : .infinity
            let time = min(first, second)
            guard time <= limit, time < .infinity else { return largest }
            if first == time {
                a = left.steps[i].survival
                i += 1
            }
            if second == time {
                b = right.steps[j].survival
                j += 1
            }
            largest = max(largest, abs(a - b))
        }
    }

    /// The mean difference of means by quarter-hour, by how many queued contacts of this sample
    /// each has; quarter-hours that either lacks are left out.
    private func quarterDistance(
        _ other: JourneySample, _ value: KeyPath<QuarterHour, Double>
    ) -> Double? {
        var sum = 0.0
        var weight = 0.0
        for (own, others) in zip(quarterHours, other.quarterHours)
        where own.contacts > 0 && others.contacts > 0 {
            let gap = own[keyPath: value] / own.contacts - others[keyPath: value] / others.contacts
            sum += own.contacts * abs(gap)
            weight += own.contacts
        }
        return weight > 0 ? sum / weight : nil
    }
}

/// The earth mover's distance on a line.
package enum Wasserstein {
    /// The area between two empirical distribution functions; `nil` where one is of nothing.
    /// - Parameters: both ascending.
    /// - Complexity: O(n).
    package static func distance(_ left: [Double], _ right: [Double]) -> Double? {
        guard let first = left.first, let other = right.first else { return nil }
        var (i, j) = (0, 0)
        var at = min(first, other)
        var area = 0.0
        while i < left.count || j < right.count {
            let next = min(
                i < left.count ? left[i] : .infinity, j < right.count ? right[j] : .infinity)
            let gap = Double(i) / Double(left.count) - Double(j) / Double(right.count)
            area += abs(gap) * (next - at)
            at = next
            while i < left.count, left[i] == next { i += 1 }
            while j < right.count, right[j] == next { j += 1 }
        }
        return area
    }
}
