// A run in parts: replications of a range into a file, on this machine or another, and files put
// together to the run that one machine would have made.

import Configuration
import Digests
import EventLog
import Modeling
import Scenarios
package import Simulation

/// What a file of partial results says of itself: everything that decides the numbers.
struct PartHeader: Hashable, Codable {
    static let formatVersion = 1

    var formatVersion = PartHeader.formatVersion
    var softwareVersion: String
    var scenarioSHA256: String
    /// The scenario's file as it was read.
    var scenario: String
    var logHead: String
    var rulesSHA256: String
    var costsSHA256: String
    var modelID: String
    var seed: UInt64
    var allowsViolations: Bool
    /// Replications in the file: from the first to before the last.
    var lower: Int
    var upper: Int

    /// The first thing in which two parts differ that parts of one run share; `nil` of none.
    func difference(from other: PartHeader) -> String? {
        if formatVersion != other.formatVersion { return "the version of the file's form" }
        if softwareVersion != other.softwareVersion { return "the program's version" }
        if scenarioSHA256 != other.scenarioSHA256 { return "the scenario" }
        if logHead != other.logHead { return "the log" }
        if rulesSHA256 != other.rulesSHA256 { return "the link rules" }
        if costsSHA256 != other.costsSHA256 { return "the cost rules" }
        if modelID != other.modelID { return "the model" }
        if seed != other.seed { return "the seed" }
        if allowsViolations != other.allowsViolations { return "--allow-violations" }
        return nil
    }
}

/// A file of partial results: a line of JSON for the header, one for each replication, and the
/// SHA-256 of all of these, line ends included, in the last.
struct PartFile {
    let path: String
    let header: PartHeader
    let replications: [KeptReplication]

    private static let newline = UInt8(ascii: "\n")

    init(path: String, header: PartHeader, replications: [KeptReplication]) {
        self.path = path
        self.header = header
        self.replications = replications
    }

    /// - Throws: ``WorkbenchError`` where it cannot be read, is damaged, or is no such file.
    init(reading path: String) throws {
        func damaged(_ reason: String) -> WorkbenchError {
            .damaged(what: path, reason: reason)
        }
        let bytes = Array(try Store.text(path).utf8)
        let lines = bytes.split(separator: PartFile.newline)
        guard lines.count >= 2, let first = lines.first, let last = lines.last else {
            throw damaged("it is no file of partial results, or its end is missing")
        }
        let body = bytes.dropLast(last.count + (bytes.last == PartFile.newline ? 1 : 0))
        guard SHA256.digest(of: Array(body)).hexadecimal == String(decoding: last, as: UTF8.self)
        else {
            throw damaged(
                "it is no file of partial results, its bytes are not those that were written, or "
                    + "its end is missing")
        }
        let header = try JSONCoding.decode(PartHeader.self, from: Array(first), what: path)
        guard header.formatVersion == PartHeader.formatVersion else {
            throw damaged("another version of the program wrote it")
        }
        let replications = try lines.dropFirst().dropLast().map {
            try JSONCoding.decode(KeptReplication.self, from: Array($0), what: path)
        }
        guard header.lower >= 0, header.lower <= header.upper,
            replications.map(\.replication) == Array(header.lower..<header.upper)
        else { throw damaged("its replications are not those that it names") }
        self.init(path: path, header: header, replications: replications)
    }

    /// - Throws: ``WorkbenchError/unwritable(path:reason:)``.
    func write() throws {
        var body = try JSONCoding.encode(header) + [PartFile.newline]
        for replication in replications {
            body += try JSONCoding.encode(replication) + [PartFile.newline]
        }
        let seal = SHA256.digest(of: body).hexadecimal + "\n"
        let file = try FileReplacement(path: path)
        try file.write(body + Array(seal.utf8))
        try file.publish()
    }
}

