// The verb of this target: a file and a mapping in, batches of events out.

import Events

/// Reads the files of one run. Symbols of all its batches belong together.
package struct FileIngestion {
    /// Sealed bytes of rejected records that a batch may hold before it is handed over early.
    fileprivate static let rejectBytesPerBatch = 16_777_216

    package let mapping: RecordMapping
    private let sealer: PersonalDataSealer
    var interner = Interner()

    package init(mapping: RecordMapping, sealer: PersonalDataSealer) {
        self.mapping = mapping
        self.sealer = sealer
    }

    /// Reads a file from its first record to its last, compressed or not.
    ///
    /// A compressed file is checked to its end before its first record is handed over, so that
    /// nothing of a damaged file reaches the log. Memory is bounded by the batch size and the
    /// longest record, whatever the file's size.
    /// - Parameters:
    ///   - name: What messages call the file; its path where `nil`.
    ///   - skippingRecords: How many records an earlier run has read through.
    ///   - batchSize: The most records in a batch; at least 1.
    ///   - checksWhole: Whether a compressed file is checked to its end first; not where nothing
    ///     is written whatever comes.
    ///   - sink: Takes each batch; what it throws ends the reading. The last batch of a file is
    ///     marked complete.
    /// - Throws: ``IngestionError``, and what the sealer and `sink` throw.
    package mutating func read(
        path: String, name: String? = nil, skippingRecords: Int = 0, batchSize: Int = 20_000,
        checksWhole: Bool = true, into sink: (IngestedBatch) throws -> Void
    ) throws {
        precondition(batchSize >= 1, "batch size \(batchSize) is not positive")
        precondition(skippingRecords >= 0, "cannot skip \(skippingRecords) records")
        let file = name ?? path
        if checksWhole { try ByteSource.verify(path: path) }
        let work = FileWork(
            file: file, path: path, skippingRecords: skippingRecords, batchSize: batchSize)
        switch mapping.format {
        case .delimited(let format):
            let stream = try DelimitedReader(
                ByteSource(path: path), format: format, file: file, path: path)
            try read(stream, work, sink)
        case .jsonLines:
            let stream = JSONLinesStream(
                try ByteSource(path: path), paths: mapping.columnNames)
            try read(stream, work, sink)
        case .json:
            let stream = JSONDocumentsStream(
                try ByteSource(path: path), paths: mapping.columnNames, path: path)
            try read(stream, work, sink)
        case .cloudEvents: try readCloudEvents(work, sink)
        case .xes(let pairsLifecycle):
            let stream = XESStream(
                try ByteSource(path: path), columnNames: mapping.columnNames,
                lifecycle: pairsLifecycle ? .paired : .asEvents, path: path)
            try read(stream, work, sink)
        case .ocel:
            let stream = try OCELStream(columnNames: mapping.columnNames, path: path) {
                () throws(IngestionError) in try ByteSource(path: path)
            }
            try read(stream, work, sink)
        }
    }

    /// What is read, and how much of it.
    fileprivate struct FileWork {
        var file: String
        var path: String
        var skippingRecords: Int
        var batchSize: Int
    }

    /// A batch and a single event may be laid out over many lines; a line of JSON Lines that is
    /// wrong costs itself only.
    private mutating func readCloudEvents(
        _ work: FileWork, _ sink: (IngestedBatch) throws -> Void
    ) throws {
        let source = try ByteSource(path: work.path)
        if try JSONLinesStream.fits(path: work.path) {
            try read(
                CloudEventsStream(JSONLinesStream(source, paths: mapping.cloudEventPaths)), work,
                sink)
        } else {
            try read(
                CloudEventsStream(
                    JSONDocumentsStream(
                        source, paths: mapping.cloudEventPaths, path: work.path)), work, sink)
        }
    }

    private mutating func read<Stream: RecordStream & ~Copyable>(
        _ stream: consuming Stream, _ work: FileWork, _ sink: (IngestedBatch) throws -> Void
    ) throws {
        var run = try begin(
            header: stream.columnNames, file: work.file, path: work.path,
            skippingRecords: work.skippingRecords)
        var fields = FieldTable()
        // A table of its own: a run's is large, and stays as it is.
        var rows = FieldTable()
        while true {
            if let limit = run.runLimit(work.batchSize),
                let records = try stream.nextRun(&rows, limit: limit)
            {
                try run.take(records, &rows, &stream, interner: &interner)
                if run.isFull(work) { try handOver(&run, stream.bytesRead, sink) }
                continue
            }
            guard let place = try stream.next(&fields) else { break }
            try run.take(
                place, fields, buffer: stream.buffer, prefix: stream.prefix,
                interner: &interner)
            if run.isFull(work) { try handOver(&run, stream.bytesRead, sink) }
        }
        run.batch.isFileComplete = true
        try handOver(&run, stream.bytesRead, sink)
    }

    /// A run over the records of one file.
    mutating func begin(
        header: [String], file: String, path: String, skippingRecords: Int = 0
    ) throws(IngestionError) -> FileRun {
        let rules = try CompiledMapping(
            mapping, header: header, file: file, path: path, interner: &interner)
        return FileRun(
            converter: RecordConverter(
                mapping: mapping, rules: rules, file: file, sealer: sealer),
            mapping: mapping, sealer: sealer, skippedRecords: skippingRecords)
    }

    mutating func handOver(
        _ run: inout FileRun, _ bytesRead: Int, _ sink: (IngestedBatch) throws -> Void
    ) throws {
        var batch = run.takeBatch(bytesRead: bytesRead)
        if !batch.rows.personal.isEmpty {
            try sealer.sealFields(&batch.rows, mapping.source, interner.names)
            batch.rows.placePersonalValues()
        }
        batch.names = interner.names
        try sink(batch)
    }
}

extension FileRun {
    fileprivate func isFull(_ work: FileIngestion.FileWork) -> Bool {
        batch.records >= work.batchSize || sealedBytes >= FileIngestion.rejectBytesPerBatch
    }
}
