// The recorded world of a replication is the same in every scenario over the same days, so that
// one run's serves the next.

import Events
import Modeling
import Projections
import Simulation
import TestSupport
import Testing

@Suite struct RecordedWorldTests {
    /// The worlds of one scenario in the run of another one, with other scopes and payers.
    @Test func worldsOfOneScenarioServeAnother() throws {
        var compared = 0
        for seed in UInt64(0)..<300 {
            guard let first = try ReplayFixture.random(seed),
                let other = try another(first, seed)
            else { continue }
            let worlds = first.replicate(4).map { first.plan.recordedWorld(of: $0) }
            let plain = other.replicate(6)
            #expect(worlds == plain.prefix(4).map { other.plan.recordedWorld(of: $0) })
            var plan = other.plan
            plan.recordedWorlds = worlds
            var scratch = ReplayScratch(plan)
            for (replication, result) in plain.enumerated() {
                let again = plan.replicate(
                    replication, parameters: plan.parameters(draw: replication / 2),
                    scratch: &scratch)
                #expect(again == result, "seed \(seed), \(replication)")
                compared += 1
            }
        }
        #expect(compared > 500)
    }
    /// Other automations over the days of the first, on the same log.
    private func another(_ first: ReplayFixture, _ seed: UInt64) throws -> ReplayFixture? {
        var random = TestRandom(seed: seed &+ 7_000_003)
        var mix = Intervention.randomMix(&random, days: 30)
        mix.firstDay = first.plan.intervention.firstDay
        mix.lastDay = first.plan.intervention.lastDay
        for place in mix.automations.indices {
            mix.automations[place].scope.firstDay = mix.firstDay
            mix.automations[place].scope.lastDay = mix.lastDay
            mix.automations[place].payer = "budget \(place % 2)"
        }
        do {
            return try ReplayFixture(
                first.table, rules: first.book.rules.rules, costs: first.costs,
                intervention: mix, seed: seed)
        } catch ReplayError.nothingInScope {
            return nil
        }
    }
}
