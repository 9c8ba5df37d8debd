// A run by week, by segment and by how evenly things are spread: parts of the whole, and the same
// as a plain computation.

import Events
import Modeling
import Projections
import Simulation
import Statistics
import TestSupport
import Testing

@Suite struct ProfileTests {
    private func sum(_ result: ReplicationResult, _ figure: DayFigure) -> Int64 {
        stride(from: figure.rawValue, to: result.weeks.count, by: DayFigure.count)
            .reduce(0) { $0 + result.weeks[$1] }
    }

    /// Nothing is lost between the weeks: they sum to what the totals and the classes say.
    @Test(arguments: [false, true])
    func weeksSumToTheWhole(isMix: Bool) throws {
        var changed = 0
        for seed in UInt64(0)..<300 {
            let fixture = try ReplayFixture.random(seed) { step, random in
                if isMix { step = .randomMix(&random, days: 30) }
            }
            guard let fixture else { continue }
            for (replication, result) in fixture.replicate(4).enumerated() {
                let name: Comment = "seed \(seed), replication \(replication)"
                #expect(sum(result, .contacts) == result.delta(.contacts), name)
                #expect(sum(result, .reworkContacts) == result.delta(.reworkContacts), name)
                #expect(sum(result, .silentGiveUps) == result.delta(.silentGiveUps), name)
                #expect(sum(result, .handleTime) == result.delta(.handleTime), name)
                #expect(sum(result, .served) == result.delta(.servedContacts), name)
                let parameters = fixture.plan.parameters(draw: replication / 2)
                let fixed = parameters.automations.reduce(0) { $0 + $1.fixedCost }
                let classes = result.classes
                let charges =
                    classes.runCost - fixed - classes.grossSaving + classes.redistributed
                    + classes.deferred
                #expect(sum(result, .charges) == charges, name)
                if charges != 0 { changed += 1 }
            }
        }
        #expect(changed > 300)
    }

    @Test func segmentsSumToTheWhole() throws {
        var reached = 0
        for seed in UInt64(0)..<120 {
            guard let fixture = try ReplayFixture.random(seed) else { continue }
            for result in fixture.replicate(3) {
                let segments = result.segments
                #expect(segments.reduce(0) { $0 + $1.reached } == result.customersReached)
                #expect(segments.reduce(0) { $0 + $1.worseOff } == result.customersWorseOff)
                #expect(segments.reduce(0) { $0 + $1.betterOff } == result.customersBetterOff)
                reached += result.customersReached
            }
        }
        #expect(reached > 300)
    }

    @Test func customersAreOfTheirFirstStatedSegment() throws {
        var calls = (0..<6).map { ContactSpec("c\($0)", at: .hours(Int64($0))) }
        calls[0].segment = ""
        calls[1].segment = "business"
        calls.append(ContactSpec("c0", "other", at: .hours(40)))
        calls[6].segment = "business"
        let fixture = try ReplayFixture(calls, intervention: .stated(contained: 1))
        let summary = fixture.plan.summarise(fixture.replicate(2), currency: "GBP")
        let reached = Dictionary(
            uniqueKeysWithValues: summary.profile.segments.map { ($0.segment, $0.reached.mean) })
        #expect(reached == ["business": 2, "private": 4])
    }

    @Test func countsOfContactsHaveTheGiniOfTheirCustomers() throws {
        var random = TestRandom(seed: 8)
        for _ in 0..<200 {
            var contacts = (0...random.below(40)).map { _ in Int32(1 + random.below(9)) }
            var counts = ContactCounts(contacts)
            for _ in 0..<5 {
                let place = random.below(contacts.count)
                // Who has none left stays a customer, and is not moved again.
                guard contacts[place] > 0 else { continue }
                let after = Int32(random.below(12))
                counts.move(from: Int(contacts[place]), to: Int(after))
                contacts[place] = after
            }
            let amounts = contacts.map(Double.init)
            let gini = Concentration.gini(amounts)
            #expect((gini == nil) == (counts.gini == nil))
            #expect(abs((gini ?? 0) - (counts.gini ?? 0)) < 1e-12)
            let top = Concentration.topShare(amounts, fraction: 0.1)
            #expect(abs((top ?? 0) - (counts.topTenth ?? 0)) < 1e-12)
        }
    }

    /// Three customers with 3, 1 and 1 contacts of 1, 2, 3, 4 and 5 minutes, on two days.
    @Test func spreadIsThatOfContactsAndDays() throws {
        let calls = [
            ContactSpec("a", at: .hours(1), talk: .minutes(1)),
            ContactSpec("a", at: .hours(2), talk: .minutes(2)),
            ContactSpec("a", at: .hours(30), talk: .minutes(3)),
            ContactSpec("b", at: .hours(3), talk: .minutes(4)),
            ContactSpec("c", at: .hours(31), talk: .minutes(5)),
        ]
        let fixture = try ReplayFixture(
            calls, intervention: .stated(days: 0...1, takeUp: 0, contained: 0.5), days: 2)
        let spread = fixture.plan.recordedSpread
        #expect(abs(try #require(spread.gini) - 4.0 / 15) < 1e-12)
        #expect(abs(try #require(spread.topTenth) - 0.6) < 1e-12)
        // Mean 3, variance 2.5; days' means 7/3 and 4, and 3 contacts and 2.
        #expect(abs(try #require(spread.interactionVariation) - 2.5.squareRoot() / 3) < 1e-12)
        let means = [7.0 / 3, 4.0]
        let middle = (means[0] + means[1]) / 2
        let deviation = ((means[1] - means[0]) * (means[1] - means[0]) / 2).squareRoot()
        #expect(abs(try #require(spread.aggregateVariation) - deviation / middle) < 1e-12)
        #expect(abs(try #require(spread.contactsVariation) - 0.5.squareRoot() / 2.5) < 1e-12)
        // Nobody takes the step up: the scenario's spread is the recorded one, to the bit.
        #expect(fixture.replicate(4).allSatisfy { $0.spread == spread })
    }

