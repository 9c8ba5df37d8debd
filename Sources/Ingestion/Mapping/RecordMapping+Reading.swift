// The grammar of a mapping file. See `scenarios/mappings` for one with comments.

import Configuration
import Events

extension RecordMapping {
    init(reading root: Field, zoneDirectory: String) {
        let reader = RuleReader()
        file = root.file
        source = root.required("source").name()
        description = root.required("description").text()
        acknowledgement = root.optional("acknowledgement")?.text() ?? ""
        notes = root.optional("notes")?.list(counts: 0...100) { $0.text() } ?? []
        rulesFile = root.optional("rules")?.text()
        costsFile = root.optional("costs")?.text()
        format = RecordMapping.format(root.required("format"))
        let zone = RecordMapping.zone(root.required("time_zone"), directory: zoneDirectory)
        self.zone = zone
        coverage = root.optional("coverage").map { RecordMapping.coverage($0, zone: zone) }
        leaveOut =
            root.optional("leave_out")?.list(counts: 0...100) { rule in
                LeaveOutRule(
                    conditions: reader.conditions(rule.required("when")),
                    reason: rule.required("because").text())
            } ?? []
        event = RecordMapping.eventRules(root.required("event"), reader: reader)
        interaction = RecordMapping.interactionRules(
            root.optional("interaction"), reader: reader)
        reader.refuseReadable(
            RecordMapping.personalColumns(event, interaction), event: root.optional("event"),
            interaction: root.optional("interaction"))
    }

    private static func personalColumns(
        _ event: EventRules, _ interaction: InteractionRules
    ) -> Set<String> {
        var names = Set(event.personal.map(\.column.name))
        for case let rule? in [event.customer, interaction.agent] where rule.isPersonal {
            if case .column(let column) = rule.form { names.insert(column.name) }
        }
        return names
    }

    private static func format(_ field: Field) -> DelimitedFormat {
        _ = field.required("kind").choice(among: ["delimited"])
        let delimiter = field.required("delimiter").choice([
            "tab": UInt8(ascii: "\t"), "comma": UInt8(ascii: ","),
            "semicolon": UInt8(ascii: ";"), "pipe": UInt8(ascii: "|"),
        ])
        let quote = field.optional("quote")?.choice([
            "none": UInt8?.none, "double": UInt8(ascii: "\""), "single": UInt8(ascii: "'"),
        ])
        let trims = field.optional("padding")?.choice(["trimmed": true, "kept": false])
        return DelimitedFormat(
            delimiter: delimiter, quote: quote ?? nil, trimsPadding: trims ?? true)
    }

    private static func zone(_ field: Field, directory: String) -> ZoneTable {
        let name = field.text(lengths: 1...64)
        guard !name.isEmpty else { return .utc }
        do {
            return try ZoneTable.load(name: name, directory: directory)
        } catch {
            field.refuse(
                "unknown-zone", expected: "a name of the system's zone files, as Europe/London",
                hint: "zone files belong to the system's package tzdata")
            return .utc
        }
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
            id: field.required("id").list(counts: 1...16, reader.column),
            kind: reader.value(field.required("kind"), "event.kind", .eventKind),
            time: reader.moment(field.required("time"), target: "event.time"),
            customer: field.optional("customer").map {
                reader.value($0, "event.customer", .text)
            },
            issue: field.optional("issue").map { reader.value($0, "event.issue", .text) },
            money: field.optional("money").map { reader.column($0.required("column")) },
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
        let usual: [EventKind] = [.contact, .phantom, .workTask, .rework, .recovery]
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
