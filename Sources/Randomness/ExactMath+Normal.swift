// The normal law and its inverse: scores, lognormal durations and correlated difficulty need
// them, with the same bits on every machine.

extension ExactMath {
    /// Φ(x), the standard normal's distribution function. Relative error about 10⁻¹⁵, in the
    /// lower tail too; 0 below −38.5 and 1 above 8.3.
    ///
    /// Source: W. J. Cody, "Rational Chebyshev approximations for the error function",
    /// Mathematics of Computation 23 (1969), in the arrangement of "Algorithm 715: SPECFUN",
    /// ACM TOMS 19 (1993).
    /// - Complexity: O(1).
    package static func normalCDF(_ x: Double) -> Double {
        guard x == x else { return x }
        let y = x.magnitude
        if y <= 0.67448975 { return 0.5 + centralPart(x) }
        if y > 40 { return x > 0 ? 1 : 0 }
        let tail = gaussian(y) * (y <= 5.656854249492381 ? middlePart(y) : outerPart(y))
        return x > 0 ? 1 - tail : tail
    }

    /// Φ(x) − ½ near zero.
    private static func centralPart(_ x: Double) -> Double {
        let z = x * x
        let numerator =
            (((6.5682337918207449113e-2 * z + 2.2352520354606839287) * z
                + 1.6102823106855587881e2) * z + 1.0676894854603709582e3) * z
            + 1.8154981253343561249e4
        let denominator =
            (((z + 4.7202581904688241870e1) * z + 9.7609855173777669322e2) * z
                + 1.0260932208618978205e4) * z + 4.5507789335026729956e4
        return x * numerator / denominator
    }

    private static func middlePart(_ y: Double) -> Double {
        var numerator = 1.0765576773720192317e-8
        for index in middleNumerator.indices { numerator = numerator * y + middleNumerator[index] }
        var denominator = 1.0
        for index in middleDenominator.indices {
            denominator = denominator * y + middleDenominator[index]
        }
        return numerator / denominator
    }

    private static let middleNumerator: [8 of Double] = [
        3.9894151208813466764e-1, 8.8831497943883759412, 9.3506656132177855979e1,
        5.9727027639480026226e2, 2.4945375852903726711e3, 6.8481904505362823326e3,
        1.1602651437647350124e4, 9.8427148383839780218e3,
    ]
    private static let middleDenominator: [8 of Double] = [
        2.2266688044328115691e1, 2.3538790178262499861e2, 1.5193775994075548050e3,
        6.4855582982667607550e3, 1.8615571640885098091e4, 3.4900952721145977266e4,
        3.8912003286093271411e4, 1.9685429676859990727e4,
    ]

    private static func outerPart(_ y: Double) -> Double {
        let z = 1 / (y * y)
        let numerator =
            ((((2.307344176494017303e-2 * z + 2.1589853405795699e-1) * z
                + 1.274011611602473639e-1) * z + 2.2235277870649807e-2) * z
                + 1.421619193227893466e-3) * z + 2.9112874951168792e-5
        let denominator =
            ((((z + 1.28426009614491121) * z + 4.68238212480865118e-1) * z
                + 6.59881378689285515e-2) * z + 3.78239633202758244e-3) * z
            + 7.29751555083966205e-5
        return (0.39894228040143267794 - z * numerator / denominator) / y
    }

    /// exp(−y²/2), the square split so that its rounding is not multiplied by the exponential.
    private static func gaussian(_ y: Double) -> Double {
        let rounded = (y * 16).rounded(.towardZero) / 16
        let rest = (y - rounded) * (y + rounded)
        return exp(-rounded * rounded * 0.5) * exp(-rest * 0.5)
    }

    /// Φ⁻¹(p), with relative error about 10⁻¹⁶; −∞ at 0 and ∞ at 1.
    ///
    /// Source: M. J. Wichura, "Algorithm AS 241: the percentage points of the normal
    /// distribution", Applied Statistics 37 (1988), routine PPND16.
    /// - Complexity: O(1).
    /// - Precondition: p is from 0 to 1.
    package static func inverseNormal(_ p: Double) -> Double {
        precondition(p >= 0 && p <= 1, "probability expected from 0 to 1, found \(p)")
        let q = p - 0.5
        if q.magnitude <= 0.425 { return inverseCentral(q) }
        let tail = q < 0 ? p : 1 - p
        if tail == 0 { return q < 0 ? -.infinity : .infinity }
        let r = (-log(tail)).squareRoot()
        let score = r <= 5 ? inverseMiddle(r - 1.6) : inverseOuter(r - 5)
        return q < 0 ? -score : score
    }

    private static func inverseCentral(_ q: Double) -> Double {
        let r = 0.180625 - q * q
        let numerator =
            ((((((2.5090809287301226727e3 * r + 3.3430575583588128105e4) * r
                + 6.7265770927008700853e4) * r + 4.5921953931549871457e4) * r
                + 1.3731693765509461125e4) * r + 1.9715909503065514427e3) * r
                + 1.3314166789178437745e2) * r + 3.3871328727963666080
        let denominator =
            ((((((5.2264952788528545610e3 * r + 2.8729085735721942674e4) * r
                + 3.9307895800092710610e4) * r + 2.1213794301586595867e4) * r
                + 5.3941960214247511077e3) * r + 6.8718700749205790830e2) * r
                + 4.2313330701600911252e1) * r + 1
        return q * numerator / denominator
    }

    private static func inverseMiddle(_ r: Double) -> Double {
        let numerator =
            ((((((7.74545014278341407640e-4 * r + 2.27238449892691845833e-2) * r
                + 2.41780725177450611770e-1) * r + 1.27045825245236838258) * r
                + 3.64784832476320460504) * r + 5.76949722146069140550) * r
                + 4.63033784615654529590) * r + 1.42343711074968357734
        let denominator =
            ((((((1.05075007164441684324e-9 * r + 5.47593808499534494600e-4) * r
                + 1.51986665636164571966e-2) * r + 1.48103976427480074590e-1) * r
                + 6.89767334985100004550e-1) * r + 1.67638483018380384940) * r
                + 2.05319162663775882187) * r + 1
        return numerator / denominator
    }

    private static func inverseOuter(_ r: Double) -> Double {
        let numerator =
            ((((((2.01033439929228813265e-7 * r + 2.71155556874348757815e-5) * r
                + 1.24266094738807843860e-3) * r + 2.65321895265761230930e-2) * r
                + 2.96560571828504891230e-1) * r + 1.78482653991729133580) * r
                + 5.46378491116411436990) * r + 6.65790464350110377720
        let denominator =
            ((((((2.04426310338993978564e-15 * r + 1.42151175831644588870e-7) * r
                + 1.84631831751005468180e-5) * r + 7.86869131145613259100e-4) * r
                + 1.48753612908506148525e-2) * r + 1.36929880922735805310e-1) * r
                + 5.99832206555887937690e-1) * r + 1
        return numerator / denominator
    }
}
