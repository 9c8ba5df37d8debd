// The interaction of an event: who, where, how long, and how it ended.

import Events

extension RecordConverter {
    mutating func addInteraction(
        _ template: Int, start: RecordMoment, _ bytes: Span<UInt8>, _ fields: FieldTable,
        to row: inout EventRow, interner: inout Interner
    ) throws {
        for index in rules.templates[template].codes.indices {
            let column = rules.templates[template].codes[index].column
            let code = try rules.templates[template].codes[index].rule.code(
                bytes, fields, interner: &interner)
            row[column] = code == CompiledRule.untrusted ? 0 : code
        }
        let agent = try rules.templates[template].agent?.code(
            bytes, fields, interner: &interner, sealer: sealer)
        if let agent { row[.agent] = agent == CompiledRule.untrusted ? 0 : agent }
        for index in rules.templates[template].spans.indices {
            let span = rules.templates[template].spans[index]
            if let value = try duration(span.rule, bytes, fields) {
                row.set(span.column, value, span.presence)
            }
        }
        switch try rules.templates[template].ended?.end(bytes, fields, of: start) {
        case nil, .notStated?: break
        case .at(let end, let field)?:
            row.set(
                .ended, end.instant.microseconds &- start.instant.microseconds, Presence.ended)
            warn(about: end.reading, field: field, zoneName: mapping.zone.name, fields)
        case .impossible(let field)?:
            warn(
                "ended-before-start", field: field, fields,
                expected: "an end that is not before the beginning")
        }
    }

    /// A length of time in microseconds; `nil` where it is not stated, or negative, which is
    /// counted.
    private mutating func duration(
        _ rule: CompiledDuration, _ bytes: Span<UInt8>, _ fields: FieldTable
    ) throws -> Int64? {
        switch try read(rule, bytes, fields) {
        case .notStated: return nil
        case .length(let microseconds): return microseconds
        case .negative:
            warn(
                "negative-duration", field: rule.field, fields,
                expected: "a length of time that is not negative")
            return nil
        }
    }

    /// What a record says of a length of time.
    enum StatedDuration {
        case notStated, negative
        case length(Int64)
    }

    func read(
        _ rule: CompiledDuration, _ bytes: Span<UInt8>, _ fields: FieldTable
    ) throws -> StatedDuration {
        let range = fields.range(rule.field)
        let value: Int64?
        var expected = "a number"
        switch rule.form {
        case .number(_, let unit):
            if range.isEmpty { return .notStated }
            value = FieldText.scaledDecimal(
                bytes, range, by: unit, point: mapping.decimalPoint)
        case .clock:
            if range.isEmpty { return .notStated }
            value = FieldText.clockDuration(bytes, range)
            expected = "hours, minutes and seconds, as 0:05:30"
        case .iso:
            if range.isEmpty { return .notStated }
            value = FieldText.isoDuration(bytes, range)
            expected = "a length of time in ISO 8601, as PT5M30S"
        case .between(let from, let to):
            guard let start = try from.moment(bytes, fields),
                let end = try to.moment(bytes, fields)
            else { return .notStated }
            value = end.instant.microseconds - start.instant.microseconds
        }
        guard let value else {
            throw RecordProblem(
                "bad-duration", field: rule.field, expected: expected,
                hint: "it is \(rule.target) by the mapping")
        }
        guard value >= 0 else { return .negative }
        guard value <= EventLimits.longest.microseconds else {
            throw RecordProblem(
                "out-of-range", field: rule.field, expected: "at most ten years")
        }
        return .length(value)
    }

    /// Puts the record's personal values beside its row, as they are: they are
    /// sealed with all of the batch, before it is handed over.
    mutating func addPersonalFields(
        _ template: Int, isInteraction: Bool, _ bytes: Span<UInt8>, _ fields: FieldTable,
        row: Int, to rows: inout RecordRows, interner: inout Interner
    ) throws {
        if isInteraction,
            let value = try rules.templates[template].agent?.personalValue(
                bytes, fields, interner: &interner, sealer: sealer)
        {
            rows.personal.append(PersonalValue(row: row, name: value.name, bytes: value.bytes))
        }
        if let value = try rules.templates[template].customer?.personalValue(
            bytes, fields, interner: &interner, sealer: sealer)
        {
            rows.personal.append(PersonalValue(row: row, name: value.name, bytes: value.bytes))
        }
        for index in rules.templates[template].personal.indices {
            if let value = try rules.templates[template].personal[index].value(
                bytes, fields, interner: &interner, sealer: sealer)
            {
                rows.personal.append(
                    PersonalValue(row: row, name: value.name, bytes: value.bytes))
            }
        }
    }
}
