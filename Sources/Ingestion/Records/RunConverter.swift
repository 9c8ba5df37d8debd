// Many plain records at once, rule by rule: each rule's loop runs over all of them before the next
// one begins. Whatever is not plain - a value that is refused, a warning, a record left out - is
// left to the converter that takes records one by one, whose results these are.

import Events

/// The rows of a run, as far as they are plain.
struct ConvertedRun {
    var columns = EventColumns()
    /// Rows for the converter of single records.
    var isLeft: [Bool] = []
    var personal: [PersonalValue] = []

    mutating func begin(_ count: Int) {
        columns.removeAll()
        personal.removeAll(keepingCapacity: true)
        isLeft.removeAll(keepingCapacity: true)
        isLeft.append(contentsOf: repeatElement(false, count: count))
    }
}

extension RecordConverter {
    /// Whether records can be converted in runs: each becomes one event.
    var canConvertRuns: Bool {
        rules.templates.count == 1 && rules.templates[0].conditions.isEmpty
    }

    /// Converts the records of a run, as far as they are plain.
    /// - Parameter bytes: what the ranges of `fields` lie in.
    /// - Throws: what the sealer throws.
    mutating func convert(
        _ bytes: Span<UInt8>, _ fields: inout FieldTable, into run: inout ConvertedRun,
        interner: inout Interner
    ) throws {
        let count = fields.rowCount
        run.begin(count)
        leaveOut(bytes, &fields, &run)
        rules.templates[0].convert(bytes, &fields, into: &run, rules.source, &interner)
        convertMoments(bytes, &fields, into: &run)
        try convertCustomers(bytes, &fields, into: &run, &interner)
        convertInteractions(bytes, &fields, into: &run)
        convertKeysAndAttributes(bytes, &fields, into: &run)
        try addPersonalValues(bytes, &fields, to: &run, &interner)
        run.columns.fillUp(to: count)
    }

    private func leaveOut(
        _ bytes: Span<UInt8>, _ fields: inout FieldTable, _ run: inout ConvertedRun
    ) {
        guard !rules.leaveOut.isEmpty else { return }
        for row in 0..<fields.rowCount {
            fields.select(row)
            do {
                for conditions in rules.leaveOut where try conditions.allHold(bytes, fields) {
                    run.isLeft[row] = true
                }
            } catch {
                run.isLeft[row] = true
            }
        }
    }

    /// When: instants and their offsets.
    private mutating func convertMoments(
        _ bytes: Span<UInt8>, _ fields: inout FieldTable, into run: inout ConvertedRun
    ) {
        let count = fields.rowCount
        var instants: [Int64] = []
        var offsets: [Int64] = []
        instants.reserveCapacity(count)
        offsets.reserveCapacity(count)
        for row in 0..<count {
            fields.select(row)
            let moment: RecordMoment?
            do {
                moment = try rules.templates[0].time.cachedMoment(bytes, fields)
            } catch {
                moment = nil
            }
            if let moment, case .unique = moment.reading, remark(on: moment.instant) == nil {
                instants.append(moment.instant.microseconds)
                offsets.append(Int64(moment.offsetMinutes))
            } else {
                run.isLeft[row] = true
                instants.append(0)
                offsets.append(0)
            }
        }
        run.columns[.at] = instants
        run.columns[.offsetMinutes] = offsets
    }

    /// Who: customers, and the agents of interactions.
    private mutating func convertCustomers(
        _ bytes: Span<UInt8>, _ fields: inout FieldTable, into run: inout ConvertedRun,
        _ interner: inout Interner
    ) throws {
        run.columns[.customer] = try identifiers(
            \.customer, bytes, &fields, &run.isLeft, &interner)
        run.columns[.agent] = try identifiers(\.agent, bytes, &fields, &run.isLeft, &interner)
    }

    private mutating func identifiers(
        _ path: WritableKeyPath<CompiledTemplate, CompiledIdentifier?>, _ bytes: Span<UInt8>,
        _ fields: inout FieldTable, _ isLeft: inout [Bool], _ interner: inout Interner
    ) throws -> [UInt32] {
        guard var identifier = rules.templates[0][keyPath: path] else { return [] }
        // Out of its place while it changes, so that its tables are not copied.
        rules.templates[0][keyPath: path] = nil
        defer { rules.templates[0][keyPath: path] = identifier }
        return try identifier.codes(
            bytes, &fields, &isLeft, interner: &interner, sealer: sealer)
    }