    /// Where every contact of one customer goes, the rest is what is left to compute by hand.
    @Test func spreadFollowsWhatTheScenarioChanges() throws {
        let calls = [
            ContactSpec("a", "simple", at: .hours(1), talk: .minutes(1)),
            ContactSpec("a", "simple", at: .hours(2), talk: .minutes(2)),
            ContactSpec("b", at: .hours(3), talk: .minutes(4)),
            ContactSpec("c", at: .hours(31), talk: .minutes(6)),
        ]
        let fixture = try ReplayFixture(
            calls,
            intervention: .stated(intents: ["simple"], days: 0...1, takeUp: 1, contained: 1),
            days: 2)
        for result in fixture.replicate(4) {
            #expect(result.scenario[.trulyResolved] == 2)
            let spread = try #require(result.spread)
            // Contacts by customer 0, 1, 1; 4 and 6 minutes, one on each day.
            #expect(abs(try #require(spread.gini) - 1.0 / 3) < 1e-12)
            #expect(abs(try #require(spread.interactionVariation) - 2.0.squareRoot() / 5) < 1e-12)
            #expect(abs(try #require(spread.aggregateVariation) - 2.0.squareRoot() / 5) < 1e-12)
            #expect(try #require(spread.contactsVariation) == 0)
        }
    }

    /// Ten weeks with one call more in each: the luck is √(n·s²) of those that go.
    @Test func luckIsTheSpreadOfWeeks() throws {
        var calls: [ContactSpec] = []
        for week in 0..<10 {
            for call in 0..<(week + 1) {
                calls.append(
                    ContactSpec("w\(week)c\(call)", at: .hours(Int64(week * 168 + 24 + call))))
            }
        }
        let step = Intervention.stated(days: 0...69, takeUp: 1, contained: 1)
        let fixture = try ReplayFixture(calls, intervention: step, days: 70)
        let summary = fixture.plan.summarise(fixture.replicate(2), currency: "GBP")
        let luck = try #require(summary.profile.luck.first { $0.name == "contacts" })
        let changes = summary.profile.weeks.filter {
            $0.monday >= step.firstDay && $0.monday + 6 <= step.lastDay
        }.map(\.contacts.mean)
        #expect(changes.count == luck.weeks && luck.weeks >= 9)
        let mean: Double = changes.reduce(0, +) / Double(changes.count)
        let squares: [Double] = changes.map { ($0 - mean) * ($0 - mean) }
        let variance: Double = squares.reduce(0, +) / Double(changes.count - 1)
        #expect(variance > 5)
        #expect(abs(luck.standardDeviation - (10 * variance).squareRoot()) < 1e-9)
        #expect(summary.profile.weeks.reduce(0) { $0 + $1.contacts.mean } == -55)
    }
}

@Suite struct WorseOffTests {
    private func calls(_ minutes: (Int) -> Int64) -> [ContactSpec] {
        (0..<60).map { ContactSpec("c\($0)", at: .hours(Int64($0)), talk: .minutes(minutes($0))) }
    }

    /// A step of a minute before every call, and each call as recorded after it: everybody waits a
    /// minute longer, whatever chance is shared.
    @Test func whereAllCallsAreAlikeBothEndsAreTheSame() throws {
        let step = Intervention.stated(contained: 0, stepSeconds: 60)
        for result in try ReplayFixture(calls { _ in 3 }, intervention: step).replicate(4) {
            #expect(result.customersReached == 60)
            #expect(result.customersWorseOff == 60)
            #expect(result.customersWorseOffAnew == 60)
        }
    }

    /// Calls of 1 to 60 minutes, drawn anew: with chance shared all are worse off by a minute;
    /// without, about half are by more than their own difference.
    @Test func withoutSharedChanceWorseOffIsWhoeverDrawsTheLongerCall() throws {
        let step = Intervention.stated(contained: 0, stepSeconds: 60)
        let results = try ReplayFixture(calls { Int64($0 + 1) }, intervention: step).replicate(200)
        #expect(results.allSatisfy { $0.customersWorseOff == 60 })
        let share =
            results.reduce(0.0) { $0 + Double($1.customersWorseOffAnew) } / (60 * 200)
        // P(draw + 1 > own) of a uniform draw on the straight line from 1 to 60 minutes, for own
        // times 1 to 60: the mean of min(1, (61 − own) / 59).
        let expected = (1...60).reduce(0.0) { $0 + min(1, (61 - Double($1)) / 59) } / 60
        #expect(abs(share - expected) < 4 * (0.25 / 12_000).squareRoot())
    }

    /// What a scenario does not change is not drawn anew.
    @Test func whoIsReachedByNothingIsWorseOffInNeither() throws {
        for seed in UInt64(0)..<60 {
            let idle = try ReplayFixture.random(seed) { step, _ in
                step.automations[0][.takeUp] = .constant("take_up", 0)
            }
            for result in idle?.replicate(2) ?? [] {
                #expect(result.customersWorseOff == 0 && result.customersWorseOffAnew == 0)
            }
        }
    }
}
