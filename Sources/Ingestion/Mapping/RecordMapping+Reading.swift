// The grammar of a mapping file. See `scenarios/mappings/template.yaml` for one with comments.

import Configuration
import Events

extension RecordMapping {
    init(reading root: Field, folder: String, zoneDirectory: String) {
        file = root.file
        source = root.required("source").name()
        description = root.required("description").text()
        acknowledgement = root.optional("acknowledgement")?.text() ?? ""
        notes = root.optional("notes")?.list(counts: 0...100) { $0.text() } ?? []
        rulesFile = root.optional("rules")?.text()
        costsFile = root.optional("costs")?.text()
        let formatField = root.required("format")
        format = RecordMapping.format(formatField)
        decimalPoint =
            formatField.optional("decimal")?.choice([
                "point": UInt8(ascii: "."), "comma": UInt8(ascii: ","),
            ]) ?? UInt8(ascii: ".")
        let lookups = LookupFiles(folder: folder)
        let reader = RuleReader(
            format: format, zoneDirectory: zoneDirectory, lookups: lookups)
        let zone = reader.zone(root.required("time_zone"))
        self.zone = zone
        coverage = root.optional("coverage").map { RecordMapping.coverage($0, zone: zone) }
        leaveOut =
            root.optional("leave_out")?.list(counts: 0...100) { rule in
                LeaveOutRule(
                    conditions: reader.conditions(rule.required("when")),
                    reason: rule.required("because").text())
            } ?? []
        templates = RecordMapping.templates(root, reader)
        columnNames = reader.columnNames
        lookupContents = lookups.contents.map(\.bytes)
    }

    /// `event` and `interaction`, or a list of them under `events`.
    private static func templates(_ root: Field, _ reader: RuleReader) -> [EventTemplate] {
        guard let list = root.optional("events") else {
            return [template(root, conditions: [], reader)]
        }
        if let event = root.optional("event") {
            event.refuse("two-ways", expected: "\"event\" or \"events\", not both")
        }
        let templates = list.list(counts: 1...64) { item in
            template(
                item, conditions: item.optional("when").map(reader.conditions) ?? [], reader)
        }
        var isConditional: [String: Bool] = [:]
        for (template, item) in zip(templates, list.items()) {
            // Events of one record that exclude each other may have one id.
            let id = template.event.id.map(\.description).joined(separator: "/")
            let both = isConditional[id, default: true] && !template.conditions.isEmpty
            if isConditional.updateValue(both, forKey: id) != nil, !both {
                item.optional("event")?.optional("id")?.refuse(
                    "same-id", expected: "an id that no other event of the record has",
                    hint: "add a text to it, as [call_id, {text: answered}]")
            }
        }
        return templates
    }

    private static func template(
        _ field: Field, conditions: [ColumnCondition], _ reader: RuleReader
    ) -> EventTemplate {
        let event = eventRules(field.required("event"), reader: reader)
        let interaction = interactionRules(field.optional("interaction"), reader: reader)
        reader.refuseReadable(
            personalColumns(event, interaction), event: field.optional("event"),
            interaction: field.optional("interaction"))
        return EventTemplate(conditions: conditions, event: event, interaction: interaction)
    }

    private static func personalColumns(
        _ event: EventRules, _ interaction: InteractionRules
    ) -> Set<String> {
        var names = Set(event.personal.map(\.column.name))
        func add(_ rule: ValueRule) {
            switch rule.form {
            case .column(let column) where rule.isPersonal: names.insert(column.name)
            case .firstOf(let rules): rules.forEach(add)
            default: break
            }
        }
        for case let rule? in [event.customer, interaction.agent] { add(rule) }
        return names
    }

    private static func format(_ field: Field) -> RecordFormat {
        enum Kind { case delimited, jsonLines, json, cloudEvents, xes, ocel }
        let kind: Kind = field.required("kind").choice([
            "delimited": .delimited, "json-lines": .jsonLines, "json": .json,
            "cloudevents": .cloudEvents, "xes": .xes, "ocel": .ocel,
        ])
        switch kind {
        case .delimited: return .delimited(delimitedFormat(field))
        case .jsonLines: return .jsonLines
        case .json: return .json
        case .cloudEvents: return .cloudEvents
        case .xes:
            let pairs = field.optional("lifecycle")?.choice(["events": false, "paired": true])
            return .xes(pairsLifecycle: pairs ?? false)
        case .ocel: return .ocel
        }
    }

