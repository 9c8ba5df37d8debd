// The recorded contacts in the order of a replay: contacts that may hang together by causes stand
// together, each such tree in order of time. What one contact leaves to the next is then still in
// the fastest memory, and trees that no automation reaches are not replayed at all.

import Projections

struct RecordedTrees: Sendable {
    let contacts: [RecordedContact]
    /// Where each tree begins among the contacts, and behind the last one its end.
    private let starts: [Int32]
    /// First the trees with a contact that an automation reaches, then those of the others with a
    /// link that is neither certain nor impossible, then the rest.
    let reached: Range<Int>
    let drawn: Range<Int>
    let certain: Range<Int>
    /// Contacts of the longest tree.
    let longest: Int
    /// Dense customers of the table by their number here; first those of the reached trees.
    let customers: [Int32]
    let reachedCustomerCount: Int

    /// - Parameter contact: makes the contact of a place in the layout, with its customer and
    ///   cause as here.
    init(
        _ layout: TreeLayout, _ contact: (Int) -> RecordedContact
    ) {
        contacts = layout.order.indices.map(contact)
        starts = layout.starts
        reached = layout.reached
        drawn = layout.drawn
        certain = layout.certain
        longest = zip(starts, starts.dropFirst()).reduce(0) { max($0, Int($1.1 - $1.0)) }
        customers = layout.customers
        reachedCustomerCount = layout.reachedCustomerCount
    }

    /// Where the contacts of a tree stand.
    func places(_ tree: Int) -> Range<Int> { Int(starts[tree])..<Int(starts[tree + 1]) }

    var reachedContacts: Range<Int> { 0..<Int(starts[reached.upperBound]) }
}

/// The order of ``RecordedTrees`` before its contacts are made.
struct TreeLayout {
    /// Active contacts, by place here: their place in order of time.
    let order: [Int32]
    let starts: [Int32]
    let reached: Range<Int>
    let drawn: Range<Int>
    let certain: Range<Int>
    let customers: [Int32]
    let reachedCustomerCount: Int
    /// By dense customer of the table: the number here, or -1.
    private let customerNumbers: [Int32]
    /// By place in time: the place here, less where its tree begins.
    private let slots: [Int32]

    /// - Parameters: all by place in order of time; ``cause`` is such a place before it, or -1.
    init(cause: [Int32], linkMillionths: [Int32], isReached: [Bool], customer: [Int32]) {
        let count = cause.count
        var root = [Int32](0..<Int32(count))
        var kind = [UInt8](repeating: 2, count: count)
        var size = [Int32](repeating: 0, count: count)
        for index in 0..<count {
            if cause[index] >= 0 { root[index] = root[Int(cause[index])] }
            let own = Int(root[index])
            size[own] += 1
            let isDrawn =
                cause[index] >= 0 && linkMillionths[index] > 0
                && linkMillionths[index] < 1_000_000
            if isReached[index] { kind[own] = 0 } else if isDrawn { kind[own] = min(kind[own], 1) }
        }
        // Trees of one customer stand together, so that a replay goes over customers in order.
        var keys: [UInt64] = []
        for tree in 0..<count where root[tree] == tree {
            let place = UInt64(customer[tree] + 1) << 31 | UInt64(tree)
            keys.append(UInt64(kind[tree]) << 62 | place)
        }
        keys.sort()
        var starts: [Int32] = [0]
        starts.reserveCapacity(keys.count + 1)
        var next = [Int32](repeating: 0, count: count)
        for key in keys {
            let tree = Int(key & 0x7fff_ffff)
            let start = starts[starts.count - 1]
            next[tree] = start
            starts.append(start + size[tree])
        }
        var order = [Int32](repeating: 0, count: count)
        var slots = [Int32](repeating: 0, count: count)
        // `size` counts down to what is still to be placed.
        let sizes = size
        for index in 0..<count {
            let own = Int(root[index])
            slots[index] = sizes[own] - size[own]
            order[Int(next[own] + slots[index])] = Int32(index)
            size[own] -= 1
        }
        let firstDrawn = keys.firstIndex { $0 >> 62 >= 1 } ?? keys.count
        let firstCertain = keys.firstIndex { $0 >> 62 >= 2 } ?? keys.count
        reached = 0..<firstDrawn
        drawn = firstDrawn..<firstCertain
        certain = firstCertain..<keys.count
        self.starts = starts
        self.order = order
        self.slots = slots
        var numbers = [Int32](repeating: -1, count: Int(customer.max() ?? -1) + 1)
        var customers: [Int32] = []
        var reachedCount = 0
        for (place, index) in order.enumerated() {
            if place == Int(starts[firstDrawn]) { reachedCount = customers.count }
            let customer = customer[Int(index)]
            guard customer >= 0, numbers[Int(customer)] < 0 else { continue }
            numbers[Int(customer)] = Int32(customers.count)
            customers.append(customer)
        }
        reachedCustomerCount = Int(starts[firstDrawn]) == count ? customers.count : reachedCount
        self.customers = customers
        customerNumbers = numbers
    }

    /// A place in time as a place in its tree.
    func slot(_ place: Int32) -> Int32 { place < 0 ? -1 : slots[Int(place)] }

    /// The number here of a dense customer of the table.
    func number(_ customer: Int32) -> Int32 { customer < 0 ? -1 : customerNumbers[Int(customer)] }
}
