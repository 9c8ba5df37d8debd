// The parts of the mapping's grammar that occur in many places: columns, conditions, values.

import Configuration
import Events

final class RuleReader {
    /// The fields of an event that can be pseudonyms.
    private static let personalTargets: Set<String> = ["event.customer", "interaction.agent"]

    private let format: RecordFormat
    private let zoneDirectory: String
    private let lookups: LookupFiles
    /// Every column that the mapping names, in the order in which they come, each once.
    private(set) var columnNames: [String] = []

    init(format: RecordFormat, zoneDirectory: String, lookups: LookupFiles) {
        self.format = format
        self.zoneDirectory = zoneDirectory
        self.lookups = lookups
    }

    /// A column's name.
    func column(_ field: Field) -> ColumnReference {
        let name = field.text(lengths: 1...200)
        if !name.isEmpty, !columnNames.contains(name) {
            if format.hasPaths, !JSONFieldReader.isPath(name) {
                field.refuse(
                    "bad-path", expected: "names with dots between them, as data.lines[0].amount",
                    hint: "a dot or bracket in a name takes a backslash before it")
            } else {
                columnNames.append(name)
            }
        }
        return ColumnReference(
            name: name, path: field.path, line: field.line, column: field.column)
    }

    /// The texts of a column that mean "not known".
    func unknown(_ field: Field) -> [String] {
        field.optional("unknown")?.list(counts: 0...1_000) { $0.text(lengths: 0...200) } ?? []
    }

    /// A zone by its name.
    func zone(_ field: Field) -> ZoneTable {
        let name = field.text(lengths: 1...64)
        guard !name.isEmpty else { return .utc }
        do {
            return try ZoneTable.load(name: name, directory: zoneDirectory)
        } catch {
            field.refuse(
                "unknown-zone", expected: "a name of the system's zone files, as Europe/London",
                hint: "zone files belong to the system's package tzdata")
            return .utc
        }
    }

    // MARK: - Values

    /// A constant, a column with or without a table of values, cases, or the first of several.
    func value(_ field: Field, _ target: String, _ kind: ResultKind) -> ValueRule {
        guard field.isMapping else {
            return ValueRule(target: target, kind: kind, form: .constant(result(field, kind)))
        }
        if let cases = field.optional("cases") {
            return self.cases(cases, in: field, target, kind)
        }
        if let rules = field.optional("first_of") { return firstOf(rules, target, kind) }
        guard let columnField = field.optional("column") else {
            field.refuse("no-rule", expected: "a constant, \"column\", \"first_of\" or \"cases\"")
            return ValueRule(target: target, kind: kind, form: .constant(""))
        }
        let column = column(columnField)
        var rule = ValueRule(target: target, kind: kind, form: .column(column))
        rule.unknown = unknown(field)
        if let values = field.optional("values") {
            let pairs = values.entries.map { key, value in
                (text: key.text(lengths: 0...200), result: result(value, kind))
            }
            if pairs.isEmpty { values.refuse("no-values", expected: "at least one value") }
            let otherwise = field.optional("otherwise").map { result($0, kind) }
            rule.form = .values(column, pairs, otherwise: otherwise)
        } else {
            rule.transform = transform(field, isText: kind.names.isEmpty)
        }
        if let personal = field.optional("personal") {
            rule.isPersonal = personal.flag()
            checkPersonal(personal, of: rule, in: field)
        }
        if kind.names != [], !rule.unknown.isEmpty, kind.code(of: "unknown") == nil {
            field.refuse("no-unknown", expected: "no \"unknown\" here: it has to be known")
        }
        return rule
    }

    private func checkPersonal(_ personal: Field, of rule: ValueRule, in field: Field) {
        guard rule.isPersonal else { return }
        if field.optional("values") != nil || rule.kind.names != [] {
            personal.refuse("bad-personal", expected: "a column's own text, untranslated")
        } else if !RuleReader.personalTargets.contains(rule.target) {
            personal.refuse(
                "bad-personal", expected: "a customer or an agent",
                hint: "other personal values go into event.personal, where they are sealed")
        }
    }

