// Bytes of delimited text to records: lines, or runs of lines where quotes hold line ends together.
// Memory is bounded whatever the file holds.

import Events

/// Reads delimited text record by record.
struct DelimitedReader: RecordStream, ~Copyable {
    /// The longest record that is taken; longer ones are rejected.
    static let limitBytes = 1_048_576
    /// Empty lines that are held back until it is clear whether the file ends with them.
    private static let emptyLinesHeld = 10_000

    private(set) var window: FileWindow
    let format: DelimitedFormat
    private(set) var columnNames: [String] = []
    private(set) var prefix: [UInt8] = []
    private(set) var nextLine = 1
    private var skipsLine = false
    /// Empty lines that have been read and not been given, and the record behind them.
    private var held = HeldLines()

    /// Empty lines are records without a field, but for those that a file ends with.
    private struct HeldLines {
        var places: [RecordPlace] = []
        var next = 0
        /// What ended the run of empty lines; `nil` for the end of the file.
        var behind: RecordPlace?
    }

    /// - Parameter file: what messages call the file.
    /// - Throws: ``IngestionError/refusedHeader(path:findings:)`` where the names of the columns
    ///   cannot be read.
    init(
        _ source: consuming ByteSource, format: DelimitedFormat, file: String, path: String,
        bufferBytes: Int = 524_288
    ) throws(IngestionError) {
        window = FileWindow(
            source, limitBytes: DelimitedReader.limitBytes, sizeBytes: bufferBytes)
        self.format = format
        try skipLines(file: file, path: path)
        if let names = format.columnNames {
            columnNames = names
        } else {
            try readHeader(file: file, path: path)
        }
    }

    /// Bytes of the file consumed so far, compressed ones where it is compressed.
    var bytesRead: Int { window.bytesRead }

    var buffer: [UInt8] { window.bytes }

    mutating func next(_ fields: inout FieldTable) throws(IngestionError) -> RecordPlace? {
        guard let place = try nextBesidesTrailing() else { return nil }
        guard case .whole = place.state else { return place }
        fields.split(buffer.span, place.range, format: format)
        guard fields.count != columnNames.count else { return place }
        var malformed = place
        malformed.state = .malformed(fieldCountProblem(fields, place))
        return malformed
    }

    mutating func select(
        _ row: Int, of run: RecordRun, _ fields: inout FieldTable
    ) -> RecordPlace {
        var range = run.bytes(row)
        // The line end is no part of the record.
        range = range.lowerBound..<(range.upperBound - 1)
        if buffer[range.upperBound - 1] == UInt8(ascii: "\r") {
            range = range.lowerBound..<(range.upperBound - 1)
        }
        fields.split(buffer.span, range, format: format)
        return RecordPlace(
            range: range, line: run.line(row), byteOffset: run.byteOffset(row), state: .whole)
    }

    /// Whether a run of plain rows may begin here.
    var canRun: Bool { held.places.isEmpty && !skipsLine }

    /// Brings in more of the file behind what has not been taken.
    /// - Returns: whether there may be more rows now.
    mutating func readOn() throws(IngestionError) -> Bool {
        guard !window.isAtEnd, window.count < window.limitBytes else { return false }
        try window.fill()
        return true
    }

    /// Rows up to a place in the buffer have been taken.
    mutating func skipRows(through place: Int, count: Int) {
        window.start = place
        nextLine += count
    }

    /// The next record that is not one of the empty lines at the end of the file.
    private mutating func nextBesidesTrailing() throws(IngestionError) -> RecordPlace? {
        if held.next < held.places.count {
            held.next += 1
            return held.places[held.next - 1]
        }
        if !held.places.isEmpty {
            let behind = held.behind
            held = HeldLines()
            return behind
        }
        guard var place = try nextPlace() else { return nil }
        guard place.isEmptyLine else { return place }
        var lines: [RecordPlace] = []
        while place.isEmptyLine, lines.count < DelimitedReader.emptyLinesHeld {
            place.range = 0..<0
            lines.append(place)
            guard let next = try nextPlace() else { return nil }
            place = next
        }
        held = HeldLines(places: lines, next: 1, behind: place)
        return lines[0]
    }

    /// Points at the first field that looks like several: blanks within it, two together first
    /// of all; otherwise at the end of the record.
    private func fieldCountProblem(_ fields: FieldTable, _ place: RecordPlace) -> RecordProblem {
        var suspicious: Int?
        if fields.count < columnNames.count, format.quote == nil {
            suspicious =
                firstField(withBlanks: 2, fields) ?? firstField(withBlanks: 1, fields)
        }
        var problem = RecordProblem(
            "field-count", found: "\(fields.count) fields",
            expected: "\(columnNames.count) fields",
            hint: suspicious.map { "field \($0 + 1) holds blanks where a delimiter may belong" })
        problem.column = suspicious.map { fields.column($0) } ?? place.range.count + 1
        return problem
    }

    private func firstField(withBlanks count: Int, _ fields: FieldTable) -> Int? {
        for field in 0..<fields.count {
            var run = 0
            for index in fields.range(field) {
                let byte = fields.isInArena ? fields.arena[index] : buffer[index]
                run = byte == UInt8(ascii: " ") ? run + 1 : 0
                if run == count { return field }
            }
        }
        return nil
    }

