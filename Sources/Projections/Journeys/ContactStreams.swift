// The contacts of one customer and one intent family, side by side and in time order, so that
// windows over them are walked with two pointers.

import Events

/// Identified contacts grouped by customer and family.
package struct ContactStreams: Sendable {
    /// Indices of contacts: streams one after the other, each in time order.
    package let order: [Int32]
    /// The places of each stream in ``order``; empty streams are left out.
    package let ranges: [Range<Int>]

    /// - Complexity: O(n + customers × families), a counting sort.
    package init(_ table: ContactTable, rules: ResolvedLinkRules) {
        let width = rules.familyCount
        var starts = [Int](repeating: 0, count: table.customers.count * width + 1)
        func slot(_ contact: Contact) -> Int {
            Int(contact.customer) * width + rules.family(of: contact.intent)
        }
        for contact in table.contacts where contact.isIdentified {
            starts[slot(contact) + 1] += 1
        }
        for index in starts.indices.dropFirst() { starts[index] += starts[index - 1] }
        var next = starts
        var order = [Int32](repeating: 0, count: starts.last ?? 0)
        for (index, contact) in table.contacts.enumerated() where contact.isIdentified {
            order[next[slot(contact)]] = Int32(index)
            next[slot(contact)] += 1
        }
        self.order = order
        ranges = zip(starts, starts.dropFirst()).filter { $0 < $1 }.map { $0..<$1 }
    }
}
