// Laws, their tables and weighted choices: the right quantiles, the right means, and every bad
// parameter refused with its name.

import Randomness
import Testing

@Suite struct DistributionTests {
    private let laws: [Distribution] = [
        .constant(-3.5), .uniform(low: 2, high: 6), .uniform(low: 1, high: 1),
        .pert(low: 0.1, mode: 0.3, high: 0.9), .pert(low: 5, mode: 5, high: 9),
        .pert(low: 2, mode: 2, high: 2), .beta(alpha: 2, beta: 5),
        .lognormal(logMean: 3, logDeviation: 0.8), .lognormal(logMean: 0, logDeviation: 0),
        .empirical([1, 2, 2, 10]), .empirical([4]),
    ]

    @Test func quantilesRiseAndStayInsideTheLaw() {
        for law in laws {
            var last = law.quantile(0)
            for step in 1...200 {
                let value = law.quantile(Double(step) / 200)
                #expect(value >= last, "\(law) falls at \(step)")
                last = value
            }
        }
        #expect(Distribution.pert(low: 0.1, mode: 0.3, high: 0.9).quantile(0) == 0.1)
        #expect(Distribution.pert(low: 0.1, mode: 0.3, high: 0.9).quantile(1) == 0.9)
        #expect(Distribution.lognormal(logMean: 3, logDeviation: 0.8).quantile(1) == .infinity)
    }

    @Test func quantilesAreThoseOfTheLaw() {
        #expect(Distribution.uniform(low: 2, high: 6).quantile(0.25) == 3)
        // exp(3 + 0.8·1.959963984540054), by mpmath.
        let lognormal = Distribution.lognormal(logMean: 3, logDeviation: 0.8).quantile(0.975)
        #expect(relativeError(lognormal, 96.348438446204453691) < 1e-14)
        #expect(Distribution.empirical([1, 2, 2, 10]).quantile(0.5) == 2)
        #expect(Distribution.empirical([1, 2, 2, 10]).quantile(1) == 10)
        #expect(Distribution.empirical([0, 10]).quantile(0.3) == 3)
        // PERT(0, 3, 10) is 10·beta(2.2, 3.8); its median is found again by its probability.
        let median = Distribution.pert(low: 0, mode: 3, high: 10).quantile(0.5)
        #expect(relativeError(ExactMath.incompleteBeta(median / 10, 2.2, 3.8), 0.5) < 1e-12)
    }

