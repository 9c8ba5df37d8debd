// The record that a replay is measured with: a quarter's calls of twelve intents, some of them
// returns after a failure, a fifth from people whom nobody knows.

import Events
import Modeling
import Projections

/// Contacts by index, each from its number alone.
struct ReplayRecord {
    private static let start = Instant(microseconds: 1_767_225_600_000_000)
    private static let days = 90
    private let count: Int
    private let customerCount: Int
    private var interner = Interner()

    init(contacts: Int) {
        count = contacts
        customerCount = max(1, contacts / 8)
    }

    mutating func table() throws -> ContactTable {
        let source = SourceID(interner.intern("bench"))
        let channel = ChannelID(interner.intern("telephone"))
        let segment = SegmentID(interner.intern("private"))
        let team = TeamID(interner.intern("desk"))
        let intents = (0..<12).map { IntentID(interner.intern(ReplayRecord.intent($0))) }
        let customers = (0..<customerCount).map { CustomerID(interner.intern("p\($0)")) }
        var fold = ContactFold(dictionary: interner)
        for index in 0..<count {
            let call = call(index)
            var detail = Interaction()
            detail.channel = channel
            detail.segment = segment
            detail.team = team
            detail.intent = intents[call.intent]
            detail.outcome = call.outcome
            detail.actor = call.outcome == .abandoned ? .unknown : .agent
            detail.direction = .inbound
            detail.wait = .seconds(roll(index, 6, 600))
            if call.outcome != .abandoned {
                detail.talk = .seconds(30 + roll(index, 7, 870))
                detail.hold = .seconds(roll(index, 8, 60))
                detail.wrapUp = .seconds(roll(index, 9, 120))
            }
            var event = Event(
                kind: .contact, source: source, key: "c\(index)", at: call.at, offsetMinutes: 60)
            if call.customer >= 0 { event.customer = customers[call.customer] }
            event.interaction = detail
            fold.add(
                RecordedEvent(
                    position: LogPosition(UInt64(index + 1)), recordedAt: call.at, event: event))
        }
        return try fold.finish(
            coverage: Coverage(
                from: ReplayRecord.start, to: ReplayRecord.start + .days(Int64(ReplayRecord.days))))
    }

    private struct Call {
        var customer: Int
        var intent: Int
        var at: Instant
        var outcome: Outcome
    }

    private func roll(_ index: Int, _ purpose: UInt64, _ sides: Int) -> Int64 {
        Int64(LogEventGenerator.mix(UInt64(index), purpose) % UInt64(sides))
    }

    /// Each second contact is a return to the one before, one time in three where that one failed
    /// and one time in twelve where not.
    private func call(_ index: Int) -> Call {
        let seconds = (ReplayRecord.days - 3) * 86_400
        let outcome: Outcome =
            switch roll(index, 5, 100) {
            case 0..<14: .abandoned
            case 14..<26: .unresolved
            default: .resolved
            }
        if index % 2 == 1 {
            let first = call(index - 1)
            let isReturn = roll(index, 10, 12) < (first.outcome == .resolved ? 1 : 4)
            if isReturn {
                let at = first.at + .seconds(600 + roll(index, 11, 3 * 86_400 - 700))
                return Call(
                    customer: first.customer, intent: first.intent, at: at, outcome: outcome)
            }
        }
        let isKnown = roll(index, 1, 5) > 0
        return Call(
            customer: isKnown ? Int(roll(index, 2, customerCount)) : -1,
            intent: Int(roll(index, 3, 12)),
            at: ReplayRecord.start + .seconds(Int64(index) * Int64(seconds) / Int64(count)),
            outcome: outcome)
    }

    static func intent(_ number: Int) -> String { "intent\(number)" }

    static let rules = LinkRules(
        id: "bench", families: [],
        links: [LinkRule(id: "all", families: [], window: .days(7))],
        failures: [
            FailureRule(id: "abandoned", title: "abandoned", outcome: .abandoned),
            FailureRule(id: "unresolved", title: "unresolved", outcome: .unresolved),
        ])

    static let costs = CostRules(
        id: "bench", currency: "GBP",
        rules: [
            CostRule(
                payer: "desk", activity: .handle, teams: ["desk"],
                perMinute: Money(thousandths: 81_234), grade: .d, source: "benchmark")
        ], note: "")

    /// A step of automation before one of the intents, on all days, with ranges on what is
    /// uncertain.
    static var intervention: Intervention {
        let first = Int(start.microseconds / 86_400_000_000)
        let last = first + days
        let ranges: [(ParameterKey, Double, Double, Double)] = [
            (.takeUp, 0.3, 0.5, 0.8), (.contained, 0.2, 0.6, 0.8), (.falseShare, 0.15, 0.35, 0.6),
            (.abandonedShare, 0.05, 0.125, 0.25), (.falseReturns, 0.12, 0.25, 0.4),
            (.seconds, 30, 48, 90), (.selectionStrength, 0.5, 0.5, 0.5),
            (.reliability, 0.3, 0.5, 0.7), (.contextLost, 0.3, 0.68, 0.85),
            (.contextPenaltySeconds, 15, 23, 120), (.misrouted, 0.02, 0.05, 0.1),
            (.misrouteSeconds, 40, 60, 90), (.runPerUse, 0.05, 0.1, 0.25),
            (.fixed, 10_000, 20_000, 40_000),
        ]
        return Intervention(
            firstDay: first, lastDay: last,
            automations: [
                Automation(
                    id: "chatbot", catalogueID: "A8", mechanism: .step, owner: "operations",
                    payer: "automation budget",
                    scope: AutomationScope(
                        intents: [intent(5)], firstDay: first, lastDay: last),
                    parameters: ranges.map { key, low, mode, high in
                        StatedParameter(
                            key: key,
                            value: RangedParameter(
                                name: key.name, low: low, mode: mode, high: high, grade: .d,
                                source: "benchmark"))
                    })
            ])
    }
}
