// Ingest as its users meet it: a file that is mostly wrong, records tried again, the same facts
// from two files, and a preview that writes nothing.

import EventLog
import Events
import Foundation
import Testing
import Workbench

/// A folder with a small source and its mapping.
private final class SmallPlace {
    let folder: String

    init() throws {
        folder = NSTemporaryDirectory() + "downstream-ingest-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
    }

    deinit {
        do { try FileManager.default.removeItem(atPath: folder) } catch {
            print("left behind: \(folder)")
        }
    }

    func write(_ name: String, _ text: String) throws -> String {
        try text.write(toFile: folder + "/" + name, atomically: true, encoding: .utf8)
        return folder + "/" + name
    }

    func mapping(
        _ name: String = "small.yaml", format: String = "{kind: delimited, delimiter: comma}",
        outcomes: String = "{OK: resolved, NO: unresolved}", isPersonal: Bool = true
    ) throws -> String {
        try write(
            name,
            """
            source: small
            description: A small source.
            format: \(format)
            time_zone: UTC
            event:
              id: [id]
              kind: contact
              time: {column: when}
              customer: {column: who, personal: \(isPersonal)}
            interaction:
              outcome: {column: outcome, values: \(outcomes)}
            """)
    }

    func store(_ name: String = "store") throws -> Store {
        try Store.open(directory: folder + "/" + name, access: .create)
    }

    func request(_ files: [String], _ mapping: String) throws -> IngestRequest {
        try IngestRequest(
            files: files, mappingPath: mapping, recordedAt: "2026-01-01T00:00:00Z")
    }
}

private func csv(_ rows: [(Int, String)]) -> String {
    "id,when,who,outcome\n"
        + rows.map { "\($0.0),2026-01-02T03:04:05,C\($0.0 % 7),\($0.1)\n" }.joined()
}

@Suite struct IngestTests {
    @Test func aFileThatIsMostlyWrongChangesNothing() throws {
        let place = try SmallPlace()
        let good = try place.write("good.csv", csv((1...30).map { ($0, "OK") }))
        let bad = try place.write("bad.csv", csv((1...30).map { ($0, $0 < 12 ? "OK" : "WHAT") }))
        let store = try place.store()
        let before = try store.log.snapshot()
        var request = try place.request([good, bad], place.mapping())
        do {
            _ = try store.ingest(request)
            Issue.record("was taken in")
        } catch let wrong as MostlyWrongFile {
            #expect(wrong.file == "bad.csv" && wrong.read == 30 && wrong.rejected == 19)
            let words = "\(wrong)"
            #expect(words.contains("bad.csv: 19 of its first 30 records"))
            #expect(words.contains("19 x unknown-value"))
            #expect(words.contains("bad.csv:13:"))
        }
        #expect(try store.log.snapshot().headHash == before.headHash)
        #expect(try store.log.sources().isEmpty)
        request.rejectLimit = 0.7
        let report = try store.ingest(request)
        #expect(report.counts == RecordCounts(read: 60, accepted: 30, duplicates: 11, rejected: 19))
        // What is in the log already is not judged again.
        request.rejectLimit = 0
        #expect(try store.ingest(request).files.allSatisfy(\.wasComplete))
    }

    @Test func customersWhoseIDsAreNotTrustedAreSaidBesideTheStitchRate() throws {
        let place = try SmallPlace()
        let file = try place.write("a.csv", csv((1...40).map { ($0, "OK") }))
        let mapping = try place.mapping()
        let text = try String(contentsOfFile: mapping, encoding: .utf8)
        // Three of the seven customers have no id that is trusted.
        let strict = try place.write(
            "strict.yaml",
            text.replacingOccurrences(
                of: "{column: who, personal: true}",
                with: "{first_of: [{column: who, unknown: [C0, C1, C2]}, "
                    + "{column: who, trusted_lengths: [3, 9]}]}"))
        let rules = Workplace.repository + "/scenarios/rules/anonymous-bank-1999.yaml"
        let store = try place.store()
        _ = try store.keep(rulesPath: rules, costsPath: nil, replace: false)
        _ = try store.ingest(try place.request([file], strict))
        let answer = try store.journeys(JourneyFilter())
        #expect(answer.fact("untrusted_customers") == .integer(17))
        #expect(answer.fact("stitch_rate") == .share(23.0 / 40))
        let note = Answer.Item.note(
            "stitch rate: 23 of 40 contacts (57.5 %) have a customer; "
                + "17 records had a customer id that is not trusted")
        #expect(try store.view(ViewRequest(.recontact)).items.contains(note))
    }

