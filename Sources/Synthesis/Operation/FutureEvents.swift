// What will happen, soonest first. What lies beyond the present quarter hour waits in its quarter
// hour's list, so that the heap stays small and in the cache.

/// Something that will happen to an issue. The word of order is time, kind, issue: two events
/// never share one, so their order does not depend on when they were foreseen.
struct FutureEvent {
    enum Kind: UInt64 {
        case serviceEnd, automationEnd, touch, patienceEnd, leaving
    }

    let order: UInt64
    let slot: UInt32

    init(time: Int, kind: Kind, issue: UInt32, slot: UInt32) {
        precondition(time >= 0 && time < 1 << 28, "the time \(time) s does not fit an event")
        order = UInt64(time) << 36 | kind.rawValue << 32 | UInt64(issue)
        self.slot = slot
    }

    var time: Int { Int(order >> 36) }
    var issue: UInt32 { UInt32(truncatingIfNeeded: order) }
    var kind: Kind {
        guard let kind = Kind(rawValue: order >> 32 & 0xf) else {
            preconditionFailure("the order \(order) names no kind")
        }
        return kind
    }
}

/// A binary heap of the present quarter hour, and a list for each later one.
struct FutureEvents {
    private var near: [FutureEvent] = []
    private var far: [[FutureEvent]]
    private var nearEnd = 0
    private let end: Int

    /// - Parameter end: The operation's last second; what lies beyond never happens.
    init(end: Int) {
        self.end = end
        far = [[FutureEvent]](repeating: [], count: end / OperationClock.quarter + 1)
    }

    /// Takes the events of a quarter hour into the heap; quarters are opened in order.
    mutating func open(quarter: Int) {
        nearEnd = (quarter + 1) * OperationClock.quarter
        let events = far[quarter]
        far[quarter] = []
        for event in events { push(event) }
    }

    mutating func add(_ time: Int, _ kind: FutureEvent.Kind, issue: UInt32, slot: UInt32) {
        guard time < end else { return }
        let event = FutureEvent(time: time, kind: kind, issue: issue, slot: slot)
        if time < nearEnd {
            push(event)
        } else {
            far[time / OperationClock.quarter].append(event)
        }
    }

    /// The order of the soonest event of this quarter hour.
    var first: UInt64? { near.first?.order }

    private mutating func push(_ event: FutureEvent) {
        near.append(event)
        var child = near.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard event.order < near[parent].order else { break }
            near[child] = near[parent]
            child = parent
        }
        near[child] = event
    }

    /// - Complexity: O(log of the events in this quarter hour).
    mutating func takeFirst() -> FutureEvent? {
        guard let first = near.first, let last = near.popLast() else { return nil }
        guard !near.isEmpty else { return first }
        var parent = 0
        while true {
            var child = 2 * parent + 1
            if child >= near.count { break }
            if child + 1 < near.count, near[child + 1].order < near[child].order { child += 1 }
            guard near[child].order < last.order else { break }
            near[parent] = near[child]
            parent = child
        }
        near[parent] = last
        return first
    }
}

/// First in, first out, without moving what waits.
struct Line<Element> {
    private var elements: [Element] = []
    private var head = 0

    var isEmpty: Bool { head == elements.count }

    mutating func append(_ element: Element) { elements.append(element) }

    mutating func takeFirst() -> Element? {
        guard head < elements.count else { return nil }
        defer {
            head += 1
            if head > 1_024, head * 2 > elements.count {
                elements.removeSubrange(..<head)
                head = 0
            }
        }
        return elements[head]
    }

    mutating func putBack(_ element: Element) {
        if head > 0 {
            head -= 1
            elements[head] = element
        } else {
            elements.insert(element, at: 0)
        }
    }
}
