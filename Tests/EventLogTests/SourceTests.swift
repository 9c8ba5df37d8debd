// Aim: the numbers of a source add up at every commit, and refused records come back whole.

import EventLog
import Events
import Testing

@Suite struct SourceTests {
    @Test func everyRecordIsAccountedFor() throws {
        let store = TemporaryStore()
        let log = try store.open()
        try log.append([Fact(key: "old"), Fact(key: "clash")], of: source("a"))
        let session = try log.beginAppend(source("c"))
        var maker = BatchMaker()
        var batch = maker.batch([
            Fact(key: "new"), Fact(key: "old"), Fact(key: "clash", money: 1),
        ])
        batch.rejects = [maker.reject(), maker.reject("field-count")]
        batch.leftOut = 4
        maker.record += 4
        batch.recordsReadThrough = maker.record
        batch.warnings = [WarningCount(code: "z", count: 2), WarningCount(code: "a", count: 1)]
        batch.notes = ["customers 0 are unknown"]
        let first = try session.append(batch)
        #expect(
            first.progress.counts
                == RecordCounts(read: 9, accepted: 1, duplicates: 1, leftOut: 4, rejected: 3))

        var second = maker.batch([Fact(key: "more")], recordedAt: 2_000, isComplete: true)
        second.warnings = [WarningCount(code: "z", count: 5)]
        second.notes = ["customers 0 are unknown", "another note"]
        let progress = try session.append(second).progress
        #expect(progress.counts.isBalanced)
        #expect(progress.counts.read == 10 && progress.eventCount == 2)
        #expect(
            progress.warnings
                == [WarningCount(code: "a", count: 1), WarningCount(code: "z", count: 7)])
        #expect(progress.notes == ["customers 0 are unknown", "another note"])
        #expect(progress.firstRecordedAt == Instant(microseconds: 1_000))
        #expect(progress.lastRecordedAt == Instant(microseconds: 2_000))
        #expect(progress.contradictions.isEmpty)
        let stored = try log.progress(
            fileHash: source("c").fileHash, mappingHash: source("c").mappingHash)
        #expect(stored == progress)
        #expect(try log.rejects().count == 3)
        #expect(try log.verifyChain().isSound)
    }

    @Test func aFileWithoutEventsIsRememberedToo() throws {
        let store = TemporaryStore()
        let log = try store.open()
        let result = try log.append([], of: source())
        #expect(result.progress.isComplete)
        #expect(result.head == .beforeFirst)
        #expect(try log.sources().count == 1)
        #expect(try log.facts().isEmpty)
    }

    @Test func aBatchThatDoesNotAddUpStopsTheProgram() async {
        // The other process has no time to remove its folder: this one does.
        let store = TemporaryStore()
        await #expect(processExitsWith: .failure) { [path = store.path as String] in
            let log = try Log.open(directory: path, access: .create)
            var maker = BatchMaker()
            var batch = maker.batch([Fact(key: "1")])
            batch.recordsReadThrough = 2
            _ = try log.append(batch, of: source())
        }
    }

    @Test func contradictionsAreNamed() {
        var progress = SourceProgress(source: source())
        #expect(progress.contradictions.isEmpty)
        progress.counts = RecordCounts(read: 5, accepted: 3, rejected: 1)
        progress.recordsReadThrough = 6
        #expect(progress.contradictions.count == 2)
        #expect(!RecordCounts(read: 0, accepted: 1, rejected: -1).isBalanced)
        #expect(
            RecordCounts(read: 4, accepted: 1, duplicates: 1, leftOut: 1, rejected: 1).isBalanced)
    }

    @Test func coverageAndNamesComeBack() throws {
        let store = TemporaryStore()
        let log = try store.open()
        var described = source()
        described.fileName = "jän.txt"
        for coverage in [
            SourceCoverage(from: Instant(microseconds: -5), to: nil, offsetMinutes: -570),
            SourceCoverage(from: nil, to: Instant(microseconds: .max), offsetMinutes: 120),
        ] {
            described.coverage = coverage
            described.mappingHash = String(
                repeating: coverage.to == nil ? "d" : "e", count: 64)
            try log.append([Fact(key: "1")], of: described)
            let stored = try log.progress(
                fileHash: described.fileHash, mappingHash: described.mappingHash)
            #expect(stored?.source == described)
        }
    }

    @Test func sourcesAreListedByNameThenHash() throws {
        let store = TemporaryStore()
        let log = try store.open()
        for (name, hash) in [("b", "1"), ("a", "9"), ("a", "3"), ("c", "0")] {
            var described = source(Character(hash))
            described.fileName = name
            try log.append([Fact(key: "1")], of: described)
        }
        let listed = try log.sources().map {
            "\($0.source.fileName)\($0.source.fileHash.prefix(1))"
        }
        #expect(listed == ["a3", "a9", "b1", "c0"])
    }

    @Test func refusedRecordsComeBackWhole() throws {
        let store = TemporaryStore()
        let log = try store.open()
        let full = Finding(
            code: "bad-number", severity: .warning, file: "f", line: 3, column: 4, byteOffset: 5,
            record: 1, field: "duration", found: "x", foundIsPublic: true, expected: "seconds",
            hint: "map it")
        let bare = Finding(code: "", file: "")
        let rejects = [
            RejectedRecord(
                fileName: "f", record: 1, line: 3, byteOffset: 5,
                sealedBytes: (0...255).map { UInt8($0) }, finding: full),
            RejectedRecord(
                fileName: "f", record: 2, line: nil, byteOffset: nil, sealedBytes: [],
                finding: bare),
        ]
        var batch = AppendBatch(
            events: [], interner: Interner(), recordedAt: Instant(microseconds: 0),
            rejects: rejects, recordsReadThrough: 2)
        batch.isFileComplete = true
        let result = try log.append(batch, of: source())
        #expect(result.progress.counts == RecordCounts(read: 2, rejected: 2))
        #expect(try log.rejects() == rejects)
        #expect(try log.rejects(limit: 1) == [rejects[0]])
        #expect(try log.rejects(limit: 0).isEmpty)
    }

    @Test func namesOfRefusedRecordsStayOutOfTheDictionary() throws {
        let store = TemporaryStore()
        let log = try store.open()
        var maker = BatchMaker()
        _ = maker.interner.intern("name of a refused record")
        _ = try log.append(maker.batch([Fact(key: "1", customer: "ann")]), of: source())
        let names = try log.dictionary()
        #expect(names.symbol(of: "ann") != nil)
        #expect(names.symbol(of: "name of a refused record") == nil)
    }

    @Test(arguments: [
        "", "ab", String(repeating: "g", count: 64), String(repeating: "a", count: 63),
    ])
    func whatIsNoHashIsRefused(text: String) throws {
        let store = TemporaryStore()
        let log = try store.open()
        var wrong = source()
        wrong.mappingHash = text
        #expect(throws: EventLogError.invalidHash(field: "mapping hash", found: text)) {
            try log.beginAppend(wrong)
        }
        #expect(throws: EventLogError.invalidHash(field: "file hash", found: text)) {
            try log.progress(fileHash: text, mappingHash: source().mappingHash)
        }
    }
}
