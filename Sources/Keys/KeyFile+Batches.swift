// The keys of very many persons at once: tags, new keys and the opening of kept ones on all cores,
// the table by one thread, and the file in large pieces.

import Digests
import Parallelism

extension KeyFile {
    /// Slots that are not wanted and are read all the same, rather than reading twice.
    private static let slotGap = 32
    private static let slotsPerRead = 4_096

    /// The keys of persons, made where there are none, in the order of the names. New ones are
    /// kept with the next ``flush()``.
    package func findOrMake(persons names: PackedTexts) throws(KeysError) -> [Found] {
        let tags = try personTags(of: names)
        let wasWriting = isWriting
        var found = try find(tags)
        guard found.contains(.none) else { return found }
        if !wasWriting {
            try beginWriting()
            found = try find(tags)
        }
        try makeMissing(tags, &found)
        return found
    }

    private func personTags(of names: PackedTexts) throws(KeysError) -> [KeyTag] {
        let tagging = try unlocked().tagging
        let path = path
        return try inPieces(of: names.count) { (rows) throws(KeysError) -> [KeyTag] in
            var sealer = try wrapped(path) { () throws(DigestsError) in try Sealer() }
            let kind = [KeyKind.person.rawValue]
            var tags: [KeyTag] = []
            tags.reserveCapacity(rows.count)
            for row in rows {
                let name = names.bytes.span.extracting(names.range(row))
                tags.append(KeyTag(sealer.authenticate(kind.span, name, key: tagging)))
            }
            return tags
        }.flatMap { $0 }
    }

    /// A slot that is to be opened, with its words as the file has them.
    private struct KeptSlot: Sendable {
        let row: Int
        let number: Int
        /// Where its words begin.
        var start = 0
    }

    private func find(_ tags: [KeyTag]) throws(KeysError) -> [Found] {
        var found = [Found](repeating: .none, count: tags.count)
        var kept: [KeptSlot] = []
        // A copy is cheaper than the checks of each access to a class.
        let table = table
        for (row, tag) in tags.enumerated() {
            guard let number = table.find(tag) else { continue }
            if table.statuses[number] == .livePerson {
                kept.append(KeptSlot(row: row, number: number))
            } else if let known = try findKnown(tag) {
                found[row] = known
            }
        }
        guard !kept.isEmpty else { return found }
        kept.sort { ($0.number, $0.row) < ($1.number, $1.row) }
        let words = try self.words(of: &kept)
        for (slot, result) in zip(kept, try open(kept, words, tags)) {
            // Destroyed meanwhile by another process, or damaged: said as for a single one.
            found[slot.row] = result == .none ? try find(tags[slot.row]) : result
        }
        return found
    }

    private func open(
        _ kept: [KeptSlot], _ words: [UInt64], _ tags: [KeyTag]
    ) throws(KeysError) -> [Found] {
        let wrapping = try unlocked().wrapping
        let path = path
        return try inPieces(of: kept.count) { (rows) throws(KeysError) -> [Found] in
            var sealer = try wrapped(path) { () throws(DigestsError) in try Sealer() }
            var found: [Found] = []
            found.reserveCapacity(rows.count)
            for slot in kept[rows] {
                let part = words[slot.start..<(slot.start + KeySlot.wordCount)]
                guard
                    case .slot(.live, .person, tags[slot.row]) =
                        KeySlot.read(part, number: slot.number)
                else {
                    found.append(.none)
                    continue
                }
                found.append(
                    .key(
                        try KeyFile.opened(
                            part, .person, tags[slot.row], slot.number, wrapping, &sealer,
                            path)))
            }
            return found
        }.flatMap { $0 }
    }

    /// The words of slots, which are in the order of their numbers; neighbours are read together.
    private func words(of kept: inout [KeptSlot]) throws(KeysError) -> [UInt64] {
        var words: [UInt64] = []
        var next = 0
        while next < kept.count {
            let first = kept[next].number
            guard first < firstPending else {
                kept[next].start = words.count
                words += try self.words(of: first)
                next += 1
                continue
            }
            var end = next + 1
            while end < kept.count, kept[end].number < firstPending,
                kept[end].number - kept[end - 1].number <= KeyFile.slotGap,
                kept[end].number - first < KeyFile.slotsPerRead
            { end += 1 }
            let count = (kept[end - 1].number - first + 1) * KeySlot.wordCount
            let read = try file.words(at: offset(of: first), count: count)
            guard read.count == count else { throw .unopenable(path: path, slot: first) }
            for index in next..<end {
                kept[index].start =
                    words.count + (kept[index].number - first) * KeySlot.wordCount
            }
            words += read
            next = end
        }
        return words
    }

    /// What was made of a piece of new slots.
    private struct Made: Sendable {
        var keys: [SealingKey] = []
        var slots: [UInt64] = []
    }

    private func makeMissing(_ tags: [KeyTag], _ found: inout [Found]) throws(KeysError) {
        let first = table.count
        _ = try newSlots(found.count { $0 == .none })
        // A name that the batch has twice gets one key. The file's own table learns of the slots
        // when they are made.
        var fresh = SlotTable()
        var rows: [(row: Int, slot: Int)] = []
        var newTags: [KeyTag] = []
        for row in tags.indices where found[row] == .none {
            if let slot = fresh.find(tags[row]) {
                rows.append((row, slot))
                continue
            }
            rows.append((row, newTags.count))
            newTags.append(tags[row])
            fresh.append(.livePerson, tags[row])
        }
        try make(newTags, first: first, for: rows, &found)
    }

    private func make(
        _ tags: [KeyTag], first: Int, for rows: [(row: Int, slot: Int)], _ found: inout [Found]
    ) throws(KeysError) {
        let maker = KeyMaker(wrapping: try unlocked().wrapping)
        let path = path
        let parts = try inPieces(of: tags.count, size: 1_024) {
            (slots) throws(KeysError) -> Made in
            try wrapped(path) { () throws(DigestsError) in
                var part = Made()
                part.keys.reserveCapacity(slots.count)
                part.slots.reserveCapacity(slots.count * KeySlot.wordCount)
                var sealer = try Sealer()
                var drawn = KeyMaker.Drawn()
                for slot in slots {
                    part.keys.append(
                        try maker.make(
                            .person, tags[slot], number: first + slot, &drawn, &sealer,
                            slots: &part.slots))
                }
                return part
            }
        }
        var keys: [SealingKey] = []
        keys.reserveCapacity(tags.count)
        for part in parts {
            keys += part.keys
            pending += part.slots
        }
        var table = SlotTable()
        swap(&table, &self.table)
        for tag in tags { table.append(.livePerson, tag) }
        swap(&table, &self.table)
        for (row, slot) in rows { found[row] = .key(keys[slot]) }
    }
}