    private mutating func convertKeysAndAttributes(
        _ bytes: Span<UInt8>, _ fields: inout FieldTable, into run: inout ConvertedRun
    ) {
        let template = rules.templates[0]
        let hasAttributes = !template.attributes.isEmpty
        var attributes: [Attribute] = []
        var keys = PackedBytes()
        swap(&keys, &run.columns[.key])
        for row in 0..<fields.rowCount {
            fields.select(row)
            var encoded: [UInt8] = []
            do {
                try appendKey(template.id, bytes, fields, to: &keys)
                if hasAttributes {
                    attributes.removeAll(keepingCapacity: true)
                    for rule in template.attributes {
                        if let attribute = try attribute(rule, bytes, fields) {
                            attributes.append(attribute)
                        }
                    }
                    if !attributes.isEmpty { encoded = EventCodec.bytes(of: attributes) }
                }
            } catch {
                run.isLeft[row] = true
                if keys.count == row { keys.append([]) }
            }
            if hasAttributes { run.columns[.attributes].append(encoded) }
        }
        swap(&keys, &run.columns[.key])
    }

    private mutating func addPersonalValues(
        _ bytes: Span<UInt8>, _ fields: inout FieldTable, to run: inout ConvertedRun,
        _ interner: inout Interner
    ) throws {
        guard rules.templates[0].hasPersonalValues else { return }
        var rows = RecordRows()
        for row in 0..<fields.rowCount where !run.isLeft[row] {
            fields.select(row)
            let isInteraction = run.columns[.presence][row] & Presence.interaction != 0
            do {
                try addPersonalFields(
                    0, isInteraction: isInteraction, bytes, fields, row: row, to: &rows,
                    interner: &interner)
            } catch is RecordProblem {
                run.isLeft[row] = true
            }
        }
        run.personal = rows.personal.filter { !run.isLeft[$0.row] }
    }

    /// Lengths of time, and which rows are interactions.
    private mutating func convertInteractions(
        _ bytes: Span<UInt8>, _ fields: inout FieldTable, into run: inout ConvertedRun
    ) {
        let count = fields.rowCount
        let template = rules.templates[0]
        var presence = [UInt32](repeating: 0, count: count)
        if let money = template.money {
            addMoney(money, bytes, &fields, to: &run, &presence)
        }
        for (row, kind) in run.columns[.kind].enumerated()
        where template.isInteraction[Int(kind)] {
            presence[row] |= Presence.interaction
        }
        for span in template.spans {
            run.columns[span.column] = durations(span, bytes, &fields, &run.isLeft, &presence)
        }
        if let ended = template.ended { addEnds(ended, bytes, &fields, to: &run, &presence) }
        run.columns[.presence] = presence
        // An event that is no interaction has none of an interaction's fields.
        guard presence.contains(where: { $0 & Presence.interaction == 0 }) else { return }
        for row in 0..<count where presence[row] & Presence.interaction == 0 {
            presence[row] &= Presence.money
            for column in CodeColumn.ofInteractions where !run.columns[column].isEmpty {
                run.columns[column][row] = 0
            }
            for column in NumberColumn.ofInteractions where !run.columns[column].isEmpty {
                run.columns[column][row] = 0
            }
        }
        run.columns[.presence] = presence
    }

    private func durations(
        _ span: CompiledSpan, _ bytes: Span<UInt8>, _ fields: inout FieldTable,
        _ isLeft: inout [Bool], _ presence: inout [UInt32]
    ) -> [Int64] {
        var values: [Int64] = []
        values.reserveCapacity(fields.rowCount)
        guard case .number(let column, let unit) = span.rule.form else {
            for row in 0..<fields.rowCount {
                fields.select(row)
                switch plainDuration(span.rule, bytes, fields) {
                case .length(let value)?:
                    values.append(value)
                    presence[row] |= span.presence
                case .notStated?: values.append(0)
                case .negative?, nil:
                    values.append(0)
                    isLeft[row] = true
                }
            }
            return values
        }
        let point = mapping.decimalPoint
        for row in 0..<fields.rowCount {
            fields.select(row)
            let range = fields.range(column)
            guard !range.isEmpty else {
                values.append(0)
                continue
            }
            let value = FieldText.scaledDecimal(bytes, range, by: unit, point: point)
            if let value, (0...EventLimits.longest.microseconds).contains(value) {
                values.append(value)
                presence[row] |= span.presence
            } else {
                values.append(0)
                isLeft[row] = true
            }
        }
        return values
    }

    private func plainDuration(
        _ rule: CompiledDuration, _ bytes: Span<UInt8>, _ fields: FieldTable
    ) -> StatedDuration? {
        do {
            return try read(rule, bytes, fields)
        } catch {
            return nil
        }
    }