extension Store {
    /// Makes the replications of a range and writes them to a file that ``merge(_:progress:)``
    /// takes; where it is interrupted, the first of them.
    /// - Precondition: the range begins with an even replication.
    /// - Throws: as ``simulate(scenarioPath:request:progress:)``.
    package func simulatePart(
        scenarioPath: String, replications range: Range<Int>, to path: String,
        request: SimulationRequest, progress: ProgressReport? = nil
    ) throws -> Answer {
        let prepared = try prepare(
            text: try Store.text(scenarioPath), file: scenarioPath, request: request,
            progress: progress)
        var made = ParallelReplications(
            prepared.plan, threads: request.threads, interruption: request.interruption,
            progress: progress)
        let reason = made.run(
            ReplicationRange(lower: range.lowerBound, upper: range.upperBound))
        guard !made.results.isEmpty else { throw WorkbenchError.interrupted }
        var header = try partHeader(prepared, allowsViolations: request.allowsViolations)
        header.lower = range.lowerBound
        header.upper = range.lowerBound + made.results.count
        try PartFile(
            path: path, header: header,
            replications: made.results.enumerated().map {
                KeptReplication($0.element, replication: range.lowerBound + $0.offset)
            }
        ).write()
        var answer = Answer()
        answer.fact("file", "partial results", .text(path))
        answer.fact("scenario", "scenario", .text(prepared.scenario.title))
        answer.fact("from", "first replication", .integer(header.lower))
        answer.fact("replications", "replications", .integer(header.upper - header.lower))
        if reason == .interrupted {
            answer.note(
                "interrupted: the rest is --replications \(header.upper)..\(range.upperBound)")
        }
        answer.note("no figures before all parts are together: downstream merge FILE...")
        return answer
    }

    /// Puts parts together to the run that one machine would have made, to the byte, and keeps it.
    /// - Parameter paths: files of partial results, in any order; together they hold each
    ///   replication from 0 on once.
    /// - Throws: ``WorkbenchError`` where they are not parts of one run over this store's log.
    package func merge(
        _ paths: [String], progress: ProgressReport? = nil
    ) throws -> RunRecord {
        let parts = try paths.map(PartFile.init(reading:)).sorted {
            ($0.header.lower, $0.header.upper) < ($1.header.lower, $1.header.upper)
        }
        guard let first = parts.first else { throw WorkbenchError.noFiles }
        var upper = 0
        for part in parts {
            if let difference = part.header.difference(from: first.header) {
                throw WorkbenchError.unfitParts(
                    "\(part.path) and \(first.path) are not of one run: they differ in "
                        + difference)
            }
            guard part.header.lower == upper else {
                throw WorkbenchError.unfitParts(Store.gap(before: part, from: upper))
            }
            upper = part.header.upper
        }
        var request = SimulationRequest()
        request.seed = first.header.seed
        request.allowsViolations = first.header.allowsViolations
        let prepared = try prepare(
            text: first.header.scenario, file: first.path, request: request, progress: progress)
        let own = try partHeader(prepared, allowsViolations: request.allowsViolations)
        if let difference = first.header.difference(from: own) {
            throw WorkbenchError.unfitParts(
                "\(first.path) is not of this store: they differ in \(difference)")
        }
        let results = try parts.flatMap { part in
            try part.replications.map { kept in
                guard let result = kept.result(of: prepared.plan) else {
                    throw WorkbenchError.damaged(
                        what: part.path,
                        reason: "replication \(kept.replication) has not the shape of this run")
                }
                return result
            }
        }
        return try keep(
            prepared, results, try discrepancy(prepared, request, progress: progress),
            reason: .stated, relative: request.tolerance)
    }

    private static func gap(before part: PartFile, from upper: Int) -> String {
        let lower = part.header.lower
        return lower > upper
            ? "replications \(upper)..\(lower) are in none of the files"
            : "\(part.path): replications \(lower)..\(min(upper, part.header.upper)) are in "
                + "another file too"
    }

    private func partHeader(
        _ prepared: PreparedRun, allowsViolations: Bool
    ) throws -> PartHeader {
        let settings = try settings()
        return PartHeader(
            softwareVersion: Version.current,
            scenarioSHA256: SHA256.digest(of: prepared.scenarioText).hexadecimal,
            scenario: prepared.scenarioText, logHead: prepared.quarter.snapshot.headHash,
            rulesSHA256: settings.rules?.sha256 ?? "", costsSHA256: settings.costs?.sha256 ?? "",
            modelID: prepared.modelID, seed: prepared.plan.seed,
            allowsViolations: allowsViolations, lower: 0, upper: 0)
    }
}
