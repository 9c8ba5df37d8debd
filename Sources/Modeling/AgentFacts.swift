// Who handled what, and since when they have been there: needed only where an automation acts on
// people, and so not part of every contact.

/// How long somebody has been doing the work, in three bands.
package enum TenureBand: UInt8, CaseIterable, Hashable, Sendable, Codable {
    /// Up to 90 days.
    case novice
    /// Up to a year; and those of whom nothing is known.
    case growing
    case experienced

    /// - Parameter days: since they joined.
    package init(days: Int) {
        self = days < 91 ? .novice : days < 365 ? .growing : .experienced
    }
}

/// The agents of a record's contacts.
package struct AgentFacts: Hashable, Sendable {
    /// By index of contact: a hash of the agent's name, where it is known.
    private var addresses: [Int32: UInt64]
    /// By that hash: the local day on which they joined, counted from 1970-01-01.
    private var joinedDays: [UInt64: Int]

    package init(addresses: [Int32: UInt64] = [:], joinedDays: [UInt64: Int] = [:]) {
        self.addresses = addresses
        self.joinedDays = joinedDays
    }

    /// Contacts whose agent's tenure is known.
    package var knownTenureCount: Int { addresses.values.count { joinedDays[$0] != nil } }

    package func address(_ contact: Int) -> UInt64? { addresses[Int32(contact)] }

    package func band(_ contact: Int, day: Int) -> TenureBand {
        guard let address = addresses[Int32(contact)], let joined = joinedDays[address] else {
            return .growing
        }
        return TenureBand(days: day - joined)
    }
}
