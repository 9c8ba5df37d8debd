// One record to its events, or to the reason why not.

import Events

/// What became of a record.
enum Conversion {
    /// Its events are behind the rows that were there.
    case events
    /// By which rule of the mapping.
    case leftOut(Int)
    case rejected(Finding)
}

struct RecordConverter {
    let mapping: RecordMapping
    private let file: String
    let sealer: PersonalDataSealer
    var rules: CompiledMapping
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

    mutating func takeWarnings() -> FindingTally {
        defer { warnings = FindingTally() }
        return warnings
    }

    /// Appends the record's events to `rows`, or leaves them as they are.
    /// - Throws: What the sealer throws.
    mutating func convert(
        _ bytes: Span<UInt8>, _ fields: FieldTable, record: Int, place: RecordPlace,
        into rows: inout RecordRows, interner: inout Interner
    ) throws -> Conversion {
        recordWarnings.removeAll(keepingCapacity: true)
        let before = rows.mark
        do {
            for (index, conditions) in rules.leaveOut.enumerated() {
                if try conditions.allHold(bytes, fields) { return .leftOut(index) }
            }
            for index in rules.templates.indices
            where try rules.templates[index].conditions.allHold(bytes, fields) {
                let row = try row(index, bytes, fields, interner: &interner)
                try append(row, index, bytes, fields, to: &rows, interner: &interner)
            }
            let count = rows.note(record, place, since: before)
            guard count > 0 else {
                throw RecordProblem(
                    "no-event", expected: "values that one of the mapping's events describes",
                    hint: "add an event to the mapping, or leave such records out")
            }
            for var warning in recordWarnings {
                warning.line = place.line
                warning.byteOffset = place.byteOffset
                warning.record = record
                warnings.add(warning)
            }
            return .events
        } catch let problem as RecordProblem {
            rows.goBack(to: before)
            return .rejected(finding(problem, fields, record: record, place: place))
        }
    }

    /// A problem with its place.
    func finding(
        _ problem: RecordProblem, _ fields: FieldTable, record: Int, place: RecordPlace
    ) -> Finding {
        Finding(
            code: problem.code, file: file, line: place.line,
            column: problem.column ?? problem.field.map { fields.column($0) } ?? 1,
            byteOffset: place.byteOffset, record: record,
            field: problem.field.map { rules.columnNames[$0] } ?? problem.target,
            found: problem.found, foundIsPublic: true, expected: problem.expected,
            hint: problem.hint)
    }

    private mutating func row(
        _ template: Int, _ bytes: Span<UInt8>, _ fields: FieldTable, interner: inout Interner
    ) throws -> EventRow {
        var row = EventRow()
        let kind = try rules.templates[template].kind.code(bytes, fields, interner: &interner)
        row[.kind] = kind
        row[.source] = rules.source.symbol.rawValue
        let moment = rules.templates[template].time
        guard let time = try moment.moment(bytes, fields) else {
            throw RecordProblem("bad-time", field: moment.field, expected: "a time, not nothing")
        }
        warn(about: time.reading, of: moment, fields)
        if let remark = remark(on: time.instant) {
            warn(remark.code, field: moment.field, fields, expected: remark.expected)
        }
        row[.at] = time.instant.microseconds
        row[.offsetMinutes] = Int64(time.offsetMinutes)
        let customer = try rules.templates[template].customer?.code(
            bytes, fields, interner: &interner, sealer: sealer)
        if let customer { row[.customer] = trusted(customer, template, fields) }
        if let issue = try rules.templates[template].issue?.code(
            bytes, fields, interner: &interner)
        {
            row[.issue] = issue == CompiledRule.untrusted ? 0 : issue
        }
        if let rule = rules.templates[template].money {
            try addMoney(rule, bytes, fields, to: &row)
        }
        if rules.templates[template].isInteraction[Int(kind)] {
            row[.presence] |= Presence.interaction
            try addInteraction(
                template, start: time, bytes, fields, to: &row, interner: &interner)
        }
        return row
    }

    /// The customer; unknown, and counted, where the id is not trusted.
    private mutating func trusted(
        _ code: UInt32, _ template: Int, _ fields: FieldTable
    ) -> UInt32 {
        guard code == CompiledRule.untrusted else { return code }
        warn(
            RecordWarning.untrustedCustomer,
            field: rules.templates[template].customer?.field ?? 0, fields,
            expected: "an id that the mapping trusts; the customer is unknown")
        return 0
    }

    private mutating func append(
        _ row: borrowing EventRow, _ template: Int, _ bytes: Span<UInt8>, _ fields: FieldTable,
        to rows: inout RecordRows, interner: inout Interner
    ) throws {
        var keys = PackedBytes()
        try appendKey(rules.templates[template].id, bytes, fields, to: &keys)
        var attributes: [Attribute] = []
        for rule in rules.templates[template].attributes {
            if let attribute = try attribute(rule, bytes, fields) { attributes.append(attribute) }
        }
        try addPersonalFields(
            template, isInteraction: row[.presence] & Presence.interaction != 0, bytes, fields,
            row: rows.columns.count, to: &rows, interner: &interner)
        rows.columns.append(
            row, key: keys.bytes,
            attributes: attributes.isEmpty ? [] : EventCodec.bytes(of: attributes))
    }

