// Links that are no guess: the source names the need.

import Events

/// What each interaction follows in the issue that its source names.
///
/// An issue is one need of one customer: where systems give one number to needs of several
/// customers, each customer's is an issue of its own. An interaction without a customer follows
/// whatever came last, and is of that issue.
struct IssueLinks: Sendable {
    /// By index of interaction: the one before it in its issue, or -1.
    let predecessor: [Int32]

    private struct Owned: Hashable {
        var issue: Int
        var customer: Int32
    }

    /// - Complexity: O(interactions + names).
    init(_ table: ContactTable) {
        let contacts = table.contacts
        var predecessor = [Int32](repeating: -1, count: contacts.count)
        let highest = contacts.reduce(UInt32(0)) { max($0, $1.issue.symbol.rawValue) }
        guard highest > 0 else {
            self.predecessor = predecessor
            return
        }
        let shared = IssueLinks.sharedIssues(contacts, count: Int(highest) + 1)
        var latest = [Int32](repeating: -1, count: Int(highest) + 1)
        var latestOfCustomer: [Owned: Int32] = [:]
        /// Of a shared issue: whose the latest interaction is, as far as that is known.
        var owner: [Int: Int32] = [:]
        for (index, contact) in contacts.enumerated() where contact.issue.isKnown {
            let issue = Int(contact.issue.symbol.rawValue)
            predecessor[index] = latest[issue]
            if !shared.isEmpty, shared.contains(issue) {
                let customer = contact.isIdentified ? contact.customer : owner[issue] ?? -1
                let own = Owned(issue: issue, customer: customer)
                if contact.isIdentified { predecessor[index] = latestOfCustomer[own] ?? -1 }
                latestOfCustomer[own] = Int32(index)
                owner[issue] = customer
            }
            latest[issue] = Int32(index)
        }
        self.predecessor = predecessor
    }

    /// The issues that several customers have.
    private static func sharedIssues(_ contacts: [Contact], count: Int) -> Set<Int> {
        var owner = [Int32](repeating: -1, count: count)
        var shared: Set<Int> = []
        for contact in contacts where contact.issue.isKnown && contact.isIdentified {
            let issue = Int(contact.issue.symbol.rawValue)
            if owner[issue] < 0 {
                owner[issue] = contact.customer
            } else if owner[issue] != contact.customer {
                shared.insert(issue)
            }
        }
        return shared
    }
}
