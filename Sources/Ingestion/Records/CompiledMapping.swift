// A mapping bound to the header of one file.

import Events

struct CompiledDuration {
    let column: Int
    let target: String
    let unitMicroseconds: Int64
}

struct CompiledAttribute {
    let column: Int
    let name: Symbol
    let kind: AttributeRule.Kind
    let unknown: [Glob]
}

/// Every rule with its columns' places. Its tables grow while records are read.
struct CompiledMapping {
    let columnNames: [String]
    let leaveOut: [[CompiledCondition]]
    let source: SourceID
    let id: [Int]
    var kind: CompiledRule
    let time: CompiledMoment
    var customer: CompiledIdentifier?
    var issue: CompiledRule?
    let money: Int?
    let attributes: [CompiledAttribute]
    var personal: [CompiledPersonalRule]

    /// Indexed by the event kind's raw value.
    let isInteraction: [Bool]
    var channel, modality, direction, intent, segment, actor: CompiledRule?
    var team, tier, outcome, transferTarget: CompiledRule?
    var agent: CompiledIdentifier?
    let automation, wait, talk, hold, wrapUp: CompiledDuration?
    let ended: CompiledEnd?

    /// - Throws: ``IngestionError/refusedHeader(path:findings:)`` with every column that is
    ///   missing or there twice.
    init(
        _ mapping: RecordMapping, header: [String], file: String, path: String,
        interner: inout Interner
    ) throws(IngestionError) {
        var binding = ColumnBinding(names: header, file: file, mappingFile: mapping.file)
        func rule(_ rule: ValueRule?) -> CompiledRule? {
            rule.map { CompiledRule($0, binding: &binding, interner: &interner) }
        }
        func identifier(_ rule: ValueRule?, _ name: String) -> CompiledIdentifier? {
            rule.map {
                CompiledIdentifier($0, name: name, binding: &binding, interner: &interner)
            }
        }
        func duration(_ rule: DurationRule?) -> CompiledDuration? {
            rule.map {
                CompiledDuration(
                    column: binding.index(of: $0.column), target: $0.target,
                    unitMicroseconds: $0.unitMicroseconds)
            }
        }
        columnNames = header
        leaveOut = mapping.leaveOut.map { $0.conditions.map { binding.condition($0) } }
        source = SourceID(interner.intern(mapping.source))
        let event = mapping.event
        id = event.id.map { binding.index(of: $0) }
        kind = CompiledRule(event.kind, binding: &binding, interner: &interner)
        time = CompiledMoment(event.time, binding: &binding)
        customer = identifier(event.customer, "customer")
        issue = rule(event.issue)
        money = event.money.map { binding.index(of: $0) }
        attributes = event.attributes.map {
            CompiledAttribute(
                column: binding.index(of: $0.column), name: interner.intern($0.name),
                kind: $0.kind, unknown: $0.unknown.map(Glob.init))
        }
        personal = event.personal.map {
            CompiledPersonalRule(
                name: $0.name, column: $0.column, unknown: $0.unknown, needsPseudonym: false,
                binding: &binding, interner: &interner)
        }
        let rules = mapping.interaction
        isInteraction = CompiledMapping.flags(of: rules.kinds)
        channel = rule(rules.channel)
        modality = rule(rules.modality)
        direction = rule(rules.direction)
        intent = rule(rules.intent)
        segment = rule(rules.segment)
        actor = rule(rules.actor)
        team = rule(rules.team)
        tier = rule(rules.tier)
        outcome = rule(rules.outcome)
        transferTarget = rule(rules.transferTarget)
        agent = identifier(rules.agent, "agent")
        automation = duration(rules.automation)
        wait = duration(rules.wait)
        talk = duration(rules.talk)
        hold = duration(rules.hold)
        wrapUp = duration(rules.wrapUp)
        ended = rules.ended.map { CompiledEnd($0, binding: &binding) }
        guard binding.findings.isEmpty else {
            throw .refusedHeader(path: path, findings: binding.findings)
        }
    }

    private static func flags(of kinds: [EventKind]) -> [Bool] {
        let count = Int(EventKind.allCases.map(\.rawValue).max() ?? 0) + 1
        var flags = [Bool](repeating: false, count: count)
        for kind in kinds { flags[Int(kind.rawValue)] = true }
        return flags
    }
}
