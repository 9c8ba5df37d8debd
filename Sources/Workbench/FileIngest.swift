// One file's way into the log. A file is known by its hash: one that seems to be new is read while
// that is computed.

import Digests
import Dispatch
import EventLog
import Events
import Ingestion
import Synchronization

/// The SHA-256 of a file, computed beside the reading.
final class FileHash: Sendable {
    /// One for all files, in their order: many at once would only take turns.
    private static let queue = DispatchQueue(label: "file-hash")

    private let group = DispatchGroup()
    private let result = Mutex<Result<String, any Error>?>(nil)

    init(path: String) {
        FileHash.queue.async(group: group) { [self] in
            let hash = Result { try Store.sha256(ofFile: path) }
            result.withLock { $0 = hash }
        }
    }

    /// Waits for it.
    /// - Throws: where the file cannot be read.
    func value() throws -> String {
        group.wait()
        guard let value = try result.withLock({ $0 })?.get() else {
            preconditionFailure("a hash was computed and is not there")
        }
        return value
    }
}

/// The log has records of a file that seemed to be new.
struct FileWasBegun: Error {}

struct FileIngest {
    let log: Log
    let input: InputFile
    let mapping: MappingFile
    let request: IngestRequest
    let sealing: SealingSession
    let progress: ProgressReport?
    let acknowledge: ((DurableBatch) -> Void)?
    private let hash: FileHash
    /// Whether the log has a file of this name.
    let seemsKnown: Bool

    init(
        _ log: Log, _ input: InputFile, _ mapping: MappingFile, _ request: IngestRequest,
        _ sealing: SealingSession, known: Set<String>, progress: ProgressReport?,
        acknowledge: ((DurableBatch) -> Void)?
    ) {
        self.log = log
        self.input = input
        self.mapping = mapping
        self.request = request
        self.sealing = sealing
        self.progress = progress
        self.acknowledge = acknowledge
        hash = FileHash(path: input.path)
        seemsKnown = known.contains(input.name)
    }

    /// Tries the file's beginning, where the log has nothing of it.
    /// - Throws: ``MostlyWrongFile``, ``IngestionError``.
    func check() throws {
        if seemsKnown {
            try refuseOtherMapping()
            if try log.beginAppend(source()).progress.recordsReadThrough > 0 { return }
        }
        try IngestTrial(mapping.mapping, limit: request.rejectLimit).check(input)
    }

    /// The same file by a mapping that has changed would count all its records once more, and keep
    /// those that are rejected twice.
    private func refuseOtherMapping() throws {
        guard !request.takesAgain else { return }
        let source = try source()
        let known = try log.sources().map(\.source).filter {
            $0.fileHash == source.fileHash && $0.sourceName == source.sourceName
        }
        guard let other = known.first,
            !known.contains(where: { $0.mappingHash == source.mappingHash })
        else { return }
        throw WorkbenchError.fileOfOtherMapping(
            file: input.name, known: other.fileName, mapping: other.mappingName)
    }

    func run(_ ingestion: inout FileIngestion) throws -> IngestedFile {
        if !seemsKnown {
            do {
                return try run(&ingestion, resumingAfter: 0, isGuess: true)
            } catch is FileWasBegun {
                // Under another name, or by another run just now; nothing was appended.
            }
        }
        let known = try log.beginAppend(source()).progress
        guard !known.isComplete else {
            return IngestedFile(
                file: input.name, counts: RecordCounts(), warnings: FindingTally(), rejects: [],
                resumedAfter: known.recordsReadThrough, wasComplete: true)
        }
        return try run(
            &ingestion, resumingAfter: known.recordsReadThrough, isGuess: false)
    }

    private func source() throws -> SourceDescription {
        SourceDescription(
            fileName: input.name, fileHash: try hash.value(), mappingName: mapping.name,
            mappingHash: mapping.hash, sourceName: mapping.mapping.source,
            coverage: mapping.mapping.coverage.map {
                SourceCoverage(
                    from: $0.from, to: $0.to, offsetMinutes: Int($0.fromOffsetMinutes))
            })
    }

    private func run(
        _ ingestion: inout FileIngestion, resumingAfter skipped: Int, isGuess: Bool
    ) throws -> IngestedFile {
        var result = IngestedFile(
            file: input.name, counts: RecordCounts(), warnings: FindingTally(), rejects: [],
            resumedAfter: skipped, wasComplete: false)
        let meter = IngestMeter(
            file: input.name, byteCount: try FileBytes.sizeBytes(path: input.path),
            progress: progress)
        sealing.begin(fileHash: { [hash] in try hash.value() }, mappingHash: mapping.hash)
        let lane = IngestLane(sealing, meter: meter, acknowledge: acknowledge) {
            try refuseOtherMapping()
            let session = try log.beginAppend(source())
            let actual = session.progress.recordsReadThrough
            guard actual == skipped else {
                if isGuess { throw FileWasBegun() }
                throw EventLogError.sourceMoved(
                    file: input.name, expected: skipped, actual: actual)
            }
            return session
        }
        do {
            try ingestion.read(
                path: input.path, name: input.name, skippingRecords: skipped,
                batchSize: request.batchSize
            ) { batch in
                let rejects = batch.rejects.map { $0.rejected(file: input.name) }
                result.warnings.merge(batch.warnings)
                result.rejects += rejects.prefix(max(0, 100 - result.rejects.count))
                try lane.append(append(batch, rejects: rejects), bytesRead: batch.bytesRead)
            }
        } catch {
            // What is on its way gets there; the failure is what ended the reading.
            lane.drain()
            throw error
        }
        result.counts = try lane.finish()
        return result
    }

    private func append(_ batch: IngestedBatch, rejects: [RejectedRecord]) -> AppendBatch {
        let mapping = mapping.mapping
        var appended = batch.pending(rejects: rejects, recordedAt: request.recordedAt)
        appended.isFileComplete = batch.isFileComplete
        if batch.isFileComplete {
            appended.notes = mapping.notes + [mapping.acknowledgement].filter { !$0.isEmpty }
        }
        return appended
    }
}

extension IngestedBatch {
    /// The batch as the log takes it.
    func pending(rejects: [RejectedRecord], recordedAt: Instant) -> AppendBatch {
        var batch = AppendBatch(
            events: [], names: names, recordedAt: recordedAt, rejects: rejects, leftOut: leftOut,
            recordsReadThrough: recordsReadThrough,
            warnings: warnings.codes.map {
                WarningCount(code: $0, count: warnings.counts[$0] ?? 0)
            })
        batch.columns = rows.pending(recordedAt: recordedAt)
        return batch
    }
}

extension RecordRows {
    /// The rows as the log takes them.
    fileprivate func pending(recordedAt: Instant) -> PendingColumns {
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
