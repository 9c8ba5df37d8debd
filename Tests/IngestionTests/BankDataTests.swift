// The whole of a real source, through the mapping that is published with the product: every
// count is one that the data's own description states.

import Events
import Foundation
import Ingestion
import Testing

private let repository = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

/// Where the bank's files are, or where they would be.
let bankFolder: String =
    ProcessInfo.processInfo.environment["DOWNSTREAM_BANK_DATA"]
    ?? repository.appendingPathComponent("../shared/data/anonymous_bank_1999").standardized.path

let hasBankData = FileManager.default.fileExists(atPath: bankFolder + "/july.txt.gz")

let bankMonths = ["january", "february", "march", "april", "may", "june", "july"]

func bankMapping() throws -> RecordMapping {
    let path = repository.appendingPathComponent("scenarios/mappings/anonymous-bank-1999.yaml").path
    let bytes = try FileBytes.read(path: path, limitBytes: 1_048_576)
    return try RecordMapping.read(bytes: bytes, file: "anonymous-bank-1999.yaml")
}

@Suite struct BankDataTests {
    @Test func thePublishedMappingIsReadWithoutFindings() throws {
        let mapping = try bankMapping()
        #expect(mapping.source == "anonymous-bank-1999")
        #expect(mapping.coverage?.from.iso8601() == "1998-12-31T22:00:00Z")
        #expect(mapping.coverage?.to.iso8601() == "1999-07-31T21:00:00Z")
        #expect(mapping.acknowledgement.contains("Guedj"))
        #expect(!mapping.notes.isEmpty)
    }

    @Test(
        .enabled(
            if: hasBankData,
            "SKIPPED: the bank's data are not here; set DOWNSTREAM_BANK_DATA to their folder"))
    func theRealFilesGiveTheCountsOfTheirDescription() throws {
        var ingestion = FileIngestion(mapping: try bankMapping(), sealer: glassSealer)
        var totals = Totals()
        for month in bankMonths {
            try ingestion.read(path: "\(bankFolder)/\(month).txt.gz", name: month) { batch in
                totals.add(batch, month: month)
            }
        }
        #expect(totals.records == 252_290)
        #expect(totals.accepted == 252_285)
        #expect(totals.completeFiles == 7)
        #expect(totals.rejectPlaces == [9_144, 9_238, 12_080, 15_212, 15_390].map { "july:\($0)" })
        #expect(totals.rejectCodes == ["field-count"])
        #expect(totals.rejectColumns == [15])
        #expect(totals.warnings.counts == ["negative-duration": 273, "ended-before-start": 1])
        #expect(totals.keys.count == 252_285)
        #expect(totals.kinds == [.contact: 249_937, .phantom: 2_348])
        #expect(totals.identified == 130_235 - 157)
        #expect(totals.abandoned == 39_747 && totals.contained == 13_826)
        #expect(totals.talkSeconds == 37_422_326)
        #expect(totals.agents.count == 34)
        #expect(totals.sealedAgents == totals.knownAgents)
        #expect(totals.firstCall?.iso8601(offsetMinutes: 120) == "1999-01-01T00:00:02+02:00")
        #expect(totals.lastCall?.iso8601(offsetMinutes: 180) == "1999-07-31T23:56:34+03:00")
        #expect(totals.endsBeforeStart == 0)
    }
}

private struct Totals {
    var records = 0
    var accepted = 0
    var completeFiles = 0
    var rejectPlaces: [String] = []
    var rejectCodes: Set<String> = []
    var rejectColumns: Set<Int> = []
    var warnings = FindingTally()
    var keys: Set<String> = []
    var kinds: [EventKind: Int] = [:]
    var identified = 0
    var abandoned = 0
    var contained = 0
    var talkSeconds: Int64 = 0
    var agents: Set<AgentID> = []
    var knownAgents = 0
    var sealedAgents = 0
    var endsBeforeStart = 0
    var firstCall: Instant?
    var lastCall: Instant?

    mutating func add(_ batch: IngestedBatch, month: String) {
        records += batch.records
        accepted += batch.events.count
        completeFiles += batch.isFileComplete ? 1 : 0
        warnings.merge(batch.warnings)
        for reject in batch.rejects {
            rejectPlaces.append("\(month):\(reject.line)")
            rejectCodes.insert(reject.finding.code)
            rejectColumns.insert(reject.column)
        }
        for item in batch.events { add(item.event) }
    }

    private mutating func add(_ event: Event) {
        keys.insert(event.key)
        kinds[event.kind, default: 0] += 1
        identified += event.customer.isKnown ? 1 : 0
        firstCall = min(firstCall ?? event.at, event.at)
        lastCall = max(lastCall ?? event.at, event.at)
        guard let detail = event.interaction else { return }
        abandoned += detail.outcome == .abandoned ? 1 : 0
        contained += detail.outcome == .contained ? 1 : 0
        talkSeconds += (detail.talk?.microseconds ?? 0) / 1_000_000
        if detail.agent.isKnown {
            agents.insert(detail.agent)
            knownAgents += 1
        }
        sealedAgents += event.personal.count
        if let ended = detail.ended, ended < event.at { endsBeforeStart += 1 }
    }
}
