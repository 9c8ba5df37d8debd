// Resolution and recontact: what it takes to meet a need, and how often it is not met at once.

import Events
import Parallelism

/// Counts of one group, from which its rates are taken. Money in thousandths of a minor unit.
package struct ResolutionFigures: Hashable, Sendable {
    /// Contacts as customers count them, and those of them that a person served.
    package var visits = 0
    package var servedVisits = 0
    package var journeys = 0
    /// Journeys with a visit: the others are work alone.
    package var journeysWithVisits = 0
    /// Journeys by how they stand.
    package var settled = 0
    package var givenUp = 0
    package var undetermined = 0
    package var open = 0
    package var churned = 0
    /// Settled journeys whose source says that the need was met; the others are silence.
    package var confirmed = 0
    /// Settled journeys of exactly one visit.
    package var settledInOne = 0
    /// Visits that are the only one of their journey.
    package var onlyVisits = 0
    /// Followed by another within the window, by rule and of the same need.
    package var strict = RecontactCount()
    package var loose = RecontactCount()
    /// Visits without customer or issue, of which no return can be seen.
    package var unseen = 0
    /// First visits of journeys that a person served: "followed" are those that did not meet the
    /// need, as another visit, the visit's own end, or a complaint within the window shows.
    package var firstServed = RecontactCount()
    /// Visits that a named failure caused, whole and by probability in millionths.
    package var failureDemand = 0
    package var failureDemandMillionths: Int64 = 0
    /// Everything charged for the visits that begin in the group, with all their legs, and for its
    /// work; and for its settled journeys.
    package var cost: Int64 = 0
    package var settledCost: Int64 = 0
    /// From first contact to the end of the last, of settled journeys; microseconds.
    package var timesToResolution: [Int64] = []

    package init() {}

    package var visitsPerJourney: Double? { share(visits, of: journeysWithVisits) }
    /// Share of the visits that a need had before: 1 − 1 / (visits per journey).
    package var repeatShare: Double? {
        visits == 0 ? nil : 1 - Double(journeysWithVisits) / Double(visits)
    }
    /// First contact resolution: first visits that a person served and nothing followed.
    package var firstContactResolution: Double? {
        firstServed.base == 0 ? nil : 1 - firstServed.rate
    }
    /// Journeys settled in one visit, of those that have ended.
    package var oneContactResolution: Double? { share(settledInOne, of: journeys - open) }
    package var failureDemandShare: Double? { share(failureDemand, of: visits) }
    package var failureDemandWeighted: Double? {
        visits == 0 ? nil : Double(failureDemandMillionths) / 1e6 / Double(visits)
    }
    package var costPerContact: Int64? {
        visits == 0 ? nil : roundedQuotient(cost, 1, Int64(visits))
    }
    /// Everything that was spent, on unmet needs too, over the needs that were met.
    package var wholeCostPerResolution: Int64? {
        settled == 0 ? nil : roundedQuotient(cost, 1, Int64(settled))
    }
    package var costPerResolution: Int64? {
        settled == 0 ? nil : roundedQuotient(settledCost, 1, Int64(settled))
    }
}

