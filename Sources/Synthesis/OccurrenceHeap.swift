// The future of the synthetic centre, soonest first.

/// Something that will happen. At one moment the kinds happen in the order of their raw values,
/// within a kind in the order in which they were foreseen.
struct Occurrence {
    enum Kind: Int {
        case serviceEnd, staffing, lineFree, voiceExit, entry, redial, patienceEnd
    }

    let time: Int
    let kind: Kind
    /// The call concerned; zero where there is none.
    let call: Int
    fileprivate(set) var sequence = 0

    init(time: Int, kind: Kind, call: Int = 0) {
        self.time = time
        self.kind = kind
        self.call = call
    }

    fileprivate func isBefore(_ other: Occurrence) -> Bool {
        if time != other.time { return time < other.time }
        if kind != other.kind { return kind.rawValue < other.kind.rawValue }
        return sequence < other.sequence
    }
}

/// A binary heap of occurrences.
struct OccurrenceHeap {
    private var heap: [Occurrence] = []
    private var added = 0

    /// - Complexity: O(log count).
    mutating func add(_ occurrence: Occurrence) {
        added += 1
        heap.append(occurrence)
        var child = heap.count - 1
        heap[child].sequence = added
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].isBefore(heap[parent]) else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    /// - Complexity: O(log count).
    mutating func takeFirst() -> Occurrence? {
        guard let first = heap.first else { return nil }
        let last = heap.removeLast()
        guard !heap.isEmpty else { return first }
        heap[0] = last
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
                if heap[child].isBefore(heap[least]) { least = child }
            }
            if least == parent { return first }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
