// An export back into a log: the same events in the same order, with the times at which they were
// recorded. A file is a source like any other: idempotent, resumable, every line accounted for.

import Configuration
import Digests
package import EventLog
package import Events
import Export
import Ingestion

/// What an import is asked to do.
package struct ImportRequest: Hashable, Sendable {
    package var file: String
    /// Events of a durable transaction.
    package var batchSize = 20_480

    package init(file: String) { self.file = file }
}

/// What an import came to.
package struct ImportReport: Sendable {
    package var file: String
    /// Counts of this run, in lines.
    package var counts = RecordCounts()
    package var warnings = FindingTally()
    /// The first ones.
    package var rejects: [RejectedRecord] = []
    /// Lines that an earlier run had read, and whether it had read them all.
    package var resumedAfter: Int
    package var wasComplete: Bool
    package var eventsBefore: Int
    package var eventsAfter: Int
    /// Whether every event of this run stands where it stood in the log that was exported.
    package var hasSamePositions = true
    /// Whether the log is the exported one to the last bit; `nil` where the file does not say.
    package var hasSameHead: Bool?

    /// Whether no line was rejected and none is known to be missing.
    package var isWhole: Bool { counts.rejected == 0 && warnings.isEmpty }
}

extension Store {
    /// Appends the events of an export to the log.
    /// - Throws: ``RefusedFile`` for a file that does not begin as an export does,
    ///   ``IngestionError``, ``EventLogError``.
    package func importCloudEvents(
        _ request: ImportRequest, progress: ProgressReport? = nil
    ) throws -> ImportReport {
        let path = request.file
        let name = Store.baseName(path)
        try LineReader.verify(path: path)
        let stated = try Store.firstLine(path, name)
        let session = try log.beginAppend(
            SourceDescription(
                fileName: name, fileHash: try Store.sha256(ofFile: path),
                mappingName: EventImport.formatName,
                mappingHash: SHA256.digest(of: EventImport.formatName).hexadecimal,
                sourceName: EventImport.formatName, coverage: stated.flatMap(Store.coverage)))
        let before = session.progress.counts
        let eventsBefore = Int(try log.head().rawValue)
        var report = ImportReport(
            file: name, resumedAfter: session.progress.recordsReadThrough,
            wasComplete: session.progress.isComplete, eventsBefore: eventsBefore,
            eventsAfter: eventsBefore)
        guard !report.wasComplete else { return report }
        let size = try FileBytes.sizeBytes(path: path)
        var lines = try LineReader(path: path)
        let sealing = try SealingSession(keys)
        sealing.begin(session.source)
        var run = EventImport(
            session, sealing,
            now: Instant(microseconds: System.nowMicroseconds), batchSize: request.batchSize,
            report: report)
        while let line = try lines.next() {
            try run.take(lines.buffer.span, line)
            guard line.number.isMultiple(of: 10_000) else { continue }
            progress?(
                Progress(
                    activity: "importing \(name)", done: lines.bytesRead, total: size,
                    unit: "bytes", detail: "\(line.number) lines"))
        }
        try run.finish()
        try keys.noteCount()
        try log.settle()
        report = run.report
        let after = session.progress.counts
        report.counts = RecordCounts(
            read: after.read - before.read, accepted: after.accepted - before.accepted,
            duplicates: after.duplicates - before.duplicates,
            leftOut: after.leftOut - before.leftOut, rejected: after.rejected - before.rejected)
        let snapshot = try log.snapshot()
        report.eventsAfter = Int(snapshot.head.rawValue)
        report.hasSameHead = stated.map {
            $0.through == $0.head && $0.head == snapshot.head && $0.headHash == snapshot.headHash
        }
        return report
    }

