// Aim: a log that was exported and imported is the same log; what is wrong with an export is said
// with its place; the end of a log is found from either side.

import Configuration
import EventLog
import Events
import Foundation
import Testing
import Workbench

/// A store with events of two ingests, and its export.
private final class Exchange {
    let place: Workplace
    let store: Store
    let export: String
    let report: ExportReport
    let lines: [String]

    init() throws {
        place = try Workplace()
        store = try place.store("first")
        _ = try store.ingest(try place.request(Array(place.files[..<2]), batchSize: 100))
        var later = try place.request([place.files[2]], batchSize: 70)
        later.recordedAt = Instant(microseconds: 1_800_000_000_123_456)
        _ = try store.ingest(later)
        export = place.folder + "/export.jsonl"
        report = try store.exportCloudEvents(toFile: export)
        lines = try Exchange.lines(export)
    }

    static func lines(_ path: String) throws -> [String] {
        try String(contentsOfFile: path, encoding: .utf8)
            .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            .dropLast()
    }

    /// The export with changed lines, under a name of its own.
    func changed(_ name: String, _ change: (inout [String]) -> Void) throws -> String {
        var lines = lines
        change(&lines)
        let path = place.folder + "/" + name
        try (lines.joined(separator: "\n") + "\n").write(
            toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    func importing(
        _ path: String, into name: String, batchSize: Int = 20_000
    ) throws -> (store: Store, report: ImportReport) {
        let copy = try place.store(name)
        var request = ImportRequest(file: path)
        request.batchSize = batchSize
        return (copy, try copy.importCloudEvents(request))
    }
}

extension Store {
    /// Lines of events, as an export has them.
    fileprivate func eventLines(_ request: ExportRequest = ExportRequest()) throws -> [String] {
        var bytes: [UInt8] = []
        _ = try exportCloudEvents(request) { bytes += $0 }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").dropFirst()
            .map(String.init)
    }

    fileprivate func tailed(_ request: TailRequest) throws -> [String] {
        var bytes: [UInt8] = []
        try tail(request, pause: { false }) { bytes += $0 }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }
}

@Suite struct ExchangeTests {
    @Test(arguments: [20_000, 64])
    func anImportedLogIsTheExportedOne(batchSize: Int) throws {
        let first = try Exchange()
        #expect(first.report.eventCount == Int(try first.store.log.head().rawValue))
        #expect(first.lines.count == first.report.eventCount + 1)
        let (copy, report) = try first.importing(
            first.export, into: "copy", batchSize: batchSize)
        #expect(report.counts.accepted == first.report.eventCount)
        #expect(report.counts.leftOut == 1)
        #expect(report.counts.isBalanced)
        #expect(report.hasSamePositions)
        #expect(report.warnings.isEmpty)
        #expect(try copy.eventLines() == Array(first.lines.dropFirst()))
        let times = Set(try copy.log.read(from: LogPosition(1), limit: .max).map(\.recordedAt))
        #expect(times.count == 2)
        #expect(try copy.verify().isSound)
    }

    @Test func importingAgainAppendsNothing() throws {
        let first = try Exchange()
        let (copy, _) = try first.importing(first.export, into: "copy")
        let head = try copy.log.snapshot().headHash
        let renamed = first.place.folder + "/renamed.jsonl"
        try FileManager.default.copyItem(atPath: first.export, toPath: renamed)
        let again = try copy.importCloudEvents(ImportRequest(file: renamed))
        #expect(again.wasComplete)
        #expect(again.counts == RecordCounts())
        #expect(try copy.log.snapshot().headHash == head)
        // Another export of the same events: nothing but duplicates.
        let part = first.place.folder + "/part.jsonl"
        _ = try first.store.exportCloudEvents(
            ExportRequest(from: 3, through: 40), toFile: part)
        let duplicates = try copy.importCloudEvents(ImportRequest(file: part))
        #expect(duplicates.counts.duplicates == 38)
        #expect(duplicates.eventsAfter == duplicates.eventsBefore)
        #expect(!duplicates.hasSamePositions)
    }

    @Test func aBadLineIsKeptAndTheOthersAreTaken() throws {
        let first = try Exchange()
        let path = try first.changed("bad.jsonl") { lines in
            lines[4] = lines[4].replacingOccurrences(of: "\"id\":", with: "\"di\":")
            lines[9] = "{\"half\": "
            lines[12] = ""
        }
        let (copy, report) = try first.importing(path, into: "copy")
        #expect(report.counts.rejected == 3)
        #expect(report.counts.accepted == first.report.eventCount - 3)
        #expect(report.counts.isBalanced)
        #expect(!report.hasSamePositions)
        #expect(report.hasSameHead == false)
        let rejects = try copy.log.rejects()
        #expect(rejects.map(\.line) == [5, 10, 13])
        #expect(rejects.map(\.finding.code) == ["unknown-member", "unknown-member", "not-json"])
        #expect(rejects.first?.finding.field == "di")
        // What was refused is missing from the log, and that is said too.
        #expect(report.warnings.counts == ["missing-events": 3])
        let answer = try copy.rejects(limit: 10, showValues: true)
        let records = answer.items.compactMap { item -> [[Cell]]? in
            if case .table(key: "records", let table) = item { return table.rows }
            return nil
        }
        #expect(records.first?[1].last == .text("{\"half\": "))
    }

    @Test(arguments: [
        ("\"talk_microseconds\":-1", "talk", "-1"),
        ("\"hold_microseconds\":9223372036854775807", "hold", "9223372036854775807"),
        ("\"ended_microseconds\":-9223372036854775808", "ended", "-9223372036854775808"),
    ])
    func whatCannotHaveBeenMeasuredIsRefused(_ member: String, _ field: String, _ found: String)
        throws
    {
        let first = try Exchange()
        let path = try first.changed("extreme.jsonl") { lines in
            lines[5] = lines[5].replacing(
                #/"interaction":\{.*?\}/#, with: "\"interaction\":{\(member)}", maxReplacements: 1)
            lines[8] = lines[8]
                .replacing(#/"time":".*?",/#, with: "", maxReplacements: 1)
                .replacing(
                    "\"data\":{",
                    with:
                        "\"data\":{\"at_microseconds\":-9223372036854775808,\"offset_minutes\":0,",
                    maxReplacements: 1)
        }
        let (copy, report) = try first.importing(path, into: "copy")
        #expect(report.counts.rejected == 2)
        #expect(report.counts.isBalanced)
        let findings = try copy.log.rejects().map(\.finding)
        #expect(findings.map(\.code) == ["out-of-range", "out-of-range"])
        #expect(findings.map(\.field) == [field, "at"])
        #expect(findings.first?.found == found)
    }

    @Test func lostAndMovedLinesAreMissed() throws {
        let first = try Exchange()
        let lost = try first.changed("lost.jsonl") { $0.removeSubrange(6...7) }
        let missing = try first.importing(lost, into: "lost").report
        #expect(missing.warnings.counts == ["missing-events": 1])
        #expect(missing.warnings.examples["missing-events"]?.first?.line == 7)
        let moved = try first.changed("moved.jsonl") { $0.swapAt(6, 7) }
        let mixed = try first.importing(moved, into: "moved").report
        #expect(mixed.warnings.counts["out-of-order"] == 1)
        #expect(mixed.counts.accepted == first.report.eventCount)
        #expect(!mixed.hasSamePositions)
        let cut = try first.changed("cut.jsonl") { $0.removeLast(2) }
        let short = try first.importing(cut, into: "cut").report
        #expect(short.warnings.counts == ["missing-events": 1])
        #expect(short.hasSamePositions)
    }

    @Test(arguments: [
        "", "not an export\n", "{\"a\":1}\n", "[]\n", "\n{}\n",
    ])
    func aFileOfSomethingElseIsRefusedAsAWhole(_ text: String) throws {
        let place = try Workplace(customers: 10)
        let path = place.folder + "/other.txt"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        let store = try place.store()
        #expect(throws: RefusedFile.self) {
            try store.importCloudEvents(ImportRequest(file: path))
        }
        #expect(try store.log.sources().isEmpty)
    }

    @Test func aPartOfALogIsAnExportToo() throws {
        let first = try Exchange()
        let all = try first.store.eventLines()
        let part = try first.store.eventLines(ExportRequest(from: 11, through: 20))
        #expect(part == Array(all[10..<20]))
        let head = try first.store.log.head().rawValue
        for (from, through) in [(0, head), (1, head + 1), (head + 1, head), (9, 8)] {
            #expect(throws: WorkbenchError.self) {
                try first.store.eventLines(ExportRequest(from: from, through: through))
            }
        }
    }

    @Test func aFileThatCannotBeWrittenStaysAsItWas() throws {
        let first = try Exchange()
        let folder = first.place.folder + "/folder"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: false)
        for path in [folder, first.place.folder + "/no/such/folder.jsonl"] {
            #expect(throws: WorkbenchError.self) {
                try first.store.exportCloudEvents(toFile: path)
            }
        }
        let before = try Data(contentsOf: URL(fileURLWithPath: first.export))
        #expect(throws: WorkbenchError.self) {
            try first.store.exportCloudEvents(
                ExportRequest(from: .max), toFile: first.export)
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: first.export)) == before)
        let names = try FileManager.default.contentsOfDirectory(atPath: first.place.folder)
        #expect(names.allSatisfy { !$0.hasSuffix(".new") })
    }
}

