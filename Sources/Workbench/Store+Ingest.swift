// Files in: every record accounted for, nothing twice, and a run that was stopped goes on.

import Configuration
import Digests
package import EventLog
package import Events
import Ingestion

/// What an ingest is asked to do.
package struct IngestRequest: Hashable, Sendable {
    package var files: [String]
    package var mappingPath: String
    /// The log's clock: when these events are recorded.
    package var recordedAt: Instant
    /// Records per durable transaction; whole blocks of the log, so that no event is written twice
    /// on its way.
    package var batchSize = 25 * 4_096
    /// The greatest share of a file's first records that may be rejected.
    package var rejectLimit = IngestTrial.usualLimit
    /// Whether a file that is in the log may be taken in once more by another mapping of its
    /// source.
    package var takesAgain = false

    /// - Parameter moment: ISO 8601 with an offset; `nil` for now.
    /// - Throws: ``WorkbenchError/wrongValue(name:expected:found:)``.
    package init(files: [String], mappingPath: String, recordedAt moment: String?) throws {
        self.files = files
        self.mappingPath = mappingPath
        recordedAt = try IngestRequest.moment(moment)
    }

    /// What `--recorded-at` says; now where it says nothing.
    /// - Throws: ``WorkbenchError/wrongValue(name:expected:found:)``.
    package static func moment(_ stated: String?) throws -> Instant {
        guard let stated else { return Instant(microseconds: System.nowMicroseconds) }
        guard let instant = QuantityText.instant(stated) else {
            throw WorkbenchError.wrongValue(
                name: "--recorded-at", expected: "a moment as 2026-01-31T12:00:00Z",
                found: stated)
        }
        return instant
    }
}

extension IngestRequest {
    /// Tries the beginnings of the files, so that a store is not made for nothing.
    /// - Throws: as ``Store/ingest(_:progress:acknowledge:)`` does before anything is appended.
    package func tryFiles() throws {
        guard !files.contains(InputFile.standardInput) else { return }
        let mapping = try MappingFile(path: mappingPath)
        let trial = IngestTrial(mapping.mapping, limit: rejectLimit)
        for file in files { try trial.check(try InputFile(file)) }
    }
}

/// A batch that is on disk: whatever happens next, this much stays.
package struct DurableBatch: Hashable, Sendable {
    package var file: String
    package var recordsReadThrough: Int
    /// Where the log ends with it.
    package var events: Int
    package var headHash: String
}

/// What one file came to.
package struct IngestedFile: Sendable {
    package var file: String
    /// Counts of this run; a file that was complete already has been read 0 records of.
    package var counts: RecordCounts
    package var warnings: FindingTally
    package var rejects: [RejectedRecord]
    /// Records that an earlier run had read, and whether it had read them all.
    package var resumedAfter: Int
    package var wasComplete: Bool
}

/// What an ingest came to.
package struct IngestReport: Sendable {
    package var mapping: String
    package var acknowledgement: String
    package var notes: [String]
    package var files: [IngestedFile]
    package var eventsBefore: Int
    package var eventsAfter: Int

    package var rejectedCount: Int { counts.rejected }

    package var counts: RecordCounts { files.reduce(RecordCounts()) { $0 + $1.counts } }
}

extension Store {
    /// Appends the files' records to the log.
    ///
    /// Before anything is appended, the beginning of each file that is not begun yet is tried: a
    /// file that is mostly wrong stops here, and nothing has changed.
    /// - Parameter acknowledge: called after each batch that has become durable.
    /// - Throws: ``RefusedFile`` for the mapping, ``IngestionError``, ``EventLogError``,
    ///   ``MostlyWrongFile``, ``WorkbenchError/fileOfOtherMapping(file:known:mapping:)``.
    package func ingest(
        _ request: IngestRequest, progress: ProgressReport? = nil,
        acknowledge: ((DurableBatch) -> Void)? = nil
    ) throws -> IngestReport {
        guard !request.files.isEmpty else { throw WorkbenchError.noFiles }
        let mapping = try MappingFile(path: request.mappingPath)
        let inputs = try request.files.map { try InputFile($0) }
        let sealing = try SealingSession(keys)
        let known = Set(try log.sources().map(\.source.fileName))
        let ingests = inputs.map {
            FileIngest(
                log, $0, mapping, request, sealing, known: known, progress: progress,
                acknowledge: acknowledge)
        }
        for ingest in ingests { try ingest.check() }
        try keepCompanions(of: mapping.mapping, beside: request.mappingPath)
        let before = Int(try log.head().rawValue)
        var ingestion = FileIngestion(mapping: mapping.mapping, sealer: sealing.dataSealer)
        var files: [IngestedFile] = []
        for ingest in ingests { files.append(try ingest.run(&ingestion)) }
        try keys.noteCount()
        try log.settle()
        return IngestReport(
            mapping: mapping.name, acknowledgement: mapping.mapping.acknowledgement,
            notes: mapping.mapping.notes, files: files, eventsBefore: before,
            eventsAfter: Int(try log.head().rawValue))
    }

    /// The rules that a mapping names are kept with the first ingest; those kept already stay.
    private func keepCompanions(of mapping: RecordMapping, beside path: String) throws {
        let folder = Store.folderPrefix(of: path)
        let kept = try settings()
        let rules = kept.rules == nil ? mapping.rulesFile.map { folder + $0 } : nil
        let costs = kept.costs == nil ? mapping.costsFile.map { folder + $0 } : nil
        _ = try keep(rulesPath: rules, costsPath: costs, replace: false)
    }

    /// The folder of a path with its slash; empty for the current one.
    static func folderPrefix(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    }

    static func baseName(_ path: String) -> String {
        path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
    }

    static func sha256(ofFile path: String) throws -> String {
        var hash = SHA256()
        try FileBytes.forEachChunk(path: path) { hash.update($0) }
        return hash.finish().hexadecimal
    }
}
