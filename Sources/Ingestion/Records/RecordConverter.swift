// One record to one event, or to the reason why not.

import Events

/// What became of a record.
enum Conversion {
    case event(Event)
    /// By which rule of the mapping.
    case leftOut(Int)
    case rejected(Finding, column: Int)
}

struct RecordConverter {
    let mapping: RecordMapping
    private let file: String
    let sealer: PersonalDataSealer
    var rules: CompiledMapping
    private var keyBytes: [UInt8] = []
    /// About accepted records since the last time they were taken.
    private var warnings = FindingTally()
    /// About the record at hand; kept only if it is accepted.
    private var recordWarnings: [Finding] = []

    init(
        mapping: RecordMapping, rules: CompiledMapping, file: String, sealer: PersonalDataSealer
    ) {
        self.mapping = mapping
        self.rules = rules
        self.file = file
        self.sealer = sealer
    }

    var columnCount: Int { rules.columnNames.count }

    mutating func takeWarnings() -> FindingTally {
        defer { warnings = FindingTally() }
        return warnings
    }

    /// - Throws: What the sealer throws.
    mutating func convert(
        _ bytes: Span<UInt8>, _ fields: FieldTable, record: Int, place: RecordPlace,
        interner: inout Interner
    ) throws -> Conversion {
        recordWarnings.removeAll(keepingCapacity: true)
        do {
            for (index, conditions) in rules.leaveOut.enumerated() {
                if try conditions.allHold(bytes, fields) { return .leftOut(index) }
            }
            let event = try event(bytes, fields, interner: &interner)
            for var warning in recordWarnings {
                warning.line = place.line
                warning.byteOffset = place.byteOffset
                warning.record = record
                warnings.add(warning)
            }
            return .event(event)
        } catch let problem as RecordProblem {
            let column = problem.field.map { fields.column($0) } ?? 1
            return .rejected(
                Finding(
                    code: problem.code, file: file, line: place.line, column: column,
                    byteOffset: place.byteOffset, record: record,
                    field: problem.field.map { rules.columnNames[$0] } ?? problem.target,
                    found: problem.found, foundIsPublic: true, expected: problem.expected,
                    hint: problem.hint),
                column: column)
        }
    }

    private mutating func event(
        _ bytes: Span<UInt8>, _ fields: FieldTable, interner: inout Interner
    ) throws -> Event {
        let rawKind = try rules.kind.code(bytes, fields, interner: &interner)
        guard let kind = EventKind(rawValue: UInt16(truncatingIfNeeded: rawKind)) else {
            preconditionFailure("mapping \(mapping.file) gave the event kind \(rawKind)")
        }
        guard let time = try rules.time.moment(bytes, fields, zone: mapping.zone) else {
            throw RecordProblem(
                "bad-time", field: rules.time.field, expected: "a time, not nothing")
        }
        warn(about: time.reading, field: rules.time.field, fields)
        if let coverage = mapping.coverage,
            time.instant < coverage.from || time.instant >= coverage.to
        {
            warn(
                "outside-coverage", field: rules.time.field, fields,
                expected: "a time that the source covers")
        }
        var event = Event(
            kind: kind, source: rules.source, key: try key(bytes, fields), at: time.instant,
            offsetMinutes: time.offsetMinutes)
        if let customer = try rules.customer?.symbol(
            bytes, fields, interner: &interner, sealer: sealer)
        {
            event.customer = CustomerID(customer)
        }
        if let code = try rules.issue?.code(bytes, fields, interner: &interner) {
            event.issue = IssueID(Symbol(code))
        }
        if let column = rules.money { event.money = try money(bytes, fields, column) }
        if rules.isInteraction[Int(kind.rawValue)] {
            event.interaction = try interaction(bytes, fields, start: time, interner: &interner)
        }
        for rule in rules.attributes {
            if let attribute = try attribute(rule, bytes, fields) {
                event.attributes.append(attribute)
            }
        }
        try addPersonalFields(to: &event, bytes, fields, interner: &interner)
        return event
    }

    /// The id's columns with slashes between them. Within one of several, a slash and a percent
    /// sign are escaped, so that no two ids become one.
    private mutating func key(_ bytes: Span<UInt8>, _ fields: FieldTable) throws -> String {
        keyBytes.removeAll(keepingCapacity: true)
        for (index, column) in rules.id.enumerated() {
            if index > 0 { keyBytes.append(UInt8(ascii: "/")) }
            let range = fields.range(column)
            guard !range.isEmpty else {
                throw RecordProblem("empty-id", field: column, expected: "a part of the id")
            }
            for place in range {
                let byte = bytes[place]
                let isEscaped = byte == UInt8(ascii: "/") || byte == UInt8(ascii: "%")
                if isEscaped, rules.id.count > 1 {
                    keyBytes += (byte == UInt8(ascii: "/") ? "%2F" : "%25").utf8
                } else {
                    keyBytes.append(byte)
                }
            }
        }
        return try text(
            keyBytes.span, 0..<keyBytes.count, field: rules.id[0],
            limitBytes: CompiledRule.textLimitBytes)
    }

    private func money(
        _ bytes: Span<UInt8>, _ fields: FieldTable, _ column: Int
    ) throws -> Money? {
        let range = fields.range(column)
        if range.isEmpty { return nil }
        guard let scaled = FieldText.scaledDecimal(bytes, range, by: 100_000) else {
            throw RecordProblem(
                "bad-money", field: column,
                expected: "an amount in major units with at most 5 decimals")
        }
        return Money(thousandths: scaled)
    }

    private func attribute(
        _ rule: CompiledAttribute, _ bytes: Span<UInt8>, _ fields: FieldTable
    ) throws -> Attribute? {
        let range = fields.range(rule.column)
        if range.isEmpty || rule.unknown.contains(where: { $0.matches(bytes, range) }) {
            return nil
        }
        let text = try text(bytes, range, field: rule.column, limitBytes: 10_000)
        let value: AttributeValue? =
            switch rule.kind {
            case .text: .text(text)
            case .integer: Int64(text).map { .integer($0) }
            case .number: Double(text).flatMap { $0.isFinite ? .number($0) : nil }
            case .flag:
                switch text {
                case "true", "yes", "1": .flag(true)
                case "false", "no", "0": .flag(false)
                default: nil
                }
            }
        guard let value else {
            throw RecordProblem(
                "bad-attribute", field: rule.column, expected: "a value of type \(rule.kind)")
        }
        return Attribute(name: rule.name, value: value)
    }
}

extension RecordConverter {
    /// Notes something about the record at hand that does not stop it.
    mutating func warn(_ code: String, field: Int, _ fields: FieldTable, expected: String) {
        recordWarnings.append(
            Finding(
                code: code, severity: .warning, file: file, column: fields.column(field),
                field: rules.columnNames[field], expected: expected))
    }

    mutating func warn(about reading: ZoneTable.Reading, field: Int, _ fields: FieldTable) {
        switch reading {
        case .unique: return
        case .inGap:
            warn(
                "time-in-gap", field: field, fields,
                expected: "a time that the clocks of \(mapping.zone.name) showed")
        case .inOverlap:
            warn(
                "time-in-overlap", field: field, fields,
                expected: "a time that the clocks of \(mapping.zone.name) showed once")
        }
    }
}
