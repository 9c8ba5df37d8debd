// The deterministic functions against values computed with mpmath at 40 digits, at the double
// nearest to each argument; the last number of a row is the value.

import Randomness
import Testing

@Suite struct ExactMathTests {
    private func check(
        _ name: String, _ table: String, within tolerance: Double,
        _ function: ([Double]) -> Double
    ) {
        for row in rows(table) {
            let found = function(row)
            let expected = row[row.count - 1]
            let error =
                name == "logarithmOfGamma"
                ? (found - expected).magnitude / max(1, expected.magnitude)
                : relativeError(found, expected)
            #expect(
                error <= tolerance,
                "\(name) of \(row.dropLast()): expected \(expected), found \(found)")
        }
    }

    @Test func logarithmAgreesWithTheReference() {
        let table = """
            1e-300 -690.77552789821370518
            1e-10 -23.025850929940456804
            0.1 -2.3025850929940456285
            0.5 -0.69314718055994530942
            0.70710678118654757 -0.34657359027997258635
            0.75 -0.28768207245178092744
            0.9999999 -1.0000000494736474329e-7
            1.0000001 9.9999995058387045178e-8
            1.5 0.40546510810816438198
            2.718281828459045 0.99999999999999994682
            10 2.302585092994045684
            12345.678 9.4210613212918319671
            1e300 690.77552789821370526
            """
        check("logarithm", table, within: 3e-16) { ExactMath.log($0[0]) }
    }

    @Test func exponentialAgreesWithTheReference() {
        let table = """
            -745 2.8223507304719370764e-324
            -708.5 2.0061323053313058204e-308
            -700 9.8596765437597708567e-305
            -20.25 1.6052280551856116087e-9
            -1 0.3678794411714423216
            -0.3 0.74081822068171787429
            -1e-9 0.9999999990000000005
            1e-5 1.0000100000500001667
            0.34 1.4049475905635938312
            0.35 1.4190675485932572168
            1 2.7182818284590452354
            2.5 12.182493960703473438
            100.7 5.4132031723300570434e+43
            709.7 1.6549840276802644031e+308
            """
        check("exponential", table, within: 3e-16) { ExactMath.exp($0[0]) }
    }

    @Test func logarithmOfOnePlusAgreesWithTheReference() {
        let table = """
            -0.99 -4.6051701859880904799
            -0.5 -0.69314718055994530942
            -0.2928 -0.34644176765870337934
            -0.1 -0.1053605156578263074
            -1e-20 -9.9999999999999994516e-21
            1e-9 9.9999999950000006261e-10
            0.1 0.09531017980432486509
            0.4142 0.34656400018800338764
            0.9 0.64185388617239478768
            3.3 1.4586150226995166981
            1e9 20.723265837946411156
            1e20 46.05170185988091368
            """
        check("logarithmOfOnePlus", table, within: 3e-16) { ExactMath.log1p($0[0]) }
    }

    @Test func powerAgreesWithTheReference() {
        let table = """
            2 0.5 1.4142135623730950488
            1.1 1000 2.4699329180060257651e+41
            0.9 1000 1.7478712517226947325e-46
            1e-5 3.7 3.1622776601683738219e-19
            123.4 -2.5 5.9116961052354196577e-6
            0.999999 1e6 0.3678792572210664712
            1.0000001 1e9 2.6881038582144646055e+43
            1.7320508 11.3 496.28947805604693829
            1.23 -77.7 1.0336484105648429156e-7
            1e-310 0.5 9.9999999999999847247e-156
            7 200 1.0461838291314357175e+169
            0.5 1074 4.9406564584124654418e-324
            """
        check("power", table, within: 3e-16) { ExactMath.pow($0[0], $0[1]) }
    }

    @Test func normalDistributionAgreesWithTheReference() {
        let table = """
            -37 5.7255712225245768227e-300
            -20 2.7536241186062336951e-89
            -8.5 9.4795348222033183542e-18
            -5.7 5.9903714010635281878e-9
            -5.6 1.071759025831092932e-8
            -3 0.0013498980316300945267
            -1.96 0.024997895148220436213
            -0.675 0.24983788247177699727
            -0.67 0.25142889509531010155
            -0.1 0.46017216272297101633
            1e-10 0.50000000003989422804
            0.5 0.69146246127401310364
            0.68 0.75174776954642948657
            1 0.84134474606854294859
            2.33 0.99009692444083574979
            5 0.99999971334842812081
            6.1 0.99999999946965767371
            8 0.9999999999999993779
            """
        check("normalDistribution", table, within: 2e-15) { ExactMath.normalCDF($0[0]) }
    }

    @Test func inverseNormalAgreesWithTheReference() {
        let table = """
            1e-300 -37.047096299361199237
            1e-100 -21.273453560965324294
            1e-20 -9.2623400897984075796
            1e-10 -6.3613409024040561991
            1e-5 -4.2648907939228246102
            0.001 -3.0902323061678135354
            0.025 -1.9599639845400542118
            0.07 -1.4757910281791706856
            0.08 -1.4050715603096325447
            0.25 -0.6744897501960817432
            0.4999 -0.00025066283008800749239
            0.6 0.25334710313579974132
            0.92 1.4050715603096328248
            0.93 1.475791028179171099
            0.975 1.9599639845400538556
            0.9999 3.7190164854557083867
            0.999999 4.7534243088170877657
            """
        check("inverseNormal", table, within: 5e-16) { ExactMath.inverseNormal($0[0]) }
    }

    @Test func logarithmOfGammaAgreesWithTheReference() {
        let table = """
            1e-8 18.420680738180208884
            0.01 4.5994798780420217016
            0.5 0.57236494292470008707
            0.99 0.0058548067647097814532
            1.5 -0.12078223763524522235
            2.5 0.28468287047291915963
            3.7 1.4280723266653881292
            9.9 12.577179904219879684
            10.1 13.027526738633237155
            100.25 360.28455963776423497
            12345.6 103959.18506616845901
            1e9 19723265827.503716771
            """
        check("logarithmOfGamma", table, within: 4e-15) { ExactMath.lnGamma($0[0]) }
    }

    @Test func incompleteBetaAgreesWithTheReference() {
        let table = """
            0.5 0.5 0.5 0.5
            0.1 2 3 0.052300000000000005396
            0.9 2 3 0.9963000000000000024
            1e-5 0.3 4.5 0.054034950958070945269
            0.3 30 70 0.51162510455860912129
            0.05 30 70 6.2927190541107925287e-16
            0.32 300.5 650.25 0.60595335242853119688
            0.5 5000 5100 0.84015287081213787146
            0.999 5 0.2 0.62889007902661301768
            0.0101 1000 99000 0.62822328540377584868
            1e-9 0.01 1 0.81283051616409924354
            0.7 1 1 0.69999999999999995559
            0.4999 500000 500000 0.42074030933095266069
            """
        check("incompleteBeta", table, within: 1e-12) {
            ExactMath.incompleteBeta($0[0], $0[1], $0[2])
        }
    }

    @Test func betaQuantileAgreesWithTheReference() {
        let table = """
            0.5 2 3 0.38572756813238954828
            0.05 1 5 0.010206218313011496348
            0.95 3.4 2.6 0.86071954611723910212
            0.001 0.5 0.5 2.4673990709169441803e-6
            1e-10 2 8 1.6666731481868572973e-6
            0.3 30 70 0.27499309563707713976
            0.975 1000 99000 0.01062591286925426423
            0.25 0.1 3 2.2572539552160290496e-7
            0.9 0.2 0.3 0.99231344163351467533
            0.01 5 1 0.39810717055349725243
            0.5 120000 380000 0.23999965333311690947
            0.999 1.5 40 0.18298078878308757838
            """
        check("betaQuantile", table, within: 1e-12) {
            ExactMath.betaQuantile($0[0], $0[1], $0[2])
        }
    }

    @Test func studentQuantileAgreesWithTheReference() {
        let table = """
            0.975 1 12.706204736174693314
            0.975 2 4.3026527297494617894
            0.95 5 2.0150483733330235417
            0.975 9 2.2621571627982049992
            0.995 29 2.7563859036706051204
            0.6 3 0.27667066233268984701
            0.501 7 0.0025974636136622074931
            0.975 99 1.9842169515864171029
            0.95 1000 1.646378817285464284
            0.975 1000000 1.9599663568141066553
            0.025 4 -2.7764451051977943036
            0.9999 3.5 16.295284596959195796
            """
        check("studentQuantile", table, within: 1e-12) {
            ExactMath.studentQuantile($0[0], degrees: $0[1])
        }
    }

    @Test func subnormalResultsAreRoundedOnce() {
        #expect(ExactMath.exp(-745.13) == .leastNonzeroMagnitude)
        #expect(ExactMath.pow(0.5, 1_074) == .leastNonzeroMagnitude)
        #expect(ExactMath.exp(-740) == 85 * Double.leastNonzeroMagnitude)
    }

    @Test func endsAndBadArgumentsOfTheElementaryFunctions() {
        #expect(ExactMath.log(0) == -.infinity)
        #expect(ExactMath.log(.infinity) == .infinity)
        #expect(ExactMath.log(-1).isNaN)
        #expect(ExactMath.log(.nan).isNaN)
        #expect(ExactMath.log(1) == 0)
        #expect(ExactMath.log1p(-1) == -.infinity)
        #expect(ExactMath.log1p(-2).isNaN)
        #expect(ExactMath.log1p(0) == 0)
        #expect(ExactMath.exp(0) == 1)
        #expect(ExactMath.exp(710) == .infinity)
        #expect(ExactMath.exp(-746) == 0)
        #expect(ExactMath.exp(-.infinity) == 0)
        #expect(ExactMath.exp(.infinity) == .infinity)
        #expect(ExactMath.exp(.nan).isNaN)
        #expect(ExactMath.pow(0, 0) == 1)
        #expect(ExactMath.pow(0, 2) == 0)
        #expect(ExactMath.pow(0, -2) == .infinity)
        #expect(ExactMath.pow(.infinity, 2) == .infinity)
        #expect(ExactMath.pow(.infinity, -2) == 0)
        #expect(ExactMath.pow(2, .infinity) == .infinity)
        #expect(ExactMath.pow(0.5, .infinity) == 0)
        #expect(ExactMath.pow(2, 1_024) == .infinity)
        #expect(ExactMath.pow(2, -1_100) == 0)
        #expect(ExactMath.pow(2, 1e300) == .infinity)
        #expect(ExactMath.pow(-2, 2).isNaN)
        #expect(ExactMath.pow(2, 10) == 1_024)
        #expect(ExactMath.pow(3, 2) == 9)
    }

    @Test func endsOfTheNormalLaw() {
        #expect(ExactMath.normalCDF(0) == 0.5)
        #expect(ExactMath.normalCDF(-.infinity) == 0)
        #expect(ExactMath.normalCDF(.infinity) == 1)
        #expect(ExactMath.normalCDF(.nan).isNaN)
        #expect(ExactMath.inverseNormal(0) == -.infinity)
        #expect(ExactMath.inverseNormal(1) == .infinity)
        #expect(ExactMath.inverseNormal(0.5) == 0)
    }

    @Test func normalAndInverseUndoEachOtherAndRise() {
        var last = -Double.infinity
        for step in 1..<2_000 {
            let p = Double(step) / 2_000
            let z = ExactMath.inverseNormal(p)
            #expect(z > last)
            #expect(relativeError(ExactMath.normalCDF(z), p) < 4e-15)
            last = z
        }
    }

    /// Over shapes from next to nothing to a million: the quantile's probability is the one asked
    /// for, as far as the density lets one unit in the last place of x decide it.
    @Test func betaQuantilesHaveTheProbabilityAskedFor() {
        let shapes = [0.05, 0.5, 1, 2.5, 17, 400, 250_000]
        for a in shapes {
            for b in shapes {
                var last = 0.0
                for p in [1e-9, 0.01, 0.2, 0.5, 0.83, 0.999] {
                    let x = ExactMath.betaQuantile(p, a, b)
                    #expect(x >= last, "quantile falls at \(p) of beta \(a), \(b)")
                    last = x
                    guard x > 0, x < 1 else { continue }
                    let below = ExactMath.incompleteBeta(x.nextDown, a, b)
                    let above = ExactMath.incompleteBeta(x.nextUp, a, b)
                    let slack = 2e-11 * p
                    #expect(below - slack <= p && p <= above + slack, "beta \(a), \(b) at \(p)")
                }
            }
        }
    }

    @Test func betaQuantileReachesItsEnds() {
        #expect(ExactMath.betaQuantile(0, 2, 3) == 0)
        #expect(ExactMath.betaQuantile(1, 2, 3) == 1)
        #expect(ExactMath.incompleteBeta(0, 2, 3) == 0)
        #expect(ExactMath.incompleteBeta(1, 2, 3) == 1)
        #expect(relativeError(ExactMath.betaQuantile(0.25, 1, 1), 0.25) < 1e-15)
    }

    @Test func studentQuantilesAreSymmetricAndTendToTheNormal() {
        for degrees in [1.0, 2.5, 30, 4_000] {
            for p in [0.0001, 0.04, 0.3, 0.49] {
                let low = ExactMath.studentQuantile(p, degrees: degrees)
                let high = ExactMath.studentQuantile(1 - p, degrees: degrees)
                #expect(relativeError(low, -high) < 1e-9)
            }
        }
        #expect(ExactMath.studentQuantile(0.5, degrees: 3) == 0)
        let far = ExactMath.studentQuantile(0.95, degrees: 1e9)
        #expect(relativeError(far, ExactMath.inverseNormal(0.95)) < 1e-8)
    }
}
