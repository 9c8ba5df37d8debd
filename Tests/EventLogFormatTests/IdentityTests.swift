// Aim: ids are found where they were entered, however their hashes fall.

import Events
import Testing

@Suite struct IdentityTests {
    /// Bits of the hashes that differ: none, few above, few below, all.
    @Test(arguments: [0, 0x7 << 61, 0xff << 40, 0xffff, .max] as [UInt64])
    func theTableAgreesWithADictionary(mask: UInt64) throws {
        var generator = SeededGenerator(state: mask)
        var table = IdentityTable()
        var positions: [UInt64: UInt64] = [:]
        var ids: [UInt64] = [0]
        let rounds = mask == 0 || mask == 0xffff || mask == 0xff << 40 ? 60 : 400
        for _ in 0..<rounds {
            let count = generator.below(100)
            table.reserve(count)
            let given = (0..<count).map { _ in UInt64(generator.below(20_000)) }
            let hashes = given.map { ($0 &* 0x9e37_79b9_7f4a_7c15) & mask }
            table.forEachTouched(Array(given.indices), hashes) { table, row in
                let id = given[row]
                let position = UInt64(ids.count)
                let found = table.findOrInsert(hashes[row], position) { ids[Int($0)] == id }
                #expect(found == positions[id])
                if found == nil {
                    positions[id] = position
                    ids.append(id)
                }
            }
            #expect(table.count == positions.count)
        }
        for (id, position) in positions {
            let hash = (id &* 0x9e37_79b9_7f4a_7c15) & mask
            table.reserve(1)
            #expect(table.findOrInsert(hash, 1) { ids[Int($0)] == id } == position)
        }
    }

    @Test func theTableGrowsFromWhateverWasExpected() {
        for expected in [0, 716, 717, 100_000] {
            var table = IdentityTable(expecting: expected)
            for position in 1...3_000 as ClosedRange<UInt64> {
                table.reserve(1)
                table.insert(position &* 0x9e37_79b9_7f4a_7c15, position)
            }
            for position in 1...3_000 as ClosedRange<UInt64> {
                let hash = position &* 0x9e37_79b9_7f4a_7c15
                #expect(table.findOrInsert(hash, 1) { $0 == position } == position)
            }
            #expect(table.count == 3_000)
        }
    }

    /// As when some rows of a batch turn out to be known: the ones behind them move up.
    @Test(arguments: [0, 0x7 << 61, .max] as [UInt64])
    func positionsMoveUp(mask: UInt64) {
        var generator = SeededGenerator(state: mask)
        var table = IdentityTable()
        let hashes = (0..<500).map { (UInt64($0) &* 0x9e37_79b9_7f4a_7c15) & mask }
        let rows = hashes.indices.filter { _ in !generator.isOne(in: 3) }
        table.reserve(hashes.count)
        for row in rows { table.insert(hashes[row], UInt64(row + 1)) }
        for (place, row) in rows.enumerated() where place != row {
            table.move(hashes[row], from: UInt64(row + 1), to: UInt64(place + 1))
        }
        for (place, row) in rows.enumerated() {
            let position = UInt64(place + 1)
            #expect(table.findOrInsert(hashes[row], 1_000) { $0 == position } == position)
        }
        #expect(table.count == rows.count)
    }

    /// As when a batch does not reach the log: what is left is found, what was taken out is not.
    @Test(arguments: [0, 0x7 << 61, 0xff << 40, 0xfff0_0000_0000_0000, .max] as [UInt64])
    func whatIsTakenOutIsGoneAndTheRestIsFound(mask: UInt64) {
        var generator = SeededGenerator(state: mask ^ 1)
        var table = IdentityTable()
        var entered: [UInt64] = []
        func hash(_ position: UInt64) -> UInt64 { (position &* 0x9e37_79b9_7f4a_7c15) & mask }
        for round in 0..<60 as Range<UInt64> {
            for position in (round * 20 + 1)...(round * 20 + 20) {
                table.reserve(1)
                table.insert(hash(position), position)
                entered.append(position)
            }
            for _ in 0..<generator.below(25) where !entered.isEmpty {
                let position = entered.remove(at: generator.below(entered.count))
                table.remove(hash(position), position)
            }
            #expect(table.count == entered.count)
            for position in 1...(round * 20 + 20) {
                let isThere = entered.contains(position)
                let found = table.findOrInsert(hash(position), 5_000) { $0 == position }
                #expect((found == position) == isThere, "\(position)")
                if !isThere { table.remove(hash(position), 5_000) }
            }
        }
    }

    @Test func theGreatestPositionFits() {
        var table = IdentityTable()
        table.insert(.max, IdentityTable.greatestPosition)
        #expect(table.findOrInsert(.max, 1) { _ in true } == IdentityTable.greatestPosition)
    }

    @Test func anErrorWhileComparingIsPassedOn() {
        struct Unreadable: Error {}
        var table = IdentityTable()
        table.insert(7 << 40, 1)
        #expect(throws: Unreadable.self) {
            try table.findOrInsert(7 << 40, 2) { _ in throw Unreadable() }
        }
    }

    @Test func theHashIsThatOfTheBytesAlone() {
        var generator = SeededGenerator(state: 3)
        var hashes: Set<UInt64> = []
        for length in 0..<70 {
            let bytes = generator.bytes(length)
            let around = generator.bytes(9) + bytes + generator.bytes(9)
            let hash = IdentityHash.hash(bytes.span, 0..<length, seed: 5)
            #expect(hash == IdentityHash.hash(around.span, 9..<(9 + length), seed: 5))
            #expect(hash != IdentityHash.hash(bytes.span, 0..<length, seed: 6))
            hashes.insert(hash)
            for index in 0..<length {
                var other = bytes
                other[index] ^= 1
                hashes.insert(IdentityHash.hash(other.span, 0..<length, seed: 5))
            }
            // Zeros count too.
            let longer = bytes + [0]
            hashes.insert(IdentityHash.hash(longer.span, 0..<(length + 1), seed: 5))
        }
        #expect(hashes.count == 70 + 70 * 69 / 2 + 70)
    }

    @Test func anErasureWithoutACustomerErasesNobody() throws {
        let store = TemporaryStore()
        let log = try store.open()
        var maker = BatchMaker()
        func batch(_ sealed: UInt8) -> AppendBatch {
            var batch = maker.batch([Fact(key: "letter")])
            let name = maker.interner.intern("name")
            batch.names = maker.interner.names
            batch.events[0].event.personal = [PersonalField(name: name, sealed: [sealed])]
            return batch
        }
        _ = try log.append(batch(1), of: source("a"))
        try log.append([Fact(key: "erased", kind: .personErased)], of: source("c"))
        maker.record = 0
        #expect(try log.append(batch(2), of: source("d")).conflicts == 1)
    }
}
