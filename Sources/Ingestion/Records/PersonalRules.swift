// Personal values of a record: a pseudonym where the event needs an identifier, and the value
// itself sealed.

import Events

/// A personal column bound to a file: what becomes of each value seen.
struct CompiledPersonalRule {
    private struct Known {
        var pseudonym: Symbol
        var plaintext: [UInt8]
    }

    /// What stands in the table for a value that is not known, and for one that is not trusted.
    private static let unknown: UInt32 = 0
    private static let untrusted = UInt32.max
    private static let rememberedLimit = 1_000_000

    /// The name under which the value is sealed, as `agent`.
    private let name: String
    private let nameSymbol: Symbol
    private let text: CompiledText
    private let needsPseudonym: Bool
    private var table = ByteTable()
    private var known: [Known] = []

    init(name: String, text: CompiledText, needsPseudonym: Bool, interner: inout Interner) {
        self.name = name
        nameSymbol = interner.intern(name)
        self.text = text
        self.needsPseudonym = needsPseudonym
    }

    var field: Int { text.column }

    /// The pseudonym's symbol; zero where the value is not known, ``CompiledRule/untrusted`` where
    /// it is not trusted.
    mutating func code(
        _ bytes: Span<UInt8>, _ fields: FieldTable, interner: inout Interner,
        sealer: PersonalDataSealer
    ) throws -> UInt32 {
        switch try find(bytes, fields, interner: &interner, sealer: sealer) {
        case .known(let known): known.pseudonym.rawValue
        case .unknown: 0
        case .untrusted: CompiledRule.untrusted
        }
    }

    /// The value, not sealed yet, or `nil` where it is not known or not trusted.
    mutating func value(
        _ bytes: Span<UInt8>, _ fields: FieldTable, interner: inout Interner,
        sealer: PersonalDataSealer
    ) throws -> (name: Symbol, bytes: [UInt8])? {
        guard case .known(let known) = try find(bytes, fields, interner: &interner, sealer: sealer)
        else { return nil }
        return (nameSymbol, known.plaintext)
    }

    private enum Found {
        case known(Known)
        case unknown, untrusted
    }

    private mutating func find(
        _ bytes: Span<UInt8>, _ fields: FieldTable, interner: inout Interner,
        sealer: PersonalDataSealer
    ) throws -> Found {
        let range = fields.range(text.column)
        if let number = table.find(bytes, range) {
            switch number {
            case CompiledPersonalRule.unknown: return .unknown
            case CompiledPersonalRule.untrusted: return .untrusted
            default: return .known(known[Int(number) - 1])
            }
        }
        switch try text.result(bytes, range) {
        case .unknown:
            remember(bytes, range, CompiledPersonalRule.unknown)
            return .unknown
        case .untrusted:
            remember(bytes, range, CompiledPersonalRule.untrusted)
            return .untrusted
        case .known(let text):
            let symbol =
                needsPseudonym ? interner.intern(try sealer.pseudonym(name, text)) : .none
            let value = Known(pseudonym: symbol, plaintext: Array(text.utf8))
            if table.count < CompiledPersonalRule.rememberedLimit {
                known.append(value)
                remember(bytes, range, UInt32(known.count))
            }
            return .known(value)
        }
    }

    private mutating func remember(_ bytes: Span<UInt8>, _ range: Range<Int>, _ number: UInt32) {
        guard table.count < CompiledPersonalRule.rememberedLimit else { return }
        table.insert(bytes, range, value: number)
    }
}

/// An identifier that is either plain or personal; where it is personal, the first of several
/// columns that is known.
struct CompiledIdentifier {
    private var plain: CompiledRule?
    private var personal: [CompiledPersonalRule] = []

    /// - Parameter name: Under which a personal value is sealed.
    init(
        _ rule: ValueRule, name: String, binding: inout ColumnBinding, interner: inout Interner
    ) {
        guard rule.isPersonal else {
            plain = CompiledRule(rule, binding: &binding, interner: &interner)
            return
        }
        let rules = if case .firstOf(let rules) = rule.form { rules } else { [rule] }
        for rule in rules {
            guard case .column(let column) = rule.form else { continue }
            let text = CompiledText(
                column: binding.index(of: column), unknown: rule.unknown,
                transform: rule.transform)
            personal.append(
                CompiledPersonalRule(
                    name: name, text: text, needsPseudonym: true, interner: &interner))
        }
    }

    /// The column that messages point at.
    var field: Int { plain?.field ?? personal.last?.field ?? 0 }

    /// The value's symbol, or its pseudonym's, as ``CompiledRule/code(_:_:interner:)``.
    mutating func code(
        _ bytes: Span<UInt8>, _ fields: FieldTable, interner: inout Interner,
        sealer: PersonalDataSealer
    ) throws -> UInt32 {
        if let code = try plain?.code(bytes, fields, interner: &interner) { return code }
        var isUntrusted = false
        for index in personal.indices {
            let code = try personal[index].code(
                bytes, fields, interner: &interner, sealer: sealer)
            if code == CompiledRule.untrusted {
                isUntrusted = true
            } else if code != 0 {
                return code
            }
        }
        return isUntrusted ? CompiledRule.untrusted : 0
    }

    var isPersonal: Bool { !personal.isEmpty }

    /// As ``CompiledRule/codes(_:_:_:interner:)``.
    mutating func codes(
        _ bytes: Span<UInt8>, _ fields: inout FieldTable, _ isLeft: inout [Bool],
        interner: inout Interner, sealer: PersonalDataSealer
    ) throws -> [UInt32] {
        if let codes = plain?.codes(bytes, &fields, &isLeft, interner: &interner) {
            return codes
        }
        var codes: [UInt32] = []
        codes.reserveCapacity(fields.rowCount)
        for row in 0..<fields.rowCount {
            fields.select(row)
            var code = CompiledRule.untrusted
            do {
                code = try self.code(bytes, fields, interner: &interner, sealer: sealer)
            } catch is RecordProblem {}
            if code == CompiledRule.untrusted { isLeft[row] = true }
            codes.append(code == CompiledRule.untrusted ? 0 : code)
        }
        return codes
    }

    /// The value of a personal identifier, not sealed yet; `nil` for a plain one.
    mutating func personalValue(
        _ bytes: Span<UInt8>, _ fields: FieldTable, interner: inout Interner,
        sealer: PersonalDataSealer
    ) throws -> (name: Symbol, bytes: [UInt8])? {
        for index in personal.indices {
            if let value = try personal[index].value(
                bytes, fields, interner: &interner, sealer: sealer)
            {
                return value
            }
        }
        return nil
    }
}
