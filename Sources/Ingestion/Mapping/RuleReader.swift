// The parts of the mapping's grammar that occur in many places: columns, conditions, values.

import Configuration
import Events

struct RuleReader {
    /// The fields of an event that can be pseudonyms.
    private static let personalTargets: Set<String> = ["event.customer", "interaction.agent"]

    /// A column's name.
    func column(_ field: Field) -> ColumnReference {
        ColumnReference(
            name: field.text(lengths: 1...200), path: field.path, line: field.line,
            column: field.column)
    }

    /// The texts of a column that mean "not known".
    func unknown(_ field: Field) -> [String] {
        field.optional("unknown")?.list(counts: 0...1_000) { $0.text(lengths: 0...200) } ?? []
    }

    /// A column that is personal in one place of a mapping must not stand readable in another.
    func refuseReadable(_ personal: Set<String>, event: Field?, interaction: Field?) {
        func check(_ column: Field) {
            guard personal.contains(column.text()) else { return }
            column.refuse(
                "personal-column", expected: "a column that is not personal",
                hint: "what stands here is readable in the log, and the mapping marks the same "
                    + "column personal")
        }
        guard !personal.isEmpty, let event else { return }
        event.optional("id")?.items().forEach(check)
        event.optional("attributes")?.entries.compactMap { $0.value.optional("column") }
            .forEach(check)
        let rules =
            ["customer", "issue"].compactMap { event.optional($0) }
            + [
                "channel", "modality", "intent", "segment", "team", "tier", "agent",
                "transfer_target",
            ]
            .compactMap { interaction?.optional($0) }
        for rule in rules where rule.isMapping && rule.optional("values") == nil {
            guard rule.optional("personal")?.flag() != true else { continue }
            if let column = rule.optional("column") { check(column) }
        }
    }

    /// A constant, a column with or without a table of values, or cases.
    func value(_ field: Field, _ target: String, _ kind: ResultKind) -> ValueRule {
        guard field.isMapping else {
            return ValueRule(target: target, kind: kind, form: .constant(result(field, kind)))
        }
        if let cases = field.optional("cases") {
            return self.cases(cases, in: field, target, kind)
        }
        guard let columnField = field.optional("column") else {
            field.refuse("no-rule", expected: "a constant, \"column\" or \"cases\"")
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
        }
        if let personal = field.optional("personal") {
            rule.isPersonal = personal.flag()
            if rule.isPersonal, field.optional("values") != nil || kind.names != [] {
                personal.refuse("bad-personal", expected: "a column's own text, untranslated")
            } else if rule.isPersonal, !RuleReader.personalTargets.contains(target) {
                personal.refuse(
                    "bad-personal", expected: "a customer or an agent",
                    hint: "other personal values go into event.personal, where they are sealed")
            }
        }
        if kind.names != [], !rule.unknown.isEmpty, kind.code(of: "unknown") == nil {
            field.refuse("no-unknown", expected: "no \"unknown\" here: it has to be known")
        }
        return rule
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
        if let none = field.optional("not") {
            let texts =
                none.isList
                ? none.list(counts: 1...1_000) { $0.text(lengths: 0...200) }
                : [none.text(lengths: 0...200)]
            return .noneOf(texts)
        }
        field.refuse("no-condition", expected: "a value, or \"above\", \"below\" or \"not\"")
        return .oneOf([])
    }

    private func millionths(_ field: Field) -> Int64 {
        Int64((field.number(in: -1e12...1e12) * 1_000_000).rounded())
    }

    /// `{column: q_time, unit: seconds}`.
    func duration(_ field: Field, target: String) -> DurationRule {
        DurationRule(
            target: target, column: column(field.required("column")),
            unitMicroseconds: field.required("unit").choice([
                "seconds": Int64(1_000_000), "milliseconds": 1_000, "minutes": 60_000_000,
                "hours": 3_600_000_000,
            ]))
    }

    /// `{column: started, format: iso8601}` or `{date: day, date_format: yymmdd, clock: time}`.
    func moment(_ field: Field, target: String) -> MomentRule {
        if let column = field.optional("column") {
            _ = field.optional("format")?.choice(among: ["iso8601"])
            return MomentRule(target: target, form: .iso(self.column(column)))
        }
        let formatField = field.required("date_format")
        let text = formatField.text(lengths: 1...32)
        let pattern = DatePattern(text: text)
        if pattern == nil, !text.isEmpty {
            formatField.refuse(
                "bad-date-format", expected: "year, month and day, as yymmdd or dd.mm.yyyy")
        }
        return MomentRule(
            target: target,
            form: .dateAndClock(
                date: column(field.required("date")), format: pattern ?? .iso,
                clock: column(field.required("clock"))))
    }

    /// `{first_of: [...], past_midnight_within: 12h}`, or a moment.
    func end(_ field: Field) -> EndRule {
        guard let candidates = field.optional("first_of") else {
            return EndRule(form: .moment(moment(field, target: "interaction.ended")))
        }
        let read = candidates.list(counts: 1...16) { item in
            EndRule.Candidate(
                clock: column(item.required("clock")),
                absent: item.optional("absent").map { $0.text(lengths: 0...32) },
                duration: item.optional("duration").map(column))
        }
        let within = field.required("past_midnight_within").duration(in: .zero...(.hours(24)))
        return EndRule(form: .clocks(read, pastMidnightWithin: within))
    }
}
