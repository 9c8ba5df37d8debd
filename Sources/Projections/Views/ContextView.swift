// Whether what a customer has said goes along with them: warm hand-overs, and contacts in which
// they had to say it again.

import Events

/// Counts of one group.
package struct ContextFigures: Hashable, Sendable {
    /// Hand-overs within visits, those of which a source states it, and those with the context.
    package var handOvers = 0
    package var stated = 0
    package var warm = 0
    /// Inbound contacts after another one of their journey, those of which a source states whether
    /// known information was asked for again, and those in which it was.
    package var later = 0
    package var laterStated = 0
    package var repeated = 0

    package init() {}

    package var warmShare: Double? { share(warm, of: stated) }
    package var repeatedShare: Double? { share(repeated, of: laterStated) }
}

package struct ContextView: Sendable {
    package private(set) var groups: [ContextFigures]
    package private(set) var total = ContextFigures()

    /// A contact belongs to the group of its visit's first leg. Of a hand-over the contact that was
    /// handed on is asked first, then the one that went on with it.
    /// - Complexity: O(n).
    package init(_ record: ViewRecord, _ selection: Selection, marks: ContactMarks) {
        groups = [ContextFigures](repeating: ContextFigures(), count: selection.count)
        var isMet = [Bool](repeating: false, count: record.book.journeys.count)
        for index in record.table.contacts.indices where record.visits.firstLeg[index] >= 0 {
            let first = Int(record.visits.firstLeg[index])
            let journey = Int(record.book.journeyOf[index])
            let isLater = isMet[journey]
            isMet[journey] = true
            guard let group = selection.group(of: first) else { continue }
            var one = ContextFigures()
            if first != index {
                one.handOvers = 1
                let earlier = Int(record.book.predecessor[index])
                if let isWarm = marks.contextPassed[earlier] ?? marks.contextPassed[index] {
                    one.stated = 1
                    one.warm = isWarm ? 1 : 0
                }
            }
            if isLater {
                one.later = 1
                if let isRepeated = marks.informationRepeated[index] {
                    one.laterStated = 1
                    one.repeated = isRepeated ? 1 : 0
                }
            }
            groups[group].add(one)
            total.add(one)
        }
    }
}

extension ContextFigures {
    fileprivate mutating func add(_ one: ContextFigures) {
        handOvers += one.handOvers
        stated += one.stated
        warm += one.warm
        later += one.later
        laterStated += one.laterStated
        repeated += one.repeated
    }
}