@Suite struct TailTests {
    @Test func theTailIsTheEndOfTheLog() throws {
        let first = try Exchange()
        let all = try first.store.eventLines()
        func tail(_ count: Int?, from: UInt64? = nil) throws -> [String] {
            try first.store.tailed(TailRequest(count: count, from: from, form: .cloudEvents))
        }
        #expect(try tail(nil) == Array(all.suffix(10)))
        #expect(try tail(0).isEmpty)
        #expect(try tail(1) == Array(all.suffix(1)))
        #expect(try tail(99_999) == all)
        #expect(try tail(3, from: 5) == Array(all[4..<7]))
        #expect(try tail(nil, from: UInt64(all.count)) == Array(all.suffix(1)))
        #expect(try tail(nil, from: UInt64(all.count) + 1).isEmpty)
        let text = try first.store.tailed(TailRequest(count: 3))
        #expect(text.count == 3)
        #expect(text.allSatisfy { $0.contains("contact") })
        #expect(try #require(text.last).hasPrefix(String(repeating: " ", count: 3)))
    }

    @Test func onlyACustomersOrAFamilysEventsAreShown() throws {
        let first = try Exchange()
        let names = try first.store.log.dictionary()
        let known = try first.store.log.read(from: LogPosition(1), limit: .max)
            .map { names.string($0.event.customer) }
        let customer = try #require(known.last { !$0.isEmpty })
        let lines = try first.store.tailed(
            TailRequest(count: 1_000, customer: customer, form: .cloudEvents))
        #expect(lines.count == known.count { $0 == customer })
        #expect(lines.allSatisfy { $0.contains("\"subject\":\"\(customer)\"") })
        let contacts = try first.store.tailed(
            TailRequest(from: 1, family: "contact", form: .cloudEvents))
        #expect(contacts == (try first.store.eventLines()))
        #expect(try first.store.tailed(TailRequest(from: 1, family: "privacy")).isEmpty)
        #expect(throws: WorkbenchError.unknownCustomer("nobody")) {
            try first.store.tailed(TailRequest(customer: "nobody"))
        }
        #expect(throws: WorkbenchError.self) {
            try first.store.tailed(TailRequest(family: "weather"))
        }
    }

    @Test func aFollowerSeesWhatIsAppendedOnceAndInOrder() throws {
        let place = try Workplace()
        let store = try place.store()
        _ = try store.ingest(try place.request([place.files[0]]))
        let seen = try store.log.head().rawValue
        var waiting = [place.files[1], place.files[2]]
        var bytes: [UInt8] = []
        // Each time there is nothing to write, the log goes on; then waiting is called off.
        try store.tail(
            TailRequest(from: seen, follows: true, form: .cloudEvents),
            pause: {
                guard !waiting.isEmpty else { return false }
                let next = waiting.removeFirst()
                do {
                    let report = try store.ingest(try place.request([next], batchSize: 50))
                    #expect(report.eventsAfter > report.eventsBefore)
                } catch { Issue.record(error) }
                return true
            }, write: { bytes += $0 })
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
        #expect(lines == Array(try store.eventLines().dropFirst(Int(seen) - 1)))
    }
}
