// How unevenly a burden lies: Gini, shares of the top, tails.

import Events

/// The shape of a distribution of amounts that are not negative.
package struct Concentration: Hashable, Sendable {
    package let count: Int
    package let total: Int64
    /// G = (2 Σ i·x_i) / (n Σ x_i) − (n + 1) / n over the sorted amounts; 0 is even, 1 is all on one.
    package let gini: Double?
    /// Share of the total that the top 1, 5 and 10 % hold; at least one member each.
    package let topShares: [Double?]
    /// 95 % quantile (the smallest amount that at least 95 % do not exceed), and the mean from it up.
    package let percentile95: Int64?
    package let tailMean95: Double?

    package static let topPercents = [1, 5, 10]

    /// - Complexity: O(n log n).
    package init(_ amounts: [Int64]) {
        let sorted = amounts.sorted()
        let count = sorted.count
        let total = sorted.reduce(0, +)
        self.count = count
        self.total = total
        guard count > 0 else {
            (gini, percentile95, tailMean95) = (nil, nil, nil)
            topShares = Concentration.topPercents.map { _ in nil }
            return
        }
        let place = (95 * count + 99) / 100 - 1
        let tail = sorted[place...]
        percentile95 = sorted[place]
        tailMean95 = Double(tail.reduce(0, +)) / Double(tail.count)
        guard total > 0 else {
            gini = nil
            topShares = Concentration.topPercents.map { _ in nil }
            return
        }
        // Integer sums, so that the order of equal amounts does not reach the result.
        var ranked: Int128 = 0
        for (index, amount) in sorted.enumerated() {
            ranked += Int128(index + 1) * Int128(amount)
        }
        let (n, sum) = (Double(count), Double(total))
        gini = 2 * Double(ranked) / (n * sum) - (n + 1) / n
        topShares = Concentration.topPercents.map { percent in
            let top = max(1, (count * percent + 50) / 100)
            return Double(sorted[(count - top)...].reduce(0, +)) / sum
        }
    }
}

/// What customers and journeys carry.
package struct ConcentrationView: Sendable {
    /// By known customer: contacts, cost, own time.
    package let contactsByCustomer: Concentration
    package let costByCustomer: Concentration
    package let timeByCustomer: Concentration
    /// By journey: cost, own time, from first contact to the last one's end.
    package let costByJourney: Concentration
    package let timeByJourney: Concentration
    package let spanByJourney: Concentration

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
            if Int(record.visits.firstLeg[index]) == index { contacts[customer] += 1 }
        }
        func seen(_ amounts: [Int64]) -> Concentration {
            Concentration(zip(amounts, isSeen).compactMap { $1 ? $0 : nil })
        }
        contactsByCustomer = seen(contacts)
        costByCustomer = seen(customerCosts)
        timeByCustomer = seen(customerTimes)
        let members = book.journeys.indices.filter {
            selection.group(of: Int(book.journeys[$0].first)) != nil
        }
        costByJourney = Concentration(members.map { costs[$0] })
        timeByJourney = Concentration(members.map { times[$0] })
        spanByJourney = Concentration(
            members.map { number in
                let journey = book.journeys[number]
                return table.contacts[Int(journey.last)].endMicroseconds
                    - table.contacts[Int(journey.first)].at.microseconds
            })
    }
}