/// Figures by group, with the sum of all.
package struct ResolutionView: Sendable {
    package let groups: [ResolutionFigures]
    package let total: ResolutionFigures

    /// - Complexity: O(n).
    package init(_ record: ViewRecord, _ selection: Selection) {
        let nothing = [ResolutionFigures](repeating: ResolutionFigures(), count: selection.count)
        let complaints = ResolutionView.complaints(record)
        let count = record.table.contacts.count
        // Each piece has groups of its own, so that there are few.
        let byVisit = inPieces(of: count, size: max(65_536, (count + 7) / 8)) { rows in
            var groups = nothing
            for index in rows {
                let first = Int(record.visits.firstLeg[index])
                guard let group = selection.group(of: first < 0 ? index : first) else { continue }
                groups[group].cost += record.cost(index)
                if first == index { groups[group].add(visit: first, record, complaints) }
            }
            return groups
        }
        let (costs, visits) = ResolutionView.burdens(record)
        let journeys = record.book.journeys
        let byJourney = inPieces(
            of: journeys.count, size: max(65_536, (journeys.count + 7) / 8)
        ) { numbers in
            var groups = nothing
            for number in numbers {
                guard let group = selection.group(of: Int(journeys[number].first)) else { continue }
                groups[group].add(
                    journeys[number], visits: visits[number], cost: costs[number], record)
            }
            return groups
        }
        groups = (byVisit + byJourney).reduce(into: nothing) { groups, part in
            for group in groups.indices { groups[group].add(part[group]) }
        }
        total = groups.reduce(into: ResolutionFigures()) { $0.add($1) }
    }

    /// By journey: the first complaint in it, or -1.
    private static func complaints(_ record: ViewRecord) -> [Int32] {
        var first = [Int32](repeating: -1, count: record.book.journeys.count)
        for index in record.table.contacts.indices.reversed()
        where record.book.role[index] == .recovery {
            first[Int(record.book.journeyOf[index])] = Int32(index)
        }
        return first
    }

    /// By journey: what its interactions cost, and how many visits begin in it.
    private static func burdens(_ record: ViewRecord) -> (costs: [Int64], visits: [Int32]) {
        let book = record.book
        var costs = [Int64](repeating: 0, count: book.journeys.count)
        var visits = [Int32](repeating: 0, count: book.journeys.count)
        for index in book.journeyOf.indices {
            let journey = Int(book.journeyOf[index])
            costs[journey] += record.cost(index)
            if record.visits.isStart(index) { visits[journey] += 1 }
        }
        return (costs, visits)
    }
}

extension ResolutionFigures {
    fileprivate mutating func add(_ part: ResolutionFigures) {
        visits += part.visits
        servedVisits += part.servedVisits
        journeys += part.journeys
        journeysWithVisits += part.journeysWithVisits
        settled += part.settled
        givenUp += part.givenUp
        undetermined += part.undetermined
        open += part.open
        churned += part.churned
        confirmed += part.confirmed
        settledInOne += part.settledInOne
        onlyVisits += part.onlyVisits
        strict = strict + part.strict
        loose = loose + part.loose
        unseen += part.unseen
        firstServed = firstServed + part.firstServed
        failureDemand += part.failureDemand
        failureDemandMillionths += part.failureDemandMillionths
        cost += part.cost
        settledCost += part.settledCost
        timesToResolution += part.timesToResolution
    }
}

extension ResolutionFigures {
    fileprivate mutating func add(
        visit first: Int, _ record: ViewRecord, _ complaints: [Int32]
    ) {
        visits += 1
        let isServed = record.visits.isServed[first]
        if isServed { servedVisits += 1 }
        if record.book.edge(of: first) == .failure {
            failureDemand += 1
            failureDemandMillionths += Int64(record.book.probability[first])
        }
        if record.visits.next[first] < 0, record.book.predecessor[first] < 0 { onlyVisits += 1 }
        let sight = record.sight(afterVisit: first)
        if sight == .unseen { unseen += 1 }
        loose.add(sight)
        strict.add(record.sight(afterVisit: first, isStrict: true))
        guard isServed, record.book.predecessor[first] < 0 else { return }
        let isUnmet =
            sight == .notFollowed
            && record.isUnmet(first, complaint: complaints[Int(record.book.journeyOf[first])])
        firstServed.add(isUnmet ? .followed : sight)
    }

    fileprivate mutating func add(
        _ journey: Journey, visits: Int32, cost: Int64, _ record: ViewRecord
    ) {
        journeys += 1
        if visits > 0 { journeysWithVisits += 1 }
        switch journey.state {
        case .settled:
            let last = record.table.contacts[Int(journey.last)]
            settled += 1
            settledCost += cost
            if last.outcome == .resolved { confirmed += 1 }
            if visits == 1 { settledInOne += 1 }
            let start = record.table.contacts[Int(journey.first)].at.microseconds
            timesToResolution.append(last.endMicroseconds - start)
        case .givenUp: givenUp += 1
        case .undetermined: undetermined += 1
        case .open: open += 1
        case .churned: churned += 1
        }
    }
}

extension RecontactCount {
    mutating func add(_ sight: FollowUpSight) {
        switch sight {
        case .unseen: break
        case .censored: censored += 1
        case .followed:
            base += 1
            followed += 1
        case .notFollowed: base += 1
        }
    }
}
