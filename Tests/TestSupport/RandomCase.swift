// Small random logs with their rules: few customers and many of them, several intents, ties in
// time, lags that touch the window, every failure. Found again by seed.

import Events
import Projections

/// What a random log is drawn from.
package struct LogShape {
    package var contacts: ClosedRange<Int>
    package var customers: ClosedRange<Int>
    package var days: ClosedRange<Int>
    /// Share of contacts that follow an earlier one of their customer.
    package var followShare: Double

    package init(
        contacts: ClosedRange<Int>, customers: ClosedRange<Int>, days: ClosedRange<Int>,
        followShare: Double = 0.5
    ) {
        self.contacts = contacts
        self.customers = customers
        self.days = days
        self.followShare = followShare
    }

    package static let small = LogShape(contacts: 1...60, customers: 1...6, days: 1...60)
    package static let medium = LogShape(contacts: 60...240, customers: 3...15, days: 20...70)
}

/// One random log with rules for it.
package struct RandomCase {
    package let seed: UInt64
    package let builder: LogBuilder
    package let table: ContactTable
    package let rules: LinkRules
    package let costs: CostRules
    package let days: Int

    package init(seed: UInt64, shape: LogShape = .small) throws {
        var random = TestRandom(seed: seed)
        let rules = RandomCase.rules(&random)
        let days = random.within(shape.days)
        var builder = LogBuilder()
        for text in random.mixed(RandomCase.words) { builder.intern(text) }
        var specs: [ContactSpec] = []
        // Some systems name no issue, some name every one, most are between.
        let namedShare = random.pick([0, 0, 0, 0.3, 0.8])
        let customers = random.within(shape.customers)
        // Chance of its own, so that what is added here moves nothing else.
        var further = TestRandom(seed: seed &+ 7_919)
        for _ in 0..<random.within(shape.contacts) {
            var spec = RandomCase.contact(
                &random, after: specs, customers: customers, days: days, rules: rules,
                followShare: shape.followShare, namedShare: namedShare)
            spec.tier = further.pick(["", "", "1", "2"])
            if further.chance(0.1) { spec.segment = "" }
            specs.append(spec)
            builder.add(spec)
            if random.chance(0.03) { builder.add(spec, kind: .phantom) }
            if random.chance(0.02) {
                builder.addChurn(spec.customer, at: spec.at + .hours(Int64(random.below(100)) - 20))
            }
        }
        self.seed = seed
        self.builder = builder
        self.rules = rules
        self.days = days
        costs = SampleRules.costs
        // Followers may fall past the last stated day; the last follows by three windows at most.
        let last = specs.map { $0.at }.max() ?? .zero
        let whole = LogBuilder.coverage(days: last.microseconds / 86_400_000_000 + 1)
        table = try builder.table(coverage: random.chance(0.7) ? whole : nil)
    }

    private static let words = [
        "transfer", "service", "loan", "c0", "c1", "c2", "c3", "desk", "back", "stray",
        "telephone", "chat", "private", "business",
    ]

    private static func rules(_ random: inout TestRandom) -> LinkRules {
        let window = TimeSpan.minutes(random.pick([30, 60, 61, 720, 4_320]))
        var rules = SampleRules.links(window: window)
        if random.chance(0.5) {
            rules.families = [IntentFamily(id: "money", intents: ["transfer", "loan", "absent"])]
        }
        rules.failures = Array(random.mixed(rules.failures).dropLast(random.below(2)))
        if random.chance(0.4) {
            rules.failures.append(
                FailureRule(
                    id: "reopened", title: "reopened", outcome: .resolved,
                    returnedWithin: .minutes(random.pick([10, 45, 10_000]))))
        }
        switch random.below(4) {
        case 0:
            let named = rules.families.isEmpty ? "loan" : "money"
            rules.links.insert(
                LinkRule(id: "other", families: [named], window: .hours(7)), at: 0)
        case 1:
            // Nothing links the families that this one rule does not name.
            rules.links[0].families = ["service", "money"]
        default: break
        }
        if random.chance(0.5) {
            rules.background.from = .days(2)
            rules.background.to = .days(6)
            rules.background.prior = .hours(50)
            rules.background.placeboShift = .days(3)
        }
        return rules
    }

    private static func contact(
        _ random: inout TestRandom, after earlier: [ContactSpec], customers: Int, days: Int,
        rules: LinkRules, followShare: Double, namedShare: Double
    ) -> ContactSpec {
        let intents = ["service", "service", "transfer", "loan", ""]
        var spec = ContactSpec(
            random.chance(0.15) ? "" : "c\(random.below(customers))", random.pick(intents),
            at: .minutes(Int64(random.below(days * 96) * 15)))
        if random.chance(followShare), !earlier.isEmpty {
            let before = earlier[max(0, earlier.count - 1 - random.below(8))]
            spec.customer = before.customer
            if random.chance(0.85) { spec.intent = before.intent }
            if random.chance(0.7) { spec.issue = before.issue }
            spec.at = before.at + lag(&random, window: rules.links[0].window)
        }
        if spec.issue.isEmpty, random.chance(namedShare) {
            spec.issue = "i\(random.below(40))"
        }
        describe(&spec, &random)
        return spec
    }

    private static func lag(_ random: inout TestRandom, window: TimeSpan) -> TimeSpan {
        let whole = window.microseconds
        let microseconds =
            switch random.below(9) {
            case 0: Int64(0)
            case 1: whole
            case 2: whole + 1
            case 3: whole - 1
            case 4: whole / 60
            case 5: whole / 2
            default: Int64(random.unit() * Double(whole) * 1.2)
            }
        return TimeSpan(microseconds: microseconds)
    }

    private static func describe(_ spec: inout ContactSpec, _ random: inout TestRandom) {
        spec.team = random.pick(["desk", "desk", "back", "stray", ""])
        spec.channel = random.pick(["telephone", "telephone", "chat"])
        spec.segment = random.pick(["private", "business"])
        spec.direction = random.pick([
            .unknown, .unknown, .unknown, .unknown, .unknown, .inbound, .inbound, .inbound,
            .inbound,
            .inbound, .outbound, .internal,
        ])
        if random.chance(0.08) {
            spec.kind = random.pick([.workTask, .rework, .recovery, .complaintOpened])
        }
        spec.offsetMinutes = random.pick([120, 120, 120, 180, -90])
        if random.chance(0.4) {
            spec.automation = .seconds(Int64(random.below(90)))
        }
        switch random.below(10) {
        case 0...2:
            spec.outcome = .abandoned
            spec.actor = .unknown
            spec.wait = .seconds(Int64(random.below(400)))
            spec.talk = nil
        case 3:
            spec.outcome = .contained
            spec.actor = .selfService
            spec.wait = nil
            spec.talk = nil
        default:
            spec.outcome = random.pick([
                .resolved, .unknown, .unresolved, .transferred, .escalated, .deferred,
            ])
            if random.chance(0.1) { spec.actor = .backOffice }
            spec.wait = random.pick([nil, .zero, .seconds(Int64(random.below(500)))])
            spec.talk = random.pick([
                nil, .seconds(Int64(random.below(12))), .seconds(Int64(random.below(900))),
                .minutes(4), .minutes(70),
            ])
            spec.hold = random.pick([nil, nil, .seconds(Int64(random.below(100)))])
            spec.wrapUp = random.pick([nil, .seconds(30)])
        }
    }
}
