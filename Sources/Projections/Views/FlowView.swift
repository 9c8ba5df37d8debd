// Flow between channels and teams: hand-overs, escalations, and customers who try another door.

package import Events

/// Counts of one group.
package struct FlowFigures: Hashable, Sendable {
    /// Visits that a person or automation took: all but those that were abandoned at once.
    package var answered = 0
    /// Answered visits with at least one hand-over, and all hand-overs.
    package var transferred = 0
    package var handOvers = 0
    /// Visits that a person served, and those of them that a person handed on.
    package var served = 0
    package var handedOnByPeople = 0
    /// Answered visits that went to a higher tier.
    package var escalated = 0
    package var journeys = 0
    /// Journeys in which the customer came back by another channel, and how often.
    package var bouncing = 0
    package var bounces = 0

    package init() {}

    package var transferRate: Double? { share(transferred, of: answered) }
    package var peopleTransferRate: Double? { share(handedOnByPeople, of: served) }
    package var escalationRate: Double? { share(escalated, of: answered) }
    package var bounceRate: Double? { share(bouncing, of: journeys) }
}

/// A step from one channel to the next within journeys.
package struct ChannelStep: Hashable, Sendable {
    package var from: ChannelID
    package var to: ChannelID
    /// By the part that the later one plays.
    package var role: Role
}

/// Hand-overs, escalations, bounces by group, and the steps between channels.
package struct FlowView: Sendable {
    package private(set) var groups: [FlowFigures]
    package private(set) var total = FlowFigures()
    /// Most frequent first.
    package let steps: [(step: ChannelStep, count: Int)]

    /// - Complexity: O(n log n).
    package init(_ record: ViewRecord, _ selection: Selection) {
        let (table, book, visits) = (record.table, record.book, record.visits)
        groups = [FlowFigures](repeating: FlowFigures(), count: selection.count)
        var escalated = [Bool](repeating: false, count: table.contacts.count)
        var counts: [ChannelStep: Int] = [:]
        var bounces = [Int32](repeating: 0, count: book.journeys.count)
        for index in table.contacts.indices where book.predecessor[index] >= 0 {
            if book.role[index] == .escalation, visits.firstLeg[index] >= 0 {
                escalated[Int(visits.firstLeg[index])] = true
            }
            let from = table.contacts[Int(book.predecessor[index])].channel
            let to = table.contacts[index].channel
            guard selection.group(of: Int(book.journeys[Int(book.journeyOf[index])].first)) != nil
            else { continue }
            counts[ChannelStep(from: from, to: to, role: book.role[index]), default: 0] += 1
        }
        steps = counts.map { (step: $0.key, count: $0.value) }.sorted { left, right in
            (-left.count, left.step.order) < (-right.count, right.step.order)
        }
        let handedOn = FlowView.handedOnByPeople(record)
        for first in visits.starts where visits.next[first] >= 0 {
            let next = Int(visits.next[first])
            if !visits.isSameDoor(first, next, table) {
                bounces[Int(book.journeyOf[next])] += 1
            }
        }
        for first in visits.starts {
            guard let group = selection.group(of: first),
                table.contacts[first].outcome != .abandoned
            else { continue }
            var one = FlowFigures()
            one.answered = 1
            one.handOvers = Int(visits.handOvers[first])
            one.transferred = one.handOvers > 0 ? 1 : 0
            one.escalated = escalated[first] ? 1 : 0
            one.served = visits.isServed[first] ? 1 : 0
            one.handedOnByPeople = handedOn[first] ? 1 : 0
            groups[group].add(one)
            total.add(one)
        }
        for (number, journey) in book.journeys.enumerated() {
            guard let group = selection.group(of: Int(journey.first)) else { continue }
            groups[group].add(bounces: Int(bounces[number]))
            total.add(bounces: Int(bounces[number]))
        }
    }
}

extension FlowView {
    /// By first leg: whether a leg that a person served was gone on with in another one.
    private static func handedOnByPeople(_ record: ViewRecord) -> [Bool] {
        let (table, visits) = (record.table, record.visits)
        var handedOn = [Bool](repeating: false, count: table.contacts.count)
        for index in table.contacts.indices where visits.firstLeg[index] >= 0 {
            let first = Int(visits.firstLeg[index])
            guard first != index else { continue }
            if table.contacts[Int(record.book.predecessor[index])].isServed {
                handedOn[first] = true
            }
        }
        return handedOn
    }
}

extension ChannelStep {
    /// A total order, so that equal counts always come in the same one.
    fileprivate var order: UInt64 {
        UInt64(from.symbol.rawValue) << 36 | UInt64(to.symbol.rawValue) << 4
            | UInt64(role.rawValue)
    }
}

extension FlowFigures {
    fileprivate mutating func add(_ one: FlowFigures) {
        answered += one.answered
        handOvers += one.handOvers
        transferred += one.transferred
        escalated += one.escalated
        served += one.served
        handedOnByPeople += one.handedOnByPeople
    }

    fileprivate mutating func add(bounces: Int) {
        journeys += 1
        self.bounces += bounces
        if bounces > 0 { bouncing += 1 }
    }
}
