// Kept runs: named by what they contain, read back, listed.

import Digests
import EventLog
package import Simulation

extension Store {
    static let latestRunName = "latest-run"

    /// A run is named by what it contains, so the same question gives the same run.
    static func runID(_ run: RunRecord) throws -> String {
        let digest = SHA256.digest(of: try JSONCoding.encode(run)).hexadecimal
        return "\(run.scenario.id)-\(digest.prefix(10))"
    }

    /// A kept run; the latest where no id is given.
    /// - Throws: ``WorkbenchError/unknownRun(_:)``, ``WorkbenchError/noRuns``.
    package func run(_ id: String?) throws -> RunRecord {
        var name = id
        if name == nil, let bytes = try log.bytes(on: .settings, name: Store.latestRunName) {
            name = String(validating: bytes, as: UTF8.self)
        }
        guard let name else { throw WorkbenchError.noRuns }
        guard let bytes = try log.bytes(on: .runs, name: name) else {
            throw WorkbenchError.unknownRun(name)
        }
        let version = try Store.formatVersion(of: bytes, run: name)
        guard version == RunRecord.formatVersion else {
            throw WorkbenchError.damaged(
                what: "run \(name)",
                reason: version > RunRecord.formatVersion
                    ? "a newer program wrote it; use that one"
                    : "an earlier version of the program wrote it; simulate its scenario again")
        }
        return try JSONCoding.decode(RunRecord.self, from: bytes, what: "run \(name)")
    }

    private static func formatVersion(of bytes: [UInt8], run name: String) throws -> Int {
        struct Versioned: Codable { var formatVersion: Int }
        return try JSONCoding.decode(Versioned.self, from: bytes, what: "run \(name)")
            .formatVersion
    }

    /// The kept runs as a table.
    package func runs() throws -> Answer {
        var records: [RunRecord] = []
        var others: [String] = []
        for name in try log.names(on: .runs) {
            let bytes = try log.bytes(on: .runs, name: name) ?? []
            if try Store.formatVersion(of: bytes, run: name) == RunRecord.formatVersion {
                records.append(try run(name))
            } else {
                others.append(name)
            }
        }
        var answer = Answer()
        for name in others { answer.note("\(name): another version of the program wrote it") }
        answer.table(
            "runs",
            Table(
                title: "Kept runs",
                columns: [
                    .init("id", "run"), .init("scenario", "scenario"), .init("seed", "seed"),
                    .init("replications", "replications"), .init("events", "events"),
                    .init("head", "log head"),
                ],
                rows: records.map { record in
                    [
                        .text(record.id), .text(record.scenario.id),
                        .text(String(record.seed)), .integer(record.replications),
                        .integer(record.log.events), .text(String(record.log.head.prefix(12))),
                    ]
                }))
        return answer
    }
}
