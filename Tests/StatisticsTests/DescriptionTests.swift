// Shapes of data: histograms, ranks, concentration, proportions and survival, against answers
// worked by hand or known from the literature, and against inputs at the edge.

import Statistics
import Testing

@Suite struct HistogramTests {
    @Test func everyValueIsCountedOnce() {
        var histogram = Histogram(low: 0, high: 10, cells: 5)
        for value in [-1, 0, 1.9, 2, 9.99, 10, 10.01, .infinity, -.infinity, .nan] {
            histogram.add(value)
        }
        #expect(histogram.counts == [2, 1, 0, 0, 2])
        #expect(histogram.below == 2)
        #expect(histogram.above == 2)
        #expect(histogram.notNumbers == 1)
        #expect(histogram.total == 10)
    }

    @Test func partsMergeToTheWhole() {
        var whole = Histogram(low: -1, high: 1, cells: 7)
        var parts = [whole, whole]
        for index in 0..<300 {
            let value = Double(index % 37) / 15 - 1.2
            whole.add(value)
            parts[index % 2].add(value)
        }
        parts[1].merge(parts[0])
        #expect(parts[1] == whole)
    }

    @Test func cellsTouchAndReachTheEnds() {
        let histogram = Histogram(low: 0.1, high: 0.7, cells: 3)
        #expect(histogram.bounds(of: 0).low == 0.1)
        #expect(histogram.bounds(of: 2).high == 0.7)
        #expect(histogram.bounds(of: 0).high == histogram.bounds(of: 1).low)
    }
}

@Suite struct NormalScoresTests {
    /// The identity in place of Φ⁻¹ shows the positions themselves.
    private func positions(_ values: [Double], _ ties: NormalScores.Ties) -> [Double] {
        NormalScores.scores(of: values, ties: ties) { $0 }
    }

    @Test func positionsAreMidwayThroughTheRanks() {
        #expect(positions([30, 10, 20, 40], .byIndex) == [0.625, 0.125, 0.375, 0.875])
        #expect(positions([30, 10, 20, 40], .averaged) == [0.625, 0.125, 0.375, 0.875])
        #expect(positions([5], .averaged) == [0.5])
        #expect(positions([], .averaged) == [])
    }

    @Test func tiesAreAveragedOrTakenByIndex() {
        #expect(positions([2, 1, 2, 3], .byIndex) == [0.375, 0.125, 0.625, 0.875])
        #expect(positions([2, 1, 2, 3], .averaged) == [0.5, 0.125, 0.5, 0.875])
        #expect(positions([7, 7, 7, 7], .averaged) == [0.5, 0.5, 0.5, 0.5])
        #expect(positions([0, -0.0], .averaged) == [0.5, 0.5])
    }

    @Test func positionsLieInsideTheUnitInterval() {
        let values = (0..<1_001).map { Double(($0 * 337) % 1_001) }
        for ties in [NormalScores.Ties.averaged, .byIndex] {
            let found = positions(values, ties)
            for position in found { #expect(position > 0 && position < 1) }
            #expect((Summation.sum(found) / 1_001 - 0.5).magnitude < 1e-12)
        }
    }
}

@Suite struct ConcentrationTests {
    @Test func giniOfKnownSpreads() throws {
        #expect(Concentration.gini([5, 5, 5]) == 0)
        #expect(Concentration.gini([0, 0, 0, 8]) == 0.75)
        #expect(Concentration.gini([1, 2, 3, 4]) == 0.25)
        #expect(Concentration.gini([4, 1, 3, 2]) == 0.25)
        #expect(Concentration.gini([7]) == 0)
        let tenths = try #require(Concentration.gini([Double](repeating: 0.1, count: 999)))
        #expect(tenths < 1e-12)
    }

    @Test func giniOfNothingIsNotANumberButAbsent() {
        #expect(Concentration.gini([]) == nil)
        #expect(Concentration.gini([0, 0]) == nil)
        #expect(Concentration.topShare([], fraction: 0.5) == nil)
        #expect(Concentration.topShare([0], fraction: 0.5) == nil)
    }

    @Test func topShareCountsWholeCases() {
        let amounts: [Double] = [1, 1, 1, 1, 1, 1, 1, 1, 1, 11]
        #expect(Concentration.topShare(amounts, fraction: 0.1) == 0.55)
        #expect(Concentration.topShare(amounts, fraction: 0.11) == 0.6)
        #expect(Concentration.topShare(amounts, fraction: 0) == 0)
        #expect(Concentration.topShare(amounts, fraction: 1) == 1)
        #expect(Concentration.topShare(amounts, fraction: 0.3) == 0.65)
    }
}

@Suite struct ProportionTests {
    /// Computed with Wilson's formula in Python.
    @Test func wilsonIntervalsOfKnownCases() throws {
        let table: [(Int, Int, Double, Double, Double)] = [
            (0, 10, 1.96, 0, 0.2775401687666165),
            (10, 10, 1.96, 0.7224598312333834, 1),
            (1, 10, 1.96, 0.01787574951572113, 0.4041563854975721),
            (45, 100, 1.6448536269514722, 0.370560970694454, 0.5320733013838636),
            (3, 100000, 1.96, 1.0202573900776641e-05, 8.820964549540304e-05),
        ]
        for (successes, trials, z, low, high) in table {
            let found = Proportion(successes: successes, trials: trials).wilson(z: z)
            #expect((found.low - low).magnitude < 1e-14, "\(successes) of \(trials)")
            #expect((found.high - high).magnitude < 1e-14, "\(successes) of \(trials)")
        }
    }