    private func addMoney(
        _ rule: (column: Int, thousandthsPerUnit: Int64), _ bytes: Span<UInt8>,
        _ fields: inout FieldTable, to run: inout ConvertedRun, _ presence: inout [UInt32]
    ) {
        var amounts: [Int64] = []
        for row in 0..<fields.rowCount {
            fields.select(row)
            let range = fields.range(rule.column)
            let value = FieldText.amount(
                bytes, range, by: rule.thousandthsPerUnit, point: mapping.decimalPoint)
            amounts.append(value ?? 0)
            if value != nil {
                presence[row] |= Presence.money
            } else if !range.isEmpty {
                run.isLeft[row] = true
            }
        }
        run.columns[.money] = amounts
    }

    private func addEnds(
        _ rule: CompiledEnd, _ bytes: Span<UInt8>, _ fields: inout FieldTable,
        to run: inout ConvertedRun, _ presence: inout [UInt32]
    ) {
        var ends: [Int64] = []
        for row in 0..<fields.rowCount {
            fields.select(row)
            var end: Int64 = 0
            if !run.isLeft[row], presence[row] & Presence.interaction != 0 {
                let at = run.columns[.at][row]
                let local = at + 60_000_000 * run.columns[.offsetMinutes][row]
                let start = RecordMoment(
                    instant: Instant(microseconds: at),
                    offsetMinutes: Int16(run.columns[.offsetMinutes][row]),
                    localSeconds: local.flooredSeconds, reading: .unique)
                switch plainEnd(rule, bytes, fields, of: start) {
                case .notStated?: break
                case .at(let moment, _)?:
                    end = moment.instant.microseconds - at
                    presence[row] |= Presence.ended
                case .impossible?, nil: run.isLeft[row] = true
                }
            }
            ends.append(end)
        }
        run.columns[.ended] = ends
    }

    /// The end, unless there is anything to say about it.
    private func plainEnd(
        _ rule: CompiledEnd, _ bytes: Span<UInt8>, _ fields: FieldTable, of start: RecordMoment
    ) -> CompiledEnd.Result? {
        do {
            let result = try rule.end(bytes, fields, of: start)
            guard case .at(let moment, _) = result else { return result }
            if case .unique = moment.reading { return result }
            return nil
        } catch {
            return nil
        }
    }
}

extension Int64 {
    /// Microseconds as whole seconds, towards the past.
    fileprivate var flooredSeconds: Int64 {
        let seconds = self / 1_000_000
        return self % 1_000_000 < 0 ? seconds - 1 : seconds
    }
}

extension CodeColumn {
    fileprivate static let ofInteractions: [CodeColumn] = [
        .channel, .modality, .direction, .intent, .segment, .actor, .team, .tier, .agent,
        .outcome, .transferTarget,
    ]
}

extension NumberColumn {
    fileprivate static let ofInteractions: [NumberColumn] = [
        .automation, .wait, .talk, .hold, .wrapUp, .ended,
    ]
}

extension CompiledTemplate {
    /// The kind, the source, and the fields of an interaction that are codes.
    fileprivate mutating func convert(
        _ bytes: Span<UInt8>, _ fields: inout FieldTable, into run: inout ConvertedRun,
        _ source: SourceID, _ interner: inout Interner
    ) {
        run.columns[.kind] = kind.codes(bytes, &fields, &run.isLeft, interner: &interner)
        run.columns[.source] = Array(
            repeating: source.symbol.rawValue, count: fields.rowCount)
        run.columns[.issue] =
            issue?.codes(bytes, &fields, &run.isLeft, interner: &interner) ?? []
        for index in codes.indices {
            run.columns[codes[index].column] = codes[index].rule.codes(
                bytes, &fields, &run.isLeft, interner: &interner)
        }
    }

    fileprivate var hasPersonalValues: Bool {
        !personal.isEmpty || customer?.isPersonal == true || agent?.isPersonal == true
    }
}

extension EventColumns {
    /// Gives the columns that no rule filled their zeros.
    fileprivate mutating func fillUp(to count: Int) {
        for index in codes.indices where codes[index].isEmpty {
            codes[index].append(contentsOf: repeatElement(0, count: count))
        }
        for index in numbers.indices where numbers[index].isEmpty {
            numbers[index].append(contentsOf: repeatElement(0, count: count))
        }
        for index in bytes.indices where bytes[index].ends.isEmpty {
            bytes[index].ends.append(contentsOf: repeatElement(0, count: count))
        }
    }
}
