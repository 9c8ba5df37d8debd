// Records that were rejected, read again on their own with a mapping that has been mended.

/// A rejected record, and where it was.
package struct RetriedRecord: Sendable {
    package var kept: KeptRecord
    /// Number of the record in its file, from 1.
    package var record: Int
    package var line: Int
    package var byteOffset: Int

    package init(kept: KeptRecord, record: Int, line: Int, byteOffset: Int) {
        self.kept = kept
        self.record = record
        self.line = line
        self.byteOffset = byteOffset
    }
}

extension FileIngestion {
    /// Converts records as ``read(path:name:skippingRecords:batchSize:into:)`` would have, each by
    /// itself, with their numbers and places.
    /// - Parameters:
    ///   - records: In the order of their numbers.
    ///   - file: What messages call the file that they come from.
    ///   - sink: Takes the records in runs: their events, those that are rejected again, and how
    ///     many are left out.
    /// - Throws: ``IngestionError/refusedHeader(path:findings:)`` where the mapping names columns
    ///   that the file does not have; what the sealer and `sink` throw.
    package mutating func retry(
        _ records: [RetriedRecord], file: String, into sink: (IngestedBatch) throws -> Void
    ) throws {
        // Records of one file have one header; where they come from several, each has its run.
        var rest = records[...]
        while let first = rest.first {
            let group = rest.prefix { $0.kept.prefix == first.kept.prefix }
            rest = rest.dropFirst(group.count)
            var run: FileRun?
            for record in group { try retry(record, file: file, &run) }
            guard var done = run else { continue }
            run = nil
            try handOver(&done, 0, sink)
        }
    }

    private mutating func retry(
        _ record: RetriedRecord, file: String, _ run: inout FileRun?
    ) throws {
        let bytes = record.kept.prefix + record.kept.bytes + [UInt8(ascii: "\n")]
        let source = ByteSource(bytes: bytes, name: file)
        switch mapping.format {
        case .delimited(var format):
            format.skippedLineCount = 0
            try retry(
                record, DelimitedReader(source, format: format, file: file, path: file),
                header: nil, file: file, &run)
        case .jsonLines, .json:
            try retry(
                record, JSONLinesStream(source, paths: mapping.columnNames), header: nil,
                file: file, &run)
        case .cloudEvents:
            try retry(
                record,
                CloudEventsStream(JSONLinesStream(source, paths: mapping.cloudEventPaths)),
                header: nil, file: file, &run)
        case .xes, .ocel:
            // Kept as an object whose names are no paths.
            let paths = mapping.columnNames.map(JSONFieldReader.path)
            try retry(
                record, JSONLinesStream(source, paths: paths), header: mapping.columnNames,
                file: file, &run)
        }
    }

    private mutating func retry<Stream: RecordStream & ~Copyable>(
        _ record: RetriedRecord, _ stream: consuming Stream, header: [String]?, file: String,
        _ run: inout FileRun?
    ) throws {
        var current =
            try run ?? begin(header: header ?? stream.columnNames, file: file, path: file)
        // Out of its place while it changes, so that nothing is copied.
        run = nil
        defer { run = current }
        var fields = FieldTable()
        current.jump(to: record.record)
        guard var place = try stream.next(&fields) else { return }
        place.line = record.line
        place.byteOffset = record.byteOffset
        try current.take(
            place, fields, buffer: stream.buffer, prefix: record.kept.prefix,
            interner: &interner)
    }
}
