// Where each person's slot is: flat arrays and open addressing, about 26 bytes a slot, because a
// dictionary of millions takes four times as much and longer to fill.

/// Slots by number and by tag.
struct SlotTable {
    enum Status: UInt8 {
        case blank, damaged, livePerson, liveRecord, destroyedPerson, destroyedRecord

        init(_ state: KeySlot.State, _ kind: KeyKind) {
            switch (state, kind) {
            case (.live, .person): self = .livePerson
            case (.live, .record): self = .liveRecord
            case (.destroyed, .person): self = .destroyedPerson
            case (.destroyed, .record): self = .destroyedRecord
            }
        }

        var kind: KeyKind? {
            switch self {
            case .livePerson, .destroyedPerson: .person
            case .liveRecord, .destroyedRecord: .record
            case .blank, .damaged: nil
            }
        }

        var isDestroyed: Bool { self == .destroyedPerson || self == .destroyedRecord }
    }

    private(set) var statuses: [Status] = []
    private var highs: [UInt64] = []
    private var lows: [UInt64] = []
    /// Number of a slot plus one; zero where there is none. Its length is a power of two.
    private var places = [UInt32](repeating: 0, count: 1_024)
    private var placedCount = 0
    private var counts = [Int](repeating: 0, count: 6)

    var count: Int { statuses.count }

    func count(_ status: Status) -> Int { counts[Int(status.rawValue)] }

    func tag(of number: Int) -> KeyTag { KeyTag(high: highs[number], low: lows[number]) }

    mutating func reserve(_ count: Int) {
        statuses.reserveCapacity(count)
        highs.reserveCapacity(count)
        lows.reserveCapacity(count)
        var size = places.count
        while size * 3 < count * 4 { size *= 2 }
        if size > places.count { rebuild(size) }
    }

    mutating func append(_ status: Status, _ tag: KeyTag) {
        let number = statuses.count
        statuses.append(status)
        highs.append(tag.high)
        lows.append(tag.low)
        counts[Int(status.rawValue)] += 1
        guard status.kind != nil else { return }
        if (placedCount + 1) * 4 > places.count * 3 { rebuild(places.count * 2) }
        place(number)
    }

    mutating func set(_ number: Int, _ status: Status) {
        counts[Int(statuses[number].rawValue)] -= 1
        counts[Int(status.rawValue)] += 1
        statuses[number] = status
    }

    /// Forgets the slots from a number on, which are all blank or damaged: those have no place.
    mutating func truncate(to count: Int) {
        guard count < statuses.count else { return }
        for number in count..<statuses.count {
            precondition(statuses[number].kind == nil, "slot \(number) is in use")
            counts[Int(statuses[number].rawValue)] -= 1
        }
        statuses.removeLast(statuses.count - count)
        highs.removeLast(highs.count - count)
        lows.removeLast(lows.count - count)
    }

    /// The slot of a tag. Where several have it, a destroyed one goes first: who was erased stays
    /// erased; then the newest.
    func find(_ tag: KeyTag) -> Int? {
        var found: Int?
        var index = home(tag)
        while places[index] != 0 {
            let number = Int(places[index]) - 1
            if highs[number] == tag.high, lows[number] == tag.low {
                if statuses[number].isDestroyed { return number }
                found = max(found ?? -1, number)
            }
            index = (index + 1) & (places.count - 1)
        }
        return found
    }

    /// Every slot of these tags.
    func numbers(of tags: Set<KeyTag>) -> [Int] {
        var found: [Int] = []
        for tag in tags {
            var index = home(tag)
            while places[index] != 0 {
                let number = Int(places[index]) - 1
                if highs[number] == tag.high, lows[number] == tag.low { found.append(number) }
                index = (index + 1) & (places.count - 1)
            }
        }
        return found.sorted()
    }

    /// A tag is a keyed hash: its bits are as good as any.
    private func home(_ tag: KeyTag) -> Int {
        Int(truncatingIfNeeded: tag.high) & (places.count - 1)
    }

    private mutating func place(_ number: Int) {
        var index = Int(truncatingIfNeeded: highs[number]) & (places.count - 1)
        while places[index] != 0 { index = (index + 1) & (places.count - 1) }
        places[index] = UInt32(number + 1)
        placedCount += 1
    }

    private mutating func rebuild(_ size: Int) {
        places = [UInt32](repeating: 0, count: size)
        placedCount = 0
        for number in statuses.indices where statuses[number].kind != nil { place(number) }
    }
}
