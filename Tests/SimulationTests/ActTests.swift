// Each mechanism where it acts: what it changes, by how much, and that the books still balance.

import Events
import Modeling
import Projections
import Simulation
import TestSupport
import Testing

@Suite struct ActTests {
    private static let everything = ["service", "transfer", "loan"]

    /// Values with which each mechanism does something.
    private static func values(_ mechanism: Mechanism) -> [ParameterKey: Double] {
        var values: [ParameterKey: Double] =
            switch mechanism {
            case .step: [.takeUp: 0.7, .contained: 0.6, .falseShare: 0.4, .seconds: 40]
            case .channel:
                [.moved: 0.6, .abandonedShare: 0.2, .seconds: 20, .handleFactor: 1.4]
            case .outbound: [.coverage: 0.8, .prevented: 0.5, .replies: 0.2]
            case .assist:
                [
                    .adoption: 0.9, .handleFactorGrowing: 0.8, .resolutionOdds: 1.5,
                    .escalationOdds: 0.5, .wrongAnswers: 0.1,
                ]
            case .wrapup:
                [
                    .adoption: 1, .wrapupFactor: 0.5, .reviewSeconds: 5, .summaryLost: 0.5,
                    .contextPenaltySeconds: 30,
                ]
            case .knowledge: [.adoption: 1, .holdFactor: 0.5, .wrongAnswers: 0.2]
            case .personalisation: [.adoption: 0.8, .resolutionOdds: 0.7]
            case .coaching: [.adoption: 1, .growthDays: 10, .handleFactor: 0.8]
            case .guidance: [.adoption: 1, .growthDays: 10, .handleFactor: 0.9]
            case .quality:
                [
                    .coverage: 0.9, .recall: 0.9, .recovered: 0.8, .recoverySeconds: 200,
                    .reviewSeconds: 60, .precision: 0.5,
                ]
            case .scheduling, .reporting: [.hoursPerWeek: 10, .ratePerHour: 30, .cashed: 0.25]
            case .work: [.automated: 0.8, .failed: 0.3, .failureContacts: 0.6]
            case .carryover: [.carried: 0.9, .savedSeconds: 20]
            case .reach: [.offered: 0.9, .taken: 0.8]
            }
        values[.runPerUse] = 0.25
        values[.fixed] = 100
        return values
    }

    private func fixtures(
        _ mechanism: Mechanism, change: (inout Intervention) -> Void = { _ in }
    ) throws -> [ReplayFixture] {
        try (UInt64(0)..<120).compactMap { seed in
            try ReplayFixture.random(seed) { scenario, _ in
                scenario = .stated(
                    mechanism, intents: ActTests.everything, days: -1...1_000,
                    ActTests.values(mechanism))
                change(&scenario)
            }
        }
    }

    @Test(arguments: Mechanism.allCases)
    func booksBalanceWhateverActs(mechanism: Mechanism) throws {
        var changed = 0
        for fixture in try fixtures(mechanism) {
            for result in fixture.replicate(2) {
                #expect(result.unexplained == 0 && result.customersUnexplained == 0)
                if result.scenario.matrix != result.baseline.matrix { changed += 1 }
            }
        }
        #expect(changed > 20)
    }

    /// What reaches nobody, and costs nothing, changes nothing.
    @Test(arguments: Mechanism.allCases.filter { $0.exposure != nil })
    func whatReachesNobodyChangesNothing(mechanism: Mechanism) throws {
        let fixtures = try fixtures(mechanism) { scenario in
            guard let exposure = mechanism.exposure else { return }
            scenario.automations[0][exposure] = .constant(exposure.name, 0)
            scenario.automations[0][.fixed] = nil
        }
        #expect(!fixtures.isEmpty)
        for fixture in fixtures {
            for result in fixture.replicate(2) {
                #expect(result.scenario == result.baseline)
                #expect(result.classes.net == 0 && result.classes.grossSaving == 0)
                #expect(result.customersWorseOff == 0 && result.customersBetterOff == 0)
            }
        }
    }

    /// Beside another automation, one that reaches nobody moves no draw of it.
    @Test func idleNeighbourMovesNoDraw() throws {
        let step = Intervention.stated(.step, ActTests.values(.step))
        var idle = Intervention.stated(.assist, id: "idle", ActTests.values(.assist))
        idle.automations[0][.adoption] = .constant("adoption", 0)
        idle.automations[0][.fixed] = nil
        for seed in UInt64(0)..<40 {
            let alone = try ReplayFixture.random(seed) { scenario, _ in scenario = step }
            let beside = try ReplayFixture.random(seed) { scenario, _ in scenario = idle.with(step)
            }
            guard let alone, let beside else { continue }
            for (left, right) in zip(alone.replicate(2), beside.replicate(2)) {
                #expect(left.scenario.counters == right.scenario.counters)
                #expect(left.classes.net == right.classes.net)
            }
        }
    }

