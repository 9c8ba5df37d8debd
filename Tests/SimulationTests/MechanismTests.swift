// The mechanisms one at a time: returns follow failures, odds move choices one way only, and what
// automation leaves behind is the harder work.

import Events
import Modeling
import Projections
import Simulation
import TestSupport
import Testing

@Suite struct MechanismTests {
    /// Everything handed over, other odds of a return, all intents in scope.
    private func oddsFixture(_ seed: UInt64, odds: Double) throws -> ReplayFixture? {
        try ReplayFixture.random(seed) { step, _ in
            step = .stated(
                intents: ["service", "transfer", "loan"], handoverReturnOdds: odds)
        }
    }

    @Test(arguments: [1.000_001, 1.5, 4, 100])
    func higherOddsNeverRemoveARecordedReturn(odds: Double) throws {
        var created = 0
        for seed in UInt64(0)..<150 {
            for result in try oddsFixture(seed, odds: odds)?.replicate(4) ?? [] {
                #expect(
                    result.delta(.contacts) == Int64(result.createdContacts), "seed \(seed)")
                #expect(result.avertedUnidentified == 0, "seed \(seed)")
                #expect(result.classes.grossSaving == 0, "seed \(seed)")
                created += result.createdContacts
            }
        }
        if odds > 2 { #expect(created > 100) }
    }

