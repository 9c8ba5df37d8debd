// How unevenly a burden lies on customers and journeys: Gini, shares of the top, tails.

import Events
import Statistics

/// The shape of a distribution of amounts that are not negative.
package struct BurdenShape: Hashable, Sendable {
    package let count: Int
    /// As a floating number: spans of millions of journeys pass 64 bits.
    package let total: Double
    /// 0 is even; `nil` where the total is zero.
    package let gini: Double?
    /// Shares of the total that the top 1, 5 and 10 % hold, at least one member each.
    package let topShares: [Double?]
    /// The smallest amount that at least 95 % do not exceed, and the mean from it up.
    package let percentile95: Int64?
    package let tailMean95: Double?

    package static let topFractions = [0.01, 0.05, 0.1]

    /// - Complexity: O(n log n).
    package init(_ amounts: [Int64]) {
        let sorted = amounts.sorted()
        let values = sorted.map(Double.init)
        count = sorted.count
        total = Double(sorted.reduce(Int128(0)) { $0 + Int128($1) })
        gini = Concentration.gini(values)
        topShares = BurdenShape.topFractions.map {
            Concentration.topShare(values, fraction: $0)
        }
        let tail = sorted.dropFirst(max(0, (95 * sorted.count + 99) / 100 - 1))
        percentile95 = observedQuantile(sorted, percent: 95)
        tailMean95 =
            sorted.isEmpty
            ? nil
            : Double(tail.reduce(Int128(0)) { $0 + Int128($1) }) / Double(tail.count)
    }
}

/// What customers and journeys carry.
package struct ConcentrationView: Sendable {
    /// By known customer: contacts, cost, own time.
    package let contactsByCustomer: BurdenShape
    package let costByCustomer: BurdenShape
    package let timeByCustomer: BurdenShape
    /// By journey: cost, own time, from first contact to the last one's end.
    package let costByJourney: BurdenShape
    package let timeByJourney: BurdenShape
    package let spanByJourney: BurdenShape

    /// - Complexity: O(n log n).
    package init(_ record: ViewRecord, _ selection: Selection) {
        let table = record.table
        let book = record.book
        var contacts = [Int64](repeating: 0, count: table.customers.count)
        var customerCosts = contacts
        var customerTimes = contacts
        var isSeen = [Bool](repeating: false, count: table.customers.count)
        var costs = [Int64](repeating: 0, count: book.journeys.count)
        var times = costs
        for (index, contact) in table.contacts.enumerated() {
            let cost = record.cost(index)
            let time = book.rules.ownTime(contact)
            costs[Int(book.journeyOf[index])] += cost
            times[Int(book.journeyOf[index])] += time
            guard contact.isIdentified, selection.group(of: index) != nil else { continue }
            let customer = Int(contact.customer)
            isSeen[customer] = true
            customerCosts[customer] += cost
            customerTimes[customer] += time
            if record.visits.isStart(index) { contacts[customer] += 1 }
        }
        func seen(_ amounts: [Int64]) -> BurdenShape {
            BurdenShape(zip(amounts, isSeen).compactMap { $1 ? $0 : nil })
        }
        contactsByCustomer = seen(contacts)
        costByCustomer = seen(customerCosts)
        timeByCustomer = seen(customerTimes)
        let members = book.journeys.indices.filter {
            selection.group(of: Int(book.journeys[$0].first)) != nil
        }
        costByJourney = BurdenShape(members.map { costs[$0] })
        timeByJourney = BurdenShape(members.map { times[$0] })
        spanByJourney = BurdenShape(
            members.map { number in
                let journey = book.journeys[number]
                return table.contacts[Int(journey.last)].endMicroseconds
                    - table.contacts[Int(journey.first)].at.microseconds
            })
    }
}
