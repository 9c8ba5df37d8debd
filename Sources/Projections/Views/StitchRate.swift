// How much of the record could be joined into journeys: the figure without which none of the
// others is a result.

import Events

/// Contacts that customers made, by what the rules could do with them.
package struct StitchRate: Hashable, Sendable {
    package var contacts: Int
    package var identified: Int
    /// By link rule id, in rule order, and last ``JourneyBook/namedBySource``: interactions linked
    /// by it, and the sum of their probabilities.
    package var linked: [Linked]

    package struct Linked: Hashable, Sendable {
        package var rule: String
        package var count: Int
        package var asRework: Int
        package var expectedTrueMillionths: Int64
        package var reworkExpectedTrueMillionths: Int64
    }

    package init(_ table: ContactTable, book: JourneyBook) {
        (contacts, identified) = table.inboundCounts
        let rules = book.rules.rules.links.map(\.id) + [JourneyBook.namedBySource]
        var linked = rules.map {
            Linked(
                rule: $0, count: 0, asRework: 0, expectedTrueMillionths: 0,
                reworkExpectedTrueMillionths: 0)
        }
        for index in table.contacts.indices where book.predecessor[index] >= 0 {
            let family = book.rules.family(of: table.contacts[index].intent)
            let rule =
                book.isNamedLink(index) ? rules.count - 1 : book.rules.ruleOfFamily[family]
            linked[rule].count += 1
            linked[rule].expectedTrueMillionths += Int64(book.probability[index])
            if book.role[index] == .rework {
                linked[rule].asRework += 1
                linked[rule].reworkExpectedTrueMillionths += Int64(book.probability[index])
            }
        }
        self.linked = linked
    }

    package var identifiedShare: Double {
        contacts == 0 ? 0 : Double(identified) / Double(contacts)
    }
}
