// The state of reading one file: its records counted, converted and gathered into a batch.

import Events

/// An empty line between records: a record with nothing in it.
struct EmptyLine {
    var place: RecordPlace
}

struct FileRun {
    var batch: IngestedBatch
    /// Of the rejected records in the batch.
    private(set) var sealedBytes = 0

    private var converter: RecordConverter
    private let file: String
    private let mapping: RecordMapping
    private let sealer: PersonalDataSealer
    private let skippedRecords: Int
    private var recordsRead = 0
    private var fields = FieldTable()

    init(
        converter: RecordConverter, file: String, mapping: RecordMapping,
        sealer: PersonalDataSealer, skippedRecords: Int, bytesRead: Int
    ) {
        self.converter = converter
        self.file = file
        self.mapping = mapping
        self.sealer = sealer
        self.skippedRecords = skippedRecords
        batch = IngestedBatch(
            leftOutByReason: [Int](repeating: 0, count: mapping.leaveOutReasons.count),
            recordsReadThrough: 0, bytesRead: bytesRead)
    }

    func isFull(_ batchSize: Int) -> Bool { batch.records >= batchSize }

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
        return taken
    }

    mutating func take(_ line: EmptyLine, interner: inout Interner) throws {
        let nothing: [UInt8] = []
        var place = line.place
        place.range = 0..<0
        try take(nothing.span, place, interner: &interner)
    }

    /// Takes one record, which is `bytes[place.range]`.
    mutating func take(
        _ bytes: Span<UInt8>, _ place: RecordPlace, interner: inout Interner
    ) throws {
        recordsRead += 1
        guard recordsRead > skippedRecords else { return }
        if let finding = problem(of: place) {
            try reject(bytes, place, finding)
            return
        }
        fields.split(bytes, place.range, format: mapping.format)
        guard fields.count == converter.columnCount else {
            try reject(bytes, place, fieldCountFinding(bytes, place))
            return
        }
        let fields = fields
        let conversion: Conversion
        if mapping.format.quote == nil {
            conversion = try converter.convert(
                bytes, fields, record: recordsRead, place: place, interner: &interner)
        } else {
            conversion = try converter.convert(
                fields.unquoted.span, fields, record: recordsRead, place: place,
                interner: &interner)
        }
        switch conversion {
        case .event(let event):
            batch.events.append(
                IngestedEvent(
                    event: event, record: recordsRead, line: place.line,
                    byteOffset: place.byteOffset))
        case .leftOut(let rule): batch.leftOutByReason[rule] += 1
        case .rejected(let finding, let column):
            var placed = finding
            placed.column = column
            try reject(bytes, place, placed)
        }
    }

    private func problem(of place: RecordPlace) -> Finding? {
        switch place.state {
        case .whole: return nil
        case .tooLong:
            return finding(
                "record-too-long", place, found: "more",
                expected: "a record of at most \(RecordReader.limitBytes) bytes",
                hint: "only its first bytes are kept")
        case .unclosedQuote:
            return finding(
                "unclosed-quote", place, found: "none",
                expected: "a closing quote within \(RecordReader.limitBytes) bytes",
                hint: "the records after this line are read as usual")
        }
    }

    /// Points at the first field that looks like several: blanks within it, two together first
    /// of all; otherwise at the end of the record.
    private func fieldCountFinding(_ bytes: Span<UInt8>, _ place: RecordPlace) -> Finding {
        var suspicious: Int?
        if fields.count < converter.columnCount, mapping.format.quote == nil {
            suspicious = firstField(withBlanks: 2, bytes) ?? firstField(withBlanks: 1, bytes)
        }
        var finding = finding(
            "field-count", place, found: "\(fields.count) fields",
            expected: "\(converter.columnCount) fields",
            hint: suspicious.map { "field \($0 + 1) holds blanks where a delimiter may belong" })
        finding.column = suspicious.map { fields.column($0) } ?? place.range.count + 1
        return finding
    }

    private func firstField(withBlanks count: Int, _ bytes: Span<UInt8>) -> Int? {
        for field in 0..<fields.count {
            var run = 0
            for index in fields.range(field) {
                run = bytes[index] == UInt8(ascii: " ") ? run + 1 : 0
                if run == count { return field }
            }
        }
        return nil
    }

    private func finding(
        _ code: String, _ place: RecordPlace, found: String, expected: String, hint: String?
    ) -> Finding {
        Finding(
            code: code, file: file, line: place.line, column: 1, byteOffset: place.byteOffset,
            record: recordsRead, found: found, foundIsPublic: true, expected: expected,
            hint: hint)
    }

    private mutating func reject(
        _ bytes: Span<UInt8>, _ place: RecordPlace, _ finding: Finding
    ) throws {
        let sealed = try sealer.sealRecord(
            copy(bytes, place.range), mapping.source, recordsRead)
        sealedBytes += sealed.count
        batch.rejects.append(
            IngestedReject(
                record: recordsRead, line: place.line, column: finding.column ?? 1,
                byteOffset: place.byteOffset, sealedBytes: sealed, finding: finding))
    }
}
