// Where the cost of each interaction was caused: back along failures to the first of them, and
// along hand-overs and planned work to what began the service.

import Events

/// What a cost was caused by.
package struct CostOrigin: Hashable, Sendable {
    /// Index of the interaction at which it began.
    package var contact: Int32
    /// The named failure of that interaction, or 0 where nothing failed: the customer's own need.
    package var failure: UInt8

    /// Goes on from `later`, an interaction at which this path stands, to the one it is linked to.
    @inline(__always)
    mutating func follow(_ edge: Edge, to earlier: Int, failure earlierFailure: UInt8) {
        switch edge {
        case .none: break
        case .failure: self = CostOrigin(contact: Int32(earlier), failure: earlierFailure)
        case .fulfilment: if failure == 0 { contact = Int32(earlier) }
        }
    }

    /// The origin of a path that leads from one interaction to another, and on from there to
    /// `further`.
    @inline(__always)
    mutating func follow(_ further: CostOrigin) {
        if further.failure != 0 || failure == 0 { self = further }
    }
}

/// The origins of all interactions, by index.
struct CostOrigins: Sendable {
    /// Every link counted whole.
    let byRule: [CostOrigin]
    /// Only the links that are certain followed.
    let certain: [CostOrigin]
    /// By index: where the certain links before it end.
    let anchor: [Int32]

    /// - Complexity: O(n): an interaction comes after what it is linked to.
    init(_ book: JourneyBook) {
        let count = book.role.count
        var byRule: [CostOrigin] = []
        var certain: [CostOrigin] = []
        var anchor: [Int32] = []
        byRule.reserveCapacity(count)
        certain.reserveCapacity(count)
        anchor.reserveCapacity(count)
        for index in 0..<count {
            var whole = CostOrigin(contact: Int32(index), failure: 0)
            var sure = whole
            var end = Int32(index)
            let edge = book.edge(of: index)
            if edge != .none {
                let earlier = Int(book.predecessor[index])
                whole.follow(edge, to: earlier, failure: book.failure[earlier])
                if book.probability[index] == 1_000_000 {
                    sure = whole
                    sure.follow(certain[earlier])
                    end = anchor[earlier]
                }
                whole.follow(byRule[earlier])
            }
            byRule.append(whole)
            certain.append(sure)
            anchor.append(end)
        }
        self.byRule = byRule
        self.certain = certain
        self.anchor = anchor
    }
}
