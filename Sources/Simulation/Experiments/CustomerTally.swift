// What a run of replications says of each customer: integer sums, so that they are the same on any
// number of threads.

import Projections

/// Sums over replications, by dense customer.
package struct CustomerTally: Sendable {
    /// One customer's sums.
    package struct Entry: Hashable, Sendable {
        /// Replications in which a contact of theirs was in the scenario's scope.
        package fileprivate(set) var reached: Int64 = 0
        /// Of these: spent more of their own time or gave up, spent less, gave up.
        package fileprivate(set) var worseOff: Int64 = 0
        package fileprivate(set) var betterOff: Int64 = 0
        package fileprivate(set) var gaveUp: Int64 = 0
        /// Change of the cash charged for them, in thousandths of a minor unit, and of their own
        /// time, in microseconds.
        package fileprivate(set) var cash: Int64 = 0
        package fileprivate(set) var time: Int64 = 0

        static func += (left: inout Entry, right: Entry) {
            left.reached += right.reached
            left.worseOff += right.worseOff
            left.betterOff += right.betterOff
            left.gaveUp += right.gaveUp
            left.cash += right.cash
            left.time += right.time
        }
    }

    package private(set) var customers: [Entry]
    /// Dense customers by their number in the scratch; others are never reached.
    private let reached: [Int32]
    /// The same of contacts without a customer, and of what belongs to nobody.
    package private(set) var nobody = Entry()

    package init(_ plan: ReplayPlan) {
        customers = [Entry](repeating: Entry(), count: plan.table.customers.count)
        reached = Array(plan.trees.customers.prefix(plan.trees.reachedCustomerCount))
    }

    /// Adds the replication that the scratch has just been used for.
    mutating func add(_ scratch: borrowing ReplayScratch) {
        nobody += CustomerTally.entry(scratch.customers[0])
        for (number, customer) in reached.enumerated() {
            customers[Int(customer)] += CustomerTally.entry(scratch.customers[number + 1])
        }
    }

    /// Adds what another thread summed up.
    package mutating func add(_ other: CustomerTally) {
        nobody += other.nobody
        for index in customers.indices { customers[index] += other.customers[index] }
    }

    static func entry(_ state: ReplayScratch.CustomerState) -> Entry {
        var entry = Entry()
        entry.cash = state.booked
        entry.time = state.time
        guard state.marks.contains(.reached) else { return entry }
        entry.reached = 1
        entry.gaveUp = state.marks.contains(.gaveUp) ? 1 : 0
        entry.worseOff = state.isWorseOff ? 1 : 0
        entry.betterOff = state.isBetterOff ? 1 : 0
        return entry
    }
}
