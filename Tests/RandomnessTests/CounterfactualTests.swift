// The identity and the stability of a replay, at its smallest: one choice. Both must hold bit for
// bit, so the tests look at the ends of the uniform and at probabilities where rounding bites.

import Randomness
import Testing

@Suite struct BinaryChanceTests {
    private let draws = Draws(seed: 77, replication: 0)
    private let purpose = DrawPurpose("binary")

    private var hardProbabilities: [Double] {
        var result = [0, 1, 1e-300, 1e-7, 1e-6, 0.5, 1 - 1e-6, 1 - 1e-9, 1.0.nextDown]
        for exponent in 1...19 {
            let power = Double(sign: .plus, exponent: -exponent, significand: 1)
            result += [power, power.nextUp, power.nextDown, 1 - power, 1.5 * power]
        }
        for index in 0..<400 {
            result.append(draws.uniform(address: UInt64(index), purpose: purpose))
        }
        return result
    }

    private var hardUniforms: [Double] {
        var result: [Double] = [
            0x1p-53, 3 * 0x1p-53, 0.5, 1 - 0x1p-53, 1 - 3 * 0x1p-53, .leastNonzeroMagnitude,
        ]
        for index in 0..<100 {
            result.append(draws.uniform(address: 1 << 40 | UInt64(index), purpose: purpose))
        }
        return result
    }

    @Test func anUnchangedProbabilityReproducesTheAnswerForAnyUniform() {
        for probability in hardProbabilities {
            for uniform in hardUniforms {
                for observed in [false, true] {
                    let chance = BinaryChance(
                        observed: observed, fitted: probability, uniform: uniform)
                    #expect(chance.choice(scenario: probability) == observed)
                }
            }
        }
    }

    /// The promise must come from the chance term itself, not only from the comparison of the
    /// probabilities: elsewhere `chance < p` is what callers with their own arithmetic see.
    @Test func theChanceTermAloneReproducesTheAnswerWhereNothingIsClamped() {
        for probability in hardProbabilities where probability >= 1e-6 && probability <= 1 - 1e-6 {
            for uniform in hardUniforms {
                let yes = BinaryChance(observed: true, fitted: probability, uniform: uniform)
                let no = BinaryChance(observed: false, fitted: probability, uniform: uniform)
                #expect(yes.chance < probability && yes.chance >= 0)
                #expect(no.chance >= probability && no.chance < 1)
                #expect(!yes.wasClamped && !no.wasClamped)
            }
        }
    }

