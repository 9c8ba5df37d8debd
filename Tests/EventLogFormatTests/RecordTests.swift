// Aim: the small values - digests, names, the head, the file beside the log - come back whole or
// not at all.

import Digests
import Events
import Foundation
import LMDB
import Testing

@Suite struct RecordTests {
    // MARK: - Digest of a set

    @Test func aSetsDigestDoesNotDependOnTheWayThere() {
        var generator = SeededGenerator(state: 1)
        let entries = (0..<50).map { _ in
            (
                key: generator.bytes(1 + generator.below(20)),
                value: generator.bytes(generator.below(90))
            )
        }
        var digest = SetDigest()
        for entry in entries { digest.insert(entry.key.span, entry.value.span) }
        var other = SetDigest()
        for entry in entries.reversed() {
            other.insert(entry.key.span, entry.value.span)
            other.insert([1].span, entry.value.span)
            other.remove([1].span, entry.value.span)
        }
        #expect(digest == other && digest.bytes == other.bytes)
        #expect(SetDigest(bytes: digest.bytes) == digest)
        for entry in entries { digest.remove(entry.key.span, entry.value.span) }
        #expect(digest == SetDigest())
        #expect(digest.bytes == [UInt8](repeating: 0, count: 32))
        #expect(SetDigest(bytes: [UInt8](repeating: 0, count: 31)) == nil)
    }

    @Test func aSetsDigestTellsKeysValuesAndTwicesApart() {
        func digest(_ entries: [([UInt8], [UInt8])]) -> SetDigest {
            var digest = SetDigest()
            for entry in entries { digest.insert(entry.0.span, entry.1.span) }
            return digest
        }
        let sets: [SetDigest] = [
            digest([]), digest([([1], [2])]), digest([([2], [1])]), digest([([1, 2], [])]),
            digest([([1], [2]), ([1], [2])]), digest([([1], []), ([1], [2])]),
            digest([([1], [3]), ([2], [2])]), digest([([1], [2]), ([2], [3])]),
        ]
        #expect(Set(sets).count == sets.count)
    }

    /// Against the definition: the sum of the hashes as one number of 256 bits.
    @Test func aSetsDigestIsTheSumOfTheHashes() {
        var generator = SeededGenerator(state: 4)
        var digest = SetDigest()
        var sum = [UInt8](repeating: 0, count: 32)
        for _ in 0..<300 {
            let key = generator.bytes(4)
            let value = generator.bytes(4)
            digest.insert(key.span, value.span)
            var carry = 0
            for (index, byte) in SetDigest.hash(key.span, value.span).enumerated() {
                let total = Int(sum[index]) + Int(byte) + carry
                sum[index] = UInt8(total & 0xff)
                carry = total >> 8
            }
            #expect(digest.bytes == sum)
        }
    }

    // MARK: - Names

    @Test func namesComeBack() throws {
        for names in [[], ["a"], ["", "é", "e\u{301}", "\u{0}"], (0..<3_000).map { "n\($0)" }] {
            let bytes = NameSegment.encode(names[...])
            let decoded = try NameSegment.decode(bytes.span)
            #expect(decoded.map { Array($0.utf8) } == names.map { Array($0.utf8) })
        }
    }

    @Test func mutatedNamesEndNoProcess() {
        var generator = SeededGenerator(state: 6)
        let whole = NameSegment.encode(["ann", "é", "", "a longer name", "日本"])
        for _ in 0..<20_000 {
            var bytes = whole
            for _ in 0..<(1 + generator.below(3)) {
                bytes[generator.below(bytes.count)] = UInt8(generator.below(256))
            }
            if generator.isOne(in: 4) { bytes.removeLast(generator.below(bytes.count)) }
            _ = Result { () throws(EventFormatError) in try NameSegment.decode(bytes.span) }
        }
    }

    // MARK: - Sources

    /// Sums of counts would overflow; a damaged record must not end who reads it.
    @Test func countsThatNothingReachesAreRefused() throws {
        for (count, isRead) in [(1 << 47, true), (1 << 48, false), (Int.max, false)] {
            var progress = SourceProgress(source: source())
            progress.counts = RecordCounts(
                read: count, accepted: count, duplicates: count, leftOut: count, rejected: count)
            progress.recordsReadThrough = count
            let bytes = progress.encoded
            let stored = Result { () throws(EventFormatError) in
                try SourceProgress(decoding: bytes.span)
            }
            switch stored {
            case .success(let stored): #expect(isRead && stored.contradictions.count == 1)
            case .failure(let error):
                #expect(!isRead)
                #expect(error == .unknownCode(field: "count", value: UInt64(count)))
            }
        }
    }

    // MARK: - Head

    private func head() -> StoredHead {
        var head = StoredHead()
        head.position = LogPosition(1_000_003)
        head.hash = SHA256.digest(of: "hash")
        head.sealedThrough = LogPosition(1_000_000)
        head.sealedHash = SHA256.digest(of: "sealed")
        head.nameCount = 77
        head.namesHash = SHA256.digest(of: "names")
        head.nextRun = 9
        for index in head.digests.indices {
            head.digests[index].insert([UInt8(index)].span, [1].span)
        }
        return head
    }

