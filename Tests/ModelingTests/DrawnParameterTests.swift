// Stated ranges and their draws: within bounds, with the law's mean, the same for the same draw.

import Events
import Modeling
import Projections
import Randomness
import TestSupport
import Testing

@Suite struct DrawnParameterTests {
    private func model() throws -> Model {
        let sample = try RandomCase(seed: 5, shape: .medium)
        let book = JourneyBook(sample.table, rules: sample.rules)
        return ModelFit.fit(sample.table, book: book, logHead: "", eventCount: 0)
    }

    private func parameter(_ low: Double, _ mode: Double, _ high: Double) -> RangedParameter {
        RangedParameter(
            name: "share", low: low, mode: mode, high: high, grade: .c, source: "test")
    }

    @Test func constantIsItselfWhateverTheDraw() {
        let constant = RangedParameter.constant("share", 0.3)
        #expect(constant.isConstant)
        #expect([1e-16, 0.5, 1 - 1e-16].map { constant.value(at: $0) } == [0.3, 0.3, 0.3])
        #expect(!parameter(0.1, 0.1, 0.2).isConstant)
    }

    @Test(arguments: [(0.1, 0.3, 0.4), (0, 0, 1), (0, 1, 1), (5, 20, 300), (0.2, 0.2, 0.9)])
    func rangeIsDrawnWithinItsEndsAndWithThePERTMean(
        low: Double, mode: Double, high: Double
    ) {
        let range = parameter(low, mode, high)
        let draws = (0..<4_000).map { range.value(at: (Double($0) + 0.5) / 4_000) }
        #expect(draws.allSatisfy { $0 >= low && $0 <= high })
        #expect(draws == draws.sorted())
        let mean = draws.reduce(0, +) / 4_000
        #expect(abs(mean - (low + 4 * mode + high) / 6) < 2e-4 * (high - low))
    }

    @Test func everyDrawOfAScenarioIsAProbabilityWhereItMustBe() throws {
        let model = try model()
        for seed in UInt64(0)..<200 {
            var random = TestRandom(seed: seed)
            let step = Intervention.random(&random, days: 30)
            for draw in UInt32(0)..<5 {
                let parameters = DrawnParameters(step, model: model, seed: seed, draw: draw)
                let drawn = parameters.automations[0]
                let shares = [
                    drawn.exposure, drawn.resolved, drawn.falseGivenUnresolved,
                    drawn.handedOverGivenUnresolved, drawn.value(.falseReturns, otherwise: 9),
                    drawn.value(.reliability, otherwise: 9),
                    drawn.value(.contextLost, otherwise: 9),
                ]
                #expect(shares.allSatisfy { $0 >= 0 && $0 <= 1 }, "seed \(seed)")
                let takeUp = try #require(step.automations[0][.takeUp])
                let drawnTakeUp = drawn.value(.takeUp, otherwise: -1)
                #expect(drawnTakeUp >= takeUp.low && drawnTakeUp <= takeUp.high)
                #expect(drawn.exposure == min(1, drawnTakeUp * step.automations[0].dose))
                let returns = parameters.returnProbability
                #expect(returns.allSatisfy { $0 > 0 && $0 < 1 }, "seed \(seed)")
                #expect(returns.count == model.returns.count)
                #expect(drawn.microseconds(.seconds) >= 0)
            }
        }
    }

    /// Contained and meant so, contained and not, handed over, hung up: nobody else.
    @Test(arguments: [
        (0.6, 0.25, 0.5), (1, 0, 0.5), (0, 0.3, 0.2), (0, 0, 0), (1, 1, 1), (0.5, 0, 1),
    ])
    func fourEndsOfTheStepSumToOne(contained: Double, falseShare: Double, hungUp: Double) throws {
        let step = Intervention.stated(
            contained: contained, falseShare: falseShare, abandonedShare: hungUp)
        let drawn = DrawnParameters(step, model: try model(), seed: 1, draw: 0).automations[0]
        let unresolved = 1 - drawn.resolved
        #expect(abs(drawn.resolved - contained * (1 - falseShare)) < 1e-15)
        let falsely = unresolved * drawn.falseGivenUnresolved
        let handedOver = unresolved * drawn.handedOverGivenUnresolved
        #expect(abs(falsely - contained * falseShare) < 1e-15)
        #expect(abs(handedOver - (1 - contained) * (1 - hungUp)) < 1e-15)
        let left = 1 - drawn.resolved - falsely - handedOver
        #expect(abs(left - (1 - contained) * hungUp) < 1e-15)
    }

    @Test func meanOverManyDrawsIsTheLawsOwn() throws {
        var step = Intervention.stated()
        step.automations[0][.takeUp] = parameter(0.2, 0.5, 0.6)
        let model = try model()
        let count = 2_000
        let draws = (0..<count).map {
            DrawnParameters(step, model: model, seed: 9, draw: UInt32($0))
        }
        // The law's standard deviation is at most a sixth of its range and a little.
        let mean = draws.map { $0.automations[0].exposure }.reduce(0, +) / Double(count)
        #expect(abs(mean - 2.8 / 6) < 4 * 0.08 / Double(count).squareRoot())
        for cell in model.returns.indices {
            let returns = draws.map { $0.returnProbability[cell] }
            let expected = model.returns[cell].probability
            let spread = (expected * (1 - expected) / 21).squareRoot()
            #expect(
                abs(returns.reduce(0, +) / Double(count) - expected)
                    < 4.5 * spread / Double(count).squareRoot())
        }
    }

    @Test func drawsAreNamedByParameterAndAutomation() throws {
        let model = try model()
        var step = Intervention.stated()
        step.automations[0][.takeUp] = parameter(0, 0.5, 1)
        func takeUp(_ step: Intervention, _ seed: UInt64, _ draw: UInt32) -> Double {
            DrawnParameters(step, model: model, seed: seed, draw: draw)
                .automations[0].exposure
        }
        let first = takeUp(step, 3, 4)
        #expect(takeUp(step, 3, 4) == first)
        #expect(takeUp(step, 3, 5) != first)
        #expect(takeUp(step, 4, 4) != first)
        var other = step
        other.automations[0][.contained] = parameter(0, 0.3, 1)
        #expect(takeUp(other, 3, 4) == first)
        other.automations[0].id = "another"
        #expect(takeUp(other, 3, 4) != first)
        let returns = DrawnParameters(step, model: model, seed: 3, draw: 4).returnProbability
        #expect(
            DrawnParameters(other, model: model, seed: 3, draw: 4).returnProbability == returns)
    }

    @Test func moneyAndSecondsAreRoundedOnce() throws {
        let step = Intervention.stated(
            stepSeconds: 12.3456789, contextPenaltySeconds: 0.0000004, runCostPerStep: 0.123456,
            fixedCost: 2_500)
        let drawn = DrawnParameters(step, model: try model(), seed: 1, draw: 0).automations[0]
        #expect(drawn.microseconds(.seconds) == 12_345_679)
        #expect(drawn.microseconds(.contextPenaltySeconds) == 0)
        #expect(drawn.runCostPerUse == 12_346)
        #expect(drawn.fixedCost == 250_000_000)
    }
}
