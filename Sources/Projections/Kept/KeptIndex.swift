// Where the interactions of one customer and of one journey stand among the kept ones, so that a
// single one is opened without reading the others.

import Events
import Parallelism

/// Interactions grouped by customer and by journey.
struct KeptIndex {
    static let customerOfName = "index.customer-of-name"
    static let customerStarts = "index.customer-starts"
    static let byCustomerName = "index.by-customer"
    static let journeyStarts = "index.journey-starts"
    static let byJourneyName = "index.by-journey"

    /// By symbol: one more than the dense number of the customer with that name, 0 for none.
    private let customers: [Int32]
    /// Symbols up to the last one that is a customer's.
    var nameCount: Int { customers.count }

    /// By dense customer: where theirs begin; at the end, how many there are.
    private let customerStarts: [Int32]
    /// Identified interactions by customer, then in time order.
    let byCustomer: [Int32]
    private let journeyStarts: [Int32]
    private let byJourney: [Int32]

    /// - Complexity: O(n): two counting sorts.
    init(_ table: ContactTable, _ book: JourneyBook) {
        // As many as the customers need, so that names that came since change nothing here.
        let last = table.customers.reduce(UInt32(0)) { max($0, $1.symbol.rawValue) }
        var customers = [Int32](repeating: 0, count: Int(last) + 1)
        for (number, customer) in table.customers.enumerated() {
            customers[Int(customer.symbol.rawValue)] = Int32(number + 1)
        }
        self.customers = customers
        ((customerStarts, byCustomer), (journeyStarts, byJourney)) = Parallel.both(
            {
                KeptIndex.grouped(table.contacts.count, groups: table.customers.count) {
                    table.contacts[$0].customer
                }
            },
            {
                KeptIndex.grouped(table.contacts.count, groups: book.journeys.count) {
                    book.journeyOf[$0]
                }
            })
    }

    /// - Parameter group: of a row; -1 for none.
    private static func grouped(
        _ count: Int, groups: Int, _ group: (Int) -> Int32
    ) -> (starts: [Int32], rows: [Int32]) {
        var starts = [Int32](repeating: 0, count: groups + 1)
        for row in 0..<count where group(row) >= 0 { starts[Int(group(row)) + 1] += 1 }
        for index in starts.indices.dropFirst() { starts[index] += starts[index - 1] }
        var next = starts
        var rows = [Int32](repeating: 0, count: Int(starts[groups]))
        for row in 0..<count where group(row) >= 0 {
            rows[Int(next[Int(group(row))])] = Int32(row)
            next[Int(group(row))] += 1
        }
        return (starts, rows)
    }

    var keptColumns: [KeptColumn] {
        func column(_ name: String, _ values: [Int32]) -> KeptColumn {
            KeptColumn(name, count: values.count) { values[$0].map(Int64.init) }
        }
        return [
            column(KeptIndex.customerOfName, customers),
            column(KeptIndex.customerStarts, customerStarts),
            column(KeptIndex.byCustomerName, byCustomer),
            column(KeptIndex.journeyStarts, journeyStarts),
            column(KeptIndex.byJourneyName, byJourney),
        ]
    }
}
