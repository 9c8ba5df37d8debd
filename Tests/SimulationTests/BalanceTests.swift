// What must balance in every replication of every scenario: sessions and their ends, contacts and
// what became of them, the books of the two worlds and the classes of change.

import Events
import Modeling
import Projections
import Simulation
import TestSupport
import Testing

@Suite struct BalanceTests {
    @Test func booksAndClassesAgreeInEveryReplication() throws {
        var replications = 0
        for seed in UInt64(0)..<1_500 {
            guard let fixture = try ReplayFixture.random(seed) else { continue }
            for result in fixture.replicate(4) {
                #expect(result.unexplained == 0, "seed \(seed)")
                #expect(result.customersUnexplained == 0, "seed \(seed)")
                #expect(
                    result.baseline.matrix.total - result.scenario.matrix.total
                        == result.classes.net, "seed \(seed)")
                #expect(
                    result.scenario[.automationSessions]
                        == result.scenario[.trulyResolved] + result.scenario[.falselyContained]
                        + result.scenario[.handedOver] + result.scenario[.leftAutomation],
                    "seed \(seed)")
                #expect(result.delta(.issues) == 0, "seed \(seed)")
                #expect(result.scenario[.servedContacts] <= result.scenario[.contacts])
                #expect(result.baseline[.automationSessions] == 0)
                #expect(
                    result.customersWorseOff + result.customersBetterOff
                        <= result.customersReached, "seed \(seed)")
                replications += 1
            }
        }
        #expect(replications > 4_000)
    }

    @Test func recordedWorldIsTheRecordWhereTheWholeLogIsTheCohort() throws {
        for seed in UInt64(0)..<200 {
            let fixture = try ReplayFixture.random(seed) { step, _ in
                step.widen()
            }
            guard let fixture else { continue }
            // What automation costs by period is in no replay.
            let ledger = Ledger(
                fixture.table, book: fixture.book, costs: fixture.costs,
                runs: RunScope(days: 0..<0))
            for result in fixture.replicate(3) {
                #expect(
                    result.baseline[.contacts] == Int64(fixture.table.inboundCounts.all),
                    "seed \(seed)")
                #expect(
                    result.baseline.matrix.total == ledger.cashByRule.total, "seed \(seed)")
                let book = fixture.book
                let rework = book.role.indices.count { book.edge(of: $0) == .failure }
                #expect(result.baseline[.reworkContacts] <= Int64(rework), "seed \(seed)")
                let begun = book.role.indices.filter { book.edge(of: $0) != .none }
                let certain = begun.count { book.probability[$0] == 1_000_000 }
                let issues = Int(result.baseline[.issues])
                #expect(issues >= book.role.count - begun.count, "seed \(seed)")
                #expect(issues <= book.role.count - certain, "seed \(seed)")
            }
        }
    }

    @Test func drawnLinksAreAsManyAsTheirProbabilitiesSay() throws {
        let fixture = try #require(
            try ReplayFixture.random(3, shape: .medium) { step, _ in
                step.widen()
                step.automations[0].scope.intents = ["service", "loan", "transfer"]
            })
        let links = fixture.book.role.indices.filter { fixture.book.role[$0] == .rework }
        let shares = links.map { Double(fixture.book.probability[$0]) / 1e6 }
        let mean = shares.reduce(0, +)
        let variance = shares.reduce(0) { $0 + $1 * (1 - $1) }
        let results = fixture.replicate(400)
        let found = results.reduce(0.0) { $0 + Double($1.baseline[.reworkContacts]) } / 400
        #expect(mean > 5)
        #expect(abs(found - mean) <= 4 * (variance / 400).squareRoot() + 1e-9)
    }

    @Test func fixedCostIsPaidOnceWhereverTheScopeIsMet() throws {
        let calls = [ContactSpec("a", "service", at: .hours(9))]
        for intents in [["service"], ["absent", "service"], ["service", "absent"]] {
            var step = Intervention.stated(intents: intents, takeUp: 0, fixedCost: 12.5)
            step.automations[0][.fixed]?.grade = .b
            for result in try ReplayFixture(calls, intervention: step).replicate(2) {
                #expect(result.classes.runCost == 1_250_000)
                #expect(result.classes.net == -1_250_000)
                #expect(result.unexplained == 0)
                #expect(result.provenance.extrapolated == 1_250_000)
                #expect(result.provenance.assumed == 0)
            }
        }
    }

    /// A hundred calls of three minutes at a pound, all taken over by automation at ten pence: a
    /// roster that stays is paid all the same.
    @Test func freedMinutesAreNotCash() throws {
        let calls = (0..<100).map { ContactSpec("c\($0)", at: .hours(Int64($0))) }
        let fixture = try ReplayFixture(
            calls, intervention: .stated(contained: 1, stepSeconds: 60, runCostPerStep: 0.1))
        for result in fixture.replicate(2) {
            #expect(result.classes.grossSaving == 30_000_000)
            #expect(result.classes.unreleased == 30_000_000)
            #expect(result.classes.runCost == 1_000_000)
            #expect(result.classes.net == -1_000_000)
            #expect(result.scenario[.handleTime] == 0)
            #expect(result.scenario[.customerTime] == 100 * 60_000_000)
            #expect(result.customersBetterOff == 100 && result.customersWorseOff == 0)
        }
    }

    /// Without context every call takes half a minute more.
    @Test func lostContextIsAPostingOfItsOwn() throws {
        let calls = (0..<10).map { ContactSpec("c\($0)", at: .hours(Int64($0))) }
        let fixture = try ReplayFixture(
            calls, intervention: .stated(contextLost: 1, contextPenaltySeconds: 30))
        for result in fixture.replicate(2) {
            #expect(result.classes.grossSaving == 0)
            #expect(result.classes.redistributed == 10 * 50_000)
            // No roster is known to have had idle people: minutes added are cash.
            #expect(result.classes.unreleased == 0)
            #expect(result.classes.net == -10 * 50_000)
            #expect(result.delta(.handleTime) == 300_000_000)
            #expect(result.customersWorseOff == 10)
        }
    }

    /// Who is put through has one contact of two legs: what the step does to the first, it does to
    /// both.
    @Test func continuationsAreOfTheContactThatTheyGoOnWith() throws {
        let calls = (0..<10).flatMap { number -> [ContactSpec] in
            let at = TimeSpan.hours(Int64(number))
            var first = ContactSpec("c\(number)", at: at, outcome: .transferred)
            first.issue = "i\(number)"
            var second = ContactSpec("c\(number)", at: at + .minutes(5))
            second.issue = first.issue
            return [first, second]
        }
        for result in try ReplayFixture(calls, intervention: .stated(contained: 1)).replicate(4) {
            #expect(result.scenario[.contacts] == 0)
            #expect(result.classes.grossSaving == 10 * 600_000)
            #expect(result.classes.redistributed == 0 && result.classes.deferred == 0)
            #expect(result.unexplained == 0)
        }
        let back = try ReplayFixture(
            calls,
            intervention: .stated(
                contained: 1, falseShare: 1, falseReturns: 1, stepSeconds: 3_601))
        for result in back.replicate(4) {
            #expect(result.scenario[.contacts] == 20)
            #expect(result.scenario[.reworkContacts] == 10)
            #expect(result.classes.grossSaving == 10 * 600_000)
            #expect(result.classes.deferred == 10 * 600_000)
            #expect(result.unexplained == 0)
        }
    }

    /// All falsely contained and all back, later than the window of their call: every pound that
    /// seems saved is deferred.
    @Test func falselyContainedCallsComeBackAsRework() throws {
        let calls = (0..<10).map { ContactSpec("c\($0)", at: .hours(Int64($0))) }
        let fixture = try ReplayFixture(
            calls,
            intervention: .stated(
                contained: 1, falseShare: 1, falseReturns: 1, stepSeconds: 3_601))
        for result in fixture.replicate(4) {
            #expect(result.scenario[.falselyContained] == 10)
            #expect(result.scenario[.contacts] == 10)
            #expect(result.scenario[.reworkContacts] == 10)
            #expect(result.classes.grossSaving == 10 * 300_000)
            #expect(result.classes.deferred == 10 * 300_000)
            #expect(result.classes.net == 0 && result.classes.unreleased == 0)
            #expect(result.scenario[.silentGiveUps] == 0)
        }
    }

    /// Who comes back falsely contained explains again: caused by the false containment, and by no
    /// hand-over, of which there was none.
    @Test func thePenaltyOfAReturnIsCausedByTheFalseContainment() throws {
        let calls = (0..<10).map { ContactSpec("c\($0)", at: .hours(Int64($0))) }
        let fixture = try ReplayFixture(
            calls,
            intervention: .stated(
                contained: 1, falseShare: 1, falseReturns: 1, contextPenaltySeconds: 30))
        let dimensions = fixture.plan.dimensions
        for result in fixture.replicate(2) {
            #expect(result.scenario[.handedOver] == 0)
            let rows = Dictionary(
                (0..<dimensions.causedCount).map {
                    (dimensions.causedName($0).failure, result.scenario.matrix.causedTotal($0))
                }, uniquingKeysWith: +)
            let paid: Int64 = 10 * (300_000 + 50_000)
            #expect(rows["falsely contained"] == paid)
            #expect(rows["context lost at hand-over"] == Int64(0))
        }
    }

    @Test func customersWhoGiveUpInSilenceAreWorseOff() throws {
        let calls = (0..<10).map { ContactSpec("c\($0)", at: .hours(Int64($0))) }
        let fixture = try ReplayFixture(
            calls, intervention: .stated(contained: 1, falseShare: 1, falseReturns: 0))
        for result in fixture.replicate(2) {
            #expect(result.delta(.silentGiveUps) == 10)
            #expect(result.scenario[.contacts] == 0)
            #expect(result.customersWorseOff == 10 && result.customersBetterOff == 0)
        }
    }
}
