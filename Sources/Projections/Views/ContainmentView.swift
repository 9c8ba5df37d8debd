// Self-service: what automation says that it contained, and what it truly did.

import Events

/// Sessions of automation in one group.
package struct ContainmentFigures: Hashable, Sendable {
    package var sessions = 0
    /// Sessions that were handed to a person, or to anything else.
    package var handedOver = 0
    /// Left without reaching the goal.
    package var abandoned = 0
    /// Closed by the automation, as it says.
    package var closed = 0
    /// The other sessions: their source does not say.
    package var unstated = 0
    /// Sessions of which a return can be seen, and their window is complete: the base of the rates
    /// below.
    package var base = 0
    /// Of the base: not handed over, which is what is reported as contained.
    package var contained = 0
    /// Of these: closed, and the same need did not come back within the window.
    package var trulyContained = 0
    /// Of these: not closed, and nothing came after.
    package var silentGiveUps = 0
    /// Not in the base: the window runs past the end of the log, or no return could be seen.
    package var censored = 0
    package var unseen = 0

    package init() {}

    package var reportedRate: Double? { share(contained, of: base) }
    package var trueRate: Double? { share(trulyContained, of: base) }
    /// Of the sessions reported as contained, those that were not.
    package var falseRate: Double? { share(contained - trulyContained, of: contained) }
    package var silentGiveUpRate: Double? { share(silentGiveUps, of: base) }
}

/// Sessions that customers had with self-service and bots, by group.
package struct ContainmentView: Sendable {
    package private(set) var groups: [ContainmentFigures]
    package private(set) var total = ContainmentFigures()

    /// - Complexity: O(n).
    package init(_ record: ViewRecord, _ selection: Selection) {
        groups = [ContainmentFigures](repeating: ContainmentFigures(), count: selection.count)
        for (index, contact) in record.table.contacts.enumerated() {
            guard contact.isInbound, contact.isAutomated,
                let group = selection.group(of: index)
            else { continue }
            groups[group].add(index, record)
            total.add(index, record)
        }
    }
}

extension ContainmentFigures {
    fileprivate mutating func add(_ index: Int, _ record: ViewRecord) {
        let outcome = record.table.contacts[index].outcome
        let isHandedOver = record.table.contacts[index].isHandedOn
        sessions += 1
        switch outcome {
        case .transferred, .escalated, .deferred: handedOver += 1
        case .abandoned: abandoned += 1
        case .contained, .resolved: closed += 1
        case .unknown, .unresolved: unstated += 1
        }
        let isClosed = outcome == .contained || outcome == .resolved
        // A session within a visit is followed where the visit goes on.
        let first = Int(record.visits.firstLeg[index])
        let goesOn = Int(record.visits.lastLeg[first]) > index
        switch record.sight(afterVisit: first) {
        case .unseen: unseen += 1
        case .censored: censored += 1
        case .followed:
            base += 1
            if !isHandedOver { contained += 1 }
        case .notFollowed:
            base += 1
            guard !isHandedOver else { return }
            contained += 1
            if isClosed, !goesOn { trulyContained += 1 }
            if !isClosed, !goesOn { silentGiveUps += 1 }
        }
    }
}
