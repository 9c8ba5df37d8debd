// The trees that an automation reaches, and what a replay of them looks up, as words of 64 bits:
// for the program in another language that replays the same ones, against which ours is held.
// tools/peers/README.md says what stands where.

import Events
import Modeling
import Projections
import Randomness

extension ReplayPlan {
    /// - Precondition: one automation, a step without a bad release, of which nothing is carried
    ///   over and nothing leads out.
    package func words(of replications: Range<Int>) -> [UInt64] {
        precondition(tables.automations.count == 1, "\(tables.automations.count) automations")
        let automation = tables.automations[0]
        let purposes = automation.purposes
        var words = [
            trees.reachedContacts.count, trees.reached.count, trees.reachedCustomerCount + 1,
            trees.longest, tables.payerCount, tables.failureCount, tables.weekCount,
            Int(tables.firstWeek), dimensions.causedCount, dimensions.paidCount,
            tables.modelFailureCount, tables.automationFailure, automation.payer,
            tables.rows.rosterPayer, tables.firstPaidOfNoIntent, tables.meanReworkCost.count,
            tables.delays[tables.automationFailure].edges.count, replications.count,
        ].map { UInt64(bitPattern: Int64($0)) }
        words += [
            AddedCause.falselyContained, .leftAutomation, .contextLost, .misrouted, .automation,
        ].map { UInt64(tables.rows.failure($0)) }
        words += [UnplacedCause.fixedCost, .keptCapacity].map { UInt64(tables.rows.row($0)) }
        words += [
            tables.purposes.link, tables.purposes.difficulty, tables.purposes.unseenReturn,
            purposes.exposure, purposes.success, purposes.failedEnd, purposes.falseReturn,
            purposes.leftReturn, purposes.returnDelay, purposes.contextLost, purposes.misrouted,
        ].map { UInt64($0.rawValue) }
        words += tables.delays[tables.automationFailure].edges.map { UInt64(bitPattern: $0) }
        words += tables.delays[tables.automationFailure].cumulative.map(\.bitPattern)
        words += tables.meanReworkCost.map { UInt64(bitPattern: $0) }
        words += trees.reached.map { UInt64(trees.places($0).lowerBound) }
        words += [UInt64(trees.reachedContacts.upperBound)]
        for contact in trees.contacts[trees.reachedContacts] { words += contact.words }
        words += profile.words(ofCustomers: trees.reachedCustomerCount)
        for replication in replications {
            words += self.words(ofReplication: UInt32(replication))
        }
        return words
    }

    private func words(ofReplication replication: UInt32) -> [UInt64] {
        let parameters = parameters(draw: Int(replication) / 2)
        let drawn = parameters.automations[0]
        let active = ActiveAutomation(
            tables.automations[0], drawn, draws: Draws(seed: seed, replication: replication))
        let key = DrawKey(seed: seed, replication: replication).philox
        let floats = [
            drawn.exposure, drawn.resolved, drawn.falseGivenUnresolved,
            drawn.handedOverGivenUnresolved, active.successThreshold, active.strength,
            active.luckWeight, active.observedWeight, active.unobservedWeight,
            drawn.value(.falseReturns, otherwise: 0),
            drawn.value(.abandonedReturns, otherwise: .nan),
            drawn.value(.contextLost, otherwise: 0), drawn.value(.misrouted, otherwise: 0),
        ]
        let integers = [
            drawn.microseconds(.seconds), drawn.microseconds(.contextPenaltySeconds),
            drawn.microseconds(.misrouteSeconds), drawn.runCostPerUse, drawn.fixedCost,
        ]
        return [UInt64(key.low), UInt64(key.high)] + floats.map(\.bitPattern)
            + integers.map { UInt64(bitPattern: $0) }
            + parameters.returnProbability.map(\.bitPattern)
    }
}

extension RecordedProfile {
    fileprivate func words(ofCustomers count: Int) -> [UInt64] {
        var integers = [
            Int64(window.lowerBound), Int64(window.count), Int64(segments.count),
            Int64(counts.customers.count), effort.count, effort.sum, effort.squares,
        ]
        for day in window {
            integers += [DayFigure.contacts, .served, .servedTime].map { self[day, $0] }
        }
        integers += counts.customers
        for customer in 0..<count {
            integers += [Int64(contactsOf[customer]), Int64(segmentOf[customer])]
        }
        return integers.map { UInt64(bitPattern: $0) }
    }
}

extension RecordedContact {
    fileprivate var words: [UInt64] {
        let (first, second) = charges
        let integers: [Int64] = [
            at, localOffset, Int64(day), Int64(customer), Int64(cause), Int64(linkMillionths),
            Int64(intent),
            Int64(family), Int64(failure), Int64(namedFailure), Int64(marks.rawValue),
            isInScope ? 1 : 0, handleTime, customerTime, window, Int64(first.payer),
            first.isHandling ? 1 : 0, first.amount, Int64(second.payer),
            second.isHandling ? 1 : 0, second.amount, Int64(rate.payer),
            rate.perMinute.thousandths,
        ]
        return [address, difficulty.bitPattern] + integers.map { UInt64(bitPattern: $0) }
    }
}
