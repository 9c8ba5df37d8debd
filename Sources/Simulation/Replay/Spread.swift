// How unevenly contacts fall on customers, and effort on contacts and days.

import Statistics

/// How many customers have how many contacts.
package struct ContactCounts: Hashable, Sendable {
    /// By number of contacts: customers.
    private(set) var customers: [Int64] = []

    /// - Parameter contactsOf: contacts by customer; those without any are no customers of it.
    package init(_ contactsOf: [Int32]) {
        for count in contactsOf where count > 0 { add(Int(count), 1) }
    }

    /// One customer has `after` contacts and not `before`; where there were none before, one more
    /// customer has contacts.
    package mutating func move(from before: Int, to after: Int) {
        if before > 0 { add(before, -1) }
        add(after, 1)
    }

    private mutating func add(_ count: Int, _ change: Int64) {
        precondition(count >= 0, "a customer with \(count) contacts")
        while customers.count <= count { customers.append(0) }
        customers[count] += change
    }

    /// ``Concentration/gini(_:)`` of contacts by customer; `nil` without contacts.
    /// - Complexity: O(most contacts of a customer).
    package var gini: Double? {
        let n = customers.reduce(0, +)
        var before: Int64 = 0
        var weighted: Int64 = 0
        var sum: Int64 = 0
        for (contacts, count) in customers.enumerated() {
            // Ranks before + 1 to before + count, each with 2·rank − n − 1.
            weighted += Int64(contacts) * count * (2 * before + count - n)
            sum += Int64(contacts) * count
            before += count
        }
        return sum > 0 ? Double(weighted) / (Double(n) * Double(sum)) : nil
    }

    /// The share of contacts that the tenth of customers with most of them make, rounded up to
    /// whole customers; `nil` without contacts.
    package var topTenth: Double? {
        let n = customers.reduce(0, +)
        var left = (n + 9) / 10
        var held: Int64 = 0
        var sum: Int64 = 0
        for (contacts, count) in customers.enumerated().reversed() {
            let taken = min(left, count)
            held += taken * Int64(contacts)
            left -= taken
            sum += Int64(contacts) * count
        }
        return sum > 0 ? Double(held) / Double(sum) : nil
    }
}

/// How unevenly contacts fall on customers, and effort on contacts and days; `nil` where there are
/// too few of them.
package struct Spread: Hashable, Sendable, Codable {
    /// Of contacts by known customer.
    package let gini: Double?
    package let topTenth: Double?
    /// Standard deviation over mean: of the handle time of contacts served, of its means by day,
    /// and of contacts by day.
    package let interactionVariation: Double?
    package let aggregateVariation: Double?
    package let contactsVariation: Double?

    init(counts: ContactCounts, effort: EffortMoments, days: [DayEffort]) {
        gini = counts.gini
        topTenth = counts.topTenth
        interactionVariation = effort.variation
        aggregateVariation = Spread.variation(
            days.filter { $0.served > 0 }.map { Double($0.time) / Double($0.served) })
        contactsVariation = Spread.variation(days.map { Double($0.contacts) })
    }

    /// (interaction after / before) / (aggregate after / before): above 1, volatility grows under
    /// a calm surface.
    package func masking(since before: Spread) -> Double? {
        guard let single = before.interactionVariation, let daily = before.aggregateVariation,
            let singleAfter = interactionVariation, let dailyAfter = aggregateVariation,
            single > 0, daily > 0, dailyAfter > 0
        else { return nil }
        return (singleAfter / single) / (dailyAfter / daily)
    }

    private static func variation(_ values: [Double]) -> Double? {
        guard let mean = Summation.mean(values), mean > 0,
            let variance = Summation.variance(values)
        else { return nil }
        return variance.squareRoot() / mean
    }
}

/// What a replication says of the reached customers of a segment.
package struct SegmentTotals: Hashable, Sendable, Codable {
    package internal(set) var reached = 0
    package internal(set) var worseOff = 0
    package internal(set) var betterOff = 0
    /// Change of the cash charged for them, in thousandths of a minor unit, and of their own time,
    /// in microseconds.
    package internal(set) var cash: Int64 = 0
    package internal(set) var time: Int64 = 0
}
