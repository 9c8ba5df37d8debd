// The one caller of simdjson: a document's bytes to the values at the paths that a mapping names.

import CSimdjson

/// A value of a document, and the path to it.
struct JSONEntry {
    var path: String
    var value: [UInt8]
}

/// Takes the values at some paths out of one document after the other.
///
/// A path is names with dots between them, `[3]` for an item of a list, and a backslash before a
/// character that belongs to a name: `data.customer.id`, `lines[0].amount`.
@safe final class JSONFieldReader {
    /// How deep a document may nest.
    static let depthLimit: UInt32 = 64

    let paths: [String]
    private let reader: OpaquePointer
    private var shapes = LineShapes()

    /// - Precondition: each path is one, see ``isPath(_:)``; memory is available.
    init(paths: [String]) {
        self.paths = paths
        guard let made = unsafe csimdjson_new(JSONFieldReader.depthLimit) else {
            preconditionFailure("no memory for a reader of JSON")
        }
        unsafe reader = made
        for path in paths {
            let isAdded = unsafe JSONFieldReader.add(path, to: made)
            precondition(isAdded, "\(path) is no path")
        }
    }

    deinit { unsafe csimdjson_free(reader) }

    /// Whether a mapping may name this path.
    static func isPath(_ text: String) -> Bool {
        guard let reader = unsafe csimdjson_new(JSONFieldReader.depthLimit) else { return false }
        defer { unsafe csimdjson_free(reader) }
        return unsafe add(text, to: reader)
    }

    /// The path of a value that stands under a name in the outermost object.
    static func path(_ name: String) -> String {
        var path = ""
        for character in name {
            if ".[\\".contains(character) { path += "\\" }
            path.append(character)
        }
        return path
    }

    @unsafe private static func add(_ path: String, to reader: OpaquePointer) -> Bool {
        let bytes = Array(path.utf8)
        return unsafe bytes.withUnsafeBufferPointer {
            unsafe csimdjson_add_path(reader, $0.baseAddress, $0.count) == 1
        }
    }

    /// Reads the document in `buffer[range]`; each path's value becomes a field of `fields`, in
    /// their order, empty where it is not there.
    /// - Returns: what is wrong with the document.
    func read(
        _ buffer: [UInt8], _ range: Range<Int>, into fields: inout FieldTable
    ) -> RecordProblem? {
        if let problem = read(buffer, range, wantsAll: false) { return problem }
        fields.begin()
        guard let container = unsafe takeValues({ unsafe fields.append($0, place: $1) }) else {
            return nil
        }
        return RecordProblem(
            "not-a-value", field: container, found: "an object or a list",
            expected: "a text, a number, true or false",
            hint: "name a value inside it, as \(paths[container]).name or \(paths[container])[0]")
    }

    /// As ``read(_:_:into:)`` for a record of a run, into memory that the caller has made room in.
    /// - Parameters:
    ///   - arena: gets the values behind `arenaEnd`, which moves on.
    ///   - starts: where the fields begin in the arena, from the first on; `ends` likewise.
    /// - Returns: whether the document is a plain record that the arena has room for; there is
    ///   nothing of it in the fields where it is none.
    func readRow(
        _ buffer: [UInt8], _ range: Range<Int>, arena: inout [UInt8], arenaEnd: inout Int,
        starts: inout MutableSpan<UInt32>, ends: inout MutableSpan<UInt32>, firstField: Int
    ) -> Bool {
        if shapes.areUseful {
            var span = arena.mutableSpan
            let isCut = shapes.cut(
                buffer.span, range, arena: &span, arenaEnd: &arenaEnd, starts: &starts,
                ends: &ends, firstField: firstField)
            if isCut { return true }
        }
        let isRead = parseRow(
            buffer, range, arena: &arena, arenaEnd: &arenaEnd, starts: &starts, ends: &ends,
            firstField: firstField)
        if isRead, shapes.areUseful {
            shapes.learn(buffer.span, range, places: valuePlaces)
        }
        return isRead
    }

    /// Where each path's value begins in the document that was read last; 0 where it is not there.
    private var valuePlaces: [Int] {
        guard let values = unsafe csimdjson_values(reader) else { return [] }
        return paths.indices.map { unsafe Int(values[$0].place) }
    }

