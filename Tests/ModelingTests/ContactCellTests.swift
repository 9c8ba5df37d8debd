// Outcomes of contacts by cell, their shrinkage, patience and distances, over logs and counts
// small enough to work out by hand.

import Events
import Modeling
import Projections
import TestSupport
import Testing

@Suite struct ContactCellTests {
    private func fit(_ calls: [ContactSpec]) throws -> Model {
        let table = try LogBuilder(calls).table(coverage: LogBuilder.coverage(days: 30))
        let book = JourneyBook(table, rules: SampleRules.links())
        return ModelFit.fit(table, book: book, logHead: "", eventCount: 0)
    }

    /// Two abandoned, one of them back by mail; one handed on to another team; one loan.
    private var calls: [ContactSpec] {
        var mail = ContactSpec("ada", at: .hours(9) + .minutes(10), talk: .minutes(4))
        mail.channel = "mail"
        return [
            .abandoned("ada", at: .hours(9), wait: .minutes(2)), mail,
            .abandoned("bob", at: .hours(10), wait: .minutes(4)),
            ContactSpec(
                "eve", at: .hours(11), outcome: .transferred, wait: .minutes(3),
                talk: .minutes(6)),
            ContactSpec("eve", at: .hours(11) + .minutes(10), team: "experts", wait: .minutes(5)),
            ContactSpec("kim", "loan", at: .hours(12), wait: .minutes(1), talk: .minutes(8)),
        ]
    }

    @Test func everyContactIsCountedOnceInItsCell() throws {
        let model = try fit(calls)
        #expect(model.cells.map(\.family) == ["service", "service", "loan"])
        #expect(model.cells.map(\.channel) == ["mail", "telephone", "telephone"])
        #expect(model.cells.map(\.contactCount) == [1, 4, 1])
        let telephone = model.cells[1]
        #expect(telephone.failures.counts[1] == 2)
        #expect(telephone.handOvers.counts == [1, 1])
        #expect(telephone.handOverTargets.map(\.channel) == ["telephone"])
        #expect(telephone.handOverTargets.map(\.team) == ["experts"])
        #expect(telephone.handOverTargets.map(\.count) == [1])
        #expect(telephone.returnChannels.map(\.name) == ["mail"])
        #expect(telephone.returnChannels.map(\.count) == [1])
        #expect(telephone.handle.law.quantile(1) == 360_000_000)
        for cell in model.cells {
            #expect(abs(cell.failures.probabilities.reduce(0, +) - 1) < 1e-12)
            #expect(cell.failures.probabilities.allSatisfy { $0 > 0 && $0 < 1 })
        }
    }

    @Test func waitsOfTheServedAreCensored() throws {
        let law = try fit(calls).patience[0]
        // Waits 0 served, 2 left, 3 served, 4 left, 5 served: 1 · 3/4 · 1/2.
        #expect(law.abandonedCount == 2 && law.servedCount == 3)
        #expect(law.times == [120_000_000, 240_000_000])
        #expect(law.survival == [0.75, 0.375])
        #expect(law.leftShare(within: 119_999_999) == 0)
        #expect(law.leftShare(within: 300_000_000) == 0.625)
        #expect(abs(law.tailRate - 2 / 840_000_000) < 1e-20)
    }

    @Test func curveOfManyDropsKeepsItsLast() {
        let waits = (1...10_000).map(Int64.init)
        let law = PatienceLaw(family: "", waits: waits, abandoned: waits.map { _ in true })
        #expect(law.times.count <= PatienceLaw.mostKnots)
        #expect(law.times.last == 10_000 && law.survival.last == 0)
        #expect(
            zip(law.times, law.survival).allSatisfy {
                abs(1 - Double($0) / 10_000 - $1) < 1e-9
            })
    }

    @Test func complaintsAndLossesAreCountedAfterTheFailureThatPrecededThem() throws {
        var complaint = ContactSpec("ada", at: .hours(9) + .minutes(10))
        complaint.issue = "delay"
        complaint.kind = .complaintOpened
        var failed = ContactSpec.abandoned("ada", at: .hours(9))
        failed.issue = "delay"
        let model = try fit([
            failed, complaint, .abandoned("bob", at: .hours(10)),
            ContactSpec("eve", at: .hours(11)),
        ])
        #expect(model.consequences[1].complaints.counts == [1, 1])
        #expect(model.consequences[0].complaints.counts == [1, 0])
        #expect(model.consequences[1].churn.counts == [2, 0])
        #expect(
            model.consequences[1].complaints.probabilities[1]
                > model.consequences[0].complaints.probabilities[1])
    }
}