    @Test func aLawWithoutSpreadGivesItsValueExactly() {
        for law in laws where law.isConstant {
            for u in [0, 0.1, 0.77, 1] { #expect(law.quantile(u) == law.mean) }
        }
        #expect(laws.filter(\.isConstant).count == 5)
    }

    @Test func meansAgreeWithTheQuantiles() throws {
        for law in laws {
            let count = 20_000
            let sum = (0..<count).reduce(0.0) {
                $0 + law.quantile((Double($1) + 0.5) / Double(count))
            }
            #expect(relativeError(sum / Double(count), law.mean) < 2e-3, "\(law)")
        }
    }

    @Test func badParametersAreRefusedByName() {
        let bad: [(Distribution, String)] = [
            (.constant(.nan), "value"), (.constant(.infinity), "value"),
            (.uniform(low: 2, high: 1), "high"), (.uniform(low: .nan, high: 1), "low"),
            (.uniform(low: 0, high: .infinity), "high"),
            (.pert(low: 1, mode: 0, high: 2), "mode"), (.pert(low: 0, mode: 3, high: 2), "high"),
            (.pert(low: -.infinity, mode: 0, high: 2), "low"),
            (.beta(alpha: 0, beta: 1), "alpha"), (.beta(alpha: 1, beta: -2), "beta"),
            (.lognormal(logMean: 501, logDeviation: 1), "logMean"),
            (.lognormal(logMean: 0, logDeviation: -1), "logDeviation"),
            (.lognormal(logMean: 0, logDeviation: 11), "logDeviation"),
            (.empirical([]), "count"), (.empirical([2, 1]), "value"),
            (.empirical([1, .nan]), "value"),
        ]
        for (law, name) in bad {
            do {
                try law.validate()
                Issue.record("\(law) was accepted")
            } catch {
                #expect("\(error)".contains("\"\(name)\""), "\(error)")
            }
        }
        for law in laws { #expect(throws: Never.self) { try law.validate() } }
    }

    @Test func tablesKeepTheQuantilesAndTheMean() throws {
        for law in laws {
            let table = try QuantileTable(law)
            #expect(table.knots.count == 1_025)
            #expect(relativeError(table.mean, law.mean) < 3e-4, "\(law)")
            for u in [0.002, 0.1, 0.333, 0.5, 0.9, 0.99] {
                let tolerance = law.isConstant ? 0 : 3e-3
                #expect(relativeError(table.quantile(u), law.quantile(u)) <= tolerance, "\(law)")
            }
            #expect(table.quantile(0.25) == law.quantile(0.25))
        }
    }

    @Test func aTableBoundsAnInfiniteEndAndKeepsItsMean() throws {
        let law = Distribution.lognormal(logMean: 0, logDeviation: 1.2)
        let table = try QuantileTable(law)
        #expect(table.quantile(1).isFinite)
        #expect(table.quantile(1) > law.quantile(0.999))
        #expect(relativeError(table.mean, law.mean) < 1e-13)
        let normal = QuantileTable { ExactMath.inverseNormal($0) }
        #expect(normal.mean.magnitude < 1e-9)
        #expect(normal.quantile(0) < -3.2)
    }

    @Test func anInvalidLawMakesNoTable() {
        #expect(throws: RandomnessError.self) { try QuantileTable(.empirical([])) }
        #expect(throws: RandomnessError.self) {
            try QuantileTable(.pert(low: 3, mode: 2, high: 1))
        }
    }

    @Test func levelsInvertTheTable() throws {
        let table = try QuantileTable(.pert(low: 0, mode: 3, high: 10))
        for u in [0.001, 0.2, 0.5, 0.77, 0.9999] {
            let levels = table.levels(of: table.quantile(u))
            #expect((levels.below - u).magnitude < 1e-12)
            #expect((levels.atMost - u).magnitude < 1e-12)
        }
        #expect(table.levels(of: -1) == (below: 0, atMost: 0))
        #expect(table.levels(of: 0) == (below: 0, atMost: 0))
        #expect(table.levels(of: 10) == (below: 1, atMost: 1))
        #expect(table.levels(of: 11) == (below: 1, atMost: 1))
    }

    @Test func levelsOfAnAtomSpanIt() throws {
        let table = QuantileTable(sample: [0, 0, 0, 4, 8])
        let atom = table.levels(of: 0)
        #expect(atom.below == 0)
        #expect((atom.atMost - 0.5).magnitude < 2e-3)
        let constant = try QuantileTable(.constant(7)).levels(of: 7)
        #expect(constant == (below: 0, atMost: 1))
    }
}

@Suite struct WeightedChoiceTests {
    private let weights: [Double] = [3, 0, 1, 6, 0.5, 0]

    @Test func theAliasTableHoldsTheWeightsExactly() throws {
        let many = (0..<1_000).map { Double(($0 * 7919) % 101) }
        for list in [weights, [5], [1, 1, 1], [1e-12, 1], many] {
            let table = try AliasTable(weights: list)
            let sum = list.reduce(0, +)
            for (index, probability) in table.probabilities.enumerated() {
                #expect((probability - list[index] / sum).magnitude < 1e-12)
                if list[index] == 0 { #expect(probability == 0) }
            }
        }
    }

    @Test func theAliasTableDrawsItsWeights() throws {
        let table = try AliasTable(weights: weights)
        var counts = [Int](repeating: 0, count: weights.count)
        let count = 105_000
        for index in 0..<count {
            counts[table.category((Double(index) + 0.5) / Double(count))] += 1
        }
        for index in weights.indices {
            #expect((Double(counts[index]) - weights[index] * 10_000).magnitude <= 3)
        }
        #expect(counts[1] == 0 && counts[5] == 0)
    }

    @Test func sideBySideChoiceFollowsTheWeightsAndSkipsTheImpossible() throws {
        var counts = [Int](repeating: 0, count: weights.count)
        for index in 0..<10_500 {
            let uniform = (Double(index) + 0.5) / 10_500
            counts[try Categorical.category(weights: weights, uniform: uniform)] += 1
        }
        #expect(counts == [3_000, 0, 1_000, 6_000, 500, 0])
        let last = try Categorical.category(weights: [0, 0.1, 0.2, 0], uniform: 1 - 0x1p-53)
        #expect(last == 2)
    }

    @Test func badWeightsAreRefused() {
        for bad in [[], [0, 0], [1, -1], [1, .nan], [.infinity, 1]] {
            #expect(throws: RandomnessError.self) { try AliasTable(weights: bad) }
            #expect(throws: RandomnessError.self) {
                try Categorical.category(weights: bad, uniform: 0.5)
            }
        }
    }
}
