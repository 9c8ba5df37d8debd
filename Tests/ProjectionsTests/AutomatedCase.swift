// Small random logs in which automation does much: sessions in a row, hand-overs in vain, people
// between them; with a policy, complaints, refunds, and marks of single contacts. Found again by
// seed.

import Events
import Projections
import TestSupport

struct AutomatedCase {
    let seed: UInt64
    let record: ViewRecord
    let plain: PlainViews
    let charges: [Int64]
    let facts: [CustomerFact]
    let policy: Policy
    let marks: ContactMarks
    /// The flags of the marks, by index of interaction, as they were stated.
    let passed: [Bool?]
    let repeated: [Bool?]
    let repeats: [Int64?]

    var table: ContactTable { record.table }
    var contacts: [Contact] { record.table.contacts }

    init(_ seed: UInt64) throws {
        var random = TestRandom(seed: seed &+ 77_000)
        var rules = SampleRules.links(window: .hours(random.pick([3, 12, 72])))
        rules.lines = [
            LineOfBusiness(id: "money", intents: ["transfer", "loan", "absent"]),
            LineOfBusiness(id: "desk", intents: ["service"]),
        ].filter { _ in random.chance(0.9) }
        var builder = LogBuilder()
        var specs: [ContactSpec] = []
        for _ in 0..<random.within(1...50) {
            let spec = AutomatedCase.contact(&random, after: specs)
            specs.append(spec)
            builder.add(spec)
            if random.chance(0.04) {
                builder.addChurn(spec.customer, at: spec.at + .hours(Int64(random.below(20))))
            }
        }
        let last = specs.map(\.at).max() ?? .zero
        let days = last.microseconds / 86_400_000_000 + Int64(1 + random.below(6))
        let table = try builder.table(coverage: LogBuilder.coverage(days: days))
        self.seed = seed
        let window = TimeSpan.hours(random.pick([6, 48]))
        record = ViewRecord(
            table: table, book: JourneyBook(table, rules: rules), costs: SampleRules.costs,
            window: window)
        plain = PlainViews(journeys: PlainJourneys(table, rules: rules), window: window)
        let dimensions = LedgerDimensions(table: table, rules: rules, costs: SampleRules.costs)
        let charges = Charges(table, costs: SampleRules.costs, dimensions: dimensions)
        self.charges = table.contacts.indices.map { charges.total($0).thousandths }
        facts = AutomatedCase.facts(&random, table, last: last)
        policy = AutomatedCase.policy(&random)
        passed = table.contacts.map { _ in random.pick([nil, true, false]) }
        repeated = table.contacts.map { _ in random.pick([nil, nil, true, false]) }
        repeats = table.contacts.map { _ in random.pick([nil, Int64(random.below(6))]) }
        marks = AutomatedCase.marks(passed, repeated, repeats)
    }

    private static func contact(
        _ random: inout TestRandom, after earlier: [ContactSpec]
    ) -> ContactSpec {
        var spec = ContactSpec(
            random.chance(0.1) ? "" : "c\(random.below(4))",
            random.pick(["service", "transfer", "loan", ""]),
            at: .minutes(Int64(random.below(4_000))))
        if random.chance(0.75), let before = earlier.last {
            spec.customer = before.customer
            spec.issue = before.issue
            if random.chance(0.9) { spec.intent = before.intent }
            spec.at = before.at + .minutes(Int64(random.pick([1, 10, 45, 100, 400])))
        }
        if spec.issue.isEmpty, random.chance(0.2) { spec.issue = "i\(random.below(9))" }
        spec.segment = random.pick(["private", "business"])
        spec.channel = random.pick(["telephone", "chat"])
        if random.chance(0.65) {
            spec.actor = random.pick([.bot, .selfService])
            spec.outcome = random.pick([
                .contained, .contained, .abandoned, .transferred, .escalated, .unknown, .deferred,
                .resolved, .unresolved,
            ])
            spec.automation = .seconds(Int64(random.below(200)))
            spec.wait = nil
            spec.talk = nil
        } else {
            spec.outcome = random.pick([
                .resolved, .unresolved, .transferred, .escalated, .abandoned,
            ])
            if random.chance(0.15) {
                spec.kind = random.pick([.recovery, .workTask])
                spec.direction = .internal
            }
        }
        return spec
    }

    private static func facts(
        _ random: inout TestRandom, _ table: ContactTable, last: TimeSpan
    ) -> [CustomerFact] {
        (0..<random.below(8)).map { _ in
            let minutes = Int64(random.below(Int(last.microseconds / 60_000_000) + 600))
            var fact = CustomerFact(
                kind: random.pick([.complaintOpened, .refundPaid, .complaintReferred]),
                at: LogBuilder.start + .minutes(minutes),
                customer: Int32(random.below(table.customers.count + 1)) - 1,
                issue: .unknown)
            if random.chance(0.3), let symbol = table.dictionary.symbol(of: "i\(random.below(9))") {
                fact.issue = IssueID(symbol)
            }
            if fact.kind == .refundPaid { fact.money = Int64(random.below(900_000)) }
            return fact
        }
    }

    private static func policy(_ random: inout TestRandom) -> Policy {
        let rules = (0..<random.within(1...5)).map { number in
            GuardrailRule(
                id: "r\(number)", title: "rule \(number)",
                guardrail: random.pick(GuardrailClass.allCases),
                intents: random.pick([[], ["transfer"], ["service", "loan"], ["absent"]]),
                segments: random.pick([[], [], ["business"], ["nobody"]]),
                failedAttempts: random.pick([0, 0, 1, 2]), reason: "test", source: "test")
        }
        return Policy(id: "sample", owner: "board", rules: rules, note: "")
    }

    /// Through attributes, as a log has them.
    private static func marks(
        _ passed: [Bool?], _ repeated: [Bool?], _ repeats: [Int64?]
    ) -> ContactMarks {
        var marks = ContactMarks()
        for index in passed.indices {
            let values: [AttributeValue?] = [
                passed[index].map { .flag($0) }, repeated[index].map { .flag($0) },
                repeats[index].map { .integer($0) },
            ]
            let attributes = zip(1..., values).compactMap { name, value in
                value.map { Attribute(name: Symbol(UInt32(name)), value: $0) }
            }
            marks.add(attributes, at: index, of: passed.count) {
                ContactMarks.names[Int($0.rawValue) - 1]
            }
        }
        return marks
    }

    func selection(_ grouping: Grouping) -> Selection {
        var scope = Scope()
        scope.grouping = grouping
        return Selection(table, scope: scope, lines: record.book.rules.lines)
    }

    func intent(_ index: Int) -> String {
        let name = table.dictionary.string(contacts[index].intent)
        return name.isEmpty ? "unknown" : name
    }

    func segment(_ index: Int) -> String { table.dictionary.string(contacts[index].segment) }

    func isAutomated(_ index: Int) -> Bool {
        contacts[index].actor == .bot || contacts[index].actor == .selfService
    }
}