    @Test func endsAreExactAndNoTrialsSayNothing() {
        #expect(Proportion(successes: 0, trials: 10).wilson(z: 1.96).low == 0)
        #expect(Proportion(successes: 10, trials: 10).wilson(z: 1.96).high == 1)
        let none = Proportion(successes: 0, trials: 0)
        #expect(none.share == nil)
        #expect(none.wilson(z: 1.96) == (low: 0, high: 1))
        #expect(Proportion(successes: 3, trials: 4).wilson(z: 0) == (low: 0.75, high: 0.75))
    }
}

@Suite struct KaplanMeierTests {
    /// Remission under 6-MP: E. J. Freireich et al., Blood 21 (1963), as in D. R. Cox, D. Oakes,
    /// "Analysis of survival data" (1984), table 1.1; the survival column is theirs.
    @Test func theLeukaemiaRemissionsOfFreireich() throws {
        let times: [Double] = [
            6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35,
        ]
        let censored = [3, 5, 7, 8, 11, 12, 13, 16, 17, 18, 19, 20]
        let estimate = KaplanMeier(
            times: times, observed: times.indices.map { !censored.contains($0) })
        #expect(estimate.steps.map(\.time) == [6, 7, 10, 13, 16, 22, 23])
        #expect(estimate.steps.map(\.atRisk) == [21, 17, 15, 12, 11, 7, 6])
        let expected = [0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448]
        for (step, survival) in zip(estimate.steps, expected) {
            #expect((step.survival - survival).magnitude < 5.1e-4)
        }
        // Greenwood's standard error at 6 weeks: 0.0764.
        let first = try #require(estimate.steps.first)
        #expect((first.variance.squareRoot() - 0.0764).magnitude < 5e-5)
        #expect(estimate.quantile(0.5) == 23)
        #expect(estimate.lastTime == 35)
    }

    @Test func withoutCensoringItIsTheSampleItself() {
        let estimate = KaplanMeier(times: [4, 1, 3, 2], observed: [true, true, true, true])
        #expect(estimate.survival(after: 0.5) == 1)
        #expect(estimate.survival(after: 1) == 0.75)
        #expect((estimate.survival(after: 2.5) - 0.5).magnitude < 1e-15)
        #expect(estimate.survival(after: 4) == 0)
        #expect(estimate.restrictedMean(horizon: 10) == 2.5)
        #expect(estimate.restrictedMean(horizon: 1) == 1)
        #expect(estimate.restrictedMean(horizon: 0) == 0)
        #expect(estimate.quantile(1) == 4)
    }

    @Test func theTailBeyondATimeIsDrawnFromThoseWhoLasted() {
        let estimate = KaplanMeier(
            times: [1, 2, 3, 4, 5], observed: [true, true, true, true, false])
        // Of those beyond 2 a third ends at 3, a third at 4; the rest was not seen to end.
        #expect(estimate.quantile(0.1, beyond: 2) == 3)
        #expect(estimate.quantile(0.5, beyond: 2) == 4)
        #expect(estimate.quantile(0.9, beyond: 2) == nil)
        #expect(estimate.quantile(0.1, beyond: 4) == nil)
        #expect(estimate.quantile(0, beyond: 2) == 3)
    }

    @Test func emptyAndWhollyCensoredSamples() {
        let empty = KaplanMeier(times: [], observed: [])
        #expect(empty.steps.isEmpty && empty.lastTime == nil)
        #expect(empty.survival(after: 5) == 1)
        #expect(empty.quantile(0.5) == nil)
        let censored = KaplanMeier(times: [3, 1], observed: [false, false])
        #expect(censored.steps.isEmpty)
        #expect(censored.lastTime == 3)
        #expect(censored.restrictedMean(horizon: 2) == 2)
    }

    @Test func censoredCasesCountAsAtRiskAtTheirOwnTime() {
        let estimate = KaplanMeier(times: [2, 2, 3], observed: [false, true, true])
        #expect(estimate.steps.map(\.atRisk) == [3, 1])
        #expect(estimate.steps.map(\.events) == [1, 1])
    }
}
