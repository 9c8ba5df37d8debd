// JSON documents that are not lines: an array of them, or one behind the other. CloudEvents come so
// in batches and singly.

/// Reads the objects of a JSON file record by record.
struct JSONDocumentsStream: RecordStream, ~Copyable {
    private var elements: JSONElementReader
    private let documents: JSONFieldReader

    init(_ source: consuming ByteSource, paths: [String], path: String) {
        elements = JSONElementReader(source, shape: .objects, path: path)
        documents = JSONFieldReader(paths: paths)
    }

    var columnNames: [String] { documents.paths }
    var bytesRead: Int { elements.bytesRead }
    var buffer: [UInt8] { elements.buffer }
    var prefix: [UInt8] { [] }

    mutating func next(_ fields: inout FieldTable) throws(IngestionError) -> RecordPlace? {
        guard let element = try elements.nextElement() else { return nil }
        var place = RecordPlace(
            range: element.range, line: element.line, byteOffset: element.byteOffset,
            state: .whole)
        if let problem = documents.read(elements.buffer, element.range, into: &fields) {
            place.state = .malformed(problem)
        }
        return place
    }
}
