// Sums, tallies, quantiles and intervals: exact where they promise to be, and known answers
// elsewhere.

import Statistics
import Testing

@Suite struct SummationTests {
    @Test func smallTermsBesideLargeOnesAreKept() {
        #expect(Summation.sum([1, 1e100, 1, -1e100]) == 2)
        #expect(Summation.sum([Double](repeating: 0.1, count: 10_000_000)) == 1_000_000)
        #expect(Summation.sum([]) == 0)
        #expect(Summation.sum([.infinity, 1]) == .infinity)
        #expect(Summation.sum([.nan, 1]).isNaN)
    }

    @Test func varianceDoesNotLoseItselfInALargeMean() throws {
        let values = [1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16]
        #expect(Summation.variance(values) == 30)
        #expect(Summation.mean(values) == 1e9 + 10)
        #expect(Summation.variance([5]) == nil)
        #expect(Summation.mean([]) == nil)
    }
}

@Suite struct TallyTests {
    @Test func meanAndVarianceOfKnownValues() {
        let tally = Tally([2, 4, 4, 4, 5, 5, 7, 9])
        #expect(tally.count == 8)
        #expect(tally.sum == 40)
        #expect(tally.mean == 5)
        #expect(tally.variance == 32.0 / 7)
        #expect(tally.minimum == 2 && tally.maximum == 9)
    }

    @Test func partsMergeToTheWholeInAnyOrder() {
        let values = (0..<1_000).map { Int64(($0 * 7_919) % 997) - 400 }
        let whole = Tally(values)
        for cut in [0, 1, 333, 999, 1_000] {
            var left = Tally(values[..<cut])
            let right = Tally(values[cut...])
            var other = right
            other.merge(left)
            left.merge(right)
            #expect(left == whole)
            #expect(other == whole)
        }
    }

    @Test func hugeValuesStayExactInTheMeanAndFiniteInTheVariance() throws {
        let most = Int64.max / 2
        let near = Tally([most, most, most - 3])
        #expect(near.sum == 3 * Int128(most) - 3)
        #expect(near.mean == Double(most - 1))
        let money: [Int64] = [1_000_000_000_001, 1_000_000_000_002, 1_000_000_000_003]
        #expect(Tally(money).variance == 1)
        let spread = Tally([Int64](repeating: Int64.max / 2, count: 3) + [0])
        let deviation = try #require(spread.deviation)
        #expect((deviation / Double(Int64.max / 4) - 1).magnitude < 1e-12)
    }

    @Test func emptyAndSingleTalliesHaveNoVariance() {
        #expect(Tally().mean == nil)
        #expect(Tally().variance == nil)
        #expect(Tally().minimum == nil)
        #expect(Tally([7]).variance == nil)
        #expect(Tally([7]).mean == 7)
        #expect(Tally([-3, -3, -3]).variance == 0)
    }

    @Test func timeWeightedMeansCountHowLong() {
        var queue = TimeWeighted(value: 0, start: 100)
        #expect(queue.mean == nil)
        queue.set(4, at: 110)
        queue.set(1, at: 120)
        queue.advance(to: 140)
        #expect(queue.integral == 60)
        #expect(queue.mean == 1.5)
        #expect(queue.maximum == 4)
    }
}

@Suite struct QuantileTests {
    /// `numpy.quantile` with its default method gives these.
    @Test func agreesWithTypeSeven() throws {
        let quantiles = Quantiles([3.1, -2, 7.5, 7.5, 0, 12.25, 4])
        let expected: [(Double, Double)] = [
            (0, -2), (0.05, -1.4), (0.25, 1.55), (0.5, 4), (0.9, 9.4), (0.95, 10.825), (1, 12.25),
        ]
        for (p, value) in expected {
            let found = try #require(quantiles.quantile(p))
            #expect((found - value).magnitude < 1e-12, "at \(p): \(found)")
        }
        #expect(quantiles.median == 4)
    }

