// The gamma and beta functions, the beta law's quantiles and Student's t: stated ranges, fitted
// posteriors and the half-width of a mean need them. For set-up time; a quantile costs
// microseconds.

extension ExactMath {
    /// ln Γ(x) for x > 0, with absolute error about 10⁻¹⁵ times the larger of 1 and the result.
    ///
    /// Source: Stirling's series, NIST Digital Library of Mathematical Functions (DLMF) 5.11.1,
    /// reached from small x by Γ(x + 1) = x·Γ(x).
    /// - Precondition: x > 0.
    package static func lnGamma(_ x: Double) -> Double {
        precondition(x > 0, "lnGamma: expected a positive number, found \(x)")
        if x == 1 || x == 2 { return 0 }
        var shifted = x
        var product = 1.0
        while shifted < stirlingFrom {
            product *= shifted
            shifted += 1
        }
        let stirling =
            (shifted - 0.5) * log(shifted) - shifted + halfLogTwoPi + stirlingError(shifted)
        return product == 1 ? stirling : stirling - log(product)
    }

    private static let halfLogTwoPi = 0.918938533204672741780329736406
    private static let stirlingFrom = 10.0

    /// What Stirling's formula lacks, for x ≥ 10: DLMF 5.11.1, eight terms.
    private static func stirlingError(_ x: Double) -> Double {
        let z = 1 / (x * x)
        var sum = -2.95506535947712418300653594771e-2
        sum = sum * z + 6.41025641025641025641025641026e-3
        sum = sum * z - 1.91752691752691752691752691753e-3
        sum = sum * z + 8.41750841750841750841750841751e-4
        sum = sum * z - 5.95238095238095238095238095238e-4
        sum = sum * z + 7.93650793650793650793650793651e-4
        sum = sum * z - 2.77777777777777777777777777778e-3
        sum = sum * z + 8.33333333333333333333333333333e-2
        return sum / x
    }

