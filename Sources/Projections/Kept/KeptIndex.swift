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

    /// Identified interactions by dense customer.
    private let byCustomer: RowGroups
    private let byJourney: RowGroups

    /// - Complexity: O(n): two counting sorts.
    init(_ table: ContactTable, _ book: JourneyBook) {
        // As many as the customers need, so that names that came since change nothing here.
        let last = table.customers.reduce(UInt32(0)) { max($0, $1.symbol.rawValue) }
        var customers = [Int32](repeating: 0, count: Int(last) + 1)
        for (number, customer) in table.customers.enumerated() {
            customers[Int(customer.symbol.rawValue)] = Int32(number + 1)
        }
        self.customers = customers
        (byCustomer, byJourney) = Parallel.both(
            {
                RowGroups(of: table.contacts.count, groups: table.customers.count) {
                    table.contacts[$0].customer
                }
            },
            {
                RowGroups(of: table.contacts.count, groups: book.journeys.count) {
                    book.journeyOf[$0]
                }
            })
    }

    var keptColumns: [KeptColumn] {
        func column(_ name: String, _ values: [Int32]) -> KeptColumn {
            KeptColumn(name, count: values.count) { values[$0].map(Int64.init) }
        }
        return [
            column(KeptIndex.customerOfName, customers),
            column(KeptIndex.customerStarts, byCustomer.starts),
            column(KeptIndex.byCustomerName, byCustomer.rows),
            column(KeptIndex.journeyStarts, byJourney.starts),
            column(KeptIndex.byJourneyName, byJourney.rows),
        ]
    }
}