    private mutating func nextPlace() throws(IngestionError) -> RecordPlace? {
        if skipsLine { try window.skipLine() }
        skipsLine = false
        var scan = EndScan(place: window.start)
        while true {
            if let lineEnd = findEnd(&scan) { return place(endingAt: lineEnd) }
            let isTooLong = window.count > window.limitBytes
            if scan.state == .quoted, isTooLong || window.isAtEnd { return placeOfFirstLine() }
            if isTooLong { return placeOfBeginning() }
            if window.isAtEnd { return window.count > 0 ? place(endingAt: window.end) : nil }
            let scanned = scan.place - window.start
            try window.fill()
            scan.place = window.start + scanned
        }
    }

    /// Where the search for a record's end has come to.
    private struct EndScan {
        enum State {
            case fieldStart, plain, quoted
            /// Behind a quote that closes the field, unless another one follows.
            case closed
        }

        var place: Int
        var state = State.fieldStart
    }

    /// The line end that ends the record. A quote opens a field only where it begins the field, as
    /// ``FieldTable`` reads it: elsewhere it is an ordinary byte, and no line end is lost to it.
    private func findEnd(_ scan: inout EndScan) -> Int? {
        let bytes = window.bytes.span
        let end = window.end
        guard let quote = format.quote else {
            defer { scan.place = end }
            return window.lineEnd(from: scan.place)
        }
        var index = scan.place
        var state = scan.state
        while index < end {
            let byte = bytes[index]
            if state == .quoted {
                if byte == quote { state = .closed }
            } else if byte == UInt8(ascii: "\n") {
                return index
            } else if byte == quote, state != .plain {
                state = .quoted
            } else {
                state = byte == format.delimiter ? .fieldStart : .plain
            }
            index += 1
        }
        scan = EndScan(place: end, state: state)
        return nil
    }

    /// The record up to a line end, or to the end of the file.
    private mutating func place(endingAt lineEnd: Int) -> RecordPlace {
        let start = window.start
        guard lineEnd - start <= window.limitBytes else { return placeOfBeginning() }
        var contentEnd = lineEnd
        if contentEnd > start, window.bytes[contentEnd - 1] == UInt8(ascii: "\r") {
            contentEnd -= 1
        }
        let place = place(of: start..<contentEnd, .whole)
        if format.quote != nil {
            for index in start..<contentEnd where window.bytes[index] == UInt8(ascii: "\n") {
                nextLine += 1
            }
        }
        window.start = min(lineEnd + 1, window.end)
        return place
    }

    /// A quote never closes: its first line alone is given up, and reading goes on after it.
    private mutating func placeOfFirstLine() -> RecordPlace {
        let start = window.start
        let lineEnd = window.lineEnd(from: start) ?? window.end
        guard lineEnd - start <= window.limitBytes else { return placeOfBeginning() }
        window.start = min(lineEnd + 1, window.end)
        return place(of: start..<lineEnd, .unclosedQuote)
    }

    /// The record is too long: its rest is passed over when the next one is asked for.
    private mutating func placeOfBeginning() -> RecordPlace {
        let start = window.start
        window.start += window.limitBytes
        skipsLine = true
        return place(of: start..<window.start, .tooLong(limitBytes: window.limitBytes))
    }

    private mutating func place(of range: Range<Int>, _ state: RecordPlace.State) -> RecordPlace {
        nextLine += 1
        return RecordPlace(
            range: range, line: nextLine - 1, byteOffset: window.offset + range.lowerBound,
            state: state)
    }
}

extension DelimitedReader {
    /// Lines before the header that a system puts there.
    private mutating func skipLines(file: String, path: String) throws(IngestionError) {
        for _ in 0..<format.skippedLineCount {
            guard try nextPlace() != nil else {
                throw refusal(
                    "empty-file", "\(format.skippedLineCount) lines to skip, and records",
                    found: "\(nextLine - 1) lines", file: file, path: path)
            }
        }
    }

    private mutating func readHeader(file: String, path: String) throws(IngestionError) {
        guard let place = try nextPlace() else {
            throw refusal(
                "empty-file", "a line with the names of the columns", found: "nothing", file: file,
                path: path)
        }
        guard case .whole = place.state, place.range.count <= 65_536 else {
            throw refusal(
                "bad-header", "a first line of at most 65536 bytes", file: file, path: path)
        }
        var fields = FieldTable()
        fields.split(buffer.span, place.range, format: format)
        for field in 0..<fields.count {
            let range = fields.range(field)
            let bytes = fields.isInArena ? fields.arena[range] : buffer[range]
            guard let name = String(validating: bytes, as: UTF8.self) else {
                throw refusal("not-utf8", "a first line in UTF-8", file: file, path: path)
            }
            columnNames.append(name)
        }
        prefix = Array(buffer[place.range]) + [UInt8(ascii: "\n")]
    }

    private func refusal(
        _ code: String, _ expected: String, found: String? = nil, file: String, path: String
    ) -> IngestionError {
        let finding = Finding(
            code: code, file: file, line: nextLine > 1 ? nextLine - 1 : 1, column: 1, found: found,
            foundIsPublic: true, expected: expected)
        return .refusedHeader(path: path, findings: [finding])
    }
}

extension RecordPlace {
    fileprivate var isEmptyLine: Bool {
        if case .whole = state { range.isEmpty } else { false }
    }
}
