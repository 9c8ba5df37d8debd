// The state of reading one file: its records counted, converted and gathered into a batch.

import Events

struct FileRun {
    var batch: IngestedBatch
    /// Of the rejected records in the batch.
    private(set) var sealedBytes = 0

    private var converter: RecordConverter
    private let mapping: RecordMapping
    private let sealer: PersonalDataSealer
    private let skippedRecords: Int
    private var recordsRead = 0
    /// Used again for each run, and for the records of runs that are taken one by one.
    private var converted = ConvertedRun()
    private var single = FieldTable()

    init(
        converter: RecordConverter, mapping: RecordMapping, sealer: PersonalDataSealer,
        skippedRecords: Int
    ) {
        self.converter = converter
        self.mapping = mapping
        self.sealer = sealer
        self.skippedRecords = skippedRecords
        batch = IngestedBatch(
            leftOutByReason: [Int](repeating: 0, count: mapping.leaveOutReasons.count),
            recordsReadThrough: 0, bytesRead: 0)
    }

    /// Whether the records at hand were read by an earlier run.
    var isSkipping: Bool { recordsRead < skippedRecords }

    /// The record that is taken next is the one with this number.
    mutating func jump(to record: Int) { recordsRead = record - 1 }

    /// The batch so far, and an empty one in its place.
    mutating func takeBatch(bytesRead: Int) -> IngestedBatch {
        var taken = batch
        taken.recordsReadThrough = recordsRead
        taken.bytesRead = bytesRead
        taken.warnings = converter.takeWarnings()
        batch = IngestedBatch(
            leftOutByReason: [Int](repeating: 0, count: mapping.leaveOutReasons.count),
            recordsReadThrough: recordsRead, bytesRead: bytesRead)
        sealedBytes = 0
        // The next batch will be of this one's size, as a rule.
        if !taken.isFileComplete { batch.rows.reserveCapacity(taken.rows.columns.count) }
        return taken
    }

    /// Takes the record that a stream has just given.
    mutating func take(
        _ place: RecordPlace, _ fields: FieldTable, buffer: [UInt8], prefix: [UInt8],
        interner: inout Interner
    ) throws {
        recordsRead += 1
        guard recordsRead > skippedRecords else { return }
        if let problem = FileRun.problem(of: place) {
            let finding = converter.finding(
                problem, fields, record: recordsRead, place: place)
            return try reject(buffer, prefix, place, finding)
        }
        let bytes = fields.isInArena ? fields.arena.span : buffer.span
        let conversion = try converter.convert(
            bytes, fields, record: recordsRead, place: place, into: &batch.rows,
            interner: &interner)
        switch conversion {
        case .events: break
        case .leftOut(let rule): batch.leftOutByReason[rule] += 1
        case .rejected(let finding): try reject(buffer, prefix, place, finding)
        }
    }

    /// The most records of a run that the batch has room for, where runs can be taken.
    func runLimit(_ batchSize: Int) -> Int? {
        guard converter.canConvertRuns, !isSkipping else { return nil }
        return batchSize - batch.records
    }

    /// Takes a run of records: those that are plain together, others one by one, in their order.
    mutating func take<Stream: RecordStream & ~Copyable>(
        _ run: RecordRun, _ fields: inout FieldTable, _ stream: inout Stream,
        interner: inout Interner
    ) throws {
        let count = fields.rowCount
        let firstRecord = recordsRead + 1
        let bytes = fields.isInArena ? fields.arena : stream.buffer
        try converter.convert(bytes.span, &fields, into: &converted, interner: &interner)
        var row = 0
        while row < count {
            let first = row
            while row < count, !converted.isLeft[row] { row += 1 }
            if first < row {
                batch.rows.append(converted, first..<row, firstRecord: firstRecord, of: run)
                recordsRead += row - first
            }
            guard row < count else { break }
            let place = stream.select(row, of: run, &single)
            try take(
                place, single, buffer: stream.buffer, prefix: stream.prefix, interner: &interner)
            row += 1
        }
    }

    private static func problem(of place: RecordPlace) -> RecordProblem? {
        switch place.state {
        case .whole: return nil
        case .malformed(let problem): return problem
        case .tooLong(let limit):
            return RecordProblem(
                "record-too-long", found: "more", expected: "a record of at most \(limit) bytes",
                hint: "only its first bytes are kept")
        case .unclosedQuote:
            return RecordProblem(
                "unclosed-quote", found: "none",
                expected: "a closing quote within \(DelimitedReader.limitBytes) bytes",
                hint: "the records after this line are read as usual")
        }
    }

    private mutating func reject(
        _ buffer: [UInt8], _ prefix: [UInt8], _ place: RecordPlace, _ finding: Finding
    ) throws {
        let kept = KeptRecord(prefix: prefix, bytes: Array(buffer[place.range]))
        let sealed = try sealer.sealRecord(kept, mapping.source, recordsRead)
        sealedBytes += sealed.count
        batch.rejects.append(
            IngestedReject(
                record: recordsRead, line: place.line, column: finding.column ?? 1,
                byteOffset: place.byteOffset, sealedBytes: sealed, finding: finding))
    }
}
