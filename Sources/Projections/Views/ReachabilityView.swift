// Whether a customer who begins in automation can get to a person, and how long that takes.

import Events

/// Visits that began in automation, of one group.
package struct ReachabilityFigures: Hashable, Sendable {
    package var visits = 0
    /// Visits that automation tried to hand to a person, or that went there.
    package var handedOver = 0
    /// Of these: a person served the visit.
    package var reached = 0
    /// Of these: the customer left on the way.
    package var lost = 0
    /// From the beginning of the visit to the person, in microseconds; and the legs before it.
    package var times: [Int64] = []
    package var steps = 0

    package init() {}

    package var reachRate: Double? { share(reached, of: handedOver) }
    package var meanSteps: Double? { share(steps, of: reached) }
    /// The smallest time that at least half, or nine in ten, do not exceed.
    package func timeQuantile(_ percent: Int) -> Int64? {
        observedQuantile(times.sorted(), percent: percent)
    }
}

package struct ReachabilityView: Sendable {
    package private(set) var groups: [ReachabilityFigures]
    package private(set) var total = ReachabilityFigures()

    /// - Complexity: O(n log n).
    package init(_ record: ViewRecord, _ selection: Selection) {
        let (table, visits) = (record.table, record.visits)
        groups = [ReachabilityFigures](repeating: ReachabilityFigures(), count: selection.count)
        // By first leg: the first leg that a person served, and how many came before it.
        var served = [Int32](repeating: -1, count: table.contacts.count)
        var before = [Int32](repeating: 0, count: table.contacts.count)
        for index in table.contacts.indices where visits.firstLeg[index] >= 0 {
            let first = Int(visits.firstLeg[index])
            guard served[first] < 0 else { continue }
            if table.contacts[index].isServed {
                served[first] = Int32(index)
            } else {
                before[first] += 1
            }
        }
        for first in visits.starts {
            let contact = table.contacts[first]
            guard contact.isAutomated, let group = selection.group(of: first) else { continue }
            var figures = ReachabilityFigures()
            figures.visits = 1
            let isHandedOver =
                contact.outcome == .transferred || contact.outcome == .escalated
                || visits.handOvers[first] > 0
            if isHandedOver {
                figures.handedOver = 1
                if served[first] >= 0 {
                    let person = table.contacts[Int(served[first])]
                    figures.reached = 1
                    figures.steps = Int(before[first])
                    figures.times = [
                        person.at.microseconds + max(0, person.automation) + max(0, person.wait)
                            - contact.at.microseconds
                    ]
                } else {
                    figures.lost = 1
                }
            }
            groups[group].add(figures)
            total.add(figures)
        }
    }
}

extension ReachabilityFigures {
    fileprivate mutating func add(_ one: ReachabilityFigures) {
        visits += one.visits
        handedOver += one.handedOver
        reached += one.reached
        lost += one.lost
        times += one.times
        steps += one.steps
    }
}
