// Whether a calm average hides a restless experience.

import Events

/// Spread of a quantity over single interactions, and of its means over days.
package struct Volatility: Hashable, Sendable {
    package let count: Int
    package let mean: Double?
    /// Standard deviation over mean, of single interactions.
    package let interactionCV: Double?
    /// The same of the means of local days.
    package let dayCount: Int
    package let aggregateCV: Double?

    /// - Parameter values: the day and the value of each interaction.
    init(_ values: [(day: Int, value: Int64)]) {
        count = values.count
        var days: [Int: (sum: Int64, count: Int)] = [:]
        for (day, value) in values {
            days[day, default: (0, 0)].sum += value
            days[day, default: (0, 0)].count += 1
        }
        let means = days.sorted { $0.key < $1.key }.map { Double($1.sum) / Double($1.count) }
        dayCount = means.count
        mean =
            values.isEmpty
            ? nil : Double(values.reduce(Int64(0)) { $0 + $1.value }) / Double(values.count)
        interactionCV = Volatility.variation(values.map { Double($0.value) })
        aggregateCV = Volatility.variation(means)
    }

    /// Sample standard deviation (divisor n − 1) over the mean; `nil` where there is none.
    static func variation(_ values: [Double]) -> Double? {
        guard values.count > 1, let mean = Projections.mean(values), mean > 0 else { return nil }
        return sampleVariance(values, mean: mean).squareRoot() / mean
    }
}

/// Handle time, waiting and the customer's own time in the two halves of the period.
package struct VolatilityView: Sendable {
    package enum Quantity: String, CaseIterable, Sendable {
        case handleTime = "handle time"
        case wait = "wait"
        case ownTime = "customer's own time"
    }

    package struct Row: Sendable {
        package let quantity: Quantity
        package let before: Volatility
        package let after: Volatility

        /// (interaction CV after / before) / (aggregate CV after / before): above 1, volatility
        /// grows under a calm surface.
        package var stabilityMasking: Double? {
            guard let single = before.interactionCV, let singleAfter = after.interactionCV,
                let daily = before.aggregateCV, let dailyAfter = after.aggregateCV, single > 0,
                daily > 0, dailyAfter > 0
            else { return nil }
            return (singleAfter / single) / (dailyAfter / daily)
        }
    }

    package let rows: [Row]
    /// The day from which on "after" is, as days since 1970.
    package let split: Int

    /// - Complexity: O(n log n).
    package init(_ record: ViewRecord, _ selection: Selection) {
        let contacts = record.table.contacts
        let members = contacts.indices.filter {
            selection.group(of: $0) != nil && contacts[$0].isInbound
        }
        let days = members.map { contacts[$0].localDay }
        let split = middleDay(of: days)
        self.split = split
        rows = Quantity.allCases.map { quantity in
            var halves: (before: [(day: Int, value: Int64)], after: [(day: Int, value: Int64)])
            halves = ([], [])
            for (index, day) in zip(members, days) {
                guard
                    let value = VolatilityView.value(
                        quantity, contacts[index], record.book.rules)
                else { continue }
                if day < split {
                    halves.before.append((day, value))
                } else {
                    halves.after.append((day, value))
                }
            }
            return Row(
                quantity: quantity, before: Volatility(halves.before),
                after: Volatility(halves.after))
        }
    }

    private static func value(
        _ quantity: Quantity, _ contact: Contact, _ rules: ResolvedLinkRules
    ) -> Int64? {
        switch quantity {
        case .handleTime: contact.isServed ? contact.handleMicroseconds : nil
        case .wait: contact.wait < 0 ? nil : contact.wait
        case .ownTime: rules.ownTime(contact)
        }
    }
}