    private static func delimitedFormat(_ field: Field) -> DelimitedFormat {
        let quote = field.optional("quote")?.choice([
            "none": UInt8?.none, "double": UInt8(ascii: "\""), "single": UInt8(ascii: "'"),
        ])
        let trims = field.optional("padding")?.choice(["trimmed": true, "kept": false])
        let encoding: TextEncoding? = field.optional("encoding")?.choice([
            "utf-8": .utf8, "latin-1": .latin1, "windows-1252": .windows1252,
        ])
        var columns: [String]?
        let stated: Bool? = field.optional("header")?.choice([
            "first-line": true, "none": false,
        ])
        let hasHeader = stated ?? true
        if hasHeader, let given = field.optional("columns") {
            given.refuse("two-ways", expected: "\"header: none\" beside \"columns\"")
        } else if !hasHeader {
            columns = field.required("columns").list(counts: 1...4_096) {
                $0.text(lengths: 1...200)
            }
        }
        return DelimitedFormat(
            delimiter: delimiter(field.required("delimiter")), quote: quote ?? nil,
            trimsPadding: trims ?? true, encoding: encoding ?? .utf8,
            skippedLineCount: field.optional("skip_lines")?.integer(in: 0...10_000) ?? 0,
            columnNames: columns)
    }

    /// One of four names, or the character itself.
    private static func delimiter(_ field: Field) -> UInt8 {
        let named: KeyValuePairs<String, UInt8> = [
            "tab": UInt8(ascii: "\t"), "comma": UInt8(ascii: ","),
            "semicolon": UInt8(ascii: ";"), "pipe": UInt8(ascii: "|"),
        ]
        let text = field.text(lengths: 1...16)
        let bytes = Array(text.utf8)
        if bytes.count == 1, bytes[0] < 0x80, bytes[0] >= 0x20 {
            let isTaken = bytes[0] == UInt8(ascii: "\"") || bytes[0] == UInt8(ascii: "'")
            if !isTaken { return bytes[0] }
        }
        return field.choice(named)
    }

    private static func coverage(_ field: Field, zone: ZoneTable) -> StatedCoverage {
        func moment(_ name: String) -> (at: Instant, offsetMinutes: Int16) {
            let local = field.required(name).localTime()
            let seconds = Int64(local.date.dayNumber * 86_400 + local.secondOfDay)
            let resolved = zone.resolve(localSeconds: seconds)
            return (
                Instant(microseconds: resolved.utcSeconds * 1_000_000), resolved.offsetMinutes
            )
        }
        let from = moment("from")
        let to = moment("to")
        if from.at >= to.at {
            field.refuse("empty-coverage", expected: "a moment \"from\" before \"to\"")
        }
        return StatedCoverage(
            from: from.at, fromOffsetMinutes: from.offsetMinutes, to: to.at,
            toOffsetMinutes: to.offsetMinutes)
    }

    private static func eventRules(_ field: Field, reader: RuleReader) -> EventRules {
        EventRules(
            id: reader.keyParts(field.required("id")),
            kind: reader.value(field.required("kind"), "event.kind", .eventKind),
            time: reader.moment(field.required("time"), target: "event.time"),
            customer: field.optional("customer").map {
                reader.value($0, "event.customer", .text)
            },
            issue: field.optional("issue").map { reader.value($0, "event.issue", .text) },
            money: field.optional("money").map(reader.money),
            attributes: field.optional("attributes")?.entries.map { key, value in
                AttributeRule(
                    name: key.text(lengths: 1...64),
                    column: reader.column(value.required("column")),
                    kind: value.optional("type")?.choice([
                        "text": .text, "integer": .integer, "number": .number, "flag": .flag,
                    ]) ?? .text,
                    unknown: reader.unknown(value))
            } ?? [],
            personal: field.optional("personal")?.entries.map { key, value in
                PersonalRule(
                    name: key.text(lengths: 1...64),
                    column: reader.column(value.required("column")),
                    unknown: reader.unknown(value))
            } ?? [])
    }

    private static func interactionRules(
        _ field: Field?, reader: RuleReader
    ) -> InteractionRules {
        func value(_ name: String, _ kind: ResultKind = .text) -> ValueRule? {
            field?.optional(name).map { reader.value($0, "interaction.\(name)", kind) }
        }
        func duration(_ name: String) -> DurationRule? {
            field?.optional(name).map { reader.duration($0, target: "interaction.\(name)") }
        }
        let kinds = field?.optional("kinds")?.list(counts: 1...100) {
            $0.choice(of: EventKind.self, named: \.name)
        }
        let usual: [EventKind] = [.contact, .phantom, .workTask, .rework, .recovery, .corrected]
        return InteractionRules(
            kinds: field == nil ? [] : kinds ?? usual, channel: value("channel"),
            modality: value("modality"), direction: value("direction", .direction),
            intent: value("intent"), segment: value("segment"), actor: value("actor", .actor),
            team: value("team"), tier: value("tier"), agent: value("agent"),
            outcome: value("outcome", .outcome), transferTarget: value("transfer_target"),
            automation: duration("automation"), wait: duration("wait"), talk: duration("talk"),
            hold: duration("hold"), wrapUp: duration("wrap_up"),
            ended: field?.optional("ended").map(reader.end))
    }
}

extension KeyPart: CustomStringConvertible {
    var description: String {
        switch self {
        case .column(let column): column.name
        case .text(let text): "=" + text
        }
    }
}
