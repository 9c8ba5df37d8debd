// Journeys, recorded or drawn, as the samples that are compared with each other.

import Statistics

/// What is asked of journeys, in samples.
package struct JourneySample: Sendable, JourneySink {
    /// Where times are counted from and up to when they are seen, in microseconds since 1970.
    package let from: Int64
    package let to: Int64
    private(set) var steps: [JourneyStep] = []

    package init(from: Int64, to: Int64) {
        self.from = from
        self.to = to
    }

    package init(_ steps: [JourneyStep], from: Int64, to: Int64) {
        self.init(from: from, to: to)
        self.steps = steps
    }

    package mutating func take(_ step: JourneyStep) { steps.append(step) }

    package var journeyCount: Int { steps.count { $0.ordinal == 0 } }
    package var contactCount: Int { steps.count }

    private static let hour = 3_600_000_000.0

    /// Hours from the beginning to each contact, over those that the sample spans: 0 to 1.
    var absoluteTimes: [Double] {
        steps.map { Double($0.at - from) / Double(to - from) }.sorted()
    }

    /// By local weekday, Monday first: the hours of day of its contacts.
    var hoursOfDay: [[Double]] {
        var hours = [[Double]](repeating: [], count: 7)
        for step in steps {
            let local = step.at + step.localOffset + 72 * 3_600_000_000
            let day = local / 86_400_000_000
            hours[Int(day % 7)].append(Double(local - day * 86_400_000_000) / JourneySample.hour)
        }
        return hours.map { $0.sorted() }
    }

    /// Hours from the first contact of its journey to each contact.
    var relativeTimes: [Double] {
        var first: Int64 = 0
        return steps.map { step in
            if step.ordinal == 0 { first = step.at }
            return Double(step.at - first) / JourneySample.hour
        }.sorted()
    }

    /// Hours from the first contact of each journey to its last.
    var cycleTimes: [Double] {
        var times: [Double] = []
        for (place, step) in steps.enumerated() {
            if step.ordinal == 0 { times.append(0) }
            guard step.ordinal > 0 else { continue }
            let first = steps[place - Int(step.ordinal)].at
            times[times.count - 1] = Double(step.at - first) / JourneySample.hour
        }
        return times.sorted()
    }

    /// How often each sequence of so many activities occurs, with a mark at both ends of a
    /// journey, over all of them.
    func sequenceShares(length: Int) -> [[Int32]: Double] {
        var counts: [[Int32]: Int] = [:]
        var total = 0
        func add(_ journey: [Int32]) {
            let edge = [Int32](repeating: -1, count: length - 1)
            let marked = edge + journey + edge
            for start in 0...(marked.count - length) {
                counts[Array(marked[start..<(start + length)]), default: 0] += 1
                total += 1
            }
        }
        var journey: [Int32] = []
        for step in steps {
            if step.ordinal == 0, !journey.isEmpty {
                add(journey)
                journey = []
            }
            journey.append(step.activity)
        }
        if !journey.isEmpty { add(journey) }
        return counts.mapValues { Double($0) / Double(total) }
    }

    /// Kaplan and Meier's law of the time from a contact that the customer made to their return;
    /// what the sample does not see the end of is censored.
    var recontact: KaplanMeier {
        var times: [Double] = []
        var isBack: [Bool] = []
        for (place, step) in steps.enumerated()
        where step.marks.isSuperset(of: [.inbound, .followed]) {
            let next = place + 1 < steps.count ? steps[place + 1] : nil
            let follows = next.map { $0.ordinal > 0 } ?? false
            // What the organisation goes on with has not been returned from.
            if follows, let next, !next.marks.contains(.back) { continue }
            isBack.append(follows)
            times.append(Double((follows ? next?.at ?? to : to) - step.at))
        }
        return KaplanMeier(times: times, observed: isBack)
    }

    /// The same of waits: given up, or censored by being served.
    var abandonment: KaplanMeier {
        let queued = steps.filter { $0.marks.contains(.queued) }
        return KaplanMeier(
            times: queued.map { Double($0.wait) },
            observed: queued.map { $0.marks.contains(.abandoned) })
    }

    /// The wait that so many of the queued contacts do not exceed, in microseconds.
    func wait(atShare share: Double) -> Double {
        Quantiles(steps.filter { $0.marks.contains(.queued) }.map { Double($0.wait) })
            .quantile(share) ?? 0
    }

    /// Queued contacts, those given up and their waits, by quarter-hour of the local day.
    var quarterHours: [QuarterHour] {
        var quarters = [QuarterHour](repeating: QuarterHour(), count: 96)
        for step in steps where step.marks.contains(.queued) {
            let quarter = (step.at + step.localOffset) / 900_000_000 % 96
            quarters[Int(quarter)].contacts += 1
            quarters[Int(quarter)].abandoned += step.marks.contains(.abandoned) ? 1 : 0
            quarters[Int(quarter)].waits += Double(step.wait) / 1e6
        }
        return quarters
    }
}

/// What a quarter-hour of the day saw of a queue.
struct QuarterHour: Sendable {
    var contacts = 0.0
    var abandoned = 0.0
    /// Seconds, of those who left too.
    var waits = 0.0
}