    @Test(arguments: [0.999_999, 0.5, 0])
    func lowerOddsNeverCreateAReturn(odds: Double) throws {
        var prevented: Int64 = 0
        for seed in UInt64(0)..<150 {
            for result in try oddsFixture(seed, odds: odds)?.replicate(4) ?? [] {
                #expect(result.createdContacts == 0, "seed \(seed)")
                #expect(result.delta(.contacts) <= 0, "seed \(seed)")
                prevented -= result.delta(.contacts)
            }
        }
        if odds < 0.9 { #expect(prevented > 100) }
    }

    /// A return that does not come leaves an abandoned need unmet, known or not.
    @Test(arguments: ["ada", ""])
    func preventedReturnAfterAnAbandonedCallIsASilentEnd(customer: String) throws {
        var calls: [ContactSpec] = []
        for day in 0..<25 {
            calls.append(.abandoned("k\(day)", at: .days(Int64(day)) + .hours(9)))
            calls.append(ContactSpec("k\(day)", at: .days(Int64(day)) + .hours(9) + .minutes(2)))
        }
        let name = customer
        calls += (0..<25).map {
            .abandoned(name.isEmpty ? "" : name + "\($0)", at: .days(Int64($0)) + .hours(15))
        }
        let fixture = try ReplayFixture(calls, intervention: .stated(handoverReturnOdds: 0))
        for result in fixture.replicate(4) {
            #expect(result.scenario[.silentGiveUps] == result.scenario[.abandonedContacts])
        }
    }

    @Test func nothingCausedRemainsWhereEverythingIsResolved() throws {
        var rework: Int64 = 0
        for seed in UInt64(0)..<900 {
            let fixture = try ReplayFixture.random(seed) { step, _ in
                // A clock west of Greenwich shows the day before.
                step = .stated(
                    intents: ["service", "transfer", "loan"], days: -1...1_000, contained: 1)
            }
            guard let fixture else { continue }
            let book = fixture.book
            // Neither what goes on from one contact to the next nor what their sources join.
            guard book.role.indices.allSatisfy({ book.edge(of: $0) != .fulfilment }),
                fixture.table.contacts.allSatisfy({ !$0.issue.isKnown })
            else { continue }
            let unnamed = fixture.table.contacts.indices.filter {
                fixture.table.dictionary.string(fixture.table.contacts[$0].intent).isEmpty
                    && fixture.table.contacts[$0].isInbound
            }
            // Intents that the source does not state are in no scope: they and theirs remain.
            let others = unnamed.count { book.edge(of: $0) == .failure }
            for result in fixture.replicate(3) {
                #expect(result.scenario[.contacts] == Int64(unnamed.count), "seed \(seed)")
                #expect(result.scenario[.reworkContacts] <= Int64(others), "seed \(seed)")
                rework += result.baseline[.reworkContacts]
            }
        }
        #expect(rework > 1_000)
    }

    /// Ada's abandoned loan is resolved by the automation; her transfer five minutes later, of
    /// the same family and out of scope, was its consequence and goes with it.
    @Test func resolvedFailureTakesItsConsequenceWithIt() throws {
        let family = IntentFamily(id: "money", intents: ["loan", "transfer"])
        let fixture = try ReplayFixture(
            [
                .abandoned("ada", "loan", at: .hours(9)),
                ContactSpec("ada", "transfer", at: .hours(9) + .minutes(5)),
            ], intervention: .stated(intents: ["loan"], contained: 1),
            rules: SampleRules.links(families: [family]))
        #expect(fixture.book.probability[1] > 900_000)
        let results = fixture.replicate(20)
        #expect(results.contains { $0.baseline[.reworkContacts] == 1 })
        for result in results {
            let isCaused = result.baseline[.reworkContacts] == 1
            #expect(result.scenario[.contacts] == (isCaused ? 0 : 1))
            #expect(result.classes.grossSaving == 0)
            #expect(result.classes.redistributed == (isCaused ? -300_000 : 0))
        }
    }

    @Test func newFailuresBringNewReturnsFromTheFittedLaw() throws {
        // A third of two hundred abandoned calls are back.
        var calls: [ContactSpec] = []
        for number in 0..<200 {
            let at = TimeSpan.hours(Int64(number) * 3)
            calls.append(.abandoned("c\(number)", at: at))
            if number % 3 == 0 {
                calls.append(ContactSpec("c\(number)", at: at + .minutes(Int64(2 + number % 20))))
            }
        }
        let fixture = try ReplayFixture(calls, intervention: .stated(handoverReturnOdds: 3))
        let count = 400
        let results = fixture.replicate(count)
        let fitted = (0..<(count / 2)).map { fixture.plan.parameters(draw: $0) }
            .map { $0.returnProbability[1] }
        // Every abandoned call is handed over: the odds of a return are three times the fitted.
        let expected = fitted.map { 200 * 3 * $0 / (1 + 2 * $0) }.reduce(0, +) / Double(count / 2)
        let returns = results.map { Double($0.scenario[.reworkContacts]) }
        let mean = returns.reduce(0, +) / Double(count)
        #expect(abs(mean - expected) < 0.05 * expected)
        #expect(results.allSatisfy { $0.createdContacts > 0 })
    }

    // MARK: Selection

    /// Calls of one kind, from one minute to half an hour.
    private func spread(_ count: Int) -> [ContactSpec] {
        var random = TestRandom(seed: 11)
        return (0..<count).map {
            ContactSpec(
                "c\($0)", at: .minutes(Int64($0) * 20),
                talk: .seconds(Int64(60 + random.below(1_740))))
        }
    }

    @Test(arguments: [1.0, 0.5, 0.0])
    func selectionKeepsTheStatedSuccessAndLeavesTheHarderWork(reliability: Double) throws {
        let fixture = try ReplayFixture(
            spread(2_000),
            intervention: .stated(
                contained: 0.4, selectionStrength: 0.5, reliability: reliability))
        let results = fixture.replicate(20)
        let sessions = 2_000.0 * 20
        let resolved = results.reduce(0.0) { $0 + Double($1.scenario[.trulyResolved]) }
        let error = (0.4 * 0.6 / sessions).squareRoot()
        #expect(abs(resolved / sessions - 0.4) < 4 * error)
        let before = meanHandle(results.map(\.baseline))
        let after = meanHandle(results.map(\.scenario))
        if reliability > 0 {
            #expect(after > before * 1.08)
        } else {
            #expect(abs(after - before) < 0.02 * before)
        }
    }

    @Test func successWithoutSelectionDoesNotAskHowHardItIs() throws {
        let fixture = try ReplayFixture(
            spread(2_000), intervention: .stated(contained: 0.4, selectionStrength: 0))
        let results = fixture.replicate(20)
        let before = meanHandle(results.map(\.baseline))
        let after = meanHandle(results.map(\.scenario))
        // The deviation of a handle time is 500 s; 24 000 calls remain.
        #expect(abs(after - before) < 4 * 503 * (1 / 24_000.0).squareRoot())
    }

    private func meanHandle(_ worlds: [WorldTotals]) -> Double {
        let time = worlds.reduce(0.0) { $0 + Double($1[.handleTime]) / 1e6 }
        return time / worlds.reduce(0.0) { $0 + Double($1[.servedContacts]) }
    }
}
