// How much of the record could be joined into journeys: the figure without which none of the
// others is a result.

import Events
import Parallelism

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

        fileprivate mutating func add(_ part: Linked) {
            count += part.count
            asRework += part.asRework
            expectedTrueMillionths += part.expectedTrueMillionths
            reworkExpectedTrueMillionths += part.reworkExpectedTrueMillionths
        }
    }

    package init(_ table: ContactTable, book: JourneyBook) {
        (contacts, identified) = table.inboundCounts
        let rules = book.rules.rules.links.map(\.id) + [JourneyBook.namedBySource]
        let nothing = rules.map {
            Linked(
                rule: $0, count: 0, asRework: 0, expectedTrueMillionths: 0,
                reworkExpectedTrueMillionths: 0)
        }
        linked = inPieces(of: table.contacts.count, size: 262_144) { rows in
            var linked = nothing
            for index in rows where book.predecessor[index] >= 0 {
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
            return linked
        }.reduce(into: nothing) { sums, part in
            for rule in sums.indices { sums[rule].add(part[rule]) }
        }
    }

    package var identifiedShare: Double {
        contacts == 0 ? 0 : Double(identified) / Double(contacts)
    }
}
