// The replay against its plain second implementation: counts, classes, both matrices, customers
// and provenance, integer by integer, over hundreds of random logs and automations.

import Events
import Modeling
import Projections
import Simulation
import TestSupport
import Testing

@Suite struct PlainReplayTests {
    @Test func everyFigureOfAReplicationIsThePlainOne() throws {
        var compared = 0
        var moved = PlainBooks()
        for seed in UInt64(0)..<1_600 {
            guard let fixture = try ReplayFixture.random(seed) else { continue }
            for (replication, result) in fixture.replicate(4).enumerated() {
                let plain = PlainReplay(fixture, replication: replication).books()
                compare(result, plain, fixture.plan.dimensions, "seed \(seed), \(replication)")
                compared += 1
                moved.created += plain.created
                moved.vanished += plain.vanished
                moved.redistributed += plain.redistributed.magnitude > 0 ? 1 : 0
                moved.deferred += plain.deferred.magnitude > 0 ? 1 : 0
                moved.averted += plain.averted > 0 ? 1 : 0
            }
        }
        // What never happens is not tested.
        #expect(compared > 1_000)
        #expect(moved.created > 100 && moved.vanished > 1_000)
        #expect(moved.redistributed > 100 && moved.deferred > 100 && moved.averted > 20)
    }

    /// Several automations on the same contacts, one after the other.
    @Test func everyFigureOfSeveralAutomationsIsThePlainOne() throws {
        var compared = 0
        var totals = [Int64](repeating: 0, count: Counter.count)
        for seed in UInt64(0)..<600 {
            let fixture = try ReplayFixture.random(seed) { scenario, random in
                scenario = .randomMix(&random, days: 30)
            }
            guard let fixture else { continue }
            for (replication, result) in fixture.replicate(4).enumerated() {
                let plain = PlainReplay(fixture, replication: replication).books()
                compare(result, plain, fixture.plan.dimensions, "seed \(seed), \(replication)")
                #expect(result.unexplained == 0 && result.customersUnexplained == 0)
                compared += 1
                for counter in Counter.allCases {
                    totals[counter.rawValue] += result.scenario[counter]
                }
            }
        }
        #expect(compared > 800)
        for counter in [Counter.messages, .preventedContacts, .assisted, .misrouted] {
            #expect(totals[counter.rawValue] > 50, "\(counter)")
        }
    }

    @Test func largerLogsAgreeToo() throws {
        for seed in UInt64(0)..<12 {
            guard let fixture = try ReplayFixture.random(seed, shape: .medium) else { continue }
            for (replication, result) in fixture.replicate(2).enumerated() {
                let plain = PlainReplay(fixture, replication: replication).books()
                compare(result, plain, fixture.plan.dimensions, "seed \(seed), \(replication)")
            }
        }
    }

    private func compare(
        _ result: ReplicationResult, _ plain: PlainBooks, _ dimensions: LedgerDimensions,
        _ name: Comment
    ) {
        for counter in Counter.allCases {
            #expect(
                result.baseline[counter] == plain.baseline[counter.rawValue],
                "baseline \(counter), \(name)")
            #expect(
                result.scenario[counter] == plain.scenario[counter.rawValue],
                "scenario \(counter), \(name)")
        }
        expectSame(cells(result.baseline.matrix, dimensions), plain.baselineCells, name)
        expectSame(cells(result.scenario.matrix, dimensions), plain.scenarioCells, name)
        #expect(result.classes.grossSaving == plain.gross, name)
        #expect(result.classes.runCost == plain.run, name)
        #expect(result.classes.unreleased == plain.unreleased, name)
        #expect(result.classes.redistributed == plain.redistributed, name)
        #expect(result.classes.deferred == plain.deferred, name)
        #expect(result.provenance.supported == plain.supported, name)
        #expect(result.provenance.extrapolated == plain.extrapolated, name)
        #expect(result.provenance.assumed == plain.assumed, name)
        #expect(result.avertedUnidentified == plain.averted, name)
        #expect(result.createdContacts == plain.created, name)
        #expect(result.customersReached == plain.reached.count, name)
        #expect(result.customersWorseOff == plain.worseOff, name)
        #expect(result.customersBetterOff == plain.betterOff, name)
        #expect(
            result.delta(.contacts) == Int64(plain.created - plain.vanished), name)
    }

    /// Only the cells that differ are shown; a cell that is not kept holds zero.
    private func expectSame(
        _ found: [PlainBooks.Cell: Int64], _ expected: [PlainBooks.Cell: Int64], _ name: Comment
    ) {
        for cell in Set(found.keys).union(expected.keys) {
            #expect(found[cell] ?? 0 == expected[cell] ?? 0, "\(cell), \(name)")
        }
    }

    private func cells(
        _ matrix: PostedMatrix, _ dimensions: LedgerDimensions
    ) -> [PlainBooks.Cell: Int64] {
        var cells: [PlainBooks.Cell: Int64] = [:]
        for row in 0..<matrix.rowCount {
            let cause = dimensions.causedName(row)
            for column in 0..<matrix.columnCount where matrix[row, column] != 0 {
                let paid = dimensions.paidName(column)
                cells[
                    PlainBooks.Cell(
                        causedIntent: cause.intent, failure: cause.failure,
                        paidIntent: paid.intent, payer: paid.payer)] = matrix[row, column]
            }
        }
        return cells
    }
}
