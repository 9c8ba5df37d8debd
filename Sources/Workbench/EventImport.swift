// An export on its way into a log: lines to events or rejects, in batches that fit a transaction,
// and a watch over their positions, so that a line that is missing is missed.

import Configuration
import Digests
import EventLog
import Events
import Export
import Ingestion

/// The taking in of one export.
struct EventImport {
    /// Events of a batch, and bytes of their lines.
    private static let batchByteLimit = 32 << 20
    /// Of a rejected line, kept sealed.
    private static let keptBytes = 1 << 20
    /// What stands for a mapping in the source's description. Another format would be another.
    static let formatName = "cloudevents"

    private let session: AppendSession
    private let sealing: SealingSession
    private let fileName: String
    private let batchSize: Int
    private let skippedLines: Int
    private var reader = CloudEventReader()
    private var events: [PendingEvent] = []
    private var rejects: [RejectedRecord] = []
    private var leftOut = 0
    private var byteCount = 0
    private var linesRead = 0
    private var recordedAt: Instant
    private var warnings = FindingTally()
    /// Where the last event stood in the log that was exported.
    private var lastPosition: LogPosition?
    /// Whether the positions of the batch follow one another.
    private var isGapless = true
    /// The last line about an export.
    private var range: ExportedRange?
    private(set) var report: ImportReport

    init(
        _ session: AppendSession, _ sealing: SealingSession, now: Instant, batchSize: Int,
        report: ImportReport
    ) {
        self.session = session
        self.sealing = sealing
        self.batchSize = batchSize
        self.report = report
        fileName = session.source.fileName
        skippedLines = session.progress.recordsReadThrough
        recordedAt = session.progress.lastRecordedAt ?? now
    }

    /// Takes one line, which is `bytes[line.range]`.
    mutating func take(_ bytes: Span<UInt8>, _ line: FileLine) throws {
        linesRead += 1
        guard linesRead > skippedLines else { return }
        let content = bytes.extracting(line.range)
        byteCount += content.count
        if line.isTooLong {
            let problem = LineProblem(
                "record-too-long", at: 0, found: "more",
                expected: "a line of at most \(LineReader.limitBytes) bytes",
                hint: "only its first bytes are kept")
            try reject(content, line, problem)
            return
        }
        let outcome: ExportedLine
        do throws(LineProblem) {
            outcome = try reader.read(content)
        } catch {
            try reject(content, line, error)
            return
        }
        switch outcome {
        case .event(let recorded):
            if let problem = EventImport.problem(recorded) {
                try reject(content, line, problem)
            } else {
                try take(recorded, line)
            }
        case .range(let stated):
            checkEnd()
            try flush(isComplete: false)
            range = stated
            lastPosition = LogPosition(max(stated.from.rawValue, 1) - 1)
            leftOut += 1
        }
        if events.count >= batchSize || byteCount >= EventImport.batchByteLimit {
            try flush(isComplete: false)
        }
    }

    /// Appends what is left and closes the account of the file.
    mutating func finish() throws {
        checkEnd()
        try flush(isComplete: true)

    }

    /// What no source can have measured is no event, however well its line is written.
    private static func problem(_ recorded: RecordedEvent) -> LineProblem? {
        var outside = recorded.event.valueOutOfLimits
        if outside == nil, !EventLimits.moments.contains(recorded.recordedAt) {
            outside = ValueOutOfLimits(
                field: "recordedAt", found: recorded.recordedAt.microseconds,
                expected: "a moment in years 1 to 9999")
        }
        return outside.map { value in
            LineProblem(
                "out-of-range", at: 0, field: value.field, found: "\(value.found)",
                expected: value.expected)
        }
    }

    private mutating func take(_ recorded: RecordedEvent, _ line: FileLine) throws {
        recordedAt = recorded.recordedAt
        if let last = lastPosition {
            if recorded.position <= last {
                warn("out-of-order", line, "a position after \(last)", recorded.position)
            } else if recorded.position.rawValue - last.rawValue > 1 {
                warn("missing-events", line, "position \(last.rawValue + 1)", recorded.position)
            }
        }
        lastPosition = recorded.position
        events.append(
            PendingEvent(
                event: recorded.event, record: linesRead, line: line.number,
                byteOffset: line.byteOffset, recordedAt: recorded.recordedAt))
    }

    /// An export that ends before the position that its first line names was cut off.
    private mutating func checkEnd() {
        guard let range, let last = lastPosition, last < range.through else { return }
        warnings.add(
            Finding(
                code: "missing-events", severity: .warning, file: fileName, record: linesRead,
                found: "the end after position \(last)", foundIsPublic: true,
                expected: "events through position \(range.through)"))
    }

    private mutating func warn(
        _ code: String, _ line: FileLine, _ expected: String, _ found: LogPosition
    ) {
        isGapless = false
        warnings.add(
            Finding(
                code: code, severity: .warning, file: fileName, line: line.number,
                byteOffset: line.byteOffset, record: linesRead, field: "sequence",
                found: "position \(found)", foundIsPublic: true, expected: expected))
    }

    private mutating func reject(
        _ bytes: Span<UInt8>, _ line: FileLine, _ problem: LineProblem
    ) throws {
        let kept = bytes.extracting(first: EventImport.keptBytes)
        rejects.append(
            RejectedRecord(
                fileName: fileName, record: linesRead, line: line.number,
                byteOffset: line.byteOffset,
                sealedBytes: try sealing.sealRecord(
                    KeptRecord(bytes: kept.indices.map { kept[$0] }), linesRead),
                finding: problem.finding(
                    file: fileName, line: line.number, lineOffset: line.byteOffset,
                    record: linesRead)))
        if byteCount >= EventImport.batchByteLimit { try flush(isComplete: false) }
    }

    private mutating func flush(isComplete: Bool) throws {
        let isEmpty = events.isEmpty && rejects.isEmpty && leftOut == 0
        guard !isEmpty || isComplete else { return }
        // On the disk before anything that needs them.
        try sealing.flush()
        let result = try session.append(
            AppendBatch(
                events: events, interner: reader.interner, recordedAt: recordedAt,
                rejects: rejects, leftOut: leftOut,
                recordsReadThrough: session.progress.recordsReadThrough + events.count
                    + rejects.count + leftOut,
                isFileComplete: isComplete,
                warnings: warnings.codes.map {
                    WarningCount(code: $0, count: warnings.counts[$0] ?? 0)
                }))
        report.rejects += rejects.prefix(max(0, 100 - report.rejects.count))
        report.warnings.merge(warnings)
        if !events.isEmpty {
            // Gapless, nothing known before, and the last one where it was: so are the others.
            let isWhole = result.accepted == events.count && isGapless
            report.hasSamePositions =
                report.hasSamePositions && isWhole && result.head == lastPosition
        }
        events.removeAll(keepingCapacity: true)
        rejects.removeAll(keepingCapacity: true)
        leftOut = 0
        byteCount = 0
        warnings = FindingTally()
        isGapless = true
    }
}
