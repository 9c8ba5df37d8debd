// Which ids the log holds, in memory: a fingerprint and a position each. A tree on disk of the same
// content made appending fifty times slower, because every id lands on a page of its own; the table
// is built anew from the log's keys when a writer first needs it.

/// Fingerprints of ids and where they are.
///
/// Open addressing. A place holds 32 bits of the hash and 32 of the position; the home of an entry
/// is given by the upper bits of those same 32, so that doubling keeps the order. Eight bytes a
/// place and at most 70 % full: 11 to 23 bytes an event.
struct IdentityTable: ~Copyable {
    /// Positions are held in 32 bits; zero marks a free place.
    static let greatestPosition = UInt64(UInt32.max)

    private(set) var count = 0
    private var places: LargeTable
    private var shift: UInt32
    private var touched: UInt64 = 0

    init(expecting capacity: Int = 0) {
        var bits: UInt32 = 10
        while Double(capacity) > 0.7 * Double(1 << bits) { bits += 1 }
        places = LargeTable(count: 1 << Int(bits))
        shift = 32 - bits
    }

    private func home(_ hash: UInt64) -> Int {
        Int(truncatingIfNeeded: (hash >> 32) >> UInt64(shift))
    }

    /// Gives each row to `body`. The places where the next rows' hashes belong are read ahead, so
    /// that the processor fetches them together and not one after the other.
    @inline(__always)
    mutating func forEachTouched(
        _ rows: [Int], _ hashes: [UInt64],
        _ body: (inout IdentityTable, _ row: Int) throws -> Void
    ) rethrows {
        var start = 0
        while start < rows.count {
            let end = min(start + 256, rows.count)
            // The sum is kept so that the reads are not left out.
            for index in start..<end { touched &+= places[home(hashes[rows[index]])] }
            for index in start..<end { try body(&self, rows[index]) }
            start = end
        }
    }

    /// Makes room for so many more entries.
    mutating func reserve(_ more: Int) {
        while Double(count + more) > 0.7 * Double(places.count) { grow() }
    }

    /// The first position under the hash for which `matches` holds; where there is none, the
    /// hash is entered with `position`.
    /// - Precondition: room was reserved.
    @inline(__always)
    mutating func findOrInsert(
        _ hash: UInt64, _ position: UInt64, matches: (_ position: UInt64) throws -> Bool
    ) rethrows -> UInt64? {
        let tag = hash & 0xffff_ffff_0000_0000
        let mask = places.count - 1
        var place = home(hash)
        while places[place] != 0 {
            let entry = places[place]
            if entry & 0xffff_ffff_0000_0000 == tag {
                let known = entry & 0xffff_ffff
                if try matches(known) { return known }
            }
            place = (place + 1) & mask
        }
        precondition(position > 0 && position <= IdentityTable.greatestPosition, "\(position)")
        places[place] = tag | position
        count += 1
        return nil
    }

    /// Gives an entry another position.
    /// - Precondition: the hash is there with the first one.
    mutating func move(_ hash: UInt64, from position: UInt64, to newPosition: UInt64) {
        let tag = hash & 0xffff_ffff_0000_0000
        places[place(of: hash, position)] = tag | newPosition
    }

    /// Takes an entry out again, and closes the gap: what stands behind it and is not at home moves
    /// up, as if the entry had never been there.
    /// - Precondition: the hash is there with the position.
    mutating func remove(_ hash: UInt64, _ position: UInt64) {
        let mask = places.count - 1
        var gap = place(of: hash, position)
        places[gap] = 0
        count -= 1
        var place = (gap + 1) & mask
        while places[place] != 0 {
            let distance = (place - home(places[place])) & mask
            if distance >= (place - gap) & mask {
                places[gap] = places[place]
                places[place] = 0
                gap = place
            }
            place = (place + 1) & mask
        }
    }

    private func place(of hash: UInt64, _ position: UInt64) -> Int {
        let entry = hash & 0xffff_ffff_0000_0000 | position
        var place = home(hash)
        while places[place] != entry {
            precondition(places[place] != 0, "position \(position) is not there")
            place = (place + 1) & (places.count - 1)
        }
        return place
    }

    /// Enters a hash whatever is there already, for building the table from a log whose ids are
    /// known to differ.
    mutating func insert(_ hash: UInt64, _ position: UInt64) {
        _ = findOrInsert(hash, position) { _ in false }
    }

    /// Doubles the table in place. An entry's new home is twice the old one or the place behind it,
    /// so that from the last entry to the first each moves to where all have moved already; the
    /// few for which that does not hold, near the ends, wait until the others are done.
    private mutating func grow() {
        let oldCount = places.count
        places.grow(to: 2 * oldCount)
        shift -= 1
        var waiting: [UInt64] = []
        for old in (0..<oldCount).reversed() {
            let entry = places[old]
            guard entry != 0 else { continue }
            places[old] = 0
            var place = home(entry)
            guard place >= old else {
                waiting.append(entry)
                continue
            }
            while place < places.count, places[place] != 0 { place += 1 }
            if place < places.count { places[place] = entry } else { waiting.append(entry) }
        }
        for entry in waiting {
            var place = home(entry)
            while places[place] != 0 { place = (place + 1) & (places.count - 1) }
            places[place] = entry
        }
    }
}
