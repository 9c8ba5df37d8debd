// The tail's events, decoded once: every reader of a stream needs all of them, and they are single
// values that have to be taken apart one by one.

import Events
import LMDB
import Synchronization

/// The tail as this process has seen it. Events are never changed, so it is only ever extended, or
/// begun anew where the events have been sealed.
struct TailCache: Sendable {
    private(set) var sealedThrough = LogPosition.beforeFirst
    private(set) var events: [RecordedEvent] = []
    /// Places in ``events`` of each customer's and each issue's.
    private var places: [UInt32: [Int]] = [:]

    var last: LogPosition { LogPosition(sealedThrough.rawValue + UInt64(events.count)) }

    init() {}

    init(sealedThrough: LogPosition) { self.sealedThrough = sealedThrough }

    mutating func append(_ recorded: RecordedEvent) {
        let customer = recorded.event.customer.symbol.rawValue
        let issue = recorded.event.issue.symbol.rawValue
        if customer != 0 { places[customer, default: []].append(events.count) }
        if issue != 0, issue != customer { places[issue, default: []].append(events.count) }
        events.append(recorded)
    }

    /// Where a stream's events are, through a position.
    func positions(of symbol: Symbol, through last: LogPosition) -> [LogPosition] {
        (places[symbol.rawValue] ?? []).map { events[$0].position }.filter { $0 <= last }
    }

    /// The events behind a position, through another.
    func columns(after first: LogPosition, through last: LogPosition) -> EventColumns {
        var columns = EventColumns()
        for recorded in events where recorded.position > first && recorded.position <= last {
            columns.append(recorded)
        }
        return columns
    }

    func event(at position: LogPosition) -> RecordedEvent? {
        guard position > sealedThrough, position <= last else { return nil }
        return events[Int(position.rawValue - sealedThrough.rawValue) - 1]
    }
}

extension Log {
    /// The tail as of a head; it may hold later events too.
    func tail(
        _ head: StoredHead, _ transaction: borrowing ReadTransaction
    ) throws -> TailCache {
        try tailCache.withLock { cache in
            if cache.sealedThrough < head.sealedThrough {
                cache = TailCache(sealedThrough: head.sealedThrough)
            }
            // A reader of an older commit, whose tail is in blocks by now.
            if cache.sealedThrough > head.sealedThrough {
                var older = TailCache(sealedThrough: head.sealedThrough)
                try extend(&older, to: head, transaction)
                return older
            }
            try extend(&cache, to: head, transaction)
            return cache
        }
    }

    private func extend(
        _ cache: inout TailCache, to head: StoredHead, _ transaction: borrowing ReadTransaction
    ) throws {
        try forEachStoredTailEvent(
            from: cache.last.next, through: head.position, transaction
        ) { recorded in
            cache.append(recorded)
            return true
        }
    }
}