    /// The regularised incomplete beta function I_x(a, b): the probability that a beta(a, b) is
    /// at most x. Relative error about 10⁻¹³ for a + b up to 10⁶.
    ///
    /// Source: continued fraction DLMF 8.17.22, evaluated by Lentz's method.
    /// - Complexity: O(√(a + b)).
    /// - Precondition: a and b are positive and finite, x is from 0 to 1.
    package static func incompleteBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
        betaTails(x, a, b).lower
    }

    /// I_x(a, b) and 1 − I_x(a, b), the smaller of them without cancellation.
    private static func betaTails(
        _ x: Double, _ a: Double, _ b: Double
    ) -> (lower: Double, upper: Double) {
        checkShape(a, b)
        precondition(x >= 0 && x <= 1, "incompleteBeta: expected x from 0 to 1, found \(x)")
        if x == 0 { return (0, 1) }
        if x == 1 { return (1, 0) }
        let power = betaPower(x, a, b)
        if x < (a + 1) / (a + b + 2) {
            let lower = min(1, power * betaFraction(x, a, b) / a)
            return (lower, 1 - lower)
        }
        let upper = min(1, power * betaFraction(1 - x, b, a) / b)
        return (1 - upper, upper)
    }

    private static func checkShape(_ a: Double, _ b: Double) {
        precondition(
            a > 0 && b > 0 && a < .infinity && b < .infinity,
            "beta: expected positive finite shapes, found \(a) and \(b)")
    }

    /// xᵃ·(1 − x)ᵇ / B(a, b). For large shapes about the mode, where the plain form would
    /// subtract logarithms of size a + b.
    private static func betaPower(_ x: Double, _ a: Double, _ b: Double) -> Double {
        guard a >= stirlingFrom, b >= stirlingFrom else {
            if b >= stirlingFrom { return skewPower(x, log1p(-x), a, b) }
            if a >= stirlingFrom { return skewPower(1 - x, log(x), b, a) }
            let logBeta = lnGamma(a) + lnGamma(b) - lnGamma(a + b)
            return exp(a * log(x) + b * log1p(-x) - logBeta)
        }
        let mode = a / (a + b)
        let distance = x - mode
        let exponent =
            a * log1p(distance / mode) + b * log1p(-distance / (1 - mode))
            + stirlingError(a + b) - stirlingError(a) - stirlingError(b)
        return exp(exponent) * (a * (b / (a + b)) / 6.283185307179586).squareRoot()
    }

    /// The same for one small and one large shape, x belonging to the small one: the large parts
    /// of ln Γ(large + small) − ln Γ(large) are cancelled by hand.
    private static func skewPower(
        _ x: Double, _ logRest: Double, _ small: Double, _ large: Double
    ) -> Double {
        let sum = small + large
        let ratio =
            (sum - 0.5) * log1p(small / large) - small + stirlingError(sum)
            - stirlingError(large)
        return exp(small * log(x * large) + large * logRest + ratio - lnGamma(small))
    }

    private static func betaFraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
        let tiny = 1e-300
        func away(_ value: Double) -> Double { value.magnitude < tiny ? tiny : value }
        var c = 1.0
        var d = 1 / away(1 - (a + b) * x / (a + 1))
        var fraction = d
        var step = 1.0
        while step <= 100_000 {
            let twice = 2 * step
            let even = step * (b - step) * x / ((a - 1 + twice) * (a + twice))
            d = 1 / away(1 + even * d)
            c = away(1 + even / c)
            fraction *= d * c
            let odd = -(a + step) * (a + b + step) * x / ((a + twice) * (a + 1 + twice))
            d = 1 / away(1 + odd * d)
            c = away(1 + odd / c)
            let change = d * c
            fraction *= change
            if (change - 1).magnitude < 0x1p-52 { break }
            step += 1
        }
        return fraction
    }

    /// The beta law's quantile: the x with I_x(a, b) = p.
    ///
    /// Newton's method with Halley's correction inside a bracket that only shrinks; where a step
    /// would leave it, the bracket is halved in the order of representable numbers, so that the
    /// search ends for every shape. The first guess is that of AS 109 (Cran, Martin and Thomas,
    /// Applied Statistics 26, 1977).
    /// - Complexity: a few evaluations of ``incompleteBeta(_:_:_:)``; at most about 80.
    /// - Precondition: a and b are positive and finite, p is from 0 to 1.
    package static func betaQuantile(_ p: Double, _ a: Double, _ b: Double) -> Double {
        checkShape(a, b)
        precondition(p >= 0 && p <= 1, "probability expected from 0 to 1, found \(p)")
        if p == 0 || p == 1 { return p }
        return betaRoot(p, isUpper: false, a, b)
    }

    /// The x whose lower or upper tail is `tail`.
    private static func betaRoot(
        _ tail: Double, isUpper: Bool, _ a: Double, _ b: Double
    ) -> Double {
        var low = 0.0
        var high = 1.0
        var x = betaGuess(isUpper ? 1 - tail : tail, a, b)
        for step in 0..<100 {
            if !(x > low && x < high) { x = middle(low, high) }
            if x == low || x == high { break }
            let tails = betaTails(x, a, b)
            let excess = isUpper ? tail - tails.upper : tails.lower - tail
            if excess == 0 { break }
            if excess < 0 { low = x } else { high = x }
            let density = betaPower(x, a, b) / (x * (1 - x))
            let newton = excess / density
            let curvature = (a - 1) / x - (b - 1) / (1 - x)
            let halley = newton / (1 - 0.5 * min(1, newton * curvature))
            let next = step < 20 ? x - halley : middle(low, high)
            if (next - x).magnitude <= 0x1p-53 * x { break }
            x = next
        }
        return x
    }

    /// Halfway between two non-negative numbers in the order of their bit patterns.
    private static func middle(_ low: Double, _ high: Double) -> Double {
        Double(bitPattern: low.bitPattern + (high.bitPattern - low.bitPattern) / 2)
    }

    private static func betaGuess(_ p: Double, _ a: Double, _ b: Double) -> Double {
        guard p > 0, p < 1 else { return 0 }
        if a >= 1 && b >= 1 {
            let y = -inverseNormal(p)
            let r = (y * y - 3) / 6
            let s = 1 / (2 * a - 1)
            let t = 1 / (2 * b - 1)
            let h = 2 / (s + t)
            let root = max(0, h + r).squareRoot()
            let w = y * root / h - (t - s) * (r + 5.0 / 6 - 2 / (3 * h))
            return a / (a + b * exp(2 * w))
        }
        let lower = exp(a * log(a / (a + b))) / a
        let upper = exp(b * log(b / (a + b))) / b
        let sum = lower + upper
        return p < lower / sum
            ? pow(a * sum * p, 1 / a) : 1 - pow(b * sum * (1 - p), 1 / b)
    }

    /// Student's t quantile for `degrees` degrees of freedom: the t exceeded with probability
    /// 1 − p. Not whole degrees are allowed.
    ///
    /// Source: t² = ν·y/(1 − y) with y of the beta(½, ν/2) law (DLMF 8.17, Abramowitz and Stegun
    /// 26.7.1).
    /// - Precondition: p is above 0 and below 1; `degrees` is positive and finite.
    package static func studentQuantile(_ p: Double, degrees: Double) -> Double {
        precondition(p > 0 && p < 1, "probability expected inside 0 to 1, found \(p)")
        precondition(
            degrees > 0 && degrees < .infinity,
            "degrees of freedom expected positive and finite, found \(degrees)")
        if p == 0.5 { return 0 }
        let isLower = p < 0.5
        let bothTails = 2 * (isLower ? p : 1 - p)
        // The y of a rare t lies next to 1, where only 1 − y keeps its digits, and the other
        // way round; solve for the one that is small.
        let half = degrees / 2
        let t: Double
        if betaTails(0.5, 0.5, half).upper < bothTails {
            let y = betaRoot(bothTails, isUpper: true, 0.5, half)
            t = (degrees * y / (1 - y)).squareRoot()
        } else {
            let rest = betaRoot(bothTails, isUpper: false, half, 0.5)
            t = (degrees * (1 - rest) / rest).squareRoot()
        }
        return isLower ? -t : t
    }
}
