// How often customers are back within a window, by how the earlier contact ended: the plain
// count, before any question of cause.

package import Events

/// Contacts of identified customers, and those followed by another within a window.
package struct RecontactCount: Hashable, Sendable {
    /// Contacts whose whole window lies within the coverage.
    package var base = 0
    package var followed = 0
    /// Contacts left out because their window runs past the end of the coverage.
    package var censored = 0

    package init() {}

    package var rate: Double { base == 0 ? 0 : Double(followed) / Double(base) }

    package static func + (left: RecontactCount, right: RecontactCount) -> RecontactCount {
        var sum = left
        sum.base += right.base
        sum.followed += right.followed
        sum.censored += right.censored
        return sum
    }
}

/// Recontact by window and by the kind of the earlier contact.
package struct RecontactView: Sendable {
    package enum Matching: String, CaseIterable, Sendable {
        /// Any later contact of the same customer.
        case anyIntent = "any intent"
        /// A later contact of the same customer and intent family.
        case sameFamily = "same intent family"
    }

    package struct Row: Hashable, Sendable {
        /// "all", "served", "not served", a failure's title, or "served, no failure known".
        package var group: String
        package var window: TimeSpan
        package var count: RecontactCount
    }

    package static let windows: [TimeSpan] = [.hours(1), .hours(24), .days(7)]

    package let matching: Matching
    package let rows: [Row]
    /// Share of contacts that have a customer at all, without which no rate is a result.
    package let identifiedShare: Double

    /// - Complexity: O(n × windows).
    package init(
        _ table: ContactTable, book: JourneyBook, matching: Matching, selection: Selection,
        visits: Visits
    ) {
        self.matching = matching
        let counts = table.inboundCounts
        identifiedShare = counts.all == 0 ? 0 : Double(counts.identified) / Double(counts.all)
        let next = visits.nextOfCustomer(
            table, book: book, isSameFamily: matching == .sameFamily)
        let kinds = book.rules.rules.failures.count + 1
        var result: [Row] = []
        for window in RecontactView.windows {
            // By failure (0 none) × served or not.
            var counts = [RecontactCount](repeating: RecontactCount(), count: kinds * 2)
            for (index, contact) in table.contacts.enumerated()
            where contact.isIdentified && visits.isStart(index)
                && selection.group(of: index) != nil
            {
                // As the visit ended; being put through is no return.
                let failure = Int(book.failure[Int(visits.lastLeg[index])])
                let slot = failure * 2 + (visits.isServed[index] ? 1 : 0)
                guard contact.at + window < table.coverage.to else {
                    counts[slot].censored += 1
                    continue
                }
                counts[slot].base += 1
                if next[index] >= 0,
                    table.contacts[Int(next[index])].at <= contact.at + window
                {
                    counts[slot].followed += 1
                }
            }
            func sum(_ isIncluded: (Int) -> Bool) -> RecontactCount {
                counts.indices.filter(isIncluded).reduce(RecontactCount()) { $0 + counts[$1] }
            }
            var groups: [(String, RecontactCount)] = [
                ("all", sum { _ in true }),
                ("served", sum { $0 % 2 == 1 }),
                ("served, no failure known", counts[1]),
                ("not served", sum { $0 % 2 == 0 }),
            ]
            for (offset, failure) in book.rules.rules.failures.enumerated() {
                groups.append((failure.title, sum { $0 / 2 == offset + 1 }))
            }
            result += groups.map { Row(group: $0.0, window: window, count: $0.1) }
        }
        rows = result
    }
}
