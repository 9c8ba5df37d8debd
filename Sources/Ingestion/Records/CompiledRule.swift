// A mapping's value rule bound to the columns of one file: from a field's bytes to a symbol or
// a code, with one look-up for every value seen before.

import Events

struct CompiledCondition {
    enum Test {
        case oneOf([[UInt8]])
        case noneOf([[UInt8]])
        case like(Glob)
        case above(Int64)
        case below(Int64)
    }

    let column: Int
    let test: Test
    /// What stands before the decimals of a number.
    let decimalPoint: UInt8

    func holds(_ bytes: Span<UInt8>, _ fields: FieldTable) throws -> Bool {
        let range = fields.range(column)
        switch test {
        case .oneOf(let texts): return texts.contains { isEqual(bytes, range, $0) }
        case .noneOf(let texts): return !texts.contains { isEqual(bytes, range, $0) }
        case .like(let pattern): return pattern.matches(bytes, range)
        case .above(let limit): return try millionths(bytes, range) > limit
        case .below(let limit): return try millionths(bytes, range) < limit
        }
    }

    private func millionths(_ bytes: Span<UInt8>, _ range: Range<Int>) throws -> Int64 {
        guard
            let value = FieldText.scaledDecimal(
                bytes, range, by: 1_000_000, point: decimalPoint)
        else {
            throw RecordProblem("bad-number", field: column, expected: "a number")
        }
        return value
    }
}

extension Array where Element == CompiledCondition {
    func allHold(_ bytes: Span<UInt8>, _ fields: FieldTable) throws -> Bool {
        for condition in self where try !condition.holds(bytes, fields) { return false }
        return true
    }
}

/// A column's own text, made what the mapping says.
struct CompiledText {
    enum Result {
        case known(String)
        case unknown
        /// Not what the mapping trusts as an id.
        case untrusted
    }

    /// The longest text that becomes an identifier.
    static let limitBytes = 512

    let column: Int
    private let unknown: [Glob]
    private let transform: TextTransform

    init(column: Int, unknown: [String], transform: TextTransform = TextTransform()) {
        self.column = column
        self.unknown = unknown.map(Glob.init)
        self.transform = transform
    }

    /// - Throws: where it is too long, or not UTF-8.
    func result(_ bytes: Span<UInt8>, _ range: Range<Int>) throws -> Result {
        if range.isEmpty || unknown.contains(where: { $0.matches(bytes, range) }) {
            return .unknown
        }
        let text = try text(bytes, range, field: column, limitBytes: CompiledText.limitBytes)
        return transform.isIdentity ? .known(text) : transformed(text)
    }

    private func transformed(_ text: String) -> Result {
        var text = text
        if text.hasPrefix(transform.removedPrefix) {
            text.removeFirst(transform.removedPrefix.count)
        }
        for step in transform.steps {
            switch step {
            case .lowercase: text = text.lowercased()
            case .digits: text.unicodeScalars.removeAll { !("0"..."9").contains($0) }
            case .alphanumeric:
                text.unicodeScalars.removeAll { scalar in
                    !("0"..."9").contains(scalar) && !("a"..."z").contains(scalar)
                        && !("A"..."Z").contains(scalar)
                }
            case .withoutLeadingZeros: text = String(text.drop { $0 == "0" })
            }
        }
        if text.isEmpty { return transform.trustedLengths == nil ? .unknown : .untrusted }
        if let lengths = transform.trustedLengths, !lengths.contains(text.utf8.count) {
            return .untrusted
        }
        if let table = transform.table {
            guard let found = table[text] ?? transform.otherwise, !found.isEmpty else {
                return .unknown
            }
            text = found
        }
        return .known(transform.prefix + text)
    }
}

struct CompiledRule {
    private enum Form {
        case constant, values, cases, firstOf
        case text(CompiledText)
    }

    /// Values of a column beyond this many are not remembered; each is looked up anew.
    private static let rememberedLimit = 2_000_000
    /// The code of a text that the mapping does not trust.
    static let untrusted = UInt32.max

    private let target: String
    private let form: Form
    private let column: Int
    private var alternatives: [CompiledRule] = []
    /// The constant's code, or the code where nothing else fits.
    private let fallback: UInt32?
    /// From a column's bytes to the code: the value map, or what has been seen so far.
    private var table = ByteTable()
    private var unknown: [Glob] = []
    private var cases: [(conditions: [CompiledCondition], code: UInt32)] = []
    private let expected: String

