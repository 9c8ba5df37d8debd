// What an ingest would do, shown and not done: the first records as they would land, and a profile
// of the fields that they fill.

import Events
import Ingestion

package enum IngestPreview {
    /// Tries the first records of each file.
    /// - Parameter count: how many records of each file; at least 1.
    /// - Throws: ``RefusedFile`` for the mapping, ``IngestionError``.
    package static func run(
        files: [String], mappingPath: String, count: Int
    ) throws -> Answer {
        guard !files.isEmpty else { throw WorkbenchError.noFiles }
        let mapping = try MappingFile(path: mappingPath)
        let trial = IngestTrial(mapping.mapping)
        var tried: [TriedFile] = []
        for file in files { tried.append(try trial.read(try InputFile(file), count: count)) }
        return try answer(tried, mapping)
    }

    private static func answer(_ files: [TriedFile], _ mapping: MappingFile) throws -> Answer {
        var answer = Answer()
        answer.fact("mapping", "mapping", .text(mapping.name))
        answer.fact("source", "source", .text(mapping.mapping.source))
        answer.fact("read", "records tried", .integer(files.map(\.read).reduce(0, +)))
        answer.fact("accepted", "  would be accepted", .integer(files.map(\.accepted).reduce(0, +)))
        answer.fact("left_out", "  would be left out", .integer(files.map(\.leftOut).reduce(0, +)))
        answer.fact(
            "rejected", "  would be rejected", .integer(files.map(\.rejected).reduce(0, +)))
        var landed: [[Cell]] = []
        var profile = FieldProfile()
        for file in files {
            for row in 0..<file.rows.columns.count {
                let event = try file.rows.columns.event(row)
                let fields = EventFields(event, file.rows, row, file.names)
                profile.add(fields)
                landed.append(
                    [.text(file.file), .ordinal(file.rows.lines[row])]
                        + EventFields.names.map { name in
                            fields[name].map { .text($0) } ?? .none
                        })
            }
        }
        addEvents(landed, to: &answer)
        answer.table("fields", profile.table)
        addFindings(files, to: &answer)
        answer.note("nothing was written; pseudonyms are made with the store's keys when it is")
        return answer
    }

    /// Columns that no event fills are not shown.
    private static func addEvents(_ rows: [[Cell]], to answer: inout Answer) {
        guard !rows.isEmpty else { return }
        let titles = ["file", "line"] + EventFields.names
        let filled = titles.indices.filter { column in rows.contains { $0[column] != .none } }
        answer.table(
            "records",
            Table(
                title: "The first records as they would land",
                columns: filled.map { .init(titles[$0], titles[$0].spaced) },
                rows: rows.prefix(200).map { row in filled.map { row[$0] } }))
    }

    private static func addFindings(_ files: [TriedFile], to answer: inout Answer) {
        let rejects = files.flatMap(\.rejects)
        if !rejects.isEmpty {
            answer.table(
                "rejects",
                Table(
                    title: "Records that would be rejected",
                    columns: [
                        .init("file", "file"), .init("line", "line"), .init("column", "column"),
                        .init("field", "field"), .init("found", "found"),
                        .init("expected", "expected"), .init("code", "code"),
                        .init("hint", "hint"),
                    ],
                    rows: rejects.prefix(50).map { finding in
                        func text(_ value: String?) -> Cell { value.map { .text($0) } ?? .none }
                        func number(_ value: Int?) -> Cell { value.map { .ordinal($0) } ?? .none }
                        return [
                            .text(finding.file), number(finding.line), number(finding.column),
                            text(finding.field), text(finding.found), text(finding.expected),
                            .text(finding.code), text(finding.hint),
                        ]
                    }))
        }
        var warnings = FindingTally()
        for file in files { warnings.merge(file.warnings) }
        guard !warnings.isEmpty else { return }
        answer.table(
            "warnings",
            Table(
                title: "Warnings (the record would be accepted)",
                columns: [
                    .init("code", "code"), .init("count", "records"), .init("first", "first"),
                ],
                rows: warnings.codes.map { code in
                    [
                        .text(code), .integer(warnings.counts[code] ?? 0),
                        warnings.examples[code]?.first.map { .text("\($0)") } ?? .none,
                    ]
                }))
    }
}