    private func calls(_ count: Int, change: (inout ContactSpec) -> Void) -> [ContactSpec] {
        (0..<count).map { number in
            var call = ContactSpec("c\(number)", at: .days(Int64(number)) + .hours(9))
            change(&call)
            return call
        }
    }

    @Test func toolScalesHoldAndWrapUpAndNothingElse() throws {
        let calls = calls(10) { call in
            call.hold = .seconds(60)
            call.wrapUp = .seconds(40)
        }
        let fixture = try ReplayFixture(
            calls,
            intervention: .stated(
                .knowledge, [.adoption: 1, .holdFactor: 0.75, .overheadSeconds: 2]))
        let result = try #require(fixture.replicate(1).first)
        // A quarter of a minute of hold less, two seconds of talk more.
        #expect(result.delta(.handleTime) == 10 * (-15 + 2) * 1_000_000)
        #expect(result.delta(.customerTime) == 10 * (-15 + 2) * 1_000_000)
        // A pound a minute at the desk; what is freed stays on the roster.
        #expect(result.classes.grossSaving == 10 * 21_667)
        #expect(result.classes.net == 0)
        #expect(result.scenario[.assisted] == 10)
    }

    @Test func tenureDecidesWhatAToolDoes() throws {
        let calls = calls(3) { $0.wrapUp = .zero }
        let table = try LogBuilder(calls).table(coverage: LogBuilder.coverage(days: 30))
        let base = try ReplayFixture(table, rules: SampleRules.links(), intervention: .stated())
        let addresses = Dictionary(uniqueKeysWithValues: (0..<3).map { (Int32($0), UInt64($0)) })
        let today = LogBuilder.firstDay
        let agents = AgentFacts(
            addresses: addresses, joinedDays: [0: today - 10, 1: today - 200, 2: today - 900])
        let plan = try ReplayPlan(
            table: table, book: base.book, costs: base.costs, model: base.model,
            intervention: .stated(
                .assist,
                [
                    .adoption: 1, .handleFactorNovice: 0.5, .handleFactorGrowing: 0.75,
                    .handleFactorExperienced: 1,
                ]), agents: agents, seed: 1)
        var scratch = ReplayScratch(plan)
        let result = plan.replicate(0, parameters: plan.parameters(draw: 0), scratch: &scratch)
        // Three minutes each: half of them, a quarter, none.
        #expect(result.delta(.handleTime) == -(90 + 45) * 1_000_000)
        #expect(agents.knownTenureCount == 3)
    }

    @Test func coachingGrowsToItsFullSize() throws {
        let calls = calls(20) { $0.wrapUp = .zero }
        let fixture = try ReplayFixture(
            calls,
            intervention: .stated(
                .coaching, [.adoption: 1, .growthDays: 10, .handleFactor: 0.5]))
        let result = try #require(fixture.replicate(1).first)
        // Days 1 to 9 of ten: so many tenths of half of three minutes; then all of it.
        let tenths = (1...9).reduce(0, +) + 11 * 10
        #expect(result.delta(.handleTime) == -Int64(tenths) * 9 * 1_000_000)
    }

    @Test func coachingDoesWhatTheHoursForItAllow() throws {
        let calls = calls(20) { $0.wrapUp = .zero }
        let coaching = Intervention.stated(
            .coaching, [.adoption: 1, .handleFactor: 0.5, .hoursPerWeek: 8])
        func handled(_ scenario: Intervention) throws -> Int64 {
            let fixture = try ReplayFixture(calls, intervention: scenario)
            return try #require(fixture.replicate(1).first).delta(.handleTime)
        }
        let reporting = Intervention.stated(
            .reporting, id: "reports", [.hoursPerWeek: 4, .ratePerHour: 30, .reused: 0.5])
        #expect(try handled(coaching) == 0)
        // Two hours of the eight.
        #expect(try handled(coaching.with(reporting)) == -20 * 180_000_000 / 8)
    }

    @Test func hoursReleasedAreCashOnlyAsFarAsSaid() throws {
        var scenario = Intervention.stated(
            .reporting, days: 0...13, [.hoursPerWeek: 10, .ratePerHour: 30, .cashed: 0.25])
        scenario = Intervention.stated(days: 0...13).with(scenario)
        scenario.automations[1].id = "reports"
        let fixture = try ReplayFixture(calls(5) { _ in }, intervention: scenario)
        let result = try #require(fixture.replicate(1).first)
        #expect(result.classes.grossSaving == 2 * 10 * 30 * 100_000)
        #expect(result.classes.net == 2 * 10 * 30 * 100_000 / 4)
        #expect(result.unexplained == 0)
    }

