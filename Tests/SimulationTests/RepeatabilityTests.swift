// The same replication is the same result, whoever makes it and whatever was made before it.

import Events
import Modeling
import Projections
import Simulation
import Statistics
import TestSupport
import Testing

@Suite struct RepeatabilityTests {
    @Test func orderAndWorkingMemoryDoNotReachAReplication() throws {
        for seed in UInt64(0)..<120 {
            guard let fixture = try ReplayFixture.random(seed) else { continue }
            let plan = fixture.plan
            let forward = fixture.replicate(12)
            var scratch = ReplayScratch(plan)
            for replication in (0..<12).reversed() {
                let parameters = plan.parameters(draw: replication / 2)
                let again = plan.replicate(
                    replication, parameters: parameters, scratch: &scratch)
                let isSame = again == forward[replication]
                #expect(isSame, "seed \(seed)")
                var fresh = ReplayScratch(plan)
                #expect(
                    plan.replicate(replication, parameters: parameters, scratch: &fresh)
                        == forward[replication], "seed \(seed)")
            }
        }
    }

    @Test(arguments: [[0, 12], [0, 1, 12], [0, 3, 4, 9, 12], [0, 5, 5, 11, 12]])
    func splitOfReplicationsDoesNotReachTheResults(bounds: [Int]) throws {
        for seed in UInt64(0)..<40 {
            guard let fixture = try ReplayFixture.random(seed) else { continue }
            let whole = fixture.replicate(12)
            var parts: [ReplicationResult] = []
            for (lower, upper) in zip(bounds, bounds.dropFirst()) {
                let range = ReplicationRange(lower: lower, upper: upper)
                var scratch = ReplayScratch(fixture.plan)
                var none: CustomerTally?
                for draw in range.draws {
                    parts += fixture.plan.replicate(
                        draw: draw, of: range, scratch: &scratch, tally: &none)
                }
            }
            #expect(parts == whole, "seed \(seed)")
        }
    }

    /// What is added up by customer, in any split, is what the results say in all.
    @Test func customersPartsSumToTheResults() throws {
        var reached: Int64 = 0
        for seed in UInt64(0)..<90 {
            guard let fixture = try ReplayFixture.random(seed) else { continue }
            let plan = fixture.plan
            func run(_ lower: Int, _ upper: Int) -> (CustomerTally, [ReplicationResult]) {
                var tally: CustomerTally? = CustomerTally(plan)
                var scratch = ReplayScratch(plan)
                let range = ReplicationRange(lower: lower, upper: upper)
                let results = range.draws.flatMap {
                    plan.replicate(draw: $0, of: range, scratch: &scratch, tally: &tally)
                }
                return (tally ?? CustomerTally(plan), results)
            }
            let (whole, results) = run(0, 8)
            var parts = run(4, 8).0
            parts.add(run(0, 4).0)
            #expect(parts.customers == whole.customers && parts.nobody == whole.nobody)
            let entries = whole.customers
            #expect(
                entries.reduce(0) { $0 + $1.worseOff }
                    == results.reduce(0) { $0 + Int64($1.customersWorseOff) }, "seed \(seed)")
            #expect(
                entries.reduce(whole.nobody.cash) { $0 + $1.cash }
                    == results.reduce(0) {
                        $0 + $1.scenario.matrix.total - $1.baseline.matrix.total
                    }, "seed \(seed)")
            #expect(
                entries.reduce(whole.nobody.time) { $0 + $1.time }
                    == results.reduce(0) { $0 + $1.delta(.customerTime) }, "seed \(seed)")
            reached += entries.reduce(0) { $0 + $1.reached }
            // One customer's contacts, explained, rest on the same sums.
            guard let busy = entries.indices.max(by: { entries[$0].cash < entries[$1].cash })
            else { continue }
            let explained = plan.explain(
                customer: Int32(busy), range: ReplicationRange(lower: 0, upper: 8))
            #expect(explained.customer == entries[busy], "seed \(seed)")
            #expect(explained.contacts.allSatisfy { $0.replications == 8 && $0.happens <= 8 })
        }
        #expect(reached > 500)
    }

    @Test func replicationsAndSeedsDiffer() throws {
        let calls = (0..<200).map { ContactSpec("c\($0)", at: .hours(Int64($0))) }
        let step = Intervention.stated(contained: 0.5)
        let first = try ReplayFixture(calls, intervention: step, seed: 1).replicate(20)
        let other = try ReplayFixture(calls, intervention: step, seed: 2).replicate(20)
        #expect(Set(first.map { $0.scenario[.trulyResolved] }).count > 5)
        #expect(first != other)
    }

    /// The step's own name is part of its draws, and a change of one share moves only the choices
    /// that it is about.
    @Test func higherTakeUpKeepsTheSessionsThatThereWere() throws {
        let calls = (0..<200).map { ContactSpec("c\($0)", at: .hours(Int64($0))) }
        func resolved(_ takeUp: Double) throws -> [Int64] {
            try ReplayFixture(calls, intervention: .stated(takeUp: takeUp, contained: 0.5))
                .replicate(10).map { $0.scenario[.trulyResolved] }
        }
        let few = try resolved(0.3)
        let many = try resolved(0.6)
        #expect(zip(few, many).allSatisfy { $0 <= $1 })
        #expect(few != many)
    }

    @Test func summaryOfReplicationsIsTheirMeansByName() throws {
        let fixture = try #require(try ReplayFixture.random(2, shape: .medium))
        let results = fixture.replicate(20)
        let summary = fixture.plan.summarise(results, currency: "GBP")
        let contacts = try #require(summary.metric("contacts"))
        let mean = results.reduce(0.0) { $0 + Double($1.delta(.contacts)) } / 20
        #expect(abs(contacts.delta.mean - mean) < 1e-9)
        #expect(contacts.delta.low == nil, "an interval needs two hundred replications")
        let parts = ["gross_saving", "run_cost", "unreleased", "redistributed", "deferred"]
            .compactMap { summary.line($0)?.amount.mean }
        let net = try #require(summary.line("net")).amount.mean
        #expect(parts.count == 5)
        #expect(abs(parts[0] - parts.dropFirst().reduce(0, +) - net) < 1e-6)
        #expect(summary.customersUnexplained == 0)
        let shares = summary.supportedShare + summary.extrapolatedShare + summary.assumedShare
        #expect(abs(shares - 1) < 1e-12)
        let change = summary.matrix.reduce(0) { $0 + $1.delta.mean }
        #expect(abs(change + net) < 1e-6)
    }
}
