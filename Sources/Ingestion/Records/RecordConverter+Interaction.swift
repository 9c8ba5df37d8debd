// The measured part of a record, and its sealed values.

import Events

extension RecordConverter {
    mutating func interaction(
        _ bytes: Span<UInt8>, _ fields: FieldTable, start: RecordMoment,
        interner: inout Interner
    ) throws -> Interaction {
        var result = Interaction()
        try describe(&result, bytes, fields, interner: &interner)
        result.automation = try duration(rules.automation, bytes, fields)
        result.wait = try duration(rules.wait, bytes, fields)
        result.talk = try duration(rules.talk, bytes, fields)
        result.hold = try duration(rules.hold, bytes, fields)
        result.wrapUp = try duration(rules.wrapUp, bytes, fields)
        switch try rules.ended?.end(bytes, fields, of: start, zone: mapping.zone) {
        case nil, .notStated?: break
        case .at(let end, let field)?:
            result.ended = end.instant
            warn(about: end.reading, field: field, fields)
        case .impossible(let field)?:
            warn(
                "ended-before-start", field: field, fields,
                expected: "an end that is not before the beginning")
        }
        return result
    }

    /// Everything about the interaction that is not a time.
    private mutating func describe(
        _ result: inout Interaction, _ bytes: Span<UInt8>, _ fields: FieldTable,
        interner: inout Interner
    ) throws {
        if let code = try rules.channel?.code(bytes, fields, interner: &interner) {
            result.channel = ChannelID(Symbol(code))
        }
        if let code = try rules.modality?.code(bytes, fields, interner: &interner) {
            result.modality = Symbol(code)
        }
        if let code = try rules.intent?.code(bytes, fields, interner: &interner) {
            result.intent = IntentID(Symbol(code))
        }
        if let code = try rules.segment?.code(bytes, fields, interner: &interner) {
            result.segment = SegmentID(Symbol(code))
        }
        if let code = try rules.team?.code(bytes, fields, interner: &interner) {
            result.team = TeamID(Symbol(code))
        }
        if let code = try rules.tier?.code(bytes, fields, interner: &interner) {
            result.tier = Symbol(code)
        }
        if let code = try rules.transferTarget?.code(bytes, fields, interner: &interner) {
            result.transferTarget = TeamID(Symbol(code))
        }
        if let agent = try rules.agent?.symbol(
            bytes, fields, interner: &interner, sealer: sealer)
        {
            result.agent = AgentID(agent)
        }
        if let code = try rules.direction?.code(bytes, fields, interner: &interner) {
            result.direction = known(code, Direction.init(rawValue:))
        }
        if let code = try rules.actor?.code(bytes, fields, interner: &interner) {
            result.actor = known(code, ActorKind.init(rawValue:))
        }
        if let code = try rules.outcome?.code(bytes, fields, interner: &interner) {
            result.outcome = known(code, Outcome.init(rawValue:))
        }
    }

    /// The case behind a code: the mapping's names were checked when it was read.
    private func known<Case>(_ code: UInt32, _ make: (UInt8) -> Case?) -> Case {
        guard let value = make(UInt8(truncatingIfNeeded: code)) else {
            preconditionFailure("mapping \(mapping.file) gave \(Case.self) the code \(code)")
        }
        return value
    }

    /// A length of time; `nil` where it is not stated, or negative, which is counted.
    private mutating func duration(
        _ rule: CompiledDuration?, _ bytes: Span<UInt8>, _ fields: FieldTable
    ) throws -> TimeSpan? {
        guard let rule else { return nil }
        let range = fields.range(rule.column)
        if range.isEmpty { return nil }
        guard
            let value = FieldText.scaledDecimal(bytes, range, by: rule.unitMicroseconds)
        else {
            throw RecordProblem(
                "bad-duration", field: rule.column, expected: "a number",
                hint: "it is \(rule.target) by the mapping")
        }
        guard value >= 0 else {
            warn(
                "negative-duration", field: rule.column, fields,
                expected: "a length of time that is not negative")
            return nil
        }
        guard value <= RecordConverter.longestMicroseconds else {
            throw RecordProblem(
                "out-of-range", field: rule.column, expected: "at most ten years")
        }
        return TimeSpan(microseconds: value)
    }

    /// Ten years: nothing that a source measures takes longer.
    private static var longestMicroseconds: Int64 { 3_653 * 86_400_000_000 }

    /// Puts the record's personal values into the event, as they are: they are sealed with all of
    /// the batch, before it is handed over.
    mutating func addPersonalFields(
        to event: inout Event, _ bytes: Span<UInt8>, _ fields: FieldTable,
        interner: inout Interner
    ) throws {
        if event.interaction != nil, rules.agent?.isPersonal == true {
            try add(
                rules.agent?.personalField(bytes, fields, interner: &interner, sealer: sealer),
                to: &event)
        }
        try add(
            rules.customer?.personalField(bytes, fields, interner: &interner, sealer: sealer),
            to: &event)
        for index in rules.personal.indices {
            try add(
                rules.personal[index].personalField(
                    bytes, fields, interner: &interner, sealer: sealer),
                to: &event)
        }
    }

    private func add(_ field: PersonalField??, to event: inout Event) {
        if let field = field ?? nil { event.personal.append(field) }
    }
}