@Suite struct ModelDifferenceTests {
    private func fit(abandoned: Int, of count: Int) throws -> Model {
        let calls = (0..<count).map {
            $0 < abandoned
                ? ContactSpec.abandoned("a\($0)", at: .hours(9))
                : ContactSpec("a\($0)", at: .hours(9))
        }
        let table = try LogBuilder(calls).table(coverage: LogBuilder.coverage(days: 30))
        let book = JourneyBook(table, rules: SampleRules.links())
        return ModelFit.fit(table, book: book, logHead: "", eventCount: 0)
    }

    @Test func modelDiffersInNothingFromItself() throws {
        let model = try fit(abandoned: 10, of: 100)
        let changes = ModelDifference.changes(model, model)
        #expect(changes.count > 4)
        #expect(changes.allSatisfy { $0.gap == 0 && $0.deviations == 0 })
    }

    @Test func surestDifferenceComesFirst() throws {
        let changes = ModelDifference.changes(
            try fit(abandoned: 100, of: 1_000), try fit(abandoned: 300, of: 1_000))
        let first = try #require(changes.first)
        #expect(first.cell == "service, telephone" && first.outcome == "abandoned")
        #expect(abs(first.gap - 0.2) < 0.001)
        #expect(first.deviations > 10)
    }
}

@Suite struct EmpiricalBayesTests {
    /// Cells of 4 with 4 and 0 of one kind: ρ = (Σ n(p − P)²·2 − V)/(V·Σ(1 − ½)·3) with V = ½ is
    /// (4 − ½)/1.5, above the most that is taken.
    @Test func cellsThatDifferFullyKeepTheirOwnShares() {
        #expect(EmpiricalBayes.weight(parents: [[[4, 0], [0, 4]]]) == EmpiricalBayes.leastCases)
    }

    @Test func cellsThatAreAlikeAreOne() {
        let weight = EmpiricalBayes.weight(parents: [[[5, 5], [10, 10], [20, 20]]])
        #expect(abs(weight - EmpiricalBayes.mostCases) < 1e-6)
        #expect(EmpiricalBayes.weight(parents: [[[5, 5]]]) == EmpiricalBayes.mostCases)
    }

    /// Shares from a beta law of weight α + β = 20 give that weight back.
    @Test func weightOfABetaLawIsFound() {
        var random = TestRandom(seed: 5)
        let cells = (0..<4_000).map { _ -> [Int] in
            // Pólya's urn with 6 and 14 balls: a beta-binomial of 50 cases.
            var urn = [6, 14]
            for _ in 0..<50 { urn[random.below(urn[0] + urn[1]) < urn[0] ? 0 : 1] += 1 }
            return [urn[0] - 6, urn[1] - 14]
        }
        #expect(abs(EmpiricalBayes.weight(parents: [cells]) - 20) < 2)
    }

    @Test func thinCellsLeanOnTheirParentAndThickOnesDoNot() {
        let parents = [[[90, 10], [500, 500], [1, 0]], [[10, 90], [20, 180]]]
        let shares = EmpiricalBayes.shares(parents: parents)
        #expect(abs(shares[0][1].probabilities[0] - 0.5) < 0.02)
        #expect(shares[0][2].probabilities[0] < 0.95)
        #expect(shares[0][2].probabilities[0] > shares[1][0].probabilities[0])
        #expect(shares[0][1].count == 1_000)
    }

    @Test func drawsHaveThePosteriorsMean() {
        let shares = Shares(counts: [3, 5, 2], parent: [0.2, 0.3, 0.5], weight: 4)
        var sums = [0.0, 0.0, 0.0]
        // A grid over both uniforms: no chance in the test.
        for i in 0..<60 {
            for j in 0..<60 {
                let drawn = shares.draw { (Double($0 == 0 ? i : j) + 0.5) / 60 }
                #expect(abs(drawn.reduce(0, +) - 1) < 1e-12)
                for k in 0..<3 { sums[k] += drawn[k] / 3_600 }
            }
        }
        for k in 0..<3 { #expect(abs(sums[k] - shares.probabilities[k]) < 2e-3) }
    }
}

@Suite struct KolmogorovSmirnovTests {
    @Test func distanceIsTheLargestGap() {
        #expect(KolmogorovSmirnov.distance([1, 2, 3], [3, 2, 1]) == 0)
        #expect(KolmogorovSmirnov.distance([1, 2], [3, 4, 5]) == 1)
        #expect(KolmogorovSmirnov.distance([1, 1, 2, 4], [2, 2, 2, 4]) == 0.5)
    }

    @Test func lawFitsWhatItWasMadeOf() throws {
        let fitted = FittedLaw(observations: (0..<5_000).map { Int64($0 * $0) })
        #expect(try #require(fitted.lawDistance) < 0.01)
        // The earlier half is wholly below the later one.
        #expect(fitted.halvesDistance == 1)
        #expect(FittedLaw(observations: []).lawDistance == nil)
        #expect(FittedLaw(observations: [7]).halvesDistance == nil)
    }
}