    @Test func theHeadComesBackAndEveryFlippedBitIsRefused() {
        var bytes = head().bytes
        #expect(StoredHead(bytes.span) == head())
        #expect(head().tailCount == 3)
        #expect(StoredHead(StoredHead().bytes.span) == StoredHead())
        for bit in 0..<(8 * bytes.count) {
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            if StoredHead(bytes.span) != nil { Issue.record("bit \(bit)") }
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
        }
        for length in 0..<bytes.count {
            #expect(StoredHead(bytes.span.extracting(0..<length)) == nil)
        }
        #expect(StoredHead((bytes + [0]).span) == nil)
    }

    /// Numbers that cannot be, under a checksum that fits.
    @Test func aHeadThatCannotBeIsRefused() {
        for (offset, value) in [
            (1, 0xff), (8, 0xff), (41 + 7, 0x10), (81 + 7, 0x80), (81 + 4, 1),
        ] as [(Int, UInt8)] {
            var bytes = head().bytes
            bytes[offset] = value
            if offset == 1 { bytes.replaceSubrange(1..<9, with: [9, 0, 0, 0, 0, 0, 0, 0]) }
            let content = Array(bytes.dropLast(32))
            let whole = content + SHA256.digest(of: content).bytes
            #expect(StoredHead(whole.span) == nil, "offset \(offset)")
        }
    }

    // MARK: - The file beside the log

    private struct Noted {
        let store = TemporaryStore()
        let path: String

        init(_ facts: [Fact]) throws {
            path = store.path + "/head"
            let log = try store.open()
            for (index, fact) in facts.enumerated() {
                try log.append([fact], of: source(Character(String(index))))
            }
        }

        func bytes() throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: path))) }

        func write(_ bytes: [UInt8]) throws {
            try Data(bytes).write(to: URL(fileURLWithPath: path))
        }
    }

    @Test func theFileHoldsTheLastTwoHeads() throws {
        let noted = try Noted([Fact(key: "1"), Fact(key: "2"), Fact(key: "3")])
        let snapshot = try noted.store.open(.readOnly).snapshot()
        let file = HeadFile(path: noted.path)
        let record = try #require(try file.read())
        #expect(record.position == LogPosition(3))
        #expect(record.hash.hexadecimal == snapshot.headHash)
        // A write that tore leaves the other place: the last head, or the one before.
        let whole = try noted.bytes()
        for (slot, left) in [(0, 3), (1, 2)] as [(Int, UInt64)] {
            for length in [1, 20, 60, 79] {
                var torn = whole
                for index in (slot * 512 + length)..<(slot * 512 + 80) { torn[index] ^= 0xa5 }
                try noted.write(torn)
                #expect(try file.read()?.position == LogPosition(left), "\(slot), \(length)")
                #expect(try noted.store.open().head() == LogPosition(3))
            }
        }
    }

    @Test func everyFlippedBitOfAPlaceIsSeen() throws {
        let noted = try Noted([Fact(key: "1"), Fact(key: "2")])
        var bytes = try noted.bytes()
        let file = HeadFile(path: noted.path)
        for bit in 0..<(80 * 8) {
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            try noted.write(bytes)
            #expect(try file.read()?.position == LogPosition(1), "bit \(bit)")
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
        }
    }

    @Test func whatIsNoSuchFileSaysNothing() throws {
        let noted = try Noted([Fact(key: "1"), Fact(key: "2")])
        let whole = try noted.bytes()
        var generator = SeededGenerator(state: 3)
        for bytes in [
            [], [1], Array(whole.prefix(79)), generator.bytes(1_024), generator.bytes(600),
        ] {
            try noted.write(bytes)
            #expect(try HeadFile(path: noted.path).read() == nil)
            #expect(try noted.store.open().verifyChain().isSound)
        }
        try FileManager.default.removeItem(atPath: noted.path)
        #expect(try HeadFile(path: noted.path).read() == nil)
        #expect(try noted.store.open().verifyChain().isSound)
    }

    @Test func aLogAheadOfItsFileIsGoneOnWith() throws {
        let noted = try Noted([Fact(key: "1")])
        let before = try noted.bytes()
        do { try noted.store.open().append([Fact(key: "2")], of: source("e")) }
        try noted.write(before)
        let log = try noted.store.open()
        #expect(try log.verifyChain().isSound)
        try log.append([Fact(key: "3")], of: source("f"))
        #expect(try HeadFile(path: noted.path).read()?.position == LogPosition(3))
    }

    @Test func aLogBehindItsFileIsNotWrittenTo() throws {
        let noted = try Noted([Fact(key: "1"), Fact(key: "2")])
        var head = StoredHead()
        head.position = LogPosition(3)
        head.hash = SHA256.digest(of: "the third")
        for isSamePlace in [false, true] {
            // Further on, or another event at the same place.
            if isSamePlace { head.position = LogPosition(2) }
            try FileManager.default.removeItem(atPath: noted.path)
            try HeadFile(path: noted.path).write(head, isDurable: true)
            let error = EventLogError.wentBack(
                path: noted.store.path, noted: head.position, found: LogPosition(2))
            #expect(throws: error) { try noted.store.open(.readWrite) }
            #expect(throws: error) { try noted.store.open(.create) }
            let report = try noted.store.open(.readOnly).verifyChain()
            #expect(report.problems.count == 1)
            #expect(report.problems.first?.reason.contains("went back") == true)
            #expect(report.goodThrough == LogPosition(2))
        }
    }
}