    init(_ rule: ValueRule, binding: inout ColumnBinding, interner: inout Interner) {
        func code(_ result: String) -> UInt32 {
            rule.kind.code(of: result) ?? interner.intern(result).rawValue
        }
        target = rule.target
        unknown = rule.unknown.map(Glob.init)
        switch rule.form {
        case .constant(let result):
            form = .constant
            column = 0
            fallback = code(result)
            expected = ""
        case .column(let reference):
            column = binding.index(of: reference)
            fallback = nil
            let text = CompiledText(
                column: column, unknown: rule.unknown, transform: rule.transform)
            form = rule.kind.names.isEmpty ? .text(text) : .values
            for name in rule.kind.names {
                table.insert(rule.transform.removedPrefix + name, value: code(name))
            }
            expected = CompiledRule.oneOf(rule.kind.names)
        case .values(let reference, let pairs, let otherwise):
            form = .values
            column = binding.index(of: reference)
            for pair in pairs { table.insert(pair.text, value: code(pair.result)) }
            fallback = otherwise.map(code)
            expected = CompiledRule.oneOf(pairs.map(\.text))
        case .cases(let given, let otherwise):
            form = .cases
            column = 0
            for item in given {
                cases.append((item.conditions.map { binding.condition($0) }, code(item.result)))
            }
            fallback = otherwise.map(code)
            expected = "values that one of the mapping's cases describes"
        case .firstOf(let rules):
            for rule in rules {
                alternatives.append(
                    CompiledRule(rule, binding: &binding, interner: &interner))
            }
            form = .firstOf
            column = alternatives.last?.field ?? 0
            fallback = nil
            expected = ""
        }
    }

    private static func oneOf(_ names: [String]) -> String {
        "one of " + names.prefix(40).joined(separator: ", ") + (names.count > 40 ? ", ..." : "")
    }

    /// The column that messages point at.
    var field: Int { column }

    /// The symbol, or the code, of the record's value; zero where it is not known, and
    /// ``untrusted`` where the column has something that is not trusted.
    mutating func code(
        _ bytes: Span<UInt8>, _ fields: FieldTable, interner: inout Interner
    ) throws -> UInt32 {
        switch form {
        case .constant: return fallback ?? 0
        case .text(let text):
            let range = fields.range(column)
            return try table.find(bytes, range)
                ?? firstSight(text, bytes, range, interner: &interner)
        case .values:
            let range = fields.range(column)
            if let code = table.find(bytes, range) { return code }
            if unknown.contains(where: { $0.matches(bytes, range) }) { return 0 }
            guard let fallback else {
                throw RecordProblem(
                    "unknown-value", field: column, found: "text of \(range.count) bytes",
                    expected: expected, hint: "add the value to \(target) in the mapping")
            }
            return fallback
        case .cases:
            for item in cases where try item.conditions.allHold(bytes, fields) {
                return item.code
            }
            guard let fallback else {
                throw RecordProblem(
                    "no-case", target: target, expected: expected,
                    hint: "add a case to \(target) in the mapping")
            }
            return fallback
        case .firstOf:
            var isUntrusted = false
            for index in alternatives.indices {
                let code = try alternatives[index].code(bytes, fields, interner: &interner)
                if code == CompiledRule.untrusted {
                    isUntrusted = true
                } else if code != 0 {
                    return code
                }
            }
            return isUntrusted ? CompiledRule.untrusted : 0
        }
    }

    /// The codes of all records of a run. Records whose value is refused, or not trusted, are left
    /// to who takes them one by one.
    mutating func codes(
        _ bytes: Span<UInt8>, _ fields: inout FieldTable, _ isLeft: inout [Bool],
        interner: inout Interner
    ) -> [UInt32] {
        let count = fields.rowCount
        if case .constant = form { return Array(repeating: fallback ?? 0, count: count) }
        var codes: [UInt32] = []
        codes.reserveCapacity(count)
        let isLookedUp =
            switch form {
            case .text, .values: true
            case .constant, .cases, .firstOf: false
            }
        for row in 0..<count {
            fields.select(row)
            // Most neighbours differ, and nearly all values have been seen before.
            if isLookedUp, let code = table.find(bytes, fields.range(column)),
                code != CompiledRule.untrusted
            {
                codes.append(code)
                continue
            }
            let code: UInt32
            do {
                code = try self.code(bytes, fields, interner: &interner)
            } catch {
                code = CompiledRule.untrusted
            }
            if code == CompiledRule.untrusted { isLeft[row] = true }
            codes.append(code == CompiledRule.untrusted ? 0 : code)
        }
        return codes
    }

    private mutating func firstSight(
        _ text: CompiledText, _ bytes: Span<UInt8>, _ range: Range<Int>,
        interner: inout Interner
    ) throws -> UInt32 {
        let code: UInt32 =
            switch try text.result(bytes, range) {
            case .known(let text): interner.intern(text).rawValue
            case .unknown: 0
            case .untrusted: CompiledRule.untrusted
            }
        if table.count < CompiledRule.rememberedLimit {
            table.insert(bytes, range, value: code)
        }
        return code
    }
}

/// The text of a field, which has to be UTF-8 of a bounded length.
func text(
    _ bytes: Span<UInt8>, _ range: Range<Int>, field: Int, limitBytes: Int
) throws -> String {
    guard range.count <= limitBytes else {
        throw RecordProblem(
            "text-too-long", field: field, found: "\(range.count) bytes",
            expected: "at most \(limitBytes) bytes")
    }
    guard let text = String(validating: copy(bytes, range), as: UTF8.self) else {
        throw RecordProblem("not-utf8", field: field, expected: "text in UTF-8")
    }
    guard !text.utf8.contains(0) else {
        throw RecordProblem(
            "nul-byte", field: field, found: "a NUL byte", expected: "text without NUL bytes",
            hint: "is the file damaged, or in UTF-16?")
    }
    return text
}
