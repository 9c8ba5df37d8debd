// Aim: two drawn worlds differ by what the automation does and by chance, and by nothing else.

import Events
import Modeling
import Projections
import Simulation
import Statistics
import TestSupport
import Testing

@Suite struct GenerativeChangeTests {
    private static let days: Int64 = 56

    private func worlds(
        _ intervention: Intervention, seed: UInt64 = 3, needs: Int = 900,
        sharesChance: Bool = false
    ) throws -> GenerativeWorlds {
        let coverage = LogBuilder.coverage(days: GenerativeChangeTests.days)
        let fixture = try ReplayFixture(
            HeldOutTests.log(seed: seed, needs: needs).table(coverage: coverage),
            rules: SampleRules.links(window: .hours(4)), intervention: intervention, seed: seed)
        let charges = Charges(
            fixture.table, costs: fixture.costs,
            dimensions: LedgerDimensions(
                table: fixture.table, rules: fixture.book.rules.rules, costs: fixture.costs))
        return try GenerativeWorlds(
            fixture.plan,
            history: JourneyHistory(
                table: fixture.table, book: fixture.book, charges: charges, model: fixture.model),
            period: coverage, sharesChance: sharesChance)
    }

    private func changes(_ worlds: GenerativeWorlds, _ count: Int) -> [GenerativeChange] {
        let range = ReplicationRange(lower: 0, upper: count)
        return range.draws.flatMap { worlds.changes(draw: $0, of: range) }
    }

    /// All needs of the log, from its first day on.
    private func everyNeed(_ values: [ParameterKey: Double]) -> Intervention {
        var intervention = Intervention.stated(.step, intents: [], values)
        intervention.widen()
        return intervention
    }

    private func difference(_ figure: WeeklyFigure, _ change: GenerativeChange) -> Double {
        figure.value(change.with) - figure.value(change.without)
    }

