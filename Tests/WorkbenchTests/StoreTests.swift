// The verbs over a real store in a real folder, on a small generated bank.

import EventLog
import Events
import Foundation
import Projections
import Simulation
import Statistics
import Testing
import Workbench

/// A folder with a generated bank, gone with its owner.
final class Workplace {
    static let repository = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
    static let mapping = repository + "/scenarios/mappings/anonymous-bank-1999.yaml"
    static let scenario =
        repository + "/scenarios/anonymous-bank/regular-calls-self-service.yaml"

    let folder: String
    let files: [String]

    init(customers: Int = 60) throws {
        folder = NSTemporaryDirectory() + "downstream-workbench-\(UUID().uuidString)"
        let request = try GenerateRequest(
            folder: folder + "/data", seed: 11, customers: customers, from: "1999-03-01",
            to: "1999-07-01")
        _ = try Generation.run(request)
        files = ["march", "april", "may", "june"].map { [folder] in "\(folder)/data/\($0).txt.gz" }
    }

    deinit {
        do { try FileManager.default.removeItem(atPath: folder) } catch {
            print("left behind: \(folder)")
        }
    }

    func store(_ name: String = "store") throws -> Store {
        try Store.open(directory: folder + "/" + name, access: .create)
    }

    func request(_ files: [String]? = nil, batchSize: Int = 20_000) throws -> IngestRequest {
        var request = try IngestRequest(
            files: files ?? self.files, mappingPath: Workplace.mapping,
            recordedAt: "2026-01-01T00:00:00Z")
        request.batchSize = batchSize
        return request
    }
}

@Suite struct StoreTests {
    @Test func aSecondIngestAppendsNothing() throws {
        let place = try Workplace()
        let store = try place.store()
        let first = try store.ingest(try place.request())
        #expect(first.counts.isBalanced)
        #expect(first.counts.accepted == first.eventsAfter)
        let again = try store.ingest(try place.request())
        #expect(again.eventsAfter == first.eventsAfter)
        #expect(again.files.count { $0.wasComplete } == again.files.count)
        #expect(again.counts == RecordCounts())
    }

    @Test func aFileWithAnotherMappingGivesDuplicatesAndNoEvents() throws {
        let place = try Workplace()
        let store = try place.store()
        let first = try store.ingest(try place.request())
        let copy = place.folder + "/other-mapping.yaml"
        let text = try String(contentsOfFile: Workplace.mapping, encoding: .utf8)
            .replacingOccurrences(of: "rules: ../rules/", with: "rules: rules/")
            .replacingOccurrences(of: "costs: ../costs/", with: "costs: costs/")
        try (text + "# the same in other words\n").write(
            toFile: copy, atomically: true, encoding: .utf8)
        var request = try place.request()
        request.mappingPath = copy
        #expect(throws: WorkbenchError.self) { _ = try store.ingest(request) }
        request.takesAgain = true
        let again = try store.ingest(request)
        #expect(again.counts.duplicates == first.counts.accepted)
        #expect(again.counts.isBalanced)
        #expect(again.eventsAfter == first.eventsAfter)
    }

    @Test func portionsOfAnySizeMakeTheSameLog() throws {
        let place = try Workplace()
        let whole = try place.store("whole")
        _ = try whole.ingest(try place.request(batchSize: 100))
        // The same keys, so that sealed fields are the same bytes.
        try FileManager.default.createDirectory(
            atPath: place.folder + "/stopped", withIntermediateDirectories: true)
        try FileManager.default.copyItem(
            atPath: place.folder + "/whole/keys", toPath: place.folder + "/stopped/keys")
        let stopped = try place.store("stopped")
        for file in place.files {
            // One file at a time and in small batches: as many commits as there are portions.
            _ = try stopped.ingest(try place.request([file], batchSize: 37))
        }
        let heads = try [stopped, whole].map { try $0.log.snapshot().headHash }
        #expect(heads[0] == heads[1])
    }

