// Personal values of a record: a pseudonym where the event needs an identifier, and the value
// itself sealed.

import Events

/// A personal column bound to a file: what becomes of each value seen.
struct CompiledPersonalRule {
    private struct Known {
        var pseudonym: Symbol
        var plaintext: [UInt8]
    }

    private static let rememberedLimit = 1_000_000

    /// The name under which the value is sealed, as `agent`.
    private let name: String
    private let nameSymbol: Symbol
    private let column: Int
    private let unknown: [Glob]
    private let needsPseudonym: Bool
    private var table = ByteTable()
    private var known: [Known] = []

    init(
        name: String, column: ColumnReference, unknown: [String], needsPseudonym: Bool,
        binding: inout ColumnBinding, interner: inout Interner
    ) {
        self.name = name
        nameSymbol = interner.intern(name)
        self.column = binding.index(of: column)
        self.unknown = unknown.map(Glob.init)
        self.needsPseudonym = needsPseudonym
    }

    /// The pseudonym's symbol; none where the value is not known.
    mutating func pseudonym(
        _ bytes: Span<UInt8>, _ fields: FieldTable, interner: inout Interner,
        sealer: PersonalDataSealer
    ) throws -> Symbol {
        let value = try value(bytes, fields, interner: &interner, sealer: sealer)
        return value?.pseudonym ?? .none
    }

    /// The value, not sealed yet, or `nil` where it is not known.
    mutating func personalField(
        _ bytes: Span<UInt8>, _ fields: FieldTable, interner: inout Interner,
        sealer: PersonalDataSealer
    ) throws -> PersonalField? {
        guard let value = try value(bytes, fields, interner: &interner, sealer: sealer) else {
            return nil
        }
        return PersonalField(name: nameSymbol, sealed: value.plaintext)
    }

    private mutating func value(
        _ bytes: Span<UInt8>, _ fields: FieldTable, interner: inout Interner,
        sealer: PersonalDataSealer
    ) throws -> Known? {
        let range = fields.range(column)
        if let number = table.find(bytes, range) {
            return number == 0 ? nil : known[Int(number) - 1]
        }
        let isUnknown = range.isEmpty || unknown.contains { $0.matches(bytes, range) }
        guard !isUnknown else {
            remember(bytes, range, nil)
            return nil
        }
        let text = try text(
            bytes, range, field: column, limitBytes: CompiledRule.textLimitBytes)
        let symbol = needsPseudonym ? interner.intern(try sealer.pseudonym(name, text)) : .none
        let value = Known(pseudonym: symbol, plaintext: Array(text.utf8))
        remember(bytes, range, value)
        return value
    }

    private mutating func remember(_ bytes: Span<UInt8>, _ range: Range<Int>, _ value: Known?) {
        guard table.count < CompiledPersonalRule.rememberedLimit else { return }
        if let value { known.append(value) }
        table.insert(bytes, range, value: value == nil ? 0 : UInt32(known.count))
    }
}

/// An identifier that is either plain or personal.
struct CompiledIdentifier {
    private var plain: CompiledRule?
    private var personal: CompiledPersonalRule?

    /// - Parameter name: Under which a personal value is sealed.
    init(
        _ rule: ValueRule, name: String, binding: inout ColumnBinding, interner: inout Interner
    ) {
        if rule.isPersonal, case .column(let column) = rule.form {
            personal = CompiledPersonalRule(
                name: name, column: column, unknown: rule.unknown, needsPseudonym: true,
                binding: &binding, interner: &interner)
        } else {
            plain = CompiledRule(rule, binding: &binding, interner: &interner)
        }
    }

    /// The value's symbol, or its pseudonym's; none where it is not known.
    mutating func symbol(
        _ bytes: Span<UInt8>, _ fields: FieldTable, interner: inout Interner,
        sealer: PersonalDataSealer
    ) throws -> Symbol {
        if let code = try plain?.code(bytes, fields, interner: &interner) { return Symbol(code) }
        return try personal?.pseudonym(bytes, fields, interner: &interner, sealer: sealer) ?? .none
    }

    /// The value of a personal identifier, not sealed yet; `nil` for a plain one.
    mutating func personalField(
        _ bytes: Span<UInt8>, _ fields: FieldTable, interner: inout Interner,
        sealer: PersonalDataSealer
    ) throws -> PersonalField? {
        try personal?.personalField(bytes, fields, interner: &interner, sealer: sealer) ?? nil
    }

    var isPersonal: Bool { personal != nil }
}
