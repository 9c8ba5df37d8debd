// The grammar of times, lengths of time, amounts and ids.

import Configuration
import Events

extension RuleReader {
    /// `{column: q_time, unit: seconds}`, `{column: talk, unit: clock}`, or
    /// `{from: {column: queued}, to: {column: answered}}`.
    func duration(_ field: Field, target: String) -> DurationRule {
        if let from = field.optional("from") {
            return DurationRule(
                target: target,
                form: .between(
                    moment(from, target: target), moment(field.required("to"), target: target)))
        }
        let column = column(field.required("column"))
        enum Unit { case number(Int64), clock, iso }
        let unit: Unit = field.required("unit").choice([
            "seconds": .number(1_000_000), "milliseconds": .number(1_000),
            "microseconds": .number(1),
            "minutes": .number(60_000_000), "hours": .number(3_600_000_000),
            "days": .number(86_400_000_000), "clock": .clock, "iso8601": .iso,
        ])
        switch unit {
        case .number(let microseconds):
            return DurationRule(
                target: target, form: .number(column, unitMicroseconds: microseconds))
        case .clock: return DurationRule(target: target, form: .clock(column))
        case .iso: return DurationRule(target: target, form: .iso(column))
        }
    }

    /// `{column: started, format: iso8601}`, or with another format, or
    /// `{date: day, date_format: yymmdd, clock: time}`.
    func moment(_ field: Field, target: String) -> MomentRule {
        var rule: MomentRule
        if let columnField = field.optional("column") {
            let column = column(columnField)
            rule = MomentRule(target: target, form: .iso(column))
            if let format = field.optional("format") { rule.form = form(format, column) }
        } else {
            let date = column(field.required("date"))
            let pattern = pattern(field.required("date_format")) { !$0.hasTime }
            rule = MomentRule(
                target: target,
                form: .dateAndClock(
                    date: date, format: pattern ?? .isoDate,
                    clock: column(field.required("clock"))))
        }
        rule.zone = field.optional("time_zone").map(zone)
        return rule
    }

    private func form(_ format: Field, _ column: ColumnReference) -> MomentRule.Form {
        switch format.text(lengths: 1...64) {
        case "iso8601", "": return .iso(column)
        case "epoch-seconds": return .epoch(column, unitMicroseconds: 1_000_000)
        case "epoch-milliseconds": return .epoch(column, unitMicroseconds: 1_000)
        case "epoch-microseconds": return .epoch(column, unitMicroseconds: 1)
        default:
            return .pattern(column, pattern(format) { _ in true } ?? .isoDate)
        }
    }

    private func pattern(
        _ field: Field, _ isRight: (MomentPattern) -> Bool
    ) -> MomentPattern? {
        let text = field.text(lengths: 1...64)
        if let pattern = MomentPattern(text: text), isRight(pattern) { return pattern }
        if !text.isEmpty {
            field.refuse(
                "bad-date-format",
                expected: field.path.hasSuffix("date_format")
                    ? "year, month and day, as yymmdd or dd.mm.yyyy"
                    : "iso8601, epoch-seconds, epoch-milliseconds, epoch-microseconds, or a "
                        + "pattern as dd/mm/yyyy HH:MM:SS",
                hint: "mm is the month, MM the minute; see the mapping template")
        }
        return nil
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

    /// `{column: amount, unit: minor}`; major units where nothing is said.
    func money(_ field: Field) -> MoneyRule {
        MoneyRule(
            column: column(field.required("column")),
            thousandthsPerUnit: field.optional("unit")?.choice([
                "major": Int64(100_000), "minor": 1_000,
            ]) ?? 100_000)
    }

    /// Columns, and texts as `{text: answered}`.
    func keyParts(_ field: Field) -> [KeyPart] {
        let parts: [KeyPart] = field.list(counts: 1...16) { item in
            guard item.isMapping else { return .column(column(item)) }
            return .text(item.required("text").text(lengths: 1...64))
        }
        let hasColumn = parts.contains { if case .column = $0 { true } else { false } }
        if !parts.isEmpty, !hasColumn {
            field.refuse("no-column", expected: "a column: a text alone is the same in all records")
        }
        return parts
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
        func checkRule(_ rule: Field) {
            guard rule.isMapping, rule.optional("values") == nil else { return }
            if let rules = rule.optional("first_of") { return rules.items().forEach(checkRule) }
            guard rule.optional("personal")?.flag() != true else { return }
            if let column = rule.optional("column") { check(column) }
        }
        guard !personal.isEmpty, let event else { return }
        event.optional("id")?.items().filter { !$0.isMapping }.forEach(check)
        event.optional("attributes")?.entries.compactMap { $0.value.optional("column") }
            .forEach(check)
        ["customer", "issue"].compactMap { event.optional($0) }.forEach(checkRule)
        [
            "channel", "modality", "intent", "segment", "team", "tier", "agent",
            "transfer_target",
        ]
        .compactMap { interaction?.optional($0) }.forEach(checkRule)
    }
}