    @Test func equalValuesGiveThatValueExactly() {
        let quantiles = Quantiles([Double](repeating: 0.1, count: 37))
        for step in 0...100 { #expect(quantiles.quantile(Double(step) / 100) == 0.1) }
    }

    @Test func fewValues() {
        #expect(Quantiles([]).quantile(0.5) == nil)
        #expect(Quantiles([3]).quantile(0) == 3)
        #expect(Quantiles([3]).quantile(1) == 3)
        #expect(Quantiles([3, 5]).quantile(0.25) == 3.5)
    }
}

@Suite struct IntervalTests {
    @Test func noIntervalIsGivenBelowTwoHundredReplications() throws {
        let few = try #require(Interval(replications: (0..<199).map { Double($0) }))
        #expect(few.low == nil && few.high == nil)
        #expect(few.mean == 99)
        #expect(!few.excludesZero)
        let enough = try #require(Interval(replications: (0..<201).map { Double($0) }))
        #expect(enough.low == 10 && enough.high == 190)
        #expect(enough.mean == 100)
        #expect(enough.excludesZero)
        #expect(Interval(replications: []) == nil)
    }

    @Test func differencesThatAreAllZeroGiveExactlyZero() {
        let zeros = [Double](repeating: 0, count: 400)
        #expect(Interval(replications: zeros) == Interval(mean: 0, low: 0, high: 0))
    }

    @Test func anIntervalAroundZeroDoesNotExcludeIt() {
        #expect(!Interval(mean: 1, low: -1, high: 2).excludesZero)
        #expect(!Interval(mean: 1, low: 0, high: 2).excludesZero)
        #expect(Interval(mean: -1, low: -2, high: -0.5).excludesZero)
    }
}

@Suite struct PairedReplicationsTests {
    @Test func variancesOfAHandCase() throws {
        // Pair means 2, 6, 10; differences 2, 4, 0.
        let pairs = try #require(PairedReplications([1, 3, 8, 4, 10, 10]))
        #expect(pairs.pairCount == 3)
        #expect(pairs.mean == 6)
        // (2 + 8 + 0)/3, and Var(means) = 16.
        #expect((pairs.monteCarloVariance - 10.0 / 3).magnitude < 1e-15)
        let parameter = try #require(pairs.parameterVariance)
        #expect((parameter - (16 - 5.0 / 3)).magnitude < 1e-12)
        let error = try #require(pairs.standardError)
        #expect((error - (16.0 / 3).squareRoot()).magnitude < 1e-15)
        #expect(pairs.degreesOfFreedom == 2)
        #expect(pairs.halfWidth(studentQuantile: 2) == 2 * error)
    }

    @Test func chanceAloneLeavesNoParameterVariance() throws {
        let pairs = try #require(PairedReplications([-1, 1, 1, -1, -1, 1, 1, -1]))
        #expect(pairs.parameterVariance == 0)
        #expect(pairs.monteCarloVariance == 2)
    }

    @Test func parametersAloneLeaveNoMonteCarloVariance() throws {
        let pairs = try #require(PairedReplications([1, 1, 2, 2, 3, 3]))
        #expect(pairs.monteCarloVariance == 0)
        #expect(pairs.parameterVariance == 1)
    }

    @Test func aReplicationWithoutItsPartnerIsLeftOut() throws {
        #expect(PairedReplications([]) == nil)
        #expect(PairedReplications([4]) == nil)
        let one = try #require(PairedReplications([4, 6, 1_000]))
        #expect(one.mean == 5)
        #expect(one.parameterVariance == nil)
        #expect(one.standardError == nil)
        #expect(one.halfWidth(studentQuantile: 2) == nil)
    }

    /// Known components: parameters of variance 4, chance of variance 9. The generator is a
    /// plain linear congruential one; twelve uniforms make a normal.
    @Test func componentsAreFoundAgain() throws {
        var state: UInt64 = 12_345
        func normal() -> Double {
            var sum = -6.0
            for _ in 0..<12 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                sum += Double(state >> 11) * 0x1p-53
            }
            return sum
        }
        var values: [Double] = []
        for _ in 0..<40_000 {
            let parameter = 2 * normal()
            values += [parameter + 3 * normal(), parameter + 3 * normal()]
        }
        let pairs = try #require(PairedReplications(values))
        let parameter = try #require(pairs.parameterVariance)
        #expect((pairs.monteCarloVariance - 9).magnitude < 0.3)
        #expect((parameter - 4).magnitude < 0.3)
    }
}
