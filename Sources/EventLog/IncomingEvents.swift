// A batch's events in the log's own terms: by field, with the log's symbols.

import Events

/// What is about to be appended.
struct IncomingEvents {
    private(set) var columns: EventColumns
    private let batch: AppendBatch
    /// Columns of lists whose names are the log's by now.
    private var isNamed = [Bool](repeating: false, count: BytesColumn.allCases.count)

    var count: Int { columns.count }

    /// - Throws: never for rows; for columns whose attributes are not what ``EventCodec`` writes.
    init(
        _ batch: AppendBatch, _ symbols: inout SymbolMap, _ names: inout Interner
    ) throws(EventFormatError) {
        self.batch = batch
        symbols.prepare(for: batch.interner)
        if let given = batch.columns {
            try given.columns.checkValues()
            columns = given.columns
        } else {
            columns = EventColumns()
            for pending in batch.events {
                columns.append(
                    pending.event, recordedAt: pending.recordedAt ?? batch.recordedAt)
            }
        }
        for column in CodeColumn.allCases where column.isSymbol {
            symbols.note(columns[column], column: column.rawValue)
        }
        for column in [BytesColumn.attributes, .personal] {
            try mapNames(of: column, &symbols)
        }
        symbols.enterNoted(batch.interner, &names)
        for column in CodeColumn.allCases where column.isSymbol {
            columns[column] = symbols.mapped(columns[column])
        }
        for column in [BytesColumn.attributes, .personal] where !isNamed[column.rawValue] {
            try mapNames(of: column, &symbols)
        }
    }

    /// Gives the names in a column of lists the log's symbols, where all of them have one; those
    /// that have none are noted, and the column stays as it is.
    private mutating func mapNames(
        of column: BytesColumn, _ symbols: inout SymbolMap
    ) throws(EventFormatError) {
        let source = columns[column]
        guard !source.bytes.isEmpty else {
            isNamed[column.rawValue] = true
            return
        }
        if column == .attributes, try replaceNames(symbols) {
            isNamed[column.rawValue] = true
            return
        }
        var mapped = PackedBytes()
        mapped.bytes.reserveCapacity(source.bytes.count + source.count)
        mapped.ends.reserveCapacity(source.count)
        var areAllNamed = true
        let place = CodeColumn.allCases.count + column.rawValue
        for row in 0..<source.count {
            let range = source.range(row)
            if !range.isEmpty {
                var index = 0
                func target(_ symbol: Symbol) -> Symbol {
                    index += 1
                    if !symbols.isMapped(symbol, row: row, column: place, index: index) {
                        areAllNamed = false
                    }
                    return symbols.target(of: symbol)
                }
                if column == .attributes {
                    try EventCodec.copyAttributes(
                        source.bytes, range, into: &mapped.bytes, target)
                } else {
                    try EventCodec.copyPersonalFields(
                        source.bytes, range, into: &mapped.bytes, target)
                }
            }
            mapped.ends.append(UInt32(mapped.bytes.count))
        }
        isNamed[column.rawValue] = areAllNamed
        if areAllNamed { columns[column] = mapped }
    }

    /// Names all attributes in place, which is possible where every name has a symbol in the log
    /// that takes as many bytes as the reader's.
    private mutating func replaceNames(_ symbols: SymbolMap) throws(EventFormatError) -> Bool {
        var packed = columns[.attributes]
        var areAllNamed = true
        func target(_ symbol: Symbol) -> Symbol {
            guard let target = symbols.knownTarget(of: symbol) else {
                areAllNamed = false
                return symbol
            }
            return target
        }
        for row in 0..<packed.count {
            let range = packed.range(row)
            guard !range.isEmpty else { continue }
            let isDone = try EventCodec.replaceAttributeNames(&packed.bytes, range, target)
            guard isDone, areAllNamed else { return false }
        }
        columns[.attributes] = packed
        return true
    }

    /// The event of a row, and the record it came from.
    func pending(_ row: Int) throws(EventFormatError) -> PendingEvent {
        let event = try columns.event(row)
        guard batch.columns == nil else {
            return PendingEvent(event: event, record: record(row))
        }
        let given = batch.events[row]
        return PendingEvent(
            event: event, record: given.record, line: given.line, byteOffset: given.byteOffset)
    }

    func record(_ row: Int) -> Int {
        batch.columns?.records[row] ?? batch.events[row].record
    }

    /// Only the rows given, in their order.
    mutating func keep(_ rows: [Int]) {
        columns = columns.rows(rows)
    }
}

extension EventColumns {
    /// The rows given, in their order.
    func rows(_ rows: [Int]) -> EventColumns {
        var result = EventColumns()
        for index in codes.indices { result.codes[index] = rows.map { codes[index][$0] } }
        for index in numbers.indices { result.numbers[index] = rows.map { numbers[index][$0] } }
        for index in bytes.indices {
            for row in rows {
                result.bytes[index].append(bytes[index].bytes[bytes[index].range(row)])
            }
        }
        return result
    }

    /// The rows of `other` behind one's own.
    mutating func append(_ other: EventColumns) {
        for index in codes.indices { codes[index] += other.codes[index] }
        for index in numbers.indices { numbers[index] += other.numbers[index] }
        for index in bytes.indices {
            let start = UInt32(bytes[index].bytes.count)
            bytes[index].bytes += other.bytes[index].bytes
            bytes[index].ends += other.bytes[index].ends.map { $0 + start }
        }
    }
}

extension EventColumns {
    /// Whether every row is an event: what a block takes unseen no reader would get past.
    fileprivate func checkValues() throws(EventFormatError) {
        func check(_ column: CodeColumn, _ isValid: (UInt32) -> Bool) throws(EventFormatError) {
            var previous: UInt32?
            for value in self[column] where value != previous {
                guard isValid(value) else {
                    throw .unknownCode(field: "\(column)", value: UInt64(value))
                }
                previous = value
            }
        }
        try check(.kind) { UInt16(exactly: $0).flatMap(EventKind.init(rawValue:)) != nil }
        try check(.direction) { $0 < Direction.allCases.count }
        try check(.actor) { $0 < ActorKind.allCases.count }
        try check(.outcome) { $0 < Outcome.allCases.count }
        try check(.presence) { $0 <= Presence.all }
        for offset in self[.offsetMinutes] where Int16(exactly: offset) == nil {
            throw .unknownCode(field: "offset", value: UInt64(bitPattern: offset))
        }
        let keys = self[.key]
        // Plain ASCII, as almost always, needs no look at each key.
        guard keys.bytes.contains(where: { $0 > 0x7f }) else { return }
        for row in 0..<keys.count {
            guard String(validating: keys.bytes[keys.range(row)], as: UTF8.self) != nil else {
                throw .invalidText(at: row)
            }
        }
    }
}
