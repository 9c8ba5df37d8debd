// A record whose values carry their names, as those of process-mining files do.

import Events

/// Names and values, in the order in which they were given.
struct NamedValues {
    private var arena: [UInt8] = []
    private var entries: [(name: Range<Int>, value: Range<Int>)] = []

    mutating func append(_ name: some Collection<UInt8>, _ value: some Collection<UInt8>) {
        let start = arena.count
        arena.append(contentsOf: name)
        let middle = arena.count
        arena.append(contentsOf: value)
        entries.append((start..<middle, middle..<arena.count))
    }

    /// Appends the others, with `prefix` before each name.
    mutating func append(_ others: NamedValues, prefix: String = "") {
        for (name, value) in others.entries {
            append(Array(prefix.utf8) + others.arena[name], others.arena[value])
        }
    }

    mutating func removeAll() {
        arena.removeAll(keepingCapacity: true)
        entries.removeAll(keepingCapacity: true)
    }

    /// The value of a name; the last one where there are several.
    func value(_ name: String) -> ArraySlice<UInt8>? {
        entries.last { arena[$0.name].elementsEqual(name.utf8) }.map { arena[$0.value] }
    }

    /// Makes the values of some names a record's fields; those that are not there are empty.
    /// - Parameter places: the field of each name.
    func fill(_ fields: inout FieldTable, count: Int, places: ByteTable) {
        var values = [Range<Int>](repeating: 0..<0, count: count)
        let bytes = arena.span
        for (name, value) in entries {
            if let place = places.find(bytes, name) { values[Int(place)] = value }
        }
        fields.begin()
        for value in values { fields.append(arena[value], place: 0) }
    }

    /// The record as one JSON object with texts, so that it can be read again on its own.
    func appendJSON(to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "{"))
        for (index, entry) in entries.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            NamedValues.appendText(arena[entry.name], to: &bytes)
            bytes.append(UInt8(ascii: ":"))
            NamedValues.appendText(arena[entry.value], to: &bytes)
        }
        bytes.append(UInt8(ascii: "}"))
    }

    /// A JSON text. Source: RFC 8259, section 7.
    private static func appendText(_ text: ArraySlice<UInt8>, to bytes: inout [UInt8]) {
        let digits = Array("0123456789abcdef".utf8)
        bytes.append(UInt8(ascii: "\""))
        for byte in text {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case ..<0x20:
                bytes += "\\u00".utf8
                bytes.append(digits[Int(byte >> 4)])
                bytes.append(digits[Int(byte & 0xf)])
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}

/// Records that wait to be given, and what their stream says about them.
struct NamedRecordQueue {
    private struct Waiting {
        var values: NamedValues
        var line: Int
        var byteOffset: Int
        var problem: RecordProblem?
    }

    let columnNames: [String]
    private(set) var buffer: [UInt8] = []
    private var places = ByteTable()
    private var waiting: [Waiting] = []
    private var next = 0

    /// - Parameter names: the values that become fields.
    init(columnNames names: [String]) {
        columnNames = names
        for (index, name) in names.enumerated() { places.insert(name, value: UInt32(index)) }
    }

    mutating func add(
        _ values: NamedValues, line: Int, byteOffset: Int, problem: RecordProblem? = nil
    ) {
        waiting.append(
            Waiting(values: values, line: line, byteOffset: byteOffset, problem: problem))
    }

    /// The next record that waits; `nil` where none does.
    mutating func take(_ fields: inout FieldTable) -> RecordPlace? {
        guard next < waiting.count else {
            waiting.removeAll(keepingCapacity: true)
            next = 0
            return nil
        }
        let record = waiting[next]
        next += 1
        buffer.removeAll(keepingCapacity: true)
        record.values.appendJSON(to: &buffer)
        record.values.fill(&fields, count: columnNames.count, places: places)
        return RecordPlace(
            range: 0..<buffer.count, line: record.line, byteOffset: record.byteOffset,
            state: record.problem.map { .malformed($0) } ?? .whole)
    }
}
