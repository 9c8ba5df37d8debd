// Rejected records once more, with a mapping that has been mended: exactly those, and nothing that
// was accepted, left out or a duplicate.

package import EventLog
package import Events
import Ingestion

/// What trying rejected records again is asked to do.
package struct RetryRequest: Hashable, Sendable {
    package var mappingPath: String
    /// Only records of files with this name; `nil` for all.
    package var file: String?
    /// The log's clock: when these events are recorded.
    package var recordedAt: Instant

    /// - Parameter moment: ISO 8601 with an offset; `nil` for now.
    /// - Throws: ``WorkbenchError/wrongValue(name:expected:found:)``.
    package init(mappingPath: String, file: String?, recordedAt moment: String?) throws {
        self.mappingPath = mappingPath
        self.file = file
        recordedAt = try IngestRequest.moment(moment)
    }
}

/// What became of the rejected records of one file.
package struct RetriedFile: Sendable {
    package var file: String
    package var tried = 0
    package var accepted = 0
    package var duplicates = 0
    package var leftOut = 0
    /// Rejected again.
    package var rejected = 0
    /// Conflicts, empty lines, records of which only the beginning was kept, and those of an erased
    /// person.
    package var notTried = 0
    package var rejects: [RejectedRecord] = []
}

extension Store {
    /// Tries the rejected records of a mapping's source again.
    /// - Throws: ``RefusedFile`` for the mapping, ``WorkbenchError``, ``EventLogError``.
    package func retryRejects(
        _ request: RetryRequest, progress: ProgressReport? = nil
    ) throws -> [RetriedFile] {
        let mapping = try MappingFile(path: request.mappingPath)
        let sealing = try SealingSession(keys)
        var files: [RetriedFile] = []
        for known in try log.sources() where known.counts.rejected > 0 {
            guard known.source.sourceName == mapping.mapping.source,
                known.source.mappingName != EventImport.formatName,
                request.file.map({ $0 == known.source.fileName }) ?? true
            else { continue }
            files.append(try retry(known, mapping, request, sealing, progress))
        }
        try keys.noteCount()
        try log.settle()
        return files
    }

    private func retry(
        _ known: SourceProgress, _ mapping: MappingFile, _ request: RetryRequest,
        _ sealing: SealingSession, _ progress: ProgressReport?
    ) throws -> RetriedFile {
        let source = known.source
        var result = RetriedFile(file: source.fileName)
        let rejects = try log.rejects(
            fileHash: source.fileHash, mappingHash: source.mappingHash)
        let records = try retriable(rejects, &result)
        guard !records.isEmpty else { return result }
        let session = try log.beginAppend(source)
        sealing.begin(source)
        var ingestion = FileIngestion(mapping: mapping.mapping, sealer: sealing.dataSealer)
        for start in stride(from: 0, to: records.count, by: 20_000) {
            let some = Array(records[start..<min(start + 20_000, records.count)])
            var next = 0
            try ingestion.retry(some, file: source.fileName) { batch in
                try sealing.flush()
                let tried = some[next..<(next + batch.records)].map(\.record)
                next += batch.records
                let again = batch.rejects.map { $0.rejected(file: source.fileName) }
                var appended = batch.pending(rejects: again, recordedAt: request.recordedAt)
                appended.recordsReadThrough = session.progress.recordsReadThrough
                appended.notes = Store.notes(on: mapping, differingFrom: source)
                appended.retried = tried
                let before = session.progress.counts
                let moved = try session.append(appended).progress.counts - before
                result.tried += tried.count
                result.accepted += moved.accepted
                result.duplicates += moved.duplicates
                result.leftOut += moved.leftOut
                result.rejected += tried.count + moved.rejected
                result.rejects += again.prefix(max(0, 100 - result.rejects.count))
            }
            progress?(
                Progress(
                    activity: "trying \(source.fileName) again", done: start + some.count,
                    total: records.count, unit: "records"))
        }
        return result
    }

    /// The records whose bytes are kept whole and can be read.
    private func retriable(
        _ rejects: [RejectedRecord], _ result: inout RetriedFile
    ) throws -> [RetriedRecord] {
        try keys.using { keys in
            var records: [RetriedRecord] = []
            for reject in rejects {
                guard reject.finding.code != "record-too-long",
                    let sealed = SealedRecord(reject.sealedBytes), let kept = try keys.kept(sealed),
                    !kept.bytes.isEmpty
                else {
                    result.notTried += 1
                    continue
                }
                records.append(
                    RetriedRecord(
                        kept: kept, record: reject.record, line: reject.line ?? 0,
                        byteOffset: reject.byteOffset ?? 0))
            }
            return records
        }
    }

    /// Which mapping brought in what the source's own did not.
    private static func notes(
        on mapping: MappingFile, differingFrom source: SourceDescription
    ) -> [String] {
        guard mapping.hash != source.mappingHash else { return [] }
        return [
            "records that \(source.mappingName) rejected were tried again with \(mapping.name), "
                + "sha256 \(mapping.hash)"
        ]
    }
}

extension Array where Element == RetriedFile {
    /// The result for people and programs.
    package var answer: Answer {
        var answer = Answer()
        func sum(_ path: KeyPath<RetriedFile, Int>) -> Cell {
            .integer(map { $0[keyPath: path] }.reduce(0, +))
        }
        answer.fact("tried", "records tried again", sum(\.tried))
        answer.fact("accepted", "  accepted", sum(\.accepted))
        answer.fact("duplicates", "  duplicates", sum(\.duplicates))
        answer.fact("left_out", "  left out", sum(\.leftOut))
        answer.fact("rejected", "  rejected again", sum(\.rejected))
        answer.fact("not_tried", "not tried", sum(\.notTried))
        answer.table(
            "files",
            Table(
                title: "Files",
                columns: [
                    .init("file", "file"), .init("tried", "tried"), .init("accepted", "accepted"),
                    .init("duplicates", "duplicates"), .init("left_out", "left out"),
                    .init("rejected", "rejected again"), .init("not_tried", "not tried"),
                ],
                rows: map { file in
                    [
                        .text(file.file), .integer(file.tried), .integer(file.accepted),
                        .integer(file.duplicates), .integer(file.leftOut),
                        .integer(file.rejected), .integer(file.notTried),
                    ]
                }))
        let again = flatMap(\.rejects)
        if !again.isEmpty { answer.table("rejects", RejectedRecord.table(again)) }
        if isEmpty { answer.note("no file of the mapping's source has rejected records") }
        if contains(where: { $0.notTried > 0 }) {
            answer.note(
                "not tried: conflicts, which are events already; empty lines; records longer than "
                    + "what is kept of them; records of persons who were erased")
        }
        return answer
    }
}