    @Test func anAnswerFlipsOnlyTowardWhatBecameLikelier() {
        let probabilities = hardProbabilities
        for (index, fitted) in probabilities.enumerated() {
            for scenario in probabilities[(index % 7)...] {
                for uniform in hardUniforms.prefix(12) {
                    let yes = BinaryChance(observed: true, fitted: fitted, uniform: uniform)
                    if !yes.choice(scenario: scenario) { #expect(scenario < fitted) }
                    let no = BinaryChance(observed: false, fitted: fitted, uniform: uniform)
                    if no.choice(scenario: scenario) { #expect(scenario > fitted) }
                }
            }
        }
    }

    @Test func aLargerProbabilityNeverTurnsAYesIntoANo() {
        let scenarios = hardProbabilities.sorted()
        for fitted in [0, 1e-8, 0.03, 0.5, 0.97, 1 - 1e-9, 1] {
            for uniform in hardUniforms {
                for observed in [false, true] {
                    let chance = BinaryChance(
                        observed: observed, fitted: fitted, uniform: uniform)
                    var wasYes = false
                    for scenario in scenarios {
                        let answer = chance.choice(scenario: scenario)
                        #expect(answer || !wasYes)
                        wasYes = answer
                    }
                }
            }
        }
    }

    @Test func certainScenariosAreCertain() {
        for uniform in hardUniforms {
            for fitted in [0.001, 0.5, 0.999_999] {
                for observed in [false, true] {
                    let chance = BinaryChance(
                        observed: observed, fitted: fitted, uniform: uniform)
                    #expect(chance.choice(scenario: 1))
                    #expect(!chance.choice(scenario: 0))
                }
            }
        }
    }

    /// Over observed answers drawn with p0, the scenario's answers follow p1, and the chance of a
    /// flip is the difference of the two: the coupling moves no more than it must.
    @Test func theLawOfTheScenarioIsItsProbability() {
        let count = 100_000
        for (fitted, scenario) in [(0.3, 0.45), (0.8, 0.1), (0.02, 0.03)] {
            var yes = 0
            var flips = 0
            for index in 0..<count {
                let pair = draws.uniformPair(
                    address: UInt64(index), purpose: DrawPurpose("law", of: "\(fitted)"))
                let observed = pair.first < fitted
                let answer = BinaryChance(
                    observed: observed, fitted: fitted, uniform: pair.second
                ).choice(scenario: scenario)
                if answer { yes += 1 }
                if answer != observed { flips += 1 }
            }
            #expect((Double(yes) / Double(count) - scenario).magnitude < 0.006)
            let distance = (scenario - fitted).magnitude
            #expect((Double(flips) / Double(count) - distance).magnitude < 0.006)
        }
    }

    @Test func anAnswerThatTheModelHeldImpossibleIsFlagged() {
        #expect(BinaryChance(observed: true, fitted: 0, uniform: 0.5).wasClamped)
        #expect(BinaryChance(observed: true, fitted: 9e-7, uniform: 0.5).wasClamped)
        #expect(BinaryChance(observed: false, fitted: 1, uniform: 0.5).wasClamped)
        #expect(!BinaryChance(observed: false, fitted: 0, uniform: 0.5).wasClamped)
        #expect(!BinaryChance(observed: true, fitted: 1, uniform: 0.5).wasClamped)
        #expect(!BinaryChance(observed: true, fitted: 1e-6, uniform: 0.5).wasClamped)
    }

    @Test func anOddsRatioOfOneChangesNoBit() {
        for probability in hardProbabilities {
            #expect(Odds.scaled(probability, by: 1) == probability)
        }
        #expect(relativeError(Odds.scaled(0.2, by: 2), 1.0 / 3) < 1e-15)
        #expect(Odds.scaled(0.3, by: 0) == 0)
        #expect(Odds.scaled(0, by: 5) == 0)
        #expect(Odds.scaled(1, by: 0.1) == 1)
        #expect(Odds.scaled(0.999, by: 1e300) == 1)
    }
}

@Suite struct GumbelChanceTests {
    private let draws = Draws(seed: 4, replication: 2)
    private let purpose = DrawPurpose("gumbel")
    private let fitted = [0.5, 0.3, 0.15, 0.05]
    private let scenario = [0.2, 0.4, 0.15, 0.25]

    private func chance(_ observed: Int, at address: Int) -> GumbelChance {
        GumbelChance(observed: observed, fitted: fitted) { ordinal in
            draws.uniform(address: UInt64(address), purpose: purpose, ordinal: ordinal)
        }
    }

    /// The category at `u` when the probabilities are laid side by side.
    private func pick(_ probabilities: [Double], _ u: Double) -> Int {
        var reached = 0.0
        for (index, probability) in probabilities.enumerated() {
            reached += probability
            if u < reached { return index }
        }
        return probabilities.count - 1
    }

    @Test func unchangedProbabilitiesReproduceTheCategoryForAnyUniform() {
        let extremes = [0x1p-53, 0.5, 1 - 0x1p-53]
        let laws: [[Double]] = [
            fitted, [1.0], [0, 1], [1, 0], [0.999_999_999, 1e-9], [1.0 / 3, 1.0 / 3, 1.0 / 3],
        ]
        for law in laws {
            for observed in law.indices {
                for first in extremes {
                    for rest in extremes {
                        let chance = GumbelChance(observed: observed, fitted: law) {
                            $0 == 0 ? first : rest
                        }
                        #expect(chance.choice(scenario: law) == observed)
                    }
                }
            }
        }
        for index in 0..<5_000 {
            let observed = index % 4
            #expect(chance(observed, at: index).choice(scenario: fitted) == observed)
        }
    }

    @Test func aCategoryIsReplacedOnlyByOneWhoseOddsAgainstItRose() {
        for index in 0..<20_000 {
            let observed = index % 4
            let found = chance(observed, at: index).choice(scenario: scenario)
            if found != observed {
                #expect(
                    scenario[found] / fitted[found] > scenario[observed] / fitted[observed])
            }
        }
    }

    @Test func theLawOfTheScenarioIsItsProbabilities() {
        let count = 100_000
        var counts = [Int](repeating: 0, count: 4)
        for index in 0..<count {
            let u = draws.uniform(address: UInt64(index), purpose: DrawPurpose("observed"))
            counts[chance(pick(fitted, u), at: index).choice(scenario: scenario)] += 1
        }
        for category in 0..<4 {
            let share = Double(counts[category]) / Double(count)
            #expect((share - scenario[category]).magnitude < 0.006, "category \(category)")
        }
    }

    /// Against the definition: noise drawn from its prior, kept where the observed category wins,
    /// gives the same law of the scenario's choice.
    @Test func thePosteriorIsThatOfTheGumbelMaxModel() {
        var prior = [Int](repeating: 0, count: 4)
        var posterior = [Int](repeating: 0, count: 4)
        var kept = 0
        for index in 0..<200_000 {
            let noise = (0..<4).map { category in
                -ExactMath.log(
                    draws.exponential(
                        address: UInt64(index), purpose: DrawPurpose("prior"),
                        ordinal: UInt32(category)))
            }
            func winner(_ law: [Double]) -> Int {
                let scores = (0..<4).map { ExactMath.log(law[$0]) + noise[$0] }
                return (0..<4).max { scores[$0] < scores[$1] } ?? 0
            }
            guard winner(fitted) == 0 else { continue }
            kept += 1
            prior[winner(scenario)] += 1
            posterior[chance(0, at: index).choice(scenario: scenario)] += 1
        }
        for category in 0..<4 {
            let difference = Double(prior[category] - posterior[category]) / Double(kept)
            #expect(difference.magnitude < 0.01, "category \(category)")
        }
    }

    @Test func anImpossibleCategoryIsNeverChosen() {
        for index in 0..<5_000 {
            let found = chance(index % 4, at: index).choice(scenario: [0, 0.5, 0, 0.5])
            #expect(found == 1 || found == 3)
        }
    }

    @Test func aCategoryThatTheModelHeldImpossibleIsFlagged() {
        let odd = GumbelChance(observed: 1, fitted: [1, 0]) { _ in 0.5 }
        #expect(odd.isNextToImpossible)
        #expect(odd.choice(scenario: [0.5, 0.5]) == 1)
        #expect(!chance(3, at: 0).isNextToImpossible)
    }
}