    /// Nobody takes it up, or all are handed over at once: both worlds have the same law.
    @Test(
        arguments: [[.takeUp: 0, .contained: 1], [.takeUp: 1, .contained: 0]]
            as [[ParameterKey: Double]])
    func whatChangesNothingLeavesTheLawAsItIs(_ values: [ParameterKey: Double]) throws {
        let changes = changes(try worlds(everyNeed(values)), 200)
        for figure in WeeklyFigure.allCases {
            let values = changes.map { difference(figure, $0) }
            let interval = try #require(Interval(replications: values))
            let squares = values.reduce(0) { $0 + ($1 - interval.mean) * ($1 - interval.mean) }
            let deviation = (squares / Double(values.count - 1)).squareRoot()
            #expect(abs(interval.mean) <= 4 * deviation / Double(values.count).squareRoot())
            #expect(try #require(interval.low) <= 0 && #require(interval.high) >= 0, "\(figure)")
            // Chance is not shared: the worlds are not the same world.
            if figure == .contacts { #expect(deviation > 1) }
        }
    }

    @Test func whereChanceIsSharedNothingDiffersButByTheAutomation() throws {
        let unused = try worlds(everyNeed([.takeUp: 0, .contained: 1]), sharesChance: true)
        for change in changes(unused, 4) {
            #expect(change.with == change.without && change.net == 0)
        }
    }

    /// Every need is met before anybody comes: nothing is left but the sessions, and a roster that
    /// nobody has changed.
    @Test func whereEverythingIsResolvedOnlySessionsAreLeft() throws {
        var values: [ParameterKey: Double] = [.takeUp: 1, .contained: 1, .plannedWork: 0]
        values[.runPerUse] = 0.25
        values[.fixed] = 10
        for change in changes(try worlds(everyNeed(values)), 4) {
            let sessions = Int64(900)
            #expect(change.with.interactions == 0 && change.with.handle == 0)
            #expect(change.with.cost == sessions * 25_000 + 1_000_000)
            #expect(change.without.contacts > sessions && change.without.cost > 0)
            #expect(change.unreleased == change.without.cost)
            #expect(change.net == -change.with.cost)
        }
    }

    /// Who believes that they were helped is back, or gone.
    @Test(arguments: [1, 0] as [Double])
    func falselyContainedAreBackAsFarAsStated(_ share: Double) throws {
        var step = everyNeed([
            .takeUp: 1, .contained: 1, .falseShare: 1, .falseReturns: share,
        ])
        step.automations[0].scope.isFirstContactOnly = true
        for change in changes(try worlds(step), 4) {
            if share == 0 {
                #expect(change.with.interactions == 0)
            } else {
                // Each first contact is somebody who is back, and some of the later ones are.
                #expect(change.with.caused >= 900)
                #expect(change.with.contacts >= change.with.caused)
            }
        }
    }

    @Test func messagesPreventNeedsAndNotReturns() throws {
        var values: [ParameterKey: Double] = [.coverage: 1, .prevented: 0.5, .replies: 0]
        values[.plannedWork] = 0
        var messages = Intervention.stated(.outbound, intents: [], values)
        messages.widen()
        let changes = changes(try worlds(messages), 20)
        let without = changes.reduce(0) { $0 + Double($1.without.contacts) }
        let with = changes.reduce(0) { $0 + Double($1.with.contacts) }
        // 18,000 needs: half of them within four deviations, journeys whole.
        #expect(abs(with / without - 0.5) < 0.03, "\(with / without)")
    }

    @Test func aToolTakesMinutesAndTheirCost() throws {
        var tool = Intervention.stated(
            .assist, intents: [], [.adoption: 1, .handleFactor: 0.5, .overheadSeconds: 0])
        tool.widen()
        let changes = changes(try worlds(tool), 20)
        for value in [
            \GenerativeChange.without.handle, \.without.cost, \.with.handle, \.with.cost,
        ] {
            #expect(changes.allSatisfy { $0[keyPath: value] > 0 })
        }
        func ratio(
            _ with: (GenerativeChange) -> Int64, _ without: (GenerativeChange) -> Int64
        ) -> Double {
            changes.reduce(0) { $0 + Double(with($1)) }
                / changes.reduce(0) { $0 + Double(without($1)) }
        }
        #expect(abs(ratio({ $0.with.handle }, { $0.without.handle }) - 0.5) < 0.03)
        #expect(abs(ratio({ $0.with.cost }, { $0.without.cost }) - 0.5) < 0.03)
        #expect(abs(ratio({ $0.with.contacts }, { $0.without.contacts }) - 1) < 0.03)
    }

    /// The need's first contact is met on its days, and by its intent.
    @Test func onlyWhatTheScopeTakesIsMet() throws {
        let values: [ParameterKey: Double] = [.takeUp: 1, .contained: 1, .plannedWork: 0]
        let whole = try worlds(everyNeed(values))
        var part = everyNeed(values)
        part.automations[0].scope.intents = ["loan"]
        var later = everyNeed(values)
        later.automations[0].scope.firstDay = LogBuilder.firstDay + 28
        for intervention in [part, later] {
            let some = changes(try worlds(intervention), 4)
            for (change, all) in zip(some, changes(whole, 4)) {
                #expect(change.without == all.without)
                let share = Double(change.with.contacts) / Double(change.without.contacts)
                #expect(share > 0.4 && share < 0.6, "\(share)")
            }
        }
    }

    @Test func whatDrawnJourneysCannotShowIsRefused() throws {
        var odds = everyNeed([.takeUp: 1, .contained: 0.5])
        odds.automations[0][.returnOdds] = .constant("return_odds", 2)
        var coaching = Intervention.stated(.coaching, intents: [], [.adoption: 1])
        coaching.widen()
        for (intervention, name) in [(odds, "return_odds"), (coaching, "coaching")] {
            let failure = #expect(throws: GenerativeGap.self) { try worlds(intervention) }
            #expect(failure?.description.contains("`\(name)`") == true)
        }
    }
}
