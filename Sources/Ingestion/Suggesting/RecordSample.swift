// The first records of a file with the names of their fields, whatever its format.

/// Columns by name, and what the first records hold in them.
struct RecordSample {
    let format: RecordFormat
    /// In the order in which they come.
    private(set) var columnNames: [String] = []
    /// Of each column: its value in each record, `nil` where it has none.
    private(set) var values: [[String?]] = []
    private(set) var recordCount = 0

    /// - Parameter limit: the most records.
    init(path: String, limit: Int) throws(IngestionError) {
        format = try FormatDetection.detect(path: path)
        switch format {
        case .delimited(let format):
            try take(
                DelimitedReader(
                    ByteSource(path: path), format: format, file: path, path: path), limit)
        case .jsonLines:
            try takeDocuments(JSONLinesStream(ByteSource(path: path), paths: []), limit)
        case .json:
            try takeDocuments(
                JSONDocumentsStream(ByteSource(path: path), paths: [], path: path), limit)
        case .cloudEvents:
            if try JSONLinesStream.fits(path: path) {
                try takeDocuments(JSONLinesStream(ByteSource(path: path), paths: []), limit)
            } else {
                try takeDocuments(
                    JSONDocumentsStream(ByteSource(path: path), paths: [], path: path), limit)
            }
        case .xes(let pairs):
            try takeDocuments(
                XESStream(
                    ByteSource(path: path), columnNames: [],
                    lifecycle: pairs ? .paired : .asEvents, path: path), limit)
        case .ocel:
            try takeDocuments(
                OCELStream(columnNames: [], path: path) { () throws(IngestionError) in
                    try ByteSource(path: path)
                }, limit)
        }
    }

    private mutating func take(
        _ stream: consuming DelimitedReader, _ limit: Int
    ) throws(IngestionError) {
        columnNames = stream.columnNames
        values = Array(repeating: [], count: columnNames.count)
        var fields = FieldTable()
        while recordCount < limit, let place = try stream.next(&fields) {
            guard case .whole = place.state else { continue }
            recordCount += 1
            for column in columnNames.indices {
                let text = fields.text(column, stream.buffer) ?? ""
                values[column].append(text.isEmpty ? nil : text)
            }
        }
    }

    /// Records that are documents, or are kept as one.
    private mutating func takeDocuments<Stream: RecordStream & ~Copyable>(
        _ stream: consuming Stream, _ limit: Int
    ) throws(IngestionError) {
        let documents = JSONFieldReader(paths: [])
        var fields = FieldTable()
        var entries: [JSONEntry] = []
        var places: [String: Int] = [:]
        while recordCount < limit, let place = try stream.next(&fields) {
            guard case .whole = place.state,
                documents.readAll(stream.buffer, place.range, into: &entries) == nil
            else { continue }
            for entry in entries where !entry.value.isEmpty {
                let name = format.hasPaths ? entry.path : JSONFieldReader.name(entry.path)
                let column = places[name] ?? columnNames.count
                if column == columnNames.count {
                    places[name] = column
                    columnNames.append(name)
                    values.append(Array(repeating: nil, count: recordCount))
                }
                if values[column].count == recordCount {
                    values[column].append(String(decoding: entry.value, as: UTF8.self))
                }
            }
            recordCount += 1
            for column in values.indices where values[column].count < recordCount {
                values[column].append(nil)
            }
        }
    }
}
