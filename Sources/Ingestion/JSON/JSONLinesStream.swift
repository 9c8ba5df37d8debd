// JSON Lines: each line is a document. A line that is none costs itself only.

/// Reads JSON Lines record by record. Empty lines are none.
struct JSONLinesStream: RecordStream, ~Copyable {
    private var lines: LineReader
    private let documents: JSONFieldReader

    /// - Parameter paths: which values become fields.
    init(_ source: consuming ByteSource, paths: [String]) {
        lines = LineReader(source)
        documents = JSONFieldReader(paths: paths)
    }

    var columnNames: [String] { documents.paths }
    var bytesRead: Int { lines.bytesRead }
    var buffer: [UInt8] { lines.buffer }
    var prefix: [UInt8] { [] }

    mutating func next(_ fields: inout FieldTable) throws(IngestionError) -> RecordPlace? {
        while let line = try lines.next() {
            var place = RecordPlace(
                range: line.range, line: line.number, byteOffset: line.byteOffset, state: .whole)
            if line.isTooLong {
                place.state = .tooLong(limitBytes: LineReader.limitBytes)
            } else if isBlank(line.range) {
                continue
            } else if let problem = documents.read(lines.buffer, line.range, into: &fields) {
                place.state = .malformed(problem)
            }
            return place
        }
        return nil
    }

    private func isBlank(_ range: Range<Int>) -> Bool {
        range.allSatisfy { lines.buffer[$0] == 0x20 || lines.buffer[$0] == 0x09 }
    }

    /// Whether the first line that is not blank is a document.
    static func fits(path: String) throws(IngestionError) -> Bool {
        var stream = JSONLinesStream(try ByteSource(path: path), paths: [])
        var fields = FieldTable()
        guard let place = try stream.next(&fields) else { return true }
        if case .whole = place.state { return true }
        return false
    }
}
