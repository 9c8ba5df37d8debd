// Where the cost of each interaction was caused: back along failures to the first of them, and
// along hand-overs and planned work to what began the service.

import Events

/// What a cost was caused by.
struct CostOrigin: Hashable, Sendable {
    /// Index of the interaction at which it began.
    var contact: Int32
    /// The named failure of that interaction, or 0 where nothing failed: the customer's own need.
    var failure: UInt8

    /// Goes on from the interaction at which this path stands to the one it is linked to.
    @inline(__always)
    mutating func follow(_ edge: Edge, to earlier: Int, failure earlierFailure: UInt8) {
        switch edge {
        case .none: break
        case .failure: self = CostOrigin(contact: Int32(earlier), failure: earlierFailure)
        case .fulfilment: if failure == 0 { contact = Int32(earlier) }
        }
    }

    /// Goes on along another path that begins where this one ends.
    @inline(__always)
    mutating func follow(_ further: CostOrigin) {
        if further.failure != 0 || failure == 0 { self = further }
    }
}

/// The ends of paths back from all interactions, by index.
struct CostPaths: Sendable {
    private var contacts: [Int32] = []
    private var failures: [UInt8] = []
    /// By index: where the links that were followed end; empty where all were.
    private(set) var anchors: [Int32] = []

    subscript(index: Int) -> CostOrigin {
        CostOrigin(contact: contacts[index], failure: failures[index])
    }

    /// - Parameter isCertain: whether only links that are certain are followed.
    /// - Complexity: O(n): an interaction comes after what it is linked to.
    fileprivate init(_ book: JourneyBook, isCertain: Bool) {
        let count = book.role.count
        contacts.reserveCapacity(count)
        failures.reserveCapacity(count)
        if isCertain { anchors.reserveCapacity(count) }
        for index in 0..<count {
            var origin = CostOrigin(contact: Int32(index), failure: 0)
            var anchor = Int32(index)
            let edge = book.edge(of: index)
            if edge != .none, !isCertain || book.probability[index] == 1_000_000 {
                let earlier = Int(book.predecessor[index])
                origin.follow(edge, to: earlier, failure: book.failure[earlier])
                origin.follow(self[earlier])
                if isCertain { anchor = anchors[earlier] }
            }
            contacts.append(origin.contact)
            failures.append(origin.failure)
            if isCertain { anchors.append(anchor) }
        }
    }
}

/// The origins of all costs.
struct CostOrigins: Sendable {
    /// Every link counted whole.
    let byRule: CostPaths
    /// Only the links that are certain followed; `nil` where all are.
    let certain: CostPaths?

    init(_ book: JourneyBook) {
        byRule = CostPaths(book, isCertain: false)
        let isGuess = book.role.indices.contains { index in
            book.probability[index] < 1_000_000 && book.edge(of: index) != .none
        }
        certain = isGuess ? CostPaths(book, isCertain: true) : nil
    }
}
