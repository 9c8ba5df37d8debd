// Aim: the stream index lists each event of a symbol once, in order, through pieces, runs and
// merges.

import Events
import Foundation
import LMDB
import Testing

@Suite struct StreamTests {
    private static func entries(
        _ count: Int, symbols: Int, _ generator: inout SeededGenerator
    ) -> [UInt64] {
        var entries = (0..<count).map { row in
            let symbol = UInt32(truncatingIfNeeded: generator.below(symbols) &* 0x9e37_79b1) | 1
            return StreamEntry.pack(symbol, UInt32(row / 2))
        }
        StreamEntry.sort(&entries)
        return entries
    }

    @Test func sortingIsBySymbolAndKeepsTheOrder() {
        var generator = SeededGenerator(state: 5)
        for count in [0, 1, 2, 100, 5_000] {
            for bits in [1, 11, 12, 22, 23, 32] {
                let given = (0..<count).map { row in
                    StreamEntry.pack(
                        UInt32(truncatingIfNeeded: generator.next() >> UInt64(64 - bits)),
                        UInt32(count - row))
                }
                var sorted = given
                StreamEntry.sort(&sorted)
                // The library's sort is stable.
                let expected = given.sorted {
                    StreamEntry.symbol($0) < StreamEntry.symbol($1)
                }
                #expect(sorted == expected, "\(count) of \(bits) bits")
            }
        }
    }

    @Test(arguments: [
        (1, 1), (2, 1), (300, 1), (300, 300), (8_000, 40), (8_001, 40), (30_000, 3),
        (30_000, 9_000),
    ])
    func piecesGiveBackTheirEntries(count: Int, symbols: Int) throws {
        var generator = SeededGenerator(state: UInt64(count))
        let entries = StreamTests.entries(count, symbols: symbols, &generator)
        let base: UInt64 = 1_000_000_007
        let chunks = EncodedRun(entries, positions: base...(2 * base)).chunks
        #expect(chunks.count == (count + StreamChunk.capacity - 1) / StreamChunk.capacity)
        var decoded: [UInt64] = []
        var found: [UInt32: [UInt64]] = [:]
        for chunk in chunks {
            let read = StreamChunkHeader(chunk.bytes.span)
            let header = try #require(read)
            try header.appendEntries(to: &decoded, base: base, chunk.bytes.span)
            #expect(StreamEntry.symbol(decoded[decoded.count - 1]) == chunk.lastSymbol)
            let key = Layout.chunk(
                run: 3, symbol: chunk.lastSymbol, position: chunk.lastPosition)
            let isLast = header.isLast(chunk.bytes.span, inKey: key.bytes.span)
            #expect(isLast)
            for symbol in Set(entries.map(StreamEntry.symbol)) {
                guard let range = try header.range(of: symbol, chunk.bytes.span) else { continue }
                found[symbol, default: []] += range.map { header.position($0, chunk.bytes.span) }
            }
            #expect(try header.range(of: 0, chunk.bytes.span) == nil)
            #expect(try header.range(of: 2, chunk.bytes.span) == nil)
        }
        #expect(decoded == entries)
        let expected = Dictionary(grouping: entries, by: StreamEntry.symbol).mapValues {
            $0.map { base + UInt64(StreamEntry.relative($0)) }
        }
        #expect(found == expected)
    }

    /// Entries of the piece, or nothing where it is refused.
    private func read(_ bytes: [UInt8], base: UInt64) -> [UInt64]? {
        guard let header = StreamChunkHeader(bytes.span) else { return nil }
        var entries: [UInt64] = []
        do {
            for symbol in [0, 1, 0x9e37_79b1, .max] as [UInt32] {
                _ = try header.range(of: symbol, bytes.span)
            }
            try header.appendEntries(to: &entries, base: base, bytes.span)
        } catch { return nil }
        return entries
    }

    @Test func noFlippedBitOfAPieceLeavesItsEntries() {
        var generator = SeededGenerator(state: 8)
        let entries = StreamTests.entries(40, symbols: 9, &generator)
        for chunk in EncodedRun(entries, positions: 77...1_000).chunks {
            var bytes = chunk.bytes
            #expect(read(bytes, base: 77) == entries)
            for bit in 0..<(8 * bytes.count) {
                bytes[bit / 8] ^= 1 << UInt8(bit % 8)
                if read(bytes, base: 77) == entries { Issue.record("bit \(bit)") }
                bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            }
        }
    }

    @Test(arguments: contractSeeds(everyDay: 20, long: 5_000))
    func mutatedPiecesEndNoProcess(seed: UInt64) throws {
        var generator = SeededGenerator(state: seed)
        let entries = StreamTests.entries(1 + generator.below(200), symbols: 20, &generator)
        let whole = try #require(EncodedRun(entries, positions: 5...1_000).chunks.first).bytes
        for _ in 0..<100 {
            var bytes = whole
            for _ in 0..<(1 + generator.below(5)) {
                bytes[generator.below(bytes.count)] = generator.pick([0, 1, 0x80, 0xff])
            }
            _ = read(bytes, base: generator.pick([0, 5, .max]))
            _ = read(generator.bytes(generator.below(200)), base: 0)
        }
    }

