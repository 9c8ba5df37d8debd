// A correction is a new fact that supersedes an old one: the log keeps both, the table the new one.

package import Events

/// What is to stand in the place of an interaction.
package struct Correction: Sendable {
    /// The attribute of an event of kind `corrected` that names the event it supersedes: an id of
    /// the same source.
    package static let attribute = "corrects"

    /// The address of the superseded event.
    fileprivate let address: UInt64
    /// What it should have been; `nil` where it should not have been at all.
    fileprivate let replacement: RecordedEvent?

    /// - Parameter names: what the event's symbols mean.
    /// - Returns: `nil` where the event names nothing that it corrects.
    package init?(_ recorded: RecordedEvent, names: Interner) {
        let event = recorded.event
        guard let symbol = names.symbol(of: Correction.attribute),
            case .text(let key)? = event.attributes.first(where: { $0.name == symbol })?.value
        else { return nil }
        var superseded = event
        superseded.key = key
        address = superseded.address(sourceName: names.string(event.source))
        replacement = event.interaction == nil ? nil : recorded
    }
}

extension ContactTable {
    /// The table with corrections, of which a later one of the same event goes before an earlier.
    ///
    /// What is corrected keeps its position, its address and its kind; whoever is named in a
    /// correction alone is a customer after all others.
    /// - Returns: beside the table, the corrections that name no interaction of it.
    /// - Complexity: O(n log n) where there are any.
    package func corrected(
        by corrections: [Correction]
    ) -> (table: ContactTable, unmatched: Int) {
        guard !corrections.isEmpty else { return (self, 0) }
        var latest: [UInt64: Int] = [:]
        for (place, correction) in corrections.enumerated() { latest[correction.address] = place }
        var copy = self
        var numbers: [CustomerID: Int32] = [:]
        for (number, customer) in customers.enumerated() { numbers[customer] = Int32(number) }
        var matched: Set<UInt64> = []
        copy.contacts = contacts.compactMap { contact in
            guard let place = latest[contact.address] else { return contact }
            matched.insert(contact.address)
            guard let replacement = corrections[place].replacement,
                let detail = replacement.event.interaction
            else { return nil }
            let customer = replacement.event.customer
            if customer.isKnown, numbers[customer] == nil {
                numbers[customer] = Int32(copy.customers.count)
                copy.customers.append(customer)
            }
            return Contact(
                replacement.event, detail, kind: contact.kind, position: contact.position,
                address: contact.address,
                customer: customer.isKnown ? numbers[customer] ?? -1 : -1)
        }
        copy.contacts.sort { ($0.at, $0.position) < ($1.at, $1.position) }
        return (copy, corrections.count { !matched.contains($0.address) })
    }
}