    /// What the first line says of the export; `nil` where it is an event already.
    ///
    /// A file whose first line is neither is not an export: taking it line by line would fill the
    /// rejects with a file of something else.
    private static func firstLine(_ path: String, _ name: String) throws -> ExportedRange? {
        var lines = try LineReader(path: path)
        guard let first = try lines.next() else {
            throw RefusedFile(
                file: name,
                findings: [
                    Finding(
                        code: "empty-file", file: name, line: 1, column: 1, found: "nothing",
                        foundIsPublic: true, expected: "CloudEvents, one a line")
                ])
        }
        var reader = CloudEventReader()
        do throws(LineProblem) {
            let line = lines.buffer.span.extracting(first.range)
            guard case .range(let range) = try reader.read(line) else { return nil }
            return range
        } catch {
            var finding = error.finding(file: name, line: 1, lineOffset: 0, record: 1)
            finding.hint = finding.hint ?? "downstream export cloudevents writes such files"
            throw RefusedFile(file: name, findings: [finding])
        }
    }

    private static func coverage(_ range: ExportedRange) -> SourceCoverage? {
        guard range.coversFrom != nil || range.coversTo != nil else { return nil }
        return SourceCoverage(
            from: range.coversFrom, to: range.coversTo,
            offsetMinutes: range.coverageOffsetMinutes)
    }
}

extension ImportReport {
    /// The report for people and programs. Nothing in it is a field's value.
    package var answer: Answer {
        var answer = Answer()
        answer.fact("file", "file", .text(file))
        answer.fact("read", "lines read", .integer(counts.read))
        answer.fact("accepted", "  accepted", .integer(counts.accepted))
        answer.fact("duplicates", "  duplicates", .integer(counts.duplicates))
        answer.fact("left_out", "  about the export", .integer(counts.leftOut))
        answer.fact("rejected", "  rejected", .integer(counts.rejected))
        answer.fact("balanced", "  nothing lost", .flag(counts.isBalanced))
        answer.fact("appended", "events appended", .integer(eventsAfter - eventsBefore))
        answer.fact("events", "events in the log", .integer(eventsAfter))
        let isNew = counts.accepted > 0
        answer.fact("same_positions", "same positions", isNew ? .flag(hasSamePositions) : .none)
        answer.fact(
            "same_head", "same head hash", hasSameHead.map { .flag($0) } ?? .none)
        if !warnings.isEmpty { answer.table("warnings", warningTable) }
        if !rejects.isEmpty { answer.table("rejects", rejectTable) }
        if wasComplete {
            answer.note("the file is in the log already, to its last line: nothing was read again")
        } else if resumedAfter > 0 {
            answer.note("resumed after line \(resumedAfter)")
        }
        if eventsAfter == eventsBefore { answer.note("nothing was appended") }
        return answer
    }

    private var warningTable: Table {
        Table(
            title: "Warnings (the line was accepted)",
            columns: [
                .init("code", "code"), .init("lines", "lines"), .init("line", "first line"),
                .init("found", "found"), .init("expected", "expected"),
            ],
            rows: warnings.codes.map { code in
                let first = warnings.examples[code]?.first
                return [
                    .text(code), .integer(warnings.counts[code] ?? 0),
                    first?.line.map { .ordinal($0) } ?? .none,
                    first?.found.map { .text($0) } ?? .none,
                    first?.expected.map { .text($0) } ?? .none,
                ]
            })
    }

    private var rejectTable: Table {
        Table(
            title: "Rejected lines",
            columns: [
                .init("line", "line"), .init("column", "column"), .init("field", "field"),
                .init("found", "found"), .init("expected", "expected"), .init("code", "code"),
            ],
            rows: rejects.prefix(20).map { reject in
                let finding = reject.finding
                return [
                    reject.line.map { .ordinal($0) } ?? .none,
                    finding.column.map { .ordinal($0) } ?? .none,
                    finding.field.map { .text($0) } ?? .none,
                    finding.foundIsPublic ? finding.found.map { .text($0) } ?? .none : .none,
                    finding.expected.map { .text($0) } ?? .none, .text(finding.code),
                ]
            })
    }
}