/// An event's fields as texts.
private struct EventFields {
    static let names = [
        "time", "kind", "key", "customer", "issue", "channel", "modality", "direction", "intent",
        "segment", "actor", "team", "tier", "agent", "outcome", "transfer_target", "automation",
        "wait", "talk", "hold", "wrap_up", "ended", "money", "attributes", "sealed",
    ]

    private var values: [String: String] = [:]

    subscript(name: String) -> String? { values[name] }

    init(_ event: Event, _ rows: RecordRows, _ row: Int, _ names: NameList) {
        values["time"] = event.at.iso8601(offsetMinutes: Int(event.offsetMinutes))
        values["kind"] = event.kind.name
        values["key"] = event.key
        set("customer", event.customer, names)
        set("issue", event.issue, names)
        values["money"] = event.money.map { "\($0.inMajorUnits)" }
        if !event.attributes.isEmpty {
            values["attributes"] = event.attributes.map {
                "\(names.string($0.name))=\($0.value.text)"
            }.joined(separator: " ")
        }
        let sealed = rows.personal.filter { $0.row == row }.map { names.string($0.name) }
        if !sealed.isEmpty { values["sealed"] = sealed.joined(separator: " ") }
        if let interaction = event.interaction { set(interaction, names, event) }
    }

    private mutating func set(_ detail: Interaction, _ names: NameList, _ event: Event) {
        set("channel", detail.channel, names)
        if !detail.modality.isNone { values["modality"] = names.string(detail.modality) }
        values["direction"] = detail.direction == .unknown ? nil : detail.direction.name
        set("intent", detail.intent, names)
        set("segment", detail.segment, names)
        values["actor"] = detail.actor == .unknown ? nil : detail.actor.name
        set("team", detail.team, names)
        if !detail.tier.isNone { values["tier"] = names.string(detail.tier) }
        set("agent", detail.agent, names)
        values["outcome"] = detail.outcome == .unknown ? nil : detail.outcome.name
        set("transfer_target", detail.transferTarget, names)
        for (name, span) in [
            ("automation", detail.automation), ("wait", detail.wait), ("talk", detail.talk),
            ("hold", detail.hold), ("wrap_up", detail.wrapUp),
        ] {
            values[name] = span.map { EventFields.seconds($0) }
        }
        values["ended"] = detail.ended?.iso8601(offsetMinutes: Int(event.offsetMinutes))
    }

    private mutating func set(
        _ name: String, _ identifier: some SymbolIdentifier, _ names: NameList
    ) {
        if !identifier.symbol.isNone { values[name] = names.string(identifier) }
    }

    private static func seconds(_ span: TimeSpan) -> String {
        let thousandths = span.microseconds / 1_000
        let rest = thousandths % 1_000
        let decimals = rest == 0 ? "" : "." + zeroPadded(Int(rest), width: 3)
        return "\(thousandths / 1_000)\(decimals) s"
    }
}

/// How often each field is filled, and with what.
private struct FieldProfile {
    private static let shownCount = 3

    private var eventCount = 0
    private var counts: [String: [String: Int]] = [:]

    mutating func add(_ fields: EventFields) {
        eventCount += 1
        for name in EventFields.names {
            if let value = fields[name] { counts[name, default: [:]][value, default: 0] += 1 }
        }
    }

    var table: Table {
        Table(
            title: "What the events' fields hold",
            columns: [
                .init("field", "field"), .init("filled", "filled"),
                .init("distinct", "distinct"), .init("most_frequent", "most frequent"),
            ],
            rows: EventFields.names.map { name in
                let values = counts[name] ?? [:]
                let filled = values.values.reduce(0, +)
                return [
                    .text(name.spaced),
                    .share(eventCount == 0 ? 0 : Double(filled) / Double(eventCount)),
                    .integer(values.count), .text(FieldProfile.examples(values)),
                ]
            })
    }

    private static func examples(_ values: [String: Int]) -> String {
        values.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(shownCount)
            .map { value, count in
                let short = value.count > 40 ? value.prefix(37) + "..." : value[...]
                return count == 1 ? "\(short)" : "\(short) (\(count))"
            }.joined(separator: ", ")
    }
}

extension String {
    /// A key as a title.
    fileprivate var spaced: String { split(separator: "_").joined(separator: " ") }
}

extension AttributeValue {
    fileprivate var text: String {
        switch self {
        case .text(let text): text
        case .integer(let value): "\(value)"
        case .number(let value): "\(value)"
        case .flag(let value): "\(value)"
        }
    }
}
