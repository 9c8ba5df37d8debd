// How precise a run's means are, when that ends it, and results on their way through a file.

import Foundation
import Simulation
import Statistics
import TestSupport
import Testing

@Suite struct StoppingTests {
    /// By hand: means over parameter draws, their spread, and Student's t of the published tables:
    /// 3.250 at 0.995 with nine degrees of freedom (five figures share 5 %, on two sides).
    @Test func theHalfWidthIsStudentsOverParameterDraws() throws {
        let fixture = try #require(try ReplayFixture.random(2, shape: .medium))
        let results = fixture.replicate(20)
        let precision = StoppingRule.precision(results, relative: 0.1, currency: "GBP")
        #expect(
            precision.map(\.name) == [
                "net", "rework_contacts", "escalations", "silent_give_ups", "customer_minutes",
            ])
        let net = try #require(precision.first)
        let values = results.map { Double($0.classes.net) / 100_000 }
        let means = (0..<10).map { draw -> Double in
            let pair: Double = values[2 * draw] + values[2 * draw + 1]
            return pair / 2
        }
        let mean: Double = means.reduce(0, +) / 10
        let squares: [Double] = means.map { ($0 - mean) * ($0 - mean) }
        let variance: Double = squares.reduce(0, +) / 9
        let halfWidth = 3.2498 * (variance / 10).squareRoot()
        #expect(variance > 0)
        #expect(abs(net.mean - mean) < 1e-9)
        #expect(abs(try #require(net.halfWidth) / halfWidth - 1) < 1e-4)
        let costs: [Double] = results.map { Double($0.baseline.matrix.total) / 100_000 }
        let cash: Double = costs.reduce(0, +) / 20
        #expect(abs(net.tolerance - max(0.1 * abs(mean), 0.001 * cash)) < 1e-9)
    }

    @Test func twoReplicationsKnowNoHalfWidth() throws {
        let fixture = try #require(try ReplayFixture.random(2, shape: .medium))
        let precision = StoppingRule.precision(
            fixture.replicate(2), relative: 0.1, currency: "GBP")
        #expect(precision.allSatisfy { $0.halfWidth == nil && !$0.isEnough })
    }

    @Test func aRunEndsWherePrecisionWasEnoughTwice() {
        func figure(_ halfWidth: Double?) -> [FigurePrecision] {
            [
                FigurePrecision(
                    name: "net", title: "net", unit: "GBP", mean: 100, halfWidth: halfWidth,
                    tolerance: 5)
            ]
        }
        let rule = StoppingRule(relative: 0.05, limit: 1_000)
        #expect(rule.isSettled(figure(5), before: figure(4.9)))
        #expect(!rule.isSettled(figure(5), before: figure(5.1)))
        #expect(!rule.isSettled(figure(5.1), before: figure(5)))
        #expect(!rule.isSettled(figure(nil), before: figure(1)))
        // Twice as far as wanted: four times as many, and the batch that confirms it.
        #expect(rule.expectedReplications(figure(10), after: 100) == 500)
        #expect(rule.expectedReplications(figure(50), after: 100) == 1_000)
        #expect(rule.expectedReplications(figure(1), after: 100) == 200)
    }

    @Test func resultsComeBackFromAFileAsTheyWere() throws {
        var cells = 0
        for seed in UInt64(0)..<60 {
            guard let fixture = try ReplayFixture.random(seed) else { continue }
            for (replication, result) in fixture.replicate(4).enumerated() {
                let bytes = try JSONEncoder().encode(
                    KeptReplication(result, replication: replication))
                let kept = try JSONDecoder().decode(KeptReplication.self, from: bytes)
                #expect(kept.replication == replication)
                let isSame = kept.result(of: fixture.plan) == result
                #expect(isSame, "seed \(seed)")
                cells += result.scenario.matrix.places.count
            }
        }
        #expect(cells > 500)
    }

    @Test func resultsOfAnotherShapeAreNotTaken() throws {
        let fixture = try #require(try ReplayFixture.random(2, shape: .medium))
        let result = try #require(fixture.replicate(1).first)
        let bytes = try JSONEncoder().encode(KeptReplication(result, replication: 0))
        var object = try #require(
            try JSONSerialization.jsonObject(with: bytes) as? [String: Any])
        object["baselineCells"] = ["places": [100_000_000], "amounts": [1]]
        let kept = try JSONDecoder().decode(
            KeptReplication.self, from: try JSONSerialization.data(withJSONObject: object))
        #expect(kept.result(of: fixture.plan) == nil)
    }
}
