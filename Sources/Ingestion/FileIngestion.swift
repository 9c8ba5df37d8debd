// The verb of this target: a file and a mapping in, batches of events out.

import Events

/// Reads the files of one run. Symbols of all its batches belong together.
package struct FileIngestion {
    /// Sealed bytes of rejected records that a batch may hold before it is handed over early.
    private static let rejectBytesPerBatch = 16_777_216
    /// Empty lines that are held back until it is clear whether the file ends with them.
    private static let emptyLinesHeld = 10_000

    package let mapping: RecordMapping
    private let sealer: PersonalDataSealer
    private var interner = Interner()

    package init(mapping: RecordMapping, sealer: PersonalDataSealer) {
        self.mapping = mapping
        self.sealer = sealer
    }

    /// Reads a plain or gzip file from its first record to its last.
    ///
    /// A compressed file is checked to its end before its first record is handed over, so that
    /// nothing of a damaged file reaches the log. Memory is bounded by the batch size and the
    /// longest record, whatever the file's size.
    /// - Parameters:
    ///   - name: What messages call the file; its path where `nil`.
    ///   - skippingRecords: How many records an earlier run has read through.
    ///   - batchSize: The most records in a batch; at least 1.
    ///   - sink: Takes each batch; what it throws ends the reading. The last batch of a file is
    ///     marked complete.
    /// - Throws: ``IngestionError``, and what the sealer and `sink` throw.
    package mutating func read(
        path: String, name: String? = nil, skippingRecords: Int = 0, batchSize: Int = 20_000,
        into sink: (IngestedBatch) throws -> Void
    ) throws {
        precondition(batchSize >= 1, "batch size \(batchSize) is not positive")
        precondition(skippingRecords >= 0, "cannot skip \(skippingRecords) records")
        let file = name ?? path
        try ByteSource.verify(path: path)
        var reader = try RecordReader(path: path, quote: mapping.format.quote)
        let header = try FileIngestion.header(&reader, mapping: mapping, file: file, path: path)
        let rules = try CompiledMapping(
            mapping, header: header, file: file, path: path, interner: &interner)
        var run = FileRun(
            converter: RecordConverter(
                mapping: mapping, rules: rules, file: file, sealer: sealer),
            file: file, mapping: mapping, sealer: sealer, skippedRecords: skippingRecords,
            bytesRead: reader.bytesRead)
        var emptyLines: [RecordPlace] = []
        while let place = try reader.next() {
            if place.range.isEmpty, place.state == .whole,
                emptyLines.count < FileIngestion.emptyLinesHeld
            {
                emptyLines.append(place)
                continue
            }
            for line in emptyLines {
                try run.take(EmptyLine(place: line), interner: &interner)
                if run.isFull(batchSize) { try handOver(&run, reader.bytesRead, sink) }
            }
            emptyLines.removeAll(keepingCapacity: true)
            try run.take(reader.buffer.span, place, interner: &interner)
            let isFull =
                run.isFull(batchSize)
                || run.sealedBytes >= FileIngestion.rejectBytesPerBatch
            if isFull { try handOver(&run, reader.bytesRead, sink) }
        }
        run.batch.isFileComplete = true
        try handOver(&run, reader.bytesRead, sink)
    }

    private mutating func handOver(
        _ run: inout FileRun, _ bytesRead: Int, _ sink: (IngestedBatch) throws -> Void
    ) throws {
        var batch = run.takeBatch(bytesRead: bytesRead)
        try sealer.sealFields(&batch.events, mapping.source, interner)
        // Lent and not copied: nothing is interned until the batch is gone again.
        batch.interner = interner
        try sink(batch)
    }

    private static func header(
        _ reader: inout RecordReader, mapping: RecordMapping, file: String, path: String
    ) throws(IngestionError) -> [String] {
        func refuse(_ code: String, _ expected: String, found: String? = nil) -> IngestionError {
            let finding = Finding(
                code: code, file: file, line: 1, column: 1, found: found, foundIsPublic: true,
                expected: expected)
            return .refusedHeader(path: path, findings: [finding])
        }
        guard let place = try reader.next() else {
            throw refuse("empty-file", "a line with the names of the columns", found: "nothing")
        }
        guard place.state == .whole, place.range.count <= 65_536 else {
            throw refuse("bad-header", "a first line of at most 65536 bytes")
        }
        var fields = FieldTable()
        fields.split(reader.buffer.span, place.range, format: mapping.format)
        let isQuoted = mapping.format.quote != nil
        var names: [String] = []
        for field in 0..<fields.count {
            let range = fields.range(field)
            let bytes = isQuoted ? fields.unquoted[range] : reader.buffer[range]
            guard let name = String(validating: bytes, as: UTF8.self) else {
                throw refuse("not-utf8", "a first line in UTF-8")
            }
            names.append(name)
        }
        return names
    }
}
