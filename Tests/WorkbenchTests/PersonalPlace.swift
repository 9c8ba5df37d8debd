// A small source in which customers, names and telephone numbers are personal, for the tests of
// keys and erasure: its ids and names are long enough to be searched for in the bytes of files.

import EventLog
import Events
import Foundation
import Keys
import Testing
import Workbench

/// A folder with records of persons, gone with its owner.
final class PersonalPlace {
    let folder: String

    init() throws {
        folder = NSTemporaryDirectory() + "downstream-personal-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        try PersonalPlace.mapping.write(
            toFile: folder + "/mapping.yaml", atomically: true, encoding: .utf8)
    }

    deinit {
        do { try FileManager.default.removeItem(atPath: folder) } catch {
            Issue.record("\(folder) stays behind: \(error)")
        }
    }

    private static let mapping = """
        source: letters
        description: Letters of customers.
        format: {kind: delimited, delimiter: comma}
        time_zone: UTC
        event:
          id: [id]
          kind: contact
          time: {column: at}
          customer: {column: customer, personal: true, unknown: [NONE]}
          personal:
            name: {column: name}
            telephone: {column: telephone, unknown: [NONE]}
        interaction:
          channel: letter
          intent: {column: about}
          outcome: unknown
          talk: {column: seconds, unit: seconds}
          agent: {column: agent, personal: true}

        """

    static let ada = (id: "NL-4711-0815", name: "Ada Lovelace", telephone: "+31-20-5551234")
    static let grace = (id: "NL-4711-0999", name: "Grace Hopper", telephone: "+31-20-5559876")

    /// Ten letters, three of them Ada's, and four records that are rejected: two name her, one
    /// names Grace, one has an id of which hers is a part.
    static func records(from first: Int = 1) -> [String] {
        var lines: [String] = []
        for number in first..<(first + 10) {
            let day = 1 + (number - 1) % 27
            let time = "1999-02-\(day < 10 ? "0" : "")\(day)T10:00:00Z"
            let person = number % 3 == 0 ? ada : grace
            lines.append(
                "\(number),\(time),\(person.id),\(person.name),\(person.telephone),rent,60,Lin")
        }
        lines += [
            "\(first)a,never,\(ada.id),\(ada.name),\(ada.telephone),rent,60,Lin",
            "\(first)b,spoilt line about \(ada.id)",
            "\(first)c,never,\(grace.id),\(grace.name),\(grace.telephone),rent,60,Lin",
            "\(first)d,never,\(ada.id)99,X,Y,rent,60,Lin",
        ]
        return lines
    }

    func write(_ name: String, _ lines: [String]) throws -> String {
        let path = folder + "/" + name
        let header = "id,at,customer,name,telephone,about,seconds,agent"
        try (([header] + lines).joined(separator: "\n") + "\n").write(
            toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    func store(
        _ access: Store.Access = .create, name: String = "store", passphrase: String? = nil
    ) throws -> Store {
        try Store.open(
            directory: folder + "/" + name, access: access,
            passphrase: passphrase.map { Array($0.utf8) })
    }

    func ingest(_ store: Store, _ path: String) throws -> IngestReport {
        let rules = Workplace.repository + "/scenarios/rules/anonymous-bank-1999.yaml"
        _ = try store.keep(rulesPath: rules, costsPath: nil, replace: false)
        return try store.ingest(
            try IngestRequest(
                files: [path], mappingPath: folder + "/mapping.yaml",
                recordedAt: "2026-01-01T00:00:00Z"))
    }

    /// A store with the ten letters in it.
    func filled() throws -> Store {
        let store = try store()
        _ = try ingest(store, try write("letters.csv", PersonalPlace.records()))
        return store
    }

    static func request(
        _ id: String = ada.id, reason: String = "request of 12 May"
    ) throws -> ErasureRequest {
        try ErasureRequest(
            customer: id, reason: reason, at: Instant(microseconds: 1_000_000))
    }
}

extension Store {
    /// Every personal field of the log: by event's key, `name=value`.
    func allPersonalTexts() throws -> [String: [String]] {
        let names = try log.dictionary()
        var texts: [String: [String]] = [:]
        try log.forEachEvent { recorded in
            guard recorded.event.kind == .contact else { return true }
            texts[recorded.event.key] = try personalTexts(of: recorded.event, names: names).map {
                "\($0.name)=\($0.text)"
            }
            return true
        }
        return texts
    }

    func erasedFacts() throws -> [Event] {
        var facts: [Event] = []
        try log.forEachEvent { recorded in
            if recorded.event.kind == .personErased { facts.append(recorded.event) }
            return true
        }
        return facts
    }
}

extension Answer {
    func fact(_ sought: String) -> Cell? {
        for case .fact(let key, _, let value) in items where key == sought { return value }
        return nil
    }

    func table(_ sought: String) -> Table? {
        for case .table(let key, let table) in items where key == sought { return table }
        return nil
    }

    var notes: [String] {
        items.compactMap { item in
            if case .note(let text) = item { text } else { nil }
        }
    }
}