    @Test func aDraftKnowsTwelveHourClocksAndWordsThatDeny() throws {
        let place = try SmallPlace()
        let rows = (1...40).map { number in
            // One date in forty is none, as in real files.
            let day = number == 17 ? "02/31/2026" : "03/\(number % 9 + 10)/2026"
            return "T\(number),\(day) 0\(number % 9 + 1):05:00 PM,\(day),\(number % 9 + 1):05 PM,"
                + (number % 2 == 0 ? "UNSOLVED" : "SOLVED")
        }
        let file = try place.write(
            "t.csv",
            (["Ticket ID,Opened At,Call Date,Call Time,Result"] + rows).joined(separator: "\n"))
        let draft = try #require(try MappingSuggestion.run(file: file, output: nil))
        #expect(draft.contains("time: {column: \"Opened At\", format: \"m/d/yyyy h:MM:SS AP\"}"))
        #expect(draft.contains("UNSOLVED: unresolved"))
        #expect(draft.contains(" SOLVED: resolved"))
        let split = try place.write(
            "s.csv",
            rows.map { row in
                let parts = row.split(separator: ",")
                return [parts[0], parts[2], parts[3]].joined(separator: ",")
            }.reduce("Ticket ID,Call Date,Call Time\n") { $0 + $1 + "\n" })
        let second = try #require(try MappingSuggestion.run(file: split, output: nil))
        #expect(
            second.contains(
                "time: {date: \"Call Date\", date_format: mm/dd/yyyy, clock: \"Call Time\"}"))
    }

    @Test func titleLinesAreSeenByADraft() throws {
        let place = try SmallPlace()
        let file = try place.write(
            "t.csv",
            "Report of calls\n\nPrinted 2026-04-01, page 1\n"
                + csv((1...30).map { ($0, "OK") }))
        let draft = try #require(try MappingSuggestion.run(file: file, output: nil))
        #expect(draft.contains("  skip_lines: 3 "))
        #expect(draft.contains("  id: [id]") && draft.contains("time: {column: when}"))
        let quoted = try place.write(
            "q.csv",
            "id,when,name\n"
                + (1...30).map { "\($0),2026-01-01,\"Doe, John\"\n" }.joined())
        #expect(try MappingSuggestion.run(file: quoted, output: nil)?.contains("skip") == false)
        let plain = try place.write("p.csv", csv((1...30).map { ($0, "OK") }))
        #expect(try MappingSuggestion.run(file: plain, output: nil)?.contains("skip") == false)
    }

    @Test func aDecimalCommaIsNoDelimiterAndAFewWrongEpochsAreNoText() throws {
        let place = try SmallPlace()
        let rows = (1...60).map { number in
            "\(number);Smith, Ann;\(number == 7 ? "n/a" : "17\(70_000_000 + number)");\(number),5"
                + (number == 9 ? ";more" : ";x")
        }
        let file = try place.write(
            "t.csv", (["id;name;started;cost;note"] + rows).joined(separator: "\n") + "\n")
        let draft = try #require(try MappingSuggestion.run(file: file, output: nil))
        #expect(draft.contains("delimiter: semicolon") && !draft.contains("skip_lines"))
        #expect(draft.contains("time: {column: started, format: epoch-seconds}"))
    }

    @Test func aFileIsNotCountedTwiceByAMappingThatHasChanged() throws {
        let place = try SmallPlace()
        let text = csv((1...40).map { ($0, $0 % 4 == 0 ? "LATER" : "OK") })
        let file = try place.write("a.csv", text)
        let store = try place.store()
        _ = try store.ingest(try place.request([file], place.mapping()))
        let head = try store.log.snapshot().headHash
        let mended = try place.mapping("mended.yaml", outcomes: "{OK: resolved, LATER: deferred}")
        // Also under another name, where the hash alone tells.
        for name in [file, try place.write("b.csv", text)] {
            var request = try place.request([name], mended)
            let error = #expect(throws: WorkbenchError.self) { _ = try store.ingest(request) }
            #expect("\(error.map { "\($0)" } ?? "")".contains("rejects retry"))
            #expect(try store.log.snapshot().headHash == head)
            #expect(try store.log.rejects().count == 10)
            if name != file {
                request.takesAgain = true
                #expect(try store.ingest(request).counts.accepted == 10)
                // Both mappings have it now, and say so.
                request.takesAgain = false
                #expect(try store.ingest(request).files[0].wasComplete)
                let first = try place.request([file], place.mapping())
                #expect(try store.ingest(first).files[0].wasComplete)
            }
        }
    }

    @Test func rejectsAreCountedByWhatIsWrong() throws {
        let place = try SmallPlace()
        let rows = (1...40).map { ($0, $0 % 4 == 0 ? "LATER" : "OK") }
        let file = try place.write("a.csv", csv(rows) + "41,never,C1,OK\n")
        let store = try place.store()
        _ = try store.ingest(try place.request([file], place.mapping()))
        let answer = try store.rejects(limit: 3, showValues: false)
        #expect(answer.fact("rejected") == .integer(11) && answer.fact("shown") == .integer(3))
        #expect(answer.table("rejects")?.rows.count == 3)
        let kinds = try #require(answer.table("kinds")).rows
        #expect(kinds.map { $0[0] } == [.text("unknown-value"), .text("bad-time")])
        #expect(kinds.map { $0[1] } == [.text("outcome"), .text("when")])
        #expect(kinds.map { $0[2] } == [.integer(10), .integer(1)])
        #expect(kinds.map { $0[4] } == [.ordinal(4), .ordinal(41)])
    }

    @Test func aRetryTakesExactlyTheRejectedRecords() throws {
        let place = try SmallPlace()
        let rows = (1...40).map { ($0, $0 % 4 == 0 ? "LATER" : "OK") }
        let text = csv(rows) + "41,never,C1,OK\n42,2026-01-02T03:04:05\n"
        let file = try place.write("a.csv", text)
        let store = try place.store()
        let first = try place.mapping()
        _ = try store.ingest(try place.request([file], first))
        #expect(try store.log.rejects().count == 12)
        try FileManager.default.removeItem(atPath: file)
        let mended = try place.mapping(
            "mended.yaml", outcomes: "{OK: resolved, NO: unresolved, LATER: deferred}")
        let request = try RetryRequest(
            mappingPath: mended, file: nil, recordedAt: "2026-01-03T00:00:00Z")
        let files = try store.retryRejects(request)
        #expect(files.map(\.tried) == [12] && files.map(\.accepted) == [10])
        #expect(files.map(\.rejected) == [2])
        let progress = try #require(try store.log.sources().first)
        #expect(progress.counts == RecordCounts(read: 42, accepted: 40, rejected: 2))
        #expect(progress.isComplete && progress.counts.isBalanced)
        #expect(progress.notes.contains { $0.contains("mended.yaml") })
        #expect(try store.log.rejects().map(\.record) == [41, 42])
        #expect(try store.log.rejects().map(\.finding.code) == ["bad-time", "field-count"])
        #expect(try store.log.verifyChain().isSound)
        // The events are those that the mended mapping would have made of the whole file.
        let whole = try place.store("whole")
        _ = try whole.ingest(
            try place.request([try place.write("a.csv", text)], mended))
        #expect(try outcomes(store) == outcomes(whole))
        // Once more: nothing is left to mend.
        #expect(try store.retryRejects(request).map(\.accepted) == [0])
    }

    @Test func anEmptyLineIsNotTriedAgainAndCostsNoOtherRecordItsPlace() throws {
        let place = try SmallPlace()
        let rows = csv([(1, "OK")]) + "\n" + "2,2026-01-02T03:04:05,C2,LATER\n"
        let store = try place.store()
        _ = try store.ingest(try place.request([place.write("a.csv", rows)], place.mapping()))
        #expect(try store.log.rejects().map(\.record) == [2, 3])
        let mended = try place.mapping("mended.yaml", outcomes: "{OK: resolved, LATER: deferred}")
        let files = try store.retryRejects(
            RetryRequest(mappingPath: mended, file: nil, recordedAt: nil))
        #expect(files.map(\.accepted) == [1] && files.map(\.notTried) == [1])
        #expect(try store.log.rejects().map(\.record) == [2])
        #expect(
            try store.log.sources()[0].counts == RecordCounts(read: 3, accepted: 2, rejected: 1))
    }

    private func outcomes(_ store: Store) throws -> [String: Outcome] {
        var found: [String: Outcome] = [:]
        try store.log.forEachEvent(from: LogPosition.beforeFirst.next) { recorded in
            found[recorded.event.key] = recorded.event.interaction?.outcome
            return true
        }
        return found
    }

    @Test(arguments: [
        (
            "{kind: json-lines}",
            "{\"id\":1,\"when\":\"2026-01-02T03:04:05\",\"who\":\"C1\",\"outcome\":\"HM\"}"
        ),
        (
            "{kind: xes}",
            """
            <log><trace><event><string key="id" value="1"/><string key="who" value="a.b[0]\\"/>
            <date key="when" value="2026-01-02T03:04:05Z"/><string key="outcome" value="HM"/>
            </event></trace></log>
            """
        ),
    ])
    func recordsOfDocumentsAreTriedAgainToo(format: String, text: String) throws {
        let place = try SmallPlace()
        let file = try place.write("a.txt", text)
        let store = try place.store()
        _ = try store.ingest(try place.request([file], place.mapping(format: format)))
        #expect(try store.log.rejects().count == 1)
        let mended = try place.mapping(
            "mended.yaml", format: format, outcomes: "{OK: resolved, HM: unknown}")
        let files = try store.retryRejects(
            RetryRequest(mappingPath: mended, file: "a.txt", recordedAt: nil))
        #expect(files.map(\.accepted) == [1])
        #expect(try store.log.rejects().isEmpty)
    }

    @Test func theSameFileUnderAnotherNameIsKnown() throws {
        let place = try SmallPlace()
        let text = csv((1...30).map { ($0, "OK") })
        let store = try place.store()
        let mapping = try place.mapping()
        _ = try store.ingest(try place.request([place.write("a.csv", text)], mapping))
        let again = try store.ingest(try place.request([place.write("b.csv", text)], mapping))
        #expect(again.files.map(\.wasComplete) == [true])
        #expect(try store.log.sources().count == 1)
    }

    @Test func theSameEventWithOtherContentIsAConflictThatIsKept() throws {
        let place = try SmallPlace()
        let store = try place.store()
        let mapping = try place.mapping()
        _ = try store.ingest(
            try place.request([place.write("a.csv", csv([(1, "OK"), (2, "OK")]))], mapping))
        let report = try store.ingest(
            try place.request([place.write("b.csv", csv([(2, "OK"), (1, "NO")]))], mapping))
        #expect(report.counts == RecordCounts(read: 2, duplicates: 1, rejected: 1))
        let reject = try #require(try store.log.rejects().first)
        #expect(reject.finding.code == "conflict" && reject.fileName == "b.csv")
        #expect(reject.line == 3 && reject.event?.interaction?.outcome == .unresolved)
        #expect(try outcomes(store)["1"] == .resolved)
        // A conflict is an event already: there is nothing to try again.
        let files = try store.retryRejects(
            RetryRequest(mappingPath: mapping, file: nil, recordedAt: nil))
        #expect(files.map(\.tried) == [0] && files.map(\.notTried) == [1])
    }

    @Test func aPreviewWritesNothing() throws {
        let place = try SmallPlace()
        let file = try place.write("a.csv", csv((1...9).map { ($0, $0 == 3 ? "HM" : "OK") }))
        let answer = try IngestPreview.run(
            files: [file], mappingPath: place.mapping(), count: 5)
        let records = try #require(answer.table("records"))
        #expect(records.rows.count == 4)
        let keys = records.columns.map(\.key)
        #expect(keys.contains("outcome") && !keys.contains("team"))
        #expect(try #require(answer.table("rejects")).rows.count == 1)
        let fields = try #require(answer.table("fields"))
        let outcome = try #require(fields.rows.first { $0[0] == .text("outcome") })
        #expect(outcome[1] == .share(1) && outcome[2] == .integer(1))
        #expect(try FileManager.default.contentsOfDirectory(atPath: place.folder).count == 2)
        // Customers are personal in this mapping: they are told apart, and not named.
        let customer = try #require(keys.firstIndex(of: "customer"))
        #expect(records.rows.map { $0[customer] } == [1, 2, 4, 5].map { .text("customer-\($0)") })
    }

    @Test func batchesOfAnySizeAndStopsInBetweenGiveTheSameLog() throws {
        let place = try SmallPlace()
        let rows = (1...500).map { ($0, $0 % 50 == 0 ? "HM" : "OK") }
        let file = try place.write("a.csv", csv(rows))
        // Pseudonyms would be others in each store.
        let mapping = try place.mapping(isPersonal: false)
        var hashes: Set<String> = []
        for size in [7, 100, 1_000] {
            let store = try place.store("store-\(size)")
            var request = try place.request([file], mapping)
            request.batchSize = size
            let report = try store.ingest(request)
            #expect(report.counts == RecordCounts(read: 500, accepted: 490, rejected: 10))
            hashes.insert(try store.log.snapshot().headHash)
        }
        #expect(hashes.count == 1)
    }

    @Test func aDraftOfAMappingTakesItsFileIn() throws {
        let place = try SmallPlace()
        let file = try place.write(
            "calls.csv",
            "call_id;customer_no;started;status;talk_seconds\n"
                + (1...50).map {
                    "\($0);C\($0 % 9);\(($0 % 28) + 1)/03/2026 10:11;"
                        + ($0 % 2 == 0 ? "SOLVED" : "OPEN") + ";\($0)\n"
                }.joined())
        let draft = place.folder + "/draft.yaml"
        #expect(try MappingSuggestion.run(file: file, output: draft) == nil)
        let store = try place.store()
        let report = try store.ingest(try place.request([file], draft))
        #expect(report.counts == RecordCounts(read: 50, accepted: 50))
        let text = try String(contentsOfFile: draft, encoding: .utf8)
        #expect(text.contains("CHECK - day before month?"))
        #expect(try outcomes(store)["2"] == .resolved)
        #expect(throws: WorkbenchError.self) {
            _ = try MappingSuggestion.run(file: file, output: draft)
        }
    }
}
