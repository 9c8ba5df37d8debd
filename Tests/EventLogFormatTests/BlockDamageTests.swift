// Aim: no bytes end the process, and no changed bit of a block goes unnoticed.

import Digests
import Events
import Testing

@Suite struct BlockDamageTests {
    private static func block(_ count: Int, seed: UInt64) -> [UInt8] {
        let columns = EventColumns.ofEvents(count, seed: seed)
        return BlockEncoder.encode(columns, rows: 0..<count, firstPosition: LogPosition(1)).bytes
    }

    /// Reads everything there is to read. Where whole columns can be read, single rows say the
    /// same or are refused.
    static func readAll(_ bytes: [UInt8], _ place: String) {
        do {
            let header = try BlockHeader(bytes.span)
            let whole = Result { () throws(BlockError) in try BlockTests.decode(bytes) }
            for index in 0..<min(header.count, 60) {
                let event = Result { () throws(BlockError) in
                    try BlockRow(header, row: index, bytes.span).event(bytes.span)
                }
                guard case .success(let columns) = whole else { continue }
                let same = Result { () throws(EventFormatError) in try columns.event(index) }
                // A row may be refused that the columns have; what it gives is the same.
                guard case .success(let event) = event else { continue }
                if case .success(let same) = same {
                    let found = PlainEvent(
                        recordedAt: event.recordedAt.microseconds, event: event.event)
                    let expected = PlainEvent(
                        recordedAt: columns.recordedAt(index).microseconds, event: same)
                    if found == expected { continue }
                }
                Issue.record("\(place): row \(index) is not that of the columns")
            }
        } catch {
            #expect(!error.description.isEmpty)
        }
    }

    /// Whether a verification would report these bytes as the block that continues `previous`.
    private static func isFound(
        _ bytes: [UInt8], _ last: LogPosition, _ previous: Digest, isDeep: Bool
    ) -> Bool {
        var checker = BlockChecker(nameCount: 1_000, isDeep: isDeep)
        let check = checker.check(key: last, bytes.span)
        return check.problems.count > 0 || check.previous != previous
    }

    @Test func everyFlippedBitIsFound() {
        var bytes = BlockDamageTests.block(10, seed: 3)
        let last = LogPosition(10)
        #expect(!BlockDamageTests.isFound(bytes, last, .zero, isDeep: true))
        for place in bytes.indices {
            // Headers bit by bit; of columns and padding a bit of each byte, unless there is time.
            let isWhole = place < BlockFormat.columnsOffset || isLongRun
            for bit in isWhole ? Array(0..<8) : [place % 8] {
                bytes[place] ^= 1 << UInt8(bit)
                if !BlockDamageTests.isFound(bytes, last, .zero, isDeep: false) {
                    Issue.record("bit \(bit) of byte \(place)")
                }
                BlockDamageTests.readAll(bytes, "bit \(bit) of byte \(place)")
                bytes[place] ^= 1 << UInt8(bit)
            }
        }
    }

    /// As damage that a program makes: the hash fits, the content does not.
    @Test func changedColumnsUnderAFittingHashAreFoundWhereTheyMatter() {
        var bytes = BlockDamageTests.block(10, seed: 4)
        for place in 64..<BlockFormat.columnsOffset {
            for bit in 0..<8 {
                var changed = bytes
                changed[place] ^= 1 << UInt8(bit)
                let hash = SHA256.digest(of: Array(changed[64...]))
                changed.replaceSubrange(32..<64, with: hash.bytes)
                if !BlockDamageTests.isFound(changed, LogPosition(10), .zero, isDeep: true) {
                    // What is left is another block that is whole in itself: the chain tells.
                    let again = Result { () throws(BlockError) in
                        try BlockTests.decode(changed)
                    }
                    guard case .success(let columns) = again else {
                        Issue.record("bit \(bit) of byte \(place)")
                        continue
                    }
                    let encoded = BlockEncoder.encode(
                        columns, rows: 0..<columns.count, firstPosition: LogPosition(1))
                    #expect(encoded.bytes[64...] == changed[64...], "\(bit) of \(place)")
                }
                BlockDamageTests.readAll(changed, "bit \(bit) of byte \(place)")
            }
        }
        bytes = []
    }

    @Test(arguments: contractSeeds(everyDay: 30, long: 4_000))
    func mutatedBlocksEndNoProcess(seed: UInt64) {
        var generator = SeededGenerator(state: seed)
        let count = generator.pick([1, 7, 60, 300])
        let whole = BlockDamageTests.block(count, seed: seed)
        for round in 0..<60 {
            var bytes = whole
            for _ in 0..<(1 + generator.below(6)) {
                // Mostly the header and the directory, where extents are.
                let limit = generator.isOne(in: 3) ? bytes.count : BlockFormat.columnsOffset
                let place = generator.below(limit)
                switch generator.below(4) {
                case 0: bytes[place] ^= 1 << UInt8(generator.below(8))
                case 1: bytes[place] = generator.pick([0, 1, 0x7f, 0x80, 0xff])
                case 2: bytes[place] = UInt8(generator.below(256))
                default:
                    for index in place..<min(place + 8, bytes.count) { bytes[index] = 0xff }
                }
            }
            if generator.isOne(in: 5) { bytes.removeLast(generator.below(bytes.count)) }
            BlockDamageTests.readAll(bytes, "seed \(seed), round \(round)")
            for isDeep in [false, true] {
                #expect(
                    bytes == whole
                        || BlockDamageTests.isFound(
                            bytes, LogPosition(UInt64(count)), .zero, isDeep: isDeep),
                    "seed \(seed), round \(round)")
            }
        }
    }

    @Test func randomBytesAreNoBlock() {
        var generator = SeededGenerator(state: 9)
        for _ in 0..<2_000 {
            let bytes = generator.bytes(generator.below(3_000))
            #expect(throws: BlockError.self) { try BlockHeader(bytes.span) }
        }
    }
}
