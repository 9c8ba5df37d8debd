// A first mapping for a file that nobody has described yet: what can be guessed is filled in, and
// what has to be decided says so.

/// The draft of a mapping file.
package struct MappingDraft {
    /// Records that are looked at.
    private static let sampleCount = 2_000
    /// Values that are worth a table.
    private static let tableLimit = 40

    private let sample: RecordSample
    private let columns: [ColumnGuess]
    private var taken: Set<String> = []
    private var lines: [String] = []

    /// The text of a mapping for a file; it can be read as it is, and wants to be looked through.
    /// - Throws: where the file cannot be read, or has no record.
    package static func text(path: String, name: String) throws(IngestionError) -> String {
        let sample = try RecordSample(path: path, limit: sampleCount)
        var draft = MappingDraft(sample)
        draft.write(name: name)
        return draft.lines.joined(separator: "\n") + "\n"
    }

    private init(_ sample: RecordSample) {
        self.sample = sample
        columns = zip(sample.columnNames, sample.values).map { ColumnGuess(name: $0, values: $1) }
    }

    // MARK: - Writing

    private mutating func write(name: String) {
        add("# A draft of a mapping for \(name), from its first \(sample.recordCount) records.")
        add(
            "# Look through every line; \"CHECK\" marks what the file alone does not tell. Then try"
        )
        add("#   downstream ingest \(name) --mapping THIS-FILE --dry-run 20")
        add("")
        add("source: \(MappingDraft.sourceName(name))")
        add("description: CHECK - what this file is, and who wrote it")
        add("")
        writeFormat()
        add("")
        let moment = takeMoment()
        writeZone(moment)
        add("")
        writeEvent(moment)
        add("")
        writeInteraction()
        writeRest()
    }

    private mutating func add(_ line: String) { lines.append(line) }

    /// When it began: a column that nearly every record fills, by its name first.
    private mutating func takeMoment() -> ColumnGuess? {
        let count = sample.recordCount
        let isUsual = { (guess: ColumnGuess) in
            guess.momentFormat != nil && guess.filledCount * 10 >= count * 9
        }
        return take {
            isUsual($0)
                && $0.has(
                    "start", "started", "begin", "queued", "created", "entry", "opened", "time",
                    "timestamp")
        } ?? take(isUsual)
    }

    private static func sourceName(_ file: String) -> String {
        var name = ""
        for scalar in file.lowercased().unicodeScalars.prefix(while: { $0 != "." }) {
            let isPart = ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar)
            if isPart {
                name.unicodeScalars.append(scalar)
            } else if !name.isEmpty, name.last != "-" {
                name += "-"
            }
        }
        while name.last == "-" { name.removeLast() }
        let first = name.unicodeScalars.first.map { ("a"..."z").contains($0) } ?? false
        return first ? String(name.prefix(64)) : "source-" + name.prefix(50)
    }

    private mutating func writeFormat() {
        add("format:")
        switch sample.format {
        case .delimited(let format):
            add("  kind: delimited")
            add("  delimiter: \(MappingDraft.delimiterName(format.delimiter))")
            if format.quote != nil { add("  quote: double") }
            if format.skippedLineCount > 0 {
                add("  skip_lines: \(format.skippedLineCount)   # CHECK - lines before the header")
            }
            switch format.encoding {
            case .utf8: break
            case .latin1: add("  encoding: latin-1")
            case .windows1252: add("  encoding: windows-1252")
            }
            if let names = format.columnNames {
                add("  header: none")
                add("  columns: [\(names.joined(separator: ", "))]   # CHECK - name them")
            }
        case .jsonLines: add("  kind: json-lines")
        case .json: add("  kind: json")
        case .cloudEvents: add("  kind: cloudevents")
        case .xes(let pairs):
            add("  kind: xes")
            if pairs { add("  lifecycle: paired") }
        case .ocel: add("  kind: ocel")
        }
    }

    private static func delimiterName(_ byte: UInt8) -> String {
        switch byte {
        case UInt8(ascii: "\t"): "tab"
        case UInt8(ascii: ";"): "semicolon"
        case UInt8(ascii: "|"): "pipe"
        default: "comma"
        }
    }

    private mutating func writeZone(_ moment: ColumnGuess?) {
        let value = moment?.frequent.first?.value ?? ""
        let isEpoch = moment?.momentFormat?.hasPrefix("epoch") == true
        let bytes = Array(value.utf8)
        let stated = FieldText.moment(bytes.span, 0..<bytes.count)?.offsetMinutes
        if isEpoch || stated != nil {
            add(
                "# Times state their offset, or are in UTC; the zone gives the latter their days."
            )
            add("time_zone: UTC")
        } else {
            add("# CHECK - the zone of the clocks that wrote the file, as Europe/London")
            add("time_zone: UTC")
        }
    }

    private mutating func writeEvent(_ moment: ColumnGuess?) {
        add("event:")
        add("  # Unique together within the source; CHECK")
        add("  id: [\(idColumns().map(MappingDraft.quoted).joined(separator: ", "))]")
        add("  kind: contact")
        if let moment {
            writeTime(moment)
        } else {
            add("  # CHECK - no column looks like a moment")
            add("  time: {column: \(MappingDraft.quoted(columns.first?.name ?? "time"))}")
        }
        if let customer = take({
            $0.has(
                "customer", "client", "caller", "member", "account", "cust", "user", "requester",
                "sender", "email", "telephone", "phone")
        }) {
            add("  customer: {column: \(MappingDraft.quoted(customer.name)), unknown: [\"0\"]}")
        } else {
            add("  # customer: {column: ...}   # CHECK - no column looks like a customer's id")
        }
        if let issue = take({ $0.has("case", "ticket", "incident", "issue", "dossier", "order") }) {
            add("  issue: {column: \(MappingDraft.quoted(issue.name))}")
        }
    }

    private mutating func writeTime(_ moment: ColumnGuess) {
        let name = MappingDraft.quoted(moment.name)
        let format = moment.momentFormat ?? ""
        let check =
            format.hasPrefix("dd/mm") || format.hasPrefix("d/m")
            ? "   # CHECK - day before month?" : ""
        if MomentPattern(text: format)?.hasTime == false, let clock = take({ $0.isTimeOfDay }) {
            add(
                "  time: {date: \(name), date_format: \(MappingDraft.quoted(format)), "
                    + "clock: \(MappingDraft.quoted(clock.name))}" + check)
            return
        }
        add(
            "  time: {column: \(name)"
                + (format == "iso8601" ? "}" : ", format: \(MappingDraft.quoted(format))}") + check)
    }

    /// A column that tells all records apart, by its name first; else the first few.
    private mutating func idColumns() -> [String] {
        let unique = columns.filter {
            $0.filledCount == sample.recordCount && $0.distinctCount == sample.recordCount
                && !taken.contains($0.name)
        }
        if case .xes = sample.format,
            unique.isEmpty || !unique.contains(where: { $0.has("instance") })
        {
            return ["case:concept:name", "event:index"]
        }
        let named = unique.first { $0.has("id", "key", "instance", "number", "no", "uuid") }
        if let column = named ?? unique.first(where: { $0.momentFormat == nil && !$0.isNumeric })
            ?? unique.first
        {
            return [column.name]
        }
        return columns.prefix(3).map(\.name)
    }

    private mutating func writeInteraction() {
        add("interaction:")
        writeTable("channel", ["channel", "medium"])
        if !lines[lines.count - 1].hasPrefix("  channel"), !lines[lines.count - 1].hasPrefix("    ")
        {
            add("  channel: voice   # CHECK")
        }
        add("  direction: inbound   # CHECK")
        writeColumn("segment", ["segment", "priority", "age"])
        writeColumn(
            "intent", ["intent", "reason", "topic", "category", "type", "product", "theme"])
        writeColumn("team", ["team", "queue", "group", "skill", "department", "split"])
        writeColumn("tier", ["tier", "line", "level"])
        if let agent = take({
            $0.has("agent", "resource", "server", "operator", "employee", "owner")
                && !$0.has("country")
        }) {
            add("  agent: {column: \(MappingDraft.quoted(agent.name)), personal: true}")
        }
        writeOutcome()
        writeSpan("automation", ["ivr", "vru", "bot", "automation"])
        writeSpan("wait", ["wait", "queue", "asa", "hold", "ring"].filter { $0 != "hold" })
        writeSpan("talk", ["talk", "service", "ser", "handle", "duration", "aht"])
        writeSpan("hold", ["hold"])
        writeSpan("wrap_up", ["wrap", "acw", "after"])
        if let end = take({
            $0.momentFormat != nil
                && $0.has("end", "ended", "closed", "finish", "finished", "completed", "exit")
        }) {
            let format =
                end.momentFormat == "iso8601"
                ? "" : ", format: \(MappingDraft.quoted(end.momentFormat ?? ""))"
            add("  ended: {column: \(MappingDraft.quoted(end.name))\(format)}")
        }
    }

    private mutating func writeColumn(_ field: String, _ words: [String]) {
        guard
            let column = take({ guess in
                words.contains { guess.words.contains($0) } && guess.momentFormat == nil
                    && guess.distinctCount * 2 <= max(2, guess.filledCount)
            })
        else { return }
        add("  \(field): {column: \(MappingDraft.quoted(column.name))}")
    }

    private mutating func writeTable(_ field: String, _ words: [String]) {
        guard let column = take({ guess in words.contains { guess.words.contains($0) } }) else {
            return
        }
        guard column.distinctCount <= MappingDraft.tableLimit else {
            return add("  \(field): {column: \(MappingDraft.quoted(column.name))}")
        }
        add("  \(field):")
        add("    column: \(MappingDraft.quoted(column.name))")
        add("    values:   # CHECK - their words on the left, yours on the right")
        for (value, count) in column.frequent {
            add("      \(MappingDraft.quoted(value)): \(MappingDraft.quoted(value))   # \(count)")
        }
        if column.filledCount < sample.recordCount { add("    unknown: [\"\"]") }
    }

    private mutating func writeOutcome() {
        guard
            let column = take({ guess in
                guess.has("outcome", "status", "result", "disposition", "resolution", "state")
                    && guess.distinctCount <= MappingDraft.tableLimit
            })
        else { return add("  outcome: unknown   # CHECK") }
        add("  outcome:")
        add("    column: \(MappingDraft.quoted(column.name))")
        add("    # CHECK - resolved, contained, unresolved, transferred, escalated, abandoned,")
        add("    # deferred or unknown for each of their words")
        add("    values:")
        for (value, count) in column.frequent {
            add("      \(MappingDraft.quoted(value)): \(MappingDraft.outcome(value))   # \(count)")
        }
        add("    otherwise: unknown")
    }

    private static func outcome(_ word: String) -> String {
        let lower = word.lowercased()
        for (parts, outcome) in [
            (["unresolv", "unsolved", "fail", "not "], "unresolved"),
            (["resolv", "solved", "closed", "complete", "success", "done"], "resolved"),
            (["contain", "self"], "contained"), (["transfer", "xfer"], "transferred"),
            (["escalat"], "escalated"), (["abandon", "hang", "left", "drop"], "abandoned"),
            (["defer", "wait", "pending", "callback"], "deferred"),
        ] where parts.contains(where: { lower.contains($0) }) {
            return outcome
        }
        return "unknown"
    }

    private mutating func writeSpan(_ field: String, _ words: [String]) {
        guard
            let column = take({ guess in
                words.contains { guess.words.contains($0) } && (guess.isNumeric || guess.isClock)
            })
        else { return }
        let unit =
            column.isClock && !column.isNumeric
            ? "clock"
            : column.has("ms", "millis", "milliseconds")
                ? "milliseconds" : column.has("min", "minutes") ? "minutes" : "seconds"
        let isStated = column.has(
            "ms", "millis", "milliseconds", "min", "minutes", "s", "sec", "secs", "seconds")
        add(
            "  \(field): {column: \(MappingDraft.quoted(column.name)), unit: \(unit)}"
                + (isStated || unit == "clock" ? "" : "   # CHECK - the unit"))
    }

    private mutating func writeRest() {
        let rest = columns.filter { !taken.contains($0.name) && $0.filledCount > 0 }
        guard !rest.isEmpty else { return }
        add("")
        add("# Columns that the draft does not use, as \"event: attributes:\" or a field could:")
        for column in rest.prefix(60) {
            let examples = column.frequent.prefix(3).map { MappingDraft.shown($0.value) }
            add(
                "#   \(MappingDraft.shown(column.name)): \(column.distinctCount) values, as "
                    + examples.joined(separator: ", "))
        }
    }

    /// The first column that fits and that no field has taken.
    private mutating func take(_ fits: (ColumnGuess) -> Bool) -> ColumnGuess? {
        let found = columns.first { !taken.contains($0.name) && $0.filledCount > 0 && fits($0) }
        if let found { taken.insert(found.name) }
        return found
    }

    /// A text as YAML takes it.
    private static func quoted(_ text: String) -> String {
        let isPlain =
            !text.isEmpty
            && text.unicodeScalars.allSatisfy { scalar in
                ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar)
                    || ("0"..."9").contains(scalar) || "_-./".unicodeScalars.contains(scalar)
            }
            && text.first?.isLetter == true
            && !["true", "false", "null", "yes", "no", "on", "off", "y", "n"].contains(
                text.lowercased())
        if isPlain { return text }
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case _ where scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value):
                let digits = String(scalar.value, radix: 16)
                result += "\\x" + String(repeating: "0", count: 2 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    /// A value in a comment, short and harmless.
    private static func shown(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars.prefix(40) {
            let isControl = scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value)
            result.unicodeScalars.append(isControl ? " " : scalar)
        }
        return result
    }
}
