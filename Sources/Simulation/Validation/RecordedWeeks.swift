// Weeks of the record as the generative mode sees them: needs, and what followed them, with each
// link drawn by its probability.

import Events
package import Projections
package import Randomness

/// The interactions of some weeks, to be told as journeys in each replication.
package struct RecordedWeeks: Sendable {
    private struct Entry: Sendable {
        var step: JourneyStep
        var address: UInt64
        /// Place of what it is linked to in the weeks; -1 for nothing, -2 for something earlier.
        var earlier: Int32
        var linkMillionths: Int32
        /// What the link says of it, where it is real.
        var linkMarks: StepMarks
        var isInScope: Bool
    }

    private let entries: [Entry]
    /// Microseconds since 1970: from when, and up to when.
    package let from: Int64
    package let to: Int64
    private let linkPurpose = DrawPurpose("link")

    /// - Parameters:
    ///   - period: from when on, and up to when.
    ///   - isInScope: whether journeys that begin with the contact are looked at.
    /// - Complexity: O(contacts).
    package init(
        _ table: ContactTable, book: JourneyBook, charges: Charges, index: JourneyIndex,
        period: Coverage, isInScope: (Int) -> Bool = { _ in true }
    ) {
        from = period.from.microseconds
        to = period.to.microseconds
        var placeOf = [Int32](repeating: -2, count: table.contacts.count)
        var entries: [Entry] = []
        for (number, contact) in table.contacts.enumerated() where period.contains(contact.at) {
            placeOf[number] = Int32(entries.count)
            let before = book.predecessor[number]
            var marks: StepMarks = []
            if book.role[number].isReturn, contact.isInbound { marks.insert(.back) }
            if book.edge(of: number) == .failure { marks.insert(.caused) }
            if book.role[number] == .escalation { marks.insert(.escalation) }
            let cost = charges.of(number).reduce(Int64(0)) { $0 + $1.amount.thousandths }
            entries.append(
                Entry(
                    step: JourneyStep(contact, index: index, cost: cost),
                    address: contact.address,
                    earlier: before < 0 ? -1 : placeOf[Int(before)],
                    linkMillionths: book.probability[number], linkMarks: marks,
                    isInScope: isInScope(number)))
        }
        self.entries = entries
    }

    package var contactCount: Int { entries.count }

    /// Intent families of which a contact occurs, by number.
    package func families(_ index: JourneyIndex) -> [Bool] {
        var occurs = [Bool](repeating: false, count: index.familyNames.count)
        for entry in entries { occurs[index.family(ofCell: entry.step.cell)] = true }
        return occurs
    }

    /// The journeys of one replication: their roots, and their contacts, root by root.
    ///
    /// A link is real with its probability, by the draw that the replay makes of it. A contact
    /// whose link is not is a need of its own; one that goes on with what began before the weeks
    /// is left out, as is what follows it.
    package func tell(_ draws: Draws) -> (roots: [JourneyRoot], steps: [JourneyStep]) {
        var roots: [JourneyRoot] = []
        var rootOf = [Int32](repeating: -1, count: entries.count)
        var steps: [JourneyStep] = []
        steps.reserveCapacity(entries.count)
        for (place, entry) in entries.enumerated() {
            var step = entry.step
            let isLinked =
                entry.earlier != -1
                && draws.uniform(address: entry.address, purpose: linkPurpose) * 1_000_000
                    < Double(entry.linkMillionths)
            if isLinked {
                guard entry.earlier >= 0, rootOf[Int(entry.earlier)] >= 0 else { continue }
                rootOf[place] = rootOf[Int(entry.earlier)]
                step.marks.formUnion(entry.linkMarks)
            } else {
                guard entry.isInScope else { continue }
                rootOf[place] = Int32(roots.count)
                roots.append(
                    JourneyRoot(
                        address: entry.address, at: step.at, localOffset: step.localOffset,
                        cell: step.cell, isFollowed: step.marks.contains(.followed)))
            }
            step.root = Int(rootOf[place])
            steps.append(step)
        }
        return (roots, RecordedWeeks.byRoot(steps, count: roots.count))
    }

    /// Steps in order of time put in order of their roots, each journey in order of time.
    private static func byRoot(_ steps: [JourneyStep], count: Int) -> [JourneyStep] {
        var ends = [Int](repeating: 0, count: count)
        for step in steps { ends[step.root] += 1 }
        var start = 0
        for root in ends.indices {
            start += ends[root]
            ends[root] = start - ends[root]
        }
        var order = [Int](repeating: 0, count: steps.count)
        for (place, step) in steps.enumerated() {
            order[ends[step.root]] = place
            ends[step.root] += 1
        }
        var ordinal: UInt32 = 0
        var last = -1
        return order.map { place in
            var step = steps[place]
            ordinal = step.root == last ? ordinal + 1 : 0
            last = step.root
            step.ordinal = ordinal
            return step
        }
    }
}

extension JourneyStep {
    /// A recorded contact, as the first of a journey.
    fileprivate init(_ contact: Contact, index: JourneyIndex, cost: Int64) {
        let route = JourneyRoute(contact)
        var marks: StepMarks = []
        if contact.isInbound { marks.insert(.inbound) }
        if contact.isFollowed { marks.insert(.followed) }
        if contact.isServed { marks.insert(.served) }
        if contact.outcome == .abandoned { marks.insert(.abandoned) }
        if route != .unqueued { marks.insert(.queued) }
        self.init(
            root: 0, ordinal: 0, at: contact.at.microseconds,
            localOffset: Int64(contact.offsetMinutes) * 60_000_000, marks: marks,
            cell: index.cell(contact), activity: index.activity(contact),
            wait: route == .unqueued ? 0 : contact.wait,
            handle: contact.isHandled ? contact.handleMicroseconds ?? 0 : 0, cost: cost)
    }
}
