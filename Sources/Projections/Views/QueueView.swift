// What happened in the queue and at the desk, by intent, with each rate's base beside it.

import Events

/// Counts and times of one group of contacts. Times are sums in microseconds over the stated
/// bases, so that groups add up exactly.
package struct QueueFigures: Hashable, Sendable {
    package var contacts = 0
    /// Waited longer than zero.
    package var queued = 0
    package var abandonedInQueue = 0
    package var servedAfterQueue = 0
    package var servedWithoutQueue = 0
    package var leftWithoutQueue = 0
    /// Passed on by automation before any queue.
    package var handedOnWithoutQueue = 0
    /// Waited, and were passed on before a person served them.
    package var handedOnInQueue = 0
    package var waitHandedOn: Int64 = 0
    package var waitServed: Int64 = 0
    package var waitAbandoned: Int64 = 0
    /// Handle times of 1 s to 1 h, the bounds that leave out slips of the clock.
    package var handleTimes: [Int64] = []

    package init() {}

    package var abandonmentRate: Double? { share(abandonedInQueue, of: queued) }
    /// Contacts that reached the queue or a person: those who left in automation are left out.
    package var offered: Int { queued + servedWithoutQueue }
    package var abandonmentOfOffered: Double? { share(abandonedInQueue, of: offered) }
    /// Average speed of answer: queue time of served contacts, at once counted as zero.
    package var averageSpeedOfAnswerSeconds: Double? {
        mean(waitServed, servedAfterQueue + servedWithoutQueue)
    }
    /// Served contacts whose handle time is unknown or outside the bounds.
    package var handleTimesLeftOut: Int {
        servedAfterQueue + servedWithoutQueue - handleTimes.count
    }
    package var meanWaitSeconds: Double? { mean(waitServed + waitAbandoned + waitHandedOn, queued) }
    package var meanWaitServedSeconds: Double? { mean(waitServed, servedAfterQueue) }
    package var meanWaitAbandonedSeconds: Double? { mean(waitAbandoned, abandonedInQueue) }
    package var meanHandleSeconds: Double? { mean(handleTimes.reduce(0, +), handleTimes.count) }

    /// Median of the handle times in seconds; the mean of the middle two for an even count.
    package var medianHandleSeconds: Double? {
        guard !handleTimes.isEmpty else { return nil }
        let sorted = handleTimes.sorted()
        let middle = sorted.count / 2
        let doubled =
            sorted.count % 2 == 1 ? 2 * sorted[middle] : sorted[middle - 1] + sorted[middle]
        return Double(doubled) / 2_000_000
    }

    /// Sample standard deviation (divisor n − 1) of the handle times in seconds.
    package var standardDeviationHandleSeconds: Double? {
        guard handleTimes.count > 1, let mean = meanHandleSeconds else { return nil }
        let seconds = handleTimes.map { Double($0) / 1_000_000 }
        return sampleVariance(seconds, mean: mean).squareRoot()
    }

    private func mean(_ microseconds: Int64, _ count: Int) -> Double? {
        count == 0 ? nil : Double(microseconds) / 1_000_000 / Double(count)
    }
}

/// Queue and handle-time figures by group.
package struct QueueView: Sendable {
    package static let handleBoundsMicroseconds: ClosedRange<Int64> = 1_000_000...3_600_000_000

    package private(set) var total = QueueFigures()
    package private(set) var groups: [QueueFigures]
    /// Contacts in channels in which nobody waits or talks: an e-mail's hours are no queue's.
    package private(set) var asynchronous = 0

    /// - Parameter rules: which channels are asynchronous; their contacts are left out unless
    ///   `hasAsynchronous`.
    /// - Complexity: O(n).
    package init(
        _ table: ContactTable, selection: Selection, rules: ResolvedLinkRules,
        hasAsynchronous: Bool = false
    ) {
        groups = [QueueFigures](repeating: QueueFigures(), count: selection.count)
        for (index, contact) in table.contacts.enumerated() where contact.isInbound {
            guard let group = selection.group(of: index) else { continue }
            guard hasAsynchronous || !rules.isAsynchronous(contact) else {
                asynchronous += 1
                continue
            }
            QueueView.add(contact, to: &total)
            QueueView.add(contact, to: &groups[group])
        }
    }

    private static func add(_ contact: Contact, to figures: inout QueueFigures) {
        figures.contacts += 1
        let isQueued = contact.wait > 0
        if isQueued { figures.queued += 1 }
        switch (contact.isServed, isQueued) {
        case (true, true):
            figures.servedAfterQueue += 1
            figures.waitServed += contact.wait
        case (true, false): figures.servedWithoutQueue += 1
        case (false, true) where contact.isHandedOn:
            figures.handedOnInQueue += 1
            figures.waitHandedOn += contact.wait
        case (false, true):
            figures.abandonedInQueue += 1
            figures.waitAbandoned += contact.wait
        case (false, false):
            if contact.isHandedOn {
                figures.handedOnWithoutQueue += 1
            } else {
                figures.leftWithoutQueue += 1
            }
        }
        if contact.isServed, let handle = contact.handleMicroseconds,
            handleBoundsMicroseconds.contains(handle)
        {
            figures.handleTimes.append(handle)
        }
    }
}
