// A mapping bound to the columns of one file.

import Events

struct CompiledDuration {
    enum Form {
        case number(Int, unitMicroseconds: Int64)
        case clock(Int)
        case iso(Int)
        case between(CompiledMoment, CompiledMoment)
    }

    let target: String
    let form: Form

    init(_ rule: DurationRule, zone: ZoneTable, binding: inout ColumnBinding) {
        target = rule.target
        switch rule.form {
        case .number(let column, let unit):
            form = .number(binding.index(of: column), unitMicroseconds: unit)
        case .clock(let column): form = .clock(binding.index(of: column))
        case .iso(let column): form = .iso(binding.index(of: column))
        case .between(let from, let to):
            form = .between(
                CompiledMoment(from, zone: zone, binding: &binding),
                CompiledMoment(to, zone: zone, binding: &binding))
        }
    }

    /// The field that messages point at.
    var field: Int {
        switch form {
        case .number(let column, _), .clock(let column), .iso(let column): column
        case .between(_, let to): to.field
        }
    }
}

struct CompiledAttribute {
    let column: Int
    let name: Symbol
    let kind: AttributeRule.Kind
    let unknown: [Glob]
}

enum CompiledKeyPart {
    case column(Int)
    case text([UInt8])
}

extension Array where Element == CompiledKeyPart {
    /// The field that messages point at.
    var firstColumn: Int {
        for case .column(let column) in self { return column }
        return 0
    }
}

/// A value that is one of an event's codes.
struct CompiledCode {
    let column: CodeColumn
    var rule: CompiledRule
}

/// A length of time that an event has.
struct CompiledSpan {
    let column: NumberColumn
    let presence: UInt32
    let rule: CompiledDuration
}

/// One event that a record may become, with its columns' places. Its tables grow while records are
/// read.
struct CompiledTemplate {
    let conditions: [CompiledCondition]
    let id: [CompiledKeyPart]
    var kind: CompiledRule
    var time: CompiledMoment
    var customer: CompiledIdentifier?
    var issue: CompiledRule?
    let money: (column: Int, thousandthsPerUnit: Int64)?
    let attributes: [CompiledAttribute]
    var personal: [CompiledPersonalRule]

    /// Indexed by the event kind's raw value.
    let isInteraction: [Bool]
    var codes: [CompiledCode] = []
    var agent: CompiledIdentifier?
    var spans: [CompiledSpan] = []
    let ended: CompiledEnd?

    init(
        _ template: EventTemplate, zone: ZoneTable, binding: inout ColumnBinding,
        interner: inout Interner
    ) {
        conditions = template.conditions.map { binding.condition($0) }
        let event = template.event
        id = event.id.map { part in
            switch part {
            case .column(let column): .column(binding.index(of: column))
            case .text(let text): .text(Array(text.utf8))
            }
        }
        kind = CompiledRule(event.kind, binding: &binding, interner: &interner)
        time = CompiledMoment(event.time, zone: zone, binding: &binding)
        customer = event.customer.map {
            CompiledIdentifier($0, name: "customer", binding: &binding, interner: &interner)
        }
        issue = event.issue.map {
            CompiledRule($0, binding: &binding, interner: &interner)
        }
        money = event.money.map { (binding.index(of: $0.column), $0.thousandthsPerUnit) }
        attributes = event.attributes.map {
            CompiledAttribute(
                column: binding.index(of: $0.column), name: interner.intern($0.name),
                kind: $0.kind, unknown: $0.unknown.map(Glob.init))
        }
        personal = event.personal.map {
            CompiledPersonalRule(
                name: $0.name,
                text: CompiledText(column: binding.index(of: $0.column), unknown: $0.unknown),
                needsPseudonym: false, interner: &interner)
        }
        let rules = template.interaction
        // A contact is an interaction, also where nothing more is said of it.
        isInteraction = CompiledTemplate.flags(of: rules.kinds.isEmpty ? [.contact] : rules.kinds)
        agent = rules.agent.map {
            CompiledIdentifier($0, name: "agent", binding: &binding, interner: &interner)
        }
        ended = rules.ended.map { CompiledEnd($0, zone: zone, binding: &binding) }
        for (column, rule) in rules.codes {
            guard let rule else { continue }
            let compiled = CompiledRule(rule, binding: &binding, interner: &interner)
            codes.append(CompiledCode(column: column, rule: compiled))
        }
        for (column, presence, rule) in rules.spans {
            guard let rule else { continue }
            let compiled = CompiledDuration(rule, zone: zone, binding: &binding)
            spans.append(CompiledSpan(column: column, presence: presence, rule: compiled))
        }
    }

    private static func flags(of kinds: [EventKind]) -> [Bool] {
        let count = Int(EventKind.allCases.map(\.rawValue).max() ?? 0) + 1
        var flags = [Bool](repeating: false, count: count)
        for kind in kinds { flags[Int(kind.rawValue)] = true }
        return flags
    }
}

extension InteractionRules {
    /// The rules whose results are codes, the agent's left out, which may be personal.
    fileprivate var codes: [(CodeColumn, ValueRule?)] {
        [
            (.channel, channel), (.modality, modality), (.direction, direction),
            (.intent, intent), (.segment, segment), (.actor, actor), (.team, team), (.tier, tier),
            (.outcome, outcome), (.transferTarget, transferTarget),
        ]
    }

    fileprivate var spans: [(NumberColumn, UInt32, DurationRule?)] {
        [
            (.automation, Presence.automation, automation), (.wait, Presence.wait, wait),
            (.talk, Presence.talk, talk), (.hold, Presence.hold, hold),
            (.wrapUp, Presence.wrapUp, wrapUp),
        ]
    }
}

/// Every rule with its columns' places.
struct CompiledMapping {
    let columnNames: [String]
    let leaveOut: [[CompiledCondition]]
    let source: SourceID
    var templates: [CompiledTemplate] = []

    /// - Throws: ``IngestionError/refusedHeader(path:findings:)`` with every column that is
    ///   missing or there twice.
    init(
        _ mapping: RecordMapping, header: [String], file: String, path: String,
        interner: inout Interner
    ) throws(IngestionError) {
        var binding = ColumnBinding(
            names: header, file: file, mappingFile: mapping.file,
            decimalPoint: mapping.decimalPoint)
        columnNames = header
        leaveOut = mapping.leaveOut.map { $0.conditions.map { binding.condition($0) } }
        source = SourceID(interner.intern(mapping.source))
        for template in mapping.templates {
            templates.append(
                CompiledTemplate(
                    template, zone: mapping.zone, binding: &binding, interner: &interner))
        }
        guard binding.findings.isEmpty else {
            throw .refusedHeader(path: path, findings: binding.findings)
        }
    }
}
