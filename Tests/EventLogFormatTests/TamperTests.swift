// Aim: whatever is changed in the store behind the log's back, in any table, verify says so. Values
// are changed through the log's own environment, one at a time, each undone before the next.

import Digests
import Events
import LMDB
import Testing

@Suite struct TamperTests {
    /// A small store with something in every table.
    private final class Victim {
        let store = TemporaryStore()
        let log: Log
        /// The head's position and hash after each commit.
        var hashes: [(position: LogPosition, hash: String)] = []

        init() throws {
            var options = Log.Options()
            options.mapSizeBytes = 64 << 20
            options.blockEventCount = 4
            log = try Log.open(directory: store.path, access: .create, options: options)
            try note()
            let session = try log.beginAppend(source("a"))
            var maker = BatchMaker()
            for count in [3, 5, 4, 1, 1] {
                let facts = (0..<count).map { number in
                    Fact(key: "k\(maker.record + number)", customer: "c\(number % 2)")
                }
                _ = try session.append(maker.batch(facts))
                try note()
            }
            var batch = maker.batch([Fact(key: "k1", money: 7)])
            batch.rejects = [maker.reject()]
            batch.recordsReadThrough = maker.record
            _ = try session.append(batch)
            try log.append([Fact(key: "z", customer: "z", source: "shop")], of: source("c"))
            try note()
            for shelf in Shelf.allCases {
                try log.put([1, 2, 3, 4], on: shelf, name: "first")
                try log.put([1, 2, 3, 5], on: shelf, name: "second")
            }
            let sizes = try log.statistics().tables
            for size in sizes { #expect(size.entryCount >= 2, "\(size)") }
            #expect(try !isFound())
        }

        private func note() throws {
            let snapshot = try log.snapshot()
            hashes.append((snapshot.head, snapshot.headHash))
        }

        /// Whether a verification, or the reading of the head before it, finds something.
        func isFound() throws -> Bool {
            do {
                return try !log.verifyChain().isSound
            } catch let error as EventLogError {
                guard case .damaged = error else { throw error }
                return true
            }
        }

        func entries(_ table: Table) throws -> [(key: OrderedKey, value: [UInt8])] {
            var entries: [(key: OrderedKey, value: [UInt8])] = []
            try log.reading { transaction in
                try transaction.forEachEntry(table) { key, value in
                    entries.append((OrderedKey(bytes: Array(copying: key)), Array(copying: value)))
                    return true
                }
            }
            return entries
        }

        /// Puts values, or removes where there are none.
        func edit(_ table: Table, _ changes: [(OrderedKey, [UInt8]?)]) throws {
            try log.writing { transaction in
                for (key, value) in changes {
                    if let value {
                        try transaction.put(table, key, value.span)
                    } else {
                        _ = try transaction.remove(table, key)
                    }
                }
            }
        }

        /// Changes, expects to be found out, changes back.
        func expectFound(
            _ table: Table, _ changes: [(OrderedKey, [UInt8]?)], _ what: String
        ) throws {
            let before = try entries(table)
            try edit(table, changes)
            if try !isFound() { Issue.record("table \(table.name): \(what)") }
            let kept = Dictionary(
                before.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
            try edit(table, changes.map { ($0.0, kept[$0.0]) })
        }
    }

    private static let tables = Layout.names

    @Test(arguments: tables)
    func everyFlippedBitOfAValueIsFound(name: String) throws {
        let victim = try Victim()
        let table = try #require(victim.log.layout.all.first { $0.name == name })
        for (key, value) in try victim.entries(table) {
            // Of blocks' columns and padding one bit in some bytes, unless there is time: the tests
            // of single blocks flip the others.
            let isWhole = value.count < 1_000 || isLongRun
            for bit in 0..<(8 * value.count) {
                let place = bit / 8
                if !isWhole, place > 128, bit % 8 != place % 8 || place % 7 != 0 { continue }
                var changed = value
                changed[place] ^= 1 << UInt8(bit % 8)
                try victim.edit(table, [(key, changed)])
                if try !victim.isFound() { Issue.record("\(name), bit \(bit) of \(key)") }
            }
            try victim.edit(table, [(key, value)])
        }
        #expect(try !victim.isFound())
    }

    @Test(arguments: tables)
    func aRemovedAddedOrSwappedEntryIsFound(name: String) throws {
        let victim = try Victim()
        let table = try #require(victim.log.layout.all.first { $0.name == name })
        let entries = try victim.entries(table)
        for (index, entry) in entries.enumerated() {
            let (key, value) = entry
            try victim.expectFound(table, [(key, nil)], "without entry \(index)")
            try victim.expectFound(table, [(key, value + [0])], "entry \(index) longer")
            try victim.expectFound(table, [(key, value.dropLast())], "entry \(index) shorter")
            try victim.expectFound(table, [(key, [])], "entry \(index) empty")
            for (other, last) in entries.enumerated().dropFirst(index + 1)
            where last.value != value {
                try victim.expectFound(
                    table, [(key, last.value), (last.key, value)], "\(index) and \(other) swapped")
            }
            // The same under a key before, just behind, further on, and at the end.
            var before = key.bytes
            before[before.count - 1] &-= 1
            let keys = [
                before, key.bytes + [0], key.bytes.dropLast() + [0xfe],
                [UInt8](repeating: 0xff, count: key.bytes.count),
                [UInt8](repeating: 0, count: key.bytes.count),
            ].map { OrderedKey(bytes: Array($0)) }
            for other in keys where !entries.contains(where: { $0.key == other }) {
                try victim.expectFound(table, [(other, value)], "\(index) also under \(other)")
                try victim.expectFound(
                    table, [(other, value), (key, nil)], "\(index) under \(other) instead")
            }
        }
        #expect(try !victim.isFound())
    }

    /// A block rewritten with everything in it that fits: only what comes after it can tell.
    @Test func aForgedBlockIsFoundByWhatFollowsIt() throws {
        let victim = try Victim()
        let table = victim.log.layout.blocks
        let entries = try victim.entries(table)
        try #require(entries.count == 3)
        for (index, goodThrough) in [(0, 0), (1, 4), (2, 8)] as [(Int, UInt64)] {
            let (key, value) = entries[index]
            var columns = try BlockTests.decode(value)
            columns[.money][0] += 1
            let header = try BlockHeader(value.span)
            var forged = BlockEncoder.encode(
                columns, rows: 0..<columns.count, firstPosition: header.firstPosition
            ).bytes
            forged.replaceSubrange(0..<32, with: value[0..<32])
            try victim.edit(table, [(key, forged)])
            let report = try victim.log.verifyChain(VerificationRequest(isDeep: true))
            #expect(!report.isSound)
            #expect(report.goodThrough == LogPosition(goodThrough))
            #expect(report.storedHash != report.computedHash)
            try victim.edit(table, [(key, value)])
        }
        #expect(try !victim.isFound())
    }

    // MARK: - Anchors

    @Test func everyHashThatWasPrintedIsAnAnchor() throws {
        let victim = try Victim()
        #expect(victim.hashes.map(\.position.rawValue) == [0, 3, 8, 12, 13, 14, 15])
        for (position, hash) in victim.hashes {
            let report = try victim.log.verifyChain(VerificationRequest(anchor: hash))
            #expect(report.anchoredAt == position && report.isSound, "\(position)")
            let upper = try victim.log.verifyChain(
                VerificationRequest(anchor: hash.uppercased()))
            #expect(upper.anchoredAt == position)
        }
    }

    @Test func aHashOfAnotherLogIsNone() throws {
        let victim = try Victim()
        let other = TemporaryStore()
        let log = try other.open()
        try log.append([Fact(key: "other", customer: "c0")], of: source("a"))
        for hash in [try log.snapshot().headHash, String(repeating: "f", count: 64)] {
            let report = try victim.log.verifyChain(VerificationRequest(anchor: hash))
            #expect(report.anchoredAt == nil)
            #expect(report.problems.map(\.reason) == ["the chain never had the anchor's hash"])
        }
        for text in ["", "ab", String(repeating: "g", count: 64)] {
            #expect(throws: EventLogError.invalidHash(field: "anchor", found: text)) {
                try victim.log.verifyChain(VerificationRequest(anchor: text))
            }
        }
    }

    /// What is still good where something is not: an anchor before the damage holds.
    @Test func anAnchorBeforeTheDamageHolds() throws {
        let victim = try Victim()
        let blocks = victim.log.layout.blocks
        let tail = victim.log.layout.tail
        let last = try #require(try victim.entries(tail).last)
        try victim.edit(tail, [(last.key, last.value.flipped(at: -1))])
        for (position, hash) in victim.hashes.dropLast() {
            let report = try victim.log.verifyChain(VerificationRequest(anchor: hash))
            #expect(report.anchoredAt == position, "\(position)")
            #expect(!report.isSound)
        }
        try victim.edit(tail, [(last.key, last.value)])
        let first = try victim.entries(blocks)[0]
        try victim.edit(blocks, [(first.key, first.value.flipped(at: 2_000))])
        let early = try victim.log.verifyChain(VerificationRequest(anchor: victim.hashes[1].hash))
        #expect(early.anchoredAt == nil && !early.isSound)
    }
}