    /// All of them personal, or none: a pseudonym and a name in one field would not be told apart.
    private func firstOf(_ field: Field, _ target: String, _ kind: ResultKind) -> ValueRule {
        let rules = field.list(counts: 1...16) { value($0, target, kind) }
        let personal = rules.filter(\.isPersonal)
        if !personal.isEmpty, personal.count < rules.count {
            field.refuse(
                "bad-personal", expected: "\"personal: true\" for all of these, or for none")
        }
        var rule = ValueRule(target: target, kind: kind, form: .firstOf(rules))
        rule.isPersonal = !personal.isEmpty
        return rule
    }

    private func transform(_ field: Field, isText: Bool) -> TextTransform {
        var transform = TextTransform()
        transform.removedPrefix = field.optional("without_prefix")?.text(lengths: 1...64) ?? ""
        guard isText else { return transform }
        transform.steps =
            field.optional("normalise")?.list(counts: 1...8) {
                $0.choice([
                    "lowercase": .lowercase, "digits": .digits, "alphanumeric": .alphanumeric,
                    "no-leading-zeros": .withoutLeadingZeros,
                ])
            } ?? []
        if let lengths = field.optional("trusted_lengths") {
            let bounds = lengths.list(counts: 2...2) { $0.integer(in: 1...512) }
            if bounds.count == 2, bounds[0] <= bounds[1] {
                transform.trustedLengths = bounds[0]...bounds[1]
            } else {
                lengths.refuse("bad-lengths", expected: "the least and the greatest, as [6, 12]")
            }
        }
        if let lookup = field.optional("lookup") {
            transform.table = lookups.table(lookup)
            transform.otherwise = field.optional("otherwise").map { $0.text(lengths: 0...200) }
        }
        transform.prefix = field.optional("prefix")?.text(lengths: 1...32) ?? ""
        return transform
    }

    private func cases(
        _ cases: Field, in field: Field, _ target: String, _ kind: ResultKind
    ) -> ValueRule {
        let read = cases.list(counts: 1...1_000) { item in
            ConditionalCase(
                conditions: conditions(item.required("when")),
                result: result(item.required("then"), kind))
        }
        let otherwise = field.optional("otherwise").map { result($0, kind) }
        return ValueRule(
            target: target, kind: kind, form: .cases(read, otherwise: otherwise))
    }

    private func result(_ field: Field, _ kind: ResultKind) -> String {
        kind.names.isEmpty ? field.text(lengths: 0...200) : field.choice(among: kind.names)
    }

    // MARK: - Conditions

    /// `{outcome: HANG, q_time: {above: 0}}`: each column's condition has to hold.
    func conditions(_ field: Field) -> [ColumnCondition] {
        let entries = field.entries
        if entries.isEmpty { field.refuse("no-condition", expected: "a condition on a column") }
        return entries.map { key, value in
            ColumnCondition(column: column(key), test: test(value))
        }
    }

    private func test(_ field: Field) -> ColumnCondition.Test {
        guard field.isMapping else {
            if field.isList {
                return .oneOf(field.list(counts: 1...1_000) { $0.text(lengths: 0...200) })
            }
            return .oneOf([field.text(lengths: 0...200)])
        }
        if let above = field.optional("above") { return .above(millionths(above)) }
        if let below = field.optional("below") { return .below(millionths(below)) }
        if let pattern = field.optional("like") {
            return .like(pattern.text(lengths: 1...200))
        }
        if let none = field.optional("not") {
            let texts =
                none.isList
                ? none.list(counts: 1...1_000) { $0.text(lengths: 0...200) }
                : [none.text(lengths: 0...200)]
            return .noneOf(texts)
        }
        field.refuse(
            "no-condition", expected: "a value, or \"above\", \"below\", \"like\" or \"not\"")
        return .oneOf([])
    }

    private func millionths(_ field: Field) -> Int64 {
        Int64((field.number(in: -1e12...1e12) * 1_000_000).rounded())
    }
}