    /// The id's parts with slashes between them. Within one of several, a slash and a percent
    /// sign are escaped, so that no two ids become one.
    func appendKey(
        _ parts: [CompiledKeyPart], _ bytes: Span<UInt8>, _ fields: FieldTable,
        to keys: inout PackedBytes
    ) throws {
        let start = keys.bytes.count
        do {
            var bits: UInt8 = 0
            for (index, part) in parts.enumerated() {
                if index > 0 { keys.bytes.append(UInt8(ascii: "/")) }
                switch part {
                case .text(let text): keys.bytes += text
                case .column(let column):
                    bits |= try appendKeyPart(
                        column, isAlone: parts.count == 1, bytes, fields, to: &keys.bytes)
                }
            }
            // Plain ASCII, as almost always, needs no look at each character.
            let isPlain = bits < 0x80 && keys.bytes.count - start <= CompiledText.limitBytes
            if !isPlain {
                _ = try text(
                    keys.bytes.span, start..<keys.bytes.count, field: parts.firstColumn,
                    limitBytes: CompiledText.limitBytes)
            }
            keys.ends.append(UInt32(keys.bytes.count))
        } catch {
            keys.bytes.removeLast(keys.bytes.count - start)
            throw error
        }
    }

    /// - Returns: all bytes together, below 0x80 where they are plain ASCII.
    private func appendKeyPart(
        _ column: Int, isAlone: Bool, _ bytes: Span<UInt8>, _ fields: FieldTable,
        to key: inout [UInt8]
    ) throws -> UInt8 {
        let range = fields.range(column)
        guard !range.isEmpty else {
            throw RecordProblem("empty-id", field: column, expected: "a part of the id")
        }
        var bits: UInt8 = 0
        if isAlone {
            for place in range { bits |= bytes[place] == 0 ? 0x80 : bytes[place] }
            unsafe bytes.extracting(range).withUnsafeBufferPointer {
                unsafe key.append(contentsOf: $0)
            }
            return bits
        }
        for place in range {
            let byte = bytes[place]
            bits |= byte == 0 ? 0x80 : byte
            switch byte {
            case UInt8(ascii: "/"): key += "%2F".utf8
            case UInt8(ascii: "%"): key += "%25".utf8
            default: key.append(byte)
            }
        }
        return bits
    }

    private func addMoney(
        _ rule: (column: Int, thousandthsPerUnit: Int64), _ bytes: Span<UInt8>,
        _ fields: FieldTable, to row: inout EventRow
    ) throws {
        let range = fields.range(rule.column)
        if range.isEmpty { return }
        guard
            let scaled = FieldText.amount(
                bytes, range, by: rule.thousandthsPerUnit, point: mapping.decimalPoint)
        else {
            throw RecordProblem(
                "bad-money", field: rule.column,
                expected: rule.thousandthsPerUnit == 1_000
                    ? "an amount in minor units with at most 3 decimals"
                    : "an amount in major units with at most 5 decimals")
        }
        row.set(.money, scaled, Presence.money)
    }

    func attribute(
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
            case .number: number(text).map { .number($0) }
            case .flag:
                switch text.lowercased() {
                case "true", "yes", "y", "1": .flag(true)
                case "false", "no", "n", "0": .flag(false)
                default: nil
                }
            }
        guard let value else {
            throw RecordProblem(
                "bad-attribute", field: rule.column, expected: "a value of type \(rule.kind)")
        }
        return Attribute(name: rule.name, value: value)
    }

    /// A number with the mapping's decimal point, its thousands grouped or not.
    private func number(_ text: String) -> Double? {
        var bytes = Array(text.utf8)
        let point = mapping.decimalPoint
        if let plain = FieldText.ungrouped(bytes.span, 0..<bytes.count, point: point) {
            bytes = plain
        }
        if point == UInt8(ascii: ",") {
            guard !bytes.contains(UInt8(ascii: ".")) else { return nil }
            bytes = bytes.map { $0 == point ? UInt8(ascii: ".") : $0 }
        }
        return Double(String(decoding: bytes, as: UTF8.self)).flatMap { $0.isFinite ? $0 : nil }
    }
}

extension RecordConverter {
    private static let probableTimes =
        Instant(microseconds: 31_536_000_000_000)..<Instant(microseconds: 4_102_444_800_000_000)

    /// What there is to say about a time that is taken all the same: that the source does not cover
    /// it, or, where the mapping states no coverage, that it is what comes of a wrong unit.
    func remark(on instant: Instant) -> (code: String, expected: String)? {
        guard let coverage = mapping.coverage else {
            return RecordConverter.probableTimes.contains(instant)
                ? nil
                : (
                    "improbable-time",
                    "a time from 1971 to 2100; is the unit of the mapping right?"
                )
        }
        return instant >= coverage.from && instant < coverage.to
            ? nil : ("outside-coverage", "a time that the source covers")
    }

    /// Notes something about the record at hand that does not stop it.
    mutating func warn(_ code: String, field: Int, _ fields: FieldTable, expected: String) {
        recordWarnings.append(
            Finding(
                code: code, severity: .warning, file: file, column: fields.column(field),
                field: rules.columnNames[field], expected: expected))
    }

    mutating func warn(
        about reading: ZoneTable.Reading, of moment: CompiledMoment, _ fields: FieldTable
    ) {
        warn(about: reading, field: moment.field, zoneName: moment.zoneName, fields)
    }

    mutating func warn(
        about reading: ZoneTable.Reading, field: Int, zoneName: String, _ fields: FieldTable
    ) {
        switch reading {
        case .unique: return
        case .inGap:
            warn(
                "time-in-gap", field: field, fields,
                expected: "a time that the clocks of \(zoneName) showed")
        case .inOverlap:
            warn(
                "time-in-overlap", field: field, fields,
                expected: "a time that the clocks of \(zoneName) showed once")
        }
    }
}
