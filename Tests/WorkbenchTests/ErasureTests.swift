// Aim: after an erasure no byte of the person can be read from any file of the store, by nobody,
// and every figure is what it was.

import EventLog
import Events
import Foundation
import Keys
import Simulation
import Testing
import Workbench

@Suite struct ErasureTests {
    @Test func `nothing of an erased person is left in any file`() throws {
        let place = try PersonalPlace()
        var secrets: [String: [UInt8]] = [:]
        let keys = place.folder + "/store/keys"
        do {
            let store = try place.filled()
            secrets = try ErasureTests.secrets(store, keys)
        }
        // The control: before, what is to vanish is there, and the search finds it.
        #expect(secrets.count == 6)
        for (name, bytes) in secrets where name.hasPrefix("slot") {
            #expect(try ErasureTests.files(place, with: bytes) == ["keys"], "\(name)")
        }
        let control = place.folder + "/store/control"
        try Data(secrets.values.joined()).write(to: URL(fileURLWithPath: control))
        for (name, bytes) in secrets {
            #expect(try ErasureTests.files(place, with: bytes).contains("control"), "\(name)")
        }
        try FileManager.default.removeItem(atPath: control)

        let store = try place.store(.readWrite)
        let report = try store.erase(try PersonalPlace.request())
        #expect(report.keysDestroyed == 1)
        #expect(report.recordsSearched == 4)
        #expect(report.recordsDestroyed == 2)
        // What is made of the log afterwards holds nothing of it either.
        _ = try store.calibrate()
        for (name, bytes) in secrets {
            #expect(try ErasureTests.files(place, with: bytes).isEmpty, "\(name) is there")
            // A half of a key is too much as well.
            let half = Array(bytes.prefix(bytes.count / 2))
            if name.hasPrefix("slot") {
                #expect(try ErasureTests.files(place, with: half).isEmpty, "\(name), half")
            }
        }
        let texts = try store.allPersonalTexts()
        #expect(
            texts["3"] == ["agent=erased", "customer=erased", "name=erased", "telephone=erased"])
        #expect(texts["4"]?.contains("name=Grace Hopper") == true)
        let shown = try store.rejects(limit: 10, showValues: true)
        let rows = try #require(shown.table("records")).rows
        #expect(rows.map { $0[2] }.filter { $0 == .text("erased") }.count == 2)
        for row in rows {
            guard case .text(let text) = row[2] else { continue }
            #expect(!text.contains(PersonalPlace.ada.name))
        }
        #expect(rows.contains { $0[2] == .text("1d,never,NL-4711-081599,X,Y,rent,60,Lin") })
    }

    /// What must vanish: the person's values, and each destroyed key, wrapped and as it is.
    private static func secrets(_ store: Store, _ keys: String) throws -> [String: [UInt8]] {
        var secrets: [String: [UInt8]] = [
            "name": Array(PersonalPlace.ada.name.utf8),
            "telephone": Array(PersonalPlace.ada.telephone.utf8),
        ]
        let file = try [UInt8](Data(contentsOf: URL(fileURLWithPath: keys)))
        let names = try store.log.dictionary()
        var filter = JourneyFilter()
        filter.customer = PersonalPlace.ada.id
        guard case .text(let pseudonym)? = try store.journeys(filter).table("journeys")?.rows[0][2]
        else { return secrets }
        #expect(names.symbol(of: pseudonym) != nil)
        let reader = try KeyFile(path: keys, isWritable: false)
        try reader.unlock(passphrase: nil)
        var tags = [try reader.tag(.person, of: Array(pseudonym.utf8))]
        if case .key(let key) = try reader.find(tags[0]) {
            secrets["key"] = withUnsafeBytes(of: key) { Array($0.prefix(32)) }
        }
        for reject in try store.log.rejects().prefix(2) {
            tags.append(try #require(KeyTag(bytes: Array(reject.sealedBytes.prefix(16)))))
        }
        for (number, tag) in tags.enumerated() {
            // The tag's two words are stored least significant byte first.
            let words = tag.bytes[..<8].reversed() + tag.bytes[8...].reversed()
            let found = try #require(Data(file).range(of: Data(words)))
            let start = found.upperBound
            secrets["slot\(number)"] = Array(file[(start + 12)..<(start + 60)])
        }
        return secrets
    }

    /// Names of files in the store in which the bytes occur.
    private static func files(_ place: PersonalPlace, with bytes: [UInt8]) throws -> [String] {
        let folder = URL(fileURLWithPath: place.folder + "/store")
        let all = try #require(
            FileManager.default.enumerator(
                at: folder, includingPropertiesForKeys: [.isRegularFileKey]))
        var found: [String] = []
        var count = 0
        for case let url as URL in all {
            guard try url.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true
            else { continue }
            count += 1
            if try Data(contentsOf: url).range(of: Data(bytes)) != nil {
                found.append(url.lastPathComponent)
            }
        }
        #expect(count >= 3)
        return found
    }

    @Test func `every figure is the same before and after`() throws {
        let place = try Workplace()
        let store = try place.store()
        _ = try store.ingest(try place.request())
        _ = try store.keep(
            rulesPath: nil, costsPath: nil,
            policyPath: Workplace.repository + "/scenarios/policies/never-automate.yaml",
            replace: false)
        var filter = JourneyFilter()
        filter.order = .contacts
        filter.limit = 100_000
        let list = try #require(try store.journeys(filter).table("journeys"))
        let known = list.rows.map { $0[2] }.filter { $0 != .text("unknown") }
        guard case .text(let customer)? = known.first else {
            Issue.record("nobody is known")
            return
        }
        func figures() throws -> [Answer] {
            var request = SimulationRequest()
            request.replications = 4
            var run = try store.simulate(scenarioPath: Workplace.scenario, request: request)
            // The fact of the erasure is an event: head and number of events tell of it, and
            // with them the names of the run and of the model.
            run.log.head = ""
            run.log.events = 0
            run.id = ""
            run.modelID = ""
            var answer = Answer()
            answer.note(String(decoding: try JSONCoding.encode(run), as: UTF8.self))
            return try [
                store.journeys(filter), answer,
            ] + ViewName.allCases.map { try store.view(ViewRequest($0)) }
        }
        let before = try figures()
        let report = try store.erase(
            try PersonalPlace.request(customer, reason: "a request"))
        #expect(report.keysDestroyed == 1)
        #expect(report.isIDReadable)
        #expect(try figures() == before)
    }

    @Test func `the fact is in the log once, with the reason and not the person`() throws {
        let place = try PersonalPlace()
        let store = try place.filled()
        let before = try store.status()
        let first = try store.erase(try PersonalPlace.request())
        #expect(!first.wasDone)
        let head = try store.log.head()
        let second = try store.erase(
            try PersonalPlace.request(reason: "another"))
        #expect(second.wasDone)
        #expect(second.at == Instant(microseconds: 1_000_000))
        #expect(try store.log.head() == head)
        let facts = try store.erasedFacts()
        let names = try store.log.dictionary()
        let fact = try #require(facts.first)
        #expect(facts.count == 1)
        #expect(names.string(fact.source) == "downstream")
        #expect(names.string(fact.customer).hasPrefix("p-"))
        #expect(fact.attributes.map { names.string($0.name) } == ["reason"])
        #expect(fact.attributes.first?.value == .text("request of 12 May"))
        let after = try store.status()
        for key in ["read", "accepted", "duplicates", "rejected", "customers", "balanced"] {
            #expect(after.fact(key) == before.fact(key), "\(key)")
        }
        #expect(after.table("sources") == before.table("sources"))
        #expect(after.fact("erased_persons") == .integer(2), "the id and the pseudonym")
    }

    @Test func `an erasure that was stopped before the fact is finished by the next`() throws {
        let place = try PersonalPlace()
        do { _ = try place.filled() }
        let log = place.folder + "/store/log"
        let old = place.folder + "/log"
        try FileManager.default.copyItem(atPath: log, toPath: old)
        do { _ = try place.store(.readWrite).erase(try PersonalPlace.request()) }
        // The keys are gone, and the log knows nothing of it: it never came to the fact.
        try FileManager.default.removeItem(atPath: place.folder + "/store/head")
        try FileManager.default.removeItem(atPath: log)
        try FileManager.default.copyItem(atPath: old, toPath: log)
        let store = try place.store(.readWrite)
        #expect(try store.allPersonalTexts()["3"]?.first == "agent=erased")
        let report = try store.erase(try PersonalPlace.request())
        #expect(!report.wasDone && report.keysDestroyed == 0)
        #expect(try store.erasedFacts().count == 1)
        #expect(try store.erase(try PersonalPlace.request()).wasDone)
    }

    @Test func `an erasure stopped after the fact keeps its one fact`() throws {
        let place = try PersonalPlace()
        let store = try place.filled()
        _ = try store.erase(try PersonalPlace.request())
        let name = try #require(
            try store.log.names(on: .settings).first { $0.hasPrefix("erasure/") })
        let note = try #require(try store.log.bytes(on: .settings, name: name))
        let open = String(decoding: note, as: UTF8.self)
            .replacingOccurrences(of: "\"isDone\":true", with: "\"isDone\":false")
        #expect(open.contains("false"))
        try store.log.put(Array(open.utf8), on: .settings, name: name)
        let report = try store.erase(
            try PersonalPlace.request(reason: "said otherwise"))
        #expect(report.wasResumed && !report.wasDone)
        #expect(report.at == Instant(microseconds: 1_000_000))
        let facts = try store.erasedFacts()
        #expect(facts.count == 1)
        #expect(facts.first?.attributes.first?.value == .text("request of 12 May"))
        #expect(try store.log.bytes(on: .settings, name: name) == note)
    }

    @Test func `a person only rejected records name can be erased`() throws {
        let place = try PersonalPlace()
        let store = try place.store()
        let lines = PersonalPlace.records().filter { !$0.contains(PersonalPlace.ada.id + ",A") }
        _ = try place.ingest(store, try place.write("letters.csv", lines))
        let names = try store.log.dictionary().count
        let report = try store.erase(try PersonalPlace.request())
        #expect(report.customers.isEmpty)
        #expect(report.recordsDestroyed == 1)
        let fact = try #require(try store.erasedFacts().first)
        #expect(!fact.customer.isKnown)
        // The program's name and the word "reason".
        #expect(try store.log.dictionary().count <= names + 2)
        #expect(try store.erase(try PersonalPlace.request()).wasDone)
    }

    @Test func `nobody known cannot be erased`() throws {
        let place = try PersonalPlace()
        let store = try place.filled()
        #expect(throws: WorkbenchError.unknownCustomer("NL-4711")) {
            try store.erase(try PersonalPlace.request("NL-4711"))
        }
        #expect(try store.erasedFacts().isEmpty)
    }

    @Test func `the reason must not name the person`() throws {
        for reason in [
            "erase 4711 now", "4711", "by 4711.", "", String(repeating: "x", count: 1_001),
        ] {
            #expect(throws: WorkbenchError.self, "\(reason)") {
                try PersonalPlace.request("4711", reason: reason)
            }
        }
        _ = try PersonalPlace.request("4711", reason: "request 14711 of May")
        _ = try PersonalPlace.request("4711", reason: "request of NL-4711-0815")
    }

    @Test func `who was erased does not come back with the same or other records`() throws {
        let place = try PersonalPlace()
        let store = try place.filled()
        _ = try store.erase(try PersonalPlace.request())
        // Another file with the same letters, a new one, and rejected records that name her.
        let more = PersonalPlace.records() + PersonalPlace.records(from: 11)
        let report = try place.ingest(store, try place.write("more.csv", more))
        #expect(report.counts.isBalanced)
        #expect(report.eventsAfter == report.eventsBefore + 10)
        #expect(report.counts.duplicates == 10)
        #expect(report.counts.rejected == 8)
        for (key, texts) in try store.allPersonalTexts() where (Int(key) ?? 0) % 3 == 0 {
            #expect(texts.allSatisfy { $0.hasSuffix("=erased") }, "\(key): \(texts)")
        }
        let shown = try store.rejects(limit: 100, showValues: true)
        for row in try #require(shown.table("records")).rows {
            guard case .text(let text) = row[2] else { continue }
            #expect(!text.contains(PersonalPlace.ada.id + ",") && !text.contains("Ada"))
        }
        #expect(try store.erase(try PersonalPlace.request()).wasDone)
    }

    @Test func `an older copy of the keys brings nobody back`() throws {
        let place = try PersonalPlace()
        let keys = place.folder + "/store/keys"
        do { _ = try place.filled() }
        try FileManager.default.copyItem(atPath: keys, toPath: place.folder + "/old")
        do { _ = try place.store(.readWrite).erase(try PersonalPlace.request()) }
        try FileManager.default.removeItem(atPath: keys)
        try FileManager.default.copyItem(atPath: place.folder + "/old", toPath: keys)
        do {
            let store = try place.store(.readOnly)
            #expect(try store.allPersonalTexts()["3"]?.first == "agent=erased")
            #expect(try store.status().notes.contains { $0.contains("3 keys that were destroyed") })
        }
        do {
            let store = try place.store(.readWrite)
            #expect(try store.allPersonalTexts()["3"]?.first == "agent=erased")
            #expect(try store.status().notes.isEmpty)
        }
        let file = try KeyFile(path: keys, isWritable: false)
        #expect(file.facts.destroyedRecordCount == 2)
        #expect(file.facts.personCount == 1)
    }
}
