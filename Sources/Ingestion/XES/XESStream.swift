// XES (IEEE 1849) as records: one for each event, or for each activity with a start and an end.

/// Reads an XES file record by record.
struct XESStream: RecordStream, ~Copyable {
    private var source: ByteSource
    private let traces: TraceReader
    private let reader: XMLReader
    private let path: String
    private var chunk = [UInt8](repeating: 0, count: 65_536)
    private var isAtEnd = false

    init(
        _ source: consuming ByteSource, columnNames: [String], lifecycle: LifecycleUse,
        path: String
    ) {
        self.source = source
        self.path = path
        traces = TraceReader(columnNames: columnNames, lifecycle: lifecycle)
        reader = XMLReader(handler: traces)
    }

    var columnNames: [String] { traces.queue.columnNames }
    var bytesRead: Int { source.bytesRead }
    var buffer: [UInt8] { traces.queue.buffer }
    var prefix: [UInt8] { [] }

    mutating func next(_ fields: inout FieldTable) throws(IngestionError) -> RecordPlace? {
        while true {
            if let place = traces.queue.take(&fields) { return place }
            guard !isAtEnd else { return nil }
            let count = try source.read(into: &chunk, from: 0)
            isAtEnd = count == 0
            let problem = reader.feed(chunk, count: count, isLast: isAtEnd)
            if let expected = traces.refusal ?? problem {
                throw .damagedDocument(
                    path: path, line: reader.line, byteOffset: reader.byteOffset,
                    expected: expected)
            }
        }
    }
}