    /// Every failure noticed at once and mended: nobody comes back, and people call them instead.
    @Test func failuresNoticedInTimeAreMended() throws {
        var calls: [ContactSpec] = []
        for day in 0..<10 {
            let at = TimeSpan.days(Int64(day)) + .hours(9)
            calls.append(.abandoned("c\(day)", at: at))
            calls.append(ContactSpec("c\(day)", at: at + .minutes(30)))
        }
        func result(lagHours: Double) throws -> ReplicationResult {
            let fixture = try ReplayFixture(
                calls,
                intervention: .stated(
                    .quality,
                    [
                        .coverage: 1, .recall: 1, .recovered: 1, .recoverySeconds: 60,
                        .lagHours: lagHours,
                    ]))
            return try #require(fixture.replicate(1).first)
        }
        let early = try result(lagHours: 0.1)
        let returns = early.baseline[.reworkContacts]
        #expect(returns > 0 && early.scenario[.reworkContacts] == 0)
        #expect(early.scenario[.failuresMended] == 10)
        #expect(early.scenario[.silentGiveUps] == 0)
        // What is noticed after they are back mends nothing of theirs.
        let late = try result(lagHours: 2)
        #expect(late.scenario[.reworkContacts] == returns)
        #expect(late.scenario[.failuresNoticed] == 10 - returns)
    }

    @Test func workDoneByMachineIsNotDoneByHand() throws {
        let tasks = calls(10) { call in
            call.kind = .workTask
            call.actor = .backOffice
            call.team = "back"
        }
        func result(failed: Double) throws -> ReplicationResult {
            let fixture = try ReplayFixture(
                tasks + calls(10) { $0.customer = "d" + $0.customer },
                intervention: .stated(
                    .work, [.automated: 1, .failed: failed, .failureContacts: 1]))
            return try #require(fixture.replicate(1).first)
        }
        let whole = try result(failed: 0)
        #expect(whole.delta(.handleTime) == -10 * 180_000_000)
        #expect(whole.createdContacts == 0)
        let none = try result(failed: 1)
        #expect(none.createdContacts == 10)
        #expect(none.delta(.handleTime) > 0)
    }

    @Test func wayToAPersonLeavesNobodyInAutomation() throws {
        let step = Intervention.stated(contained: 1, falseShare: 0.5, falseReturns: 0.5)
        let reach = Intervention.stated(.reach, id: "way-out", [.offered: 1, .taken: 1])
        let calls = calls(25) { _ in }
        let alone = try #require(
            try ReplayFixture(calls, intervention: step).replicate(1).first)
        #expect(alone.scenario[.falselyContained] > 5)
        let both = try #require(
            try ReplayFixture(calls, intervention: step.with(reach)).replicate(1).first)
        #expect(both.scenario[.falselyContained] == 0)
        #expect(both.scenario[.trulyResolved] == alone.scenario[.trulyResolved])
        #expect(both.scenario[.handedOver] == alone.scenario[.falselyContained])
    }

    @Test func contextThatGoesAlongIsAskedForOnce() throws {
        let step = Intervention.stated(contextLost: 1, contextPenaltySeconds: 30)
        let carry = Intervention.stated(.carryover, id: "context", [.carried: 1])
        let calls = calls(10) { _ in }
        let alone = try #require(
            try ReplayFixture(calls, intervention: step).replicate(1).first)
        let both = try #require(
            try ReplayFixture(calls, intervention: step.with(carry)).replicate(1).first)
        #expect(alone.delta(.handleTime) == 10 * 30_000_000)
        #expect(both.delta(.handleTime) == 0)
    }

    /// One bad release strikes everybody on the same days, in some replications and not in others.
    @Test func badReleaseStrikesEverybodyAtOnce() throws {
        var scenario = Intervention.stated(days: 0...27, contained: 1)
        scenario.automations[0][.releaseProbability] = .constant("probability", 0.5)
        scenario.automations[0][.releaseDays] = .constant("days", 28)
        scenario.automations[0][.releaseSeverity] = .constant("severity", 1)
        let fixture = try ReplayFixture(calls(28) { _ in }, intervention: scenario)
        let resolved = fixture.replicate(60).map { Int($0.scenario[.trulyResolved]) }
        // Nothing is resolved from the first bad day to the end of the period.
        #expect(resolved.contains(28))
        let struck = resolved.filter { $0 < 28 }
        #expect((15...45).contains(struck.count))
        #expect(Set(struck).count > 8)
    }

    @Test func rampReachesMoreEveryDay() throws {
        var scenario = Intervention.stated(days: 0...29, contained: 1)
        scenario.automations[0].rampDays = 19
        let fixture = try ReplayFixture(calls(30) { _ in }, intervention: scenario)
        let sessions = fixture.replicate(200).reduce(0) { $0 + $1.scenario[.automationSessions] }
        // A twentieth on the first day, all from the twentieth on.
        let expected = (1...19).reduce(0.0) { $0 + Double($1) / 20 } + 11
        #expect(abs(Double(sessions) / 200 - expected) < 0.6)
    }
}
