// The contacts of one customer and one intent family, side by side and in time order, so that
// windows over them are walked with two pointers, and what is asked of each lies in memory in the
// order in which it is asked.

import Events
import Parallelism

/// Identified contacts that customers made, grouped by customer and family. A stream is a run of
/// places.
struct ContactStreams: Sendable {
    /// Streams that are worth another thread together, and into how many pieces they are cut at
    /// most: each may have sums of its own. The pieces depend on the log alone, and so do the bits
    /// of what is summed over them.
    private static let leastPerPiece = 16_384
    private static let mostPieces = 32

    /// By place: the contact's index in the table.
    private(set) var order: [Int32] = []
    /// By place: arrival in microseconds.
    private(set) var at: [Int64] = []
    /// By place: offset of the local clock.
    private(set) var offsetMinutes: [Int16] = []
    /// By place: named failure, 0 for none.
    private(set) var failure: [UInt8] = []
    /// By place: whether the source names the issue.
    private(set) var isNamed: [Bool] = []
    /// By stream: its intent family.
    private(set) var family: [Int32] = []
    /// By stream: its first place; at the end, the number of places.
    private var starts: [Int32] = [0]

    /// How many streams there are; none is empty.
    var count: Int { family.count }

    /// The places of a stream.
    @inline(__always)
    func places(_ stream: Int) -> Range<Int> { Int(starts[stream])..<Int(starts[stream + 1]) }

    /// Computes something for runs of streams, several at once, and gives the results in order.
    func inPieces<Part: Sendable>(_ body: @Sendable (Range<Int>) -> Part) -> [Part] {
        let size = max(
            ContactStreams.leastPerPiece,
            (count + ContactStreams.mostPieces - 1) / ContactStreams.mostPieces)
        return Parallelism.inPieces(of: count, size: size, body)
    }
}

extension ContactStreams {
    /// - Parameter failure: of each contact of the table.
    /// - Complexity: O(n): a counting sort by customer, then each customer's few contacts by
    ///   family.
    init(_ table: ContactTable, rules: ResolvedLinkRules, failure: [UInt8]) {
        let contacts = table.contacts
        let keys = Parallelism.inPieces(of: contacts.count, size: 65_536) { rows in
            rows.map { row in
                let contact = contacts[row]
                return StreamKey(
                    at: contact.at.microseconds,
                    customer: contact.isInbound ? contact.customer : -1,
                    offsetMinutes: contact.offsetMinutes,
                    family: Int32(rules.family(of: contact.intent)),
                    failure: failure[row], isNamed: contact.issue.isKnown)
            }
        }.flatMap { $0 }
        let byCustomer = RowGroups(of: keys.count, groups: table.customers.count) {
            keys[$0].customer
        }
        let parts = Parallelism.inPieces(of: table.customers.count, size: 32_768) { customers in
            var part = ContactStreams()
            var sorted: [Int32] = []
            for customer in customers {
                sorted.removeAll(keepingCapacity: true)
                sorted.append(contentsOf: byCustomer.rows[byCustomer.places(customer)])
                StreamKey.sortByFamily(&sorted, keys)
                part.append(sorted, keys)
            }
            return part
        }
        reserveCapacity(byCustomer.rows.count)
        for part in parts { append(part) }
    }

    private mutating func reserveCapacity(_ count: Int) {
        order.reserveCapacity(count)
        at.reserveCapacity(count)
        offsetMinutes.reserveCapacity(count)
        failure.reserveCapacity(count)
        isNamed.reserveCapacity(count)
    }

    /// Adds a customer's contacts, which come by family, then in time order.
    private mutating func append(_ members: [Int32], _ keys: [StreamKey]) {
        var latest: Int32?
        for index in members {
            let key = keys[Int(index)]
            if key.family != latest {
                family.append(key.family)
                starts.append(Int32(order.count))
                latest = key.family
            }
            order.append(index)
            at.append(key.at)
            offsetMinutes.append(key.offsetMinutes)
            failure.append(key.failure)
            isNamed.append(key.isNamed)
            starts[starts.count - 1] = Int32(order.count)
        }
    }

    /// Adds the streams of other customers.
    private mutating func append(_ part: ContactStreams) {
        let first = Int32(order.count)
        starts += part.starts.dropFirst().map { first + $0 }
        family += part.family
        order += part.order
        at += part.at
        offsetMinutes += part.offsetMinutes
        failure += part.failure
        isNamed += part.isNamed
    }
}

/// What is asked of a contact, in one place: they are visited in the order of customers, which is
/// none in memory.
private struct StreamKey {
    var at: Int64
    /// Dense, or -1 for what is in no stream.
    var customer: Int32
    var offsetMinutes: Int16
    var family: Int32
    var failure: UInt8
    var isNamed: Bool

    /// Sorts a customer's contacts, which come in time order, by family, and keeps that order
    /// otherwise. Most customers have a handful of contacts, for which insertion is fastest.
    static func sortByFamily(_ members: inout [Int32], _ keys: [StreamKey]) {
        guard members.count <= 32 else {
            // Indices rise in time order, so that equal families stay in it.
            members.sort { (keys[Int($0)].family, $0) < (keys[Int($1)].family, $1) }
            return
        }
        for place in members.indices.dropFirst() {
            let moved = members[place]
            let family = keys[Int(moved)].family
            var gap = place
            while gap > 0, keys[Int(members[gap - 1])].family > family {
                members[gap] = members[gap - 1]
                gap -= 1
            }
            members[gap] = moved
        }
    }
}
