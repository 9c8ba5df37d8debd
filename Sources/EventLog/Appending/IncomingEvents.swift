// A batch's events in the log's own terms: by field, with the log's symbols.

import Events
import Synchronization
import Parallelism

/// What is about to be appended.
struct IncomingEvents: Sendable {
    private(set) var columns: EventColumns
    private let batch: AppendBatch

    var count: Int { columns.count }

    /// - Throws: never for rows; for columns whose attributes are not what ``EventCodec`` writes.
    init(
        _ batch: AppendBatch, _ symbols: inout SymbolMap, _ names: inout Interner
    ) throws(EventFormatError) {
        self.batch = batch
        symbols.prepare(for: batch.names)
        if let given = batch.columns {
            columns = given.columns
        } else {
            columns = EventColumns()
            for pending in batch.events {
                columns.append(
                    pending.event, recordedAt: pending.recordedAt ?? batch.recordedAt)
            }
        }
        // Most batches have few new names or none, and then most columns are done in one pass.
        let unnamed = try translate(
            NamedColumn.allCases, symbols, isChecked: batch.columns == nil)
        guard !unnamed.isEmpty else { return }
        for column in unnamed { try note(column, &symbols) }
        symbols.enterNoted(batch.names, &names)
        let rest = try translate(unnamed, symbols, isChecked: true)
        precondition(rest.isEmpty, "\(rest) hold symbols without names")
    }

    /// Gives the columns the log's symbols.
    /// - Returns: those that hold a symbol without one, which stay as they are.
    private mutating func translate(
        _ wanted: [NamedColumn], _ symbols: SymbolMap, isChecked: Bool
    ) throws(EventFormatError) -> [NamedColumn] {
        var unnamed: [NamedColumn] = []
        guard count >= Parallel.worthwhileRowCount else {
            if !isChecked { try columns.checkValues() }
            for column in wanted {
                let translation = try Translation(column, columns, symbols)
                if !take(translation, for: column) { unnamed.append(column) }
            }
            return unnamed
        }
        let given = columns
        let results = Mutex<[Translation?]>(Array(repeating: nil, count: wanted.count))
        let failure = Mutex<EventFormatError?>(nil)
        Parallel.perform(wanted.count + 1, isLarge: true) { place in
            do throws(EventFormatError) {
                guard place < wanted.count else {
                    if !isChecked { try given.checkValues() }
                    return
                }
                let result = try Translation(wanted[place], given, symbols)
                results.withLock { $0[place] = result }
            } catch {
                failure.withLock { $0 = error }
            }
        }
        if let failure = failure.withLock({ $0 }) { throw failure }
        for (column, result) in zip(wanted, results.withLock({ $0 }))
        where !take(result, for: column) {
            unnamed.append(column)
        }
        return unnamed
    }

    /// Whether there is a translation to take.
    private mutating func take(_ translation: Translation?, for column: NamedColumn) -> Bool {
        switch (column, translation) {
        case (.codes(let column), .codes(let values)): columns[column] = values
        case (.list(let column), .list(let packed)): columns[column] = packed
        default: return false
        }
        return true
    }

    /// Notes the symbols of a column that have no number in the log yet.
    private func note(
        _ column: NamedColumn, _ symbols: inout SymbolMap
    ) throws(EventFormatError) {
        guard case .list(let list) = column else {
            if case .codes(let codes) = column {
                symbols.note(columns[codes], column: column.number)
            }
            return
        }
        let source = columns[list]
        var scratch: [UInt8] = []
        for row in 0..<source.count where !source.range(row).isEmpty {
            var index = 0
            scratch.removeAll(keepingCapacity: true)
            try list.copyNamed(source.bytes, source.range(row), into: &scratch) { symbol in
                index += 1
                symbols.note(symbol, row: row, column: column.number, index: index)
                return symbol
            }
        }
    }

    /// The event of a row, and the record it came from.
    func pending(_ row: Int) throws(EventFormatError) -> PendingEvent {
        let event = try columns.event(row)
        if let given = batch.columns {
            let place = given.places.isEmpty ? nil : given.places[row]
            return PendingEvent(
                event: event, record: given.records[row], line: place?.line,
                byteOffset: place?.byteOffset)
        }
        let given = batch.events[row]
        return PendingEvent(
            event: event, record: given.record, line: given.line, byteOffset: given.byteOffset)
    }

    func record(_ row: Int) -> Int { batch.eventRecord(row) }

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
        var previous: UInt32?
        for kind in self[.kind] where kind != previous {
            guard UInt16(exactly: kind).flatMap(EventKind.init(rawValue:)) != nil else {
                throw .unknownCode(field: "kind", value: UInt64(kind))
            }
            previous = kind
        }
        for (column, limit) in [
            (CodeColumn.direction, Direction.allCases.count),
            (.actor, ActorKind.allCases.count), (.outcome, Outcome.allCases.count),
            (.presence, Int(Presence.all) + 1),
        ] {
            var greatest: UInt32 = 0
            for value in self[column] { greatest = max(greatest, value) }
            guard greatest < limit else {
                throw .unknownCode(field: "\(column)", value: UInt64(greatest))
            }
        }
        guard count > 0 else { return }
        let offsets = self[.offsetMinutes]
        let extremes = BlockFacts.extremes(offsets.span)
        for offset in [extremes.least, extremes.greatest] where Int16(exactly: offset) == nil {
            throw .unknownCode(field: "offset", value: UInt64(bitPattern: offset))
        }
        let keys = self[.key]
        // Plain ASCII, as almost always, needs no look at each key.
        var bits: UInt8 = 0
        for byte in keys.bytes { bits |= byte }
        guard bits > 0x7f else { return }
        for row in 0..<keys.count {
            guard String(validating: keys.bytes[keys.range(row)], as: UTF8.self) != nil else {
                throw .invalidText(at: row)
            }
        }
    }
}
