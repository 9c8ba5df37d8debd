// What drawn journeys come to, added up without keeping them.

/// Sums over contacts.
package struct JourneyTotals: JourneySink, Hashable, Sendable {
    package var interactions: Int64 = 0
    package var contacts: Int64 = 0
    package var served: Int64 = 0
    package var caused: Int64 = 0
    package var escalations: Int64 = 0
    package var abandoned: Int64 = 0
    /// Microseconds.
    package var handle: Int64 = 0
    /// Thousandths of a minor unit.
    package var cost: Int64 = 0

    package init() {}

    /// Counts of contacts are of those that customers made; minutes and cost are of all.
    @inline(__always)
    package mutating func take(_ step: JourneyStep) {
        interactions += 1
        handle += step.handle
        cost += step.cost
        let inbound: Int64 = step.marks.contains(.inbound) ? 1 : 0
        contacts += inbound
        if step.marks.contains(.served) { served += inbound }
        if step.marks.contains(.caused) { caused += inbound }
        if step.marks.contains(.escalation) { escalations += inbound }
        if step.marks.contains(.abandoned) { abandoned += inbound }
    }
}

/// Sums and sums of squares over journeys: their means and how sure these are.
package struct JourneyMoments: JourneySink, Sendable {
    /// One figure of journeys.
    package struct Figure: Hashable, Sendable {
        package var sum: Int64 = 0
        package var squares: Int128 = 0

        mutating func add(_ value: Int64) {
            sum += value
            squares += Int128(value) * Int128(value)
        }
    }

    package var contacts = Figure()
    package var served = Figure()
    package var cost = Figure()
    /// Journeys that ended in a contact marked as abandoned.
    package var abandoned = Figure()
    private var root = -1
    private var own: (contacts: Int64, served: Int64, cost: Int64, abandoned: Int64) = (0, 0, 0, 0)

    package init() {}

    package mutating func take(_ step: JourneyStep) {
        if step.root != root { close() }
        root = step.root
        own.contacts += 1
        own.served += step.marks.contains(.served) ? 1 : 0
        own.cost += step.cost
        own.abandoned = step.marks.contains(.abandoned) ? 1 : 0
    }

    /// Adds the last journey.
    package mutating func close() {
        guard root >= 0 else { return }
        contacts.add(own.contacts)
        served.add(own.served)
        cost.add(own.cost)
        abandoned.add(own.abandoned)
        own = (0, 0, 0, 0)
        root = -1
    }
}
