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
    ///   ``MostlyWrongFile``.
    package func ingest(
        _ request: IngestRequest, progress: ProgressReport? = nil,
        acknowledge: ((DurableBatch) -> Void)? = nil
    ) throws -> IngestReport {
        guard !request.files.isEmpty else { throw WorkbenchError.noFiles }
        let mapping = try MappingFile(path: request.mappingPath)
        let inputs = try request.files.map { try InputFile($0) }
        let sources = try inputs.map { try source(of: $0, mapping) }
        let trial = IngestTrial(mapping.mapping, limit: request.rejectLimit)
        for (input, source) in zip(inputs, sources)
        where try log.beginAppend(source).progress.recordsReadThrough == 0 {
            try trial.check(input)
        }
        try keepCompanions(of: mapping.mapping, beside: request.mappingPath)
        let before = Int(try log.head().rawValue)
        let sealing = try SealingSession(keys)
        var ingestion = FileIngestion(mapping: mapping.mapping, sealer: sealing.dataSealer)
        var files: [IngestedFile] = []
        for (input, source) in zip(inputs, sources) {
            files.append(
                try ingest(
                    input, source, request, &ingestion, sealing, progress: progress,
                    acknowledge: acknowledge))
        }
        try keys.noteCount()
        try log.settle()
        return IngestReport(
            mapping: mapping.name, acknowledgement: mapping.mapping.acknowledgement,
            notes: mapping.mapping.notes, files: files, eventsBefore: before,
            eventsAfter: Int(try log.head().rawValue))
    }

    private func source(
        of input: InputFile, _ mapping: MappingFile
    ) throws -> SourceDescription {
        SourceDescription(
            fileName: input.name, fileHash: try Store.sha256(ofFile: input.path),
            mappingName: mapping.name, mappingHash: mapping.hash,
            sourceName: mapping.mapping.source,
            coverage: mapping.mapping.coverage.map {
                SourceCoverage(
                    from: $0.from, to: $0.to, offsetMinutes: Int($0.fromOffsetMinutes))
            })
    }

    private func ingest(
        _ input: InputFile, _ source: SourceDescription, _ request: IngestRequest,
        _ ingestion: inout FileIngestion, _ sealing: SealingSession, progress: ProgressReport?,
        acknowledge: ((DurableBatch) -> Void)?
    ) throws -> IngestedFile {
        let session = try log.beginAppend(source)
        var result = IngestedFile(
            file: input.name, counts: RecordCounts(), warnings: FindingTally(),
            rejects: [], resumedAfter: session.progress.recordsReadThrough,
            wasComplete: session.progress.isComplete)
        guard !result.wasComplete else { return result }
        let before = session.progress.counts
        let meter = IngestMeter(
            file: input.name, byteCount: try FileBytes.sizeBytes(path: input.path),
            progress: progress)
        sealing.begin(session.source)
        let lane = IngestLane(session, sealing, meter: meter, acknowledge: acknowledge)
        do {
            try ingestion.read(
                path: input.path, name: input.name, skippingRecords: result.resumedAfter,
                batchSize: request.batchSize
            ) { [mapping = ingestion.mapping] batch in
                let rejects = batch.rejects.map { $0.rejected(file: input.name) }
                result.warnings.merge(batch.warnings)
                result.rejects += rejects.prefix(max(0, 100 - result.rejects.count))
                try lane.append(
                    Store.appendBatch(batch, rejects: rejects, request, mapping),
                    bytesRead: batch.bytesRead)
            }
        } catch {
            // What is on its way gets there; the failure is what ended the reading.
            lane.drain()
            throw error
        }
        try lane.finish()
        let after = session.progress.counts
        result.counts = RecordCounts(
            read: after.read - before.read, accepted: after.accepted - before.accepted,
            duplicates: after.duplicates - before.duplicates,
            leftOut: after.leftOut - before.leftOut, rejected: after.rejected - before.rejected)
        return result
    }

    private static func appendBatch(
        _ batch: IngestedBatch, rejects: [RejectedRecord], _ request: IngestRequest,
        _ mapping: RecordMapping
    ) -> AppendBatch {
        var appended = AppendBatch(
            events: [], names: batch.names, recordedAt: request.recordedAt, rejects: rejects,
            leftOut: batch.leftOut, recordsReadThrough: batch.recordsReadThrough,
            isFileComplete: batch.isFileComplete,
            warnings: batch.warnings.codes.map {
                WarningCount(code: $0, count: batch.warnings.counts[$0] ?? 0)
            },
            notes: batch.isFileComplete
                ? mapping.notes + [mapping.acknowledgement].filter { !$0.isEmpty } : [])
        appended.columns = batch.rows.pending(recordedAt: request.recordedAt)
        return appended
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

extension RecordRows {
    /// The rows as the log takes them.
    func pending(recordedAt: Instant) -> PendingColumns {
        var columns = columns
        columns[.recordedAt] = Array(repeating: recordedAt.microseconds, count: columns.count)
        return PendingColumns(
            columns: columns, records: records,
            places: zip(lines, byteOffsets).map { RecordPlace(line: $0, byteOffset: $1) })
    }
}

extension IngestedReject {
    /// What the finding says was found is kept only where it is no value of a field: those are
    /// in the sealed bytes.
    func rejected(file: String) -> RejectedRecord {
        var kept = finding
        if !kept.foundIsPublic { kept.found = nil }
        return RejectedRecord(
            fileName: file, record: record, line: line, byteOffset: byteOffset,
            sealedBytes: sealedBytes, finding: kept)
    }
}