    private func parseRow(
        _ buffer: [UInt8], _ range: Range<Int>, arena: inout [UInt8], arenaEnd: inout Int,
        starts: inout MutableSpan<UInt32>, ends: inout MutableSpan<UInt32>, firstField: Int
    ) -> Bool {
        precondition(starts.count - firstField >= paths.count, "no room for its fields")
        let status = unsafe buffer.withUnsafeBufferPointer { bytes in
            unsafe arena.withUnsafeMutableBufferPointer { arena in
                unsafe starts.withUnsafeMutableBufferPointer { starts in
                    unsafe ends.withUnsafeMutableBufferPointer { ends in
                        unsafe csimdjson_read_row(
                            reader, bytes.baseAddress.map { unsafe $0 + range.lowerBound },
                            range.count, bytes.count - range.lowerBound, arena.baseAddress,
                            arena.count, &arenaEnd,
                            starts.baseAddress.map { unsafe $0 + firstField },
                            ends.baseAddress.map { unsafe $0 + firstField })
                    }
                }
            }
        }
        return status == CSIMDJSON_OK.rawValue
    }

    /// Hands on each path's value with its place in the document; one without bytes where it is not
    /// there.
    /// - Returns: the first path that leads to an object or a list.
    private func takeValues(
        _ take: (UnsafeBufferPointer<UInt8>, Int) -> Void
    ) -> Int? {
        var container: Int?
        guard let values = unsafe csimdjson_values(reader) else { return nil }
        for index in paths.indices {
            let value = unsafe values[index]
            if unsafe value.kind == CSIMDJSON_CONTAINER.rawValue { container = container ?? index }
            unsafe take(
                UnsafeBufferPointer(start: value.bytes, count: Int(value.length)),
                Int(value.place))
        }
        return container
    }

    /// Every value of a document that is no object or list, with its path.
    /// - Returns: what is wrong with the document, or `nil`.
    func readAll(
        _ buffer: [UInt8], _ range: Range<Int>, into entries: inout [JSONEntry]
    ) -> RecordProblem? {
        entries.removeAll(keepingCapacity: true)
        if let problem = read(buffer, range, wantsAll: true) { return problem }
        let values = unsafe UnsafeBufferPointer(
            start: csimdjson_values(reader), count: csimdjson_value_count(reader))
        for index in 0..<values.count {
            let value = unsafe values[index]
            let name = unsafe UnsafeBufferPointer(
                start: csimdjson_names(reader) + Int(value.name_start),
                count: Int(value.name_end - value.name_start))
            let bytes = unsafe UnsafeBufferPointer(start: value.bytes, count: Int(value.length))
            entries.append(
                JSONEntry(
                    path: unsafe String(decoding: name, as: UTF8.self),
                    value: unsafe Array(bytes)))
        }
        return nil
    }

    private func read(
        _ buffer: [UInt8], _ range: Range<Int>, wantsAll: Bool
    ) -> RecordProblem? {
        let status = unsafe buffer.withUnsafeBufferPointer { bytes in
            let start = unsafe bytes.baseAddress.map { unsafe $0 + range.lowerBound }
            let capacity = bytes.count - range.lowerBound
            return wantsAll
                ? unsafe csimdjson_read_all(reader, start, range.count, capacity)
                : unsafe csimdjson_read(reader, start, range.count, capacity)
        }
        guard status != CSIMDJSON_OK.rawValue else { return nil }
        var problem = JSONFieldReader.problem(UInt32(status))
        problem.column = unsafe min(Int(csimdjson_error_place(reader)), range.count) + 1
        return problem
    }

    private static func problem(_ status: UInt32) -> RecordProblem {
        switch status {
        case CSIMDJSON_NOT_UTF8.rawValue:
            RecordProblem("not-utf8", expected: "text in UTF-8")
        case CSIMDJSON_TOO_DEEP.rawValue:
            RecordProblem(
                "json-too-deep", found: "more", expected: "at most \(depthLimit) levels")
        case CSIMDJSON_TWICE.rawValue:
            RecordProblem(
                "duplicate-key", found: "a key twice", expected: "each key once",
                hint: "which of the two values is meant cannot be known")
        case CSIMDJSON_NOT_AN_OBJECT.rawValue:
            RecordProblem("not-an-object", expected: "a JSON object, as {\"id\": 1}")
        case CSIMDJSON_NO_MEMORY.rawValue:
            RecordProblem("no-memory", expected: "memory for a document of this size")
        default:
            RecordProblem(
                "bad-json", expected: "a JSON document",
                hint: "the column is that of the last value that was understood")
        }
    }
}

extension JSONFieldReader {
    /// The name that ``path(_:)`` made a path of.
    static func name(_ path: String) -> String {
        var name = ""
        var isEscaped = false
        for character in path {
            if character == "\\", !isEscaped {
                isEscaped = true
            } else {
                name.append(character)
                isEscaped = false
            }
        }
        return name
    }
}