    @Test func runRecordsComeBackAndNoMutationEndsTheProcess() throws {
        var generator = SeededGenerator(state: 2)
        for _ in 0..<500 {
            let run = StreamRun(
                number: generator.next(), entryCount: generator.below(1 << 40),
                firstPosition: generator.next(), lastPosition: generator.next(),
                chunkCount: generator.below(1 << 20))
            let bytes = run.encoded
            #expect(try StreamRun(number: run.number, decoding: bytes.span) == run)
            var changed = bytes
            changed[generator.below(bytes.count)] ^= 1 << UInt8(generator.below(8))
            let again = Result { () throws(EventFormatError) in
                try StreamRun(number: run.number, decoding: changed.span)
            }
            if case .success(let other) = again { #expect(other != run) }
        }
    }

    /// Seals of every size, merged as soon as a merge is due: runs stay few and neighbours, and an
    /// entry is seldom written again.
    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func mergingKeepsRunsFewAndWritesLittle(seed: UInt64) {
        var generator = SeededGenerator(state: seed)
        var runs: [StreamRun] = []
        var next: UInt64 = 1
        var written: UInt64 = 0
        var entryCount: UInt64 = 0
        for number in 0..<4_000 {
            let count = UInt64(1_024 + generator.below([1, 40, 4_096, 100_000][Int(seed) % 4]))
            runs.append(
                StreamRun(
                    number: UInt64(number), entryCount: Int(count), firstPosition: next,
                    lastPosition: next + count - 1, chunkCount: 1))
            next += count
            entryCount += count
            while let due = StreamRun.nextMerge(runs) {
                var merged = due[due.startIndex]
                merged.entryCount = due.reduce(0) { $0 + $1.entryCount }
                merged.lastPosition = due[due.endIndex - 1].lastPosition
                #expect(due.count >= StreamRun.mergeCount)
                #expect(merged.entryCount <= StreamRun.greatestMergedCount)
                written += merged.entryCount
                runs.replaceSubrange(due.indices, with: [merged])
            }
            for (left, right) in zip(runs, runs.dropFirst()) {
                #expect(left.lastPosition + 1 == right.firstPosition)
            }
        }
        let large = runs.count { $0.entryCount > StreamRun.greatestMergedCount / 8 }
        // Eight classes at most, fewer than twice eight runs in each.
        #expect(runs.count - large < 8 * 16, "\(runs.count) runs, \(large) large ones")
        #expect(written < entryCount * 10, "\(written) of \(entryCount)")
    }

    @Test func mergedRunsGiveTheSameStreams() throws {
        let store = TemporaryStore()
        var options = Log.Options()
        options.mapSizeBytes = 256 << 20
        options.blockEventCount = 4
        let log = try Log.open(directory: store.path, access: .create, options: options)
        let session = try log.beginAppend(source())
        var maker = BatchMaker()
        var facts: [Fact] = []
        // Until a merge has been adopted: it waits for the commit after the one it began with.
        var runCounts: [Int] = []
        while facts.count < 80 || (runCounts.max() ?? 0) <= (runCounts.last ?? 0) {
            let more = (0..<4).map { number in
                Fact(key: "\(facts.count + number)", customer: "c\((facts.count + number) % 7)")
            }
            facts += more
            _ = try session.append(maker.batch(more))
            runCounts.append(try log.reading { try log.streamIndex.runs($0) }.count)
            if facts.count > 80 { Thread.sleep(forTimeInterval: 0.002) }
            try #require(facts.count < 40_000, "no merge was ever adopted")
        }
        let names = try log.dictionary()
        for customer in 0..<7 {
            let symbol = try #require(names.symbol(of: "c\(customer)"))
            var found: [Fact] = []
            try log.forEachEvent(of: CustomerID(symbol)) {
                found.append(Fact($0, names))
                return true
            }
            #expect(found == facts.filter { $0.customer == "c\(customer)" })
        }
        let report = try log.verifyChain(VerificationRequest(isDeep: true))
        #expect(report.isSound, "\(report.problems)")
    }

    @Test func aNameThatIsCustomerAndIssueIsListedOnce() throws {
        let store = TemporaryStore()
        var options = Log.Options()
        options.mapSizeBytes = 64 << 20
        options.blockEventCount = 2
        let log = try Log.open(directory: store.path, access: .create, options: options)
        var maker = BatchMaker()
        var batch = maker.batch((0..<5).map { Fact(key: "\($0)", customer: "ann") })
        for index in batch.events.indices {
            batch.events[index].event.issue = IssueID(batch.events[index].event.customer.symbol)
        }
        _ = try log.append(batch, of: source())
        let names = try log.dictionary()
        let ann = try #require(names.symbol(of: "ann"))
        var positions: [UInt64] = []
        try log.forEachEvent(of: CustomerID(ann)) {
            positions.append($0.position.rawValue)
            return true
        }
        try log.forEachEvent(of: IssueID(ann)) {
            positions.append($0.position.rawValue)
            return true
        }
        #expect(positions == [1, 2, 3, 4, 5, 1, 2, 3, 4, 5])
        let report = try log.verifyChain(VerificationRequest(isDeep: true))
        #expect(report.isSound, "\(report.problems)")
    }
}