    @Test func agentsNamesAreNotInTheStoresBytes() throws {
        let place = try Workplace()
        let store = try place.store()
        _ = try store.ingest(try place.request())
        let names = try Workplace.agentNames(place.files[0])
        #expect(names.count > 2)
        let bytes = try Data(
            contentsOf: URL(fileURLWithPath: place.folder + "/store/log/data.mdb"))
        for name in names {
            #expect(bytes.range(of: Data(name.utf8)) == nil, "\(name) lies open in the log")
        }
        let key = place.folder + "/store/keys"
        let mode = try FileManager.default.attributesOfItem(atPath: key)[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test func withoutItsKeyAStoreIsReadableAndTakesNothingIn() throws {
        let place = try Workplace()
        do { _ = try place.store().ingest(try place.request([place.files[0]])) }
        try FileManager.default.removeItem(atPath: place.folder + "/store/keys")
        do {
            let store = try Store.open(directory: place.folder + "/store", access: .readOnly)
            #expect(try store.log.head().rawValue > 0)
        }
        let store = try place.store()
        let head = try store.log.head()
        #expect(throws: WorkbenchError.self) {
            _ = try store.ingest(try place.request([place.files[1]]))
        }
        #expect(try store.log.head() == head)
        #expect(!FileManager.default.fileExists(atPath: place.folder + "/store/keys"))
    }

    @Test func rulesAreGivenOnceAndReplacedOnlyOnPurpose() throws {
        let place = try Workplace()
        let store = try place.store()
        _ = try store.ingest(try place.request([place.files[0]]))
        let kept = try store.settings()
        #expect(kept.rules?.name == "anonymous-bank-1999")
        #expect(kept.costs?.name == "anonymous-bank-1999")
        let path = place.folder + "/rules.yaml"
        let text = try String(
            contentsOfFile: Workplace.repository + "/scenarios/rules/anonymous-bank-1999.yaml",
            encoding: .utf8)
        try text.replacingOccurrences(of: "window: 1h", with: "window: 2h")
            .write(toFile: path, atomically: true, encoding: .utf8)
        #expect(throws: WorkbenchError.self) {
            _ = try store.keep(rulesPath: path, costsPath: nil, replace: false)
        }
        #expect(try store.settings() == kept)
        let changed = try store.keep(rulesPath: path, costsPath: nil, replace: true)
        #expect(changed.rules?.sha256 != kept.rules?.sha256)
        #expect(try store.linkRules().links[0].window == .hours(2))
    }

    @Test func theLogCoversWholeDaysAndNoMoreThanItsSourcesSay() throws {
        let place = try Workplace()
        let store = try place.store()
        _ = try store.ingest(try place.request([place.files[0]]))
        let quarter = try store.rebuild()
        let coverage = quarter.table.coverage
        #expect(coverage.from.iso8601(offsetMinutes: 120) == "1999-03-01T00:00:00+02:00")
        #expect(coverage.to.iso8601(offsetMinutes: 120) == "1999-04-01T00:00:00+02:00")
    }

    @Test func aRunIsKeptAndIsTheSameRunAgain() throws {
        let place = try Workplace()
        let store = try place.store()
        _ = try store.ingest(try place.request())
        var request = SimulationRequest()
        request.replications = 6
        let first = try store.simulate(scenarioPath: Workplace.scenario, request: request)
        request.threads = 1
        let second = try store.simulate(scenarioPath: Workplace.scenario, request: request)
        #expect(first == second)
        #expect(try store.run(nil) == first)
        #expect(try store.run(first.id) == first)
        #expect(throws: WorkbenchError.unknownRun("none")) { _ = try store.run("none") }
        #expect(throws: WorkbenchError.unknownModel("none")) { _ = try store.model("none") }
        request.seed = 2
        let other = try store.simulate(scenarioPath: Workplace.scenario, request: request)
        #expect(other.id != first.id)
        #expect(first.summary.customersUnexplained == 0)
    }
}

extension Workplace {
    /// First names in the last column of a file.
    static func agentNames(_ file: String) throws -> Set<String> {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/gzip")
        process.arguments = ["-dc", file]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let bytes = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let rows = String(decoding: bytes, as: UTF8.self).split(separator: "\n").dropFirst()
        let names = rows.compactMap { $0.split(separator: "\t").last.map(String.init) }
        return Set(names.map { $0.trimmingCharacters(in: .whitespaces) }).subtracting(["NO_SERVER"])
    }
}
