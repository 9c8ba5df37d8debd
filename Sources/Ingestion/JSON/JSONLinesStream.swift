// JSON Lines: each line is a document. A line that is none costs itself only.

/// Reads JSON Lines record by record. Empty lines are none.
struct JSONLinesStream: RecordStream, ~Copyable {
    private static let rowLimit = 1_024

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

    mutating func nextRun(
        _ fields: inout FieldTable, limit: Int
    ) throws(IngestionError) -> RecordRun? {
        // A document that is not plain is none with more of the file either.
        if !lines.hasBuffered { try lines.refill() }
        return takeBuffered(&fields, limit: min(limit, JSONLinesStream.rowLimit))
    }

    /// The plain documents that the buffer begins with; `nil` where its first line is none.
    private mutating func takeBuffered(
        _ fields: inout FieldTable, limit: Int
    ) -> RecordRun? {
        fields.beginRun(fieldCount: documents.paths.count)
        var starts: [UInt32] = []
        starts.reserveCapacity(limit + 1)
        var firstLine = 0
        var end = 0
        let width = documents.paths.count
        // Taking lines that are there leaves the buffer as it is.
        let buffer = lines.buffer
        fields.fillRun(limit: limit, arenaBytes: buffer.count) {
            arena, fieldStarts, fieldEnds in
            var arenaEnd = 0
            while starts.count < limit, let line = lines.nextBuffered() {
                // An empty line is no document, and is left to who skips it.
                let isPlain = documents.readRow(
                    buffer, line.range, arena: &arena, arenaEnd: &arenaEnd,
                    starts: &fieldStarts, ends: &fieldEnds, firstField: starts.count * width)
                guard isPlain else {
                    lines.putBack(line)
                    break
                }
                if starts.isEmpty { firstLine = line.number }
                starts.append(UInt32(line.range.lowerBound))
                end = line.range.upperBound
            }
            return starts.count
        }
        guard fields.rowCount > 0 else { return nil }
        starts.append(UInt32(end))
        return RecordRun(starts: starts, firstLine: firstLine, bufferOffset: lines.bufferOffset)
    }

    mutating func select(
        _ row: Int, of run: RecordRun, _ fields: inout FieldTable
    ) -> RecordPlace {
        var range = run.bytes(row)
        while range.count > 0, [0x0a, 0x0d].contains(lines.buffer[range.upperBound - 1]) {
            range = range.lowerBound..<(range.upperBound - 1)
        }
        var place = RecordPlace(
            range: range, line: run.line(row), byteOffset: run.byteOffset(row), state: .whole)
        if let problem = documents.read(lines.buffer, range, into: &fields) {
            place.state = .malformed(problem)
        }
        return place
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
